/* SPDX-License-Identifier: BSD-3-Clause */
#include "state_view.h"

#include <string.h>

#include "tunnels/tunnel_label.h"
#include "tunnels/tunnel_saved.h"

enum { NUMBERS, CONTEXTS, ROWS, PATHS, SAS, TOLD, ALARMS };

const struct column_table *const state_view_tables[STATE_TABLES] = {
	[NUMBERS] = &state_tunnel_table, [CONTEXTS] = &state_context_table, [ROWS] = &state_row_table,
	[PATHS] = &state_path_table,	 [SAS] = &state_sa_table,	    [TOLD] = &state_told_table,
	[ALARMS] = &state_alarm_table,
};

/* Each row begins with its context. */
#define CONTEXT_OF(row) ((const char *)(row))
_Static_assert(offsetof(struct state_tunnel, context) == 0 && offsetof(struct state_context, context) == 0 &&
		       offsetof(struct state_row, context) == 0 && offsetof(struct state_path, context) == 0 &&
		       offsetof(struct state_sa, context) == 0 && offsetof(struct state_told, context) == 0 &&
		       offsetof(struct state_alarm, context) == 0,
	       "see CONTEXT_OF");

_Static_assert(sizeof(union state_any) <= STATE_ROW_SIZE, "the reader has room for each row");

/* --- saving ------------------------------------------------------------------------------------ */

bool
state_view_is_ready(const struct state_view *view)
{
	return !view->census || tunnels_can_be_saved(view->tunnels);
}

static bool
save_number(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	(void)moment;
	row->number.number = *tunnel_numbers_at(view->numbers, rank);
	return true;
}

static bool
save_context(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	const struct event_numbers events = event_log_numbers(view->log);
	const uint32_t reserved = moment->is_last ? 0 : STATE_EVENTS_RESERVED;

	(void)rank;
	memcpy(row->context.boot, moment->boot, strnlen(moment->boot, sizeof(row->context.boot) - 1));
	row->context.source = view->source;
	row->context.written_seconds = moment->seconds;
	row->context.last_event = events.last < UINT32_MAX - reserved ? events.last + reserved : 0;
	row->context.last_notified = events.last_notified;
	return true;
}

static bool
save_row(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	(void)moment;
	return tunnels_save_row(view->tunnels, rank, &row->row.row);
}

static bool
save_path(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	(void)moment;
	return tunnels_save_path(view->tunnels, rank, &row->path.path);
}

static bool
save_sa(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	const struct census_sa *const record = census_at(view->census, rank);

	(void)moment;
	if (!record || record->state == SA_STATE_LARVAL)
		return false;
	row->sa.key = record->key;
	row->sa.direction = record->direction;
	row->sa.state = record->state;
	row->sa.born_seconds = record->born_seconds;
	row->sa.used_seconds = record->used_seconds;
	row->sa.alarms = sa_alarms_save(&view->alarms->of_sas, record);
	tunnels_save_sa(view->tunnels, record, &row->sa.sa);
	return true;
}

static bool
save_told(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	const struct census_sa *const record = census_at(view->census, rank);
	struct expiry_told told;

	(void)moment;
	if (!record || record->state == SA_STATE_LARVAL || !expiry_save(view->expiry, record, &told))
		return false;
	row->told.key = record->key;
	row->told.told = told.told;
	memcpy(row->told.soft, told.soft, sizeof(told.soft));
	memcpy(row->told.hard, told.hard, sizeof(told.hard));
	row->told.use_began_seconds = told.use_began_seconds;
	row->told.src = told.src;
	return true;
}

static bool
save_alarm(const struct state_view *view, const struct state_moment *moment, size_t rank, union state_any *row)
{
	struct alarm_saved saved;

	(void)moment;
	if (!alarms_save(view->alarms, rank, &saved))
		return false;
	row->alarm.alarm = saved.alarm;
	row->alarm.about = saved.about;
	row->alarm.began_seconds = saved.began_seconds;
	row->alarm.silent = saved.silent;
	row->alarm.base = saved.base;
	row->alarm.since = saved.since;
	return true;
}

static size_t
places_of(const struct state_view *view, size_t table)
{
	switch (table) {
	case NUMBERS:
		return tunnel_numbers_count(view->numbers);
	case CONTEXTS:
		return 1;
	case ROWS:
		return tunnels_count(view->tunnels);
	case PATHS:
		return tunnels_path_count(view->tunnels);
	case ALARMS:
		return alarms_places(view->alarms);
	default:
		return census_places(view->census);
	}
}

const struct column_table *
state_view_next(const struct state_view *view, const struct state_moment *moment, struct state_place *place,
		union state_any *row, size_t *budget)
{
	static bool (*const save[STATE_TABLES])(const struct state_view *view, const struct state_moment *moment,
						size_t rank, union state_any *row) = {
		save_number, save_context, save_row, save_path, save_sa, save_told, save_alarm};
	const bool is_whole = view->census && census_statistics(view->census)->living <= STATE_SAS_MOST;
	const size_t tables = is_whole ? STATE_TABLES : CONTEXTS;

