/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Census and tunnels against a kernel that does what it likes (tests/lib/fake_kernel.h), more than a million steps:
 * without losses the counters are the truth whenever all is heard; after flushes, which tell no counters, exactly that is
 * missing which had not been told before; with losses no more is missing than could not be known, and it grows no
 * more when nothing is lost; and names that change lose nothing.  A step is one of the kernel's doings, after which
 * some events may be heard, some of a read may be done, and some time may pass.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "fake_reader.h"
#include "random_values.h"
#include "tunnels/tunnels.h"

enum { STEPS = 1000000, FLUSHED_STEPS = 300000, LOSSY_STEPS = 400000, NAMED_STEPS = 400000, MILLISECOND_US = 1000 };
enum { BYTES, PACKETS, ERRORS, FIGURES };

/* Who listens to the kernel, a little at a time. */
struct bench {
	struct fake_kernel kernel;
	struct fake_reader reader;
	struct tunnels *tunnels;
	struct tunnel_numbers *numbers;
	struct tunnel_settings settings;
	uint64_t now_us;
	uint64_t last[FAKE_TUNNELS][FIGURES][2];
	bool is_up[FAKE_TUNNELS];
	uint64_t ups, downs, reads, quiet_points;
};

static struct bench bench;

/* --- tunnels as they are seen ------------------------------------------------------------------ */

static struct tunnel_time
now(void)
{
	return (struct tunnel_time){bench.now_us, bench.kernel.now_seconds, bench.kernel.now_seconds};
}

static bool
find(unsigned number, struct tunnel *seen)
{
	for (size_t rank = 0; rank < tunnels_count(bench.tunnels); rank++) {
		const struct tunnel_time time = now();

		tunnels_at(bench.tunnels, rank, &time, seen);
		if (fake_kernel_is_tunnel(number, seen))
			return true;
	}
	return false;
}

static void
figures_of(const struct tunnel *seen, uint64_t figures[FIGURES][2])
{
	figures[BYTES][0] = seen->in_bytes;
	figures[BYTES][1] = seen->out_bytes;
	figures[PACKETS][0] = seen->in_packets;
	figures[PACKETS][1] = seen->out_packets;
	figures[ERRORS][0] = seen->in_errors;
	figures[ERRORS][1] = seen->out_errors;
}

static const uint64_t *
of_traffic(const struct fake_traffic *traffic, unsigned figure)
{
	return figure == BYTES ? traffic->bytes : figure == PACKETS ? traffic->packets : traffic->errors;
}

static void
no_phantom_is_a_tunnel(void)
{
	for (size_t rank = 0; rank < tunnels_count(bench.tunnels); rank++) {
		const struct tunnel_time time = now();
		struct tunnel seen;

		tunnels_at(bench.tunnels, rank, &time, &seen);
		assert_false(fake_kernel_is_phantom(&seen.remote) && seen.name[0] == '\0');
	}
}

static void
counters_never_go_back(void)
{
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		uint64_t figures[FIGURES][2];
		struct tunnel seen;

		if (!find(i, &seen))
			continue;
		figures_of(&seen, figures);
		for (unsigned j = 0; j < FIGURES; j++) {
			assert_true(figures[j][0] >= bench.last[i][j][0]);
			assert_true(figures[j][1] >= bench.last[i][j][1]);
		}
		memcpy(bench.last[i], figures, sizeof(figures));
	}
}

/* The SAs of a tunnel stand in order, and are of that tunnel by their own account. */
static size_t
sas_of(size_t rank)
{
	const uint32_t index = tunnels_index_at(bench.tunnels, rank);
	unsigned long after[SA_INDEX_MAX_SUBIDS + 1];
	size_t count = 0, length = 0;
	struct tunnel_sa sa;

	for (; tunnels_sa_from(bench.tunnels, rank, after, length, &sa); count++) {
		struct sa_key key;

		sa_key_make(&key, &sa.said);
		assert_true(length == 0 || sa_key_compare_oid(&key, after, length) > 0);
		length = sa_key_to_oid(&key, after);
		after[length++] = 0;
		assert_int_equal(sa.tunnel, index);
		assert_int_equal(tunnels_index_of(bench.tunnels, &key), index);
		assert_int_not_equal(sa.state, SA_STATE_LARVAL);
	}
	return count;
}

