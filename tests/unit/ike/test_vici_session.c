/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/vici_session.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "ike/vici_packet.h"
#include "ike/vici_request.h"
#include "vici_builder.h"

struct heard {
	unsigned sas, children, configured, begun, ended, changed, downs;
};

static void
on_sa(void *data, const struct ike_sa *sa)
{
	(void)sa;
	((struct heard *)data)->sas++;
}

static void
on_child(void *data, const struct ike_child *child)
{
	(void)child;
	((struct heard *)data)->children++;
}

static void
on_configured(void *data, const struct ike_configured_child *child)
{
	(void)child;
	((struct heard *)data)->configured++;
}

static void
on_begun(void *data)
{
	((struct heard *)data)->begun++;
}

static void
on_ended(void *data)
{
	((struct heard *)data)->ended++;
}

static void
on_changed(void *data, const struct ike_sa *sa, bool up)
{
	((struct heard *)data)->changed++;
	((struct heard *)data)->downs += sa && !up;
}

static struct vici_session *
begin(struct heard *heard)
{
	const struct vici_session_listener listener = {
		{on_sa, on_child, on_configured, heard}, on_begun, on_ended, on_changed};
	struct vici_session *const session = vici_session_new(&listener);

	*heard = (struct heard){.begun = 0};
	assert_non_null(session);
	return session;
}

/* Takes what is to be sent, which must be that and nothing else. */
static void
expect_sent(struct vici_session *session, uint8_t type, const char *name)
{
	const uint8_t *octets;
	const size_t length = vici_session_output(session, &octets);

	assert_int_equal(length, 6 + strlen(name));
	assert_int_equal(octets[3], 2 + strlen(name));
	assert_int_equal(octets[4], type);
	assert_memory_equal(octets + 6, name, strlen(name));
	/* In two pieces, as a socket may have it. */
	vici_session_sent(session, 1);
	assert_int_equal(vici_session_output(session, &octets), length - 1);
	vici_session_sent(session, length - 1);
	assert_int_equal(vici_session_output(session, &octets), 0);
}

/* In pieces of so many octets. */
static bool
hear(struct vici_session *session, const struct vici_builder *builder, size_t piece)
{
	char error[ERROR_LINE_SIZE] = "";
	size_t at = 0;

	while (at < builder->length) {
		const size_t length = builder->length - at < piece ? builder->length - at : piece;

		if (!vici_session_input(session, builder->octets + at, length, error)) {
			assert_string_not_equal(error, "");
			return false;
		}
		at += length;
	}
	return true;
}

static bool
hear_plain(struct vici_session *session, uint8_t type)
{
	struct vici_builder builder;

	vici_begin_packet(&builder, type, NULL);
	vici_end_packet(&builder);
	return hear(session, &builder, 1000);
}

static bool
hear_sa(struct vici_session *session, size_t piece)
{
	struct vici_builder builder;

	vici_begin_packet(&builder, VICI_EVENT, "list-sa");
	vici_put_sa(&builder, "berlin", "3", "sun");
	vici_put_section(&builder, "child-sas");
	vici_put_child(&builder, "net-5", "net", "c1d2e3f4", "0badcafe");
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_end_packet(&builder);
	return hear(session, &builder, piece);
}

static void
register_all(struct vici_session *session)
{
	static const char *const events[] = {"list-conn", "list-sa",	  "ike-updown",
					     "ike-rekey", "child-updown", "child-rekey"};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		expect_sent(session, VICI_EVENT_REGISTER, events[i]);
		assert_true(vici_session_waits(session));
		assert_true(hear_plain(session, VICI_EVENT_CONFIRM));
	}
}

/* This is all that any daemon is ever sent, for as long as it lives. */
static void
sends_registrations_and_two_lists_and_nothing_else(void **state)
{
	struct heard heard;
	struct vici_session *const session = begin(&heard);
	const uint8_t *octets;

	(void)state;
	register_all(session);
	assert_false(vici_session_waits(session));
	for (unsigned round = 1; round <= 3; round++) {
		assert_int_equal(vici_session_output(session, &octets), 0);
		vici_session_ask(session);
		assert_int_equal(heard.begun, round);
		expect_sent(session, VICI_CMD_REQUEST, "list-conns");
		assert_true(hear_plain(session, VICI_CMD_RESPONSE));
		expect_sent(session, VICI_CMD_REQUEST, "list-sas");
		assert_true(hear_sa(session, round));
		assert_true(hear_plain(session, VICI_CMD_RESPONSE));
		assert_int_equal(heard.ended, round);
		assert_int_equal(heard.sas, round);
		assert_int_equal(heard.children, round);
	}
	vici_session_free(session);
}

