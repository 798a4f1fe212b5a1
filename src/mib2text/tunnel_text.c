/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_text.h"

#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "human_number.h"
#include "terminal_text.h"
#include "tunnels/tunnel_columns.h"

enum { CELL_SIZE = TUNNEL_SELECTORS_SIZE + 2 };

/* --- numbers ----------------------------------------------------------------------------------- */

static void
print_plain(char cell[CELL_SIZE], uint64_t number)
{
	snprintf(cell, CELL_SIZE, "%" PRIu64, number);
}

static void
print_octets(char cell[CELL_SIZE], uint64_t number, bool human)
{
	(human ? human_octets : print_plain)(cell, number);
}

static void
print_count(char cell[CELL_SIZE], uint64_t number, bool human)
{
	(human ? human_count : print_plain)(cell, number);
}

static void
print_seconds(char cell[CELL_SIZE], uint64_t seconds, bool human)
{
	(human ? human_seconds : print_plain)(cell, seconds);
}

/* --- columns ----------------------------------------------------------------------------------- */

static void
put_index(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	print_plain(cell, tunnel->index);
}

static void
put_descr(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	snprintf(cell, CELL_SIZE, "%s", tunnel->descr[0] ? tunnel->descr : "-");
}

static void
put_name(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	const bool quoted = tunnel->name[0] == '\0' || strchr(tunnel->name, ' ');

	(void)human;
	snprintf(cell, CELL_SIZE, quoted ? "\"%s\"" : "%s", tunnel->name);
}

static void
put_state(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	snprintf(cell, CELL_SIZE, "%s", tunnel_state_label(tunnel->state));
}

static void
put_age(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	print_seconds(cell, tunnel->state_seconds, human);
}

static void
put_address(const struct sa_address *address, char cell[CELL_SIZE])
{
	char text[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(address, text);
	snprintf(cell, CELL_SIZE, "%s", text[0] ? text : "-");
}

static void
put_local(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	put_address(&tunnel->local, cell);
}

static void
put_remote(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	put_address(&tunnel->remote, cell);
}

static void
put_expires(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	if (tunnel->expires_seconds == TUNNEL_NEVER_EXPIRES)
		snprintf(cell, CELL_SIZE, "-");
	else
		print_seconds(cell, tunnel->expires_seconds, human);
}

#define NUMBER(name, print, expression)                                                                                \
	static void put_##name(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])                          \
	{                                                                                                              \
		print(cell, expression, human);                                                                        \
	}
NUMBER(in_bytes, print_octets, tunnel->in_bytes)
NUMBER(out_bytes, print_octets, tunnel->out_bytes)
NUMBER(in_packets, print_count, tunnel->in_packets)
NUMBER(out_packets, print_count, tunnel->out_packets)
NUMBER(errors, print_count, tunnel->in_errors + tunnel->out_errors)
NUMBER(rekeys, print_count, tunnel->rekeys)
NUMBER(downs, print_count, tunnel->downs)
#undef NUMBER

static void
put_sas(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	snprintf(cell, CELL_SIZE, "%" PRIu32 "/%" PRIu32, tunnel->sas_in, tunnel->sas_out);
}

static void
put_reqid(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	print_plain(cell, tunnel->reqid);
}

static void
put_if_id(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	print_plain(cell, tunnel->if_id);
}

static void
put_selectors(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE])
{
	(void)human;
	snprintf(cell, CELL_SIZE, "\"%s\"", tunnel->selectors);
}

/* clang-format off */
static const struct text_column {
	const char *heading;
	void (*put)(const struct tunnel *tunnel, bool human, char cell[CELL_SIZE]);
	bool to_the_right; /* numbers */
} text_columns[] = {
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
enum { TEXT_COLUMNS = sizeof(text_columns) / sizeof(text_columns[0]) };

/* --- the table --------------------------------------------------------------------------------- */

static void
print_cell(FILE *out, size_t number, size_t width, const char *text)
{
	const size_t own = terminal_text_width(text);
	const int padding = (int)(width > own ? width - own : 0);
	const bool is_last = number + 1 == TEXT_COLUMNS;

	if (number > 0)
		fputs("  ", out);
	if (text_columns[number].to_the_right)
		fprintf(out, "%*s%s", padding, "", text);
	else
		fprintf(out, "%s%*s", text, is_last ? 0 : padding, "");
}

static void
print_table(FILE *out, const struct tunnel *tunnels, size_t count, bool human)
{
	size_t widths[TEXT_COLUMNS];
	char cell[CELL_SIZE];

	for (size_t i = 0; i < TEXT_COLUMNS; i++) {
		widths[i] = strlen(text_columns[i].heading);
		for (size_t j = 0; j < count; j++) {
			size_t width;

			text_columns[i].put(&tunnels[j], human, cell);
			width = terminal_text_width(cell);
			widths[i] = width > widths[i] ? width : widths[i];
		}
		print_cell(out, i, widths[i], text_columns[i].heading);
	}
	putc('\n', out);
	for (size_t j = 0; j < count && !ferror(out); j++) {
		for (size_t i = 0; i < TEXT_COLUMNS; i++) {
			text_columns[i].put(&tunnels[j], human, cell);
			print_cell(out, i, widths[i], cell);
		}
		putc('\n', out);
	}
}

/* Names are UTF-8, whatever the user's locale is. */
void
tunnel_text_print(FILE *out, const struct tunnel *tunnels, size_t count, bool human)
{
	const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	const locale_t before = uselocale(utf8);

	print_table(out, tunnels, count, human);
	uselocale(before);
	if (utf8)
		freelocale(utf8);
}
