/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_tables.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"

#define FIELD(row, member) COLUMN_ALWAYS, COLUMN_FIELD(struct row, member)
#define TUNNEL(member) FIELD(state_tunnel, member)
#define KEY(member) TUNNEL(number.identity.key.member)
#define ENGINE(member) FIELD(state_engine, member)

/* clang-format off */
static const struct column tunnel_columns[] = {
	{"Context", &syntax_admin_string, &column_text_codec, NULL, TUNNEL(context)},
	{"Index", &syntax_unsigned32, &column_number_codec, NULL, TUNNEL(number.index)},
	{"Name", &syntax_admin_string, &column_text_codec, NULL, TUNNEL(number.identity.name)},
	{"LocalAddress", &syntax_address, &column_address_codec, NULL, KEY(local)},
	{"RemoteAddress", &syntax_address, &column_address_codec, NULL, KEY(remote)},
	{"Reqid", &syntax_unsigned32, &column_number_codec, NULL, KEY(reqid)},
	{"IfId", &syntax_unsigned32, &column_number_codec, NULL, KEY(if_id)},
	{"Descr", &syntax_admin_string, &column_word_codec, NULL, TUNNEL(number.descr)},
	{"Port", &syntax_unsigned32, &column_number_codec, NULL, KEY(port)},
};

#define CONTEXT(row) {"Context", &syntax_admin_string, &column_text_codec, NULL, FIELD(row, context)}
#define NUMBER32(name, row, member) {name, &syntax_unsigned32, &column_number_codec, NULL, FIELD(row, member)}
#define NUMBER64(name, row, member) {name, &syntax_counter64, &column_number_codec, NULL, FIELD(row, member)}
#define TRUTH(name, row, member) {name, &syntax_truth_value, &column_truth_codec, NULL, FIELD(row, member)}
#define ADDRESS(name, row, member) {name, &syntax_address, &column_address_codec, NULL, FIELD(row, member)}
#define OCTETS(name, row, member) {name, &syntax_octet_string, &column_octets_codec, NULL, FIELD(row, member)}

static const struct column context_columns[] = {
	CONTEXT(state_context),
	{"Boot", &syntax_admin_string, &column_word_codec, NULL, FIELD(state_context, boot)},
	NUMBER32("Source", state_context, source),
	NUMBER64("Written", state_context, written_seconds),
	NUMBER32("LastEvent", state_context, last_event),
	NUMBER32("LastNotified", state_context, last_notified),
};

static const struct column row_columns[] = {
	CONTEXT(state_row),
	NUMBER32("Index", state_row, row.tunnel.index),
	{"Name", &syntax_admin_string, &column_text_codec, NULL, FIELD(state_row, row.tunnel.name)},
	TRUTH("HasKey", state_row, row.has_key),
	TRUTH("IsPair", state_row, row.is_pair),
	ADDRESS("LocalAddress", state_row, row.tunnel.local),
	ADDRESS("RemoteAddress", state_row, row.tunnel.remote),
	NUMBER32("Reqid", state_row, row.tunnel.reqid),
	NUMBER32("IfId", state_row, row.tunnel.if_id),
	NUMBER32("State", state_row, row.tunnel.state),
	NUMBER64("Since", state_row, row.tunnel.since_seconds),
	NUMBER64("SinceUptime", state_row, row.since_us),
	NUMBER64("Began", state_row, row.tunnel.began_seconds),
	NUMBER32("Ups", state_row, row.tunnel.ups),
	NUMBER32("Downs", state_row, row.tunnel.downs),
	NUMBER32("Rekeys", state_row, row.tunnel.rekeys),
	NUMBER32("UnseenEnds", state_row, row.tunnel.unseen_ends),
	NUMBER64("InBytes", state_row, row.tunnel.in_bytes),
	NUMBER64("OutBytes", state_row, row.tunnel.out_bytes),
	NUMBER64("InPackets", state_row, row.tunnel.in_packets),
	NUMBER64("OutPackets", state_row, row.tunnel.out_packets),
	NUMBER64("InErrors", state_row, row.tunnel.in_errors),
	NUMBER64("OutErrors", state_row, row.tunnel.out_errors),
	{"Label", &syntax_admin_string, &column_text_codec, NULL, FIELD(state_row, row.label)},
	{"Connection", &syntax_admin_string, &column_text_codec, NULL, FIELD(state_row, row.tunnel.connection)},
	{"Child", &syntax_admin_string, &column_text_codec, NULL, FIELD(state_row, row.tunnel.child)},
	{"RemoteIdentity", &syntax_admin_string, &column_text_codec, NULL, FIELD(state_row, row.tunnel.remote_id)},
	NUMBER32("Moves", state_row, row.tunnel.moves),
	NUMBER32("Port", state_row, row.port),
};

static const struct column path_columns[] = {
	CONTEXT(state_path),
	NUMBER32("Path", state_path, path.number),
	NUMBER32("Index", state_path, path.index),
	ADDRESS("LocalAddress", state_path, path.key.local),
	ADDRESS("RemoteAddress", state_path, path.key.remote),
	NUMBER32("Reqid", state_path, path.key.reqid),
	NUMBER32("IfId", state_path, path.key.if_id),
	TRUTH("HadIn", state_path, path.had_in),
	TRUTH("HadOut", state_path, path.had_out),
	NUMBER32("Port", state_path, path.key.port),
};