/* All SAs that the tunnels have, and those of the kernel that have a tunnel: for a while these lack what is gone and not heard of. */
static void
count_sas(size_t *of_tunnels, size_t *of_kernel)
{
	*of_tunnels = *of_kernel = 0;
	for (size_t rank = 0; rank < tunnels_count(bench.tunnels); rank++)
		*of_tunnels += sas_of(rank);
	for (unsigned i = 0; i < FAKE_SAS; i++) {
		const struct fake_sa *const sa = &bench.kernel.all[i];
		struct sa_said said = {.protocol = sa->protocol, .spi = sa->spi};
		struct sa_address local, remote;
		uint32_t reqid, if_id;
		struct sa_key key;

		if (!sa->lives || sa->tunnel >= FAKE_TUNNELS)
			continue;
		fake_kernel_tunnel(sa->tunnel, &local, &remote, &reqid, &if_id);
		said.dst = sa->way ? remote : local;
		sa_key_make(&key, &said);
		*of_kernel += tunnels_index_of(bench.tunnels, &key) != 0;
	}
}

static void
sas_are_in_their_tunnels(void)
{
	size_t of_tunnels, of_kernel;

	count_sas(&of_tunnels, &of_kernel);
	assert_true(of_tunnels >= of_kernel);
}

/* Up and down are told in turns. */
static void
on_news(void *data, enum tunnel_news news, const struct tunnel *tunnel)
{
	(void)data;
	for (unsigned i = 0; i < FAKE_TUNNELS && !bench.kernel.tells_directions; i++) {
		if (!fake_kernel_is_tunnel(i, tunnel) || (news != TUNNEL_CAME_UP && news != TUNNEL_WENT_DOWN))
			continue;
		assert_int_equal(bench.is_up[i], news == TUNNEL_WENT_DOWN);
		bench.is_up[i] = news == TUNNEL_CAME_UP;
		*(news == TUNNEL_CAME_UP ? &bench.ups : &bench.downs) += 1;
	}
}

static const struct tunnel_listener listener = {.news = on_news};

/* --- listening --------------------------------------------------------------------------------- */

static void
read_on(size_t slice)
{
	if (bench.reader.phase == FAKE_READER_RESTS)
		fake_reader_begin(&bench.reader);
	else if (bench.reader.phase == FAKE_READER_DUMPS && once_in(200))
		fake_reader_abandon(&bench.reader);
	else if (bench.reader.phase == FAKE_READER_DUMPS)
		fake_reader_dump(&bench.reader, slice);
	else
		bench.reads += fake_reader_survey(&bench.reader, 20 * slice);
}

static void
tick(uint64_t after_us)
{
	struct tunnel_time time;

	bench.now_us += after_us;
	time = now();
	tunnels_tick(bench.tunnels, &time);
}

static void
all_sas_are_in_their_tunnels(void)
{
	size_t of_tunnels, of_kernel;

	count_sas(&of_tunnels, &of_kernel);
	assert_int_equal(of_tunnels, of_kernel);
}

/* The kernel holds its breath until all is heard and read. */
static void
catch_up(void)
{
	fake_reader_receive(&bench.reader, SIZE_MAX);
	fake_reader_abandon(&bench.reader);
	fake_reader_begin(&bench.reader);
	fake_reader_dump(&bench.reader, SIZE_MAX);
	while (!fake_reader_survey(&bench.reader, 10))
		;
	bench.reads++;
	bench.quiet_points++;
	tick(0);
	tick(1000 * (uint64_t)bench.settings.grace_seconds * MILLISECOND_US);
	all_sas_are_in_their_tunnels();
}

/* --- the kernel's doings ----------------------------------------------------------------------- */

static const struct fake_doing doings[] = {
	{fake_kernel_traffic, 40},
	{fake_kernel_rekey, 8},
	{fake_kernel_create, 2},
	{fake_kernel_delete, 3},
	{fake_kernel_allocate_spi, 2},
	{fake_kernel_give_keys, 2},
	{fake_kernel_update, 2},
	{fake_kernel_recreate, 2},
	{fake_kernel_inherit, 1},
	{fake_kernel_expire_soft, 3},
	{fake_kernel_expire_hard, 2},
	{fake_kernel_phantom, 2},
	{NULL, 0},
};

