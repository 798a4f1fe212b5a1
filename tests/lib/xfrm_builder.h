/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_BUILDER_H
#define XFRM_BUILDER_H

/*
 * For tests that parse XFRM messages: messages as the kernel builds them, one at a time, in a buffer that the next one
 * reuses.  Keys are octets of 0xab.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <libmnl/libmnl.h>

#include "xfrm/xfrm_message.h"
#include "xfrm/xfrm_uapi.h"

enum { NOW = 1700000000, ROOM = 8192 };

static uint64_t room[ROOM / 8];
static struct sa sa;
static struct xfrm_message_result result;

static inline struct xfrm_usersa_info
an_esp_info(void)
{
	/* clang-format off */
	struct xfrm_usersa_info info = {
	    .family = AF_INET,
	    .sel = {.family = AF_INET},
	    .mode = XFRM_MODE_TUNNEL,
	    .id = {.spi = htonl(0x9a35fc02), .proto = IPPROTO_ESP},
	    .reqid = 7,
	    .replay_window = 32,
	    .lft = {.soft_byte_limit = XFRM_INF,
		    .hard_byte_limit = XFRM_INF,
		    .soft_packet_limit = XFRM_INF,
		    .hard_packet_limit = XFRM_INF},
	    .curlft = {.add_time = NOW - 100},
	};
	/* clang-format on */

	inet_pton(AF_INET, "192.0.2.1", &info.id.daddr);
	inet_pton(AF_INET, "192.0.2.2", &info.saddr);
	return info;
}

static inline struct nlmsghdr *
new_message(const struct xfrm_usersa_info *info)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = XFRM_MSG_NEWSA;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(*info)), info, sizeof(*info));
	return message;
}

static inline struct nlmsghdr *
an_esp_message(void)
{
	const struct xfrm_usersa_info info = an_esp_info();

	return new_message(&info);
}

static inline void
put_algo(struct nlmsghdr *message, uint16_t type, const char *name, unsigned key_bits)
{
	uint8_t value[sizeof(struct xfrm_algo) + 128] = {0};
	struct xfrm_algo algo = {.alg_key_len = key_bits};

	strcpy(algo.alg_name, name);
	memcpy(value, &algo, sizeof(algo));
	memset(value + sizeof(algo), 0xab, (key_bits + 7) / 8);
	mnl_attr_put(message, type, sizeof(algo) + (key_bits + 7) / 8, value);
}

/* struct xfrm_algo_auth and xfrm_algo_aead have the same layout. */
static inline void
put_algo_icv(struct nlmsghdr *message, uint16_t type, const char *name, unsigned key_bits, unsigned icv_bits)
{
	uint8_t value[sizeof(struct xfrm_algo_auth) + 128] = {0};
	struct xfrm_algo_auth algo = {.alg_key_len = key_bits, .alg_trunc_len = icv_bits};

	strcpy(algo.alg_name, name);
	memcpy(value, &algo, sizeof(algo));
	memset(value + sizeof(algo), 0xab, (key_bits + 7) / 8);
	mnl_attr_put(message, type, sizeof(algo) + (key_bits + 7) / 8, value);
}

static inline void
put_esn(struct nlmsghdr *message, const struct xfrm_replay_state_esn *head, const uint32_t *bitmap)
{
	uint8_t value[sizeof(*head) + 4096 / 8];

	memcpy(value, head, sizeof(*head));
	memcpy(value + sizeof(*head), bitmap, head->bmp_len * sizeof(uint32_t));
	mnl_attr_put(message, XFRMA_REPLAY_ESN_VAL, sizeof(*head) + head->bmp_len * sizeof(uint32_t), value);
}

static inline void
read_well(const struct nlmsghdr *message)
{
	assert_true(xfrm_message_sa(message, NOW, &sa, &result));
	assert_null(result.reason);
}

static inline void
read_badly(const struct nlmsghdr *message, const char *reason)
{
	assert_false(xfrm_message_sa(message, NOW, &sa, &result));
	assert_non_null(result.reason);
	assert_string_equal(result.reason, reason);
}

static inline void
assert_address(const struct sa_address *address, const char *expected)
{
	char text[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(address, text);
	assert_string_equal(text, expected);
}

#endif
