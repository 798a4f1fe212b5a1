/* SPDX-License-Identifier: BSD-3-Clause */
#include "saved_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No value of ours is longer; the excess of other MIBs' values is not kept. */
enum { MOST_VALUE_OCTETS = 4096 };

bool
saved_walk_init(struct saved_walk *walk, const struct mib_table *table, const struct mib_oid *root,
		struct row_list *rows, struct agent_state *state)
{
	*walk = (struct saved_walk){
		.table = table,
		.rows = rows,
		.state = state,
		.joined = {.row_size = sizeof(struct saved_walk_row)},
	};
	column_table_entry(&agent_table, root, &walk->agent);
	column_table_entry(table->columns, root, &walk->entry);
	walk->entry_length =
		mib_oid_print(walk->entry.subids, walk->entry.length, walk->entry_text, sizeof(walk->entry_text) - 1);
	walk->entry_text[walk->entry_length++] = '.';
	walk->value_room = MOST_VALUE_OCTETS;
	walk->value = malloc(walk->value_room);
	return walk->value != NULL;
}

void
saved_walk_free(struct saved_walk *walk)
{
	free(walk->value);
	row_list_free(&walk->joined);
	walk->value = NULL;
}

__attribute__((format(printf, 3, 4))) static bool
fail(struct saved_walk *walk, size_t line, const char *format, ...)
{
	va_list arguments;
	size_t used = 0;

	if (line > 0)
		used = (size_t)snprintf(walk->error, sizeof(walk->error), "line %zu: ", line);
	va_start(arguments, format);
	vsnprintf(walk->error + used, sizeof(walk->error) - used, format, arguments);
	va_end(arguments);
	return false;
}

static size_t
columns_of(const struct saved_walk *walk)
{
	return columns_readable(walk->table->columns);
}

static const char *
name_of(const struct saved_walk *walk, size_t column)
{
	return column_at(walk->table->columns, column)->name;
}

static unsigned long
first_subid(const struct saved_walk *walk)
{
	return walk->table->columns->index_columns + 1;
}

/* --- the join ---------------------------------------------------------------------------------- */

static int
compare_keys(const struct sa_key *a, const struct sa_key *b)
{
	return memcmp(a->octets, b->octets, sizeof(a->octets));
}

static struct saved_walk_row *
joined_at(const struct saved_walk *walk, size_t rank)
{
	return row_list_at(&walk->joined, rank);
}

/* The first column creates the rows.  False: no memory. */
static bool
add_row(struct saved_walk *walk, size_t *rank)
{
	struct saved_walk_row *const joined = row_list_add(&walk->joined);
	void *const row = joined ? row_list_add(walk->rows) : NULL;

	if (!row)
		return false;
	*joined = (struct saved_walk_row){walk->pending_key, 0};
	walk->table->begin(row, &walk->pending_key);
	*rank = walk->cursor++;
	return true;
}

/* The row of the pending value in a later column, which is at or after the cursor; false: it was created meanwhile. */
static bool
find_row(struct saved_walk *walk, size_t *rank)
{
	for (; walk->cursor < walk->rows->count; walk->cursor++) {
		const int order = compare_keys(&joined_at(walk, walk->cursor)->key, &walk->pending_key);

		if (order > 0)
			return false;
		*rank = walk->cursor;
		if (order == 0) {
			walk->cursor++;
			return true;
		}
	}
	return false;
}

/* --- the pending value ------------------------------------------------------------------------- */

static bool
take_scalar(struct saved_walk *walk)
{
	const struct column *const scalar = column_at(&agent_table, walk->pending_number);
	struct walk_value value;
	const char *reason = walk_value_read(walk->value, walk->value_length, scalar->syntax, scalar->units, 0,
					     &walk->style, &value);

	if (!reason)
		reason = agent_state_set(walk->state, walk->pending_number, &value.value);
	if (reason)
		return fail(walk, walk->pending_line, "the value of %s %s", scalar->name, reason);
	return true;
}

static bool
take_value(struct saved_walk *walk, const struct column *column, void *row)
{
	struct walk_value value;
	const char *reason = walk_value_read(walk->value, walk->value_length, column->syntax, column->units,
					     column_octets(column, row), &walk->style, &value);

	if (!reason)
		reason = column_set(column, row, &value.value);
	if (reason)
		return fail(walk, walk->pending_line, "the value of %s %s", column->name, reason);
	if (walk->style.dots_seen && walk->dots_line == 0)
		walk->dots_line = walk->pending_line;
	return true;
}

