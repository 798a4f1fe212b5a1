/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "mib_client.h"

#include <stdio.h>
#include <string.h>

#include "mib/stat_columns.h"
#include "table_walk.h"

/* SNMPv2-MIB::sysUpTime.0: it is reset when the agent (or the master agent) restarts, and with it its rows. */
static const oid system_uptime[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};

/* What was requested before the walk and after it. */
struct agent_view {
	struct agent_state state;
	uint64_t uptime; /* 0: not known */
};

__attribute__((format(printf, 2, 3))) static bool
fail(struct mib_session *session, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(session->error, sizeof(session->error), format, arguments);
	va_end(arguments);
	return false;
}

/* --- scalars ----------------------------------------------------------------------------------- */

/* A group of scalars: its table of columns, and the function that takes their values. */
struct scalar_group {
	const struct column_table *table;
	const char *(*set)(void *into, size_t number, const struct column_value *value);
	void *into;
	uint64_t *uptime; /* NULL, or sysUpTime is requested as if it were the last of them */
};

static size_t
group_size(const struct scalar_group *group)
{
	return group->table->count + (group->uptime ? 1 : 0);
}

static bool
take_scalars(struct mib_session *session, const struct scalar_group *group, size_t first, size_t count)
{
	for (size_t i = 0; i < session->varbinds.count && i < count; i++) {
		const struct mib_varbind *const varbind = row_list_at(&session->varbinds, i);
		struct column_value value;
		const struct column *column;
		const char *reason;

		if (varbind->tag == MIB_NO_SUCH_OBJECT || varbind->tag == MIB_NO_SUCH_INSTANCE)
			continue;
		if (first + i == group->table->count) {
			*group->uptime = varbind->tag == ASN_TIMETICKS ? varbind->number : 0;
			continue;
		}
		column = column_at(group->table, first + i);
		reason = mib_varbind_value(column->syntax, varbind, &value);
		if (!reason)
			reason = group->set(group->into, first + i, &value);
		if (reason)
			return fail(session, "nonsense: the value of %s %s", column->name, reason);
	}
	return true;
}

static netsnmp_pdu *
make_scalar_request(const struct mib_oid *root, const struct scalar_group *group, size_t first, size_t count)
{
	netsnmp_pdu *const request = snmp_pdu_create(SNMP_MSG_GET);
	struct mib_oid name;

	column_table_entry(group->table, root, &name);
	name.subids[name.length + 1] = 0;
	for (size_t i = first; request && i < first + count; i++) {
		name.subids[name.length] = i + 1;
		if (i == group->table->count)
			snmp_add_null_var(request, system_uptime, OID_LENGTH(system_uptime));
		else
			snmp_add_null_var(request, name.subids, name.length + 2);
	}
	return request;
}

/* How many scalars from that one on an answer surely has room for. */
static size_t
scalars_that_fit(const struct mib_session *session, const struct mib_oid *root, const struct scalar_group *group,
		 size_t first)
{
	const size_t sure = mib_session_limits(session).sure;
	const size_t name = answer_size_name(root->subids, root->length) + group->table->suffix_length + 2;
	size_t octets = 0, count = 0;

	for (size_t i = first; i < group_size(group); i++, count++) {
		octets += answer_size_most(column_at(group->table, i < group->table->count ? i : 0), name);
		if (octets > sure)
			break;
	}
	return count > 0 ? count : 1;
}

/* The whole group, in smaller portions if an answer would be too big. */
static bool
ask_scalars(struct mib_session *session, const struct mib_oid *root, const struct scalar_group *group)
{
	enum { MOST_ERRORS = 3 };
	size_t portion = group_size(group);
	unsigned errors = 0;

	for (size_t first = 0; first < group_size(group);) {
		const size_t fit = scalars_that_fit(session, root, group, first);
		const size_t count = portion < fit ? portion : fit;
		netsnmp_pdu *const request = make_scalar_request(root, group, first, count);
		enum mib_outcome outcome;

		if (!request)
			return fail(session, "out of memory");
		outcome = mib_session_ask(session, request, false);
		if (outcome == MIB_TOO_LONG || (outcome == MIB_ANSWERED && session->error_status == SNMP_ERR_TOOBIG)) {
			if (count == 1)
				return fail(session, "not even one value fits an answer (tooBig)");
			portion = count / 2;
			continue;
		}
		if (outcome != MIB_ANSWERED)
			return false;
		if (session->error_status == SNMP_ERR_AUTHORIZATIONERROR)
			return fail(session, "this user may see nothing there, or not at this security level (-l)");
		if (session->error_status != SNMP_ERR_NOERROR && ++errors < MOST_ERRORS)
			continue;
		if (session->error_status != SNMP_ERR_NOERROR)
			return fail(session, "it answered %s when asked for %s; check that ipsec-spi-agent runs there",
				    mib_error_name(session->error_status), group->table->name);
		if (session->varbinds.count != count)
			return fail(session, "nonsense: %zu values where %zu were asked for", session->varbinds.count,
				    count);
		if (!take_scalars(session, group, first, count))
			return false;
		first += count;
	}
	return true;
}

