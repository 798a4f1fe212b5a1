/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SETTINGS_H
#define SETTINGS_H

/* The daemon's settings, as a value: the directives of the configuration file, overridden by options. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events/alarm.h"
#include "events/event_log.h"
#include "events/event_policy.h"
#include "events/notify_queue.h"
#include "mib/mib_oid.h"
#include "tunnels/tunnels.h"

enum source_choice { CHOOSE_AUTO, CHOOSE_XFRM, CHOOSE_KLIPS };

/* Which IKE daemon is asked: strongSwan; auto: strongSwan if its default socket exists. */
enum ike_kind { IKE_AUTO, IKE_NONE, IKE_STRONGSWAN };

enum { SETTINGS_PATH_SIZE = 256, SETTINGS_NAMESPACES_MAX = 64 };
enum { SETTINGS_CONTEXT_SIZE = 33 }; /* RFC 3411: a context's name has at most 32 octets */

/* A network namespace, and the SNMP context in which it is served. */
struct namespace_choice {
	char netns[SETTINGS_PATH_SIZE]; /* a name under /run/netns, or a path; empty: that of the agent */
	char context[SETTINGS_CONTEXT_SIZE];
};

enum { SETTINGS_SOCKET_SIZE = 108 }; /* sun_path (unix(7)), with a NUL */

/* A daemon, for one context or for all that have no other. */
struct ike_choice {
	enum ike_kind kind;
	bool is_given; /* the socket; otherwise it is looked for */
	char socket[SETTINGS_SOCKET_SIZE];
	bool has_context;
	char context[SETTINGS_CONTEXT_SIZE];
};

struct settings {
	enum source_choice source;
	char klips_file[SETTINGS_PATH_SIZE]; /* empty: the default files of KLIPS */
	struct namespace_choice namespaces[SETTINGS_NAMESPACES_MAX];
	size_t namespace_count; /* 0: that of the agent, in the default context */
	uint32_t interval_seconds;
	uint32_t idle_interval_seconds; /* when nobody asks; 0: same as interval_seconds */
	uint32_t read_share_percent;	/* the maximum share of time that reading takes */
	uint32_t stale_after_seconds;
	uint32_t event_backlog_octets; /* the size of the kernel's buffer for events that were not yet taken */
	bool agentx_direct;	       /* walks are answered directly, bypassing net-snmp */
	struct mib_oid oid_root;
	struct event_log_sizes event_log;
	struct event_policy event_policy;
	struct notify_queue_settings notify;
	char state_directory[SETTINGS_PATH_SIZE]; /* empty: not set; "none" */
	uint32_t state_interval_seconds; /* between two writes of the state, unless an event causes one sooner */
	struct ike_choice ike[SETTINGS_NAMESPACES_MAX + 1];
	size_t ike_count;
	bool ike_identities; /* identities of peers are served */
	struct alarm_settings alarms;
	struct tunnel_settings tunnels; /* the names are owned by the configuration file, until it is read again */
};

/* The defaults. */
void settings_init(struct settings *settings);

/*
 * The state directory: from the settings, or the one that systemd created for the unit (STATE_DIRECTORY,
 * systemd.exec(5)), or /var/lib/ipsec-spi-agent.  Empty: none.
 */
const char *settings_state_directory(const struct settings *settings);

/* The daemon for that namespace: the one set for its context, or for all, or auto. */
struct ike_choice settings_ike(const struct settings *settings, const struct namespace_choice *place);

/* NULL, or a static line that says which settings exclude each other. */
const char *settings_conflict(const struct settings *settings);

#endif