static void
step(void)
{
	const bool may_lose = bench.kernel.queue_room < FAKE_QUEUE;

	fake_kernel_do_any(&bench.kernel, doings);
	if (may_lose && once_in(500))
		fake_kernel_flush(&bench.kernel);
	if (once_in(300))
		bench.kernel.now_seconds++;
	if (once_in(5000))
		fake_kernel_set_clock(&bench.kernel);
	if (!may_lose && bench.kernel.queue_length > FAKE_QUEUE - 8)
		fake_reader_receive(&bench.reader, SIZE_MAX);
	if (once_in(may_lose ? 20 : 4))
		fake_reader_receive(&bench.reader, random_below(6));
	if (once_in(8))
		read_on(1 + random_below(20));
	if (once_in(50)) {
		tick(random_below(200) * MILLISECOND_US);
		counters_never_go_back();
		no_phantom_is_a_tunnel();
		sas_are_in_their_tunnels();
	}
}

/* --- the tests --------------------------------------------------------------------------------- */

static int
begin(void **state)
{
	(void)state;
	random_seed(7);
	memset(&bench, 0, sizeof(bench));
	bench.reader = (struct fake_reader){&bench.kernel, census_new(), snapshot_new(), FAKE_READER_RESTS, 0};
	tunnel_settings_init(&bench.settings);
	if (!bench.numbers)
		bench.numbers = tunnel_numbers_new("");
	bench.tunnels = tunnels_new(bench.reader.census, bench.numbers, &bench.settings, "", &listener);
	assert_non_null(bench.tunnels);
	fake_kernel_init(&bench.kernel);
	/* Each tunnel is known to begin with, so that SAs without a direction find theirs. */
	catch_up();
	for (unsigned tunnel = 0; tunnel < FAKE_TUNNELS; tunnel++)
		fake_kernel_create_pair(&bench.kernel, tunnel);
	catch_up();
	assert_int_equal(tunnels_count(bench.tunnels), FAKE_TUNNELS);
	return 0;
}

static int
finish(void **state)
{
	(void)state;
	tunnels_free(bench.tunnels);
	tunnel_numbers_free(bench.numbers);
	snapshot_free(bench.reader.snapshot);
	census_free(bench.reader.census);
	return 0;
}

static void
the_truth_is_told(void)
{
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		uint64_t figures[FIGURES][2];
		struct tunnel seen;

		assert_true(find(i, &seen));
		figures_of(&seen, figures);
		for (unsigned j = 0; j < FIGURES; j++) {
			assert_int_equal(figures[j][0], of_traffic(&bench.kernel.truth[i], j)[0]);
			assert_int_equal(figures[j][1], of_traffic(&bench.kernel.truth[i], j)[1]);
		}
		assert_int_equal(seen.state == TUNNEL_UP,
				 fake_kernel_has(&bench.kernel, i, 0) && fake_kernel_has(&bench.kernel, i, 1));
	}
}

static void
without_losses_the_counters_are_the_truth(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STEPS; i++) {
		step();
		if (once_in(2000)) {
			catch_up();
			the_truth_is_told();
		}
	}
	assert_int_equal(bench.kernel.lost, 0);
	print_message("%u steps, %u reads, %u quiet points; up %u times, down %u times\n", STEPS, (unsigned)bench.reads,
		      (unsigned)bench.quiet_points, (unsigned)bench.ups, (unsigned)bench.downs);
}

/* --- with flushes ------------------------------------------------------------------------------ */

/* What is missing, or too much, of each figure of each tunnel. */
static void
difference(int64_t missing[FAKE_TUNNELS][FIGURES][2])
{
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		uint64_t figures[FIGURES][2];
		struct tunnel seen;

		assert_true(find(i, &seen));
		figures_of(&seen, figures);
		for (unsigned j = 0; j < FIGURES; j++) {
			for (unsigned way = 0; way < 2; way++)
				missing[i][j][way] =
					(int64_t)(of_traffic(&bench.kernel.truth[i], j)[way] - figures[j][way]);
		}
	}
}

