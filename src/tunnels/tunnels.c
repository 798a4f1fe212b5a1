/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tunnel_count.h"
#include "tunnel_place.h"
#include "tunnel_policies.h"
#include "tunnel_rename.h"
#include "tunnels_own.h"

/* The earliest time at which a limit ends the SA, by the clock to which its birth refers. */
static void
note_limits(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_member *member,
	    const struct sa *sa)
{
	const struct sa_lifetime *const add = &sa->life[SA_LIFE_ADD], *const use = &sa->life[SA_LIFE_USE];
	struct tunnel_rows *const rows = &tunnels->places.rows;
	struct tunnel_row *const row = tunnels->places.paths.all[member->path].row;

	if (member->class != CLASS_USABLE || record->born_seconds == 0)
		return;
	if (add->hard > 0 && add->hard < UINT32_MAX)
		tunnel_row_limit(rows, row, (int64_t)record->born_seconds + (int64_t)add->hard);
	/* An age in a text may be any number; no SA was unused for longer than this. */
	if (use->hard > 0 && use->hard < UINT32_MAX && use->current > 0 && add->current >= use->current &&
	    add->current - use->current < UINT32_MAX)
		tunnel_row_limit(rows, row, (int64_t)(record->born_seconds + add->current - use->current + use->hard));
}

/*
 * What an SA has counted when it is announced is its own, unless it is older than this: then it continues another SA,
 * whose counters it was given (XFRMA_LTIME_VAL), as IKE daemons do when a peer's address changes.
 */
static bool
is_heir(const struct sa *sa, bool attended)
{
	enum { AGE_OF_THE_NEW = 2 }; /* seconds are rounded, and events take a while */

	return attended && sa->life[SA_LIFE_ADD].current > AGE_OF_THE_NEW;
}

/*
 * What an SA has counted that a read has found.  One that the kernel has made of another by XFRM_MSG_MIGRATE, of which it tells
 * neither end nor birth, goes on with the age and the counters of that, which the same read only misses.
 */
static struct tunnel_figures
figures_of_found(const struct tunnels *tunnels, const struct tunnel_member *member, const struct census_sa *record,
		 const struct sa *sa)
{
	enum { TOLERANCE = 2 }; /* seconds */
	const struct tunnel_figures figures = tunnel_figures_of(sa);
	const struct census_sa *before;
	struct sa_key key;

	if (!tunnel_places_was_at(&tunnels->places, member, &record->key, &key))
		return figures;
	before = census_find(tunnels->census, &key);
	if (!before || before == record || figures.bytes < before->bytes || figures.packets < before->packets ||
	    llabs((int64_t)record->born_seconds - (int64_t)before->born_seconds) > TOLERANCE)
		return figures;
	return tunnel_figures_since(before, sa);
}

/* --- the census's observer --------------------------------------------------------------------- */

static void
on_born(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	struct tunnel_figures figures = tunnel_figures_of(sa);
	struct tunnels *const tunnels = data;
	uint32_t *const note = &record->notes[tunnels->note];
	const bool has_moved = tunnel_places_put(&tunnels->places, record, note, sa);
	struct tunnel_member member;

	if (tunnel_note_is_unassigned(*note) && is_heir(sa, attended))
		*note = NOTE_UNASSIGNED_HEIR;
	if (!tunnel_note_has_path(*note))
		return;
	member = tunnel_member_unpack(*note);
	if (!attended) {
		figures = figures_of_found(tunnels, &member, record, sa);
		tunnel_count_found(&tunnels->places.paths, &member, &figures);
	} else if (!has_moved && !is_heir(sa, attended)) {
		tunnel_count(&tunnels->places.paths, &member, &figures);
	}
	note_limits(tunnels, record, &member, sa);
}

static void
on_seen(void *data, struct census_sa *record, const struct sa *sa)
{
	struct tunnels *const tunnels = data;
	uint32_t *const note = &record->notes[tunnels->note];
	const bool was_counted = tunnel_note_has_path(*note) || *note == NOTE_UNASSIGNED_HEIR;
	/* One that moved before its way was known was announced with what had been counted where it came from. */
	const bool has_moved = tunnel_places_put(&tunnels->places, record, note, sa);
	struct tunnel_figures figures;
	struct tunnel_member member;

	if (!tunnel_note_has_path(*note))
		return;
	figures = was_counted || has_moved ? tunnel_figures_since(record, sa) : tunnel_figures_of(sa);
	member = tunnel_member_unpack(*note);
	tunnel_count(&tunnels->places.paths, &member, &figures);
	note_limits(tunnels, record, &member, sa);
}

