/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_columns.h"

#include <string.h>

#include "mib/column_codec.h"
#include "base/date_and_time.h"
#include "base/utf8.h"

/* --- SYNTAX clauses ---------------------------------------------------------------------------- */

static const struct column_label state_labels[] = {
	{TUNNEL_UP, "up"}, {TUNNEL_DOWN, "down"}, {TUNNEL_LARVAL, "larval"}, {TUNNEL_UNKNOWN, "unknown"}, {0, NULL}};
static const struct column_label address_type_labels[] = {
	{SA_ADDRESS_NONE, "unknown"}, {SA_ADDRESS_IPV4, "ipv4"}, {SA_ADDRESS_IPV6, "ipv6"}, {0, NULL}};

static const struct column_syntax admin_string = {"SnmpAdminString", COLUMN_OCTETS, true, NULL};
static const struct column_syntax state_enum = {"INTEGER", COLUMN_INTEGER32, false, state_labels};
static const struct column_syntax inet_address_type = {"InetAddressType", COLUMN_INTEGER32, false, address_type_labels};
static const struct column_syntax inet_address = {"InetAddress", COLUMN_OCTETS, false, NULL};
static const struct column_syntax unsigned32 = {"Unsigned32", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax gauge32 = {"Gauge32", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax counter32 = {"Counter32", COLUMN_COUNTER32, false, NULL};
static const struct column_syntax counter64 = {"Counter64", COLUMN_COUNTER64, false, NULL};
static const struct column_syntax date = {"DateAndTime", COLUMN_OCTETS, false, NULL};

/* --- codecs ------------------------------------------------------------------------------------ */

static void
get_name(const struct column *column, const void *row, struct column_value *value)
{
	const struct tunnel *const tunnel = row;

	(void)column;
	value->octets = (const uint8_t *)tunnel->name;
	value->length = strlen(tunnel->name);
}

static const char *
set_name(const struct column *column, void *row, const struct column_value *value)
{
	struct tunnel *const tunnel = row;

	(void)column;
	if (value->length >= sizeof(tunnel->name))
		return "is too long";
	if (value->length > 0 && !utf8_is_printable(value->octets, value->length))
		return "is not UTF-8, or has a control character";
	memset(tunnel->name, 0, sizeof(tunnel->name));
	if (value->length > 0)
		memcpy(tunnel->name, value->octets, value->length);
	return NULL;
}

/* Seconds since 1970, in 64 bits. */
static void
get_date(const struct column *column, const void *row, struct column_value *value)
{
	int64_t seconds;

	memcpy(&seconds, (const char *)row + column->offset, sizeof(seconds));
	date_and_time(seconds * 1000, value->scratch);
	value->octets = value->scratch;
	value->length = DATE_AND_TIME_OCTETS;
}

static const char *
set_date(const struct column *column, void *row, const struct column_value *value)
{
	int64_t time_ms, seconds;

	if (!date_and_time_read(value->octets, value->length, &time_ms))
		return "is no date and time with a zone";
	seconds = time_ms / 1000;
	memcpy((char *)row + column->offset, &seconds, sizeof(seconds));
	return NULL;
}

static const struct column_codec name_codec = {get_name, set_name};
static const struct column_codec date_codec = {get_date, set_date};

/* --- the table --------------------------------------------------------------------------------- */

#define FIELD(member) offsetof(struct tunnel, member), sizeof(((struct tunnel *)0)->member)
#define NUMBER(name, syntax, units, member) {name, syntax, &column_number_codec, units, -1, FIELD(member)}

/* clang-format off */
const struct column tunnel_columns[] = {
	{"ipsecTunnelName", &admin_string, &name_codec, NULL, -1, FIELD(name)},
	NUMBER("ipsecTunnelState", &state_enum, NULL, state),
	{"ipsecTunnelLocalAddressType", &inet_address_type, &column_address_type_codec, NULL, -1, FIELD(local)},
	{"ipsecTunnelLocalAddress", &inet_address, &column_address_codec, NULL, -1, FIELD(local)},
	{"ipsecTunnelRemoteAddressType", &inet_address_type, &column_address_type_codec, NULL, -1, FIELD(remote)},
	{"ipsecTunnelRemoteAddress", &inet_address, &column_address_codec, NULL, -1, FIELD(remote)},
	NUMBER("ipsecTunnelReqid", &unsigned32, NULL, reqid),
	NUMBER("ipsecTunnelIfId", &unsigned32, NULL, if_id),
	NUMBER("ipsecTunnelInBytes", &counter64, "octets", in_bytes),
	NUMBER("ipsecTunnelOutBytes", &counter64, "octets", out_bytes),
	NUMBER("ipsecTunnelInPackets", &counter64, "packets", in_packets),
	NUMBER("ipsecTunnelOutPackets", &counter64, "packets", out_packets),
	NUMBER("ipsecTunnelInErrors", &counter64, "packets", in_errors),
	NUMBER("ipsecTunnelOutErrors", &counter64, "packets", out_errors),
	{"ipsecTunnelSince", &date, &date_codec, NULL, -1, FIELD(since_seconds)},
	NUMBER("ipsecTunnelStateAge", &gauge32, "seconds", state_seconds),
	NUMBER("ipsecTunnelUps", &counter32, "transitions", ups),
	NUMBER("ipsecTunnelDowns", &counter32, "transitions", downs),
	NUMBER("ipsecTunnelRekeys", &counter32, "rekeys", rekeys),
	NUMBER("ipsecTunnelUnseenEnds", &counter32, "SAs", unseen_ends),
	NUMBER("ipsecTunnelInSas", &gauge32, "SAs", sas_in),
	NUMBER("ipsecTunnelOutSas", &gauge32, "SAs", sas_out),
	NUMBER("ipsecTunnelExpiresIn", &gauge32, "seconds", expires_seconds),
	{"ipsecTunnelDiscontinuityTime", &date, &date_codec, NULL, -1, FIELD(began_seconds)},
};
/* clang-format on */

const size_t tunnel_columns_count = sizeof(tunnel_columns) / sizeof(tunnel_columns[0]);

const struct column *
tunnel_column_by_subid(unsigned long subid)
{
	if (subid < TUNNEL_COLUMN_FIRST_SUBID || subid - TUNNEL_COLUMN_FIRST_SUBID >= tunnel_columns_count)
		return NULL;
	return &tunnel_columns[subid - TUNNEL_COLUMN_FIRST_SUBID];
}

const char *
tunnel_state_label(uint8_t state)
{
	for (const struct column_label *label = state_labels; label->label; label++) {
		if (label->value == state)
			return label->label;
	}
	return "?";
}
