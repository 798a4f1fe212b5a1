/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_SETTINGS_H
#define TUNNEL_SETTINGS_H

/* The operator's settings for tunnels, as a value. */

#include <stdint.h>

#include "tunnels/tunnel_names.h"

struct tunnel_settings {
	uint32_t grace_seconds;	    /* how long it must have been down before that is reported */
	uint32_t linger_seconds;    /* how long one without a name keeps its row after its last SA */
	uint32_t errors_per_minute; /* more than this number are reported; 0: never */
	uint32_t quiet_seconds;	    /* how long further errors are not reported again */
	struct tunnel_names names;
};

/* The defaults, without names. */
void tunnel_settings_init(struct tunnel_settings *settings);

#endif
