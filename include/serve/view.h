/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VIEW_H
#define VIEW_H

/*
 * One list of SAs as it is served: the source from which it is read, and the SNMP context in which the MIB shows it. An
 * agent has one view for each network namespace that it watches.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error_line.h"
#include "events/alarms.h"
#include "events/expiry.h"
#include "census/reader.h"
#include "events/reporter.h"
#include "events/sa_changes.h"
#include "serve/settings.h"

struct agentx_link;
struct alarm_watch;
struct ike_watch;
struct notifier;
struct stat_file;
struct state_directory;
struct state_keeper;
struct tunnel_watch;
struct watch;

struct view {
	struct namespace_choice place;
	struct reader *reader;
	struct watch *watch;
	struct event_log *log;
	struct reporter reporter;
	struct event_sender sender;
	struct expiry *expiry;
	struct sa_changes changes;
	struct alarms alarms;
	struct alarm_watch *alarm_watch;
	struct tunnel_numbers *numbers;
	struct tunnel_watch *tunnels;
	struct state_keeper *state; /* that of all views; NULL: none */
	struct ike_watch *ike;
	struct event_sink sink;
	struct stat_file *stat;
};

/* New settings that are being applied. */
struct views_change {
	const struct tunnel_names *names; /* NULL: none are */
	size_t warned, view;		  /* progress: in names, and in views */
	uint32_t state_interval_seconds;
	bool identities;
};

struct views {
	struct view all[SETTINGS_NAMESPACES_MAX];
	size_t count;
	struct notify_queue *queue; /* for the notifications of all views */
	struct notifier *notifier;
	struct state_keeper *state; /* NULL: no state is kept */
	struct views_change change;
};

/*
 * Opens the sources of the settings.  state: the state directory, NULL: none; it must outlive the views.  False:
 * error[ERROR_LINE_SIZE] says what is wrong, in one line, and *views is empty.  A namespace that does not exist yet is
 * not an error: its source fails until it does.
 */
bool views_open(struct views *views, const struct settings *settings, const struct state_directory *state,
		char error[ERROR_LINE_SIZE]);
/*
 * Begins to read and to notify in net-snmp's event loop.  link: to the master, NULL: there is none.  The settings must
 * outlive the views.  False: no memory.
 */
bool views_start(struct views *views, const struct settings *settings, struct agentx_link *link);
/*
 * Begins to apply those new settings that need no new sources; they must stay until the steps are done, between which
 * requests are answered.
 */
void views_configure(struct views *views, const struct settings *settings);
/* True: it is done, or there is nothing to do. */
bool views_configure_step(struct views *views);
void views_close(struct views *views);

/* The source for settings without namespaces, or for the one namespace given; NULL: error[ERROR_LINE_SIZE] says why. */
struct source *view_open_source(const struct settings *settings, const struct namespace_choice *place,
				char error[ERROR_LINE_SIZE]);

#endif