static uint64_t
unseen_ends(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		struct tunnel seen;

		assert_true(find(i, &seen));
		sum += seen.unseen_ends;
	}
	return sum;
}

static void
just_that_is_missing_which_could_not_be_known(void)
{
	int64_t missing[FAKE_TUNNELS][FIGURES][2];

	difference(missing);
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		for (unsigned j = 0; j < FIGURES; j++) {
			for (unsigned way = 0; way < 2; way++)
				assert_int_equal(missing[i][j][way], of_traffic(&bench.kernel.unknowable[i], j)[way]);
		}
	}
	assert_int_equal(unseen_ends(), bench.kernel.unseen_ends);
}

/* A read is surveyed at once: of one that is half surveyed the model does not know what has been made use of. */
static void
a_flush_hides_what_was_not_told_before_it(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FLUSHED_STEPS; i++) {
		step();
		while (bench.reader.phase == FAKE_READER_SURVEYS)
			read_on(20);
		if (once_in(500))
			fake_kernel_flush(&bench.kernel);
		if (once_in(2000)) {
			catch_up();
			just_that_is_missing_which_could_not_be_known();
		}
	}
	assert_int_equal(bench.kernel.lost, 0);
	assert_true(unseen_ends() > 0);
	print_message("%u steps, %u ends by flushes\n", FLUSHED_STEPS, (unsigned)unseen_ends());
}

/* --- with losses ------------------------------------------------------------------------------- */

static void
no_more_is_missing_than_could_not_be_known(void)
{
	int64_t missing[FAKE_TUNNELS][FIGURES][2];

	difference(missing);
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		for (unsigned j = 0; j < FIGURES; j++) {
			for (unsigned way = 0; way < 2; way++) {
				assert_true(missing[i][j][way] <=
					    (int64_t)of_traffic(&bench.kernel.unknowable[i], j)[way]);
				assert_true(-missing[i][j][way] <=
					    (int64_t)of_traffic(&bench.kernel.overcount[i], j)[way]);
			}
		}
	}
}

static void
what_is_lost_is_bounded_and_then_no_more_is(void **state)
{
	int64_t before[FAKE_TUNNELS][FIGURES][2], after[FAKE_TUNNELS][FIGURES][2];
	const unsigned rounds = 200;

	(void)state;
	for (unsigned round = 0; round < rounds; round++) {
		bench.kernel.queue_room = 1 + random_below(20);
		for (unsigned i = 0; i < LOSSY_STEPS / rounds; i++)
			step();
		catch_up();
		no_more_is_missing_than_could_not_be_known();
		difference(before);
		bench.kernel.queue_room = FAKE_QUEUE;
		for (unsigned i = 0; i < LOSSY_STEPS / rounds / 2; i++)
			step();
		catch_up();
		difference(after);
		assert_memory_equal(before, after, sizeof(before));
	}
	assert_true(bench.kernel.lost > 1000);
	assert_true(unseen_ends() > 0);
	print_message("%u steps, %u events lost, %u ends unseen of %u that could not be\n",
		      LOSSY_STEPS + LOSSY_STEPS / 2, (unsigned)bench.kernel.lost, (unsigned)unseen_ends(),
		      (unsigned)bench.kernel.unseen_ends);
}

/* --- with names -------------------------------------------------------------------------------- */

/*
 * Names that go take their paths with them, so that SAs come and go again before there is a tunnel for them.  What they
 * have counted is forgotten when the last of them is gone.  A second observer of the census knows how much that is.
 */
static struct {
	unsigned note; /* of each record: its tunnel, plus one */
	struct life {
		unsigned living;
		uint64_t counted[FIGURES][2];
	} lives[FAKE_TUNNELS];
	uint64_t forgotten[FIGURES][2];
} oracle;

static unsigned
tunnel_of(const struct sa *sa)
{
	const struct sa_address *const sides[] = {&sa->said.dst, &sa->src};
	const bool is_out = sa->direction == SA_DIRECTION_OUT;
	struct tunnel like = {
		.local = *sides[is_out], .remote = *sides[!is_out], .reqid = sa->reqid, .if_id = sa->if_id};
	unsigned number = 0;

	while (number < FAKE_TUNNELS && !fake_kernel_is_tunnel(number, &like))
		number++;
	return number;
}

