/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * mib2text's reading of an agent: mib_client.c and all below it, with an agent in memory in place of the network.
 * The input is that agent's choices: what it serves, and request by request how it errs or lies; where the input ends
 * it becomes honest.  The reading must end soon, with rows in order or with a reason.  While the agent has told no
 * wrong value, a row must be as the agent has it, and no row may be missing that was there all the time.
 */
#include "fake_table.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdio.h>

#include "fuzz.h"
#include "mib2text/agent_state.h"
#include "klips/klips_text.h"
#include "mib2text/mib_client.h"
#include "mib2text/mib_session.h"
#include "mib2text/sa_json.h"

enum { MOST_ROWS = 6, MOST_REQUESTS = 20000 };

static struct fake_table table;

static struct agent {
	unsigned hidden, ever_hidden; /* bits: rows */
	unsigned looks;		      /* so many looks at a row from now, maybe in mid-answer, others are hidden */
	bool lied;		      /* a value, or an index, that is not the agent's own */
	uint64_t uptime;
	uint8_t start_time[11];
} agent;

/* --- honest answers ---------------------------------------------------------------------------- */

static void
hide_others(void)
{
	agent.hidden = random_below(1 << MOST_ROWS);
	agent.ever_hidden |= agent.hidden;
}

static bool
is_shown(const struct fake_table *of, size_t row, size_t column)
{
	(void)of;
	(void)column;
	if (agent.looks > 0 && --agent.looks == 0)
		hide_others();
	return !(agent.hidden >> row & 1);
}

static void
bind_scalar(const struct mib_oid *name)
{
	static const uint8_t tags[] = {
		[COLUMN_OCTETS] = MIB_OCTET_STRING,   [COLUMN_INTEGER32] = MIB_INTEGER,
		[COLUMN_UNSIGNED32] = MIB_UNSIGNED32, [COLUMN_COUNTER32] = MIB_COUNTER32,
		[COLUMN_COUNTER64] = MIB_COUNTER64,
	};
	const struct column *column;
	struct mib_varbind *binding;

	fake_bind(&table, name, NULL, 0, ASN_TIMETICKS);
	binding = &table.bindings[table.bindings_count - 1];
	if (name->length == 9) { /* sysUpTime.0 */
		binding->number = agent.uptime;
		return;
	}
	column = column_at(&agent_table, name->subids[name->length - 2] - 1);
	binding->tag = tags[column->syntax->type];
	binding->number = column->offset == offsetof(struct agent_status, sas) ? table.count : 1;
	if (column->offset == offsetof(struct agent_status, start_seconds)) {
		binding->octets = agent.start_time;
		binding->length = sizeof(agent.start_time);
	}
}

static void
name_of(const netsnmp_variable_list *variable, struct mib_oid *name)
{
	name->length = variable->name_length;
	memcpy(name->subids, variable->name, name->length * sizeof(name->subids[0]));
}

static void
answer_honestly(const netsnmp_pdu *pdu)
{
	uint16_t ranks[256];
	struct table_walk_request request = {.kind = TABLE_WALK_GETBULK, .repetitions = 1, .ranks = ranks};
	struct mib_oid name;

	table.bindings_count = 0;
	name_of(pdu->variables, &name);
	if (name.length < table.entry.length + 1) {
		for (const netsnmp_variable_list *variable = pdu->variables; variable;
		     variable = variable->next_variable) {
			name_of(variable, &name);
			bind_scalar(&name);
		}
		return;
	}
	if (pdu->command == SNMP_MSG_GET)
		request.kind = TABLE_WALK_GET;
	else
		request.repetitions = (size_t)pdu->max_repetitions;
	request.index = name.subids + table.entry.length + 1;
	request.index_length = name.length - table.entry.length - 1;
	for (const netsnmp_variable_list *variable = pdu->variables; variable; variable = variable->next_variable)
		ranks[request.columns++] = (uint16_t)(variable->name[table.entry.length] - sa_table.index_columns - 1);
	fake_bindings(&table, &request);
}

/* --- others ------------------------------------------------------------------------------------ */

static void
lie_in(struct mib_varbind *binding, struct mib_oid *name)
{
	static uint8_t octets[300];

	agent.lied = true;
	switch (random_below(5)) {
	case 0:
		binding->tag = (uint8_t)random_any64();
		break;
	case 1:
		binding->number = random64();
		break;
	case 2:
		binding->length = random_below(sizeof(octets));
		for (size_t i = 0; i < binding->length; i++)
			octets[i] = (uint8_t)random_below(256);
		binding->octets = octets;
		break;
	case 3:
		name->subids[random_below((unsigned)name->length)] = (uint32_t)random64();
		break;
	default:
		binding->name_length = name->length = random_below(MIB_OID_MAX_SUBIDS) + 1;
		break;
	}
}

