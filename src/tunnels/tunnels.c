/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnels.h"

#include <stdlib.h>
#include <string.h>

#include "tunnels_inside.h"

/* The soonest time at which a limit ends the SA, by the clock against which its birth is told. */
static void
note_limits(struct tunnels *tunnels, const struct census_sa *record, const struct sa *sa)
{
	const struct sa_lifetime *const add = &sa->life[SA_LIFE_ADD], *const use = &sa->life[SA_LIFE_USE];
	const struct place place = tunnels_place_of(record);
	struct tunnel_row *const row = tunnels->paths.all[place.path].row;

	if (place.class != CLASS_USABLE || record->born_seconds == 0)
		return;
	if (add->hard > 0 && add->hard < UINT32_MAX)
		tunnel_row_limit(&tunnels->rows, row, (int64_t)record->born_seconds + (int64_t)add->hard);
	if (use->hard > 0 && use->hard < UINT32_MAX && use->current > 0 && add->current >= use->current)
		tunnel_row_limit(&tunnels->rows, row,
				 (int64_t)(record->born_seconds + add->current - use->current + use->hard));
}

/*
 * What an SA counts when it is told to be new is of its own, unless it is older than that: then it goes on for another,
 * whose counters it was given (XFRMA_LTIME_VAL), as IKE daemons do when a peer's address changes.
 */
static bool
is_heir(const struct sa *sa, bool attended)
{
	enum { AGE_OF_THE_NEW = 2 }; /* seconds are rounded, and telling takes a while */

	return attended && sa->life[SA_LIFE_ADD].current > AGE_OF_THE_NEW;
}

/* --- the census's observer --------------------------------------------------------------------- */

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	const struct tunnel_figures figures = tunnels_figures_of(sa);
	struct tunnels *const tunnels = data;

	tunnels_put(tunnels, record, sa);
	if (tunnels_is_unassigned(record) && is_heir(sa, attended))
		record->tunnel = UNASSIGNED_HEIR;
	if (!tunnels_is_placed(record))
		return;
	if (!attended)
		tunnels_count_found(tunnels, record, &figures);
	else if (!is_heir(sa, attended))
		tunnels_count_figures(tunnels, record, &figures);
	note_limits(tunnels, record, sa);
}

static void
on_seen(void *data, struct census_sa *record, const struct sa *sa)
{
	struct tunnels *const tunnels = data;
	const bool was_counted = tunnels_is_placed(record) || record->tunnel == UNASSIGNED_HEIR;
	const struct tunnel_figures figures = was_counted ? tunnels_figures_since(record, sa) : tunnels_figures_of(sa);

	tunnels_put(tunnels, record, sa);
	if (!tunnels_is_placed(record))
		return;
	tunnels_count_figures(tunnels, record, &figures);
	note_limits(tunnels, record, sa);
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	struct tunnels *const tunnels = data;
	const bool unseen = end == CENSUS_FLUSHED || end == CENSUS_UNATTENDED;
	struct tunnel_row *row;
	struct place place;

	(void)sa;
	if (tunnels_is_placed(record)) {
		place = tunnels_place_of(record);
		row = tunnels->paths.all[place.path].row;
		row->tunnel.unseen_ends += unseen && place.class != CLASS_LARVAL;
		row->incomplete = row->incomplete || end == CENSUS_UNATTENDED;
		tunnels_leave(tunnels, &place);
	} else if (tunnels_is_unassigned(record)) {
		tunnels->statistics.unassigned--;
		tunnels->statistics.unassigned_ends += (record->packets | record->bytes) > 0;
	}
}

static bool
is_several(const struct tunnels *tunnels, const struct tunnel_row *row)
{
	const struct tunnel_path *const all = tunnels->paths.all;
	unsigned several = 0;

	for (uint32_t i = row->first_path; i != TUNNEL_PATH_NONE && several < 2; i = all[i].next)
		several += all[i].usable[WAY_IN] > 0 && all[i].usable[WAY_OUT] > 0;
	return several > 1;
}

