/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event_columns.h"

#include "klips/klips_text.h"
#include "mib/column_codec.h"
#include "mib/column_syntax.h"

/* --- enumerations ------------------------------------------------------------------------------ */

static const struct column_label kind_labels[] = {{EVENT_SA_SOFT_EXPIRED, "saSoftExpired"},
						  {EVENT_SA_HARD_EXPIRED, "saHardExpired"},
						  {EVENT_SOURCE_FAILED, "sourceFailed"},
						  {EVENT_SOURCE_RECOVERED, "sourceRecovered"},
						  {EVENT_TUNNEL_UP, "tunnelUp"},
						  {EVENT_TUNNEL_DOWN, "tunnelDown"},
						  {EVENT_TUNNEL_ERRORS, "tunnelErrors"},
						  {EVENT_SA_CREATED, "saCreated"},
						  {EVENT_SA_DELETED, "saDeleted"},
						  {EVENT_IKE_UP, "ikeUp"},
						  {EVENT_IKE_DOWN, "ikeDown"},
						  {EVENT_ALARM_RAISED, "alarmRaised"},
						  {EVENT_ALARM_CLEARED, "alarmCleared"},
						  {0, NULL}};
static const struct column_label alarm_labels[] = {{EVENT_ALARM_NONE, "none"},
						   {EVENT_ALARM_ONE_WAY, "oneWay"},
						   {EVENT_ALARM_SEQUENCE, "sequence"},
						   {EVENT_ALARM_DROPS, "drops"},
						   {EVENT_ALARM_LATE_REKEY, "lateRekey"},
						   {EVENT_ALARM_REKEY_STORM, "rekeyStorm"},
						   {0, NULL}};
static const struct column_label limit_labels[] = {{EVENT_LIMIT_NONE, "none"},
						   {EVENT_LIMIT_ALLOCATIONS, "allocations"},
						   {EVENT_LIMIT_BYTES, "bytes"},
						   {EVENT_LIMIT_ADD_TIME, "addTime"},
						   {EVENT_LIMIT_USE_TIME, "useTime"},
						   {EVENT_LIMIT_PACKETS, "packets"},
						   {0, NULL}};
static const struct column_label delivery_labels[] = {
	{EVENT_NOT_NOTIFIED, "notNotified"}, {EVENT_WAITING, "waiting"}, {EVENT_SENT, "sent"},
	{EVENT_DROPPED, "dropped"},	     {EVENT_NO_SINK, "noSink"},	 {0, NULL}};

/* clang-format off */
static const struct column_syntax kind_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, kind_labels};
static const struct column_syntax alarm_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, alarm_labels};
static const struct column_syntax limit_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, limit_labels};
static const struct column_syntax delivery_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, delivery_labels};
/* clang-format on */

/* --- codecs ------------------------------------------------------------------------------------ */

/* Empty where the event is not about an SA. */
static void
get_said(const struct column *column, const void *row, struct column_value *value)
{
	const struct event *const event = row;

	(void)column;
	value->octets = value->scratch;
	value->length = 0;
	if (event->said.protocol != 0)
		value->length = klips_said_print(&event->said, (char *)value->scratch);
}

static const struct column_codec said_codec = {get_said, column_set_nothing, NULL};

/* --- the table --------------------------------------------------------------------------------- */

#define FIELD(member) NULL, COLUMN_ALWAYS, COLUMN_FIELD(struct event, member)
#define DERIVED(member) NULL, COLUMN_ALWAYS, offsetof(struct event, member), 0
#define COLUMN(number) [EVENT_COLUMN_##number - 1]

/*
 * Limits are text: SNMPv1 has no 64-bit numbers, and a notification with one would be lost for its receivers (RFC 3584,
 * section 3.2).
 */
/* clang-format off */
static const struct column columns[] = {
	COLUMN(INDEX) = {"ipsecEventIndex", &syntax_unsigned32, &column_number_codec, FIELD(number)},
	COLUMN(NUMBER) = {"ipsecEventNumber", &syntax_unsigned32, &column_number_codec, FIELD(number)},
	COLUMN(NOTIFIED_BEFORE) = {"ipsecEventNotifiedBefore", &syntax_unsigned32, &column_number_codec, FIELD(notified_before)},
	COLUMN(TIME) = {"ipsecEventTime", &syntax_date, &column_date_ms_codec, FIELD(time_ms)},
	COLUMN(KIND) = {"ipsecEventKind", &kind_enum, &column_number_codec, FIELD(kind)},
	COLUMN(CONTEXT) = {"ipsecEventContext", &syntax_admin_string, &column_any_text_codec, FIELD(context)},
	COLUMN(SAID) = {"ipsecEventSaid", &syntax_admin_string, &said_codec, DERIVED(said)},
	COLUMN(TRANSFORM) = {"ipsecEventTransform", &syntax_admin_string, &column_any_text_codec, FIELD(transform)},
	COLUMN(DIRECTION) = {"ipsecEventDirection", &syntax_direction, &column_number_codec, FIELD(direction)},
	COLUMN(SRC_TYPE) = {"ipsecEventSrcAddressType", &syntax_address_type, &column_address_type_codec, FIELD(src)},
	COLUMN(SRC) = {"ipsecEventSrcAddress", &syntax_address, &column_address_codec, FIELD(src)},
	COLUMN(TUNNEL) = {"ipsecEventTunnel", &syntax_admin_string, &column_any_text_codec, FIELD(tunnel)},
	COLUMN(LIMIT) = {"ipsecEventLimit", &limit_enum, &column_number_codec, FIELD(limit)},
	COLUMN(CURRENT) = {"ipsecEventCurrent", &syntax_decimal, &column_decimal_codec, FIELD(current)},
	COLUMN(SOFT) = {"ipsecEventSoft", &syntax_decimal, &column_decimal_codec, FIELD(soft)},
	COLUMN(HARD) = {"ipsecEventHard", &syntax_decimal, &column_decimal_codec, FIELD(hard)},
	COLUMN(DETAIL) = {"ipsecEventDetail", &syntax_admin_string, &column_any_text_codec, FIELD(detail)},
	COLUMN(DELIVERY) = {"ipsecEventDelivery", &delivery_enum, &column_number_codec, FIELD(delivery)},
	COLUMN(TUNNEL_INDEX) = {"ipsecEventTunnelIndex", &syntax_unsigned32, &column_number_codec, FIELD(tunnel_index)},
	COLUMN(SRC_TEXT) = {"ipsecEventSrcText", &syntax_admin_string, &column_address_text_codec, DERIVED(src)},
	COLUMN(TUNNEL_DESCR) = {"ipsecEventTunnelDescr", &syntax_admin_string, &column_any_text_codec, FIELD(tunnel_descr)},
	COLUMN(CONNECTION) = {"ipsecEventConnection", &syntax_admin_string, &column_any_text_codec, FIELD(connection)},
	COLUMN(IDENTITY) = {"ipsecEventIdentity", &syntax_admin_string, &column_any_text_codec, FIELD(identity)},
	COLUMN(ALARM) = {"ipsecEventAlarm", &alarm_enum, &column_number_codec, FIELD(alarm)},
};
/* clang-format on */

const struct column_table event_table = {
	.name = "ipsecEventTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 1,
	.row_size = sizeof(struct event),
	.suffix = {1, 4, 1},
	.suffix_length = 3,
};

const char *
event_kind_label(uint8_t kind)
{
	return column_label(&kind_enum, kind);
}
