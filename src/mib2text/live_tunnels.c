/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_tunnels.h"

#include <stdlib.h>
#include <string.h>

void
live_tunnels_init(struct live_tunnels *live)
{
	*live = (struct live_tunnels){.rows = {.row_size = sizeof(struct live_tunnel)},
				      .before = {.row_size = sizeof(struct live_tunnel)}};
}

void
live_tunnels_free(struct live_tunnels *live)
{
	row_list_free(&live->rows);
	row_list_free(&live->before);
}

/* --- what has changed -------------------------------------------------------------------------- */

static unsigned
changes_between(const struct tunnel *before, const struct tunnel *now)
{
	const bool changed[] = {
		strcmp(before->descr, now->descr) != 0,
		before->state != now->state,
		before->in_errors != now->in_errors || before->out_errors != now->out_errors,
		before->rekeys != now->rekeys,
		before->downs != now->downs,
		before->sas_in != now->sas_in || before->sas_out != now->sas_out,
		!sa_address_equal(&before->local, &now->local),
		!sa_address_equal(&before->remote, &now->remote),
	};
	unsigned changes = 0;

	for (size_t i = 0; i < sizeof(changed); i++)
		changes |= changed[i] ? 1U << i : 0;
	return changes;
}

/* --- rates ------------------------------------------------------------------------------------- */

/* The time of the agent's read, as it appears from here. */
static uint64_t
time_of_read(const struct agent_state *state, uint64_t now_us)
{
	const uint64_t age_us = state->status.snapshot_age_ms * 1000;
	uint64_t known;

	if (!agent_state_number(state, offsetof(struct agent_status, snapshot_age_ms), &known) || age_us > now_us)
		return now_us;
	return now_us - age_us;
}

/* An agent that does not report its number of reads is taken to read before each look. */
static bool
is_same_read(const struct live_tunnels *live, const struct agent_state *state)
{
	uint64_t reads;

	return agent_state_number(state, offsetof(struct agent_status, reads), &reads) && reads == live->read &&
	       state->status.start_seconds == live->agent_start;
}

static void
begin_rates(struct live_tunnel *row)
{
	row->in_bytes = row->tunnel.in_bytes;
	row->out_bytes = row->tunnel.out_bytes;
	row->in_packets = row->tunnel.in_packets;
	row->out_packets = row->tunnel.out_packets;
}

/* Counters that were reset, or have decreased, which ours never do, cannot give a rate. */
static bool
goes_on(const struct live_tunnel *before, const struct tunnel *now)
{
	return before->tunnel.began_seconds == now->began_seconds && before->in_bytes <= now->in_bytes &&
	       before->out_bytes <= now->out_bytes && before->in_packets <= now->in_packets &&
	       before->out_packets <= now->out_packets;
}

static struct tunnel_rates
rates_between(const struct live_tunnel *before, const struct tunnel *now, uint64_t us)
{
	const double seconds = (double)us / 1e6;

	return (struct tunnel_rates){
		.known = true,
		.in_bits = (double)(now->in_bytes - before->in_bytes) * 8 / seconds,
		.out_bits = (double)(now->out_bytes - before->out_bytes) * 8 / seconds,
		.in_packets = (double)(now->in_packets - before->in_packets) / seconds,
		.out_packets = (double)(now->out_packets - before->out_packets) / seconds,
	};
}

/* us: between the reads; 0: it is still the same one. */
static void
take_rates(struct live_tunnel *row, const struct live_tunnel *before, uint64_t us)
{
	if (!goes_on(before, &row->tunnel)) {
		begin_rates(row);
	} else if (us > 0) {
		row->rates = rates_between(before, &row->tunnel, us);
		begin_rates(row);
	} else {
		row->rates = before->rates;
		row->in_bytes = before->in_bytes;
		row->out_bytes = before->out_bytes;
		row->in_packets = before->in_packets;
		row->out_packets = before->out_packets;
	}
}

/* --- one look ---------------------------------------------------------------------------------- */

/* The row of that index, at *rank or after it; the rows before it, which are skipped, are gone. */
static const struct live_tunnel *
row_before(struct live_tunnels *live, size_t *rank, uint32_t index)
{
	while (*rank < live->before.count) {
		const struct live_tunnel *const row = row_list_at(&live->before, *rank);

		if (row->tunnel.index > index)
			return NULL;
		(*rank)++;
		if (row->tunnel.index == index)
			return row;
		live->went++;
	}
	return NULL;
}

static void
take_row(struct live_tunnels *live, struct live_tunnel *row, const struct tunnel *tunnel,
	 const struct live_tunnel *before, uint64_t us)
{
	*row = (struct live_tunnel){.tunnel = *tunnel};
	live->up += tunnel->state == TUNNEL_UP;
	if (before) {
		take_rates(row, before, us);
		row->changes = changes_between(&before->tunnel, tunnel);
		return;
	}
	begin_rates(row);
	if (live->looks > 0) {
		live->came++;
		row->changes = ~0U;
	}
}

static void
swap_rows(struct live_tunnels *live)
{
	const struct row_list rows = live->rows;

	live->rows = live->before;
	live->before = rows;
}

static bool
make_room(struct row_list *rows, size_t count)
{
	rows->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!row_list_add(rows))
			return false;
	}
	return true;
}

bool
live_tunnels_look(struct live_tunnels *live, const struct tunnel *tunnels, size_t count,
		  const struct agent_state *state, uint64_t now_us)
{
	const uint64_t read_us = time_of_read(state, now_us);
	const uint64_t us = is_same_read(live, state) || read_us <= live->read_us ? 0 : read_us - live->read_us;
	size_t rank = 0;

	if (!make_room(&live->before, count))
		return false;
	swap_rows(live);
	live->came = live->went = live->up = 0;
	for (size_t i = 0; i < count; i++)
		take_row(live, row_list_at(&live->rows, i), &tunnels[i], row_before(live, &rank, tunnels[i].index), us);
	live->went += live->before.count - rank;
	live->looks++;
	if (us > 0 || live->looks == 1) {
		live->read = state->status.reads;
		live->agent_start = state->status.start_seconds;
		live->read_us = read_us;
	}
	return true;
}

/* --- the order --------------------------------------------------------------------------------- */

struct order {
	const struct live_tunnels *live;
	enum tunnel_key key;
	bool reversed;
};

static int
compare_rows(const void *left, const void *right, void *data)
{
	const struct order *const order = data;
	const struct live_tunnel *const a = row_list_at(&order->live->rows, *(const uint32_t *)left);
	const struct live_tunnel *const b = row_list_at(&order->live->rows, *(const uint32_t *)right);
	const int result = tunnel_compare(order->key, &a->tunnel, &a->rates, &b->tunnel, &b->rates);

	return order->reversed ? -result : result;
}

void
live_tunnels_order(const struct live_tunnels *live, enum tunnel_key key, bool reversed, uint32_t *order)
{
	struct order by = {live, key, reversed};

	for (size_t i = 0; i < live->rows.count; i++)
		order[i] = (uint32_t)i;
	if (live->rows.count > 1)
		qsort_r(order, live->rows.count, sizeof(*order), compare_rows, &by);
}
