/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_columns.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"

static const struct column_label state_labels[] = {
	{TUNNEL_UP, "up"}, {TUNNEL_DOWN, "down"}, {TUNNEL_LARVAL, "larval"}, {TUNNEL_UNKNOWN, "unknown"}, {0, NULL}};

static const struct column_syntax state_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, state_labels};

#define FIELD(member) COLUMN_ALWAYS, COLUMN_FIELD(struct tunnel, member)
#define DERIVED(member) COLUMN_ALWAYS, offsetof(struct tunnel, member), 0
#define NUMBER(name, syntax, units, member) {name, syntax, &column_number_codec, units, FIELD(member)}

/* clang-format off */
static const struct column columns[] = {
	NUMBER("ipsecTunnelIndex", &syntax_unsigned32, NULL, index),
	{"ipsecTunnelName", &syntax_admin_string, &column_text_codec, NULL, FIELD(name)},
	NUMBER("ipsecTunnelState", &state_enum, NULL, state),
	{"ipsecTunnelLocalAddressType", &syntax_address_type, &column_address_type_codec, NULL, FIELD(local)},
	{"ipsecTunnelLocalAddress", &syntax_address, &column_address_codec, NULL, FIELD(local)},
	{"ipsecTunnelRemoteAddressType", &syntax_address_type, &column_address_type_codec, NULL, FIELD(remote)},
	{"ipsecTunnelRemoteAddress", &syntax_address, &column_address_codec, NULL, FIELD(remote)},
	NUMBER("ipsecTunnelReqid", &syntax_unsigned32, NULL, reqid),
	NUMBER("ipsecTunnelIfId", &syntax_unsigned32, NULL, if_id),
	NUMBER("ipsecTunnelInBytes", &syntax_counter64, "octets", in_bytes),
	NUMBER("ipsecTunnelOutBytes", &syntax_counter64, "octets", out_bytes),
	NUMBER("ipsecTunnelInPackets", &syntax_counter64, "packets", in_packets),
	NUMBER("ipsecTunnelOutPackets", &syntax_counter64, "packets", out_packets),
	NUMBER("ipsecTunnelInErrors", &syntax_counter64, "packets", in_errors),
	NUMBER("ipsecTunnelOutErrors", &syntax_counter64, "packets", out_errors),
	{"ipsecTunnelSince", &syntax_date, &column_date_codec, NULL, FIELD(since_seconds)},
	NUMBER("ipsecTunnelStateAge", &syntax_gauge32, "seconds", state_seconds),
	NUMBER("ipsecTunnelUps", &syntax_counter32, "transitions", ups),
	NUMBER("ipsecTunnelDowns", &syntax_counter32, "transitions", downs),
	NUMBER("ipsecTunnelRekeys", &syntax_counter32, "rekeys", rekeys),
	NUMBER("ipsecTunnelUnseenEnds", &syntax_counter32, "SAs", unseen_ends),
	NUMBER("ipsecTunnelInSas", &syntax_gauge32, "SAs", sas_in),
	NUMBER("ipsecTunnelOutSas", &syntax_gauge32, "SAs", sas_out),
	NUMBER("ipsecTunnelExpiresIn", &syntax_gauge32, "seconds", expires_seconds),
	{"ipsecTunnelDiscontinuityTime", &syntax_date, &column_date_codec, NULL, FIELD(began_seconds)},
	{"ipsecTunnelLocalText", &syntax_admin_string, &column_address_text_codec, NULL, DERIVED(local)},
	{"ipsecTunnelRemoteText", &syntax_admin_string, &column_address_text_codec, NULL, DERIVED(remote)},
	{"ipsecTunnelDescr", &syntax_admin_string, &column_word_codec, NULL, COLUMN_IF_ANY, COLUMN_FIELD(struct tunnel, descr)},
	{"ipsecTunnelSelectors", &syntax_admin_string, &column_text_codec, NULL, FIELD(selectors)},
	{"ipsecTunnelConnection", &syntax_admin_string, &column_text_codec, NULL, FIELD(connection)},
	{"ipsecTunnelChild", &syntax_admin_string, &column_text_codec, NULL, FIELD(child)},
	{"ipsecTunnelRemoteIdentity", &syntax_admin_string, &column_text_codec, NULL, FIELD(remote_id)},
	NUMBER("ipsecTunnelInboundIndex", &syntax_unsigned32, NULL, inbound_index),
	NUMBER("ipsecTunnelMoves", &syntax_counter32, "moves", moves),
};
/* clang-format on */

const struct column_table tunnel_table = {
	.name = "ipsecTunnelTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 1,
	.row_size = sizeof(struct tunnel),
	.suffix = {1, 3, 1},
	.suffix_length = 3,
};

const char *
tunnel_state_label(uint8_t state)
{
	const char *const label = column_label(&state_enum, state);

	return label ? label : "?";
}
