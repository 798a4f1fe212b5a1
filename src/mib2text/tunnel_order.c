/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_order.h"

#include <stdlib.h>
#include <string.h>

#include "tunnels/tunnel_columns.h"

/* --- what is compared -------------------------------------------------------------------------- */

static double
index_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return tunnel->index;
}

static double
state_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	static const uint8_t order[] = {[TUNNEL_DOWN] = 1, [TUNNEL_LARVAL] = 2, [TUNNEL_UNKNOWN] = 3, [TUNNEL_UP] = 4};

	(void)rates;
	return tunnel->state < sizeof(order) ? order[tunnel->state] : 0;
}

static double
age_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return tunnel->state_seconds;
}

/* A rate that is not known is below none. */
#define TRAFFIC(name, rate, counter)                                                                                   \
	static double name##_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)                         \
	{                                                                                                              \
		if (rates)                                                                                             \
			return rates->known ? rates->rate : -1;                                                        \
		return (double)tunnel->counter;                                                                        \
	}
TRAFFIC(in, in_bits, in_bytes)
TRAFFIC(out, out_bits, out_bytes)
TRAFFIC(in_packets, in_packets, in_packets)
TRAFFIC(out_packets, out_packets, out_packets)
#undef TRAFFIC

static double
errors_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return (double)tunnel->in_errors + (double)tunnel->out_errors;
}

static double
rekeys_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return tunnel->rekeys;
}

static double
downs_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return tunnel->downs;
}

static double
sas_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return (double)tunnel->sas_in + tunnel->sas_out;
}

static double
expires_of(const struct tunnel *tunnel, const struct tunnel_rates *rates)
{
	(void)rates;
	return tunnel->expires_seconds;
}

/* Numbers in a word are compared as numbers: "site9" precedes "site10". */
static int
by_descr(const struct tunnel *left, const struct tunnel *right)
{
	return strverscmp(left->descr, right->descr);
}

static int
by_address(const struct sa_address *left, const struct sa_address *right)
{
	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	return memcmp(left->octets, right->octets, sizeof(left->octets));
}

static int
by_local(const struct tunnel *left, const struct tunnel *right)
{
	return by_address(&left->local, &right->local);
}

static int
by_remote(const struct tunnel *left, const struct tunnel *right)
{
	return by_address(&left->remote, &right->remote);
}

/* --- keys -------------------------------------------------------------------------------------- */

static const struct order {
	const char *name;
	/* One of the two. */
	double (*number)(const struct tunnel *tunnel, const struct tunnel_rates *rates);
	int (*compare)(const struct tunnel *left, const struct tunnel *right);
	bool highest_first;
} orders[] = {
	[TUNNEL_BY_INDEX] = {"index", index_of, NULL, false},
	[TUNNEL_BY_DESCR] = {"descr", NULL, by_descr, false},
	[TUNNEL_BY_STATE] = {"state", state_of, NULL, false},
	[TUNNEL_BY_AGE] = {"for", age_of, NULL, false},
	[TUNNEL_BY_IN] = {"in", in_of, NULL, true},
	[TUNNEL_BY_OUT] = {"out", out_of, NULL, true},
	[TUNNEL_BY_IN_PACKETS] = {"in-pkts", in_packets_of, NULL, true},
	[TUNNEL_BY_OUT_PACKETS] = {"out-pkts", out_packets_of, NULL, true},
	[TUNNEL_BY_ERRORS] = {"errors", errors_of, NULL, true},
	[TUNNEL_BY_REKEYS] = {"rekeys", rekeys_of, NULL, true},
	[TUNNEL_BY_DOWNS] = {"downs", downs_of, NULL, true},
	[TUNNEL_BY_SAS] = {"sas", sas_of, NULL, false},
	[TUNNEL_BY_EXPIRES] = {"expires", expires_of, NULL, false},
	[TUNNEL_BY_LOCAL] = {"local", NULL, by_local, false},
	[TUNNEL_BY_REMOTE] = {"remote", NULL, by_remote, false},
};

bool
tunnel_key_named(const char *name, enum tunnel_key *key)
{
	for (size_t i = 0; i < TUNNEL_KEYS; i++) {
		if (strcmp(orders[i].name, name) == 0) {
			*key = (enum tunnel_key)i;
			return true;
		}
	}
	return false;
}

const char *
tunnel_key_name(enum tunnel_key key)
{
	return orders[key].name;
}

static int
compare_numbers(double left, double right, bool highest_first)
{
	if (left == right)
		return 0;
	return (left < right) != highest_first ? -1 : 1;
}

int
tunnel_compare(enum tunnel_key key, const struct tunnel *left, const struct tunnel_rates *left_rates,
	       const struct tunnel *right, const struct tunnel_rates *right_rates)
{
	const struct order *const order = &orders[key];
	const int result = order->compare ? order->compare(left, right)
					  : compare_numbers(order->number(left, left_rates),
							    order->number(right, right_rates), order->highest_first);

	return result != 0 ? result : compare_numbers(left->index, right->index, false);
}

static int
compare_listed(const void *left, const void *right, void *key)
{
	return tunnel_compare(*(const enum tunnel_key *)key, left, NULL, right, NULL);
}

void
tunnel_sort(enum tunnel_key key, struct tunnel *tunnels, size_t count)
{
	if (count > 1)
		qsort_r(tunnels, count, sizeof(*tunnels), compare_listed, &key);
}
