/* SPDX-License-Identifier: BSD-3-Clause */
#include "state_keeper.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "events/event_kind.h"
#include "serve/settings.h"
#include "snmp/timer.h"
#include "snmp/turn.h"
#include "state/state_file.h"
#include "state/state_shown.h"
#include "tunnels/tunnel_saved.h"

enum { GATHER_US = 1000000, RETRY_US = 60000000, NOT_READY_US = 1000000, PLACES_A_TURN = 500 };
/* Writing takes at most one part in this number of the time. */
enum { REST_FOR_EACH = 50 };

struct kept {
	struct state_view view;
	struct state_hold hold;
};

struct state_keeper {
	const struct state_directory *directory; /* the caller's */
	struct state_file *file;
	struct state_shown *shown; /* NULL: no memory */
	bool show_failed;	   /* which was said */
	struct state_lists others; /* what the file had for contexts that are not served */
	struct kept all[SETTINGS_NAMESPACES_MAX];
	size_t count;
	char boot[STATE_BOOT_SIZE];
	uint64_t interval_us;

	struct timer timer;
	struct turn turn;
	bool begun;		    /* all views exist */
	bool soon;		    /* the timer is for a change, not for the interval */
	bool writing;		    /* in turns */
	bool paused;		    /* views are changing */
	bool changed;		    /* since the write began */
	uint32_t told;		    /* events that are not in the file */
	struct state_moment moment; /* of the write under way */
	/* The progress of the write: in the list, which is .others after .all. */
	size_t list;
	struct state_place place;
	uint64_t began_us, rest_until_us;
	char error[ERROR_LINE_SIZE]; /* the last one that was logged; empty: all is well */
};

/* Reported once, until it changes or all was well in between. */
static void
complain(struct state_keeper *keeper, const char *error)
{
	if (strcmp(keeper->error, error) == 0)
		return;
	strcpy(keeper->error, error);
	snmp_log(LOG_WARNING, "cannot keep state: %s; a restart may give tunnels other indexes\n", error);
}

/* --- what is shown ----------------------------------------------------------------------------- */

static void
complain_of_shown(struct state_keeper *keeper, const char *error)
{
	if (!keeper->show_failed)
		snmp_log(LOG_WARNING,
			 "cannot keep the counters of tunnels: %s; they may go back if the agent is killed\n", error);
	keeper->show_failed = true;
}

/* Where there is no room for a state, there is none for this, and that was said. */
static void
keep_shown(struct state_keeper *keeper)
{
	char error[ERROR_LINE_SIZE];

	if (!keeper->shown || state_shown_is_kept(keeper->shown))
		return;
	if (!state_shown_keep(keeper->shown, keeper->directory, error))
		complain_of_shown(keeper, error);
}

void
state_keeper_show(struct state_keeper *keeper, const char *context, const struct tunnel *tunnel)
{
	if (keeper && keeper->shown && !state_shown_note(keeper->shown, context, tunnel))
		complain_of_shown(keeper, strerror(errno));
}

/* --- writing ----------------------------------------------------------------------------------- */

/* Views change only between two writes. */
static void
hold(const struct state_keeper *keeper, bool held)
{
	for (size_t i = 0; i < keeper->count; i++) {
		if (keeper->all[i].hold.hold)
			keeper->all[i].hold.hold(keeper->all[i].hold.data, held);
	}
}

static bool
begin(struct state_keeper *keeper, bool is_last)
{
	char line[STATE_LINE_SIZE], error[ERROR_LINE_SIZE];

	keeper->list = 0;
	keeper->place = (struct state_place){.table = 0};
	keeper->changed = false;
	keeper->told = 0;
	keeper->began_us = clock_monotonic_us();
	keeper->moment = (struct state_moment){
		.boot = keeper->boot, .seconds = time(NULL), .us = keeper->began_us, .is_last = is_last};
	if (!state_file_begin(keeper->file, error)) {
		complain(keeper, error);
		return false;
	}
	for (size_t i = 0; i < STATE_TABLES; i++)
		state_file_put(keeper->file, line, state_print_table(state_view_tables[i], line));
	return true;
}

/* The next row of the contexts that are not served, like state_view_next(). */
static const struct column_table *
next_other(struct state_keeper *keeper, const void **row, size_t *budget)
{
	while (*budget > 0 && keeper->place.table < STATE_TABLES) {
		const struct row_list *const list = &keeper->others.all[keeper->place.table];

		if (keeper->place.rank < list->count) {
			--*budget;
			*row = row_list_at(list, keeper->place.rank++);
			return state_view_tables[keeper->place.table];
		}
		keeper->place = (struct state_place){.table = keeper->place.table + 1};
	}
	return NULL;
}

