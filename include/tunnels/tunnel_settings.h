/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SETTINGS_H
#define TUNNEL_SETTINGS_H

/* What the operator wants of tunnels, as a value. */

#include <stdint.h>

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

#endif
