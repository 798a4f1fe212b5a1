/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_H
#define TUNNELS_H

/*
 * All tunnels of one list of SAs: an observer of its census (see census.h) that adds up what SAs of one tunnel
 * count, over all rekeys, and knows whether the tunnel is up.  Pure: no sockets, and time is told to it.
 *
 * A tunnel is what shares local address, remote address, reqid and interface id.  The local address of an SA is
 * its source if it goes out, its destination if it comes in.  A name of the configuration may stand for several
 * of those: together they are one tunnel, then.
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
#include "tunnels/tunnel.h"
#include "tunnels/tunnel_names.h"

struct tunnel_settings {
	uint32_t grace_seconds;	    /* how long it must have been down before that is told */
	uint32_t linger_seconds;    /* how long one without a name keeps its row after its last SA */
	uint32_t errors_per_minute; /* more than these are told; 0: they never are */
	uint32_t quiet_seconds;	    /* for which more errors are not told again */
	struct tunnel_names names;
};

/* The defaults, without names. */
void tunnel_settings_init(struct tunnel_settings *settings);

enum tunnel_news {
	TUNNEL_CAME_UP,
	TUNNEL_WENT_DOWN,
	TUNNEL_HAS_ERRORS,
	/* Its name stands for several that have SAs; told when a read shows that first, and again after tunnels_configure(). */
	TUNNEL_IS_SEVERAL,
};

struct tunnel_listener {
	/* Called from tunnels_tick(), and at the end of a survey.  The tunnel is valid during the call. */
	void (*news)(void *data, enum tunnel_news news, const struct tunnel *tunnel);
	/* From now on tunnels_tick() has something to do; not called again before it was called. */
	void (*wake)(void *data);
	void *data;
};

struct tunnels_statistics {
	uint32_t unassigned;	  /* SAs that live and belong to no tunnel, because their direction is not known */
	uint64_t unassigned_ends; /* of those that had counted something when they died: it is lost */
	uint64_t refused;	  /* SAs for whose tunnel there was no memory */
};

/* A moment, by all clocks that matter. */
struct tunnel_time {
	uint64_t us;	    /* monotonic */
	int64_t seconds;    /* wall clock, since 1970 */
	int64_t sa_seconds; /* the clock against which SAs' add times are told, see census.h */
};

struct tunnels;

/*
 * Begins to observe the census, which must outlive it but for what census_free() does.  Names hold as far as they have
 * that context.  NULL: no memory.
 */
struct tunnels *tunnels_new(struct census *census, const struct tunnel_settings *settings, const char *context,
			    const struct tunnel_listener *listener);
void tunnels_free(struct tunnels *tunnels);

/*
 * Takes over other settings.  A tunnel keeps index and counters for as long as it has a row: under its name, or
 * else if all that belongs to it gets a new one.  False: no memory; the names are those of before then.
 */
bool tunnels_configure(struct tunnels *tunnels, const struct tunnel_settings *settings);

/*
 * Lets time pass: tells news and removes rows.  Returns how soon it wants to be called again, in microseconds;
 * UINT64_MAX: not before wake().
 */
uint64_t tunnels_tick(struct tunnels *tunnels, const struct tunnel_time *now);

/* In the order of the index, rank from 0.  *tunnel is a copy as of now. */
size_t tunnels_count(const struct tunnels *tunnels);
size_t tunnels_count_up(const struct tunnels *tunnels);
uint32_t tunnels_index_at(const struct tunnels *tunnels, size_t rank);
void tunnels_at(const struct tunnels *tunnels, size_t rank, const struct tunnel_time *now, struct tunnel *tunnel);
/* The rank of the first whose index is not below this one; tunnels_count() if there is none. */
size_t tunnels_seek(const struct tunnels *tunnels, uint64_t index);

/* The name of an SA's tunnel, also when the SA is just being told to be gone; empty where it has none. */
const char *tunnels_name_of(const struct tunnels *tunnels, const struct census_sa *record);

const struct tunnels_statistics *tunnels_statistics(const struct tunnels *tunnels);

/* Those without a name are numbered from here on, in the order in which they come. */
enum { TUNNELS_FIRST_UNNAMED = TUNNEL_NAMES_MAX + 1 };

#endif
