/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_table.h"

#include "tunnels/tunnel_columns.h"

void
mib_table_entry(const struct mib_table *table, const struct mib_oid *root, struct mib_oid *entry)
{
	*entry = *root;
	entry->subids[entry->length++] = 1;
	entry->subids[entry->length++] = table->number;
	entry->subids[entry->length++] = 1;
}

/* --- SAs --------------------------------------------------------------------------------------- */

static void
begin_sa(void *row, const struct sa_key *key)
{
	struct sa *const sa = row;

	sa_clear(sa);
	sa_key_said(key, &sa->said);
}

static size_t
sa_octets(const struct column *column, const void *row)
{
	const struct sa *const sa = row;

	if (column->offset == offsetof(struct sa, iv))
		return sa->iv_bits / 8u;
	if (column->offset == offsetof(struct sa, replay_bitmap))
		return sizeof(sa->replay_bitmap);
	if (column->offset == offsetof(struct sa, ref_uses))
		return sa_reports(sa, SA_ATTR_REF_USES) ? sizeof(sa->ref_uses) : 0;
	if (column->offset == offsetof(struct sa, selector.src))
		return sa_address_octets(sa->selector.src.address.type);
	if (column->offset == offsetof(struct sa, selector.dst))
		return sa_address_octets(sa->selector.dst.address.type);
	return 0;
}

/* --- tunnels ----------------------------------------------------------------------------------- */

/* The index is one number, not 0. */
static bool
tunnel_key(const unsigned long *subids, size_t count, struct sa_key *key)
{
	if (count != 1 || subids[0] == 0 || subids[0] > UINT32_MAX)
		return false;
	*key = (struct sa_key){{(uint8_t)(subids[0] >> 24), (uint8_t)(subids[0] >> 16), (uint8_t)(subids[0] >> 8),
				(uint8_t)subids[0]}};
	return true;
}

static void
begin_tunnel(void *row, const struct sa_key *key)
{
	const uint8_t *const o = key->octets;

	*(struct tunnel *)row =
		(struct tunnel){.index = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3]};
}

static size_t
tunnel_octets(const struct column *column, const void *row)
{
	(void)row;
	return column->offset == offsetof(struct tunnel, since_seconds) ||
			       column->offset == offsetof(struct tunnel, began_seconds)
		       ? 11 /* DateAndTime with a zone */
		       : 0;
}

/* --- both -------------------------------------------------------------------------------------- */

const struct mib_table mib_sa_table = {
	.name = "ipsecSaTable",
	.row = "SA",
	.rows = "SAs",
	.number = 2,
	.columns = columns,
	.columns_count = &columns_count,
	.first_subid = COLUMN_FIRST_SUBID,
	.count = AGENT_SAS,
	.row_size = sizeof(struct sa),
	.key = sa_key_from_oid,
	.begin = begin_sa,
	.octets = sa_octets,
};

const struct mib_table mib_tunnel_table = {
	.name = "ipsecTunnelTable",
	.row = "tunnel",
	.rows = "tunnels",
	.number = 3,
	.columns = tunnel_columns,
	.columns_count = &tunnel_columns_count,
	.first_subid = TUNNEL_COLUMN_FIRST_SUBID,
	.count = AGENT_TUNNELS,
	.row_size = sizeof(struct tunnel),
	.key = tunnel_key,
	.begin = begin_tunnel,
	.octets = tunnel_octets,
};