static const struct column sa_columns[] = {
	CONTEXT(state_sa),
	OCTETS("Sa", state_sa, key),
	NUMBER32("PathPlusOne", state_sa, sa.path),
	NUMBER32("Way", state_sa, sa.way),
	NUMBER32("Class", state_sa, sa.class),
	NUMBER32("Rank", state_sa, sa.rank),
	NUMBER32("Direction", state_sa, direction),
	NUMBER32("State", state_sa, state),
	NUMBER64("Bytes", state_sa, sa.bytes),
	NUMBER64("Packets", state_sa, sa.packets),
	NUMBER64("Errors", state_sa, sa.errors),
	NUMBER32("Born", state_sa, born_seconds),
	NUMBER32("Used", state_sa, used_seconds),
	NUMBER32("Alarms", state_sa, alarms),
};

_Static_assert(SA_LIFE_KINDS == 5, "each has its columns");

static const struct column told_columns[] = {
	CONTEXT(state_told),
	OCTETS("Sa", state_told, key),
	NUMBER32("Told", state_told, told),
	NUMBER64("Soft1", state_told, soft[0]),
	NUMBER64("Hard1", state_told, hard[0]),
	NUMBER64("Soft2", state_told, soft[1]),
	NUMBER64("Hard2", state_told, hard[1]),
	NUMBER64("Soft3", state_told, soft[2]),
	NUMBER64("Hard3", state_told, hard[2]),
	NUMBER64("Soft4", state_told, soft[3]),
	NUMBER64("Hard4", state_told, hard[3]),
	NUMBER64("Soft5", state_told, soft[4]),
	NUMBER64("Hard5", state_told, hard[4]),
	NUMBER32("UseBegan", state_told, use_began_seconds),
	ADDRESS("Src", state_told, src),
};

static const struct column alarm_columns[] = {
	CONTEXT(state_alarm),
	NUMBER32("Alarm", state_alarm, alarm),
	NUMBER32("About", state_alarm, about),
	NUMBER64("Began", state_alarm, began_seconds),
	NUMBER32("Silent", state_alarm, silent),
	NUMBER64("Base", state_alarm, base),
	NUMBER64("Since", state_alarm, since),
};

static const struct column engine_columns[] = {
	{"EngineId", &syntax_admin_string, &column_text_codec, NULL, ENGINE(id)},
	{"Boots", &syntax_unsigned32, &column_number_codec, NULL, ENGINE(boots)},
};
/* clang-format on */

const struct column_table state_tunnel_table = {
	.name = "tunnel",
	.columns = tunnel_columns,
	.count = COLUMN_COUNT(tunnel_columns),
	.row_size = sizeof(struct state_tunnel),
};

const struct column_table state_engine_table = {
	.name = "engine",
	.columns = engine_columns,
	.count = COLUMN_COUNT(engine_columns),
	.row_size = sizeof(struct state_engine),
};

const struct column_table state_context_table = {
	.name = "context",
	.columns = context_columns,
	.count = COLUMN_COUNT(context_columns),
	.row_size = sizeof(struct state_context),
};

const struct column_table state_row_table = {
	.name = "state",
	.columns = row_columns,
	.count = COLUMN_COUNT(row_columns),
	.row_size = sizeof(struct state_row),
};

const struct column_table state_path_table = {
	.name = "path",
	.columns = path_columns,
	.count = COLUMN_COUNT(path_columns),
	.row_size = sizeof(struct state_path),
};

const struct column_table state_sa_table = {
	.name = "sa",
	.columns = sa_columns,
	.count = COLUMN_COUNT(sa_columns),
	.row_size = sizeof(struct state_sa),
};

const struct column_table state_told_table = {
	.name = "told",
	.columns = told_columns,
	.count = COLUMN_COUNT(told_columns),
	.row_size = sizeof(struct state_told),
};

const struct column_table state_alarm_table = {
	.name = "alarm",
	.columns = alarm_columns,
	.count = COLUMN_COUNT(alarm_columns),
	.row_size = sizeof(struct state_alarm),
};

/* --- invalid rows ------------------------------------------------------------------------------ */

/* The end of the year 9999, the last that a date can represent. */
static const int64_t TIME_MOST = INT64_C(253402300799);

/* No SA lives long enough to exceed this. */
static bool
is_beyond(uint64_t counter)
{
	return counter > INT64_MAX;
}

static const char *
what_is_wrong_with_row(const struct state_row *row)
{
	const struct tunnel *const tunnel = &row->row.tunnel;

	if (tunnel->index == 0)
		return "has a tunnel without an index";
	if (tunnel->state < TUNNEL_UP || tunnel->state > TUNNEL_UNKNOWN)
		return "has a tunnel in an unknown state";
	if (tunnel->since_seconds < 0 || tunnel->since_seconds > TIME_MOST || tunnel->began_seconds < 0 ||
	    tunnel->began_seconds > TIME_MOST)
		return "has an impossible time";
	if (is_beyond(tunnel->in_bytes) || is_beyond(tunnel->out_bytes) || is_beyond(tunnel->in_packets) ||
	    is_beyond(tunnel->out_packets) || is_beyond(tunnel->in_errors) || is_beyond(tunnel->out_errors))
		return "has an impossible counter";
	return NULL;
}

static const char *
what_is_wrong_with_sa(const struct state_sa *sa)
{
	struct sa_said said;
	struct sa_key key;

	sa_key_said(&sa->key, &said);
	sa_key_make(&key, &said);
	if (!sa_key_equal(&key, &sa->key))
		return "has an impossible SA";
	if (is_beyond(sa->sa.bytes) || is_beyond(sa->sa.packets) || is_beyond(sa->sa.errors))
		return "has an impossible counter";
	return NULL;
}

const char *
state_row_wrong(const struct column_table *table, const void *row)
{
	if (table == &state_tunnel_table)
		return ((const struct state_tunnel *)row)->number.index == 0 ? "has a tunnel without an index" : NULL;
	if (table == &state_row_table)
		return what_is_wrong_with_row(row);
	return table == &state_sa_table ? what_is_wrong_with_sa(row) : NULL;
}