/* At the end of a survey, since in its course a tunnel whose address has changed seems to be there twice. */
static void
look_for_several(struct tunnels *tunnels)
{
	for (size_t i = 0; i < tunnels->settings.names.count; i++) {
		struct tunnel_row *const row = tunnels->named[i];

		if (!row || row->several || !is_several(tunnels, row))
			continue;
		row->several = true;
		if (tunnels->listener.news)
			tunnels->listener.news(tunnels->listener.data, TUNNEL_IS_SEVERAL, &row->tunnel);
	}
}

static void
on_surveyed(void *data)
{
	struct tunnels *const tunnels = data;

	while (tunnels->found)
		tunnels_settle_found(tunnels, tunnels->found->path);
	tunnel_rows_surveyed(&tunnels->rows);
	look_for_several(tunnels);
}

static const struct census_observer observer = {
	.born = on_born,
	.seen = on_seen,
	.gone = on_gone,
	.surveyed = on_surveyed,
};

/* --- time -------------------------------------------------------------------------------------- */

static void
end_rows(struct tunnels *tunnels, const struct tunnel_time *now)
{
	struct tunnel_row *row;

	while ((row = tunnel_rows_over(&tunnels->rows, &tunnels->settings, now->us))) {
		while (row->first_path != TUNNEL_PATH_NONE)
			tunnels_drop_path(tunnels, row->first_path);
		tunnel_rows_end(&tunnels->rows, row);
	}
	tunnel_rows_sweep(&tunnels->rows);
}

uint64_t
tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now)
{
	tunnel_rows_tick(&tunnels->rows, &tunnels->settings, now);
	tunnels_drop_emptied(tunnels);
	end_rows(tunnels, now);
	return tunnel_rows_due_us(&tunnels->rows, &tunnels->settings, now->us);
}

/* --- what others ask --------------------------------------------------------------------------- */

size_t
tunnels_count(const struct tunnels *tunnels)
{
	return tunnels->rows.count;
}

size_t
tunnels_count_up(const struct tunnels *tunnels)
{
	return tunnels->rows.up;
}

uint32_t
tunnels_index_at(const struct tunnels *tunnels, size_t rank)
{
	return tunnels->rows.all[rank]->tunnel.index;
}

void
tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel)
{
	tunnel_row_show(&tunnels->rows, tunnels->rows.all[rank], now, tunnel);
}

size_t
tunnels_seek(const struct tunnels *tunnels, uint64_t index)
{
	return tunnel_rows_seek(&tunnels->rows, index);
}

const char *
tunnels_name_of(const struct tunnels *tunnels, const struct census_sa *record)
{
	return tunnels_is_placed(record) ? tunnels->paths.all[tunnels_place_of(record).path].row->tunnel.name : "";
}

const struct tunnels_statistics *
tunnels_statistics(const struct tunnels *tunnels)
{
	return &tunnels->statistics;
}

/* --- beginning and end ------------------------------------------------------------------------- */

void
tunnel_settings_init(struct tunnel_settings *settings)
{
	*settings = (struct tunnel_settings){
		.grace_seconds = 5,
		.linger_seconds = 86400,
		.errors_per_minute = 10,
		.quiet_seconds = 600,
	};
}

struct tunnels *
tunnels_new(struct census *census, const struct tunnel_settings *settings, const char *context,
	    const struct tunnel_listener *listener)
{
	struct tunnels *tunnels = calloc(1, sizeof(*tunnels));

	if (!tunnels)
		return NULL;
	tunnels->listener = *listener;
	tunnels->emptied = TUNNEL_PATH_NONE;
	memcpy(tunnels->context, context, strnlen(context, sizeof(tunnels->context) - 1));
	tunnel_rows_init(&tunnels->rows, &tunnels->listener);
	tunnel_paths_init(&tunnels->paths);
	if (!tunnels_configure(tunnels, settings)) {
		tunnels_free(tunnels);
		return NULL;
	}
	census_observe(census, &observer, tunnels);
	return tunnels;
}

void
tunnels_free(struct tunnels *tunnels)
{
	if (!tunnels)
		return;
	for (struct tunnel_found *found = tunnels->found, *next; found; found = next) {
		next = found->next;
		free(found);
	}
	tunnel_rows_free(&tunnels->rows);
	tunnel_paths_free(&tunnels->paths);
	tunnel_names_free(&tunnels->settings.names);
	free(tunnels->named);
	free(tunnels);
}
