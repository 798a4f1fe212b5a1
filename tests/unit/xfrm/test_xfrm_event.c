/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

#include "xfrm/xfrm_event.h"

static struct sa_event event;
static struct xfrm_message_result result;

static struct nlmsghdr *
a_deletion(void)
{
	const struct xfrm_usersa_id id = {.family = AF_INET, .proto = IPPROTO_ESP};
	struct xfrm_usersa_info info = an_esp_info();
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	info.curlft.bytes = 5000;
	info.curlft.packets = 50;
	message->nlmsg_type = XFRM_MSG_DELSA;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(id)), &id, sizeof(id));
	mnl_attr_put(message, XFRMA_SA, sizeof(info), &info);
	put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 128);
	mnl_attr_put_u32(message, XFRMA_IF_ID, 3);
	return message;
}

static struct nlmsghdr *
an_expiry_of(struct xfrm_usersa_info info, uint8_t hard)
{
	const struct xfrm_user_expire expire = {.state = info, .hard = hard};
	const struct xfrm_mark mark = {.v = 9, .m = 0xff};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = XFRM_MSG_EXPIRE;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(expire)), &expire, sizeof(expire));
	mnl_attr_put(message, XFRMA_MARK, sizeof(mark), &mark);
	return message;
}

static struct nlmsghdr *
an_expiry(uint8_t hard)
{
	return an_expiry_of(an_esp_info(), hard);
}

static struct nlmsghdr *
a_flush(uint8_t protocol)
{
	const struct xfrm_usersa_flush flush = {.proto = protocol};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = XFRM_MSG_FLUSHSA;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(flush)), &flush, sizeof(flush));
	return message;
}

static void
read_event(const struct nlmsghdr *message, enum sa_event_kind kind)
{
	assert_true(xfrm_event_read(message, NOW, &event, &result));
	assert_null(result.reason);
	assert_int_equal(event.kind, kind);
}

static void
reads_new_and_updated_sas(void **state)
{
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_algo(message, XFRMA_ALG_CRYPT, "cbc(aes)", 128);
	read_event(message, SA_EVENT_NEW);
	assert_int_equal(event.sa.said.spi, 0x9a35fc02);
	assert_int_equal(event.sa.state, SA_STATE_MATURE);
	message->nlmsg_type = XFRM_MSG_UPDSA;
	read_event(message, SA_EVENT_UPDATED);
	assert_string_equal(event.sa.encryption, "cbc(aes)");
}

static void
a_deletion_has_the_final_counters(void **state)
{
	(void)state;
	read_event(a_deletion(), SA_EVENT_DELETED);
	assert_int_equal(event.sa.said.spi, 0x9a35fc02);
	assert_int_equal(event.sa.life[SA_LIFE_BYTES].current, 5000);
	assert_int_equal(event.sa.life[SA_LIFE_PACKETS].current, 50);
	assert_int_equal(event.sa.if_id, 3);
	assert_int_equal(event.sa.state, SA_STATE_MATURE);
	assert_int_equal(result.unknown_attributes, 0);
}

static void
a_deletion_without_its_sa_is_refused(void **state)
{
	const struct xfrm_usersa_id id = {.family = AF_INET};
	const uint8_t cut[sizeof(struct xfrm_usersa_info) - 1] = {0};
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	(void)state;
	message->nlmsg_type = XFRM_MSG_DELSA;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(id)), &id, sizeof(id));
	assert_false(xfrm_event_read(message, NOW, &event, &result));
	assert_string_equal(result.reason, "the deleted SA is not in the message");
	mnl_attr_put(message, XFRMA_SA, sizeof(cut), cut);
	assert_false(xfrm_event_read(message, NOW, &event, &result));
	assert_string_equal(result.reason, "the deleted SA is not in the message");
}

static void
tells_soft_from_hard_expiries(void **state)
{
	(void)state;
	read_event(an_expiry(0), SA_EVENT_EXPIRED);
	assert_false(event.hard);
	assert_int_equal(event.sa.state, SA_STATE_DYING);
	assert_int_equal(event.sa.said.qualifier, 9);
	read_event(an_expiry(1), SA_EVENT_EXPIRED);
	assert_true(event.hard);
	assert_int_equal(event.sa.state, SA_STATE_DEAD);
}

