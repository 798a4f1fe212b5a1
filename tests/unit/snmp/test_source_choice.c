/* SPDX-License-Identifier: BSD-3-Clause */

/* Which of the sockets of one address gets what comes from where: by the kernel, over the loopback interface. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snmp/source_choice.h"

enum { PATIENCE_MS = 10000 };

static struct sockaddr_in address; /* of all sockets */
static int sockets[SOURCE_CHOICES];

static int
bound(uint32_t host, in_port_t port, int shared)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = port, .sin_addr = {.s_addr = htonl(host)}};
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &shared, sizeof(shared)), 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int
open_all(void **state)
{
	socklen_t length = sizeof(address);

	(void)state;
	sockets[0] = bound(INADDR_LOOPBACK, 0, 1);
	assert_int_equal(getsockname(sockets[0], (struct sockaddr *)&address, &length), 0);
	for (unsigned i = 1; i < SOURCE_CHOICES; i++)
		sockets[i] = bound(INADDR_LOOPBACK, address.sin_port, 1);
	assert_true(source_choice_attach(sockets, AF_INET));
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SOURCE_CHOICES; i++)
		close(sockets[i]);
	return 0;
}

/* Where a datagram from that address has come. */
static unsigned
choice_for(uint32_t host)
{
	const int fd = bound(host, 0, 0);
	struct pollfd readable[SOURCE_CHOICES];
	unsigned found = 0;
	char octet = 'x';

	for (unsigned i = 0; i < SOURCE_CHOICES; i++)
		readable[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
	assert_int_equal(sendto(fd, &octet, 1, 0, (const struct sockaddr *)&address, sizeof(address)), 1);
	assert_int_equal(poll(readable, SOURCE_CHOICES, PATIENCE_MS), 1);
	while (readable[found].revents == 0)
		found++;
	assert_int_equal(recv(sockets[found], &octet, 1, 0), 1);
	close(fd);
	return found;
}

static void
neighbours_never_share(void **state)
{
	bool taken[SOURCE_CHOICES] = {false};

	(void)state;
	for (uint32_t i = 0; i < SOURCE_CHOICES; i++) {
		const unsigned choice = choice_for(0x7f2a4380 + i);

		assert_false(taken[choice]);
		taken[choice] = true;
	}
}

static void
one_address_has_one_socket(void **state)
{
	(void)state;
	assert_int_equal(choice_for(0x7f2a4385), choice_for(0x7f2a4385));
}

/* Whichever octet it is in which they differ: 256 of them are in far more than a few of 128 places (81 or so by chance). */
static void
others_are_spread(void **state)
{
	(void)state;
	for (unsigned shift = 8; shift < 24; shift += 8) {
		bool taken[SOURCE_CHOICES] = {false};
		unsigned places = 0;

		for (uint32_t i = 0; i < 256; i++) {
			const unsigned choice = choice_for(0x7f010105 ^ i << shift);

			places += !taken[choice];
			taken[choice] = true;
		}
		assert_in_range(places, SOURCE_CHOICES / 4, SOURCE_CHOICES);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_never_share),
		cmocka_unit_test(one_address_has_one_socket),
		cmocka_unit_test(others_are_spread),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
