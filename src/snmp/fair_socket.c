/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/fair_socket.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source_choice.h"

enum { QUEUES = SOURCE_CHOICES, SHARE_OF_DESCRIPTORS = 8 };

/* --- the sockets ------------------------------------------------------------------------------- */

static int
option_of(int fd, int level, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return getsockopt(fd, level, name, &value, &length) == 0 ? value : 0;
}

static bool
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

static bool
copy_option(int fd, int model, int level, int name)
{
	return set_option(fd, level, name, option_of(model, level, name));
}

static bool
copy_device(int fd, int model)
{
	char device[IFNAMSIZ] = "";
	socklen_t length = sizeof(device);

	return getsockopt(model, SOL_SOCKET, SO_BINDTODEVICE, device, &length) == 0 &&
	       (length == 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, length) == 0);
}

static bool
copy_address(int fd, int model)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	return getsockname(model, (struct sockaddr *)&address, &length) == 0 &&
	       bind(fd, (const struct sockaddr *)&address, length) == 0;
}

/*
 * What net-snmp sets on a socket before it binds it. The kernel doubles the size that is set for a buffer (socket(7)).
 */
static bool
copy_all(int fd, int model, int family)
{
	return set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1) &&
	       set_option(fd, SOL_SOCKET, SO_RCVBUF, option_of(model, SOL_SOCKET, SO_RCVBUF) / 2) &&
	       (family == AF_INET ? copy_option(fd, model, IPPROTO_IP, IP_PKTINFO)
				  : copy_option(fd, model, IPPROTO_IPV6, IPV6_V6ONLY)) &&
	       copy_device(fd, model) && copy_address(fd, model);
}

static bool
watch(int poll, int fd)
{
	struct epoll_event readable = {.events = EPOLLIN, .data = {.fd = fd}};

	return epoll_ctl(poll, EPOLL_CTL_ADD, fd, &readable) == 0;
}

/* --- the transport: another one is below it, as with net-snmp's encryption ----------------------------------- */

/* Its data, which net-snmp frees. */
struct fair_socket {
	int queues[QUEUES]; /* -1: none; the first is the one that net-snmp opened */
};

/* Sockets that epoll(7) has returned come last the next time, so that each queue has its turn. */
static int
receive_in_turn(netsnmp_transport *transport, void *octets, int size, void **from, int *from_length)
{
	netsnmp_transport *const below = transport->base_transport;
	struct epoll_event ready;

	if (epoll_wait(transport->sock, &ready, 1, 0) != 1)
		return -1;
	below->sock = ready.data.fd;
	return below->f_recv(below, octets, size, from, from_length);
}

static int
send_below(netsnmp_transport *transport, const void *octets, int size, void **to, int *to_length)
{
	netsnmp_transport *const below = transport->base_transport;

	return below->f_send(below, octets, size, to, to_length);
}

static void
close_all_but_first(const struct fair_socket *fair)
{
	for (unsigned i = 1; i < QUEUES; i++) {
		if (fair->queues[i] >= 0)
			close(fair->queues[i]);
	}
}

static int
close_all(netsnmp_transport *transport)
{
	const struct fair_socket *const fair = transport->data;

	close_all_but_first(fair);
	close(transport->sock);
	transport->sock = -1;
	transport->base_transport->sock = fair->queues[0];
	return transport->base_transport->f_close(transport->base_transport);
}

static bool
is_plain_udp(const netsnmp_transport *transport)
{
	const int family = option_of(transport->sock, SOL_SOCKET, SO_DOMAIN);

	return !transport->base_transport && option_of(transport->sock, SOL_SOCKET, SO_TYPE) == SOCK_DGRAM &&
	       (family == AF_INET || family == AF_INET6);
}

static bool
may_have_so_many(void)
{
	struct rlimit descriptors;

	errno = EMFILE;
	return getrlimit(RLIMIT_NOFILE, &descriptors) == 0 && descriptors.rlim_cur / SHARE_OF_DESCRIPTORS >= QUEUES;
}

static bool
open_queues(struct fair_socket *fair, int first, int poll)
{
	const int family = option_of(first, SOL_SOCKET, SO_DOMAIN);

	fair->queues[0] = first;
	for (unsigned i = 1; i < QUEUES; i++)
		fair->queues[i] = -1;
	if (!may_have_so_many() || !set_option(first, SOL_SOCKET, SO_REUSEPORT, 1) || !watch(poll, first))
		return false;
	for (unsigned i = 1; i < QUEUES; i++) {
		fair->queues[i] = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fair->queues[i] < 0 || !copy_all(fair->queues[i], first, family) || !watch(poll, fair->queues[i]))
			return false;
	}
	return source_choice_attach(fair->queues, family);
}

/* Undoes everything, and keeps errno. */
static void
give_up(struct fair_socket *fair, int first, int poll)
{
	const int error = errno;

	if (fair) {
		close_all_but_first(fair);
		set_option(first, SOL_SOCKET, SO_DETACH_FILTER, 0);
		set_option(first, SOL_SOCKET, SO_REUSEPORT, 0);
	}
	if (poll >= 0)
		close(poll);
	free(fair);
	errno = error;
}

static void
put_above(netsnmp_transport *transport, netsnmp_transport *below, struct fair_socket *fair, int poll)
{
	transport->base_transport = below;
	transport->data = fair;
	transport->data_length = (int)sizeof(*fair);
	transport->sock = poll;
	transport->f_recv = receive_in_turn;
	transport->f_send = send_below;
	transport->f_close = close_all;
}

bool
fair_socket_make(netsnmp_transport *transport)
{
	const int first = transport->sock;
	struct fair_socket *fair;
	netsnmp_transport *below;
	int poll;

	if (!is_plain_udp(transport))
		return true;
	fair = malloc(sizeof(*fair));
	poll = epoll_create1(EPOLL_CLOEXEC);
	if (fair && poll >= 0 && open_queues(fair, first, poll)) {
		below = netsnmp_transport_copy(transport);
		if (below) {
			put_above(transport, below, fair, poll);
			return true;
		}
	}
	give_up(fair, first, poll);
	return false;
}
