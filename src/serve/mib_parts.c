/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/mib_parts.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/agent_sysORTable.h>
#include <net-snmp/agent/sysORTable.h>

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "events/event_columns.h"
#include "ike/ike_columns.h"
#include "ike_watch.h"
#include "mib/policy_columns.h"
#include "mib/stat_columns.h"
#include "mib_cells.h"
#include "mib_sa_table.h"
#include "snmp/agentx_link.h"
#include "state_keeper.h"
#include "tunnel_watch.h"
#include "tunnels/tunnel_columns.h"
#include "tunnels/tunnel_sa.h"
#include "view_status.h"
#include "xfrm/stat_file.h"

/* --- what each part shows; data is the view ------------------------------------------------------ */

/* Scalars are a row with the index 0. */
static const void *
status_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	if (mib_index_number(from) > 0)
		return NULL;
	mib_index_set(index, 0);
	view_status(data, room);
	return room;
}

static const void *
tunnel_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;
	const struct tunnels *const tunnels = tunnel_watch_tunnels(view->tunnels);
	const size_t rank = tunnels_seek(tunnels, mib_index_number(from));

	if (rank == tunnels_count(tunnels))
		return NULL;
	mib_index_set(index, tunnels_index_at(tunnels, rank));
	tunnel_watch_at(view->tunnels, rank, room);
	state_keeper_show(view->state, view->place.context, room);
	return room;
}

/* The index is that of a tunnel followed by that of an SA; there are no rows while ipsecSaTable has none. */
static const void *
tunnel_sa_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;
	const struct tunnels *const tunnels = tunnel_watch_tunnels(view->tunnels);
	const size_t count = reader_snapshot(view->reader) ? tunnels_count(tunnels) : 0;
	const struct tunnel_sa *const sa = room;
	size_t rank = from->length > 0 ? tunnels_seek(tunnels, from->subids[0]) : 0;
	size_t rest = from->length > 1 && rank < count && tunnels_index_at(tunnels, rank) == from->subids[0]
			      ? from->length - 1
			      : 0;
	struct sa_key key;

	while (rank < count && !tunnels_sa_from(tunnels, rank, from->subids + 1, rest, room)) {
		rank++;
		rest = 0;
	}
	if (rank >= count)
		return NULL;
	mib_index_set(index, sa->tunnel);
	sa_key_make(&key, &sa->said);
	index->length += sa_key_to_oid(&key, index->subids + 1);
	return sa;
}

static const void *
event_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;
	const uint64_t number = mib_index_number(from);
	const struct event *event;

	(void)room;
	if (number > UINT32_MAX)
		return NULL;
	event = event_log_after(view->log, number > 0 ? (uint32_t)number - 1 : 0);
	if (event)
		mib_index_set(index, event->number);
	return event;
}

static const void *
stat_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;

	(void)room;
	mib_index_set(index, 0);
	return mib_index_number(from) == 0 ? stat_file_get(view->stat) : NULL;
}

static const void *
ike_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;
	const struct ike_sas *const sas = ike_watch_sas(view->ike);
	const size_t rank = ike_sas_seek(sas, mib_index_number(from));

	if (rank == ike_sas_count(sas))
		return NULL;
	ike_sas_at(sas, rank, clock_monotonic_us(), room);
	mib_index_set(index, ((const struct ike_sa *)room)->id);
	return room;
}

/* There are none while ipsecSaTable has none. */
static const void *
policy_row(void *data, const struct mib_index *from, struct mib_index *index, void *room)
{
	const struct view *const view = data;
	struct policy policy;

	if (!reader_snapshot(view->reader) ||
	    !policies_from(reader_policies(view->reader), mib_index_number(from), &policy))
		return NULL;
	mib_index_set(index, policy.index);
	policy_row_make(room, &policy, time(NULL),
			tunnels_index_of_policy(tunnel_watch_tunnels(view->tunnels), &policy));
	return room;
}

static const struct mib_cells parts[] = {
	{&agent_table, status_row},  {&tunnel_table, tunnel_row},	{&event_table, event_row},
	{&stat_table, stat_row},     {&tunnel_sa_table, tunnel_sa_row}, {&ike_table, ike_row},
	{&policy_table, policy_row},
};

/* ------------------------------------------------------------------------------------------------- */

static bool
register_view(struct view *view, const struct settings *settings, struct agentx_link *link)
{
	const struct mib_place place = {settings->oid_root.subids, settings->oid_root.length, view->place.context,
					link};
	bool done = mib_sa_table_register(&place, view->reader, tunnel_watch_tunnels(view->tunnels));

	for (size_t i = 0; done && i < sizeof(parts) / sizeof(parts[0]); i++)
		done = mib_cells_register(&place, &parts[i], view);
	return done;
}

/* The module, one of those that sysORTable lists (RFC 3418). */
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
				 "cannot register the MIB in context \"%s\": its root may be taken; choose another "
				 "oid-root",
				 views->all[i].place.context);
			return false;
		}
	}
	if (register_module(settings->oid_root, link))
		return true;
	snprintf(error, ERROR_LINE_SIZE, "cannot register the MIB in sysORTable");
	return false;
}
