/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_table.h"
#include "mib/column_codec.h"

struct fixture {
	struct fake_table *table;
	struct sa *rows;
	struct row_list list;
	struct table_walk walk;
};

static const struct answer_limits no_limits = {SIZE_MAX, SIZE_MAX};

static bool
begin_walk(struct fixture *fixture, size_t row_limit, size_t fixed_rows, const struct answer_limits *limits)
{
	return table_walk_init(&fixture->walk, &mib_sa_table, &mib_default_root, &fixture->list, row_limit, fixed_rows,
			       limits);
}

/* A row of the table as it is asked for. */
static size_t
columns_asked(void)
{
	size_t asked = 0;

	for (size_t rank = 0; rank < columns_readable(&sa_table); rank++)
		asked += !column_is_derived(column_at(&sa_table, rank));
	return asked;
}

static void
set_up(struct fixture *fixture, size_t count)
{
	*fixture = (struct fixture){.rows = random_table(count), .list = {.row_size = sizeof(struct sa)}};
	fixture->table = calloc(1, sizeof(*fixture->table));
	assert_non_null(fixture->table);
	fixture->table->rows = fixture->rows;
	fixture->table->count = count;
	assert_true(begin_walk(fixture, 2 * count + 10, 0, &no_limits));
}

static void
tear_down(struct fixture *fixture)
{
	table_walk_free(&fixture->walk);
	row_list_free(&fixture->list);
	free(fixture->rows);
	free(fixture->table);
}

static enum table_walk_step
walk_through(struct fixture *fixture)
{
	enum table_walk_step step;

	do {
		assert_true(fixture->table->requests < 100000);
		step = fake_answer(fixture->table, &fixture->walk);
	} while (step == TABLE_WALK_ASK);
	return step;
}

static void
assert_all_rows(const struct fixture *fixture)
{
	assert_int_equal(fixture->list.count, fixture->table->count);
	for (size_t i = 0; i < fixture->list.count; i++)
		assert_same_sa(row_list_at(&fixture->list, i), &fixture->rows[i]);
}

static void
gets_every_row_of_an_honest_agent(void **state)
{
	static const size_t counts[] = {0, 1, 2, 3, 4, 5, 63, 200};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct fixture fixture;

		set_up(&fixture, counts[i]);
		assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
		assert_all_rows(&fixture);
		assert_int_equal(fixture.walk.left_out, 0);
		tear_down(&fixture);
	}
}

static void
asks_for_more_rows_while_all_come(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 200);
	assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
	assert_true(fixture.table->requests <= 12); /* 4, 8, 16, and then 32 at once */
	tear_down(&fixture);
}

static void
asks_for_as_many_rows_as_it_is_told(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 50);
	table_walk_free(&fixture.walk);
	assert_true(begin_walk(&fixture, 100, 5, &no_limits));
	assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
	assert_int_equal(fixture.table->requests, 11);
	assert_all_rows(&fixture);
	tear_down(&fixture);
}

static void
copes_with_answers_cut_short_anywhere(void **state)
{
	(void)state;
	for (size_t cut_at = 1; cut_at < 3 * columns_asked(); cut_at += 1 + cut_at / 7) {
		struct fixture fixture;

		set_up(&fixture, 9);
		fixture.table->cut_at = cut_at;
		assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
		assert_all_rows(&fixture);
		/* Apart from finding the size out, no request is wasted. */
		assert_true(fixture.table->requests <= 12 + 9 * ((columns_asked() + cut_at - 1) / cut_at + 1));
		tear_down(&fixture);
	}
}

static void
copes_with_answers_that_are_too_big(void **state)
{
	(void)state;
	for (size_t limit = 1; limit < 3 * columns_asked(); limit += 1 + limit / 7) {
		struct fixture fixture;

		set_up(&fixture, 9);
		fixture.table->too_big_at = limit;
		assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
		assert_all_rows(&fixture);
		tear_down(&fixture);
	}
}

static void
gives_up_where_nothing_fits(void **state)
{
	struct fixture fixture;
	enum table_walk_step step;

	(void)state;
	set_up(&fixture, 1);
	do {
		step = table_walk_answer(&fixture.walk, 1, NULL, 0);
	} while (step == TABLE_WALK_ASK);
	assert_int_equal(step, TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "tooBig"));
	tear_down(&fixture);
}

/* --- rows that come and go --------------------------------------------------------------------- */

/* Every third row is there only at times; the time may pass within one answer, as it can through AgentX. */
static bool
flickers(const struct fake_table *table, size_t row, size_t column)
{
	(void)column;
	return row % 3 != 1 || (table->requests + table->bindings_count / 7) % 2 == 0;
}

