/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_H
#define TUNNELS_H

/*
 * All tunnels of one list of SAs: an observer of its census (see census.h) that adds up what SAs of one tunnel
 * count, over all rekeys, and knows whether the tunnel is up.  Pure: no sockets, and time is told to it.
 *
 * A tunnel is what shares local address, remote address, reqid and interface id.  The local address of an SA is
 * its source if it goes out, its destination if it comes in.  A name of the configuration may stand for several
 * of those: together they are one tunnel, then.  And so are two that go one way each, and have only each other.
 *
 * A tunnel begins with its name, or with a policy (see tunnels_observe_policies()), or when it has an SA with keys in each direction, or when a read has shown it one of
 * them; docs/architecture.md says it exactly.
 *
 * An SA counts from its birth to its end; what it counted stays in the tunnel, so that counters never go back.
 * An SA whose direction is not known, and cannot be told from another SA of its tunnel or from a name, belongs to
 * no tunnel until it is; then all of it counts.  Larval SAs make no tunnel, since they may lack the reqid of
 * the SA that they become.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census/census.h"
#include "census/policies.h"
#include "sa/policy.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_numbers.h"
#include "tunnels/tunnel_sa.h"
#include "tunnels/tunnel_settings.h"

struct tunnels;

/*
 * Begins to observe the census, which must outlive it but for what census_free() does.  Names hold as far as they have
 * that context.  Tunnels get the indexes that the numbers remember; they must outlive the tunnels.  NULL: no memory.
 */
struct tunnels *tunnels_new(struct census *census, struct tunnel_numbers *numbers,
			    const struct tunnel_settings *settings, const char *context,
			    const struct tunnel_listener *listener);
void tunnels_free(struct tunnels *tunnels);

/*
 * Takes over other settings; of names, it only begins to, and the settings' have to stay until that is done.  A tunnel keeps
 * index and counters for as long as it has a row: under its name, or else if all that belongs to it gets a new one.
 */
void tunnels_configure(struct tunnels *tunnels, const struct tunnel_settings *settings);

enum tunnels_progress {
	TUNNELS_CONFIGURED,
	TUNNELS_CONFIGURING,  /* there is more to do */
	TUNNELS_UNCONFIGURED, /* no memory: the names are those of before */
};

/*
 * Goes on with names, for a while that does not hold up the answers.  Between tunnels_configure() and the end of it nothing may
 * happen to the tunnels, in their census or by tunnels_tick(); what is asked of them may be of before or after.
 */
enum tunnels_progress tunnels_configure_step(struct tunnels *tunnels);

/*
 * Lets time pass: tells news and removes rows.  Returns how soon it wants to be called again, in microseconds;
 * UINT64_MAX: not before wake().
 */
uint64_t tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now);

/*
 * Begins to observe the policies, which must outlive the tunnels.  They say what goes through a tunnel, and one for what goes
 * out, whose template has both addresses, that there is a tunnel, even without SAs.
 */
void tunnels_observe_policies(struct tunnels *tunnels, struct policies *policies);

/* In the order of the index, rank from 0.  *tunnel is a copy as of now. */
size_t tunnels_count(const struct tunnels *tunnels);
size_t tunnels_count_up(const struct tunnels *tunnels);
uint32_t tunnels_index_at(const struct tunnels *tunnels, size_t rank);
void tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel);
/* The rank of the first whose index is not below this one; tunnels_count() if there is none. */
size_t tunnels_seek(const struct tunnels *tunnels, uint64_t index);

/* The tunnel of an SA, as far as it is known by now, also when the SA is just being told to be gone; NULL: none. */
const struct tunnel *tunnels_of(const struct tunnels *tunnels, const struct census_sa *record);

/* The index of the tunnel of an SA that lives and has keys; 0: it has none. */
uint32_t tunnels_index_of(const struct tunnels *tunnels, const struct sa_key *key);

/* The index of the tunnel whose SAs a policy uses; 0: there is none, or they may be of several. */
uint32_t tunnels_index_of_policy(const struct tunnels *tunnels, const struct policy *policy);

/*
 * The SAs of a tunnel, by its rank, of which tunnels_index_of() tells the tunnel: the first whose index is not below these
 * sub-identifiers, which may be any; false: there is none.
 */
bool tunnels_sa_from(const struct tunnels *tunnels, size_t rank, const unsigned long *subids, size_t count,
		     struct tunnel_sa *sa);

const struct tunnels_statistics *tunnels_statistics(const struct tunnels *tunnels);

#endif