static void
on_gone(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	struct tunnels *const tunnels = data;
	struct tunnels_statistics *const statistics = &tunnels->places.statistics;
	const uint32_t note = record->notes[tunnels->note];
	const bool unseen = end == CENSUS_FLUSHED || end == CENSUS_UNATTENDED;
	const bool has_carried = (record->packets | record->bytes) > 0;
	struct tunnel_member member;
	struct tunnel_row *row;

	(void)sa;
	if (tunnel_note_has_path(note)) {
		member = tunnel_member_unpack(note);
		row = tunnels->places.paths.all[member.path].row;
		row->tunnel.unseen_ends += unseen && member.class != CLASS_LARVAL;
		row->incomplete = row->incomplete || end == CENSUS_UNATTENDED;
		statistics->unassigned_ends += !row->begun && has_carried;
		tunnel_places_leave(&tunnels->places, &member, &record->key);
	} else if (tunnel_note_is_unassigned(note)) {
		statistics->unassigned--;
		statistics->unassigned_ends += has_carried;
	}
}

static bool
is_several(const struct tunnels *tunnels, const struct tunnel_row *row)
{
	const struct tunnel_path *const all = tunnels->places.paths.all;
	unsigned several = 0;

	for (uint32_t i = row->first_path; i != TUNNEL_PATH_NONE && several < 2; i = all[i].next)
		several += all[i].usable[WAY_IN] > 0 && all[i].usable[WAY_OUT] > 0;
	return several > 1;
}

/* At the end of a survey, because during it, a tunnel whose address has changed seems to exist twice. */
static void
look_for_several(struct tunnels *tunnels)
{
	for (size_t i = 0; i < tunnels->places.names.count; i++) {
		struct tunnel_row *const row = tunnels->places.named[i];

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

	tunnel_count_settle_all(&tunnels->places.paths);
	tunnels->places.moves.reads++;
	if (!tunnels->is_found && census_statistics(tunnels->census)->unread == 0) {
		tunnel_rows_found(&tunnels->places.rows);
		tunnels->is_found = true;
	}
	tunnel_rows_surveyed(&tunnels->places.rows);
	tunnel_halves_surveyed(&tunnels->places.halves);
	if (tunnels->places.halves.unjudged > 0)
		tunnel_rows_wake(&tunnels->places.rows);
	look_for_several(tunnels);
}

static const struct census_observer observer = {
	.born = on_born,
	.seen = on_seen,
	.gone = on_gone,
	.surveyed = on_surveyed,
};

/* --- policies ---------------------------------------------------------------------------------- */

static void
on_policy(void *data, const struct policy *before, const struct policy *after)
{
	struct tunnels *const tunnels = data;

	tunnel_places_take_policy(&tunnels->places, before, after);
}

void
tunnels_observe_policies(struct tunnels *tunnels, struct policies *policies)
{
	policies_observe(policies, on_policy, tunnels);
}

/* --- time -------------------------------------------------------------------------------------- */

static void
end_rows(struct tunnels *tunnels, const struct tunnel_time *now)
{
	struct tunnel_row *row;

	while ((row = tunnel_rows_over(&tunnels->places.rows, &tunnels->settings, now->us))) {
		while (row->first_path != TUNNEL_PATH_NONE)
			tunnel_places_drop_path(&tunnels->places, row->first_path);
		tunnel_rows_end(&tunnels->places.rows, row);
	}
	tunnel_rows_sweep(&tunnels->places.rows);
}

/* No state is reported before it is known which halves belong together. */
uint64_t
tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now)
{
	const bool is_judged = tunnel_halves_judge(&tunnels->places.halves, &tunnels->places.paths);

	tunnel_rows_sweep(&tunnels->places.rows);
	if (!is_judged)
		return 0;
	tunnel_rows_tick(&tunnels->places.rows, &tunnels->settings, now);
	tunnel_places_drop_emptied(&tunnels->places);
	end_rows(tunnels, now);
	return tunnel_rows_due_us(&tunnels->places.rows, &tunnels->settings, now->us);
}

/* --- queries ----------------------------------------------------------------------------------- */

size_t
tunnels_count(const struct tunnels *tunnels)
{
	return tunnels->places.rows.count;
}

size_t
tunnels_count_up(const struct tunnels *tunnels)
{
	return tunnels->places.rows.up;
}

uint32_t
tunnels_index_at(const struct tunnels *tunnels, size_t rank)
{
	return tunnels->places.rows.all[rank]->tunnel.index;
}

void
tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel)
{
	struct tunnel_row *const row = tunnels->places.rows.all[rank];
	const struct tunnel_row *lender;

	if (row->stale_selectors)
		tunnel_places_print_selectors(&tunnels->places, row);
	tunnel_row_show(&tunnels->places.rows, row, now, tunnel);
	lender = tunnel_lenders_of(&tunnels->places.lenders, &tunnels->places.paths, row);
	tunnel->inbound_index = lender ? lender->tunnel.index : 0;
}

size_t
tunnels_seek(const struct tunnels *tunnels, uint64_t index)
{
	return tunnel_rows_seek(&tunnels->places.rows, index);
}

const struct tunnel *
tunnels_of(const struct tunnels *tunnels, const struct census_sa *record)
{
	const uint32_t note = record->notes[tunnels->note];
	const struct tunnel_row *row;

	if (!tunnel_note_has_path(note))
		return NULL;
	row = tunnels->places.paths.all[tunnel_member_unpack(note).path].row;
	return row->begun ? &row->tunnel : NULL;
}

