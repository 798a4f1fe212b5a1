/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_rows.h"

#include <stdlib.h>
#include <string.h>

#include "tunnels/tunnel_label.h"

enum { MICROSECONDS = 1000000 };
/* How long a new row waits for its name from an IKE daemon before it is reported that it came up. */
enum { LABEL_SECONDS = 3 };
/* Above this number, rows that only linger are removed. */
enum { ROWS_MOST = 250000 };
/* A tick looks at this number of rows, each of which may be news: it must not delay answers. */
enum { ROWS_A_TICK = 1000 };

void
tunnel_rows_init(struct tunnel_rows *rows, struct tunnel_numbers *numbers, const struct tunnel_listener *listener)
{
	*rows = (struct tunnel_rows){.numbers = numbers, .listener = listener};
}

static void
free_row(struct tunnel_row *row)
{
	tunnel_sas_free(&row->sas);
	free(row->least);
	free(row);
}

void
tunnel_rows_free(struct tunnel_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free_row(rows->all[i]);
	free(rows->all);
}

/* --- the rows by index ------------------------------------------------------------------------- */

size_t
tunnel_rows_seek(const struct tunnel_rows *rows, uint64_t index)
{
	size_t low = 0, high = rows->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (rows->all[middle]->tunnel.index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
make_room(struct tunnel_rows *rows)
{
	const size_t room = rows->room ? rows->room + rows->room / 2 : 16;
	struct tunnel_row **const all = reallocarray(rows->all, room, sizeof(*all));

	if (!all)
		return false;
	rows->all = all;
	rows->room = room;
	return true;
}

struct tunnel_row *
tunnel_rows_new(const struct tunnel_rows *rows)
{
	struct tunnel_row *const row = calloc(1, sizeof(*row));

	if (!row)
		return NULL;
	row->tunnel.state = TUNNEL_DOWN;
	row->first_path = TUNNEL_PATH_NONE;
	/* A state from before the end of the first survey is not news. */
	row->settled = rows->surveys > 0;
	return row;
}

/* A row from an unspecified address has no outbound direction. */
bool
tunnel_row_carries(const struct tunnel_row *row)
{
	return (row->usable[WAY_IN] > 0 || row->borrowed > 0) && (row->usable[WAY_OUT] > 0 || row->lent > 0);
}

void
tunnel_row_show_key(struct tunnel_row *row, const struct tunnel_key *key)
{
	row->tunnel.local = key->local;
	row->tunnel.remote = key->remote;
	row->tunnel.reqid = key->reqid;
	row->tunnel.if_id = key->if_id;
	row->port = key->port;
	row->has_key = true;
}

bool
tunnel_row_show_least(struct tunnel_row *row, const struct tunnel_counters *counters)
{
	if (!row->least)
		row->least = malloc(sizeof(*row->least));
	if (!row->least)
		return false;
	*row->least = *counters;
	return true;
}

static void
forget_least(struct tunnel_row *row)
{
	free(row->least);
	row->least = NULL;
}

void
tunnel_rows_found(struct tunnel_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct tunnel_row *const row = rows->all[i];

		if (row->least)
			tunnel_counters_raise(&row->tunnel, row->least);
		forget_least(row);
	}
}

void
tunnel_row_key(const struct tunnel_row *row, struct tunnel_key *key)
{
	const struct tunnel *const tunnel = &row->tunnel;

	tunnel_key_make(key, &tunnel->local, &tunnel->remote, tunnel->reqid, tunnel->if_id);
	key->port = row->port;
}

static void
identify(const struct tunnel_row *row, struct tunnel_identity *identity)
{
	const struct tunnel *const tunnel = &row->tunnel;
	struct tunnel_key key;

	if (tunnel->name[0] != '\0' || row->label[0] != '\0') {
		tunnel_identity_of_name(identity, tunnel->name[0] != '\0' ? tunnel->name : row->label);
		return;
	}
	tunnel_row_key(row, &key);
	tunnel_identity_of_key(identity, &key);
}

static bool
has_row(const void *data, uint32_t index)
{
	const struct tunnel_rows *const rows = data;
	const size_t rank = tunnel_rows_seek(rows, index);

	return rank < rows->count && rows->all[rank]->tunnel.index == index;
}

/* Assigns its index and description. */
static void
number_row(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t wanted)
{
	struct tunnel_identity identity;
	uint32_t index;
	bool is_taken;

	identify(row, &identity);
	index = tunnel_numbers_find(rows->numbers, &identity);
	is_taken = index != 0 && has_row(rows, index);
	if (index == 0 || is_taken) {
		tunnel_numbers_make_room(rows->numbers, has_row, rows);
		index = tunnel_numbers_next(rows->numbers, row->tunnel.name[0] != '\0', wanted);
		tunnel_numbers_note(rows->numbers, &identity, index);
	}
	row->tunnel.index = index;
	tunnel_numbers_describe(rows->numbers, &identity, index, is_taken, row->tunnel.descr);
}

void
tunnel_rows_remember(struct tunnel_rows *rows, const struct tunnel_row *row)
{
	struct tunnel_identity identity;

	identify(row, &identity);
	tunnel_numbers_note(rows->numbers, &identity, row->tunnel.index);
}

static void tell(const struct tunnel_rows *rows, const struct tunnel_row *row, enum tunnel_news news);
static void stop_waiting(struct tunnel_rows *rows, struct tunnel_row *row);

static void
report_late(struct tunnel_rows *rows, struct tunnel_row *row)
{
	if (row->waits != ROW_WAITS_FOR_LABEL)
		return;
	stop_waiting(rows, row);
	tell(rows, row, TUNNEL_CAME_UP);
}

void
tunnel_rows_relabel(struct tunnel_rows *rows, struct tunnel_row *row)
{
	struct tunnel_identity identity;

	tunnel_identity_of_name(&identity, row->label);
	tunnel_numbers_note(rows->numbers, &identity, row->tunnel.index);
	tunnel_numbers_describe(rows->numbers, &identity, row->tunnel.index, false, row->tunnel.descr);
	report_late(rows, row);
}

void
tunnel_rows_forget_identity(struct tunnel_rows *rows, struct tunnel_row *row)
{
	struct tunnel_identity identity;

	memset(row->tunnel.remote_id, 0, sizeof(row->tunnel.remote_id));
	if (!tunnel_label_has_identity(row->label))
		return;
	memset(row->label, 0, sizeof(row->label));
	if (row->named)
		return;
	identify(row, &identity);
	tunnel_numbers_note(rows->numbers, &identity, row->tunnel.index);
	tunnel_numbers_describe(rows->numbers, &identity, row->tunnel.index, false, row->tunnel.descr);
}

void
tunnel_rows_inherit(struct tunnel_rows *rows, struct tunnel_row *row, struct tunnel_row *from)
{
	const bool was_up = row->tunnel.state == TUNNEL_UP;
	const bool is_late = from->waits == ROW_WAITS_FOR_LABEL;

	row->tunnel.state = from->tunnel.state;
	row->tunnel.since_seconds = from->tunnel.since_seconds;
	row->since_us = from->since_us;
	row->settled = from->settled;
	tunnel_rows_take_state(rows, row, was_up);
	if (is_late)
		tell(rows, row, TUNNEL_CAME_UP);
}

void
tunnel_rows_move(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_key *key)
{
	struct tunnel_identity from, to;

	identify(row, &from);
	tunnel_row_show_key(row, key);
	identify(row, &to);
	if (row->tunnel.name[0] == '\0')
		tunnel_numbers_move(rows->numbers, &from, &to, row->tunnel.index);
	row->tunnel.moves++;
	tunnel_rows_touch(rows, row);
}

/* It has its index, and becomes a tunnel. */
static void
insert_row(struct tunnel_rows *rows, struct tunnel_row *row)
{
	const size_t rank = tunnel_rows_seek(rows, row->tunnel.index);

	memmove(rows->all + rank + 1, rows->all + rank, (rows->count - rank) * sizeof(rows->all[0]));
	rows->all[rank] = row;
	rows->count++;
	row->begun = true;
	row->incomplete = false;
	tunnel_rows_touch(rows, row);
}

bool
tunnel_rows_begin(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t wanted)
{
	if (row->begun)
		return true;
	if (rows->count == rows->room && !make_room(rows))
		return false;
	number_row(rows, row, wanted);
	insert_row(rows, row);
	return true;
}

bool
tunnel_rows_begin_again(struct tunnel_rows *rows, struct tunnel_row *row, uint32_t index)
{
	struct tunnel_identity identity;

	if (index == 0 || has_row(rows, index) || (rows->count == rows->room && !make_room(rows)))
		return false;
	identify(row, &identity);
	if (tunnel_numbers_find(rows->numbers, &identity) == 0)
		tunnel_numbers_note(rows->numbers, &identity, index);
	row->tunnel.index = index;
	tunnel_numbers_describe(rows->numbers, &identity, index, tunnel_numbers_find(rows->numbers, &identity) != index,
				row->tunnel.descr);
	insert_row(rows, row);
	return true;
}

void
tunnel_rows_take_state(struct tunnel_rows *rows, const struct tunnel_row *row, bool was_up)
{
	rows->up += (uint32_t)(row->tunnel.state == TUNNEL_UP) - (uint32_t)was_up;
}

void
tunnel_rows_merge(struct tunnel_rows *rows, struct tunnel_row *from, struct tunnel_row *into)
{
	const struct tunnel *const a = &from->tunnel;
	struct tunnel *const b = &into->tunnel;

	b->in_bytes += a->in_bytes;
	b->out_bytes += a->out_bytes;
	b->in_packets += a->in_packets;
	b->out_packets += a->out_packets;
	b->in_errors += a->in_errors;
	b->out_errors += a->out_errors;
	b->rekeys += a->rekeys;
	b->moves += a->moves;
	b->ups += a->ups;
	b->downs += a->downs;
	b->unseen_ends += a->unseen_ends;
	if (from->begun) {
		b->began_seconds = 0; /* what was shown elsewhere is added at once: the next tick sets it */
		forget_least(into);
	}
	tunnel_rows_end(rows, from);
}

/* --- lists ------------------------------------------------------------------------------------- */

static void
append_changed(struct tunnel_rows *rows, struct tunnel_row *row)
{
	row->changed = true;
	row->next_changed = NULL;
	*(rows->last_changed ? &rows->last_changed->next_changed : &rows->changed) = row;
	rows->last_changed = row;
}

static struct tunnel_row *
take_changed(struct tunnel_rows *rows)
{
	struct tunnel_row *const row = rows->changed;

	if (!row)
		return NULL;
	rows->changed = row->next_changed;
	if (!rows->changed)
		rows->last_changed = NULL;
	row->changed = false;
	return row;
}

void
tunnel_rows_touch(struct tunnel_rows *rows, struct tunnel_row *row)
{
	if (!row->begun)
		return;
	if (!row->changed)
		append_changed(rows, row);
	tunnel_rows_wake(rows);
}

void
tunnel_rows_wake(struct tunnel_rows *rows)
{
	/* Nothing can be reported before the first survey has ended. */
	if (rows->awake || rows->surveys == 0)
		return;
	rows->awake = true;
	if (rows->listener->wake)
		rows->listener->wake(rows->listener->data);
}

static void
stop_waiting(struct tunnel_rows *rows, struct tunnel_row *row)
{
	struct wait_list *const list = &rows->waiting[row->waits];

	if (row->waits == ROW_WAITS_NOT)
		return;
	*(row->previous ? &row->previous->next : &list->first) = row->next;
	*(row->next ? &row->next->previous : &list->last) = row->previous;
	row->previous = row->next = NULL;
	row->waits = ROW_WAITS_NOT;
}

static void
wait_for(struct tunnel_rows *rows, struct tunnel_row *row, enum row_wait what, uint64_t now_us)
{
	struct wait_list *const list = &rows->waiting[what];

	if (row->waits == what)
		return;
	stop_waiting(rows, row);
	row->waits = (uint8_t)what;
	row->waits_since_us = now_us;
	row->previous = list->last;
	*(list->last ? &list->last->next : &list->first) = row;
	list->last = row;
}

void
tunnel_rows_end(struct tunnel_rows *rows, struct tunnel_row *row)
{
	if (!row->begun) {
		free_row(row);
		return;
	}
	stop_waiting(rows, row);
	rows->up -= row->tunnel.state == TUNNEL_UP;
	row->ended = true;
	rows->ended++;
}

static void
forget_changes_of_ended(struct tunnel_rows *rows)
{
	struct tunnel_row *row = rows->changed, *next;

	rows->changed = rows->last_changed = NULL;
	for (; row; row = next) {
		next = row->next_changed;
		if (!row->ended)
			append_changed(rows, row);
	}
}

void
tunnel_rows_sweep(struct tunnel_rows *rows)
{
	size_t kept = 0;

	if (rows->ended == 0)
		return;
	forget_changes_of_ended(rows);
	for (size_t i = 0; i < rows->count; i++) {
		if (!rows->all[i]->ended)
			rows->all[kept++] = rows->all[i];
		else
			free_row(rows->all[i]);
	}
	rows->count = kept;
	rows->ended = 0;
}

void
tunnel_rows_surveyed(struct tunnel_rows *rows)
{
	rows->surveys++;
	for (struct tunnel_row *row = rows->changed; row; row = row->next_changed)
		row->incomplete = false;
	if (rows->changed)
		tunnel_rows_touch(rows, rows->changed);
}

/* --- states ------------------------------------------------------------------------------------ */

static void
tell(const struct tunnel_rows *rows, const struct tunnel_row *row, enum tunnel_news news)
{
	if (rows->listener->news)
		rows->listener->news(rows->listener->data, news, &row->tunnel);
}

static enum tunnel_state
state_of(const struct tunnel_row *row)
{
	if (tunnel_row_carries(row))
		return TUNNEL_UP;
	if (row->ambiguous)
		return TUNNEL_UNKNOWN;
	return row->larval > 0 ? TUNNEL_LARVAL : TUNNEL_DOWN;
}

static void
set_state(struct tunnel_rows *rows, struct tunnel_row *row, enum tunnel_state state, const struct tunnel_time *now)
{
	const bool is_up = state == TUNNEL_UP, was_up = row->tunnel.state == TUNNEL_UP;

	row->tunnel.state = (uint8_t)state;
	if (is_up != was_up) {
		row->since_us = (int64_t)now->us;
		row->tunnel.since_seconds = now->seconds;
		rows->up += is_up ? 1u : (uint32_t)-1;
	}
}

static void
come_up(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_time *now)
{
	set_state(rows, row, TUNNEL_UP, now);
	row->tunnel.ups++;
	if (rows->awaits_labels && !row->named && row->label[0] == '\0')
		wait_for(rows, row, ROW_WAITS_FOR_LABEL, now->us);
	else
		tell(rows, row, TUNNEL_CAME_UP);
}

static void
go_down(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_time *now)
{
	stop_waiting(rows, row);
	set_state(rows, row, state_of(row), now);
	row->tunnel.downs++;
	tell(rows, row, TUNNEL_WENT_DOWN);
}

/* The first look at a row; a state from before anything could be reported is taken as given. */
static void
settle(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_time *now)
{
	if (row->tunnel.began_seconds == 0) {
		row->tunnel.began_seconds = now->seconds;
		if (row->tunnel.since_seconds == 0) {
			row->tunnel.since_seconds = now->seconds;
			row->since_us = (int64_t)now->us;
		}
	}
	if (!row->settled)
		set_state(rows, row, state_of(row), now);
	row->settled = true;
}

/* A row is kept by its name, its SAs, its policies, or an IKE daemon, which may create SAs any time. */
static bool
may_end(const struct tunnel_row *row)
{
	return !row->named && !row->expected && row->living == 0 && row->wanted == 0;
}

static void
watch_state(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_settings *settings,
	    const struct tunnel_time *now)
{
	const enum tunnel_state state = state_of(row);
	const bool was_up = row->tunnel.state == TUNNEL_UP;

	if (state != TUNNEL_UP)
		report_late(rows, row);
	if (state == TUNNEL_UP) {
		if (row->waits != ROW_WAITS_FOR_LABEL)
			stop_waiting(rows, row);
		row->incomplete = false;
		if (!was_up)
			come_up(rows, row, now);
	} else if (row->incomplete) {
		return;
	} else if (was_up && settings->grace_seconds > 0) {
		wait_for(rows, row, ROW_WAITS_FOR_DOWN, now->us);
		return;
	} else if (was_up) {
		go_down(rows, row, now);
	} else {
		set_state(rows, row, state, now);
	}
	if (state != TUNNEL_UP && may_end(row))
		wait_for(rows, row, ROW_WAITS_FOR_END, now->us);
	else if (row->waits != ROW_WAITS_FOR_LABEL)
		stop_waiting(rows, row);
}

/* --- errors ------------------------------------------------------------------------------------ */

/*
 * A bucket that holds the errors of one minute and drains at that rate.  errors_us is when it will be empty: each error
 * delays that by its share of the minute, and when it is more than a minute ahead, the bucket has overflowed.
 */
static void
watch_errors(struct tunnel_rows *rows, struct tunnel_row *row, const struct tunnel_settings *settings, uint64_t now_us)
{
	const uint64_t minute_us = UINT64_C(60) * MICROSECONDS;
	const uint64_t most = settings->errors_per_minute;
	const uint64_t errors = row->new_errors > most ? most + 1 : row->new_errors;

	row->new_errors = 0;
	if (errors == 0 || most == 0 || now_us < row->quiet_until_us)
		return;
	if (row->errors_us < now_us)
		row->errors_us = now_us;
	row->errors_us += (errors * minute_us + most - 1) / most;
	if (row->errors_us - now_us < minute_us + minute_us / most / 2)
		return;
	row->errors_us = now_us;
	row->quiet_until_us = now_us + (uint64_t)settings->quiet_seconds * MICROSECONDS;
	tell(rows, row, TUNNEL_HAS_ERRORS);
}

/* --- time -------------------------------------------------------------------------------------- */

static uint64_t
waited_us(const struct tunnel_row *row, uint64_t now_us)
{
	return now_us > row->waits_since_us ? now_us - row->waits_since_us : 0;
}

/* An incomplete row waits for the end of the survey. */
static unsigned
look_at_changed(struct tunnel_rows *rows, const struct tunnel_settings *settings, const struct tunnel_time *now)
{
	const struct tunnel_row *const last = rows->last_changed;
	struct tunnel_row *row = NULL;
	unsigned looked = 0;

	while (row != last && looked < ROWS_A_TICK && (row = take_changed(rows))) {
		looked++;
		settle(rows, row, now);
		watch_errors(rows, row, settings, now->us);
		watch_state(rows, row, settings, now);
		if (row->incomplete)
			append_changed(rows, row);
	}
	rows->more = row != last;
	return looked;
}

void
tunnel_rows_tick(struct tunnel_rows *rows, const struct tunnel_settings *settings, const struct tunnel_time *now)
{
	const uint64_t grace_us = (uint64_t)settings->grace_seconds * MICROSECONDS;
	struct tunnel_row *row;
	unsigned looked;

	rows->awake = rows->more = false;
	if (rows->surveys == 0)
		return;
	looked = look_at_changed(rows, settings, now);
	for (; looked < ROWS_A_TICK; looked++) {
		row = rows->waiting[ROW_WAITS_FOR_LABEL].first;
		if (!row || (rows->awaits_labels && waited_us(row, now->us) < LABEL_SECONDS * MICROSECONDS))
			break;
		report_late(rows, row);
	}
	for (; looked < ROWS_A_TICK; looked++) {
		row = rows->waiting[ROW_WAITS_FOR_DOWN].first;
		if (!row || waited_us(row, now->us) < grace_us)
			return;
		go_down(rows, row, now);
		if (may_end(row))
			wait_for(rows, row, ROW_WAITS_FOR_END, now->us);
	}
	rows->more = true;
}

struct tunnel_row *
tunnel_rows_over(const struct tunnel_rows *rows, const struct tunnel_settings *settings, uint64_t now_us)
{
	struct tunnel_row *const row = rows->waiting[ROW_WAITS_FOR_END].first;
	const uint64_t linger_us = (uint64_t)settings->linger_seconds * MICROSECONDS;

	return row && (waited_us(row, now_us) >= linger_us || rows->count - rows->ended > ROWS_MOST) ? row : NULL;
}

static uint64_t
left_us(const struct wait_list *list, uint32_t seconds, uint64_t now_us)
{
	const uint64_t whole_us = (uint64_t)seconds * MICROSECONDS;
	uint64_t waited;

	if (!list->first)
		return UINT64_MAX;
	waited = waited_us(list->first, now_us);
	return waited < whole_us ? whole_us - waited : 0;
}

uint64_t
tunnel_rows_due_us(const struct tunnel_rows *rows, const struct tunnel_settings *settings, uint64_t now_us)
{
	const uint64_t down_us = left_us(&rows->waiting[ROW_WAITS_FOR_DOWN], settings->grace_seconds, now_us);
	const uint64_t end_us = left_us(&rows->waiting[ROW_WAITS_FOR_END], settings->linger_seconds, now_us);
	const uint64_t label_us = left_us(&rows->waiting[ROW_WAITS_FOR_LABEL], LABEL_SECONDS, now_us);
	const uint64_t soonest_us = down_us < end_us ? down_us : end_us;

	return rows->more ? 0 : label_us < soonest_us ? label_us : soonest_us;
}

/* --- limits ------------------------------------------------------------------------------------ */

/* Limits that are reported between two surveys count for the last one, too. */
void
tunnel_row_limit(const struct tunnel_rows *rows, struct tunnel_row *row, int64_t seconds)
{
	for (uint32_t survey = rows->surveys; survey != rows->surveys + 2; survey++) {
		if (row->limits[survey % 2].survey != survey || row->limits[survey % 2].seconds > seconds) {
			row->limits[survey % 2].survey = survey;
			row->limits[survey % 2].seconds = seconds;
		}
	}
}

static uint32_t
expires_seconds(const struct tunnel_rows *rows, const struct tunnel_row *row, int64_t sa_seconds)
{
	const uint32_t slot = rows->surveys % 2;
	int64_t left;

	if (row->limits[slot].survey != rows->surveys || row->usable[WAY_IN] + row->usable[WAY_OUT] == 0)
		return TUNNEL_NEVER_EXPIRES;
	left = row->limits[slot].seconds - sa_seconds;
	return left < 1 ? 1 : left > INT32_MAX ? INT32_MAX : (uint32_t)left;
}

static uint32_t
age_seconds(int64_t since_us, uint64_t now_us)
{
	const int64_t seconds = ((int64_t)now_us - since_us) / MICROSECONDS;

	return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

void
tunnel_row_show(const struct tunnel_rows *rows, const struct tunnel_row *row, const struct tunnel_time *now,
		struct tunnel *tunnel)
{
	*tunnel = row->tunnel;
	if (row->least)
		tunnel_counters_raise(tunnel, row->least);
	if (!row->settled)
		tunnel->state = TUNNEL_UNKNOWN;
	if (tunnel->began_seconds == 0)
		tunnel->began_seconds = now->seconds;
	if (tunnel->since_seconds == 0)
		tunnel->since_seconds = now->seconds;
	else
		tunnel->state_seconds = age_seconds(row->since_us, now->us);
	tunnel->sas_in = row->usable[WAY_IN];
	tunnel->sas_out = row->usable[WAY_OUT];
	tunnel->expires_seconds = expires_seconds(rows, row, now->sa_seconds);
}
