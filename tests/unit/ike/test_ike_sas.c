/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/ike_sas.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SECOND = 1000000 };

struct news {
	unsigned ups, downs;
	char who[IKE_IDENTITY_SIZE], reason[80];
};

static void
on_peer(void *data, const struct ike_sa *sa, bool up, const char *reason)
{
	struct news *const news = data;

	news->ups += up;
	news->downs += !up;
	snprintf(news->who, sizeof(news->who), "%s", sa->remote_id);
	snprintf(news->reason, sizeof(news->reason), "%s", reason);
}

static struct ike_sas *
begin(struct news *news)
{
	struct ike_sas *const sas = ike_sas_new(&(struct ike_sas_listener){on_peer, news});

	*news = (struct news){.ups = 0};
	assert_non_null(sas);
	ike_sas_configure(sas, 10, true);
	return sas;
}

static void
end(struct ike_sas *sas, uint64_t now_us, int64_t now_seconds)
{
	while (!ike_sas_end(sas, 1, now_us, now_seconds))
		;
}

static struct ike_sa
sa_of(uint32_t id, const char *connection, const char *remote_id)
{
	struct ike_sa sa = {.id = id, .state = IKE_ESTABLISHED, .age_seconds = 5, .rekey_seconds = 100};

	snprintf(sa.connection, sizeof(sa.connection), "%s", connection);
	snprintf(sa.remote_id, sizeof(sa.remote_id), "%s", remote_id);
	sa.remote = (struct sa_address){SA_ADDRESS_IPV4, {192, 0, 2, 1}};
	return sa;
}

/* A round of these numbers, all of the same peer; 0 ends them. */
static void
round_of(struct ike_sas *sas, uint64_t now_us, const uint32_t *ids)
{
	ike_sas_begin(sas);
	for (; *ids; ids++) {
		const struct ike_sa sa = sa_of(*ids, "berlin", "sun");

		ike_sas_take_sa(sas, &sa);
	}
	end(sas, now_us, 1000);
}

static void
rows_stand_in_order_and_age(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	struct ike_sa sa;

	(void)state;
	round_of(sas, 7 * SECOND, (const uint32_t[]){9, 3, 5, 0});
	assert_int_equal(ike_sas_count(sas), 3);
	for (size_t rank = 0; rank < 3; rank++) {
		ike_sas_at(sas, rank, 10 * SECOND, &sa);
		assert_int_equal(sa.id, ((const uint32_t[]){3, 5, 9})[rank]);
		assert_int_equal(sa.age_seconds, 8);
		assert_int_equal(sa.rekey_seconds, 97);
		assert_int_equal(sa.since_seconds, 995);
	}
	assert_int_equal(ike_sas_seek(sas, 4), 1);
	assert_int_equal(ike_sas_seek(sas, UINT64_C(1) << 32), 3);
	assert_null(ike_sas_find(sas, 4));
	assert_int_equal(ike_sas_find(sas, 5)->id, 5);
	ike_sas_free(sas);
}

/* A round that is under way shows nothing yet. */
static void
a_round_is_shown_when_it_is_whole(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	const struct ike_sa sa = sa_of(7, "berlin", "sun");

	(void)state;
	round_of(sas, 0, (const uint32_t[]){1, 2, 0});
	ike_sas_begin(sas);
	ike_sas_take_sa(sas, &sa);
	assert_int_equal(ike_sas_count(sas), 2);
	/* Half of it is lost with the daemon's connection. */
	ike_sas_begin(sas);
	end(sas, 0, 0);
	assert_int_equal(ike_sas_count(sas), 0);
	ike_sas_free(sas);
}

/* What was there before the agent is no news; a new IKE SA of a peer that is up is none, either: it replaces the other. */
static void
a_peer_is_up_over_rekeying_and_reauthentication(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);

	(void)state;
	round_of(sas, 0, (const uint32_t[]){1, 0});
	round_of(sas, SECOND, (const uint32_t[]){1, 2, 0}); /* make before break */
	round_of(sas, 2 * SECOND, (const uint32_t[]){2, 0});
	round_of(sas, 3 * SECOND, (const uint32_t[]){0}); /* break before make */
	assert_int_equal(ike_sas_tick(sas, 4 * SECOND), 9 * SECOND);
	round_of(sas, 5 * SECOND, (const uint32_t[]){3, 0});
	assert_int_equal(ike_sas_tick(sas, 100 * SECOND), UINT64_MAX);
	assert_int_equal(news.ups + news.downs, 0);
	assert_int_equal(ike_sas_find(sas, 3)->replacements, 2);
	ike_sas_free(sas);
}

