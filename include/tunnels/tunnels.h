/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_H
#define TUNNELS_H

/*
 * All tunnels of one list of SAs: an observer of its census (see census.h) that adds up what the SAs of a tunnel count,
 * over all rekeys, and determines whether the tunnel is up.  Pure: no sockets, and the caller passes the time.
 *
 * A tunnel consists of all SAs that share local address, remote address, reqid and interface id.  The local address of
 * an SA is its source if it is outbound, its destination if it is inbound.  A name in the configuration may match
 * several of those: together they are then one tunnel.  Two of them that have one direction each, and no other
 * counterpart, are also one tunnel.
 *
 * A tunnel begins with its name, or with a policy (see tunnels_observe_policies()), or when it has an SA with keys in
 * each direction, or when a read has shown one of them; docs/architecture.md has the exact rules.
 *
 * An SA counts from its birth to its end; what it counted stays in the tunnel, so that counters never decrease. An SA
 * whose direction is not known, and cannot be derived from another SA of its tunnel or from a name, belongs to no
 * tunnel until it is; then everything that it has counted is added.  Larval SAs make no tunnel, since they may lack the
 * reqid of the SA that they become.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "census/census.h"
#include "census/policies.h"
#include "sa/policy.h"
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_label.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_numbers.h"
#include "tunnels/tunnel_sa.h"
#include "tunnels/tunnel_settings.h"

struct tunnels;

/*
 * Begins to observe the census, which must exist until tunnels_free(), except that census_free() may come first.  Names
 * of other contexts are ignored.  Tunnels get the indexes that the numbers remember; these must outlive the tunnels.
 * NULL: no memory.
 */
struct tunnels *tunnels_new(struct census *census, struct tunnel_numbers *numbers,
			    const struct tunnel_settings *settings, const char *context,
			    const struct tunnel_listener *listener);
void tunnels_free(struct tunnels *tunnels);

/*
 * Applies other settings, and begins to apply other names: these must stay until that is done.  A tunnel keeps its
 * index and counters while it has a row: under its name, or if all that belongs to it gets a new name.
 */
void tunnels_configure(struct tunnels *tunnels, const struct tunnel_settings *settings);

enum tunnels_progress {
	TUNNELS_CONFIGURED,
	TUNNELS_CONFIGURING,  /* there is more to do */
	TUNNELS_UNCONFIGURED, /* no memory: the names are unchanged */
};

/*
 * Continues to apply names, for a time that does not delay answers.  Between tunnels_configure() and the end of this,
 * the tunnels must not change, through their census or tunnels_tick(); the state in between may be the old or the new
 * one.
 */
enum tunnels_progress tunnels_configure_step(struct tunnels *tunnels);

/*
 * Lets time pass: reports news and removes rows.  Returns after how many microseconds it must be called again;
 * UINT64_MAX: not before wake().
 */
uint64_t tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now);

/*
 * Begins to observe the policies, which must outlive the tunnels.  They show the traffic of a tunnel, and an outbound
 * policy whose template has both addresses creates a tunnel, even without SAs.
 */
void tunnels_observe_policies(struct tunnels *tunnels, struct policies *policies);

/* In the order of the index, rank from 0.  *tunnel is a copy as of now. */
size_t tunnels_count(const struct tunnels *tunnels);
size_t tunnels_count_up(const struct tunnels *tunnels);
uint32_t tunnels_index_at(const struct tunnels *tunnels, size_t rank);
void tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel);
/* The rank of the first row whose index is at least this one; tunnels_count() if there is none. */
size_t tunnels_seek(const struct tunnels *tunnels, uint64_t index);

/* The tunnel of an SA, as far as it is known, also while the SA's end is being reported; NULL: none. */
const struct tunnel *tunnels_of(const struct tunnels *tunnels, const struct census_sa *record);

/* The index of the tunnel of an SA that is alive and has keys; 0: it has none. */
uint32_t tunnels_index_of(const struct tunnels *tunnels, const struct sa_key *key);

/* The index of the tunnel whose SAs a policy uses; 0: there is none, or they may be of several. */
uint32_t tunnels_index_of_policy(const struct tunnels *tunnels, const struct policy *policy);

/*
 * Whether the tunnel of an SA has another SA that carries packets in the same direction; true if the SA has no tunnel.
 */
bool tunnels_has_another(const struct tunnels *tunnels, const struct census_sa *record);

/*
 * The SAs of the tunnel at that rank (see tunnels_index_of()): the first one whose index is at least these
 * sub-identifiers, which need not be an index; false: there is none.
 */
bool tunnels_sa_from(const struct tunnels *tunnels, size_t rank, const unsigned long *subids, size_t count,
		     struct tunnel_sa *sa);

const struct tunnels_statistics *tunnels_statistics(const struct tunnels *tunnels);

/* --- what an IKE daemon reports (tunnel_relabel.c); ignored while names are changed ----------------------- */

/*
 * Gives the tunnel of that SA a label: the tunnel that has or had it continues, with all that it has counted, whatever
 * addresses and numbers the SA has.  A tunnel that the configuration names only shows the daemon's name for it.  False:
 * there is no such SA.
 */
bool tunnels_label(struct tunnels *tunnels, const struct sa_key *key, const struct tunnel_label *label);
/* The same for a tunnel that is identified by what its SAs share. */
void tunnels_label_path(struct tunnels *tunnels, const struct tunnel_key *key, const struct tunnel_label *label);

/* Removes identities from rows and from what is remembered.  A tunnel keeps its index.  Not while names are changed. */
void tunnels_forget_identities(struct tunnels *tunnels);

/* To be called after some labels, before rows are read: removes rows that have been merged into others. */
void tunnels_labelled(struct tunnels *tunnels);

/*
 * Whether labels are expected: then, it is reported a little later that a tunnel without one has come up, when it has
 * its label.
 */
void tunnels_await_labels(struct tunnels *tunnels, bool await);

/* The ends of such a tunnel; addresses are SA_ADDRESS_NONE if the daemon does not specify one. */
struct tunnel_expected {
	struct sa_address local, remote;
	const char *selectors; /* as in struct tunnel */
};

/*
 * Tunnels that have a row, up or down, because they are in a daemon's configuration; between begin and end, all of
 * them.  One that the agent's configuration names by its addresses has its row already.
 */
void tunnels_expect_begin(struct tunnels *tunnels);
void tunnels_expect(struct tunnels *tunnels, const struct tunnel_label *label, const struct tunnel_expected *expected);
void tunnels_expect_end(struct tunnels *tunnels);

#endif
