/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_moves.h"

#include <string.h>

enum { TRACES_MOST = 8192, FIRST_SPI = 256 };
/* With this many equal traces, it is not known which one is meant. */
enum { LOOKS = 16 };

struct noted_trace {
	struct tunnel_trace trace;
	uint32_t path;
	struct tunnel_key key; /* of the path: another path may have its number later */
	uint32_t tunnel;       /* the index of its tunnel; 0: it had none */
	uint32_t reads;	       /* the number of reads that had ended */
};

void
tunnel_moves_init(struct tunnel_moves *moves)
{
	*moves = (struct tunnel_moves){.traces = {.row_size = sizeof(struct noted_trace)}};
	hash_table_init(&moves->hash);
}

void
tunnel_moves_free(struct tunnel_moves *moves)
{
	row_list_free(&moves->traces);
	hash_table_free(&moves->hash);
}

/* --- traces ------------------------------------------------------------------------------------ */

bool
tunnel_trace_of_sa(struct tunnel_trace *trace, const struct tunnel_path *path, unsigned way, const struct sa_key *key)
{
	struct sa_said said;

	sa_key_said(key, &said);
	memset(trace, 0, sizeof(*trace));
	trace->reqid = path->key.reqid;
	trace->if_id = path->key.if_id;
	trace->spi = said.spi;
	trace->way = (uint8_t)way;
	trace->protocol = said.protocol;
	return trace->reqid != 0 && trace->spi >= FIRST_SPI;
}

bool
tunnel_trace_of_policy(struct tunnel_trace *trace, const struct policy *policy)
{
	struct tunnel_key key;

	memset(trace, 0, sizeof(*trace));
	if (policy->direction != POLICY_OUT || !tunnel_policy_key(policy, &key))
		return false;
	trace->reqid = key.reqid;
	trace->if_id = key.if_id;
	trace->mark = policy->mark;
	trace->mark_mask = policy->mark_mask;
	trace->is_policy = 1;
	trace->selector = policy->selector;
	return trace->reqid != 0;
}

/* --- what is remembered ------------------------------------------------------------------------ */

static struct noted_trace *
at(const struct tunnel_moves *moves, uint32_t number)
{
	return row_list_at(&moves->traces, number);
}

static uint32_t
hash_of(const struct tunnel_moves *moves, const struct tunnel_trace *trace)
{
	return hash_table_hash(&moves->hash, trace, sizeof(*trace));
}

/* A place for one more trace, which is not in the hash.  NULL: no memory. */
static struct noted_trace *
new_place(struct tunnel_moves *moves, uint32_t *number)
{
	if (moves->traces.count < TRACES_MOST) {
		*number = (uint32_t)moves->traces.count;
		return row_list_add(&moves->traces);
	}
	*number = moves->next;
	moves->next = (moves->next + 1) % TRACES_MOST;
	if (at(moves, *number)->path != TUNNEL_PATH_NONE)
		hash_table_remove(&moves->hash, *number);
	return at(moves, *number);
}

void
tunnel_moves_note(struct tunnel_moves *moves, const struct tunnel_paths *paths, struct tunnel_trace *trace,
		  bool arrived, uint32_t path)
{
	uint32_t number;
	struct noted_trace *const noted = new_place(moves, &number);

	if (!noted)
		return;
	trace->arrived = arrived;
	*noted = (struct noted_trace){*trace, path, paths->all[path].key, paths->all[path].row->tunnel.index,
				      moves->reads};
	if (!hash_table_add(&moves->hash, number, hash_of(moves, trace)))
		noted->path = TUNNEL_PATH_NONE;
}

static bool
is_old(const struct tunnel_moves *moves, const struct noted_trace *noted)
{
	return noted->trace.is_policy && noted->trace.arrived && moves->reads - noted->reads > 1;
}

static bool
is_there(const struct tunnel_paths *paths, const struct noted_trace *noted)
{
	const struct tunnel_path *const path = &paths->all[noted->path];

	return path->row && memcmp(&path->key, &noted->key, sizeof(path->key)) == 0;
}

uint32_t
tunnel_moves_find(const struct tunnel_moves *moves, const struct tunnel_paths *paths, struct tunnel_trace *trace,
		  bool arrived, uint32_t other_than)
{
	uint32_t number, found = TUNNEL_PATH_NONE;
	unsigned looks = 0;

	trace->arrived = arrived;
	for (number = hash_table_first(&moves->hash, hash_of(moves, trace)); number != HASH_TABLE_NONE;
	     number = hash_table_next(&moves->hash, number)) {
		const struct noted_trace *const noted = at(moves, number);

		if (++looks > LOOKS)
			return TUNNEL_PATH_NONE;
		if (memcmp(&noted->trace, trace, sizeof(*trace)) != 0 || noted->path == other_than ||
		    !is_there(paths, noted) || is_old(moves, noted) || noted->path == found)
			continue;
		if (found != TUNNEL_PATH_NONE)
			return TUNNEL_PATH_NONE;
		found = noted->path;
	}
	return found;
}

bool
tunnel_moves_has_left(const struct tunnel_moves *moves, const struct tunnel_path *now_at, struct tunnel_trace *trace)
{
	const uint32_t tunnel = now_at->row->tunnel.index;
	uint32_t number;
	unsigned looks = 0;

	trace->arrived = false;
	for (number = hash_table_first(&moves->hash, hash_of(moves, trace)); number != HASH_TABLE_NONE && looks < LOOKS;
	     number = hash_table_next(&moves->hash, number), looks++) {
		const struct noted_trace *const noted = at(moves, number);

		if (memcmp(&noted->trace, trace, sizeof(*trace)) == 0 && noted->tunnel == tunnel && tunnel != 0 &&
		    memcmp(&noted->key, &now_at->key, sizeof(noted->key)) != 0)
			return true;
	}
	return false;
}
