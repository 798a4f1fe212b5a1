/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/mib_parts.h"

#include <stdio.h>
#include <string.h>

#include "serve/view.h"

netsnmp_handler_registration *
mib_registration(const struct mib_place *place, const char *name, Netsnmp_Node_Handler *handler, const oid *suffix,
		 size_t suffix_length)
{
	netsnmp_handler_registration *registration;
	oid root[MAX_OID_LEN];

	memcpy(root, place->root, place->root_length * sizeof(oid));
	memcpy(root + place->root_length, suffix, suffix_length * sizeof(oid));
	registration = netsnmp_create_handler_registration(name, handler, root, place->root_length + suffix_length,
							   HANDLER_CAN_RONLY);
	if (!registration || place->context[0] == '\0')
		return registration;
	registration->contextName = strdup(place->context);
	if (registration->contextName)
		return registration;
	netsnmp_handler_registration_free(registration);
	return NULL;
}

static bool
register_view(struct view *view, const struct settings *settings)
{
	const struct mib_place place = {settings->oid_root.subids, settings->oid_root.length, view->place.context};

	return mib_scalars_register(&place, view) && mib_sa_table_register(&place, view->reader) &&
	       mib_tunnel_table_register(&place, view->tunnels) && mib_event_table_register(&place, view->log) &&
	       mib_stat_register(&place, view->stat);
}

bool
mib_register(struct views *views, const struct settings *settings, char error[256])
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
