/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_TABLE_H
#define FAKE_TABLE_H

/* An agent in memory that answers the requests of a table walk, correctly or not. */

#include "random_sa.h"
#include "mib2text/table_walk.h"

enum { FAKE_MOST_BINDINGS = 33 * 128 };

struct fake_table {
	const struct sa *rows;
	size_t count;
	size_t cut_at;	   /* maximum number of bindings in an answer; 0: no limit */
	size_t too_big_at; /* with more of them the answer is tooBig; 0: no limit */
	size_t requests;
	/* Whether a row has this column at this moment; NULL: always. */
	bool (*shows)(const struct fake_table *table, size_t row, size_t column);

	struct mib_oid entry;
	struct mib_varbind bindings[FAKE_MOST_BINDINGS];
	size_t bindings_count;
	struct mib_oid names[FAKE_MOST_BINDINGS];
	struct column_value values[FAKE_MOST_BINDINGS];
};

static inline bool
fake_shows(const struct fake_table *table, size_t row, size_t column)
{
	return !table->shows || table->shows(table, row, column);
}

static inline void
fake_index(const struct sa *sa, struct mib_oid *name)
{
	struct sa_key key;

	sa_key_make(&key, &sa->said);
	name->length += sa_key_to_oid(&key, name->subids + name->length);
}

static inline void
fake_name(const struct fake_table *table, size_t column, const unsigned long *index, size_t length,
	  struct mib_oid *name)
{
	*name = table->entry;
	name->subids[name->length++] = column_subid(&sa_table, column_at(&sa_table, column));
	for (size_t i = 0; i < length; i++)
		name->subids[name->length++] = index[i];
}

/* Adds a binding of that name and tag, whose value comes from the row if there is one. */
static inline void
fake_bind(struct fake_table *table, const struct mib_oid *name, const struct sa *sa, size_t column, uint8_t tag)
{
	static const uint8_t tags[] = {
		[COLUMN_OCTETS] = MIB_OCTET_STRING,   [COLUMN_INTEGER32] = MIB_INTEGER,
		[COLUMN_UNSIGNED32] = MIB_UNSIGNED32, [COLUMN_COUNTER32] = MIB_COUNTER32,
		[COLUMN_COUNTER64] = MIB_COUNTER64,
	};
	const size_t at = table->bindings_count++;
	struct mib_varbind *const binding = &table->bindings[at];
	struct column_value *const value = &table->values[at];

	assert_true(at < FAKE_MOST_BINDINGS);
	table->names[at] = *name;
	*binding = (struct mib_varbind){.name = table->names[at].subids, .name_length = name->length, .tag = tag};
	if (!sa)
		return;
	binding->tag = tags[column_at(&sa_table, column)->syntax->type];
	column_get(column_at(&sa_table, column), sa, value);
	if (column_at(&sa_table, column)->syntax->type == COLUMN_OCTETS) {
		binding->octets = value->octets;
		binding->length = value->length;
	} else {
		binding->number = value->number;
	}
}

/* The next instance after name, in that column or, if necessary, a later one, or the end. */
static inline void
fake_next(struct fake_table *table, size_t column, const struct mib_oid *name)
{
	for (; column < columns_readable(&sa_table); column++) {
		for (size_t row = 0; row < table->count; row++) {
			struct mib_oid next;

			fake_name(table, column, NULL, 0, &next);
			fake_index(&table->rows[row], &next);
			if (mib_oid_compare(next.subids, next.length, name->subids, name->length) > 0 &&
			    fake_shows(table, row, column)) {
				fake_bind(table, &next, &table->rows[row], column, 0);
				return;
			}
		}
	}
	fake_bind(table, name, NULL, 0, MIB_END_OF_VIEW);
}

/* A column that no row has does not exist. */
static inline void
fake_get(struct fake_table *table, size_t column, const struct mib_oid *name)
{
	uint8_t tag = MIB_NO_SUCH_OBJECT;

	for (size_t row = 0; row < table->count; row++) {
		struct mib_oid own;

		fake_name(table, column, NULL, 0, &own);
		fake_index(&table->rows[row], &own);
		if (mib_oid_compare(own.subids, own.length, name->subids, name->length) == 0 &&
		    fake_shows(table, row, column)) {
			fake_bind(table, name, &table->rows[row], column, 0);
			return;
		}
		if (fake_shows(table, row, column))
			tag = MIB_NO_SUCH_INSTANCE;
	}
	fake_bind(table, name, NULL, 0, tag);
}

/* Builds the bindings that answer the request, in table->bindings. */
static inline void
fake_bindings(struct fake_table *table, const struct table_walk_request *request)
{
	const size_t asked = request->repetitions * request->columns;

	table->bindings_count = 0;
	for (size_t i = 0; i < asked && (!table->cut_at || i < table->cut_at); i++) {
		const size_t column = request->ranks[i % request->columns];
		struct mib_oid name;

		fake_name(table, column, request->index, request->index_length, &name);
		if (request->kind == TABLE_WALK_GET)
			fake_get(table, column, &name);
		else if (i < request->columns)
			fake_next(table, column, &name);
		else
			fake_next(table, column, &table->names[i - request->columns]);
	}
}

/* Answers the walk's present request and returns what the walk makes of it. */
static inline enum table_walk_step
fake_answer(struct fake_table *table, struct table_walk *walk)
{
	struct table_walk_request request;

	table_walk_request(walk, &request);
	table->requests++;
	table->entry = walk->entry;
	if (table->too_big_at && request.repetitions * request.columns > table->too_big_at)
		return table_walk_answer(walk, 1, NULL, 0);
	fake_bindings(table, &request);
	return table_walk_answer(walk, 0, table->bindings, table->bindings_count);
}

#endif
