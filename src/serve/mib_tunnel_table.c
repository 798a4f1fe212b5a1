/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsecTunnelTable: the tunnels of one view; the tunnel's number is the index. */

#include "mib_cells.h"
#include "snmp/mib_value.h"
#include "tunnels/tunnel_columns.h"

static bool
has_column(oid column)
{
	return tunnel_column_by_subid(column) != NULL;
}

static bool
seek(void *data, oid column, oid from, oid *index)
{
	const struct tunnels *const tunnels = tunnel_watch_tunnels(data);
	const size_t rank = tunnels_seek(tunnels, from);

	(void)column;
	if (rank == tunnels_count(tunnels))
		return false;
	*index = tunnels_index_at(tunnels, rank);
	return true;
}

static void
answer(void *data, oid column_subid, oid index, netsnmp_variable_list *varbind)
{
	const struct column *const column = tunnel_column_by_subid(column_subid);
	struct column_value value;
	struct tunnel tunnel;

	tunnel_watch_at(data, tunnels_seek(tunnel_watch_tunnels(data), index), &tunnel);
	column_get(column, &tunnel, &value);
	mib_value_put(varbind, column->syntax->type, &value);
}

/* objects(1) ipsecTunnelTable(3) ipsecTunnelEntry(1) */
static const struct mib_cells cells = {
	.name = "ipsecTunnelTable",
	.suffix = {1, 3, 1},
	.suffix_length = 3,
	.first_column = TUNNEL_COLUMN_FIRST_SUBID,
	.has_column = has_column,
	.seek = seek,
	.answer = answer,
};

bool
mib_tunnel_table_register(const struct mib_place *place, struct tunnel_watch *watch)
{
	return mib_cells_register(place, &cells, watch);
}
