/* SPDX-License-Identifier: BSD-3-Clause */
#include "state_keeper.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <stdlib.h>
#include <string.h>

#include "base/row_list.h"
#include "serve/settings.h"
#include "snmp/timer.h"
#include "snmp/turn.h"
#include "state/state_file.h"
#include "state/state_tables.h"
#include "state/state_text.h"

enum { GATHER_US = 1000000, RETRY_US = 60000000, ROWS_A_TURN = 300 };

struct kept {
	char context[TUNNEL_CONTEXT_SIZE];
	struct tunnel_numbers *numbers;
};

struct state_keeper {
	struct state_file *file;
	struct row_list others; /* of struct state_tunnel: what the file had of contexts that are not served */
	struct kept all[SETTINGS_NAMESPACES_MAX];
	size_t count;

	struct timer timer;
	struct turn turn;
	bool scheduled, changed;
	/* Of the writing under way: the list, which is .others after .all, and the row in it that comes next. */
	size_t list, rank;
	char error[ERROR_LINE_SIZE]; /* logged last; empty: all is well */
};

static const struct column_table *const tables[] = {&state_tunnel_table};

/* Said once, until it is another or all was well between. */
static void
complain(struct state_keeper *keeper, const char *error)
{
	if (strcmp(keeper->error, error) == 0)
		return;
	strcpy(keeper->error, error);
	snmp_log(LOG_WARNING, "cannot keep state: %s; a restart may give tunnels other indexes\n", error);
}

/* --- writing ----------------------------------------------------------------------------------- */

/* The next row, in *row where it is not one of the others; NULL: there is none. */
static const struct state_tunnel *
next_row(struct state_keeper *keeper, struct state_tunnel *row)
{
	const struct kept *kept;

	while (keeper->list < keeper->count &&
	       keeper->rank >= tunnel_numbers_count(keeper->all[keeper->list].numbers)) {
		keeper->list++;
		keeper->rank = 0;
	}
	if (keeper->list == keeper->count)
		return keeper->rank < keeper->others.count ? row_list_at(&keeper->others, keeper->rank++) : NULL;
	kept = &keeper->all[keeper->list];
	memcpy(row->context, kept->context, sizeof(row->context));
	row->number = *tunnel_numbers_at(kept->numbers, keeper->rank++);
	return row;
}

static bool
begin(struct state_keeper *keeper)
{
	char line[STATE_LINE_SIZE], error[ERROR_LINE_SIZE];

	keeper->list = keeper->rank = 0;
	keeper->changed = false;
	if (!state_file_begin(keeper->file, error)) {
		complain(keeper, error);
		return false;
	}
	state_file_put(keeper->file, line, state_print_table(&state_tunnel_table, line));
	return true;
}

/* True when all is written. */
static bool
write_some(struct state_keeper *keeper, size_t budget)
{
	const struct state_tunnel *row = NULL;
	struct state_tunnel room;
	char line[STATE_LINE_SIZE];

	while (budget-- > 0 && (row = next_row(keeper, &room)))
		state_file_put(keeper->file, line, state_print_row(&state_tunnel_table, row, line));
	return !row;
}

static bool
end(struct state_keeper *keeper, bool durable)
{
	char error[ERROR_LINE_SIZE];

	if (!state_file_commit(keeper->file, durable, error)) {
		complain(keeper, error);
		return false;
	}
	if (keeper->error[0] != '\0')
		snmp_log(LOG_NOTICE, "state is kept again\n");
	keeper->error[0] = '\0';
	return true;
}

static void
schedule(struct state_keeper *keeper, uint64_t after_us)
{
	keeper->scheduled = true;
	timer_set(&keeper->timer, after_us);
}

static void
on_turn(void *data)
{
	struct state_keeper *const keeper = data;

	if (!write_some(keeper, ROWS_A_TURN)) {
		turn_ask(&keeper->turn);
		return;
	}
	keeper->scheduled = false;
	if (!end(keeper, false))
		schedule(keeper, RETRY_US);
	else if (keeper->changed)
		schedule(keeper, GATHER_US);
}

