/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_replay.h"

#include <string.h>

#include "xfrm_uapi.h"

static void
set_sequence(const struct xfrm_reading *reading, uint64_t sent, uint64_t received, uint64_t bitmap)
{
	reading->result->sent_sequence = sent;
	reading->result->received_sequence = received;
	reading->sa->replay_bitmap = bitmap;
	xfrm_report(reading, SA_ATTR_SEQUENCE);
	xfrm_report(reading, SA_ATTR_REPLAY_BITMAP);
}

const char *
xfrm_read_replay(const struct xfrm_reading *reading)
{
	struct xfrm_replay_state replay;

	memcpy(&replay, reading->value, sizeof(replay));
	/* Bit n is already packet seq - n: net/xfrm/xfrm_replay.c, xfrm_replay_advance(). */
	set_sequence(reading, replay.oseq, replay.seq, replay.bitmap);
	return NULL;
}

static bool
bit_of(const uint8_t *bitmap, uint32_t bit)
{
	uint32_t word;

	memcpy(&word, bitmap + (size_t)(bit / 32) * sizeof(word), sizeof(word));
	return word >> (bit % 32) & 1;
}

/*
 * The newest packets of the kernel's circular bitmap, in which packet number s has bit (s - 1) modulo window:
 * net/xfrm/xfrm_replay.c, xfrm_replay_advance_bmp() and _esn().
 */
static uint64_t
newest_packets(const uint8_t *bitmap, uint32_t window, uint32_t sequence)
{
	const unsigned packets = window < 64 ? window : 64;
	uint64_t newest = 0;
	uint32_t bit;

	if (window == 0)
		return 0;
	bit = (sequence - 1) % window;
	for (unsigned n = 0; n < packets; n++) {
		newest |= (uint64_t)bit_of(bitmap, bit) << n;
		bit = bit == 0 ? window - 1 : bit - 1;
	}
	return newest;
}

const char *
xfrm_read_replay_esn(const struct xfrm_reading *reading)
{
	struct xfrm_replay_state_esn replay;
	const size_t head = sizeof(replay);

	memcpy(&replay, reading->value, head);
	if ((reading->length - head) / sizeof(uint32_t) < replay.bmp_len)
		return "the replay bitmap is longer than its attribute";
	if ((uint64_t)replay.bmp_len * 32 < replay.replay_window)
		return "the replay window is larger than its bitmap";
	reading->sa->replay_window = replay.replay_window;
	set_sequence(reading, (uint64_t)replay.oseq_hi << 32 | replay.oseq, (uint64_t)replay.seq_hi << 32 | replay.seq,
		     newest_packets(reading->value + head, replay.replay_window, replay.seq));
	return NULL;
}