/* Rows of the second half are only there after the first requests, those of the first half before. */
static bool
is_replaced(const struct fake_table *table, size_t row, size_t column)
{
	(void)column;
	return row % 2 == 0 || (row < table->count / 2) == (table->requests < 4);
}

static void
assert_whole_rows_and_all_steady_ones(const struct fixture *fixture, size_t step, size_t first)
{
	size_t at = 0, steady = 0;

	for (size_t i = 0; i < fixture->list.count; i++) {
		while (at < fixture->table->count &&
		       random_sa_compare(&fixture->rows[at], row_list_at(&fixture->list, i)) != 0)
			at++;
		assert_true(at < fixture->table->count);
		assert_same_sa(row_list_at(&fixture->list, i), &fixture->rows[at]);
		steady += at % step != first;
	}
	for (size_t i = 0; i < fixture->table->count; i++)
		steady -= i % step != first;
	assert_int_equal(steady, 0);
}

static void
never_takes_half_a_row(void **state)
{
	static const size_t cuts[] = {0, 1, 7, 30, 100, 500};

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct fixture fixture;

		set_up(&fixture, 40);
		fixture.table->cut_at = cuts[i];
		fixture.table->shows = flickers;
		assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
		assert_whole_rows_and_all_steady_ones(&fixture, 3, 1);
		tear_down(&fixture);

		set_up(&fixture, 40);
		fixture.table->cut_at = cuts[i];
		fixture.table->shows = is_replaced;
		assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
		assert_whole_rows_and_all_steady_ones(&fixture, 2, 1);
		tear_down(&fixture);
	}
}

static bool
lacks_a_column(const struct fake_table *table, size_t row, size_t column)
{
	(void)table;
	(void)row;
	return column != 20;
}

static void
says_which_column_an_agent_has_not(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 10);
	fixture.table->shows = lacks_a_column;
	assert_int_equal(walk_through(&fixture), TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, column_at(&sa_table, 20)->name));
	tear_down(&fixture);
}

static bool
is_of_an_older_agent(const struct fake_table *table, size_t row, size_t column)
{
	(void)table;
	(void)row;
	return !mib_table_is_later(&mib_sa_table, column);
}

static void
reads_an_older_agent_that_has_no_tunnel_of_an_sa(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 10);
	for (size_t column = 0; column < columns_readable(&sa_table); column++) {
		for (size_t i = 0; i < 10 && mib_table_is_later(&mib_sa_table, column); i++)
			forget_column(column_at(&sa_table, column), &fixture.rows[i]);
	}
	fixture.table->shows = is_of_an_older_agent;
	assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
	assert_all_rows(&fixture);
	tear_down(&fixture);
	/* But where the rows say that it is known, it is hidden. */
	set_up(&fixture, 10);
	fixture.table->shows = is_of_an_older_agent;
	assert_int_equal(walk_through(&fixture), TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "ipsecSaTunnelIndex"));
	tear_down(&fixture);
}

/* --- agents that lie --------------------------------------------------------------------------- */

static void
finds_out_that_an_agent_goes_in_circles(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 4);
	assert_int_equal(fake_answer(fixture.table, &fixture.walk), TABLE_WALK_ASK);
	/* The same answer again. */
	assert_int_equal(table_walk_answer(&fixture.walk, 0, fixture.table->bindings, 4 * columns_asked()),
			 TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "out of order"));
	tear_down(&fixture);
}

static void
finds_out_that_rows_are_out_of_order(void **state)
{
	static const size_t order[] = {0, 2, 1, 3};
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 4);
	fixture.table->entry = fixture.walk.entry;
	for (size_t i = 0; i < 4; i++) {
		for (size_t place = 0; place < fixture.walk.columns; place++) {
			const size_t column = fixture.walk.asked[place];
			struct mib_oid name;

			fake_name(fixture.table, column, NULL, 0, &name);
			fake_index(&fixture.rows[order[i]], &name);
			fake_bind(fixture.table, &name, &fixture.rows[order[i]], column, 0);
		}
	}
	assert_int_equal(table_walk_answer(&fixture.walk, 0, fixture.table->bindings, fixture.table->bindings_count),
			 TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "out of order"));
	tear_down(&fixture);
}

static void
stops_at_an_agent_that_never_ends(void **state)
{
	struct fixture fixture;
	enum table_walk_step step;
	uint32_t spi = 0;

	(void)state;
	set_up(&fixture, 1);
	table_walk_free(&fixture.walk);
	assert_true(begin_walk(&fixture, 12, 1, &no_limits));
	do {
		spi++;
		fixture.rows[0].said = (struct sa_said){.spi = spi};
		step = fake_answer(fixture.table, &fixture.walk);
		assert_true(fixture.table->requests < 1000);
	} while (step == TABLE_WALK_ASK);
	assert_int_equal(step, TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "more than 12 rows"));
	tear_down(&fixture);
}