static const char *
set_agent(void *into, size_t number, const struct column_value *value)
{
	return agent_state_set(into, number, value);
}

static bool
ask_agent(struct mib_session *session, const struct mib_oid *root, struct agent_view *view)
{
	const struct scalar_group group = {&agent_table, set_agent, &view->state, &view->uptime};

	*view = (struct agent_view){0};
	return ask_scalars(session, root, &group);
}

static const char *
set_stat(void *into, size_t number, const struct column_value *value)
{
	const struct column *const column = column_at(&stat_table, number);
	const char *const reason = column_set(column, into, value);

	if (!reason && column->attribute >= 0)
		((struct xfrm_stat *)into)->known |= UINT64_C(1) << column->attribute;
	return reason;
}

bool
mib_client_read_stat(struct mib_session *session, const struct mib_oid *root, struct xfrm_stat *stat)
{
	const struct scalar_group group = {&stat_table, set_stat, stat, NULL};

	*stat = (struct xfrm_stat){0};
	return ask_scalars(session, root, &group);
}

/* --- the table --------------------------------------------------------------------------------- */

static netsnmp_pdu *
make_table_request(const struct table_walk *walk, const struct table_walk_request *asked)
{
	const bool is_bulk = asked->kind == TABLE_WALK_GETBULK;
	netsnmp_pdu *const request = snmp_pdu_create(is_bulk ? SNMP_MSG_GETBULK : SNMP_MSG_GET);
	struct mib_oid name = walk->entry;
	const size_t at = name.length++;

	if (!request)
		return NULL;
	if (is_bulk) {
		request->non_repeaters = 0;
		request->max_repetitions = (long)asked->repetitions;
	}
	memcpy(name.subids + name.length, asked->index, asked->index_length * sizeof(asked->index[0]));
	name.length += asked->index_length;
	for (size_t i = 0; i < asked->columns; i++) {
		name.subids[at] = walk->table->columns->index_columns + asked->ranks[i] + 1;
		snmp_add_null_var(request, name.subids, name.length);
	}
	return request;
}

static enum table_walk_step
step_table(struct mib_session *session, struct table_walk *walk)
{
	struct table_walk_request asked;
	netsnmp_pdu *request;

	table_walk_request(walk, &asked);
	request = make_table_request(walk, &asked);
	if (!request) {
		fail(session, "out of memory");
		return TABLE_WALK_FAILED;
	}
	switch (mib_session_ask(session, request, asked.probe)) {
	case MIB_ANSWERED:
		return table_walk_answer(walk, session->error_status, session->varbinds.rows, session->varbinds.count);
	case MIB_NO_ANSWER:
		return table_walk_no_answer(walk);
	case MIB_TOO_LONG:
		return table_walk_answer(walk, SNMP_ERR_TOOBIG, NULL, 0);
	default:
		return TABLE_WALK_FAILED;
	}
}

/* More than an agent reports, or can have: it may lie, and never end. */
static size_t
row_limit(const struct mib_table *table, const struct agent_state *state, uint64_t *expected)
{
	enum { ROWS_OF_LEEWAY = 100000 };
	const uint64_t room = UINT64_C(4) << 30; /* in octets, as for a saved walk's file */
	const uint64_t most = room / table->columns->row_size;
	uint64_t rows = most;

	*expected = 0;
	if (agent_state_number(state, table->count_field, expected))
		rows = 2 * *expected + ROWS_OF_LEEWAY;
	return (size_t)(rows < most ? rows : most);
}

static enum table_walk_step
ask_table(struct mib_session *session, const struct mib_client_options *options, const struct agent_state *state,
	  struct row_list *rows)
{
	const struct mib_table *const table = options->table;
	uint64_t expected;
	const size_t limit = row_limit(table, state, &expected);
	const struct answer_limits limits = mib_session_limits(session);
	enum table_walk_step step;
	struct table_walk walk;

	rows->count = 0;
	if (!table_walk_init(&walk, table, &options->root, rows, limit, options->rows_per_request, &limits)) {
		fail(session, "out of memory");
		return TABLE_WALK_FAILED;
	}
	do {
		step = step_table(session, &walk);
		if (options->progress)
			options->progress(options->data, rows->count, expected);
	} while (step == TABLE_WALK_ASK);
	if (step == TABLE_WALK_FAILED && walk.error[0])
		fail(session, "%s", walk.error);
	table_walk_free(&walk);
	return step;
}

