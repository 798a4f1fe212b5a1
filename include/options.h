/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

/*
 * What the daemon was told: by the command line, which wins, and by words of its own in the configuration file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event_log.h"
#include "event_policy.h"
#include "klips_text.h"
#include "notify_queue.h"
#include "tunnels.h"

enum source_choice { CHOOSE_AUTO, CHOOSE_XFRM, CHOOSE_KLIPS };

enum { OPTION_PATH_SIZE = 256, OPTION_OID_MAX = 64, OPTION_NAMESPACES_MAX = 64 };
enum { OPTION_CONTEXT_SIZE = 33 }; /* RFC 3411: a context's name has at most 32 octets */

/* A network namespace, and the SNMP context it is served in. */
struct namespace_choice {
	char netns[OPTION_PATH_SIZE]; /* a name under /run/netns, or a path; empty: the agent's own */
	char context[OPTION_CONTEXT_SIZE];
};

/* What the configuration file can say and SIGHUP can change. */
struct settings {
	enum source_choice source;
	char klips_file[OPTION_PATH_SIZE]; /* empty: look where KLIPS has it */
	struct namespace_choice namespaces[OPTION_NAMESPACES_MAX];
	size_t namespace_count; /* 0: the agent's own, in the default context */
	uint32_t interval_seconds;
	uint32_t idle_interval_seconds; /* when nobody asks; 0: interval_seconds */
	uint32_t read_share_percent;	/* of the time that reading takes at most */
	uint32_t stale_after_seconds;
	uint32_t event_backlog_octets; /* what the kernel may keep of events that were not taken yet */
	unsigned long oid_root[OPTION_OID_MAX];
	size_t oid_root_length;
	struct event_log_sizes event_log;
	struct event_policy event_policy;
	struct notify_queue_settings notify;
	struct tunnel_settings tunnels; /* the names are the configuration file's, until it is read again */
};

struct options {
	bool foreground, print_once;
	enum klips_text_format format; /* of -p */
	const char *config_file;   /* NULL: net-snmp's search path */
	const char *agentx_master; /* NULL: net-snmp's default */
	const char *listen_on;	   /* NULL: be a subagent, unless the file has agentaddress */
	const char *debug_tokens;
	bool logging_chosen;
	/* What was given on the command line, over the file's. */
	bool source_given, klips_file_given, namespaces_given, interval_given;
	struct settings given;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Reads the command line; complains on standard error. */
enum options_outcome options_parse(struct options *options, int argc, char *argv[]);

/* The defaults, with the command line's on top (options may be NULL). */
void settings_init(struct settings *settings, const struct options *options);

/* Puts what the command line said over what the configuration file said. */
void settings_override(struct settings *settings, const struct options *options);

#endif
