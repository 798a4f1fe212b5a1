/* SPDX-License-Identifier: BSD-3-Clause */
#include "table_walk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mib/column_codec.h"

/* What the bindings of one repetition proved to be. */
enum repetition { REPETITION_ROW, REPETITION_PIECE, REPETITION_END, REPETITION_GONE, REPETITION_NONSENSE };

/* --- size of requests -------------------------------------------------------------------------- */

static const struct column *
column_of(const struct table_walk *walk, size_t place)
{
	return column_at(walk->table->columns, walk->asked[place]);
}

static const char *
name_of(const struct table_walk *walk, size_t place)
{
	return column_of(walk, place)->name;
}

/* For the names in requests, if the index has that number of octets. */
static size_t
name_octets(const struct table_walk *walk, size_t index_octets)
{
	const unsigned long last_subid = walk->table->columns->count;

	return answer_size_name(walk->entry.subids, walk->entry.length) + answer_size_name(&last_subid, 1) +
	       index_octets;
}

/*
 * The maximum that the answer has for a column in one repetition of a GETBULK: after the last row of a column comes the
 * first one of the next column, and after that of the last column whatever the agent serves next.
 */
static size_t
repeated_octets(const struct table_walk *walk, size_t place)
{
	enum { WHATEVER_OCTETS = 512 };
	const size_t rank = walk->asked[place];
	const size_t name = name_octets(walk, walk->table->index_octets);
	const size_t own = answer_size_most(column_of(walk, place), name);
	size_t next = WHATEVER_OCTETS;

	if (rank + 1 < columns_readable(walk->table->columns))
		next = answer_size_most(column_at(walk->table->columns, rank + 1), name);
	return own > next ? own : next;
}

/* How many bindings of a GETBULK's answer fit, whatever they are: whole rows, or the first columns of one. */
static size_t
bindings_that_fit(const struct table_walk *walk)
{
	size_t octets = 0, fit = 0;

	if (walk->row_octets <= walk->limits.most)
		return walk->columns * (walk->limits.most / walk->row_octets);
	while ((octets += repeated_octets(walk, fit)) <= walk->limits.most)
		fit++;
	return fit > 0 ? fit : 1;
}

/* How many columns of the row under assembly, from the first missing one on, surely fit in a GET's answer. */
static size_t
columns_that_fit(const struct table_walk *walk, size_t columns)
{
	const struct answer_limits *const limits = &walk->limits;
	const size_t room = walk->came_octets > limits->sure ? walk->came_octets : limits->sure;
	const size_t name = name_octets(walk, answer_size_name(walk->piece_index, walk->piece_index_length));
	size_t octets = 0;

	for (size_t i = 0; i < columns; i++) {
		octets += answer_size_most(column_of(walk, walk->piece_columns + i), name);
		if (octets > room)
			return i > 0 ? i : 1;
	}
	return columns;
}

/* An answer of that number of octets arrived; beyond a row's, it does not matter. */
static void
note_octets(struct table_walk *walk, const struct mib_varbind *varbinds, size_t count)
{
	size_t octets = 0;

	if (walk->came_octets >= walk->row_octets)
		return;
	for (size_t i = 0; i < count; i++)
		octets += answer_size_binding(&varbinds[i]);
	if (octets > walk->came_octets)
		walk->came_octets = octets;
}

/* --- beginning and end ------------------------------------------------------------------------- */

static void
choose_columns(struct table_walk *walk)
{
	const struct column_table *const table = walk->table->columns;

	for (size_t rank = 0; rank < columns_readable(table); rank++) {
		if (!column_is_derived(column_at(table, rank)))
			walk->asked[walk->columns++] = (uint16_t)rank;
	}
	for (size_t i = 0; i < walk->columns; i++)
		walk->row_octets += repeated_octets(walk, i);
}

