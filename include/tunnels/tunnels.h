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
#include "tunnels/tunnel_label.h"
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

/* Whether the tunnel of an SA has another SA that carries packets the same way; true where the SA has no tunnel. */
bool tunnels_has_another(const struct tunnels *tunnels, const struct census_sa *record);

/*
 * The SAs of a tunnel, by its rank, of which tunnels_index_of() tells the tunnel: the first whose index is not below these
 * sub-identifiers, which may be any; false: there is none.
 */
bool tunnels_sa_from(const struct tunnels *tunnels, size_t rank, const unsigned long *subids, size_t count,
		     struct tunnel_sa *sa);

const struct tunnels_statistics *tunnels_statistics(const struct tunnels *tunnels);

/* --- what an IKE daemon tells (tunnel_relabel.c); while other names are taken over, nothing comes of it --- */

/*
 * The tunnel of that SA has that label: what has or had it goes on, with all that it has counted, whatever addresses and numbers
 * the SA has.  A tunnel that the configuration names only shows what the daemon calls it.  False: there is no such SA.
 */
bool tunnels_label(struct tunnels *tunnels, const struct sa_key *key, const struct tunnel_label *label);
/* The same of a tunnel that is known by what its SAs share. */
void tunnels_label_path(struct tunnels *tunnels, const struct tunnel_key *key, const struct tunnel_label *label);

/* What was told of identities is not shown, nor remembered, any more.  A tunnel keeps its index.  Not while other names are taken over. */
void tunnels_forget_identities(struct tunnels *tunnels);

/* After some labels, before anybody looks at the rows: those that go on in others are gone. */
void tunnels_labelled(struct tunnels *tunnels);

/* Whether labels are to be expected: that a tunnel without one has come up is then told a little later, when it has one. */
void tunnels_await_labels(struct tunnels *tunnels, bool await);

/* Where such a tunnel is to lead; addresses are SA_ADDRESS_NONE where the daemon does not name one. */
struct tunnel_expected {
	struct sa_address local, remote;
	const char *selectors; /* as struct tunnel has them */
};

/*
 * Tunnels that are to be there, up or down, because a daemon is configured to have them; between begin and end, all of them.  One
 * that the configuration names by its addresses has its row already.
 */
void tunnels_expect_begin(struct tunnels *tunnels);
void tunnels_expect(struct tunnels *tunnels, const struct tunnel_label *label, const struct tunnel_expected *expected);
void tunnels_expect_end(struct tunnels *tunnels);

#endif