static void
on_time(void *data)
{
	struct state_keeper *const keeper = data;

	if (begin(keeper))
		turn_ask(&keeper->turn);
	else
		schedule(keeper, RETRY_US);
}

static void
on_change(void *data)
{
	struct state_keeper *const keeper = data;

	keeper->changed = true;
	if (!keeper->scheduled)
		schedule(keeper, GATHER_US);
}

/* --- reading ----------------------------------------------------------------------------------- */

static const char *
take_row(void *data, const struct column_table *table, const void *row)
{
	const struct state_tunnel *const tunnel = row;
	struct state_keeper *const keeper = data;
	struct state_tunnel *added;

	(void)table;
	if (tunnel->number.index == 0)
		return "has a tunnel without an index";
	added = row_list_add(&keeper->others);
	if (!added)
		return "does not fit into memory";
	*added = *tunnel;
	return NULL;
}

/* What is wrong with it is put aside, and the agent begins anew. */
static void
read_state(struct state_keeper *keeper)
{
	const struct state_reader reader = {tables, sizeof(tables) / sizeof(tables[0]), take_row, keeper};
	char *text, error[ERROR_LINE_SIZE];
	const char *wrong;
	size_t length, line;

	if (!state_file_read(keeper->file, &text, &length, error)) {
		complain(keeper, error);
		return;
	}
	if (!text)
		return;
	wrong = state_read(&reader, text, length, &line);
	free(text);
	if (!wrong)
		return;
	state_file_set_aside(keeper->file);
	row_list_free(&keeper->others);
	snmp_log(LOG_WARNING,
		 "the state file %s (line %zu): it was renamed to state.bad, and tunnels get new indexes\n", wrong,
		 line);
}

struct state_keeper *
state_keeper_open(const struct state_directory *directory)
{
	struct state_keeper *const keeper = directory ? calloc(1, sizeof(*keeper)) : NULL;

	if (!keeper)
		return NULL;
	keeper->others.row_size = sizeof(struct state_tunnel);
	keeper->timer = (struct timer){.on_time = on_time, .data = keeper};
	keeper->turn = (struct turn){.take = on_turn, .data = keeper};
	keeper->file = state_file_new(directory, "state");
	if (!keeper->file) {
		complain(keeper, "out of memory");
		free(keeper);
		return NULL;
	}
	read_state(keeper);
	return keeper;
}

void
state_keeper_add(struct state_keeper *keeper, const char *context, struct tunnel_numbers *numbers)
{
	struct row_list *const others = keeper ? &keeper->others : NULL;
	size_t kept = 0;

	if (!keeper)
		return;
	for (size_t i = 0; i < others->count; i++) {
		const struct state_tunnel *const row = row_list_at(others, i);

		if (strcmp(row->context, context) == 0)
			tunnel_numbers_restore(numbers, &row->number);
		else
			memmove(row_list_at(others, kept++), row, sizeof(*row));
	}
	others->count = kept;
	keeper->all[keeper->count].numbers = numbers;
	strncpy(keeper->all[keeper->count].context, context, TUNNEL_CONTEXT_SIZE - 1);
	keeper->count++;
	tunnel_numbers_listen(numbers, on_change, keeper);
}

void
state_keeper_close(struct state_keeper *keeper)
{
	if (!keeper)
		return;
	timer_cancel(&keeper->timer);
	turn_cancel(&keeper->turn);
	if (keeper->scheduled && begin(keeper) && write_some(keeper, SIZE_MAX))
		end(keeper, true);
	for (size_t i = 0; i < keeper->count; i++)
		tunnel_numbers_listen(keeper->all[i].numbers, NULL, NULL);
	state_file_free(keeper->file);
	row_list_free(&keeper->others);
	free(keeper);
}
