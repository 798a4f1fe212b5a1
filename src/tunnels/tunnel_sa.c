/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_sa.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"

#define FIELD(member) COLUMN_ALWAYS, COLUMN_FIELD(struct tunnel_sa, member)
#define DERIVED(member) COLUMN_ALWAYS, offsetof(struct tunnel_sa, member), 0

/* clang-format off */
static const struct column columns[] = {
	{"ipsecTunnelSaSaid", &syntax_admin_string, &column_said_codec, NULL, DERIVED(said)},
	{"ipsecTunnelSaDirection", &syntax_direction, &column_number_codec, NULL, FIELD(direction)},
	{"ipsecTunnelSaState", &syntax_sa_state, &column_number_codec, NULL, FIELD(state)},
	{"ipsecTunnelSaTransform", &syntax_admin_string, &column_any_text_codec, NULL, FIELD(transform)},
};
/* clang-format on */

const struct column_table tunnel_sa_table = {
	.name = "ipsecTunnelSaTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 0, /* columns of other tables */
	.row_size = sizeof(struct tunnel_sa),
	.suffix = {1, 6, 1},
	.suffix_length = 3,
};
