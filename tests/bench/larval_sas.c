/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * larval_sas add COUNT       makes so many larval SAs (XFRM_MSG_ALLOCSPI), 500 to a peer; they live for
 *                            net.core.xfrm_acq_expires seconds
 * larval_sas burst COUNT     adds and deletes so many, one after the other; prints the microseconds it took
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAS_A_PEER = 500, AT_ONCE = 32, BUFFER_OCTETS = 64 * 1024 };

static struct mnl_socket *kernel;
static uint64_t buffer[BUFFER_OCTETS / 8];

_Noreturn static void
die(const char *what)
{
	fprintf(stderr, "larval_sas: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint32_t
peer_of(unsigned long number)
{
	return htonl(0x0a000000 + 256 + (uint32_t)(number / SAS_A_PEER));
}

static struct nlmsghdr *
put_allocation(void *at, unsigned long number)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(at);
	struct xfrm_userspi_info *info;

	request->nlmsg_type = XFRM_MSG_ALLOCSPI;
	request->nlmsg_flags = NLM_F_REQUEST;
	info = mnl_nlmsg_put_extra_header(request, sizeof(*info));
	info->info.family = AF_INET;
	info->info.id.proto = IPPROTO_ESP;
	info->info.id.daddr.a4 = peer_of(number);
	info->info.saddr.a4 = htonl(0x0a000001);
	info->info.mode = XFRM_MODE_TUNNEL;
	info->info.reqid = (uint32_t)(number / SAS_A_PEER) + 1;
	info->min = 0x100;
	info->max = 0xffffffff;
	return request;
}

static struct nlmsghdr *
put_deletion(void *at, unsigned long number, uint32_t spi)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(at);
	struct xfrm_usersa_id *id;

	request->nlmsg_type = XFRM_MSG_DELSA;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	id = mnl_nlmsg_put_extra_header(request, sizeof(*id));
	id->family = AF_INET;
	id->proto = IPPROTO_ESP;
	id->daddr.a4 = peer_of(number);
	id->spi = spi;
	return request;
}

static const struct nlmsghdr *
receive(void)
{
	const struct nlmsghdr *answer = (const void *)buffer;
	const ssize_t length = mnl_socket_recvfrom(kernel, buffer, sizeof(buffer));

	if (length < 0)
		die("receiving");
	if (answer->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = mnl_nlmsg_get_payload(answer);

		errno = -error->error;
		if (errno != 0)
			die("the kernel refused");
	}
	return answer;
}

static void
ask(const void *requests, size_t octets)
{
	if (mnl_socket_sendto(kernel, requests, octets) < 0)
		die("sending");
}

static void
add(unsigned long count)
{
	char requests[AT_ONCE * 512];

	for (unsigned long done = 0; done < count;) {
		unsigned at_once = 0;
		size_t octets = 0;

		for (; at_once < AT_ONCE && done < count; at_once++, done++)
			octets += put_allocation(requests + octets, done)->nlmsg_len;
		ask(requests, octets);
		while (at_once-- > 0)
			receive();
	}
}

static uint64_t
now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void
burst(unsigned long count)
{
	const uint64_t began_us = now_us();
	char request[512];

	for (unsigned long number = 0; number < count; number++) {
		const struct xfrm_usersa_info *made;

		ask(request, put_allocation(request, number)->nlmsg_len);
		made = mnl_nlmsg_get_payload(receive());
		ask(request, put_deletion(request, number, made->id.spi)->nlmsg_len);
		receive();
	}
	printf("%llu\n", (unsigned long long)(now_us() - began_us));
}

int
main(int argc, char **argv)
{
	const bool adds = argc == 3 && strcmp(argv[1], "add") == 0;

	if (!adds && (argc != 3 || strcmp(argv[1], "burst") != 0)) {
		fprintf(stderr, "usage: larval_sas add|burst COUNT\n");
		return 2;
	}
	kernel = mnl_socket_open(NETLINK_XFRM);
	if (!kernel || mnl_socket_bind(kernel, 0, MNL_SOCKET_AUTOPID) < 0)
		die("netlink");
	(adds ? add : burst)(strtoul(argv[2], NULL, 10));
	mnl_socket_close(kernel);
	return 0;
}