/* True when everything is written. */
static bool
write_some(struct state_keeper *keeper, size_t budget)
{
	const struct column_table *table;
	char line[STATE_LINE_SIZE];
	union state_any room;
	const void *row;

	while (budget > 0) {
		row = &room;
		table = keeper->list < keeper->count ? state_view_next(&keeper->all[keeper->list].view, &keeper->moment,
								       &keeper->place, &room, &budget)
						     : next_other(keeper, &row, &budget);
		if (table) {
			state_file_put(keeper->file, line, state_print_row(table, row, line));
		} else if (budget > 0) {
			if (keeper->list == keeper->count)
				return true;
			keeper->list++;
			keeper->place = (struct state_place){.table = 0};
		}
	}
	return false;
}

static bool
end(struct state_keeper *keeper, bool durable)
{
	char error[ERROR_LINE_SIZE];

	if (!state_file_commit(keeper->file, durable, error)) {
		complain(keeper, error);
		return false;
	}
	if (keeper->error[0] != '\0')
		snmp_log(LOG_NOTICE, "state is kept again\n");
	keeper->error[0] = '\0';
	keep_shown(keeper);
	return true;
}

static void
write_soon(struct state_keeper *keeper, uint64_t after_us)
{
	const uint64_t now_us = clock_monotonic_us();
	const uint64_t rest_us = keeper->rest_until_us > now_us ? keeper->rest_until_us - now_us : 0;

	keeper->soon = true;
	timer_set(&keeper->timer, rest_us > after_us ? rest_us : after_us);
}

static void
write_in_time(struct state_keeper *keeper)
{
	keeper->soon = false;
	timer_set(&keeper->timer, keeper->interval_us);
}

static void
on_turn(void *data)
{
	struct state_keeper *const keeper = data;
	const bool is_done = write_some(keeper, PLACES_A_TURN);
	bool is_good;
	uint64_t now_us;

	if (!is_done) {
		turn_request(&keeper->turn);
		return;
	}
	is_good = end(keeper, false);
	keeper->writing = false;
	hold(keeper, false);
	now_us = clock_monotonic_us();
	keeper->rest_until_us = now_us + REST_FOR_EACH * (now_us - keeper->began_us);
	if (!is_good)
		write_soon(keeper, RETRY_US);
	else if (keeper->changed)
		write_soon(keeper, GATHER_US);
	else
		write_in_time(keeper);
}

static bool
is_ready(const struct state_keeper *keeper)
{
	size_t i = 0;

	while (i < keeper->count && state_view_is_ready(&keeper->all[i].view))
		i++;
	return i == keeper->count;
}

/* Without tunnels, nothing changes by itself. */
static bool
has_tunnels(const struct state_keeper *keeper)
{
	size_t i = 0;

	while (i < keeper->count && tunnels_count(keeper->all[i].view.tunnels) == 0)
		i++;
	return i < keeper->count;
}

static void
on_time(void *data)
{
	struct state_keeper *const keeper = data;

	if (keeper->paused || !is_ready(keeper)) {
		write_soon(keeper, NOT_READY_US);
	} else if (!keeper->soon && !has_tunnels(keeper)) {
		write_in_time(keeper);
	} else if (begin(keeper, false)) {
		keeper->writing = true;
		hold(keeper, true);
		turn_request(&keeper->turn);
	} else {
		write_soon(keeper, RETRY_US);
	}
}

static void
on_change(void *data)
{
	struct state_keeper *const keeper = data;

	keeper->changed = true;
	if (keeper->begun && !keeper->soon && !keeper->writing)
		write_soon(keeper, GATHER_US);
}

void
state_keeper_note(void *data, const struct event *event)
{
	struct state_keeper *const keeper = data;

	if (!event_kind_info(event->kind)->is_change || ++keeper->told > STATE_EVENTS_RESERVED / 2)
		on_change(keeper);
}

