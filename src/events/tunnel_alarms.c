/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/tunnel_alarms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/row_list.h"

/* One direction; traffic is noticed when a check finds that its counter has grown. */
struct flow {
	uint64_t packets;
	int64_t moved;	/* when it last grew; 0: never */
	uint64_t other; /* the counter of the other direction at that time */
};

enum { IN, OUT, WAYS };

/* What is stored of a tunnel between checks. */
struct watched {
	uint32_t index;
	int64_t began; /* when its counters began */
	struct flow flows[WAYS];
	int64_t both; /* when both directions had moved within the time that one may be silent; 0: never */
	bool one_way;
	uint8_t silent; /* which */
	struct alarm_growth rekeys;
	/* For the event when it is gone. */
	char name[TUNNEL_NAME_SIZE], descr[TUNNEL_DESCR_SIZE];
};

struct tunnel_alarms {
	struct event_sink sink;
	struct alarm_settings settings;
	struct row_list before, now; /* of struct watched, by index: the last check and the one under way */
	size_t at;		     /* in the last check */
	int64_t time;
};

struct tunnel_alarms *
tunnel_alarms_new(const struct event_sink *sink, const struct alarm_settings *settings)
{
	struct tunnel_alarms *const alarms = calloc(1, sizeof(*alarms));

	if (!alarms)
		return NULL;
	alarms->sink = *sink;
	alarms->settings = *settings;
	alarms->before.row_size = alarms->now.row_size = sizeof(struct watched);
	return alarms;
}

void
tunnel_alarms_free(struct tunnel_alarms *alarms)
{
	if (!alarms)
		return;
	row_list_free(&alarms->before);
	row_list_free(&alarms->now);
	free(alarms);
}

void
tunnel_alarms_configure(struct tunnel_alarms *alarms, const struct alarm_settings *settings)
{
	alarms->settings = *settings;
}

/* --- one way only ------------------------------------------------------------------------------ */

static void
clear_one_way(const struct tunnel_alarms *alarms, struct watched *watched, const struct tunnel *tunnel, const char *why)
{
	struct event event;

	if (!watched->one_way)
		return;
	watched->one_way = false;
	alarm_begin(&event, EVENT_ALARM_ONE_WAY, false, "%s", why);
	event.src = tunnel->local;
	event_set_tunnel(&event, tunnel);
	event_send(&alarms->sink, &event);
}

static void
raise_one_way(const struct tunnel_alarms *alarms, struct watched *watched, const struct tunnel *tunnel, unsigned silent)
{
	const struct flow *const flow = &watched->flows[silent], *const other = &watched->flows[!silent];
	struct event event;

	watched->one_way = true;
	watched->silent = (uint8_t)silent;
	alarm_begin(&event, EVENT_ALARM_ONE_WAY, true, "nothing %s for %lld seconds, in which %llu packets %s",
		    silent == IN ? "came in" : "went out", (long long)(alarms->time - flow->moved),
		    (unsigned long long)(other->packets - flow->other), silent == IN ? "went out" : "came in");
	event.current = other->packets - flow->other;
	event.src = tunnel->local;
	event_set_tunnel(&event, tunnel);
	event_send(&alarms->sink, &event);
}

static bool
move(struct flow *flow, uint64_t packets, uint64_t other, int64_t now)
{
	if (packets == flow->packets)
		return false;
	*flow = (struct flow){.packets = packets, .moved = now, .other = other};
	return true;
}

/* It was used both ways until one direction fell silent, and enough went the other way since, including recently. */
static bool
is_one_way(const struct tunnel_alarms *alarms, const struct watched *watched, unsigned silent)
{
	enum { PACKETS = 100 };
	const int64_t patience = alarms->settings.one_way_seconds;
	const struct flow *const flow = &watched->flows[silent], *const other = &watched->flows[!silent];

	return patience > 0 && flow->moved > 0 && watched->both >= flow->moved &&
	       alarms->time - flow->moved >= patience && alarms->time - other->moved < patience &&
	       other->packets - flow->other >= PACKETS;
}

