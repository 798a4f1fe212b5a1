/* SPDX-License-Identifier: BSD-3-Clause */
#include "random_sa.h"
#include "sa/snapshot.h"

/* Reads that follow each other are compared with what a plain sort makes of the same SAs. */

enum { MOST = 3000 };

/* A read, as the source gives it. */
struct read {
	struct sa sas[MOST];
	size_t count;
};

static struct sa
sa_numbered(unsigned number)
{
	struct sa sa = {.said = {.dst = {.type = SA_ADDRESS_IPV4, .octets = {192, 0, 2, (uint8_t)(number % 5)}},
				 .protocol = number % 3 ? SA_PROTOCOL_ESP : SA_PROTOCOL_AH,
				 .spi = number * 2654435761u,
				 .qualifier = number % 4},
			.life = {[SA_LIFE_BYTES] = {.current = number}}};

	return sa;
}

static void
add_to(struct read *read, struct sa sa)
{
	assert_true(read->count < MOST);
	sa.position = (uint32_t)read->count;
	read->sas[read->count++] = sa;
}

static struct snapshot *
snapshot_of(struct snapshot *snapshot, const struct read *read, const struct snapshot *like, size_t budget)
{
	snapshot_begin(snapshot, like);
	for (size_t i = 0; i < read->count; i++)
		assert_int_equal(snapshot_add(snapshot, &read->sas[i]), 0);
	while (!snapshot_sort_step(snapshot, budget))
		;
	return snapshot;
}

static int
compare_sas(const void *a, const void *b)
{
	const struct sa *const left = a, *const right = b;
	struct sa_key left_key, right_key;
	int order;

	sa_key_make(&left_key, &left->said);
	sa_key_make(&right_key, &right->said);
	order = memcmp(&left_key, &right_key, sizeof(left_key));
	return order ? order : (left->position > right->position) - (left->position < right->position);
}

static bool
same_but_for_qualifier(const struct sa_said *a, struct sa_said b)
{
	b.qualifier = a->qualifier;
	return memcmp(a, &b, sizeof(b)) == 0;
}

/* The rule of snapshot_sort_step(), word for word; returns how many rows there are. */
static size_t
sort_plainly(struct read *read, size_t *collisions)
{
	size_t rows = 0;

	*collisions = 0;
	qsort(read->sas, read->count, sizeof(read->sas[0]), compare_sas);
	for (size_t i = 0; i < read->count; i++) {
		struct sa sa = read->sas[i];

		if (rows > 0 && same_but_for_qualifier(&sa.said, read->sas[rows - 1].said) &&
		    sa.said.qualifier <= read->sas[rows - 1].said.qualifier) {
			++*collisions;
			if (read->sas[rows - 1].said.qualifier == UINT32_MAX)
				continue;
			sa.said.qualifier = read->sas[rows - 1].said.qualifier + 1;
		}
		read->sas[rows++] = sa;
	}
	return rows;
}

static void
assert_sorted(const struct snapshot *snapshot, const struct read *read)
{
	static struct read sorted;
	size_t collisions, rows;

	sorted = *read;
	rows = sort_plainly(&sorted, &collisions);
	assert_int_equal(snapshot_count(snapshot), rows);
	assert_int_equal(snapshot_counts(snapshot)->total, read->count);
	assert_int_equal(snapshot_counts(snapshot)->collisions, collisions);
	for (size_t rank = 0; rank < rows; rank++) {
		unsigned long subids[SA_INDEX_MAX_SUBIDS];
		const size_t count = sa_key_to_oid(snapshot_key_at(snapshot, rank), subids);
		struct sa sa;
		bool exact;

		snapshot_at(snapshot, rank, &sa);
		assert_same_sa(&sa, &sorted.sas[rank]);
		assert_int_equal(snapshot_seek(snapshot, subids, count, 0, &exact), rank);
		assert_true(exact);
	}
}

/* --- the tests --------------------------------------------------------------------------------- */

/* What hardly any SA has; such SAs are stored in another way. */
static void
forget_what_is_seldom(struct sa *sa)
{
	for (size_t i = 0; i < sa_table.count; i++) {
		const struct column *const column = &sa_table.columns[i];

		if (column->attribute >= 0 && !(SA_ATTR_BIT(column->attribute) & SA_ATTRS_COMMON))
			forget_column(column, sa);
	}
	sa->reported &= SA_ATTRS_COMMON;
	sa->iv_octets = 0;
}

