/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_table.h"

#include "mib/column_codec.h"
#include "ike/ike_columns.h"
#include "mib/policy_columns.h"
#include "tunnels/tunnel_columns.h"

/* --- SAs --------------------------------------------------------------------------------------- */

static void
begin_sa(void *row, const struct sa_key *key)
{
	struct sa *const sa = row;

	sa_clear(sa);
	sa_key_said(key, &sa->said);
}

/* --- tunnels a---------------------------------------------------------------------------------- */

/* The index is one number, not 0. */
static bool
number_key(const unsigned long *subids, size_t count, struct sa_key *key)
{
	if (count != 1 || subids[0] == 0 || subids[0] > UINT32_MAX)
		return false;
	*key = (struct sa_key){{(uint8_t)(subids[0] >> 24), (uint8_t)(subids[0] >> 16), (uint8_t)(subids[0] >> 8),
				(uint8_t)subids[0]}};
	return true;
}

static uint32_t
number_of(const struct sa_key *key)
{
	const uint8_t *const o = key->octets;

	return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

static void
begin_tunnel(void *row, const struct sa_key *key)
{
	*(struct tunnel *)row = (struct tunnel){.index = number_of(key)};
}

static void
begin_ike_sa(void *row, const struct sa_key *key)
{
	*(struct ike_sa *)row = (struct ike_sa){.id = number_of(key)};
}

static void
begin_policy(void *row, const struct sa_key *key)
{
	*(struct policy_row *)row = (struct policy_row){.policy = {.index = number_of(key)}};
}

/* --- all ---------------------------------------------------------------------------------------- */

bool
mib_table_is_later(const struct mib_table *table, size_t column)
{
	return table->later != 0 && column + table->columns->index_columns + 1 >= table->later;
}

bool
mib_table_rows_show(const struct mib_table *table, size_t column)
{
	return column_at(table->columns, column)->attribute != COLUMN_IF_ANY &&
	       (table->untold == 0 || column + table->columns->index_columns + 1 < table->untold);
}

bool
mib_table_may_lack(const struct mib_table *table, size_t column, const void *row)
{
	const struct column *const described = column_at(table->columns, column);

	return mib_table_is_later(table, column) &&
	       (column_is_derived(described) || !column_known(described, row) || !mib_table_rows_show(table, column));
}

const struct mib_table mib_sa_table = {
	.columns = &sa_table,
	.row = "SA",
	.rows = "SAs",
	.count_field = offsetof(struct agent_status, sas),
	.later = 105, /* ipsecSaSrcText */
	/* Type and length of the address, its octets at up to two each, protocol, SPI and qualifier. */
	.index_octets = 1 + 1 + 16 * 2 + 2 + 5 + 5,
	.key = sa_key_from_oid,
	.begin = begin_sa,
};

const struct mib_table mib_tunnel_table = {
	.columns = &tunnel_table,
	.row = "tunnel",
	.rows = "tunnels",
	.count_field = offsetof(struct agent_status, tunnels),
	.later = 26,  /* ipsecTunnelLocalText */
	.untold = 28, /* ipsecTunnelDescr */
	.index_octets = 5,
	.key = number_key,
	.begin = begin_tunnel,
};

const struct mib_table mib_ike_table = {
	.columns = &ike_table,
	.row = "IKE SA",
	.rows = "IKE SAs",
	.count_field = offsetof(struct agent_status, ike_sas),
	.index_octets = 5,
	.key = number_key,
	.begin = begin_ike_sa,
};

const struct mib_table mib_policy_table = {
	.columns = &policy_table,
	.row = "policy",
	.rows = "policies",
	.count_field = offsetof(struct agent_status, policies),
	.index_octets = 5,
	.key = number_key,
	.begin = begin_policy,
};
