/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNELS_OWN_H
#define TUNNELS_OWN_H

/* What the modules of struct tunnels share. */

#include "census/census.h"
#include "tunnel_place.h"
#include "tunnels/tunnel_news.h"
#include "tunnels/tunnel_settings.h"

struct tunnels {
	const struct census *census;
	struct tunnel_places places;
	struct tunnel_settings settings; /* without names: those are in the places */
	char context[TUNNEL_CONTEXT_SIZE];
	bool is_found;	/* what SAs of an earlier agent have counted since is known, see tunnel_rows_found() */
	bool expecting; /* the expected tunnels are being given, without a gap so far */
	struct tunnel_rename *rename; /* new names are being applied; NULL: they are not */
	struct tunnel_listener listener;
	unsigned note; /* the note in each record, see tunnel_member.h */
	/* While an earlier agent's tunnels are restored: the paths by their earlier numbers. */
	uint32_t *restored;
	size_t restored_room;
};

#endif
