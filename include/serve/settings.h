/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SETTINGS_H
#define SETTINGS_H

/* What the daemon is to do, as a value: the words of the configuration file, and what options say over them.
 */

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

/* Which IKE daemon is asked: strongSwan; auto: strongSwan where it has its socket by default, if it is there. */
enum ike_kind { IKE_AUTO, IKE_NONE, IKE_STRONGSWAN };

enum { SETTINGS_PATH_SIZE = 256, SETTINGS_NAMESPACES_MAX = 64 };
enum { SETTINGS_CONTEXT_SIZE = 33 }; /* RFC 3411: a context's name has at most 32 octets */

/* A network namespace, and the SNMP context it is served in. */
struct namespace_choice {
	char netns[SETTINGS_PATH_SIZE]; /* a name under /run/netns, or a path; empty: the agent's own */
	char context[SETTINGS_CONTEXT_SIZE];
};

enum { SETTINGS_SOCKET_SIZE = 108 }; /* sun_path (unix(7)), with a NUL */

/* A daemon, in one context or in all for which no other is said. */
struct ike_choice {
	enum ike_kind kind;
	bool is_given; /* the socket; else it is looked for */
	char socket[SETTINGS_SOCKET_SIZE];
	bool has_context;
	char context[SETTINGS_CONTEXT_SIZE];
};

struct settings {
	enum source_choice source;
	char klips_file[SETTINGS_PATH_SIZE]; /* empty: look where KLIPS has it */
	struct namespace_choice namespaces[SETTINGS_NAMESPACES_MAX];
	size_t namespace_count; /* 0: the agent's own, in the default context */
	uint32_t interval_seconds;
	uint32_t idle_interval_seconds; /* when nobody asks; 0: interval_seconds */
	uint32_t read_share_percent;	/* of the time that reading takes at most */
	uint32_t stale_after_seconds;
	uint32_t event_backlog_octets; /* what the kernel may keep of events that were not taken yet */
	bool agentx_direct;	       /* walks are answered without net-snmp's way round */
	struct mib_oid oid_root;
	struct event_log_sizes event_log;
	struct event_policy event_policy;
	struct notify_queue_settings notify;
	char state_directory[SETTINGS_PATH_SIZE]; /* empty: not said; "none" */
	uint32_t state_interval_seconds;	  /* between two writings of it, where nothing asks for one sooner */
	struct ike_choice ike[SETTINGS_NAMESPACES_MAX + 1];
	size_t ike_count;
	bool ike_identities; /* identities of peers are served */
	struct alarm_settings alarms;
	struct tunnel_settings tunnels; /* the names are the configuration file's, until it is read again */
};

/* The defaults. */
void settings_init(struct settings *settings);

/*
 * Where state is kept: what the settings say, else what systemd made for the unit (STATE_DIRECTORY, systemd.exec(5)), else
 * /var/lib/ipsec-spi-agent.  Empty: nowhere.
 */
const char *settings_state_directory(const struct settings *settings);

/* The daemon for that namespace: what is said for its context, else for all, else auto. */
struct ike_choice settings_ike(const struct settings *settings, const struct namespace_choice *place);

/* NULL, or a static line that says which settings exclude each other. */
const char *settings_conflict(const struct settings *settings);

#endif
