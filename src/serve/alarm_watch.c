/* SPDX-License-Identifier: BSD-3-Clause */
#include "alarm_watch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "snmp/timer.h"
#include "snmp/turn.h"

enum { MICROSECONDS = 1000000, PERIOD_SECONDS = 10, TUNNELS_A_TURN = 200 };

struct alarm_watch {
	const struct tunnel_watch *tunnels;
	struct stat_file *stat;
	struct alarm_settings settings;
	struct alarms *alarms;
	struct timer timer;
	struct turn turn;
	bool looking, held;
	uint64_t next_index; /* of the check under way */
};

/* Often enough to see how long a direction is silent. */
static void
look_later(struct alarm_watch *watch)
{
	const uint32_t silence = watch->settings.one_way_seconds;
	const uint32_t seconds = silence > 0 && silence < 3 * PERIOD_SECONDS ? (silence + 2) / 3 : PERIOD_SECONDS;

	timer_set(&watch->timer, (uint64_t)seconds * MICROSECONDS);
}

/* Rows may appear and disappear between two turns, so it continues by index. */
static void
on_turn(void *data)
{
	struct alarm_watch *const watch = data;
	const struct tunnels *const tunnels = tunnel_watch_tunnels(watch->tunnels);
	size_t rank = tunnels_seek(tunnels, watch->next_index);

	if (watch->held)
		return;
	for (unsigned taken = 0; taken < TUNNELS_A_TURN && rank < tunnels_count(tunnels); taken++, rank++) {
		struct tunnel tunnel;

		tunnel_watch_at(watch->tunnels, rank, &tunnel);
		tunnel_alarms_take(watch->alarms->of_tunnels, &tunnel);
		watch->next_index = (uint64_t)tunnel.index + 1;
	}
	if (rank < tunnels_count(tunnels)) {
		turn_request(&watch->turn);
		return;
	}
	tunnel_alarms_end(watch->alarms->of_tunnels);
	watch->looking = false;
	look_later(watch);
}

static void
on_time(void *data)
{
	struct alarm_watch *const watch = data;
	const int64_t now = (int64_t)(clock_monotonic_us() / MICROSECONDS) + 1;

	if (watch->held) {
		look_later(watch);
		return;
	}
	stat_alarms_look(&watch->alarms->of_stat, &watch->settings, stat_file_get(watch->stat), now);
	tunnel_alarms_begin(watch->alarms->of_tunnels, now);
	watch->looking = true;
	watch->next_index = 0;
	turn_request(&watch->turn);
}

struct alarm_watch *
alarm_watch_start(const struct tunnel_watch *tunnels, struct stat_file *stat, const struct alarm_settings *settings,
		  struct alarms *alarms)
{
	struct alarm_watch *const watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->tunnels = tunnels;
	watch->stat = stat;
	watch->settings = *settings;
	watch->alarms = alarms;
	watch->timer = (struct timer){.on_time = on_time, .data = watch};
	watch->turn = (struct turn){.take = on_turn, .data = watch};
	look_later(watch);
	return watch;
}

void
alarm_watch_stop(struct alarm_watch *watch)
{
	if (!watch)
		return;
	timer_cancel(&watch->timer);
	turn_cancel(&watch->turn);
	free(watch);
}

void
alarm_watch_configure(struct alarm_watch *watch, const struct alarm_settings *settings)
{
	watch->settings = *settings;
	if (!watch->looking)
		look_later(watch);
}

void
alarm_watch_hold(struct alarm_watch *watch, bool held)
{
	watch->held = held;
	if (!held && watch->looking)
		turn_request(&watch->turn);
}