static void
refuses_more_than_it_asked_for(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 10);
	assert_int_equal(fake_answer(fixture.table, &fixture.walk), TABLE_WALK_ASK);
	table_walk_free(&fixture.walk);
	assert_true(begin_walk(&fixture, 100, 1, &no_limits));
	assert_int_equal(table_walk_answer(&fixture.walk, 0, fixture.table->bindings, columns_asked() + 1),
			 TABLE_WALK_FAILED);
	tear_down(&fixture);
}

static void
refuses_values_of_another_type(void **state)
{
	(void)state;
	for (size_t place = 0; place < columns_asked(); place++) {
		struct fixture fixture;
		struct table_walk_request request;

		set_up(&fixture, 1);
		fake_answer(fixture.table, &fixture.walk);
		table_walk_free(&fixture.walk);
		fixture.list.count = 0;
		assert_true(begin_walk(&fixture, 100, 1, &no_limits));
		table_walk_request(&fixture.walk, &request);
		fixture.table->bindings[place].tag = MIB_COUNTER32 + 2; /* TimeTicks */
		assert_int_equal(table_walk_answer(&fixture.walk, 0, fixture.table->bindings, columns_asked()),
				 TABLE_WALK_FAILED);
		assert_non_null(strstr(fixture.walk.error, column_at(&sa_table, fixture.walk.asked[place])->name));
		tear_down(&fixture);
	}
}

/* --- errors and silence ------------------------------------------------------------------------ */

static void
asks_again_after_a_passing_error(void **state)
{
	enum { GEN_ERR = 5 };
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 5);
	assert_int_equal(table_walk_answer(&fixture.walk, GEN_ERR, NULL, 0), TABLE_WALK_ASK);
	assert_int_equal(table_walk_answer(&fixture.walk, GEN_ERR, NULL, 0), TABLE_WALK_ASK);
	assert_int_equal(walk_through(&fixture), TABLE_WALK_DONE);
	assert_all_rows(&fixture);
	tear_down(&fixture);

	set_up(&fixture, 5);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(table_walk_answer(&fixture.walk, GEN_ERR, NULL, 0), TABLE_WALK_ASK);
	assert_int_equal(table_walk_answer(&fixture.walk, GEN_ERR, NULL, 0), TABLE_WALK_FAILED);
	assert_non_null(strstr(fixture.walk.error, "genErr"));
	tear_down(&fixture);
}

/* --- sizes ------------------------------------------------------------------------------------- */

static size_t
octets_of_answer(const struct fake_table *table)
{
	size_t octets = 0;

	for (size_t i = 0; i < table->bindings_count; i++)
		octets += answer_size_binding(&table->bindings[i]);
	return octets;
}

static void
widen(struct sa *sa)
{
	memset(sa->said.dst.octets, 0xff, sizeof(sa->said.dst.octets));
	sa->said.dst.type = SA_ADDRESS_IPV6;
	sa->said.qualifier |= 0xf0000000;
	for (size_t kind = 0; kind < SA_LIFE_KINDS; kind++)
		sa->life[kind] = (struct sa_lifetime){UINT64_MAX, UINT64_MAX, UINT64_MAX};
	memset(sa->encryption, 'E', sizeof(sa->encryption) - 1);
	memset(sa->security_context, 'S', sizeof(sa->security_context) - 1);
}

/* However wide or narrow rows are, and where narrow ones are followed by wide ones: IPv6 comes after IPv4. */
static void
no_answer_can_be_longer_than_the_limit(void **state)
{
	static const size_t limits[] = {1200, 9000, 65000};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct answer_limits limit = {limits[i], 1200};
		struct fixture fixture;
		enum table_walk_step step;

		set_up(&fixture, 120);
		for (size_t row = 60; row < 120; row++) {
			widen(&fixture.rows[row]);
			fixture.rows[row].said.spi = 0xf0000000 + (uint32_t)row;
			fixture.rows[row].said.protocol = SA_PROTOCOL_ESP;
		}
		for (size_t row = 0; row < 60; row++)
			fixture.rows[row].said =
				(struct sa_said){.protocol = SA_PROTOCOL_ESP, .spi = 256 + (uint32_t)row};
		table_walk_free(&fixture.walk);
		assert_true(begin_walk(&fixture, 1000, 0, &limit));
		do {
			step = fake_answer(fixture.table, &fixture.walk);
			assert_true(octets_of_answer(fixture.table) <= limits[i]);
		} while (step == TABLE_WALK_ASK);
		assert_int_equal(step, TABLE_WALK_DONE);
		assert_all_rows(&fixture);
		tear_down(&fixture);
	}
}

