/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_settings.h"

void
tunnel_settings_init(struct tunnel_settings *settings)
{
	*settings = (struct tunnel_settings){
		.grace_seconds = 5,
		.linger_seconds = 86400,
		.errors_per_minute = 10,
		.quiet_seconds = 600,
	};
}