static bool
take_column(struct saved_walk *walk)
{
	const struct column *const column = column_at(walk->table->columns, walk->pending_number);
	struct saved_walk_row *joined;
	size_t rank;

	if (walk->pending_number == 0) {
		if (!add_row(walk, &rank))
			return fail(walk, walk->pending_line, "out of memory after %zu %s", walk->rows->count,
				    walk->table->rows);
	} else if (!find_row(walk, &rank)) {
		walk->came += walk->pending_number + 1 == columns_of(walk);
		return true;
	}
	joined = joined_at(walk, rank);
	if (joined->columns != walk->pending_number)
		return fail(walk, walk->pending_line, "%s of a row that has no %s before it", column->name,
			    name_of(walk, joined->columns));
	joined->columns++;
	return take_value(walk, column, row_list_at(walk->rows, rank));
}

static bool
finish_pending(struct saved_walk *walk)
{
	const enum saved_walk_pending pending = walk->pending;

	walk->pending = WALK_PENDING_NONE;
	switch (pending) {
	case WALK_PENDING_SCALAR:
		return take_scalar(walk);
	case WALK_PENDING_COLUMN:
		return take_column(walk);
	default:
		return true;
	}
}

/* Our values may not be longer than the room; the excess of others is ignored. */
static bool
add_to_value(struct saved_walk *walk, const char *text, size_t length)
{
	if (length > walk->value_room - walk->value_length) {
		if (walk->pending != WALK_PENDING_FOREIGN)
			return fail(walk, walk->pending_line, "a value that is too long");
		length = walk->value_room - walk->value_length;
	}
	memcpy(walk->value + walk->value_length, text, length);
	walk->value_length += length;
	return true;
}

static bool
add_line(struct saved_walk *walk, const char *line, size_t length)
{
	return add_to_value(walk, "\n", 1) && add_to_value(walk, line, length);
}

/* --- variable bindings ------------------------------------------------------------------------- */

static bool
begins_with(const char *text, size_t length, const char *word)
{
	const size_t octets = strlen(word);

	return length >= octets && memcmp(text, word, octets) == 0;
}

static bool
is_prefix(const struct mib_oid *prefix, const struct mib_oid *name)
{
	return name->length >= prefix->length &&
	       memcmp(prefix->subids, name->subids, prefix->length * sizeof(prefix->subids[0])) == 0;
}

/* The known prefix of the line's name, up to and without a ".", which it returns; NULL if it is not known. */
static const char *
read_beginning(const struct saved_walk *walk, const char *line, size_t length, struct mib_oid *name)
{
	/* As in nearly all lines of a walk. */
	if (length >= walk->entry_length && memcmp(line, walk->entry_text, walk->entry_length) == 0) {
		name->length = walk->entry.length;
		memcpy(name->subids, walk->entry.subids, name->length * sizeof(name->subids[0]));
		return line + walk->entry_length - 1;
	}
	name->length = 0;
	if (*line == '.')
		return line;
	name->subids[name->length++] = 1;
	if (begins_with(line, length, "1.3.6."))
		return line + strlen("1");
	return begins_with(line, length, "iso.") ? line + strlen("iso") : NULL;
}

/*
 * Parses the name at the beginning of the line: ".1.3.6", "1.3.6" or "iso.3.6", which is how it is spelt without any
 * MIB.  Returns where its value begins, or NULL if the line is not a variable binding.
 */
static const char *
read_name(const struct saved_walk *walk, const char *line, size_t length, struct mib_oid *name)
{
	const char *const end = line + length;
	const char *at = read_beginning(walk, line, length, name);

	if (at)
		at = mib_oid_append(name, at, end);
	if (!at || (at < end && *at != ' '))
		return NULL;
	if (begins_with(at, (size_t)(end - at), " = "))
		return at + 3;
	if (begins_with(at, (size_t)(end - at), " =") && end - at == 2)
		return at + 2;
	return at < end ? at + 1 : at;
}

/* "No Such Object available on this agent at this OID" and the like are not values. */
static bool
take_exception(struct saved_walk *walk, const struct mib_oid *name, const char *value, size_t length, bool *taken)
{
	*taken = true;
	walk->pending = WALK_PENDING_NONE;
	if (begins_with(value, length, "No more variables left in this MIB View")) {
		walk->beyond_table = true;
		return true;
	}
	if (begins_with(value, length, "No Such Object available") ||
	    begins_with(value, length, "No Such Instance currently exists")) {
		if (is_prefix(&walk->entry, name) && name->length > walk->entry.length + 1)
			return fail(walk, walk->line, "a row that was gone when it was asked for, instead of a value");
		walk->nothing_there = true;
		return true;
	}
	*taken = false;
	return true;
}

