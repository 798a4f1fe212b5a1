/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Any octets as a datagram of a dump.  Each message that is taken must lie in the datagram, whole; what is left after
 * the last must be told.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "xfrm/netlink.h"

enum { PORT = 4301, SEQUENCE = 7 };

struct datagram {
	const uint8_t *octets;
	size_t length, reached;
};

static int
take(const struct nlmsghdr *message, void *data)
{
	struct datagram *datagram = data;
	const size_t at = (size_t)((const uint8_t *)message - datagram->octets);

	require(at >= datagram->reached && at % NLMSG_ALIGNTO == 0);
	require(message->nlmsg_len >= NLMSG_HDRLEN && message->nlmsg_len <= datagram->length - at);
	require(message->nlmsg_seq == SEQUENCE && message->nlmsg_pid == PORT);
	datagram->reached = at + message->nlmsg_len;
	return message->nlmsg_flags == 0xffff ? -1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct netlink link = {.port = PORT, .sequence = SEQUENCE, .dumping = true};
	/* Aligned, and of exactly that size, so that a sanitizer sees reads beyond it. */
	uint8_t *copy = malloc(size > 0 ? size : 1);
	struct datagram datagram = {.octets = copy, .length = size};
	struct netlink_slice slice;

	require(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	slice = netlink_take(&link, copy, size, take, &datagram);
	for (size_t i = 0; i < size; i++)
		require(copy[i] == 0); /* there may have been keys */
	free(copy);
	require(slice.error <= 0 || slice.ended);
	require(link.dumping == !slice.ended);
	require(!slice.cut || !slice.error);
	return 0;
}
