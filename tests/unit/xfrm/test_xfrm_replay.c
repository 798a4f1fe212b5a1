/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_builder.h"

static void
reads_the_legacy_replay_state(void **state)
{
	struct xfrm_replay_state replay = {.seq = 1000, .bitmap = 0x80000005};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, 1000);
	assert_int_equal(sa.replay_bitmap, 0x80000005);
	assert_int_equal(sa.replay_window, 32);

	replay = (struct xfrm_replay_state){.oseq = UINT32_MAX};
	message = an_esp_message();
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, UINT32_MAX);
}

static void
the_sequence_number_goes_with_the_direction(void **state)
{
	const struct xfrm_replay_state replay = {.seq = 10, .oseq = 20};
	const uint8_t in = XFRM_UAPI_SA_DIR_IN, out = XFRM_UAPI_SA_DIR_OUT;
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	read_well(message);
	assert_int_equal(sa.sequence, 20); /* the greater, for want of better */
	xfrm_message_set_direction(&sa, SA_DIRECTION_UNKNOWN, &result);
	assert_false(sa_reports(&sa, SA_ATTR_DIRECTION));
	xfrm_message_set_direction(&sa, SA_DIRECTION_IN, &result);
	assert_int_equal(sa.sequence, 10);
	assert_int_equal(sa.direction, SA_DIRECTION_IN);
	assert_true(sa_reports(&sa, SA_ATTR_DIRECTION));

	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(in), &in);
	read_well(message);
	assert_int_equal(sa.sequence, 10);

	message = an_esp_message();
	mnl_attr_put(message, XFRMA_REPLAY_VAL, sizeof(replay), &replay);
	mnl_attr_put(message, XFRM_UAPI_SA_DIR, sizeof(out), &out);
	read_well(message);
	assert_int_equal(sa.sequence, 20);
}

/*
 * What net/xfrm/xfrm_replay.c does with a packet that has passed: the reference for the circular bitmap.
 * Windows here are powers of two, as the kernel's own arithmetic needs where numbers pass 2^32.
 */
static void
kernel_receives(struct xfrm_replay_state_esn *replay, uint32_t *bitmap, uint64_t number)
{
	const uint64_t top = (uint64_t)replay->seq_hi << 32 | replay->seq;
	const uint32_t window = replay->replay_window;
	uint32_t bit;

	if (number > top) {
		for (uint64_t n = top + 1; n < number && n < top + 1 + window; n++) {
			bit = (uint32_t)(n - 1) % window;
			bitmap[bit / 32] &= ~(1U << bit % 32);
		}
		replay->seq = (uint32_t)number;
		replay->seq_hi = (uint32_t)(number >> 32);
	}
	bit = (uint32_t)(number - 1) % window;
	bitmap[bit / 32] |= 1U << bit % 32;
}

static void
assert_window(uint32_t window, uint64_t first, unsigned seed)
{
	struct xfrm_replay_state_esn replay = {.replay_window = window, .bmp_len = (window + 31) / 32};
	uint32_t bitmap[4096 / 32] = {0};
	uint64_t number = first, expected = 0;
	struct nlmsghdr *message;

	replay.seq = (uint32_t)first;
	replay.seq_hi = (uint32_t)(first >> 32);
	kernel_receives(&replay, bitmap, first);
	expected = 1;
	srand(seed);
	for (unsigned i = 0; i < 500; i++) {
		const unsigned step = (unsigned)rand() % (i % 50 == 0 ? 200 : 4);

		if (rand() % 4 == 0 && step < 64 && step < window && number - first >= step) {
			kernel_receives(&replay, bitmap, number - step); /* late, but in the window */
			expected |= UINT64_C(1) << step;
		} else {
			number += step + 1;
			kernel_receives(&replay, bitmap, number);
			expected = (step < 63 ? expected << (step + 1) : 0) | 1;
		}
		if (window < 64)
			expected &= (UINT64_C(1) << window) - 1;
		message = an_esp_message();
		put_esn(message, &replay, bitmap);
		read_well(message);
		assert_int_equal(sa.sequence, number);
		assert_int_equal(sa.replay_bitmap, expected);
		assert_int_equal(sa.replay_window, window);
	}
}

static void
turns_the_circular_bitmap(void **state)
{
	(void)state;
	assert_window(32, 1, 1);
	assert_window(64, 1, 2);
	assert_window(128, 1, 3);
	assert_window(1024, 1, 4);
	assert_window(4096, 1, 5);
	assert_window(100, 1, 6); /* neither a power of two nor whole words */
	assert_window(33, 7, 7);
	assert_window(1, 1, 8);
	assert_window(64, UINT32_MAX - 100, 9); /* over 2^32: seq_hi */
	assert_window(4096, (UINT64_C(5) << 32) - 100, 10);
}

static void
turns_a_bitmap_worked_out_by_hand(void **state)
{
	/* Window 64; packets 65, 66 and 68 came: bits 0, 1 and 3 of the second round, 67 is missing. */
	const struct xfrm_replay_state_esn replay = {.replay_window = 64, .bmp_len = 2, .seq = 68, .oseq = 3};
	const uint32_t bitmap[] = {0x0000000b | 0xfffffff0, 0xffffffff};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_esn(message, &replay, bitmap);
	read_well(message);
	assert_int_equal(sa.sequence, 68);
	assert_int_equal(sa.replay_bitmap, UINT64_MAX & ~(UINT64_C(1) << 1));
}

static void
reads_an_outbound_esn(void **state)
{
	const struct xfrm_replay_state_esn replay = {.replay_window = 0, .bmp_len = 0, .oseq = 5, .oseq_hi = 2};
	const uint32_t bitmap[1] = {0};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	put_esn(message, &replay, bitmap);
	read_well(message);
	assert_int_equal(sa.sequence, (UINT64_C(2) << 32) + 5);
	assert_int_equal(sa.replay_bitmap, 0);
	assert_int_equal(sa.replay_window, 0);
}

static void
refuses_a_malformed_esn(void **state)
{
	struct xfrm_replay_state_esn replay = {.replay_window = 64, .bmp_len = 2};
	const uint32_t bitmap[2] = {0};
	struct nlmsghdr *message = an_esp_message();

	(void)state;
	mnl_attr_put(message, XFRMA_REPLAY_ESN_VAL, sizeof(replay), &replay);
	read_badly(message, "the replay bitmap is longer than its attribute");

	message = an_esp_message();
	replay.replay_window = 65;
	put_esn(message, &replay, bitmap);
	read_badly(message, "the replay window is larger than its bitmap");

	message = an_esp_message();
	replay.bmp_len = UINT32_MAX;
	mnl_attr_put(message, XFRMA_REPLAY_ESN_VAL, sizeof(replay), &replay);
	read_badly(message, "the replay bitmap is longer than its attribute");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_legacy_replay_state),
		cmocka_unit_test(the_sequence_number_goes_with_the_direction),
		cmocka_unit_test(turns_the_circular_bitmap),
		cmocka_unit_test(turns_a_bitmap_worked_out_by_hand),
		cmocka_unit_test(reads_an_outbound_esn),
		cmocka_unit_test(refuses_a_malformed_esn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