static void
assert_expires_as(struct xfrm_usersa_info info, enum sa_state state)
{
	read_event(an_expiry_of(info, 1), SA_EVENT_EXPIRED);
	assert_true(event.hard);
	assert_int_equal(event.sa.state, state);
}

static void
an_sa_that_expires_may_never_have_had_keys(void **state)
{
	struct xfrm_usersa_info acquire = an_esp_info(), allocated = acquire, for_both_families = acquire;

	(void)state;
	/* The kernel has asked for it, and nobody has answered. */
	acquire.id.spi = 0;
	assert_expires_as(acquire, SA_STATE_LARVAL);
	/* XFRM_MSG_ALLOCSPI */
	allocated.sel = (struct xfrm_selector){
		.saddr = allocated.saddr, .daddr = allocated.id.daddr, .prefixlen_s = 32, .prefixlen_d = 32};
	assert_expires_as(allocated, SA_STATE_LARVAL);
	for_both_families.sel = (struct xfrm_selector){.family = AF_UNSPEC};
	for_both_families.flags = XFRM_STATE_AF_UNSPEC;
	assert_expires_as(for_both_families, SA_STATE_DEAD);
}

static void
a_flush_is_of_one_protocol_or_many(void **state)
{
	(void)state;
	read_event(a_flush(IPPROTO_AH), SA_EVENT_FLUSHED);
	assert_true(sa_event_flushes(event.flushed_protocol, SA_PROTOCOL_AH));
	assert_false(sa_event_flushes(event.flushed_protocol, SA_PROTOCOL_ESP));
	read_event(a_flush(255), SA_EVENT_FLUSHED);
	assert_true(sa_event_flushes(event.flushed_protocol, SA_PROTOCOL_ESP));
	assert_false(sa_event_flushes(event.flushed_protocol, SA_PROTOCOL_IPIP));
	read_event(a_flush(0), SA_EVENT_FLUSHED);
	assert_true(sa_event_flushes(event.flushed_protocol, SA_PROTOCOL_IPIP));
}

static void
other_messages_are_no_events(void **state)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	(void)state;
	message->nlmsg_type = XFRM_MSG_ACQUIRE;
	read_event(message, SA_EVENT_NONE);
	message->nlmsg_type = NLMSG_DONE;
	read_event(message, SA_EVENT_NONE);
}

/* What a cut message may still be read as is the same event, never more. */
static void
assert_survives_cuts(const struct nlmsghdr *message, size_t least)
{
	for (uint32_t length = NLMSG_HDRLEN; length < message->nlmsg_len; length++) {
		struct nlmsghdr *cut = malloc(length);
		bool read;

		memcpy(cut, message, length);
		cut->nlmsg_len = length;
		read = xfrm_event_read(cut, NOW, &event, &result);
		free(cut);
		if (length < least)
			assert_false(read);
		assert_int_equal(read, result.reason == NULL);
	}
}

static void
survives_cuts_at_every_length(void **state)
{
	(void)state;
	assert_survives_cuts(a_deletion(), NLMSG_HDRLEN + sizeof(struct xfrm_usersa_id) + sizeof(struct nlattr) +
						   sizeof(struct xfrm_usersa_info));
	assert_survives_cuts(an_expiry(1), NLMSG_HDRLEN + sizeof(struct xfrm_user_expire));
	assert_survives_cuts(a_flush(0), NLMSG_HDRLEN + sizeof(struct xfrm_usersa_flush));
	assert_survives_cuts(an_esp_message(), NLMSG_HDRLEN + sizeof(struct xfrm_usersa_info));
}

int
main(void)
{
	/* clang-format off */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_new_and_updated_sas),
	    cmocka_unit_test(a_deletion_has_the_final_counters),
	    cmocka_unit_test(a_deletion_without_its_sa_is_refused),
	    cmocka_unit_test(tells_soft_from_hard_expiries),
	    cmocka_unit_test(an_sa_that_expires_may_never_have_had_keys),
	    cmocka_unit_test(a_flush_is_of_one_protocol_or_many),
	    cmocka_unit_test(other_messages_are_no_events),
	    cmocka_unit_test(survives_cuts_at_every_length),
	};
	/* clang-format on */

	return cmocka_run_group_tests(tests, NULL, NULL);
}
