/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp_engine.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "state/state_file.h"
#include "state/state_tables.h"
#include "state/state_text.h"

static const char file_name[] = "engine";

/* --- reading ------------------------------------------------------------------------------------- */

static bool
is_engine_id(const char *text)
{
	const size_t digits = strspn(text, "0123456789abcdef");

	return text[digits] == '\0' && digits % 2 == 0 && digits >= 2 * (size_t)STATE_ENGINE_ID_LEAST;
}

static const char *
take_row(void *data, const struct column_table *table, const void *row)
{
	const struct state_engine *const engine = row;

	(void)table;
	if (!is_engine_id(engine->id))
		return "has no SNMPv3 engine ID";
	/* RFC 3414, section 2.2.2: it ends at 2^31 - 1. */
	if (engine->boots == 0 || engine->boots >= INT32_MAX)
		return "has a boot count that SNMPv3 does not have";
	*(struct state_engine *)data = *engine;
	return NULL;
}

static void
complain(const char *error)
{
	snmp_log(LOG_WARNING,
		 "cannot keep the SNMPv3 engine ID and boot count: %s; a restart makes this another SNMPv3 engine\n",
		 error);
}

/* False: there is nothing usable. */
static bool
read_engine(struct state_file *file, struct state_engine *engine)
{
	static const struct column_table *const tables[] = {&state_engine_table};
	const struct state_reader reader = {tables, 1, take_row, engine};
	char *text, error[ERROR_LINE_SIZE];
	const char *wrong;
	size_t length, line;

	if (!state_file_read(file, &text, &length, error)) {
		complain(error);
		return false;
	}
	if (!text)
		return false;
	wrong = state_read(&reader, text, length, &line);
	free(text);
	if (!wrong)
		return engine->boots > 0;
	state_file_set_aside(file);
	snmp_log(LOG_WARNING,
		 "the state file %s (line %zu); it was renamed to engine.bad, and this is another SNMPv3 engine now\n",
		 wrong, line);
	return false;
}

/* Before the configuration is read again: net-snmp only adds users. */
static int
forget_users(int major, int minor, void *serverarg, void *clientarg)
{
	struct usmUser *next;

	(void)major;
	(void)minor;
	(void)serverarg;
	(void)clientarg;
	for (struct usmUser *user = usm_get_userList(); user; user = next) {
		next = user->next;
		if (user->userStorageType != ST_NONVOLATILE) /* not by createUser */
			continue;
		usm_remove_user(user);
		usm_free_user(user);
	}
	return SNMPERR_SUCCESS;
}

/* As net-snmp's own file would have it. */
void
snmp_engine_recall(const struct state_directory *directory)
{
	struct state_file *const file = directory ? state_file_new(directory, file_name) : NULL;
	struct state_engine engine = {.boots = 0};
	char line[sizeof(engine.id) + 32];

	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_PRE_READ_CONFIG, forget_users, NULL);
	if (file && read_engine(file, &engine)) {
		snprintf(line, sizeof(line), "oldEngineID 0x%s", engine.id);
		netsnmp_config_remember(line);
		snprintf(line, sizeof(line), "engineBoots %u", (unsigned)engine.boots);
		netsnmp_config_remember(line);
	}
	state_file_free(file);
}

/* --- writing ------------------------------------------------------------------------------------- */

static void
get_engine(struct state_engine *engine)
{
	u_char id[STATE_ENGINE_ID_MOST];
	const size_t length = snmpv3_get_engineID(id, sizeof(id));

	for (size_t i = 0; i < length; i++)
		sprintf(engine->id + 2 * i, "%02x", id[i]);
	engine->boots = (uint32_t)snmpv3_local_snmpEngineBoots();
}

static bool
write_engine(struct state_file *file, const struct state_engine *engine, char error[ERROR_LINE_SIZE])
{
	char line[STATE_LINE_SIZE];

	if (!state_file_begin(file, error))
		return false;
	state_file_put(file, line, state_print_table(&state_engine_table, line));
	state_file_put(file, line, state_print_row(&state_engine_table, engine, line));
	return state_file_commit(file, true, error);
}

void
snmp_engine_keep(const struct state_directory *directory)
{
	struct state_file *const file = directory ? state_file_new(directory, file_name) : NULL;
	struct state_engine engine = {.boots = 0};
	char error[ERROR_LINE_SIZE];

	get_engine(&engine);
	if (file && !write_engine(file, &engine, error))
		complain(error);
	state_file_free(file);
}