static bool
write_at_once(struct state_keeper *keeper, bool is_last)
{
	return begin(keeper, is_last) && write_some(keeper, SIZE_MAX) && end(keeper, is_last);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* NULL: it was read. */
static const char *
parse(struct state_keeper *keeper, char *text, size_t length, size_t *line)
{
	const struct state_reader reader = {state_view_tables, STATE_TABLES, state_lists_take, &keeper->others};
	const char *const wrong = state_read(&reader, text, length, line);

	free(text);
	if (wrong)
		state_lists_free(&keeper->others);
	return wrong;
}

static bool
read_old(struct state_keeper *keeper)
{
	size_t length, line;
	char *text;

	return state_file_read_old(keeper->file, &text, &length) && !parse(keeper, text, length, &line);
}

/* An invalid file is set aside, and the previous one is used; without one, the agent starts afresh. */
static void
read_state(struct state_keeper *keeper)
{
	char *text, error[ERROR_LINE_SIZE];
	const char *wrong;
	size_t length, line;

	if (!state_file_read(keeper->file, &text, &length, error)) {
		complain(keeper, error);
		return;
	}
	wrong = text ? parse(keeper, text, length, &line) : NULL;
	if (!wrong)
		return;
	state_file_set_aside(keeper->file);
	snmp_log(LOG_WARNING, "the state file %s (line %zu); it was renamed to state.bad, and %s\n", wrong, line,
		 read_old(keeper) ? "the one before it was taken" : "tunnels get new indexes and count from zero");
}

static void
read_boot(char boot[STATE_BOOT_SIZE])
{
	const int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	const ssize_t got = fd < 0 ? -1 : read(fd, boot, STATE_BOOT_SIZE - 1);

	boot[got < 0 ? 0 : got] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

struct state_keeper *
state_keeper_open(const struct state_directory *directory, uint32_t interval_seconds)
{
	struct state_keeper *const keeper = directory ? calloc(1, sizeof(*keeper)) : NULL;

	if (!keeper)
		return NULL;
	state_lists_init(&keeper->others);
	keeper->timer = (struct timer){.on_time = on_time, .data = keeper};
	keeper->turn = (struct turn){.take = on_turn, .data = keeper};
	keeper->interval_us = (uint64_t)interval_seconds * 1000000;
	keeper->file = state_file_new(directory, "state");
	if (!keeper->file) {
		complain(keeper, "out of memory");
		free(keeper);
		return NULL;
	}
	keeper->directory = directory;
	read_boot(keeper->boot);
	read_state(keeper);
	keeper->shown = state_shown_new(keeper->boot);
	if (keeper->shown)
		state_shown_load(keeper->shown, directory);
	return keeper;
}

void
state_keeper_add(struct state_keeper *keeper, const char *context, struct tunnel_numbers *numbers)
{
	struct state_view *view;

	if (!keeper)
		return;
	view = &keeper->all[keeper->count++].view;
	strncpy(view->context, context, TUNNEL_CONTEXT_SIZE - 1);
	view->numbers = numbers;
	state_view_restore_numbers(view, &keeper->others);
	tunnel_numbers_listen(numbers, on_change, keeper);
}

bool
state_keeper_complete(struct state_keeper *keeper, const struct state_view *complete, const struct state_hold *holder)
{
	struct kept *const last = keeper ? &keeper->all[keeper->count - 1] : NULL;
	struct state_outcome outcome;
	struct state_view *view;

	if (!keeper)
		return false;
	view = &last->view;
	last->hold = *holder;
	view->census = complete->census;
	view->tunnels = complete->tunnels;
	view->expiry = complete->expiry;
	view->log = complete->log;
	view->alarms = complete->alarms;
	view->shown = keeper->shown;
	view->source = complete->source;
	keeper->moment = (struct state_moment){
		.boot = keeper->boot, .seconds = time(NULL), .us = clock_monotonic_us(), .is_last = false};
	outcome = state_view_restore(view, &keeper->others, &keeper->moment);
	if (outcome.left_out > 0)
		snmp_log(LOG_WARNING, "the state file has %zu SAs twice; they are counted once\n", outcome.left_out);
	if (outcome.ahead_seconds > 0)
		snmp_log(LOG_WARNING, "the state file was written %lld seconds in the future; check the clock\n",
			 (long long)outcome.ahead_seconds);
	return outcome.restored;
}

void
state_keeper_forget_identities(struct state_keeper *keeper)
{
	if (!keeper)
		return;
	state_lists_forget_identities(&keeper->others);
	on_change(keeper);
}

void
state_keeper_begin(struct state_keeper *keeper)
{
	if (!keeper)
		return;
	keeper->begun = true;
	if (write_at_once(keeper, false))
		write_in_time(keeper);
	else
		write_soon(keeper, RETRY_US);
}

void
state_keeper_pause(struct state_keeper *keeper)
{
	if (!keeper)
		return;
	/* A half-written file would mix two states. */
	turn_cancel(&keeper->turn);
	if (keeper->writing)
		hold(keeper, false);
	keeper->writing = false;
	keeper->paused = true;
}

void
state_keeper_configure(struct state_keeper *keeper, uint32_t interval_seconds)
{
	if (!keeper)
		return;
	keeper->interval_us = (uint64_t)interval_seconds * 1000000;
	keeper->paused = false;
	write_soon(keeper, GATHER_US);
}

void
state_keeper_close(struct state_keeper *keeper)
{
	if (!keeper)
		return;
	timer_cancel(&keeper->timer);
	turn_cancel(&keeper->turn);
	for (size_t i = 0; keeper->begun && i < keeper->count; i++) {
		tunnels_settle(keeper->all[i].view.tunnels);
		tunnel_numbers_listen(keeper->all[i].view.numbers, NULL, NULL);
	}
	if (keeper->begun)
		write_at_once(keeper, true);
	state_file_free(keeper->file);
	state_shown_free(keeper->shown);
	state_lists_free(&keeper->others);
	free(keeper);
}