static bool
begin_column(struct saved_walk *walk, const struct mib_oid *name)
{
	const size_t prefix = walk->entry.length + 1;
	const unsigned long subid = name->subids[walk->entry.length];
	int order = 1;

	if (subid >= first_subid(walk) + columns_of(walk)) {
		walk->beyond_table = true; /* a column of a later version of the agent */
		walk->pending = WALK_PENDING_FOREIGN;
		return true;
	}
	if (subid < first_subid(walk) ||
	    !walk->table->key(name->subids + prefix, name->length - prefix, &walk->pending_key))
		return fail(walk, walk->line, "an object that %s cannot have", walk->table->columns->name);
	walk->pending = WALK_PENDING_COLUMN;
	walk->pending_number = subid - first_subid(walk);
	if (walk->in_table && walk->pending_number == walk->column)
		order = compare_keys(&walk->pending_key, &walk->last_key);
	if (walk->in_table && (walk->pending_number < walk->column || order <= 0))
		return fail(walk, walk->line, "out of order; check that the file has one walk only");
	if (walk->pending_number != walk->column)
		walk->cursor = 0;
	walk->column = walk->pending_number;
	walk->last_key = walk->pending_key;
	walk->in_table = true;
	return true;
}

static bool
begin_binding(struct saved_walk *walk, const struct mib_oid *name, const char *value, size_t length)
{
	bool is_exception;

	if (!take_exception(walk, name, value, length, &is_exception) || is_exception)
		return walk->error[0] == '\0';
	walk->pending = WALK_PENDING_FOREIGN;
	walk->pending_line = walk->line;
	walk->value_length = 0;
	if (is_prefix(&walk->entry, name) && name->length > walk->entry.length + 1) {
		if (!begin_column(walk, name))
			return false;
	} else if (is_prefix(&walk->agent, name) && name->length == walk->agent.length + 2 &&
		   name->subids[walk->agent.length + 1] == 0 && name->subids[walk->agent.length] >= 1 &&
		   name->subids[walk->agent.length] <= agent_table.count) {
		walk->pending = WALK_PENDING_SCALAR;
		walk->pending_number = name->subids[walk->agent.length] - 1;
	} else if (walk->in_table &&
		   mib_oid_compare(name->subids, name->length, walk->entry.subids, walk->entry.length) > 0) {
		walk->beyond_table = true;
	}
	walk->quote_open = walk_value_opens_quote(value, length);
	return add_to_value(walk, value, length);
}

/* --- lines ------------------------------------------------------------------------------------- */

/* What snmpwalk and snmpbulkwalk print at their end, apart from variable bindings. */
static bool
is_trailer(const char *line, size_t length)
{
	return begins_with(line, length, "Variables found: ") || begins_with(line, length, "Total traversal time") ||
	       begins_with(line, length, "End of MIB");
}

static bool
refuse_line(struct saved_walk *walk, const char *line, size_t length)
{
	char shown[41];
	size_t count = 0;

	for (; count < length && count < sizeof(shown) - 1; count++)
		shown[count] = line[count] >= ' ' && line[count] <= '~' ? line[count] : '?';
	shown[count] = '\0';
	return fail(walk, walk->line,
		    "\"%s%s\" does not begin with an object in numbers; save the walk with snmpbulkwalk -On", shown,
		    count < length ? "..." : "");
}

static bool
continue_quote(struct saved_walk *walk, const char *line, size_t length)
{
	if (walk->crlf && walk->pending != WALK_PENDING_FOREIGN)
		return fail(walk, walk->line, "a value over two lines, in a file whose lines end in CR LF");
	if (walk_value_closes_quote(line, length))
		walk->quote_open = false;
	return add_line(walk, line, length);
}

bool
saved_walk_line(struct saved_walk *walk, const char *line, size_t length)
{
	const bool in_hex = (walk->pending == WALK_PENDING_SCALAR || walk->pending == WALK_PENDING_COLUMN) &&
			    walk_value_is_hex(walk->value, walk->value_length);
	struct mib_oid name;
	const char *value;

	walk->line++;
	if (walk->line == 1 && length > 0 && line[length - 1] == '\r')
		walk->crlf = true;
	if (walk->crlf && length > 0 && line[length - 1] == '\r')
		length--;
	if (walk->quote_open)
		return continue_quote(walk, line, length);
	if (in_hex && walk_value_in_brackets(walk->value, walk->value_length))
		return add_line(walk, line, length);
	if (length == 0)
		return true;
	value = read_name(walk, line, length, &name);
	if (value)
		return finish_pending(walk) && begin_binding(walk, &name, value, length - (size_t)(value - line));
	if (is_trailer(line, length)) {
		walk->beyond_table = walk->in_table;
		return finish_pending(walk);
	}
	if (walk->pending == WALK_PENDING_FOREIGN)
		return true;
	if (in_hex)
		return add_line(walk, line, length);
	return refuse_line(walk, line, length);
}