bool
table_walk_init(struct table_walk *walk, const struct mib_table *table, const struct mib_oid *root,
		struct row_list *rows, size_t row_limit, size_t fixed_rows, const struct answer_limits *limits)
{
	const size_t readable = columns_readable(table->columns);

	*walk = (struct table_walk){.table = table, .rows = rows, .row_limit = row_limit, .limits = *limits};
	column_table_entry(table->columns, root, &walk->entry);
	walk->asked = calloc(readable, sizeof(*walk->asked));
	walk->served = calloc(readable, sizeof(*walk->served));
	walk->piece = calloc(1, table->columns->row_size);
	if (walk->asked && walk->served && walk->piece) {
		choose_columns(walk);
		request_size_init(&walk->size, walk->columns, fixed_rows, bindings_that_fit(walk));
		return true;
	}
	table_walk_free(walk);
	return false;
}

void
table_walk_free(struct table_walk *walk)
{
	free(walk->asked);
	free(walk->served);
	free(walk->piece);
	walk->asked = NULL;
	walk->served = NULL;
	walk->piece = NULL;
}

void
table_walk_request(const struct table_walk *walk, struct table_walk_request *request)
{
	*request = (struct table_walk_request){
		.kind = TABLE_WALK_GETBULK,
		.repetitions = request_size_rows(&walk->size),
		.ranks = walk->asked,
		.columns = request_size_columns(&walk->size),
		.index = walk->last,
		.index_length = walk->last_length,
		.probe = request_size_is_probe(&walk->size),
	};
	if (walk->piecing) {
		const size_t lacking = walk->columns - walk->piece_columns;

		request->kind = TABLE_WALK_GET;
		request->repetitions = 1;
		request->ranks = walk->asked + walk->piece_columns;
		request->columns = columns_that_fit(walk, request->columns < lacking ? request->columns : lacking);
		request->index = walk->piece_index;
		request->index_length = walk->piece_index_length;
	}
}

__attribute__((format(printf, 2, 3))) static enum table_walk_step
fail(struct table_walk *walk, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(walk->error, sizeof(walk->error), format, arguments);
	va_end(arguments);
	return TABLE_WALK_FAILED;
}

/* --- names ------------------------------------------------------------------------------------- */

static unsigned long
subid_of(const struct table_walk *walk, size_t place)
{
	return column_subid(walk->table->columns, column_of(walk, place));
}

/* Whether the binding is of any column of the table. */
static bool
is_of_table(const struct table_walk *walk, const struct mib_varbind *varbind)
{
	const size_t prefix = walk->entry.length;

	return varbind->name_length > prefix + 1 &&
	       memcmp(varbind->name, walk->entry.subids, prefix * sizeof(*varbind->name)) == 0;
}

/* The index in the name of a binding of that column, or NULL if the name is not of that column. */
static const unsigned long *
index_in(const struct table_walk *walk, size_t column, const struct mib_varbind *varbind)
{
	const size_t prefix = walk->entry.length;

	if (!is_of_table(walk, varbind) || varbind->name[prefix] != subid_of(walk, column))
		return NULL;
	return varbind->name + prefix + 1;
}

static size_t
index_length(const struct table_walk *walk, const struct mib_varbind *varbind)
{
	return varbind->name_length - walk->entry.length - 1;
}

/* Whether a name that is not of the column at least follows the one that was requested. */
static bool
comes_after(const struct table_walk *walk, size_t column, const struct mib_varbind *varbind)
{
	struct mib_oid asked = walk->entry;

	asked.subids[asked.length++] = subid_of(walk, column);
	memcpy(asked.subids + asked.length, walk->last, walk->last_length * sizeof(walk->last[0]));
	asked.length += walk->last_length;
	return mib_oid_compare(varbind->name, varbind->name_length, asked.subids, asked.length) > 0;
}

