/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * LD_PRELOADed into the agent: a kernel that does what Linux never did.  SPOIL_XFRM names what happens to dumps of SAs:
 *
 *   interrupt=N  the first N datagrams of SAs say that the list changed meanwhile (NLM_F_DUMP_INTR)
 *   malform      in every datagram, the second SA has an attribute that is longer than its message, and the third is
 *                of a type that nobody knows
 *   offload[=out]  every SA is offloaded to a network device, the seventh, which does all of ESP for packets that come
 *                in (or go out); that stands where the replay state (XFRMA_REPLAY_VAL) stood
 *   fail=N       the first N datagrams cannot be received (EIO)
 *   hold=FILE    nothing is there to be received while there is that file
 *   late=N       by the clock, N seconds pass before the first datagram, which is of policies, is received
 */

#include <dlfcn.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OFFLOAD_PACKET = 4 }; /* XFRM_OFFLOAD_PACKET of linux/xfrm.h since Linux 6.2 */

static time_t late_seconds;
static long failures;

typedef ssize_t receiver(int, void *, size_t, int, struct sockaddr *, socklen_t *);

static bool
is_xfrm(int fd)
{
	int domain = 0, protocol = 0;
	socklen_t size = sizeof(int);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
	getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
	return domain == AF_NETLINK && protocol == NETLINK_XFRM;
}

static void
malform(struct nlmsghdr *message, unsigned number)
{
	struct nlattr *attribute =
		(struct nlattr *)((char *)NLMSG_DATA(message) + NLMSG_ALIGN(sizeof(struct xfrm_usersa_info)));

	if (number == 2)
		attribute->nla_len = 0x7fff;
	if (number == 3)
		message->nlmsg_type = 0x7f;
}

static void
offload(struct nlmsghdr *message, uint8_t way)
{
	const struct xfrm_user_offload device = {.ifindex = 7, .flags = (uint8_t)(way | OFFLOAD_PACKET)};
	struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct xfrm_usersa_info));

	while (mnl_attr_get_type(attribute) != XFRMA_REPLAY_VAL)
		attribute = mnl_attr_next(attribute);
	attribute->nla_type = XFRMA_OFFLOAD_DEV;
	memcpy(mnl_attr_get_payload(attribute), &device, sizeof(device));
}

/* Events are no part of a dump, and have no NLM_F_MULTI. */
static bool
is_dumped_sa(const struct nlmsghdr *message)
{
	return message->nlmsg_type == XFRM_MSG_NEWSA && (message->nlmsg_flags & NLM_F_MULTI) != 0;
}

static void
spoil(void *octets, int left)
{
	static long interrupted;
	const char *how = getenv("SPOIL_XFRM");
	struct nlmsghdr *message = octets;
	unsigned number = 0;

	if (!how)
		return;
	if (strncmp(how, "late=", 5) == 0)
		late_seconds = atol(how + 5);
	if (!mnl_nlmsg_ok(message, left) || !is_dumped_sa(message))
		return;
	if (strncmp(how, "interrupt=", 10) == 0) {
		if (interrupted++ < atol(how + 10))
			message->nlmsg_flags |= NLM_F_DUMP_INTR;
		return;
	}
	while (mnl_nlmsg_ok(message, left) && is_dumped_sa(message)) {
		struct nlmsghdr *next = (void *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));

		left -= (int)NLMSG_ALIGN(message->nlmsg_len);
		number++;
		if (strcmp(how, "offload") == 0)
			offload(message, XFRM_OFFLOAD_INBOUND);
		else if (strcmp(how, "offload=out") == 0)
			offload(message, 0);
		else if (strcmp(how, "malform") == 0)
			malform(message, number);
		message = next;
	}
}

ssize_t
recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *addr, socklen_t *addr_len)
{
	const char *how = getenv("SPOIL_XFRM");
	receiver *real;
	ssize_t length;

	if (how && strncmp(how, "fail=", 5) == 0 && is_xfrm(fd) && failures++ < atol(how + 5)) {
		errno = EIO;
		return -1;
	}
	if (how && strncmp(how, "hold=", 5) == 0 && is_xfrm(fd) && access(how + 5, F_OK) == 0) {
		errno = EAGAIN;
		return -1;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "recvfrom");
	length = real(fd, buf, n, flags, addr, addr_len);
	if (length > 0 && is_xfrm(fd))
		spoil(buf, (int)length);
	return length;
}

time_t
time(time_t *timer)
{
	struct timespec real;

	clock_gettime(CLOCK_REALTIME_COARSE, &real);
	if (timer)
		*timer = real.tv_sec + late_seconds;
	return real.tv_sec + late_seconds;
}
