/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/trap_sinks.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_trap.h>

#include <stdlib.h>
#include <string.h>

#include "base/comment.h"

/* The reader's callbacks have no argument for us. */
static struct {
	bool is_engine;
	unsigned count;
	unsigned sessions; /* number of sinks that net-snmp has made so far, for whatever purpose */
} sinks;

enum { OPTION_WORDS = 128 };

static int
on_session_made(int major, int minor, void *serverarg, void *clientarg)
{
	(void)major;
	(void)minor;
	(void)serverarg;
	(void)clientarg;
	sinks.sessions++;
	return SNMP_ERR_NOERROR;
}

/* Options that are only evaluated when the line is used. */
static void
leave_option(int count, char *const *words, int option)
{
	(void)count;
	(void)words;
	(void)option;
}

/*
 * snmpd_parse_config_trapsess() ignores whether netsnmp_parse_args() understands its line, and sends to whatever
 * results. It is not documented which of the session's parts are allocated; they are few, and are not freed.
 */
static bool
are_good_options(char *words[], int count)
{
	netsnmp_session session;
	const int used = netsnmp_parse_args(count, words, &session, "C:n:", leave_option,
					    NETSNMP_PARSE_ARGS_NOLOGGING | NETSNMP_PARSE_ARGS_NOZERO);

	return used >= 0 && session.peername;
}

static void
parse_trapsess(const char *word, char *value)
{
	char *words[OPTION_WORDS] = {strdup(word)};
	const char *rest = value;
	char text[SPRINT_MAX_LEN];
	bool good;
	int count = 1;

	while (rest && count < OPTION_WORDS) {
		rest = copy_nword_const(rest, text, sizeof(text));
		words[count++] = strdup(text);
	}
	good = are_good_options(words, count);
	while (count > 0)
		free(words[--count]);
	if (good)
		snmpd_parse_config_trapsess(word, value);
}

static const struct {
	const char *word, *help;
	void (*parse)(const char *word, char *value);
} sink_words[] = {
	{"trapsink", "HOST [COMMUNITY]", snmpd_parse_config_trapsink},
	{"trap2sink", "HOST [COMMUNITY]", snmpd_parse_config_trap2sink},
	{"informsink", "HOST [COMMUNITY]", snmpd_parse_config_informsink},
	{"trapsess", "[SNMPCMD OPTIONS] HOST", parse_trapsess},
};
enum { WORDS = sizeof(sink_words) / sizeof(sink_words[0]) };

/* The value is not repeated in the complaint: it may contain passphrases. */
static void
take_sink(const char *word, char *value)
{
	const unsigned before = sinks.sessions;

	comment_cut(value);
	if (!sinks.is_engine) {
		netsnmp_config_error("%s: belongs in snmpd.conf: only an agent without snmpd (-l) sends by itself",
				     word);
		return;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(sink_words[i].word, word) == 0)
			sink_words[i].parse(word, value);
	}
	if (sinks.sessions != before)
		sinks.count++;
	else
		netsnmp_config_error(
			"%s: names no receiver that can be sent to; check that its host resolves, that a receiver "
			"listens if it is not UDP, and that its options are those of snmptrap(1)",
			word);
}

static void
forget_sinks(void)
{
	snmpd_free_trapsinks();
	sinks.count = 0;
}

void
trap_sinks_register(bool is_engine)
{
	sinks.is_engine = is_engine;
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SESSION_INIT, on_session_made, NULL);
	for (size_t i = 0; i < WORDS; i++)
		register_app_config_handler(sink_words[i].word, take_sink, forget_sinks, sink_words[i].help);
}

unsigned
trap_sinks_count(void)
{
	return sinks.count;
}
