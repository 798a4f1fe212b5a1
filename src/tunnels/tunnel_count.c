/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_count.h"

#include <stdlib.h>

#include "census/census.h"

struct tunnel_figures
tunnel_figures_of(const struct sa *sa)
{
	return (struct tunnel_figures){sa->life[SA_LIFE_BYTES].current, sa->life[SA_LIFE_PACKETS].current,
				       census_errors(sa)};
}

struct tunnel_figures
tunnel_figures_since(const struct census_sa *record, const struct sa *sa)
{
	struct tunnel_figures figures = tunnel_figures_of(sa);

	figures.bytes -= record->bytes;
	figures.packets -= record->packets;
	figures.errors = figures.errors > record->errors ? figures.errors - record->errors : 0;
	return figures;
}

static void
add(struct tunnel_figures *to, const struct tunnel_figures *figures)
{
	to->bytes += figures->bytes;
	to->packets += figures->packets;
	to->errors += figures->errors;
}

static void
add_to_row(struct tunnel_paths *paths, struct tunnel_row *row, unsigned way, const struct tunnel_figures *figures)
{
	struct tunnel *const tunnel = &row->tunnel;

	*(way == WAY_IN ? &tunnel->in_bytes : &tunnel->out_bytes) += figures->bytes;
	*(way == WAY_IN ? &tunnel->in_packets : &tunnel->out_packets) += figures->packets;
	*(way == WAY_IN ? &tunnel->in_errors : &tunnel->out_errors) += figures->errors;
	/* Errors from before the agent started are not news. */
	if (figures->errors > 0 && row->settled) {
		row->new_errors += figures->errors;
		tunnel_rows_touch(paths->rows, row);
	}
}

void
tunnel_count(struct tunnel_paths *paths, const struct tunnel_member *member, const struct tunnel_figures *figures)
{
	const struct tunnel_path *const path = &paths->all[member->path];

	if (member->rank == path->rank[member->way])
		add_to_row(paths, path->row, member->way, figures);
}

void
tunnel_count_settle(struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_path *const path = &paths->all[number];
	struct tunnel_found *const found = path->found;
	struct tunnel_found **link = &paths->found;

	if (!found)
		return;
	for (unsigned way = 0; way < WAYS; way++) {
		if (found->rank[way] > 0 && found->rank[way] >= path->rank[way])
			add_to_row(paths, path->row, way, &found->figures[way]);
	}
	while (*link != found)
		link = &(*link)->next;
	*link = found->next;
	path->found = NULL;
	free(found);
}

void
tunnel_count_settle_all(struct tunnel_paths *paths)
{
	while (paths->found)
		tunnel_count_settle(paths, paths->found->path);
}

/* If there is no memory, it counts at once. */
static struct tunnel_found *
found_in(struct tunnel_paths *paths, uint32_t number)
{
	struct tunnel_found *found = paths->all[number].found;

	if (found)
		return found;
	found = calloc(1, sizeof(*found));
	if (!found)
		return NULL;
	found->path = number;
	found->next = paths->found;
	paths->found = found;
	paths->all[number].found = found;
	return found;
}

void
tunnel_count_found(struct tunnel_paths *paths, const struct tunnel_member *member, const struct tunnel_figures *figures)
{
	struct tunnel_found *found = member->rank == RANK_ESP ? NULL : found_in(paths, member->path);

	if (!found) {
		tunnel_count(paths, member, figures);
		return;
	}
	if (member->rank > found->rank[member->way])
		found->figures[member->way] = (struct tunnel_figures){.bytes = 0};
	if (member->rank >= found->rank[member->way]) {
		found->rank[member->way] = member->rank;
		add(&found->figures[member->way], figures);
	}
}