uint32_t
tunnels_index_of(const struct tunnels *tunnels, const struct sa_key *key)
{
	const struct census_sa *const record = census_find(tunnels->census, key);
	const struct tunnel *const tunnel = record ? tunnels_of(tunnels, record) : NULL;

	if (!tunnel || tunnel_member_unpack(record->notes[tunnels->note]).class == CLASS_LARVAL)
		return 0;
	return tunnel->index;
}

uint32_t
tunnels_index_of_policy(const struct tunnels *tunnels, const struct policy *policy)
{
	const struct tunnel_paths *const paths = &tunnels->places.paths;
	uint32_t path = TUNNEL_PATH_NONE;
	struct tunnel_key key;

	if (tunnel_policy_key(policy, &key))
		path = tunnel_paths_find(paths, &key);
	return path != TUNNEL_PATH_NONE && paths->all[path].row->begun ? paths->all[path].row->tunnel.index : 0;
}

bool
tunnels_has_another(const struct tunnels *tunnels, const struct census_sa *record)
{
	const uint32_t note = record->notes[tunnels->note];
	struct tunnel_member member;

	if (!tunnel_note_has_path(note))
		return true;
	member = tunnel_member_unpack(note);
	return tunnels->places.paths.all[member.path].row->usable[member.way] > 1;
}

bool
tunnels_sa_from(const struct tunnels *tunnels, size_t rank, const unsigned long *subids, size_t count,
		struct tunnel_sa *sa)
{
	const struct tunnel_row *const row = tunnels->places.rows.all[rank];
	const struct sa_key *const key = tunnel_sas_from(&row->sas, subids, count);
	const struct census_sa *const record = key ? census_find(tunnels->census, key) : NULL;

	if (!record)
		return false;
	*sa = (struct tunnel_sa){.tunnel = row->tunnel.index, .state = record->state};
	sa->direction =
		tunnel_member_unpack(record->notes[tunnels->note]).way == WAY_IN ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
	sa_key_said(key, &sa->said);
	snprintf(sa->transform, sizeof(sa->transform), "%s", census_transform(tunnels->census, record));
	return true;
}

const struct tunnels_statistics *
tunnels_statistics(const struct tunnels *tunnels)
{
	return &tunnels->places.statistics;
}

/* --- beginning and end ------------------------------------------------------------------------- */

/* The names are owned by the caller. */
void
tunnels_configure(struct tunnels *tunnels, const struct tunnel_settings *settings)
{
	tunnels->settings = *settings;
	tunnels->settings.names = (struct tunnel_names){.count = 0};
	tunnel_rename_free(tunnels->rename);
	tunnels->rename = tunnel_rename_begin(&tunnels->places, &settings->names, tunnels->context);
}

enum tunnels_progress
tunnels_configure_step(struct tunnels *tunnels)
{
	enum { NAMES_A_STEP = 1000 };
	static const enum tunnels_progress progress[] = {[TUNNEL_RENAME_MORE] = TUNNELS_CONFIGURING,
							 [TUNNEL_RENAME_DONE] = TUNNELS_CONFIGURED,
							 [TUNNEL_RENAME_FAILED] = TUNNELS_UNCONFIGURED};
	enum tunnel_rename_step step = TUNNEL_RENAME_FAILED;

	if (tunnels->rename)
		step = tunnel_rename_step(tunnels->rename, NAMES_A_STEP);
	if (step != TUNNEL_RENAME_MORE) {
		tunnel_rename_free(tunnels->rename);
		tunnels->rename = NULL;
	}
	return progress[step];
}

static bool
configure_at_once(struct tunnels *tunnels, const struct tunnel_settings *settings)
{
	enum tunnels_progress progress;

	tunnels_configure(tunnels, settings);
	while ((progress = tunnels_configure_step(tunnels)) == TUNNELS_CONFIGURING)
		;
	return progress == TUNNELS_CONFIGURED;
}

struct tunnels *
tunnels_new(struct census *census, struct tunnel_numbers *numbers, const struct tunnel_settings *settings,
	    const char *context, const struct tunnel_listener *listener)
{
	struct tunnels *tunnels = calloc(1, sizeof(*tunnels));

	if (!tunnels)
		return NULL;
	tunnels->census = census;
	tunnels->listener = *listener;
	memcpy(tunnels->context, context, strnlen(context, sizeof(tunnels->context) - 1));
	tunnel_places_init(&tunnels->places, numbers, &tunnels->listener);
	if (!configure_at_once(tunnels, settings)) {
		tunnels_free(tunnels);
		return NULL;
	}
	tunnels->note = census_observe(census, &observer, tunnels);
	return tunnels;
}

void
tunnels_free(struct tunnels *tunnels)
{
	if (!tunnels)
		return;
	tunnel_rename_free(tunnels->rename);
	tunnel_places_free(&tunnels->places);
	free(tunnels->restored);
	free(tunnels);
}