/* A GET is not cut short by who cannot answer it whole: so it asks for what surely fits, or for no more than came before. */
static void
no_get_is_for_more_than_came_before(void **state)
{
	enum { SURE = 1200 };
	static const struct answer_limits limits = {65000, SURE};
	struct fixture fixture;
	enum table_walk_step step;
	size_t most = SURE;

	(void)state;
	set_up(&fixture, 20);
	fixture.table->cut_at = 50;
	table_walk_free(&fixture.walk);
	assert_true(begin_walk(&fixture, 1000, 0, &limits));
	do {
		const bool is_get = fixture.walk.piecing;

		step = fake_answer(fixture.table, &fixture.walk);
		if (is_get)
			assert_true(octets_of_answer(fixture.table) <= most);
		else if (octets_of_answer(fixture.table) > most)
			most = octets_of_answer(fixture.table);
	} while (step == TABLE_WALK_ASK);
	assert_int_equal(step, TABLE_WALK_DONE);
	assert_all_rows(&fixture);
	tear_down(&fixture);
}

/* snmpd's own maxGetbulkResponses is 100. */
static void
a_row_fits_an_answer_of_a_hundred_values(void **state)
{
	(void)state;
	assert_in_range(columns_asked(), 1, 100);
}

static bool
is_gone_after_five_requests(const struct fake_table *table, size_t row, size_t column)
{
	(void)row;
	(void)column;
	return table->requests <= 5;
}

/* An agent that its master has lost in mid-walk: what is there of the table is no table. */
static void
finds_out_that_all_rows_went_away(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture, 200);
	fixture.table->shows = is_gone_after_five_requests;
	assert_int_equal(walk_through(&fixture), TABLE_WALK_GONE);
	tear_down(&fixture);
}

/* A path that loses whatever is larger than one packet. */
static void
copes_with_large_answers_that_are_lost(void **state)
{
	enum { FITS = 30 };
	struct fixture fixture;
	enum table_walk_step step;
	size_t lost = 0;

	(void)state;
	set_up(&fixture, 20);
	do {
		struct table_walk_request request;

		table_walk_request(&fixture.walk, &request);
		if (request.columns * request.repetitions > FITS) {
			assert_true(request.probe);
			step = table_walk_no_answer(&fixture.walk);
			lost++;
		} else {
			step = fake_answer(fixture.table, &fixture.walk);
		}
	} while (step == TABLE_WALK_ASK);
	assert_int_equal(step, TABLE_WALK_DONE);
	assert_all_rows(&fixture);
	assert_true(lost <= 12);
	tear_down(&fixture);
}

static void
gives_up_soon_where_nothing_answers(void **state)
{
	struct fixture fixture;
	size_t tries = 1;

	(void)state;
	set_up(&fixture, 1);
	while (table_walk_no_answer(&fixture.walk) == TABLE_WALK_ASK)
		tries++;
	assert_in_range(tries, 2, 4);
	assert_string_equal(fixture.walk.error, "");
	tear_down(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets_every_row_of_an_honest_agent),
		cmocka_unit_test(asks_for_more_rows_while_all_come),
		cmocka_unit_test(asks_for_as_many_rows_as_it_is_told),
		cmocka_unit_test(copes_with_answers_cut_short_anywhere),
		cmocka_unit_test(copes_with_answers_that_are_too_big),
		cmocka_unit_test(gives_up_where_nothing_fits),
		cmocka_unit_test(never_takes_half_a_row),
		cmocka_unit_test(says_which_column_an_agent_has_not),
		cmocka_unit_test(reads_an_older_agent_that_has_no_tunnel_of_an_sa),
		cmocka_unit_test(finds_out_that_an_agent_goes_in_circles),
		cmocka_unit_test(finds_out_that_rows_are_out_of_order),
		cmocka_unit_test(stops_at_an_agent_that_never_ends),
		cmocka_unit_test(refuses_more_than_it_asked_for),
		cmocka_unit_test(refuses_values_of_another_type),
		cmocka_unit_test(asks_again_after_a_passing_error),
		cmocka_unit_test(no_answer_can_be_longer_than_the_limit),
		cmocka_unit_test(no_get_is_for_more_than_came_before),
		cmocka_unit_test(a_row_fits_an_answer_of_a_hundred_values),
		cmocka_unit_test(finds_out_that_all_rows_went_away),
		cmocka_unit_test(copes_with_large_answers_that_are_lost),
		cmocka_unit_test(gives_up_soon_where_nothing_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
