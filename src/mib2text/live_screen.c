/* SPDX-License-Identifier: BSD-3-Clause */
#include "live_screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "human_number.h"
#include "terminal_text.h"
#include "tunnels/tunnel_columns.h"

enum { CELL_SIZE = 640 }; /* a description in which each octet is escaped */

/* --- cells ------------------------------------------------------------------------------------- */

static void
put_index(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32, row->tunnel.index);
}

static void
put_descr(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	terminal_text_escape(row->tunnel.descr[0] ? row->tunnel.descr : row->tunnel.name, cell, CELL_SIZE);
}

static void
put_state(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%s", tunnel_state_label(row->tunnel.state));
}

static void
put_age(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	human_seconds(cell, row->tunnel.state_seconds);
}

#define RATE(name)                                                                                                     \
	static void put_##name(const struct live_tunnel *row, char cell[CELL_SIZE])                                    \
	{                                                                                                              \
		if (row->rates.known)                                                                                  \
			human_rate(cell, row->rates.name);                                                             \
		else                                                                                                   \
			strcpy(cell, "-");                                                                             \
	}
RATE(in_bits)
RATE(out_bits)
RATE(in_packets)
RATE(out_packets)
#undef RATE

static void
put_errors(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	human_count(cell, row->tunnel.in_errors + row->tunnel.out_errors);
}

static void
put_rekeys(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	human_count(cell, row->tunnel.rekeys);
}

static void
put_downs(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	human_count(cell, row->tunnel.downs);
}

static void
put_sas(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	snprintf(cell, CELL_SIZE, "%" PRIu32 "/%" PRIu32, row->tunnel.sas_in, row->tunnel.sas_out);
}

static void
put_expires(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	if (row->tunnel.expires_seconds == TUNNEL_NEVER_EXPIRES)
		strcpy(cell, "-");
	else
		human_seconds(cell, row->tunnel.expires_seconds);
}

static void
put_local(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	sa_address_print(&row->tunnel.local, cell);
}

static void
put_remote(const struct live_tunnel *row, char cell[CELL_SIZE])
{
	sa_address_print(&row->tunnel.remote, cell);
}

static const struct live_column {
	const char *heading;
	void (*put)(const struct live_tunnel *row, char cell[CELL_SIZE]);
	unsigned changes; /* of enum live_change: those that highlight its cell */
	bool to_the_right;
} live_columns[] = {
	/* The sort key of each column. */
	[TUNNEL_BY_INDEX] = {"INDEX", put_index, 0, true},
	[TUNNEL_BY_DESCR] = {"DESCR", put_descr, LIVE_CHANGED_DESCR, false},
	[TUNNEL_BY_STATE] = {"STATE", put_state, LIVE_CHANGED_STATE, false},
	[TUNNEL_BY_AGE] = {"FOR", put_age, 0, true},
	[TUNNEL_BY_IN] = {"IN-BIT/S", put_in_bits, 0, true},
	[TUNNEL_BY_OUT] = {"OUT-BIT/S", put_out_bits, 0, true},
	[TUNNEL_BY_IN_PACKETS] = {"IN-PKT/S", put_in_packets, 0, true},
	[TUNNEL_BY_OUT_PACKETS] = {"OUT-PKT/S", put_out_packets, 0, true},
	[TUNNEL_BY_ERRORS] = {"ERRORS", put_errors, LIVE_CHANGED_ERRORS, true},
	[TUNNEL_BY_REKEYS] = {"REKEYS", put_rekeys, LIVE_CHANGED_REKEYS, true},
	[TUNNEL_BY_DOWNS] = {"DOWNS", put_downs, LIVE_CHANGED_DOWNS, true},
	[TUNNEL_BY_SAS] = {"SAS", put_sas, LIVE_CHANGED_SAS, true},
	[TUNNEL_BY_EXPIRES] = {"EXPIRES", put_expires, 0, true},
	[TUNNEL_BY_LOCAL] = {"LOCAL", put_local, LIVE_CHANGED_LOCAL, false},
	[TUNNEL_BY_REMOTE] = {"REMOTE", put_remote, LIVE_CHANGED_REMOTE, false},
};

/* Columns that stay on the left, however far the rest is scrolled. */
enum { FIXED_COLUMNS = TUNNEL_BY_DESCR + 1 };

enum tunnel_key
live_next_key(enum tunnel_key key, int step)
{
	return (enum tunnel_key)(((int)key + TUNNEL_KEYS + step) % TUNNEL_KEYS);
}

/* --- the screen -------------------------------------------------------------------------------- */

struct screen {
	const struct live_tunnels *live;
	const uint32_t *order;
	const struct live_choice *choice;
	unsigned lines, columns;
	size_t shown; /* tunnels */
	size_t widths[TUNNEL_KEYS];
	live_put *put;
	void *data;
};

static const struct live_tunnel *
row_at(const struct screen *screen, size_t line)
{
	return row_list_at(&screen->live->rows, screen->order[screen->choice->top + line]);
}

/* Puts as much of the text, which may be truncated, as fits; returns the column after it. */
static size_t
put_text(const struct screen *screen, unsigned line, size_t column, char *text, enum live_mark mark)
{
	if (line >= screen->lines || column >= screen->columns)
		return column;
	terminal_text_cut(text, screen->columns - column);
	if (text[0])
		screen->put(screen->data, line, (unsigned)column, text, mark);
	return column + terminal_text_width(text);
}