/* "ipsecSaBytesCurrent.1.4.192.0.2.1.50.256.0" */
static const char *
describe(const struct table_walk *walk, size_t column, const unsigned long *index, size_t length, char text[200])
{
	const size_t name = (size_t)snprintf(text, 200, "%s", name_of(walk, column));

	mib_oid_print(index, length, text + name, 200 - name);
	return text;
}

/* --- rows -------------------------------------------------------------------------------------- */

static void
settle(struct table_walk *walk, const unsigned long *index, size_t length)
{
	memmove(walk->last, index, length * sizeof(*index));
	walk->last_length = length;
	walk->piecing = false;
	walk->errors = 0;
}

static bool
set_column(struct table_walk *walk, void *row, size_t column, const struct mib_varbind *varbind)
{
	const struct column *const described = column_of(walk, column);
	struct column_value value;
	const char *reason = mib_varbind_value(described->syntax, varbind, &value);
	char name[200];

	if (!reason)
		reason = column_set(described, row, &value);
	if (reason) {
		fail(walk, "nonsense: the value of %s %s",
		     describe(walk, column, index_in(walk, column, varbind), index_length(walk, varbind), name),
		     reason);
		return false;
	}
	walk->served[column] = true;
	return true;
}

static bool
within_limit(struct table_walk *walk)
{
	if (walk->rows->count + walk->left_out < walk->row_limit)
		return true;
	fail(walk, "nonsense: more than %zu rows, and no end", walk->row_limit);
	return false;
}

static bool
append(struct table_walk *walk, const void *row)
{
	void *added;

	if (!within_limit(walk))
		return false;
	added = row_list_add(walk->rows);
	if (!added) {
		fail(walk, "out of memory after %zu %s", walk->rows->count, walk->table->rows);
		return false;
	}
	memcpy(added, row, walk->table->columns->row_size);
	walk->unserved = 0;
	return true;
}

/* A row whose first count columns are here. */
static enum repetition
start_row(struct table_walk *walk, const unsigned long *index, size_t length, const struct mib_varbind *varbinds,
	  size_t count)
{
	struct sa_key key;

	if (!walk->table->key(index, length, &key)) {
		char name[200];

		fail(walk, "nonsense: the index of %s is that of no %s", describe(walk, 0, index, length, name),
		     walk->table->row);
		return REPETITION_NONSENSE;
	}
	walk->table->begin(walk->piece, &key);
	for (size_t i = 0; i < count; i++) {
		if (!set_column(walk, walk->piece, i, &varbinds[i]))
			return REPETITION_NONSENSE;
	}
	if (count == walk->columns) {
		if (!append(walk, walk->piece))
			return REPETITION_NONSENSE;
		settle(walk, index, length);
		return REPETITION_ROW;
	}
	walk->piecing = true;
	walk->piece_columns = count;
	memcpy(walk->piece_index, index, length * sizeof(*index));
	walk->piece_index_length = length;
	return REPETITION_PIECE;
}

/* --- GETBULK ----------------------------------------------------------------------------------- */

/* The lowest index in the bindings of a repetition, and whether all have it. */
struct lowest {
	const unsigned long *index; /* NULL: none is in its column */
	size_t length;
	bool agreed;
};

/* A binding in its column, with this index.  False: the index does not increase. */
static bool
note_index(const struct table_walk *walk, struct lowest *lowest, bool first, const unsigned long *index, size_t length)
{
	int order = -1;

	if (lowest->index && lowest->length == length && memcmp(lowest->index, index, length * sizeof(*index)) == 0)
		return true;
	if (mib_oid_compare(index, length, walk->last, walk->last_length) <= 0)
		return false;
	lowest->agreed = lowest->agreed && first;
	if (lowest->index)
		order = mib_oid_compare(index, length, lowest->index, lowest->length);
	if (order < 0) {
		lowest->index = index;
		lowest->length = length;
	}
	return true;
}

