/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NEWS_H
#define TUNNEL_NEWS_H

/* What is reported about tunnels as time passes, and to whom. */

#include <stdint.h>

#include "tunnels/tunnel.h"

enum tunnel_news {
	TUNNEL_CAME_UP,
	TUNNEL_WENT_DOWN,
	TUNNEL_HAS_ERRORS,
	/*
	 * Its name matches several tunnels that have SAs; reported when a read first shows that, and again after
	 * tunnels_configure().
	 */
	TUNNEL_IS_SEVERAL,
};

struct tunnel_listener {
	/* Called from tunnels_tick(), and at the end of a survey.  The tunnel is valid during the call. */
	void (*news)(void *data, enum tunnel_news news, const struct tunnel *tunnel);
	/* From now on, tunnels_tick() has something to do; not called again before tunnels_tick() was. */
	void (*wake)(void *data);
	void *data;
};

struct tunnels_statistics {
	uint32_t unassigned; /* SAs that are alive but belong to no tunnel, because their direction is not known */
	/*
	 * SAs that had counted packets when they died, which are lost: of the above, or before they were assigned to a
	 * tunnel.
	 */
	uint64_t unassigned_ends;
	uint64_t refused; /* SAs whose tunnel could not be created for lack of memory */
};

/* A point in time, by all clocks that matter. */
struct tunnel_time {
	uint64_t us;	    /* monotonic */
	int64_t seconds;    /* wall clock, since 1970 */
	int64_t sa_seconds; /* the clock to which SAs' add times refer, see census.h */
};

#endif
