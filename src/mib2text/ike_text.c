/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike_text.h"

#include <inttypes.h>

#include "ike/ike_columns.h"
#include "text_table.h"

static void
put_id(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	text_cell_number(cell, sa->id);
}

static void
put_connection(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	text_cell_name(cell, sa->connection);
}

static void
put_state(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%s", ike_state_label(sa->state));
}

static void
put_age(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	text_cell_seconds(cell, ((const struct ike_sa *)row)->age_seconds, human);
}

static void
put_end(const struct sa_address *address, uint16_t port, char cell[TEXT_CELL_SIZE])
{
	char text[TEXT_CELL_SIZE];

	text_cell_address(text, address);
	snprintf(cell, TEXT_CELL_SIZE, "%.*s[%" PRIu16 "]", SA_ADDRESS_TEXT_SIZE, text, port);
}

static void
put_local(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	put_end(&sa->local, sa->local_port, cell);
}

static void
put_remote(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	put_end(&sa->remote, sa->remote_port, cell);
}

static void
put_identity(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	(void)human;
	text_cell_name(cell, ike_sa_peer(row));
}

static void
put_algorithms(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;
	const bool has_integrity = sa->integrity[0] != '\0';

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%s%s%s/%s/%s", sa->encryption, has_integrity ? "/" : "", sa->integrity, sa->prf,
		 sa->dh_group);
}

static void
put_nat(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	static const char *const words[] = {"none", "local", "remote", "both"};
	const struct ike_sa *const sa = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%s", words[(sa->nat_local ? 1 : 0) + (sa->nat_remote ? 2 : 0)]);
}

static void
put_due(uint32_t seconds, bool human, char cell[TEXT_CELL_SIZE])
{
	if (seconds == IKE_NEVER)
		snprintf(cell, TEXT_CELL_SIZE, "-");
	else
		text_cell_seconds(cell, seconds, human);
}

static void
put_rekey(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	put_due(((const struct ike_sa *)row)->rekey_seconds, human, cell);
}

static void
put_reauth(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	put_due(((const struct ike_sa *)row)->reauth_seconds, human, cell);
}

static void
put_replacements(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	text_cell_count(cell, ((const struct ike_sa *)row)->replacements, human);
}

static void
put_children(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct ike_sa *const sa = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "\"%s\"", sa->child_names);
}

static const struct text_column text_columns[] = {
	{"ID", put_id, true},
	{"CONNECTION", put_connection, false},
	{"STATE", put_state, false},
	{"FOR", put_age, true},
	{"LOCAL", put_local, false},
	{"REMOTE", put_remote, false},
	{"IDENTITY", put_identity, false},
	{"ALGORITHMS", put_algorithms, false},
	{"NAT", put_nat, false},
	{"REKEY", put_rekey, true},
	{"REAUTH", put_reauth, true},
	{"REPLACED", put_replacements, true},
	{"CHILDREN", put_children, false},
};

_Static_assert(sizeof(text_columns) / sizeof(text_columns[0]) <= TEXT_COLUMNS_MOST, "there is room for their widths");

static const struct text_table text_table = {text_columns, sizeof(text_columns) / sizeof(text_columns[0]),
					     sizeof(struct ike_sa)};

void
ike_text_print(FILE *out, const struct ike_sa *sas, size_t count, bool human)
{
	text_table_print(out, &text_table, sas, count, human);
}
