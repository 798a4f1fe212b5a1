/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/ike_columns.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"

static const struct column_label state_labels[] = {{IKE_STATE_OTHER, "other"},	   {IKE_CREATED, "created"},
						   {IKE_CONNECTING, "connecting"}, {IKE_ESTABLISHED, "established"},
						   {IKE_PASSIVE, "passive"},	   {IKE_REKEYING, "rekeying"},
						   {IKE_REKEYED, "rekeyed"},	   {IKE_DELETING, "deleting"},
						   {IKE_DESTROYING, "destroying"}, {0, NULL}};

static const struct column_label role_labels[] = {
	{IKE_INITIATOR, "initiator"}, {IKE_RESPONDER, "responder"}, {0, NULL}};

static const struct column_syntax state_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, state_labels};
static const struct column_syntax role_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, role_labels};

#define FIELD(member) COLUMN_FIELD(struct ike_sa, member)
#define DERIVED(member) offsetof(struct ike_sa, member), 0
#define NUMBER(name, syntax, units, member) {name, syntax, &column_number_codec, units, COLUMN_ALWAYS, FIELD(member)}
#define TEXT(name, member) {name, &syntax_admin_string, &column_text_codec, NULL, COLUMN_ALWAYS, FIELD(member)}
#define TRUTH(name, member) {name, &syntax_truth_value, &column_truth_codec, NULL, COLUMN_ALWAYS, FIELD(member)}

/* clang-format off */
static const struct column columns[] = {
	NUMBER("ipsecIkeId", &syntax_unsigned32, NULL, id),
	TEXT("ipsecIkeConnection", connection),
	NUMBER("ipsecIkeVersion", &syntax_unsigned32, NULL, version),
	NUMBER("ipsecIkeState", &state_enum, NULL, state),
	NUMBER("ipsecIkeRole", &role_enum, NULL, role),
	{"ipsecIkeLocalAddressType", &syntax_address_type, &column_address_type_codec, NULL, COLUMN_ALWAYS, FIELD(local)},
	{"ipsecIkeLocalAddress", &syntax_address, &column_address_codec, NULL, COLUMN_ALWAYS, FIELD(local)},
	{"ipsecIkeLocalText", &syntax_admin_string, &column_address_text_codec, NULL, COLUMN_ALWAYS, DERIVED(local)},
	NUMBER("ipsecIkeLocalPort", &syntax_port_number, NULL, local_port),
	TEXT("ipsecIkeLocalIdentity", local_id),
	{"ipsecIkeRemoteAddressType", &syntax_address_type, &column_address_type_codec, NULL, COLUMN_ALWAYS, FIELD(remote)},
	{"ipsecIkeRemoteAddress", &syntax_address, &column_address_codec, NULL, COLUMN_ALWAYS, FIELD(remote)},
	{"ipsecIkeRemoteText", &syntax_admin_string, &column_address_text_codec, NULL, COLUMN_ALWAYS, DERIVED(remote)},
	NUMBER("ipsecIkeRemotePort", &syntax_port_number, NULL, remote_port),
	TEXT("ipsecIkeRemoteIdentity", remote_id),
	TEXT("ipsecIkeRemoteEapIdentity", eap_id),
	TEXT("ipsecIkeEncryption", encryption),
	TEXT("ipsecIkeIntegrity", integrity),
	TEXT("ipsecIkePrf", prf),
	TEXT("ipsecIkeDhGroup", dh_group),
	TRUTH("ipsecIkeNatLocal", nat_local),
	TRUTH("ipsecIkeNatRemote", nat_remote),
	{"ipsecIkeSince", &syntax_date, &column_date_codec, NULL, COLUMN_ALWAYS, FIELD(since_seconds)},
	NUMBER("ipsecIkeAge", &syntax_gauge32, "seconds", age_seconds),
	NUMBER("ipsecIkeRekeyIn", &syntax_gauge32, "seconds", rekey_seconds),
	NUMBER("ipsecIkeReauthIn", &syntax_gauge32, "seconds", reauth_seconds),
	NUMBER("ipsecIkeReplacements", &syntax_counter32, "IKE SAs", replacements),
	NUMBER("ipsecIkeChildren", &syntax_gauge32, "child SAs", children),
	TEXT("ipsecIkeChildNames", child_names),
	NUMBER("ipsecIkeInBytes", &syntax_gauge64, "octets", in_bytes),
	NUMBER("ipsecIkeOutBytes", &syntax_gauge64, "octets", out_bytes),
	NUMBER("ipsecIkeInPackets", &syntax_gauge64, "packets", in_packets),
	NUMBER("ipsecIkeOutPackets", &syntax_gauge64, "packets", out_packets),
};
/* clang-format on */

const struct column_table ike_table = {
	.name = "ipsecIkeTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 1,
	.row_size = sizeof(struct ike_sa),
	.suffix = {1, 8, 1},
	.suffix_length = 3,
};

const char *
ike_state_label(uint8_t state)
{
	const char *const label = column_label(&state_enum, state);

	return label ? label : "?";
}