/* What an agent, a master or a network may do to an answer. */
static enum mib_outcome
spoil(struct mib_session *session)
{
	const size_t count = table.bindings_count;
	const size_t at = count ? random_below((unsigned)count) : 0;

	switch (random_below(8)) {
	case 0:
		session->error_status = (long)random_below(20);
		break;
	case 1:
		snprintf(session->error, sizeof(session->error), "no answer");
		return MIB_NO_ANSWER;
	case 2:
		return MIB_TOO_LONG;
	case 3:
		table.bindings_count = at;
		break;
	case 4:
		agent.looks = 1 + random_below(256) * random_below(8);
		break;
	case 5:
		if (count > 0)
			lie_in(&table.bindings[at], &table.names[at]);
		break;
	case 6: /* one binding in another's place */
		if (count > 0)
			table.bindings[at] = table.bindings[random_below((unsigned)count)];
		agent.lied = true;
		break;
	default: /* started anew */
		agent.uptime = random_below(1000);
		agent.start_time[6] = (uint8_t)random_below(3);
		break;
	}
	return MIB_ANSWERED;
}

/* In place of mib_session.c's. */
enum mib_outcome
mib_session_ask(struct mib_session *session, netsnmp_pdu *request, bool few_retries)
{
	enum mib_outcome outcome = MIB_ANSWERED;

	(void)few_retries;
	expect(++table.requests < MOST_REQUESTS, "asks for ever", session->error);
	session->error_status = 0;
	answer_honestly(request);
	while (outcome == MIB_ANSWERED && random_input_left() && random_below(4) == 0)
		outcome = spoil(session);
	session->varbinds = (struct row_list){
		.rows = table.bindings,
		.row_size = sizeof(table.bindings[0]),
		.count = session->error_status ? 0 : table.bindings_count,
	};
	snmp_free_pdu(request);
	return outcome;
}

struct answer_limits
mib_session_limits(const struct mib_session *session)
{
	(void)session;
	return (struct answer_limits){.most = 65000, .sure = 1200};
}

void
mib_session_pause(void)
{
}

/* --- what was read ----------------------------------------------------------------------------- */

static void
check_order(const struct row_list *rows)
{
	for (size_t i = 1; i < rows->count; i++)
		expect(random_sa_compare(row_list_at(rows, i - 1), row_list_at(rows, i)) < 0, "rows out of order", "");
}

static void
check_truth(const struct row_list *rows)
{
	size_t at = 0;

	for (size_t i = 0; i < rows->count; i++, at++) {
		const char *name;

		while (at < table.count && random_sa_compare(&table.rows[at], row_list_at(rows, i)) != 0) {
			expect(agent.ever_hidden >> at & 1, "an SA is missing", "");
			at++;
		}
		expect(at < table.count, "an SA that was not there", "");
		name = differing_column(&sa_table, row_list_at(rows, i), &table.rows[at]);
		expect(!name, "misread", name);
	}
	for (; at < table.count; at++)
		expect(agent.ever_hidden >> at & 1, "an SA is missing", "at the end");
}

static void
check_printing(const struct row_list *rows, const struct agent_state *state)
{
	char *json = NULL;
	size_t length;
	FILE *const stream = open_memstream(&json, &length);

	expect(stream != NULL, "no memory", "");
	for (size_t i = 0; i < rows->count; i++) {
		char line[KLIPS_TEXT_LINE_SIZE];
		const size_t octets = klips_text_print(row_list_at(rows, i), KLIPS_TEXT_AUTO, line);

		expect(strlen(line) == octets && strchr(line, '\n') == line + octets - 1, "is not one line", line);
	}
	sa_json_print(stream, state, rows->rows, rows->count);
	fclose(stream);
	free(json);
}

/* The SAs are the same ones always, as many as the first octet says. */
static struct sa *
set_up(uint8_t choice)
{
	struct sa *rows;

	agent = (struct agent){.uptime = 1000, .start_time = {7, 234, 1, 2, 3, 4, 5, 0, '+', 0, 0}};
	table.count = choice % (MOST_ROWS + 1);
	table.requests = 0;
	table.shows = is_shown;
	column_table_entry(&sa_table, &mib_default_root, &table.entry);
	random_from(NULL, 0);
	rows = random_table(table.count);
	table.rows = rows;
	return rows;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mib_client_options options = {.table = &mib_sa_table, .root = mib_default_root};
	struct mib_session session = {0};
	struct row_list rows = {.row_size = sizeof(struct sa)};
	struct agent_state state;
	struct xfrm_stat stat;
	struct sa *served;

	if (size < 2)
		return 0;
	served = set_up(data[0]);
	options.rows_per_request = data[1] % 8; /* 0: adapts */
	random_from(data + 2, size - 2);
	if (mib_client_read(&session, &options, &rows, &state)) {
		check_order(&rows);
		if (!agent.lied)
			check_truth(&rows);
		check_printing(&rows, &state);
	} else {
		expect(session.error[0] != '\0', "failed without a reason", "");
	}
	session.error[0] = '\0';
	if (!mib_client_read_stat(&session, &options.root, &stat))
		expect(session.error[0] != '\0', "failed without a reason", "");
	row_list_free(&rows);
	free(served);
	return 0;
}