static void
look_for_one_way(const struct tunnel_alarms *alarms, struct watched *watched, const struct tunnel *tunnel)
{
	const uint64_t packets[WAYS] = {[IN] = tunnel->in_packets, [OUT] = tunnel->out_packets};
	const int64_t since = alarms->time - (int64_t)alarms->settings.one_way_seconds;
	bool moved[WAYS];

	for (unsigned way = IN; way < WAYS; way++)
		moved[way] = move(&watched->flows[way], packets[way], packets[!way], alarms->time);
	if (watched->flows[IN].moved > 0 && watched->flows[IN].moved > since && watched->flows[OUT].moved > 0 &&
	    watched->flows[OUT].moved > since)
		watched->both = alarms->time;
	if (tunnel->state != TUNNEL_UP)
		clear_one_way(alarms, watched, tunnel, "the tunnel is no longer up");
	else if (watched->one_way && moved[watched->silent])
		clear_one_way(alarms, watched, tunnel, "traffic goes both ways again");
	else if (watched->one_way && alarms->settings.one_way_seconds == 0)
		clear_one_way(alarms, watched, tunnel, "it is no longer watched");
	for (unsigned way = IN; way < WAYS && !watched->one_way && tunnel->state == TUNNEL_UP; way++) {
		if (is_one_way(alarms, watched, way))
			raise_one_way(alarms, watched, tunnel, way);
	}
}

/* --- a rekey storm ----------------------------------------------------------------------------- */

static void
look_for_storm(const struct tunnel_alarms *alarms, struct watched *watched, const struct tunnel *tunnel)
{
	struct event event;
	uint64_t growth;
	const enum alarm_change change = alarm_growth_look(&watched->rekeys, tunnel->rekeys, alarms->time,
							   ALARM_REKEYS_SECONDS, alarms->settings.rekeys, &growth);

	if (change == ALARM_UNCHANGED)
		return;
	alarm_begin(&event, EVENT_ALARM_REKEY_STORM, change == ALARM_RAISED, "%llu rekeys within %u minutes",
		    (unsigned long long)growth, ALARM_REKEYS_SECONDS / 60);
	event.current = growth;
	event.src = tunnel->local;
	event_set_tunnel(&event, tunnel);
	event_send(&alarms->sink, &event);
}

/* --- looks ------------------------------------------------------------------------------------- */

static void
begin_to_watch(struct watched *watched, const struct tunnel *tunnel)
{
	*watched = (struct watched){.index = tunnel->index, .began = tunnel->began_seconds};
	watched->flows[IN].packets = tunnel->in_packets;
	watched->flows[OUT].packets = tunnel->out_packets;
}

/* The row is gone, and its alarms with it. */
static void
report_gone(const struct tunnel_alarms *alarms, const struct watched *watched)
{
	struct event event;

	for (int alarm = EVENT_ALARM_ONE_WAY; alarm <= EVENT_ALARM_REKEY_STORM; alarm++) {
		if ((alarm == EVENT_ALARM_ONE_WAY && watched->one_way) ||
		    (alarm == EVENT_ALARM_REKEY_STORM && watched->rekeys.raised)) {
			alarm_begin(&event, (enum event_alarm)alarm, false, "the tunnel is gone");
			memcpy(event.tunnel, watched->name, sizeof(event.tunnel));
			memcpy(event.tunnel_descr, watched->descr, sizeof(event.tunnel_descr));
			event.tunnel_index = watched->index;
			event_send(&alarms->sink, &event);
		}
	}
}

/* What the last check had for that index; those before it are gone. */
static const struct watched *
before(struct tunnel_alarms *alarms, uint32_t index)
{
	while (alarms->at < alarms->before.count) {
		const struct watched *const watched = row_list_at(&alarms->before, alarms->at);

		if (watched->index > index)
			return NULL;
		alarms->at++;
		if (watched->index == index)
			return watched;
		report_gone(alarms, watched);
	}
	return NULL;
}

