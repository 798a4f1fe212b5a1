/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_parts.h"

#include <stdio.h>

#include "view.h"

static bool
register_view(const struct view *view, const struct settings *settings)
{
	const struct mib_place place = {settings->oid_root, settings->oid_root_length, view->place.context};

	return mib_scalars_register(&place, view) && mib_sa_table_register(&place, view->reader) &&
	       mib_tunnel_table_register(&place, view->tunnels) && mib_event_table_register(&place, view->log) &&
	       mib_stat_register(&place, view->stat);
}

bool
mib_register(const struct views *views, const struct settings *settings, char error[256])
{
	for (size_t i = 0; i < views->count; i++) {
		if (!register_view(&views->all[i], settings)) {
			snprintf(error, 256, "cannot register the MIB in context \"%s\": is its root taken? (oid-root)",
				 views->all[i].place.context);
			return false;
		}
	}
	return true;
}