/* A binding of a column, which must be after walk->last.  False: it is not. */
static bool
note_binding(struct table_walk *walk, struct lowest *lowest, size_t column, const struct mib_varbind *varbind)
{
	const unsigned long *const index = index_in(walk, column, varbind);
	char name[200];

	if (varbind->tag == MIB_NO_SUCH_OBJECT || varbind->tag == MIB_NO_SUCH_INSTANCE) {
		fail(walk, "nonsense: GETBULK of %s answered as if it were GET", name_of(walk, column));
		return false;
	}
	if (varbind->tag == MIB_END_OF_VIEW || (!index && comes_after(walk, column, varbind))) {
		lowest->agreed = lowest->agreed && !lowest->index;
		return true;
	}
	if (index && note_index(walk, lowest, column == 0, index, index_length(walk, varbind)))
		return true;
	fail(walk, "nonsense: out of order, %s is followed by what is not after it",
	     describe(walk, column, walk->last, walk->last_length, name));
	return false;
}

/* After the last row of the first column comes the first one of the next column, if the table has rows at all. */
static bool
has_gone(const struct table_walk *walk, const struct mib_varbind *first)
{
	return walk->last_length > 0 && (first->tag == MIB_END_OF_VIEW || !is_of_table(walk, first));
}

/* One binding of each of the first count columns, each the next after walk->last. */
static enum repetition
take_repetition(struct table_walk *walk, const struct mib_varbind *varbinds, size_t count)
{
	struct lowest lowest = {.agreed = true};

	for (size_t i = 0; i < count; i++) {
		if (!note_binding(walk, &lowest, i, &varbinds[i]))
			return REPETITION_NONSENSE;
	}
	if (!lowest.index)
		return has_gone(walk, &varbinds[0]) ? REPETITION_GONE : REPETITION_END;
	return start_row(walk, lowest.index, lowest.length, varbinds, lowest.agreed ? count : 0);
}

static enum table_walk_step
take_bulk(struct table_walk *walk, const struct mib_varbind *varbinds, size_t count)
{
	const size_t width = request_size_columns(&walk->size);
	const size_t asked = width * request_size_rows(&walk->size);
	size_t taken = 0;

	if (count > asked)
		return fail(walk, "nonsense: %zu values where at most %zu were asked for", count, asked);
	if (count == 0) {
		if (!request_size_too_big(&walk->size))
			return fail(walk, "nonsense: an answer with nothing in it");
		return TABLE_WALK_ASK;
	}
	/* A row that was cut off is requested again, unless it is all that came. */
	while (taken < count && (count - taken >= width || taken == 0)) {
		const size_t here = count - taken < width ? count - taken : width;

		switch (take_repetition(walk, varbinds + taken, here)) {
		case REPETITION_ROW:
			taken += here;
			continue;
		case REPETITION_PIECE:
			break;
		case REPETITION_END:
			return TABLE_WALK_DONE;
		case REPETITION_GONE:
			return TABLE_WALK_GONE;
		case REPETITION_NONSENSE:
			return TABLE_WALK_FAILED;
		}
		break;
	}
	if (count < asked)
		request_size_short(&walk->size, count);
	else
		request_size_whole(&walk->size);
	return TABLE_WALK_ASK;
}

/* --- GET --------------------------------------------------------------------------------------- */

static bool
is_exception(const struct mib_varbind *varbind)
{
	return varbind->tag == MIB_NO_SUCH_OBJECT || varbind->tag == MIB_NO_SUCH_INSTANCE;
}

/* A column that the agent has never sent, since it is older. */
static bool
is_of_later(const struct table_walk *walk, size_t column, const struct mib_varbind *varbind)
{
	return varbind->tag == MIB_NO_SUCH_OBJECT && mib_table_may_lack(walk->table, walk->asked[column], walk->piece);
}

/*
 * The row is incomplete: it disappeared.  But if rows lack a column that never came, the agent has no such column, or
 * does not show it to us, and leaving out all its rows would be a lie.
 */
