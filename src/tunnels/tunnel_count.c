/* SPDX-License-Identifier: BSD-3-Clause */

/* What SAs count, and when it counts for their tunnel. */

#include <stdlib.h>

#include "tunnels_inside.h"

static void
add_figures(struct tunnels *tunnels, struct tunnel_row *row, unsigned way, const struct tunnel_figures *figures)
{
	struct tunnel *const tunnel = &row->tunnel;

	*(way == WAY_IN ? &tunnel->in_bytes : &tunnel->out_bytes) += figures->bytes;
	*(way == WAY_IN ? &tunnel->in_packets : &tunnel->out_packets) += figures->packets;
	*(way == WAY_IN ? &tunnel->in_errors : &tunnel->out_errors) += figures->errors;
	/* Those of the time before the agent are no news. */
	if (figures->errors > 0 && row->settled) {
		row->new_errors += figures->errors;
		tunnel_rows_touch(&tunnels->rows, row);
	}
}

void
tunnels_settle_found(struct tunnels *tunnels, uint32_t number)
{
	struct tunnel_path *const path = &tunnels->paths.all[number];
	struct tunnel_found *const found = path->found;
	struct tunnel_found **link = &tunnels->found;

	for (unsigned way = 0; way < WAYS; way++) {
		if (found->rank[way] > 0 && found->rank[way] >= path->rank[way])
			add_figures(tunnels, path->row, way, &found->figures[way]);
	}
	while (*link != found)
		link = &(*link)->next;
	*link = found->next;
	path->found = NULL;
	free(found);
}

struct tunnel_figures
tunnels_figures_of(const struct sa *sa)
{
	return (struct tunnel_figures){sa->life[SA_LIFE_BYTES].current, sa->life[SA_LIFE_PACKETS].current,
				       census_errors(sa)};
}

struct tunnel_figures
tunnels_figures_since(const struct census_sa *record, const struct sa *sa)
{
	struct tunnel_figures figures = tunnels_figures_of(sa);

	figures.bytes -= record->bytes;
	figures.packets -= record->packets;
	figures.errors = figures.errors > record->errors ? figures.errors - record->errors : 0;
	return figures;
}

void
tunnels_count_figures(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_figures *figures)
{
	const struct place place = tunnels_place_of(record);
	const struct tunnel_path *const path = &tunnels->paths.all[place.path];

	if (place.rank == path->rank[place.way])
		add_figures(tunnels, path->row, place.way, figures);
}

/* Without memory it counts at once. */
static struct tunnel_found *
found_in(struct tunnels *tunnels, uint32_t path)
{
	struct tunnel_found *found = tunnels->paths.all[path].found;

	if (found)
		return found;
	found = calloc(1, sizeof(*found));
	if (!found)
		return NULL;
	found->path = path;
	found->next = tunnels->found;
	tunnels->found = found;
	tunnels->paths.all[path].found = found;
	return found;
}

void
tunnels_count_found(struct tunnels *tunnels, const struct census_sa *record, const struct tunnel_figures *figures)
{
	const struct place place = tunnels_place_of(record);
	struct tunnel_found *found = place.rank == RANK_ESP ? NULL : found_in(tunnels, place.path);

	if (!found) {
		tunnels_count_figures(tunnels, record, figures);
		return;
	}
	if (place.rank > found->rank[place.way])
		found->figures[place.way] = (struct tunnel_figures){.bytes = 0};
	if (place.rank >= found->rank[place.way]) {
		found->rank[place.way] = place.rank;
		found->figures[place.way].bytes += figures->bytes;
		found->figures[place.way].packets += figures->packets;
		found->figures[place.way].errors += figures->errors;
	}
}