static void
note_figures(const struct census_sa *record, const struct sa *sa, bool is_new)
{
	struct life *const life = &oracle.lives[record->notes[oracle.note] - 1];
	const unsigned way = sa->direction == SA_DIRECTION_OUT;

	life->counted[BYTES][way] += sa->life[SA_LIFE_BYTES].current - (is_new ? 0 : record->bytes);
	life->counted[PACKETS][way] += sa->life[SA_LIFE_PACKETS].current - (is_new ? 0 : record->packets);
	life->counted[ERRORS][way] += census_errors(sa) - (is_new ? 0 : record->errors);
	if (tunnels_of(bench.tunnels, record))
		memset(life->counted, 0, sizeof(life->counted));
}

static void
on_live(void *data, struct census_sa *record, const struct sa *sa)
{
	const unsigned number = tunnel_of(sa);
	const bool is_new = record->notes[oracle.note] == 0;
	/* One that goes on for another counts from there, and had a tunnel in most cases. */
	const bool is_heir = is_new && sa->life[SA_LIFE_ADD].current > 2;

	(void)data;
	if (number == FAKE_TUNNELS || sa->state == SA_STATE_LARVAL || sa->said.protocol != SA_PROTOCOL_ESP)
		return;
	record->notes[oracle.note] = number + 1;
	oracle.lives[number].living += is_new;
	if (!is_heir)
		note_figures(record, sa, is_new);
}

static void
on_life(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	(void)attended;
	on_live(data, record, sa);
}

static void
on_death(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	struct life *life;

	(void)data, (void)sa, (void)end;
	if (record->notes[oracle.note] == 0)
		return;
	life = &oracle.lives[record->notes[oracle.note] - 1];
	if (tunnels_of(bench.tunnels, record))
		memset(life->counted, 0, sizeof(life->counted));
	if (--life->living > 0)
		return;
	for (unsigned j = 0; j < FIGURES; j++) {
		oracle.forgotten[j][0] += life->counted[j][0];
		oracle.forgotten[j][1] += life->counted[j][1];
	}
	memset(life, 0, sizeof(*life));
}

static const struct census_observer oracle_observer = {.born = on_life, .seen = on_live, .gone = on_death};

static void
change_names(void)
{
	static const char *const lines[] = {
		"a remote 198.51.100.1",
		"b remote 198.51.100.0/24 reqid 2",
		"c remote 198.51.100.2 local 192.0.2.2 reqid 1 if-id 0",
		"d remote 0.0.0.0/0 if-id 7",
		"e remote 198.51.100.2",
		"f remote 203.0.113.1",
		"g remote 198.51.100.0/24",
		"h remote 198.51.100.0/30 reqid 1",
		"a remote 198.51.100.2 reqid 2",
		"b remote 198.51.100.3",
	};
	struct tunnel_settings settings = bench.settings;

	for (unsigned i = random_below(6); i > 0; i--)
		tunnel_names_add(&settings.names, lines[random_below(sizeof(lines) / sizeof(lines[0]))]);
	tunnels_configure(bench.tunnels, &settings);
	while (tunnels_configure_step(bench.tunnels) == TUNNELS_CONFIGURING)
		;
	tunnel_names_free(&settings.names);
}

/* Some SAs are a daemon's, which has changed its mind, and some tunnels are to be there. */
static void
change_labels(void)
{
	static const char *const connections[] = {"berlin", "paris", "rw", "home"};
	const size_t places = census_places(bench.reader.census);
	struct tunnel_label label;

	for (unsigned i = random_below(8); i > 0 && places > 0; i--) {
		const struct census_sa *const record = census_at(bench.reader.census, random_below((unsigned)places));

		tunnel_label_make(&label, connections[random_below(4)], once_in(2) ? "net" : "dmz", "sun",
				  once_in(4) ? "alice" : NULL);
		label.is_doubtful = once_in(4);
		if (record)
			tunnels_label(bench.tunnels, &record->key, &label);
	}
	tunnels_labelled(bench.tunnels);
	tunnels_await_labels(bench.tunnels, once_in(2));
	if (once_in(2))
		return;
	tunnels_expect_begin(bench.tunnels);
	for (unsigned i = random_below(4); i > 0; i--) {
		const struct tunnel_expected expected = {.remote = {SA_ADDRESS_IPV4, {203, 0, 113, 9}},
							 .selectors = "a <> b"};

		tunnel_label_make(&label, connections[random_below(4)], "net", "", NULL);
		tunnels_expect(bench.tunnels, &label, &expected);
	}
	tunnels_expect_end(bench.tunnels);
}

