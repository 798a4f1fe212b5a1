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