	while (*budget > 0 && place->table < tables) {
		if (place->rank >= places_of(view, place->table)) {
			*place = (struct state_place){.table = place->table + 1};
			continue;
		}
		--*budget;
		memset(row, 0, sizeof(*row));
		if (!save[place->table](view, moment, place->rank++, row))
			continue;
		memcpy(row, view->context, sizeof(view->context));
		return state_view_tables[place->table];
	}
	return NULL;
}

/* --- lists ------------------------------------------------------------------------------------- */

void
state_lists_init(struct state_lists *lists)
{
	for (size_t i = 0; i < STATE_TABLES; i++)
		lists->all[i] = (struct row_list){.row_size = state_view_tables[i]->row_size};
}

void
state_lists_free(struct state_lists *lists)
{
	for (size_t i = 0; i < STATE_TABLES; i++)
		row_list_free(&lists->all[i]);
}

/* Rows that come in order are there only once. */
static bool
is_in_order(size_t table, const void *before, const void *row)
{
	if (strcmp(CONTEXT_OF(before), CONTEXT_OF(row)) != 0)
		return true;
	if (table == ROWS)
		return ((const struct state_row *)before)->row.tunnel.index <
		       ((const struct state_row *)row)->row.tunnel.index;
	if (table == PATHS)
		return ((const struct state_path *)before)->path.number < ((const struct state_path *)row)->path.number;
	return table != CONTEXTS;
}

const char *
state_lists_take(void *data, const struct column_table *table, const void *row)
{
	struct state_lists *const lists = data;
	const char *const wrong = state_row_wrong(table, row);
	struct row_list *list;
	size_t number = 0;
	void *added;

	if (wrong)
		return wrong;
	while (state_view_tables[number] != table)
		number++;
	list = &lists->all[number];
	if (list->count == 4 * (size_t)STATE_SAS_MOST)
		return "is too long";
	if (list->count > 0 && !is_in_order(number, row_list_at(list, list->count - 1), row))
		return "has a tunnel twice";
	added = row_list_add(list);
	if (!added)
		return "does not fit into memory";
	memcpy(added, row, table->row_size);
	return NULL;
}

void
state_lists_forget_identities(struct state_lists *lists)
{
	struct row_list *const numbers = &lists->all[NUMBERS];
	size_t kept = 0;

	for (size_t i = 0; i < lists->all[ROWS].count; i++) {
		struct state_row *const row = row_list_at(&lists->all[ROWS], i);

		memset(row->row.tunnel.remote_id, 0, sizeof(row->row.tunnel.remote_id));
		if (tunnel_label_has_identity(row->row.label))
			memset(row->row.label, 0, sizeof(row->row.label));
	}
	for (size_t i = 0; i < numbers->count; i++) {
		const struct state_tunnel *const number = row_list_at(numbers, i);

		if (!tunnel_label_has_identity(number->number.identity.name))
			memmove(row_list_at(numbers, kept++), number, numbers->row_size);
	}
	numbers->count = kept;
}

/* Takes the rows of that context from a list.  False: no memory for all of them. */
static bool
part(struct row_list *list, const char *context, struct row_list *own)
{
	bool is_whole = true;
	size_t kept = 0;

	*own = (struct row_list){.row_size = list->row_size};
	for (size_t i = 0; i < list->count; i++) {
		const void *const row = row_list_at(list, i);
		void *added;

		if (strcmp(CONTEXT_OF(row), context) != 0) {
			memmove(row_list_at(list, kept++), row, list->row_size);
			continue;
		}
		added = row_list_add(own);
		if (added)
			memcpy(added, row, list->row_size);
		is_whole = is_whole && added;
	}
	list->count = kept;
	if (kept == 0)
		row_list_free(list);
	return is_whole;
}

/* --- restoring --------------------------------------------------------------------------------- */

void
state_view_restore_numbers(const struct state_view *view, struct state_lists *lists)
{
	struct row_list own;

	part(&lists->all[NUMBERS], view->context, &own);
	for (size_t i = 0; i < own.count; i++)
		tunnel_numbers_restore(view->numbers, &((const struct state_tunnel *)row_list_at(&own, i))->number);
	row_list_free(&own);
}

static void
restore_shown(const struct state_view *view, uint32_t index)
{
	const struct tunnel_counters *const shown = state_shown_find(view->shown, view->context, index);

	if (shown)
		tunnels_restore_shown(view->tunnels, index, shown);
}