static void
a_peer_that_is_gone_for_long_is_down_once(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	struct ike_sa closing = sa_of(1, "berlin", "sun");

	(void)state;
	round_of(sas, 0, (const uint32_t[]){1, 0});
	closing.state = IKE_DELETING;
	ike_sas_take_event(sas, &closing, false);
	round_of(sas, SECOND, (const uint32_t[]){0});
	ike_sas_tick(sas, 10 * SECOND);
	assert_int_equal(news.downs, 0);
	ike_sas_tick(sas, 11 * SECOND);
	ike_sas_tick(sas, 12 * SECOND);
	assert_int_equal(news.downs, 1);
	assert_string_equal(news.who, "sun");
	assert_string_equal(news.reason, "one of the two sides has closed it");
	round_of(sas, 20 * SECOND, (const uint32_t[]){2, 0});
	assert_int_equal(news.ups, 1);
	ike_sas_free(sas);
}

/* A daemon that is started again within the grace time makes no news, and counts from 1 again. */
static void
a_daemon_may_be_gone_for_a_moment(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);

	(void)state;
	round_of(sas, 0, (const uint32_t[]){8, 0});
	ike_sas_clear(sas, true, SECOND);
	assert_int_equal(ike_sas_count(sas), 0);
	round_of(sas, 2 * SECOND, (const uint32_t[]){1, 0});
	assert_int_equal(ike_sas_tick(sas, 60 * SECOND), UINT64_MAX);
	assert_int_equal(news.ups + news.downs, 0);

	ike_sas_clear(sas, true, 70 * SECOND);
	ike_sas_tick(sas, 80 * SECOND);
	assert_int_equal(news.downs, 1);
	assert_string_equal(news.reason, "the IKE daemon is gone");
	ike_sas_free(sas);
}

/* A daemon that says nothing has not lost its IKE SAs. */
static void
silence_is_no_end(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);

	(void)state;
	round_of(sas, 0, (const uint32_t[]){1, 0});
	ike_sas_clear(sas, false, SECOND);
	assert_int_equal(ike_sas_count(sas), 0);
	assert_int_equal(ike_sas_tick(sas, 60 * SECOND), UINT64_MAX);
	assert_int_equal(news.downs, 0);
	ike_sas_free(sas);
}

/* A round of IKE SAs of one user of a connection for whoever comes: number, end of the address and port of each; 0 ends them. */
static void
round_of_user(struct ike_sas *sas, uint64_t now_us, bool for_anyone, const uint32_t (*all)[3])
{
	ike_sas_begin(sas);
	ike_sas_take_configured(
		sas, &(struct ike_configured_child){.connection = "rw", .name = "net", .for_anyone = for_anyone});
	for (; (*all)[0]; all++) {
		struct ike_sa sa = sa_of((*all)[0], "rw", "alice");

		sa.remote.octets[3] = (uint8_t)(*all)[1];
		sa.remote_port = (uint16_t)(*all)[2];
		ike_sas_take_sa(sas, &sa);
	}
	end(sas, now_us, 1000);
}

static void
expect_device(const struct ike_sas *sas, uint32_t id, uint32_t device)
{
	assert_int_equal(ike_sas_find(sas, id)->device, device);
}

static void
two_devices_of_one_identity_are_two_peers(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);

	(void)state;
	round_of_user(sas, 0, true, (const uint32_t[][3]){{1, 7, 4500}, {0}});
	/* One more, behind the same address. */
	round_of_user(sas, 0, true, (const uint32_t[][3]){{1, 7, 4500}, {2, 7, 1024}, {0}});
	assert_int_equal(news.ups, 1);
	expect_device(sas, 1, 1);
	expect_device(sas, 2, 2);
	/* The first moves (MOBIKE), and the second, too, to where the first was. */
	round_of_user(sas, 0, true, (const uint32_t[][3]){{1, 8, 4500}, {2, 7, 4500}, {0}});
	expect_device(sas, 1, 1);
	expect_device(sas, 2, 2);
	/* The first is authenticated anew, or rekeyed, and both IKE SAs are there for a while. */
	round_of_user(sas, 0, true, (const uint32_t[][3]){{1, 8, 4500}, {2, 7, 4500}, {3, 8, 4500}, {0}});
	expect_device(sas, 3, 1);
	assert_int_equal(ike_sas_find(sas, 3)->replacements, 1);
	/* The second is authenticated anew without that, and has another address afterwards. */
	round_of_user(sas, 0, true, (const uint32_t[][3]){{3, 8, 4500}, {4, 9, 4500}, {0}});
	expect_device(sas, 3, 1);
	expect_device(sas, 4, 2);
	assert_int_equal(news.ups + news.downs, 1);
	/* The first is gone; the second goes on, and the next one is the first. */
	round_of_user(sas, 0, true, (const uint32_t[][3]){{4, 9, 4500}, {0}});
	ike_sas_tick(sas, 10 * SECOND);
	assert_int_equal(news.downs, 1);
	round_of_user(sas, 0, true, (const uint32_t[][3]){{4, 9, 4500}, {5, 3, 500}, {0}});
	expect_device(sas, 4, 2);
	expect_device(sas, 5, 1);
	assert_int_equal(news.ups, 2);
	ike_sas_free(sas);
}