static void
keeps_every_field(void **state)
{
	struct snapshot *snapshot = snapshot_new();
	const size_t count = 2000;
	struct sa *const rows = random_table(count);

	(void)state;
	assert_non_null(snapshot);
	for (size_t i = 0; i < count; i += 2)
		forget_what_is_seldom(&rows[i]);
	snapshot_begin(snapshot, NULL);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(snapshot_add(snapshot, &rows[i]), 0);
	while (!snapshot_sort_step(snapshot, 1000))
		;
	for (size_t i = 0; i < count; i++) {
		struct sa sa;

		rows[i].position = (uint32_t)i;
		assert_non_null(snapshot_in_order(snapshot, i, &sa));
		assert_same_sa(&sa, &rows[i]);
	}
	free(rows);
	snapshot_free(snapshot);
}

static void
has_an_end(void **state)
{
	struct snapshot *snapshot = snapshot_new();
	static struct read read;
	const struct sa sa = sa_numbered(7);
	struct sa got;
	bool exact;

	(void)state;
	snapshot_of(snapshot, &read, NULL, 10);
	assert_int_equal(snapshot_count(snapshot), 0);
	assert_int_equal(snapshot_seek(snapshot, (const unsigned long[]){1}, 1, 0, &exact), 0);
	assert_false(exact);
	add_to(&read, sa);
	snapshot_of(snapshot, &read, NULL, 10);
	assert_int_equal(snapshot_positions(snapshot), 1);
	assert_ptr_equal(snapshot_in_order(snapshot, 0, &got), snapshot_key_at(snapshot, 0));
	assert_int_equal(snapshot_seek(snapshot, (const unsigned long[]){2}, 1, 0, &exact), 1);
	snapshot_free(snapshot);
}

/* SAs go, come, and change places between two reads; some share an index. */
static void
make_next(struct read *next, const struct read *before, unsigned *numbers)
{
	const unsigned churn = random_below(4) == 0 ? 2 : 20 + random_below(200);

	next->count = 0;
	for (size_t i = 0; i < before->count; i++) {
		const unsigned what = random_below(churn);

		if (what == 0 && next->count < MOST - 3)
			add_to(next, sa_numbered((*numbers)++));
		if (what != 1 && next->count < MOST - 2)
			add_to(next, before->sas[i]);
		if (what == 2 && random_below(2))
			add_to(next, before->sas[random_below((unsigned)before->count)]);
	}
	while (random_below(5) && next->count < MOST)
		add_to(next, sa_numbered((*numbers)++));
}

static void
sorts_whatever_was_there_before(void **state)
{
	struct snapshot *current = snapshot_new(), *next = snapshot_new();
	static struct read reads[2];
	unsigned numbers = 0;

	(void)state;
	while (numbers < 500)
		add_to(&reads[0], sa_numbered(numbers++));
	snapshot_of(current, &reads[0], NULL, 100);
	assert_sorted(current, &reads[0]);
	for (unsigned round = 1; round < 200; round++) {
		const struct read *const read = &reads[round % 2];
		struct snapshot *const old = current;

		make_next(&reads[round % 2], &reads[(round + 1) % 2], &numbers);
		snapshot_of(next, read, current, 1 + random_below(2000));
		assert_sorted(next, read);
		current = next;
		next = old;
	}
	snapshot_free(current);
	snapshot_free(next);
}

static void
raises_qualifiers_in_the_sources_order(void **state)
{
	static const uint32_t given[] = {5, 5, 6, 5, UINT32_MAX, UINT32_MAX, 0};
	static const uint32_t kept[] = {0, 5, 6, 7, 8, UINT32_MAX}; /* and one is left out */
	struct snapshot *first = snapshot_new(), *second = snapshot_new();
	static struct read read;
	struct sa sa = sa_numbered(1);

	(void)state;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		sa.said.qualifier = given[i];
		add_to(&read, sa);
	}
	snapshot_of(first, &read, NULL, 100);
	snapshot_of(second, &read, first, 1);
	assert_sorted(first, &read);
	assert_sorted(second, &read);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		snapshot_at(second, i, &sa);
		assert_int_equal(sa.said.qualifier, kept[i]);
	}
	snapshot_free(first);
	snapshot_free(second);
}

static void
gives_memory_back_and_can_be_filled_again(void **state)
{
	struct snapshot *large = snapshot_new(), *small = snapshot_new();
	static struct read many, few;
	unsigned steps = 1;

	(void)state;
	for (unsigned i = 0; i < MOST; i++)
		add_to(&many, sa_numbered(i));
	add_to(&few, many.sas[1]);
	snapshot_of(large, &many, NULL, 1000);
	snapshot_of(small, &few, large, 1000);
	for (; !snapshot_trim_step(large, small); steps++)
		assert_true(steps < 100);
	snapshot_of(large, &many, small, 1000);
	assert_sorted(large, &many);
	snapshot_free(large);
	snapshot_free(small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_every_field),
		cmocka_unit_test(has_an_end),
		cmocka_unit_test(sorts_whatever_was_there_before),
		cmocka_unit_test(raises_qualifiers_in_the_sources_order),
		cmocka_unit_test(gives_memory_back_and_can_be_filled_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