void
tunnel_alarms_begin(struct tunnel_alarms *alarms, int64_t now)
{
	const struct row_list last = alarms->now;

	alarms->now = alarms->before;
	alarms->before = last;
	alarms->now.count = 0;
	alarms->at = 0;
	alarms->time = now;
}

/*
 * Counters that were reset are the previous ones plus those of another tunnel, or were lost: no conclusion is possible.
 */
void
tunnel_alarms_take(struct tunnel_alarms *alarms, const struct tunnel *tunnel)
{
	const struct watched *const last = before(alarms, tunnel->index);
	struct watched *const watched = row_list_add(&alarms->now);

	if (!watched) /* then it is watched from the next check on */
		return;
	if (!last) {
		begin_to_watch(watched, tunnel);
	} else {
		*watched = *last;
		if (last->began != tunnel->began_seconds) {
			clear_one_way(alarms, watched, tunnel, "its counters started again");
			begin_to_watch(watched, tunnel);
			watched->rekeys = last->rekeys;
		}
	}
	memcpy(watched->name, tunnel->name, sizeof(watched->name));
	memcpy(watched->descr, tunnel->descr, sizeof(watched->descr));
	if (tunnel->state == TUNNEL_UNKNOWN)
		return;
	look_for_one_way(alarms, watched, tunnel);
	look_for_storm(alarms, watched, tunnel);
}

void
tunnel_alarms_end(struct tunnel_alarms *alarms)
{
	before(alarms, UINT32_MAX);
}

/* --- what outlives the agent ------------------------------------------------------------------- */

enum { ONE_WAY, REKEY_STORM, ALARMS_OF_EACH };

/* While a look is under way, those that it has not come to yet are as the last one left them. */
size_t
tunnel_alarms_places(const struct tunnel_alarms *alarms)
{
	return ALARMS_OF_EACH * (alarms->now.count + alarms->before.count - alarms->at);
}

bool
tunnel_alarms_save(const struct tunnel_alarms *alarms, size_t place, struct alarm_saved *saved)
{
	const size_t rank = place / ALARMS_OF_EACH;
	const struct watched *const watched =
		rank < alarms->now.count ? row_list_at(&alarms->now, rank)
					 : row_list_at(&alarms->before, alarms->at + rank - alarms->now.count);
	const struct flow *const flow = &watched->flows[watched->silent];

	*saved = (struct alarm_saved){.about = watched->index, .began_seconds = watched->began};
	if (place % ALARMS_OF_EACH == ONE_WAY) {
		saved->alarm = EVENT_ALARM_ONE_WAY;
		saved->silent = watched->silent;
		saved->base = flow->packets;
		saved->since = flow->moved;
		return watched->one_way;
	}
	saved->alarm = EVENT_ALARM_REKEY_STORM;
	saved->base = watched->rekeys.base;
	saved->since = watched->rekeys.since;
	return watched->rekeys.raised;
}

/* Two alarms of one tunnel come one after the other. */
bool
tunnel_alarms_restore(struct tunnel_alarms *alarms, const struct tunnel *tunnel, const struct alarm_saved *saved)
{
	const size_t count = alarms->now.count;
	struct watched *watched = count > 0 ? row_list_at(&alarms->now, count - 1) : NULL;

	if (saved->alarm != EVENT_ALARM_ONE_WAY && saved->alarm != EVENT_ALARM_REKEY_STORM)
		return false;
	if (!watched || watched->index != tunnel->index) {
		watched = row_list_add(&alarms->now);
		if (!watched)
			return false;
		begin_to_watch(watched, tunnel);
		watched->began = saved->began_seconds;
		memcpy(watched->name, tunnel->name, sizeof(watched->name));
		memcpy(watched->descr, tunnel->descr, sizeof(watched->descr));
	}
	if (saved->alarm == EVENT_ALARM_ONE_WAY) {
		watched->one_way = true;
		watched->silent = saved->silent & 1;
		watched->flows[watched->silent] = (struct flow){.packets = saved->base, .moved = saved->since};
	} else {
		watched->rekeys = (struct alarm_growth){saved->base, saved->since, true};
	}
	return true;
}