/* A cell of the column, at x; returns where the next one begins. */
static size_t
put_cell(const struct screen *screen, unsigned line, size_t at, size_t column, char *text, enum live_mark mark)
{
	const size_t own = terminal_text_width(text), width = screen->widths[column];
	const size_t padding = width > own ? width - own : 0;

	put_text(screen, line, at + (live_columns[column].to_the_right ? padding : 0), text, mark);
	return at + width + 2;
}

/* The columns that are shown, one after the other: the fixed ones, then those from the scroll position on. */
static size_t
next_column(const struct screen *screen, size_t column)
{
	return column + 1 == FIXED_COLUMNS ? FIXED_COLUMNS + screen->choice->right : column + 1;
}

static void
put_headings(const struct screen *screen)
{
	size_t at = 0;

	for (size_t i = 0; i < TUNNEL_KEYS; i = next_column(screen, i)) {
		char heading[16];

		snprintf(heading, sizeof(heading), "%s", live_columns[i].heading);
		at = put_cell(screen, LIVE_HEAD_LINES - 1, at, i, heading,
			      i == screen->choice->key ? LIVE_SORTED : LIVE_HEADING);
	}
}

static enum live_mark
mark_of(const struct live_tunnel *row, size_t column)
{
	const bool changed = (row->changes & live_columns[column].changes) != 0;
	const bool bad = column == TUNNEL_BY_STATE && row->tunnel.state != TUNNEL_UP;

	if (bad)
		return changed ? LIVE_BAD_CHANGED : LIVE_BAD;
	return changed ? LIVE_CHANGED : LIVE_PLAIN;
}

static void
put_row(const struct screen *screen, size_t number)
{
	const struct live_tunnel *const row = row_at(screen, number);
	size_t at = 0;

	for (size_t i = 0; i < TUNNEL_KEYS; i = next_column(screen, i)) {
		char cell[CELL_SIZE];

		live_columns[i].put(row, cell);
		at = put_cell(screen, LIVE_HEAD_LINES + (unsigned)number, at, i, cell, mark_of(row, i));
	}
}

/* As wide as the shown cells and a line of usual numbers need, so that columns do not jump. */
static void
measure(struct screen *screen)
{
	enum { USUAL_NUMBER = 6 };

	for (size_t i = 0; i < TUNNEL_KEYS; i++) {
		screen->widths[i] = strlen(live_columns[i].heading);
		if (live_columns[i].to_the_right && screen->widths[i] < USUAL_NUMBER)
			screen->widths[i] = USUAL_NUMBER;
		for (size_t j = 0; j < screen->shown; j++) {
			char cell[CELL_SIZE];
			size_t width;

			live_columns[i].put(row_at(screen, j), cell);
			width = terminal_text_width(cell);
			screen->widths[i] = width > screen->widths[i] ? width : screen->widths[i];
		}
	}
}

static void
put_title(const struct screen *screen, const struct live_words *words)
{
	const struct live_tunnels *const live = screen->live;
	const size_t count = live->rows.count, first = screen->choice->top;
	char agent[256], title[512];
	size_t at;

	terminal_text_escape(words->agent, agent, sizeof(agent));
	snprintf(title, sizeof(title), "%s  %s  every %u s  ", agent, words->time, words->interval_seconds);
	at = put_text(screen, 0, 0, title, LIVE_TITLE);
	snprintf(title, sizeof(title), "%zu tunnels, %zu up", count, live->up);
	at = put_text(screen, 0, at, title, live->up < count ? LIVE_BAD : LIVE_TITLE);
	snprintf(title, sizeof(title), "  %zu-%zu by %s%s", screen->shown > 0 ? first + 1 : 0, first + screen->shown,
		 tunnel_key_name(screen->choice->key), screen->choice->reversed ? ", reversed" : "");
	put_text(screen, 0, at, title, LIVE_TITLE);
}

/* An error, or which tunnels came and went, or the keys. */
static void
put_message(const struct screen *screen, const struct live_words *words)
{
	static const char keys[] = "q ends; < and > choose what to sort by, r reverses; arrows and page keys scroll";
	char message[1024];

	if (words->message[0])
		terminal_text_escape(words->message, message, sizeof(message));
	else if (screen->live->came + screen->live->went > 0)
		snprintf(message, sizeof(message), "%zu came, %zu went", screen->live->came, screen->live->went);
	else
		snprintf(message, sizeof(message), "%s", keys);
	put_text(screen, 1, 0, message, words->message[0] ? LIVE_BAD : LIVE_PLAIN);
}

/* Not beyond the last page, and at least one column besides the fixed ones. */
static void
keep_within(struct live_choice *choice, size_t count, size_t room)
{
	const size_t last_top = count > room ? count - room : 0;

	if (choice->top > last_top)
		choice->top = last_top;
	if (choice->right > TUNNEL_KEYS - FIXED_COLUMNS - 1)
		choice->right = TUNNEL_KEYS - FIXED_COLUMNS - 1;
}

void
live_screen_put(const struct live_tunnels *live, const uint32_t *order, struct live_choice *choice,
		const struct live_words *words, unsigned lines, unsigned columns, live_put *put, void *data)
{
	const size_t room = lines > LIVE_HEAD_LINES ? lines - LIVE_HEAD_LINES : 0;
	struct screen screen = {
		.live = live,
		.order = order,
		.choice = choice,
		.lines = lines,
		.columns = columns,
		.put = put,
		.data = data,
	};

	keep_within(choice, live->rows.count, room);
	screen.shown = live->rows.count < room ? live->rows.count : room;
	measure(&screen);
	put_title(&screen, words);
	put_message(&screen, words);
	put_headings(&screen);
	for (size_t i = 0; i < screen.shown; i++)
		put_row(&screen, i);
}