/* Whoever is at the other end of a connection with one peer is that peer. */
static void
a_connection_with_one_peer_has_one_device(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);

	(void)state;
	round_of_user(sas, 0, false, (const uint32_t[][3]){{1, 7, 4500}, {0}});
	round_of_user(sas, 0, false, (const uint32_t[][3]){{1, 7, 4500}, {2, 8, 4500}, {0}});
	expect_device(sas, 2, 1);
	assert_int_equal(news.ups + news.downs, 0);
	ike_sas_free(sas);
}

/* As many as there is room for; all others are the last one. */
static void
devices_are_bounded(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	uint32_t all[IKE_DEVICES_MOST + 10][3] = {{0}};

	(void)state;
	for (uint32_t i = 0; i + 1 < IKE_DEVICES_MOST + 10; i++) {
		all[i][0] = i + 1;
		all[i][1] = i + 1;
	}
	for (unsigned again = 0; again < 2; again++) {
		round_of_user(sas, 0, true, (const uint32_t(*)[3])all);
		for (uint32_t id = 1; id <= IKE_DEVICES_MOST; id++)
			expect_device(sas, id, id);
		assert_int_equal(ike_sas_find(sas, IKE_DEVICES_MOST + 9)->id, IKE_DEVICES_MOST + 9);
	}
	ike_sas_free(sas);
}

static bool
is_anywhere(const struct ike_sa *sa, const char *word)
{
	return memmem(sa, sizeof(*sa), word, strlen(word)) != NULL;
}

static void
identities_are_left_out_if_they_shall(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	struct ike_sa sa = sa_of(1, "rw", "alice@example.org");

	(void)state;
	snprintf(sa.local_id, sizeof(sa.local_id), "moon");
	snprintf(sa.eap_id, sizeof(sa.eap_id), "alice");
	ike_sas_configure(sas, 10, false);
	ike_sas_begin(sas);
	ike_sas_take_sa(sas, &sa);
	sa.id = 2; /* another user of the same connection, at another address */
	sa.remote.octets[3] = 2;
	ike_sas_take_sa(sas, &sa);
	end(sas, 0, 0);
	assert_true(is_anywhere(&sa, "alice"));
	assert_int_equal(ike_sas_count(sas), 2);
	for (size_t rank = 0; rank < 2; rank++) {
		ike_sas_at(sas, rank, 0, &sa);
		assert_false(is_anywhere(&sa, "alice") || is_anywhere(&sa, "moon"));
		assert_int_equal(sa.replacements, 0);
	}
	ike_sas_free(sas);
}

static void
finds_what_is_configured(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	struct ike_configured_child child = {.connection = "berlin", .name = "net"};

	(void)state;
	ike_sas_begin(sas);
	ike_sas_take_configured(sas, &child);
	strcpy(child.name, "dmz");
	ike_sas_take_configured(sas, &child);
	end(sas, 0, 0);
	assert_int_equal(ike_sas_configured(sas), 2);
	assert_string_equal(ike_sas_find_configured(sas, "berlin", "dmz")->name, "dmz");
	assert_null(ike_sas_find_configured(sas, "berlin", "lan"));
	assert_null(ike_sas_find_configured(sas, "paris", "dmz"));
	ike_sas_free(sas);
}

/* Memory is bounded, whatever a daemon says. */
static void
leaves_out_what_is_beyond_its_limits(void **state)
{
	struct news news;
	struct ike_sas *const sas = begin(&news);
	const struct ike_child child = {.id = 1};

	(void)state;
	ike_sas_begin(sas);
	for (uint32_t i = 1; i <= IKE_SAS_MOST + 10; i++) {
		const struct ike_sa sa = sa_of(i, "rw", "");

		ike_sas_take_sa(sas, &sa);
	}
	for (uint32_t i = 0; i < IKE_CHILDREN_MOST + 10; i++)
		ike_sas_take_child(sas, &child);
	end(sas, 0, 0);
	assert_int_equal(ike_sas_count(sas), IKE_SAS_MOST);
	assert_int_equal(ike_sas_children(sas), IKE_CHILDREN_MOST);
	assert_int_equal(ike_sas_left_out(sas), 20);
	ike_sas_free(sas);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_stand_in_order_and_age),
		cmocka_unit_test(a_round_is_shown_when_it_is_whole),
		cmocka_unit_test(a_peer_is_up_over_rekeying_and_reauthentication),
		cmocka_unit_test(a_peer_that_is_gone_for_long_is_down_once),
		cmocka_unit_test(a_daemon_may_be_gone_for_a_moment),
		cmocka_unit_test(silence_is_no_end),
		cmocka_unit_test(two_devices_of_one_identity_are_two_peers),
		cmocka_unit_test(a_connection_with_one_peer_has_one_device),
		cmocka_unit_test(devices_are_bounded),
		cmocka_unit_test(identities_are_left_out_if_they_shall),
		cmocka_unit_test(finds_what_is_configured),
		cmocka_unit_test(leaves_out_what_is_beyond_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
