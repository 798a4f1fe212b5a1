/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_text.h"

#include <inttypes.h>

#include "text_table.h"
#include "tunnels/tunnel_columns.h"

static void
put_index(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_number(cell, tunnel->index);
}

static void
put_descr(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%s", tunnel->descr[0] ? tunnel->descr : "-");
}

static void
put_name(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_name(cell, tunnel->name);
}

static void
put_state(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%s", tunnel_state_label(tunnel->state));
}

static void
put_age(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	text_cell_seconds(cell, tunnel->state_seconds, human);
}

static void
put_local(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_address(cell, &tunnel->local);
}

static void
put_remote(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_address(cell, &tunnel->remote);
}

static void
put_expires(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	if (tunnel->expires_seconds == TUNNEL_NEVER_EXPIRES)
		snprintf(cell, TEXT_CELL_SIZE, "-");
	else
		text_cell_seconds(cell, tunnel->expires_seconds, human);
}

#define NUMBER(name, print, expression)                                                                                \
	static void put_##name(const void *row, bool human, char cell[TEXT_CELL_SIZE])                                 \
	{                                                                                                              \
		const struct tunnel *const tunnel = row;                                                               \
		print(cell, expression, human);                                                                        \
	}
NUMBER(in_bytes, text_cell_octets, tunnel->in_bytes)
NUMBER(out_bytes, text_cell_octets, tunnel->out_bytes)
NUMBER(in_packets, text_cell_count, tunnel->in_packets)
NUMBER(out_packets, text_cell_count, tunnel->out_packets)
NUMBER(errors, text_cell_count, tunnel->in_errors + tunnel->out_errors)
NUMBER(rekeys, text_cell_count, tunnel->rekeys)
NUMBER(downs, text_cell_count, tunnel->downs)
#undef NUMBER

static void
put_sas(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "%" PRIu32 "/%" PRIu32, tunnel->sas_in, tunnel->sas_out);
}

static void
put_reqid(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_number(cell, tunnel->reqid);
}

static void
put_if_id(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	text_cell_number(cell, tunnel->if_id);
}

static void
put_selectors(const void *row, bool human, char cell[TEXT_CELL_SIZE])
{
	const struct tunnel *const tunnel = row;

	(void)human;
	snprintf(cell, TEXT_CELL_SIZE, "\"%s\"", tunnel->selectors);
}

/* clang-format off */
static const struct text_column text_columns[] = {
	{"INDEX", put_index, true},	{"DESCR", put_descr, false},	  {"NAME", put_name, false},
	{"STATE", put_state, false},
	{"FOR", put_age, true},		{"LOCAL", put_local, false},	  {"REMOTE", put_remote, false},
	{"REQID", put_reqid, true},	{"IF-ID", put_if_id, true},	  {"IN", put_in_bytes, true},
	{"OUT", put_out_bytes, true},	{"IN-PKTS", put_in_packets, true}, {"OUT-PKTS", put_out_packets, true},
	{"ERRORS", put_errors, true},	{"REKEYS", put_rekeys, true},	  {"DOWNS", put_downs, true},
	{"SAS", put_sas, true},		{"EXPIRES", put_expires, true},
	{"SELECTORS", put_selectors, false},
};
/* clang-format on */

_Static_assert(sizeof(text_columns) / sizeof(text_columns[0]) <= TEXT_COLUMNS_MOST, "there is room for their widths");

static const struct text_table text_table = {text_columns, sizeof(text_columns) / sizeof(text_columns[0]),
					     sizeof(struct tunnel)};

void
tunnel_text_print(FILE *out, const struct tunnel *tunnels, size_t count, bool human)
{
	text_table_print(out, &text_table, tunnels, count, human);
}