static void
there_is_no_other_request(void **state)
{
	static const struct {
		uint8_t type;
		const char *name;
	} all[] = {{3, "list-conn"},	{3, "list-sa"},	    {3, "ike-updown"}, {3, "ike-rekey"},
		   {3, "child-updown"}, {3, "child-rekey"}, {0, "list-conns"}, {0, "list-sas"}};

	(void)state;
	assert_int_equal(VICI_REQUESTS, sizeof(all) / sizeof(all[0]));
	for (unsigned i = 0; i < VICI_REQUESTS; i++) {
		uint8_t packet[VICI_REQUEST_SIZE];
		const size_t length = vici_request_build((enum vici_request)i, packet);

		assert_int_equal(packet[4], all[i].type);
		assert_int_equal(packet[5], strlen(all[i].name));
		assert_int_equal(length, 6 + strlen(all[i].name));
		assert_memory_equal(packet + 6, all[i].name, strlen(all[i].name));
	}
}

static void
a_round_that_is_asked_for_early_waits(void **state)
{
	struct heard heard;
	struct vici_session *const session = begin(&heard);

	(void)state;
	vici_session_ask(session);
	assert_int_equal(heard.begun, 0);
	register_all(session);
	assert_int_equal(heard.begun, 1);
	expect_sent(session, VICI_CMD_REQUEST, "list-conns");
	vici_session_ask(session);
	assert_true(hear_plain(session, VICI_CMD_RESPONSE));
	expect_sent(session, VICI_CMD_REQUEST, "list-sas");
	assert_true(hear_plain(session, VICI_CMD_RESPONSE));
	assert_int_equal(heard.begun, 2);
	vici_session_free(session);
}

static void
hears_of_changes_at_any_time(void **state)
{
	struct heard heard;
	struct vici_session *const session = begin(&heard);
	struct vici_builder builder;

	(void)state;
	register_all(session);
	vici_begin_packet(&builder, VICI_EVENT, "child-updown");
	vici_end_packet(&builder);
	assert_true(hear(session, &builder, 1000));
	assert_int_equal(heard.changed, 1);
	vici_begin_packet(&builder, VICI_EVENT, "ike-updown");
	vici_put_sa(&builder, "berlin", "3", "sun");
	vici_put_end(&builder);
	vici_end_packet(&builder);
	assert_true(hear(session, &builder, 1000));
	assert_int_equal(heard.changed, 2);
	assert_int_equal(heard.downs, 1);
	/* What belongs to a list that nobody asked for is no row. */
	assert_true(hear_sa(session, 1000));
	assert_int_equal(heard.sas, 0);
	vici_session_free(session);
}

/* An event that it has not is no reason to do without it; a list is. */
static void
an_older_daemon_has_fewer_events(void **state)
{
	struct heard heard;
	struct vici_session *session = begin(&heard);

	(void)state;
	expect_sent(session, VICI_EVENT_REGISTER, "list-conn");
	assert_true(hear_plain(session, VICI_EVENT_CONFIRM));
	expect_sent(session, VICI_EVENT_REGISTER, "list-sa");
	assert_true(hear_plain(session, VICI_EVENT_CONFIRM));
	expect_sent(session, VICI_EVENT_REGISTER, "ike-updown");
	assert_true(hear_plain(session, VICI_EVENT_UNKNOWN));
	expect_sent(session, VICI_EVENT_REGISTER, "ike-rekey");
	vici_session_free(session);

	session = begin(&heard);
	expect_sent(session, VICI_EVENT_REGISTER, "list-conn");
	assert_false(hear_plain(session, VICI_EVENT_UNKNOWN));
	vici_session_free(session);
}

static void
nonsense_ends_the_conversation(void **state)
{
	static const struct {
		const char *octets;
		size_t length;
	} nonsense[] = {
		{"HTTP/1.0 400 Bad Request\r\n", 26}, /* a length beyond all segments */
		{"\0\0\0\0", 4},		      /* a segment of nothing */
		{"\0\0\0\1\11", 5},		      /* no such type */
		{"\0\0\0\1\0", 5},		      /* a request */
		{"\0\0\0\2\7\5", 6},		      /* a name that is cut off */
		{"\0\0\0\1\1", 5},		      /* an answer to what was not asked */
		{"\0\0\0\15\7\12ike-updown\2", 17},   /* a message that is none */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		struct heard heard;
		struct vici_session *const session = begin(&heard);
		char error[ERROR_LINE_SIZE] = "";

		assert_false(
			vici_session_input(session, (const uint8_t *)nonsense[i].octets, nonsense[i].length, error));
		assert_string_not_equal(error, "");
		vici_session_free(session);
	}
}

/* An answer before the question is whole cannot be one. */
static void
an_answer_that_comes_too_soon_is_nonsense(void **state)
{
	struct heard heard;
	struct vici_session *const session = begin(&heard);

	(void)state;
	assert_false(hear_plain(session, VICI_EVENT_CONFIRM));
	vici_session_free(session);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_registrations_and_two_lists_and_nothing_else),
		cmocka_unit_test(there_is_no_other_request),
		cmocka_unit_test(a_round_that_is_asked_for_early_waits),
		cmocka_unit_test(hears_of_changes_at_any_time),
		cmocka_unit_test(an_older_daemon_has_fewer_events),
		cmocka_unit_test(nonsense_ends_the_conversation),
		cmocka_unit_test(an_answer_that_comes_too_soon_is_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
