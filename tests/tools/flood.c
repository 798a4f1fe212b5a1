/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * flood FROM TO PORT MESSAGE
 *
 * Sends the message, which is given as hexadecimal digits, by UDP from one address to another (numeric, of one family), as
 * often as it can until it is killed.
 */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 32, MESSAGE_SIZE = 65536 };

static struct addrinfo *
find(const char *address, const char *port)
{
	const struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM};
	struct addrinfo *found;
	const int error = getaddrinfo(address, port, &wanted, &found);

	if (error) {
		fprintf(stderr, "flood: %s: %s\n", address, gai_strerror(error));
		exit(1);
	}
	return found;
}

static int
connected(const char *from, const char *to, const char *port)
{
	struct addrinfo *const near = find(from, "0"), *const far = find(to, port);
	const int fd = socket(far->ai_family, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, near->ai_addr, near->ai_addrlen) < 0 || connect(fd, far->ai_addr, far->ai_addrlen) < 0) {
		perror("flood");
		exit(1);
	}
	freeaddrinfo(near);
	freeaddrinfo(far);
	return fd;
}

int
main(int argc, char **argv)
{
	static unsigned char message[MESSAGE_SIZE];
	struct iovec octets = {.iov_base = message};
	struct mmsghdr all[AT_ONCE];
	int fd;

	if (argc != 5) {
		fprintf(stderr, "usage: flood FROM TO PORT MESSAGE\n");
		return 2;
	}
	fd = connected(argv[1], argv[2], argv[3]);
	while (octets.iov_len < sizeof(message) &&
	       sscanf(argv[4] + 2 * octets.iov_len, "%2hhx", &message[octets.iov_len]) == 1)
		octets.iov_len++;
	for (int i = 0; i < AT_ONCE; i++)
		all[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &octets, .msg_iovlen = 1}};
	for (;;)
		sendmmsg(fd, all, AT_ONCE, 0);
}
