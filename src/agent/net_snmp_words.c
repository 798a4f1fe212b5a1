/* SPDX-License-Identifier: BSD-3-Clause */
#include "net_snmp_words.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_read_config.h>

#include <strings.h>

#include "base/comment.h"
#include "clear_text.h"
#include "privileges.h"

/* agent/mibgroup/mibII/vacm_conf.h, and of snmplib/transports: net-snmp does not install these. */
void vacm_parse_view(const char *word, char *value);
void vacm_parse_rocommunity(const char *word, char *value);
void vacm_parse_rwcommunity(const char *word, char *value);
void vacm_parse_rocommunity6(const char *word, char *value);
void vacm_parse_rwcommunity6(const char *word, char *value);
void netsnmp_udp6_com2Sec6List_free(void);
void netsnmp_udp_com2SecList_free(void);

/* As in agentx_config.c. */
static void
set_agentx_socket(const char *word, char *value)
{
	(void)word;
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, value);
}

/* As in snmp_logging.c. */
static void
set_log(const char *word, char *value)
{
	(void)word;
	snmp_log_options(value, 0, NULL);
}

static void
set_debug_tokens(const char *word, char *value)
{
	(void)word;
	debug_register_tokens(value);
}

static const char community[] = "COMMUNITY [SOURCE [OID | -V VIEW [CONTEXT]]]";
static const char com2sec[] = "[-Cn CONTEXT] NAME SOURCE COMMUNITY";

/* Spelt as net-snmp registers them: a handler is replaced only if the name is exactly the same. */
static const struct {
	const char *file; /* the program whose directive it is; "": this one */
	const char *word, *help;
	void (*set)(const char *word, char *value);
	void (*forget)(void);
	void (*note)(const char *word, const char *value);
} words[] = {
	{":agentx", "agentxsocket", "ADDRESS", set_agentx_socket, NULL, NULL},
	{"", "view", "NAME included|excluded SUBTREE [MASK]", vacm_parse_view, NULL, NULL},
	{"", "agentuser", "NAME", netsnmp_parse_agent_user, NULL, privileges_note_user},
	{"", "agentgroup", "NAME", netsnmp_parse_agent_group, NULL, NULL},
	{"snmp", "logOption", "LOGSPEC", set_log, NULL, NULL},
	{"snmp", "debugTokens", "TOKENS", set_debug_tokens, NULL, NULL},
	{"", "rocommunity", community, vacm_parse_rocommunity, NULL, clear_text_note},
	{"", "rwcommunity", community, vacm_parse_rwcommunity, NULL, clear_text_note},
	{"", "rocommunity6", community, vacm_parse_rocommunity6, NULL, clear_text_note},
	{"", "rwcommunity6", community, vacm_parse_rwcommunity6, NULL, clear_text_note},
	{"", "com2sec", com2sec, netsnmp_udp_parse_security, netsnmp_udp_com2SecList_free, clear_text_note},
	{"", "com2sec6", com2sec, netsnmp_udp6_parse_security, netsnmp_udp6_com2Sec6List_free, clear_text_note},
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void
take_word(const char *word, char *value)
{
	comment_cut(value);
	for (size_t i = 0; i < WORDS; i++) {
		if (strcasecmp(words[i].word, word) != 0)
			continue;
		if (words[i].note)
			words[i].note(word, value);
		words[i].set(word, value);
	}
}

/* init_snmp() registers some of them itself, just before it reads. */
static int
take_their_place(int major, int minor, void *serverarg, void *clientarg)
{
	(void)major;
	(void)minor;
	(void)serverarg;
	(void)clientarg;
	for (size_t i = 0; i < WORDS; i++)
		register_config_handler(words[i].file, words[i].word, take_word, words[i].forget, words[i].help);
	return SNMP_ERR_NOERROR;
}

void
net_snmp_words_register(void)
{
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_PRE_PREMIB_READ_CONFIG, take_their_place, NULL);
}