/* --- the end ----------------------------------------------------------------------------------- */

/* Whether the file contains anything about our table, even if only that it is empty. */
static bool
has_table(struct saved_walk *walk)
{
	uint64_t count = 0;
	const bool known = agent_state_number(walk->state, walk->table->count_field, &count);

	if (walk->line == 0)
		return fail(walk, walk->line, "the file is empty");
	if (walk->in_table || (known && count == 0))
		return true;
	if (known)
		return fail(walk, walk->line, "the file ends before %s, which had %llu %s", walk->table->columns->name,
			    (unsigned long long)count, walk->table->rows);
	if (walk->nothing_there)
		return fail(walk, walk->line, "the agent had no such object; check that ipsec-spi-agent ran there");
	return fail(walk, walk->line, "there is nothing of IPSEC-SPI-MIB in the file");
}

/* Whether an incomplete row disappeared during the walk, rather than being cut off at the file's end. */
static bool
is_gone(const struct saved_walk *walk, const struct saved_walk_row *row)
{
	return walk->beyond_table || (row->columns + 1 < walk->width || compare_keys(&row->key, &walk->last_key) <= 0);
}

/*
 * Whether the agent of this walk is older and lacks the columns after the last one that is there.  If the file may be
 * cut off there, the rows must show that themselves.
 */
static bool
are_of_later(const struct saved_walk *walk)
{
	for (size_t column = walk->column + 1; column < columns_of(walk); column++) {
		const bool rows_say_so = mib_table_rows_show(walk->table, column);

		if (!mib_table_is_later(walk->table, column) || (!rows_say_so && !walk->beyond_table))
			return false;
		for (size_t i = 0; i < walk->rows->count; i++) {
			if (!mib_table_may_lack(walk->table, column, row_list_at(walk->rows, i)))
				return false;
		}
	}
	return true;
}

static bool
check_rows(struct saved_walk *walk)
{
	const char *last;

	walk->width = are_of_later(walk) ? walk->column + 1 : columns_of(walk);
	last = name_of(walk, walk->width - 1);
	if (walk->column + 1 < walk->width && walk->beyond_table)
		return fail(walk, walk->line,
			    "there is no %s in its %s: an ipsec-spi-agent of another version, or not all columns",
			    name_of(walk, walk->column + 1), walk->table->rows);
	if (walk->column + 1 < walk->width)
		return fail(walk, walk->line, "the file ends in mid-table: %s is the last column that is there, not %s",
			    name_of(walk, walk->column), last);
	for (size_t i = 0; i < walk->rows->count; i++) {
		const struct saved_walk_row *const row = joined_at(walk, i);

		if (row->columns < walk->width && !is_gone(walk, row))
			return fail(walk, walk->line, "the file ends in mid-table: %s is not there for all %s", last,
				    walk->table->rows);
	}
	return true;
}

static void
leave_out_incomplete(struct saved_walk *walk)
{
	const size_t count = walk->rows->count;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (joined_at(walk, i)->columns != walk->width)
			continue;
		if (kept != i)
			memcpy(row_list_at(walk->rows, kept), row_list_at(walk->rows, i),
			       walk->table->columns->row_size);
		kept++;
	}
	walk->went = count - kept;
	walk->rows->count = kept;
}

bool
saved_walk_end(struct saved_walk *walk, bool whole)
{
	if (!whole)
		return fail(walk, walk->line + 1, "the file ends in mid-line");
	if (walk->quote_open)
		return fail(walk, walk->pending_line, "a quoted value that never ends");
	if (!finish_pending(walk) || !has_table(walk))
		return false;
	if (walk->dots_line && !walk->style.hex_seen)
		return fail(walk, walk->dots_line,
			    "octets as text, as -Oa prints them, are ambiguous; save the walk with -On only");
	if (!walk->in_table)
		return true;
	if (!check_rows(walk))
		return false;
	leave_out_incomplete(walk);
	return true;
}
