/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/mib_parts.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/agent_sysORTable.h>
#include <net-snmp/agent/sysORTable.h>

#include <stdio.h>

#include "events/event_columns.h"
#include "mib/stat_columns.h"
#include "mib_cells.h"
#include "mib_sa_table.h"
#include "snmp/agentx_link.h"
#include "tunnel_watch.h"
#include "tunnels/tunnel_columns.h"
#include "view_status.h"
#include "xfrm/stat_file.h"

/* --- what each part shows; data is the view ------------------------------------------------------ */

/* Scalars are a row with the index 0. */
static const void *
status_row(void *data, oid from, oid *index, void *room)
{
	if (from > 0)
		return NULL;
	*index = 0;
	view_status(data, room);
	return room;
}

static const void *
tunnel_row(void *data, oid from, oid *index, void *room)
{
	const struct view *const view = data;
	const struct tunnels *const tunnels = tunnel_watch_tunnels(view->tunnels);
	const size_t rank = tunnels_seek(tunnels, from);

	if (rank == tunnels_count(tunnels))
		return NULL;
	*index = tunnels_index_at(tunnels, rank);
	tunnel_watch_at(view->tunnels, rank, room);
	return room;
}

static const void *
event_row(void *data, oid from, oid *index, void *room)
{
	const struct view *const view = data;
	const struct event *const event = event_log_after(view->log, from > 0 ? (uint32_t)from - 1 : 0);

	(void)room;
	if (event)
		*index = event->number;
	return event;
}

static const void *
stat_row(void *data, oid from, oid *index, void *room)
{
	const struct view *const view = data;

	(void)room;
	*index = 0;
	return from == 0 ? stat_file_get(view->stat) : NULL;
}

static const struct mib_cells parts[] = {
	{&agent_table, status_row},
	{&tunnel_table, tunnel_row},
	{&event_table, event_row},
	{&stat_table, stat_row},
};

/* ------------------------------------------------------------------------------------------------- */

static bool
register_view(struct view *view, const struct settings *settings, struct agentx_link *link)
{
	const struct mib_place place = {settings->oid_root.subids, settings->oid_root.length, view->place.context,
					link};
	bool done = mib_sa_table_register(&place, view->reader);

	for (size_t i = 0; done && i < sizeof(parts) / sizeof(parts[0]); i++)
		done = mib_cells_register(&place, &parts[i], view);
	return done;
}

/* The module, as one of those that sysORTable lists (RFC 3418). */
static bool
register_module(struct mib_oid root, struct agentx_link *link)
{
	static const char description[] = "The MIB module for IPsec security associations (IPSEC-SPI-MIB).";

	if (link)
		return agentx_link_claim_capability(link, description, root.subids, root.length);
	return register_sysORTable(root.subids, root.length, description) == SYS_ORTABLE_REGISTERED_OK;
}

bool
mib_register(struct views *views, const struct settings *settings, struct agentx_link *link,
	     char error[ERROR_LINE_SIZE])
{
	for (size_t i = 0; i < views->count; i++) {
		if (!register_view(&views->all[i], settings, link)) {
			snprintf(error, ERROR_LINE_SIZE,
				 "cannot register the MIB in context \"%s\": is its root taken? (oid-root)",
				 views->all[i].place.context);
			return false;
		}
	}
	if (register_module(settings->oid_root, link))
		return true;
	snprintf(error, ERROR_LINE_SIZE, "cannot register the MIB in sysORTable");
	return false;
}