/* --- both -------------------------------------------------------------------------------------- */

/* Whether the agent, or its master, was restarted between the two: then the walk may have missed rows. */
static bool
has_restarted(const struct agent_view *before, const struct agent_view *after)
{
	const int64_t start = before->state.status.start_seconds, later = after->state.status.start_seconds;

	if (start != 0 && later != 0 && start != later)
		return true;
	return before->uptime > 0 && after->uptime > 0 && after->uptime < before->uptime;
}

/* Whether the agent reports a number of rows, before the walk and after it, but the walk has seen none. */
static bool
hides_rows(const struct mib_table *table, const struct agent_view *before, const struct agent_view *after,
	   const struct row_list *rows)
{
	uint64_t first = 0, count = 0;

	agent_state_number(&before->state, table->count_field, &first);
	agent_state_number(&after->state, table->count_field, &count);
	return rows->count == 0 && first > 0 && count > 0;
}

static bool
judge(struct mib_session *session, const struct mib_client_options *options, const struct agent_state *state)
{
	char words[512];

	if (!options->in_any_state && agent_state_judge(state, words) == AGENT_UNUSABLE)
		return fail(session, "%.*s", MIB_ERROR_SIZE - 1, words);
	return true;
}

/* A master that was kept waiting ends the agent's session, and the agent returns within a second. */
static bool
wait_for_return(struct mib_session *session, const struct mib_oid *root, struct agent_view *view)
{
	enum { MOST_PAUSES = 25 };

	for (unsigned pauses = 0; pauses < MOST_PAUSES; pauses++) {
		mib_session_pause();
		if (!ask_agent(session, root, view))
			return false;
		if (view->state.known)
			return true;
	}
	return fail(session, "ipsec-spi-agent went away in mid-walk");
}

/* Why a walk is not trustworthy, and must be repeated. */
enum doubt { DOUBT_NONE, DOUBT_RESTARTED, DOUBT_GONE, DOUBT_HIDDEN };

static enum doubt
doubt_about(enum table_walk_step step, const struct mib_client_options *options, const struct row_list *rows,
	    const struct agent_view *before, const struct agent_view *after)
{
	if (has_restarted(before, after))
		return DOUBT_RESTARTED;
	if (step == TABLE_WALK_GONE)
		return DOUBT_GONE;
	return !options->may_be_hidden && hides_rows(options->table, before, after, rows) ? DOUBT_HIDDEN : DOUBT_NONE;
}

static bool
fail_by(struct mib_session *session, const struct mib_table *table, enum doubt doubt)
{
	if (doubt == DOUBT_HIDDEN)
		return fail(session, "the agent has %s, but shows none; let this community or user see %s", table->rows,
			    table->columns->name);
	if (doubt == DOUBT_GONE)
		return fail(session,
			    "all %s went away in mid-walk, several times: snmpd loses ipsec-spi-agent; check the load "
			    "of that host",
			    table->rows);
	return fail(session, "ipsec-spi-agent keeps restarting, so that no walk completes");
}

bool
mib_client_read(struct mib_session *session, const struct mib_client_options *options, struct row_list *rows,
		struct agent_state *state)
{
	enum { MOST_WALKS = 3 };
	const struct mib_table *const table = options->table;
	struct agent_view before, after;
	enum doubt doubt = DOUBT_NONE;

	if (!ask_agent(session, &options->root, &before))
		return false;
	for (unsigned walks = 0; walks < MOST_WALKS; walks++) {
		enum table_walk_step step;

		if (!judge(session, options, &before.state))
			return false;
		step = ask_table(session, options, &before.state, rows);
		if (step == TABLE_WALK_FAILED || !ask_agent(session, &options->root, &after))
			return false;
		if (!before.state.known && !after.state.known && rows->count == 0)
			return fail(session, "no IPSEC-SPI-MIB there; check that ipsec-spi-agent is connected to that "
					     "snmpd, and that this community or user may see the MIB");
		if (before.state.known && !after.state.known) {
			if (!wait_for_return(session, &options->root, &after))
				return false;
			step = TABLE_WALK_GONE;
		}
		if (!judge(session, options, &after.state))
			return false;
		doubt = doubt_about(step, options, rows, &before, &after);
		if (doubt == DOUBT_NONE) {
			*state = after.state;
			return true;
		}
		before = after;
	}
	return fail_by(session, table, doubt);
}
