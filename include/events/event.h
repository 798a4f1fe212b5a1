/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EVENT_H
#define EVENT_H

/*
 * What is reported to the operator: a row of ipsecEventTable, and the content of a notification.  A plain value of
 * fixed size, like struct sa.  To add a kind, add a row in src/events/event_kind.c, its label in event_columns.c and in
 * the MIB, and a NOTIFICATION-TYPE there.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike_sa.h"
#include "sa/sa.h"
#include "sa/sa_transform.h"
#include "tunnels/tunnel.h"

struct census;
struct census_sa;
struct tunnels;

/* Values of ipsecEventKind; those with a notification are that notification's number below ROOT.0. */
enum event_kind {
	EVENT_SA_SOFT_EXPIRED = 1,
	EVENT_SA_HARD_EXPIRED = 2,
	EVENT_SOURCE_FAILED = 3,
	EVENT_SOURCE_RECOVERED = 4,
	EVENT_TUNNEL_UP = 5,
	EVENT_TUNNEL_DOWN = 6,
	EVENT_TUNNEL_ERRORS = 7,
	EVENT_SA_CREATED = 8,
	EVENT_SA_DELETED = 9,
	EVENT_IKE_UP = 10,
	EVENT_IKE_DOWN = 11,
	EVENT_ALARM_RAISED = 12,
	EVENT_ALARM_CLEARED = 13,
	EVENT_KINDS
};

/* Values of ipsecEventAlarm: what an alarm is about. */
enum event_alarm {
	EVENT_ALARM_NONE = 0,	     /* the event is not an alarm */
	EVENT_ALARM_ONE_WAY = 1,     /* traffic of a tunnel that was used both ways has only one direction */
	EVENT_ALARM_SEQUENCE = 2,    /* the sequence numbers of an SA are running out */
	EVENT_ALARM_DROPS = 3,	     /* a counter of ipsecStat grows fast */
	EVENT_ALARM_LATE_REKEY = 4,  /* an SA is near its hard limit, and has no successor */
	EVENT_ALARM_REKEY_STORM = 5, /* a tunnel is rekeyed again and again */
};

/* Values of ipsecEventLimit; from 1 on: enum sa_lifetime_kind, plus one. */
enum event_limit {
	EVENT_LIMIT_NONE = 0, /* the event is not about a limit, or the kernel did not report which */
	EVENT_LIMIT_ALLOCATIONS,
	EVENT_LIMIT_BYTES,
	EVENT_LIMIT_ADD_TIME,
	EVENT_LIMIT_USE_TIME,
	EVENT_LIMIT_PACKETS,
	EVENT_LIMITS
};

/* Values of ipsecEventDelivery: what became of its notification. */
enum event_delivery {
	EVENT_NOT_NOTIFIED = 0, /* by configuration, or because its kind has no notification */
	EVENT_WAITING = 1,
	EVENT_SENT = 2,	   /* the master has acknowledged it; with -l: it went to the trap sinks */
	EVENT_DROPPED = 3, /* the queue was full, or the master refused it */
	EVENT_NO_SINK = 4, /* with -l, if no trap sink is configured */
};

enum { EVENT_CONTEXT_SIZE = 33, EVENT_DETAIL_SIZE = 160 };

struct event {
	uint32_t number;		  /* from 1, for as long as the agent runs */
	uint32_t notified_before;	  /* the number of the event notified before this one; 0: there was none */
	int64_t time_ms;		  /* since 1970 */
	uint8_t kind;			  /* enum event_kind */
	uint8_t limit;			  /* enum event_limit */
	uint8_t alarm;			  /* enum event_alarm */
	uint8_t direction;		  /* enum sa_direction */
	uint8_t delivery;		  /* enum event_delivery */
	bool larval;			  /* of an SA that never had keys */
	char context[EVENT_CONTEXT_SIZE]; /* the SNMP context of the log that it is in */
	struct sa_said said;		  /* protocol 0: it is not about an SA */
	struct sa_address src;		  /* of an SA; for a tunnel: its local address */
	char transform[SA_TRANSFORM_TEXT_SIZE];
	/* Of the tunnel that it is about, or that its SA belongs to: empty, or 0, if there is none. */
	char tunnel[TUNNEL_NAME_SIZE], tunnel_descr[TUNNEL_DESCR_SIZE];
	uint32_t tunnel_index;
	/* The IKE daemon's name for the connection, and the identity of its other end; empty: not known. */
	char connection[IKE_NAME_SIZE], identity[IKE_IDENTITY_SIZE];
	char detail[EVENT_DETAIL_SIZE]; /* for people: the reason */
	uint64_t current, soft, hard;	/* of the limit: connections, octets, seconds or packets */
};

/* Where events go.  The event is copied; the receiver sets number, context, time and delivery. */
struct event_sink {
	void (*send)(void *data, const struct event *event);
	void *data;
};

static inline void
event_send(const struct event_sink *sink, const struct event *event)
{
	sink->send(sink->data, event);
}

/* Reports events of SAs: an observer of the census. */
struct event_sender {
	struct census *census;
	const struct tunnels *tunnels; /* NULL: not known for any */
	struct event_sink sink;
};

/* Leaves out who the IKE daemon's peer is, also in the description of the tunnel. */
void event_forget_identity(struct event *event);

/* The event is about that tunnel, or about an SA that belongs to it. */
void event_set_tunnel(struct event *event, const struct tunnel *tunnel);

/* Reports an event of an SA, and fills in what describes the SA itself; sa may be NULL. */
void event_send_sa(const struct event_sender *sender, const struct census_sa *record, const struct sa *sa,
		   struct event *event);

#endif
