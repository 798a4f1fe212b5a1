/* SPDX-License-Identifier: BSD-3-Clause */
#include "trap_sinks.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_trap.h>

#include <string.h>

/* The reader's callbacks have no argument of ours. */
static struct {
	bool is_engine;
	unsigned count;
} sinks;

static const struct {
	const char *word, *help;
	void (*parse)(const char *word, char *value);
} words[] = {
	{"trapsink", "HOST [COMMUNITY]", snmpd_parse_config_trapsink},
	{"trap2sink", "HOST [COMMUNITY]", snmpd_parse_config_trap2sink},
	{"informsink", "HOST [COMMUNITY]", snmpd_parse_config_informsink},
	{"trapsess", "[SNMPCMD OPTIONS] HOST", snmpd_parse_config_trapsess},
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void
take_sink(const char *word, char *value)
{
	if (!sinks.is_engine) {
		netsnmp_config_error("%s: belongs in snmpd.conf: only an agent without snmpd (-l) sends by itself", word);
		return;
	}
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(words[i].word, word) == 0)
			words[i].parse(word, value);
	}
	sinks.count++;
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
	for (size_t i = 0; i < WORDS; i++)
		register_app_config_handler(words[i].word, take_sink, forget_sinks, words[i].help);
}

unsigned
trap_sinks_count(void)
{
	return sinks.count;
}
