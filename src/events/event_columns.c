/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event_columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date_and_time.h"
#include "klips/klips_text.h"

static const struct column_label kind_labels[] = {{EVENT_SA_SOFT_EXPIRED, "saSoftExpired"},
						  {EVENT_SA_HARD_EXPIRED, "saHardExpired"},
						  {EVENT_SOURCE_FAILED, "sourceFailed"},
						  {EVENT_SOURCE_RECOVERED, "sourceRecovered"},
						  {EVENT_TUNNEL_UP, "tunnelUp"},
						  {EVENT_TUNNEL_DOWN, "tunnelDown"},
						  {EVENT_TUNNEL_ERRORS, "tunnelErrors"},
						  {EVENT_SA_CREATED, "saCreated"},
						  {EVENT_SA_DELETED, "saDeleted"},
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
static const struct column_label direction_labels[] = {
	{SA_DIRECTION_UNKNOWN, "unknown"}, {SA_DIRECTION_IN, "in"}, {SA_DIRECTION_OUT, "out"}, {0, NULL}};
static const struct column_label address_type_labels[] = {
	{SA_ADDRESS_NONE, "unknown"}, {SA_ADDRESS_IPV4, "ipv4"}, {SA_ADDRESS_IPV6, "ipv6"}, {0, NULL}};

static const struct column_syntax unsigned32 = {"Unsigned32", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax date = {"DateAndTime", COLUMN_OCTETS, false, NULL};
static const struct column_syntax kind_enum = {"INTEGER", COLUMN_INTEGER32, false, kind_labels};
static const struct column_syntax admin_string = {"SnmpAdminString", COLUMN_OCTETS, true, NULL};
static const struct column_syntax direction_enum = {"IpsecSpiDirection", COLUMN_INTEGER32, false, direction_labels};
static const struct column_syntax address_type = {"InetAddressType", COLUMN_INTEGER32, false, address_type_labels};
static const struct column_syntax address = {"InetAddress", COLUMN_OCTETS, false, NULL};
static const struct column_syntax limit_enum = {"INTEGER", COLUMN_INTEGER32, false, limit_labels};
static const struct column_syntax decimal = {"IpsecSpiDecimal", COLUMN_OCTETS, true, NULL};
static const struct column_syntax delivery_enum = {"INTEGER", COLUMN_INTEGER32, false, delivery_labels};

static void
set_octets(struct column_value *value, const void *octets, size_t length)
{
	value->octets = octets;
	value->length = length;
}

static void
set_text(struct column_value *value, const char *text)
{
	set_octets(value, text, strlen(text));
}

/* SNMPv1 has no 64-bit numbers, and a notification with one would be lost for its receivers (RFC 3584, 3.2). */
static void
set_decimal(struct column_value *value, uint64_t number)
{
	set_octets(value, value->scratch,
		   (size_t)snprintf((char *)value->scratch, sizeof(value->scratch), "%" PRIu64, number));
}

#define GETTER(name, statement)                                                                                        \
	static void get_##name(const struct event *event, const char *context, struct column_value *value)             \
	{                                                                                                              \
		(void)event;                                                                                           \
		(void)context;                                                                                         \
		statement;                                                                                             \
	}

GETTER(number, value->number = event->number)
GETTER(notified_before, value->number = event->notified_before)
GETTER(kind, value->number = event->kind)
GETTER(context, set_text(value, context))
GETTER(transform, set_text(value, event->transform))
GETTER(direction, value->number = event->direction)
GETTER(src_type, value->number = event->src.type)
GETTER(src, set_octets(value, event->src.octets, sa_address_octets(event->src.type)))
GETTER(tunnel, set_text(value, event->tunnel))
GETTER(limit, value->number = event->limit)
GETTER(current, set_decimal(value, event->current))
GETTER(soft, set_decimal(value, event->soft))
GETTER(hard, set_decimal(value, event->hard))
GETTER(detail, set_text(value, event->detail))
GETTER(delivery, value->number = event->delivery)
GETTER(tunnel_index, value->number = event->tunnel_index)

static void
get_time(const struct event *event, const char *context, struct column_value *value)
{
	(void)context;
	date_and_time(event->time_ms, value->scratch);
	set_octets(value, value->scratch, DATE_AND_TIME_OCTETS);
}

static void
get_said(const struct event *event, const char *context, struct column_value *value)
{
	(void)context;
	set_octets(value, value->scratch, 0);
	if (event->said.protocol != 0)
		value->length = klips_said_print(&event->said, (char *)value->scratch);
}

static const struct event_column event_columns[EVENT_COLUMNS_END] = {
	[EVENT_COLUMN_NUMBER] = {"ipsecEventNumber", &unsigned32, get_number},
	[EVENT_COLUMN_NOTIFIED_BEFORE] = {"ipsecEventNotifiedBefore", &unsigned32, get_notified_before},
	[EVENT_COLUMN_TIME] = {"ipsecEventTime", &date, get_time},
	[EVENT_COLUMN_KIND] = {"ipsecEventKind", &kind_enum, get_kind},
	[EVENT_COLUMN_CONTEXT] = {"ipsecEventContext", &admin_string, get_context},
	[EVENT_COLUMN_SAID] = {"ipsecEventSaid", &admin_string, get_said},
	[EVENT_COLUMN_TRANSFORM] = {"ipsecEventTransform", &admin_string, get_transform},
	[EVENT_COLUMN_DIRECTION] = {"ipsecEventDirection", &direction_enum, get_direction},
	[EVENT_COLUMN_SRC_TYPE] = {"ipsecEventSrcAddressType", &address_type, get_src_type},
	[EVENT_COLUMN_SRC] = {"ipsecEventSrcAddress", &address, get_src},
	[EVENT_COLUMN_TUNNEL] = {"ipsecEventTunnel", &admin_string, get_tunnel},
	[EVENT_COLUMN_LIMIT] = {"ipsecEventLimit", &limit_enum, get_limit},
	[EVENT_COLUMN_CURRENT] = {"ipsecEventCurrent", &decimal, get_current},
	[EVENT_COLUMN_SOFT] = {"ipsecEventSoft", &decimal, get_soft},
	[EVENT_COLUMN_HARD] = {"ipsecEventHard", &decimal, get_hard},
	[EVENT_COLUMN_DETAIL] = {"ipsecEventDetail", &admin_string, get_detail},
	[EVENT_COLUMN_DELIVERY] = {"ipsecEventDelivery", &delivery_enum, get_delivery},
	[EVENT_COLUMN_TUNNEL_INDEX] = {"ipsecEventTunnelIndex", &unsigned32, get_tunnel_index},
};

const struct event_column *
event_column(unsigned long number)
{
	return number >= EVENT_FIRST_READABLE && number < EVENT_COLUMNS_END ? &event_columns[number] : NULL;
}