static enum table_walk_step
leave_out(struct table_walk *walk, size_t column, uint8_t tag)
{
	enum { MOST_UNSERVED = 3 };
	const bool others_served = walk->served[column == 0 ? walk->columns - 1 : 0];

	if (!walk->served[column] && others_served && (tag == MIB_NO_SUCH_OBJECT || ++walk->unserved >= MOST_UNSERVED))
		return fail(walk,
			    "there is no %s in its %s: an ipsec-spi-agent of another version, or a view that hides it",
			    name_of(walk, column), walk->table->rows);
	/* Not only the row: nobody serves the table. */
	if (tag == MIB_NO_SUCH_OBJECT && walk->served[column])
		return TABLE_WALK_GONE;
	if (!within_limit(walk))
		return TABLE_WALK_FAILED;
	walk->left_out++;
	settle(walk, walk->piece_index, walk->piece_index_length);
	return TABLE_WALK_ASK;
}

static enum table_walk_step
take_piece(struct table_walk *walk, const struct mib_varbind *varbinds, size_t count)
{
	struct table_walk_request request;

	table_walk_request(walk, &request);
	if (count > request.columns)
		return fail(walk, "nonsense: %zu values where %zu were asked for", count, request.columns);
	if (count == 0) {
		if (!request_size_too_big(&walk->size))
			return fail(walk, "nonsense: an answer with nothing in it");
		return TABLE_WALK_ASK;
	}
	for (size_t i = 0; i < count; i++) {
		const size_t column = walk->piece_columns + i;
		const unsigned long *const index = index_in(walk, column, &varbinds[i]);

		if (!index ||
		    mib_oid_compare(index, index_length(walk, &varbinds[i]), request.index, request.index_length) != 0)
			return fail(walk, "nonsense: GET of %s answered with something else", name_of(walk, column));
		if (is_of_later(walk, column, &varbinds[i]))
			continue;
		if (is_exception(&varbinds[i]))
			return leave_out(walk, column, varbinds[i].tag);
		if (!set_column(walk, walk->piece, column, &varbinds[i]))
			return TABLE_WALK_FAILED;
	}
	walk->errors = 0;
	walk->piece_columns += count;
	if (count < request.columns)
		request_size_short(&walk->size, count);
	else if (count == request_size_columns(&walk->size))
		request_size_whole(&walk->size);
	else
		request_size_part(&walk->size);
	if (walk->piece_columns == walk->columns) {
		if (!append(walk, walk->piece))
			return TABLE_WALK_FAILED;
		settle(walk, walk->piece_index, walk->piece_index_length);
	}
	return TABLE_WALK_ASK;
}

/* --- answers ----------------------------------------------------------------------------------- */

enum table_walk_step
table_walk_answer(struct table_walk *walk, long error_status, const struct mib_varbind *varbinds, size_t count)
{
	enum { TOO_BIG = 1, MOST_ERRORS = 3 };
	enum table_walk_step step;
	char at[200];

	if (error_status == TOO_BIG) {
		if (!request_size_too_big(&walk->size))
			return fail(walk, "not even one value fits an answer (tooBig)");
		return TABLE_WALK_ASK;
	}
	if (error_status != 0) {
		if (++walk->errors < MOST_ERRORS)
			return TABLE_WALK_ASK;
		mib_oid_print(walk->last, walk->last_length, at, sizeof(at));
		return fail(walk, "it answered %s after the %s %s; see its log", mib_error_name(error_status),
			    walk->table->row, at[0] ? at + 1 : "(none yet)");
	}
	if (walk->piecing)
		step = take_piece(walk, varbinds, count);
	else
		step = take_bulk(walk, varbinds, count);
	note_octets(walk, varbinds, count);
	return step;
}

enum table_walk_step
table_walk_no_answer(struct table_walk *walk)
{
	return request_size_no_answer(&walk->size) ? TABLE_WALK_ASK : TABLE_WALK_FAILED;
}