/* When it came up or went down, on the clock of this boot. */
static void
restore_row(const struct state_view *view, struct tunnel_saved_row *row, bool same_boot,
	    const struct state_moment *moment)
{
	struct tunnel *const tunnel = &row->tunnel;

	if (tunnel->since_seconds > moment->seconds)
		tunnel->since_seconds = moment->seconds;
	if (!same_boot)
		row->since_us = (int64_t)moment->us - (moment->seconds - tunnel->since_seconds) * 1000000;
	if (row->since_us > (int64_t)moment->us)
		row->since_us = (int64_t)moment->us;
	if (tunnels_restore_row(view->tunnels, row) && same_boot && view->shown)
		restore_shown(view, tunnel->index);
}

static bool
restore_sa(const struct state_view *view, const struct state_sa *sa)
{
	const struct census_sa known = {
		.key = sa->key,
		.direction = sa->direction,
		.state = sa->state,
		.bytes = sa->sa.bytes,
		.packets = sa->sa.packets,
		.errors = sa->sa.errors,
		.born_seconds = sa->born_seconds,
		.used_seconds = sa->used_seconds,
	};
	struct census_sa *const record = census_restore(view->census, &known);

	if (record) {
		tunnels_restore_sa(view->tunnels, record, &sa->sa);
		sa_alarms_restore(&view->alarms->of_sas, record, sa->alarms);
	}
	return record != NULL;
}

static void
restore_told(const struct state_view *view, const struct state_told *row)
{
	struct census_sa *const record = census_restored(view->census, &row->key);
	struct expiry_told told = {.told = row->told, .use_began_seconds = row->use_began_seconds, .src = row->src};

	if (!record)
		return;
	memcpy(told.soft, row->soft, sizeof(told.soft));
	memcpy(told.hard, row->hard, sizeof(told.hard));
	expiry_restore(view->expiry, record, &told);
}

/* Of a tunnel that there is none of any more, its end is told by the first look. */
static void
restore_alarm(const struct state_view *view, const struct state_alarm *row, const struct state_moment *moment)
{
	const struct alarm_saved saved = {.alarm = row->alarm,
					  .about = row->about,
					  .began_seconds = row->began_seconds,
					  .silent = row->silent,
					  .base = row->base,
					  .since = row->since};
	const struct tunnel_time now = {.us = moment->us, .seconds = moment->seconds, .sa_seconds = moment->seconds};
	const size_t rank = tunnels_seek(view->tunnels, row->about);
	struct tunnel tunnel = {.index = row->about};

	if (rank < tunnels_count(view->tunnels) && tunnels_index_at(view->tunnels, rank) == row->about)
		tunnels_at(view->tunnels, rank, &now, &tunnel);
	alarms_restore(view->alarms, &tunnel, &saved);
}

static struct state_outcome
restore(const struct state_view *view, const struct row_list own[STATE_TABLES], const struct state_moment *moment)
{
	const struct state_context *const context = row_list_at(&own[CONTEXTS], 0);
	const struct event_numbers events = {context->last_event, context->last_notified};
	struct state_outcome outcome = {.ahead_seconds = context->written_seconds - moment->seconds};

	outcome.restored =
		context->boot[0] != '\0' && strcmp(context->boot, moment->boot) == 0 && context->source == view->source;
	event_log_follow_on(view->log, &events);
	for (size_t i = 0; i < own[ROWS].count; i++)
		restore_row(view, &((struct state_row *)row_list_at(&own[ROWS], i))->row, outcome.restored, moment);
	for (size_t i = 0; i < own[PATHS].count; i++)
		tunnels_restore_path(view->tunnels, &((const struct state_path *)row_list_at(&own[PATHS], i))->path);
	for (size_t i = 0; i < own[SAS].count; i++) {
		const struct state_sa *const sa = row_list_at(&own[SAS], i);

		if (!outcome.restored)
			tunnels_restore_gap(view->tunnels, &sa->sa);
		else if (!restore_sa(view, sa))
			outcome.left_out++;
	}
	for (size_t i = 0; outcome.restored && i < own[TOLD].count; i++)
		restore_told(view, row_list_at(&own[TOLD], i));
	for (size_t i = 0; outcome.restored && i < own[ALARMS].count; i++)
		restore_alarm(view, row_list_at(&own[ALARMS], i), moment);
	tunnels_restored(view->tunnels);
	if (outcome.restored)
		expiry_follow_on(view->expiry);
	return outcome;
}

struct state_outcome
state_view_restore(const struct state_view *view, struct state_lists *lists, const struct state_moment *moment)
{
	struct state_outcome outcome = {.restored = false};
	struct row_list own[STATE_TABLES];
	bool is_whole = true;

	for (size_t i = 0; i < STATE_TABLES; i++)
		is_whole = part(&lists->all[i], view->context, &own[i]) && is_whole;
	/* Counters without the part that was counted of each SA would count it twice. */
	if (is_whole && own[CONTEXTS].count > 0)
		outcome = restore(view, own, moment);
	for (size_t i = 0; i < STATE_TABLES; i++)
		row_list_free(&own[i]);
	return outcome;
}
