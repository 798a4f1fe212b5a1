/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_OWN_H
#define TUNNELS_OWN_H

/* What the modules of struct tunnels know of it. */

#include "census/census.h"
#include "tunnel_place.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_settings.h"

struct tunnels {
	const struct census *census;
	struct tunnel_places places;
	struct tunnel_settings settings; /* without names: the places have those */
	char context[TUNNEL_CONTEXT_SIZE];
	bool expecting;		      /* what is expected is being told, without a gap so far */
	struct tunnel_rename *rename; /* other names are being given; NULL: they are not */
	struct tunnel_listener listener;
	unsigned note; /* of each record: see tunnel_member.h */
	/* While an earlier agent's tunnels are restored: the paths by the numbers that they had then. */
	uint32_t *restored;
	size_t restored_room;
};

#endif