static void
all_rows(uint64_t sum[FIGURES][2])
{
	const struct tunnel_time time = now();

	memset(sum, 0, FIGURES * sizeof(sum[0]));
	for (size_t rank = 0; rank < tunnels_count(bench.tunnels); rank++) {
		uint64_t figures[FIGURES][2];
		struct tunnel seen;

		tunnels_at(bench.tunnels, rank, &time, &seen);
		figures_of(&seen, figures);
		for (unsigned j = 0; j < FIGURES; j++) {
			sum[j][0] += figures[j][0];
			sum[j][1] += figures[j][1];
		}
		assert_int_equal(tunnels_seek(bench.tunnels, seen.index), rank);
	}
}

static void
the_sum_is_the_truth(void)
{
	uint64_t sum[FIGURES][2], truth[FIGURES][2] = {{0}};

	all_rows(sum);
	for (unsigned i = 0; i < FAKE_TUNNELS; i++) {
		for (unsigned j = 0; j < FIGURES; j++) {
			truth[j][0] += of_traffic(&bench.kernel.truth[i], j)[0];
			truth[j][1] += of_traffic(&bench.kernel.truth[i], j)[1];
		}
	}
	for (unsigned j = 0; j < FIGURES; j++) {
		assert_int_equal(sum[j][0] + oracle.forgotten[j][0], truth[j][0]);
		assert_int_equal(sum[j][1] + oracle.forgotten[j][1], truth[j][1]);
	}
}

static void
names_that_change_lose_nothing(void **state)
{
	(void)state;
	bench.kernel.tells_directions = true;
	memset(&oracle, 0, sizeof(oracle));
	oracle.note = census_observe(bench.reader.census, &oracle_observer, NULL);
	for (unsigned i = 0; i < NAMED_STEPS; i++) {
		fake_kernel_do_any(&bench.kernel, doings);
		if (bench.kernel.queue_length > FAKE_QUEUE - 8 || once_in(8))
			fake_reader_receive(&bench.reader, SIZE_MAX);
		if (once_in(100)) {
			fake_reader_receive(&bench.reader, SIZE_MAX);
			fake_kernel_delete_tunnel(&bench.kernel, random_below(FAKE_TUNNELS));
			fake_reader_receive(&bench.reader, SIZE_MAX);
		}
		if (once_in(8))
			read_on(1 + random_below(20));
		if (once_in(50))
			tick(random_below(200) * MILLISECOND_US);
		if (once_in(500)) {
			change_names();
			sas_are_in_their_tunnels();
		}
		if (once_in(100)) {
			change_labels();
			sas_are_in_their_tunnels();
		}
		if (once_in(1000)) {
			catch_up();
			the_sum_is_the_truth();
			no_phantom_is_a_tunnel();
		}
	}
	assert_true(oracle.forgotten[PACKETS][0] > 0 && oracle.forgotten[PACKETS][1] > 0);
	print_message("%u steps, %u packets forgotten\n", NAMED_STEPS,
		      (unsigned)(oracle.forgotten[PACKETS][0] + oracle.forgotten[PACKETS][1]));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(without_losses_the_counters_are_the_truth, begin, finish),
	cmocka_unit_test_setup_teardown(a_flush_hides_what_was_not_told_before_it, begin, finish),
	cmocka_unit_test_setup_teardown(what_is_lost_is_bounded_and_then_no_more_is, begin, finish),
	cmocka_unit_test_setup_teardown(names_that_change_lose_nothing, begin, finish),
};

int
main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
