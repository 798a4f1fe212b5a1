/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NEWS_H
#define TUNNEL_NEWS_H

/* What is told of tunnels, as time passes, and to whom. */

#include <stdint.h>

#include "tunnels/tunnel.h"

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
	uint32_t unassigned; /* SAs that live and belong to no tunnel, because their direction is not known */
	/* SAs that had counted something when they died, which is lost: of those, or before they were of a tunnel. */
	uint64_t unassigned_ends;
	uint64_t refused; /* SAs for whose tunnel there was no memory */
};

/* A moment, by all clocks that matter. */
struct tunnel_time {
	uint64_t us;	    /* monotonic */
	int64_t seconds;    /* wall clock, since 1970 */
	int64_t sa_seconds; /* the clock against which SAs' add times are told, see census.h */
};

#endif
