/* SPDX-License-Identifier: BSD-3-Clause */
#include "netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* More than a dump needs: it covers times when nobody reads the socket. */
enum { BACKLOG_OCTETS = 1 << 20, REQUEST_ROOM = 512, ANSWER_ROOM = 4096 };

int
netlink_open(struct netlink *link, int protocol)
{
	*link = (struct netlink){.socket = mnl_socket_open2(protocol, SOCK_NONBLOCK | SOCK_CLOEXEC)};
	if (!link->socket)
		return -errno;
	if (mnl_socket_bind(link->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		const int error = -errno;

		netlink_close(link);
		return error;
	}
	link->port = mnl_socket_get_portid(link->socket);
	netlink_set_backlog(link, BACKLOG_OCTETS);
	return 0;
}

/* Beyond net.core.rmem_max only with CAP_NET_ADMIN. */
void
netlink_set_backlog(struct netlink *link, uint32_t octets)
{
	if (setsockopt(netlink_fd(link), SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets)) < 0)
		setsockopt(netlink_fd(link), SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
}

int
netlink_join(struct netlink *link, unsigned group)
{
	return mnl_socket_setsockopt(link->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0 ? -errno : 0;
}

void
netlink_close(struct netlink *link)
{
	if (link->socket)
		mnl_socket_close(link->socket);
	*link = (struct netlink){.socket = NULL};
}

int
netlink_fd(const struct netlink *link)
{
	return mnl_socket_get_fd(link->socket);
}

static int
send_request(struct netlink *link, struct nlmsghdr *request)
{
	request->nlmsg_seq = ++link->sequence;
	return mnl_socket_sendto(link->socket, request, request->nlmsg_len) < 0 ? -errno : 0;
}

int
netlink_request_dump(struct netlink *link, uint16_t type, size_t header_octets)
{
	uint64_t room[REQUEST_ROOM / 8];
	struct nlmsghdr *request = mnl_nlmsg_put_header(room);
	int error;

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(request, header_octets);
	error = send_request(link, request);
	link->dumping = error == 0;
	return error;
}

uint8_t *
netlink_buffer_new(void)
{
	void *buffer = mmap(NULL, NETLINK_BUFFER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (buffer == MAP_FAILED)
		return NULL;
	madvise(buffer, NETLINK_BUFFER_SIZE, MADV_DONTDUMP);
	(void)mlock(buffer, NETLINK_BUFFER_SIZE);
	return buffer;
}

void
netlink_buffer_free(uint8_t *buffer)
{
	if (!buffer)
		return;
	explicit_bzero(buffer, NETLINK_BUFFER_SIZE);
	munmap(buffer, NETLINK_BUFFER_SIZE);
}

/* --- receiving --------------------------------------------------------------------------------- */

/* NLMSG_ERROR and NLMSG_DONE begin with a negative errno, or 0. */
static int
error_in(const struct nlmsghdr *message)
{
	int32_t error;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(error))
		return message->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	return error;
}

static void
take_message(struct netlink *link, const struct nlmsghdr *message, struct netlink_slice *slice,
	     int (*take)(const struct nlmsghdr *, void *), void *data)
{
	slice->interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
		slice->error = error_in(message);
		slice->ended = true;
		link->dumping = false;
	} else if (message->nlmsg_type >= NLMSG_MIN_TYPE && take) {
		slice->error = take(message, data);
	}
}

/* mnl_nlmsg_ok() takes a length of 2^31 or more for a negative one, and accepts it. */
static bool
is_whole(const struct nlmsghdr *message, int left)
{
	return mnl_nlmsg_ok(message, left) && message->nlmsg_len <= (uint32_t)left;
}

/* The next message; this one is wiped, as is what follows where no message does. */
static struct nlmsghdr *
wipe(struct nlmsghdr *message, int *left)
{
	const int whole = *left;
	struct nlmsghdr *const next = mnl_nlmsg_next(message, left);

	explicit_bzero(message, (size_t)(*left > 0 ? whole - *left : whole));
	return next;
}

/* Not libmnl's mnl_cb_run(), which gives up a dump at an interruption, and ignores the errno in NLMSG_DONE. */
struct netlink_slice
netlink_take(struct netlink *link, void *octets, size_t length, int (*take)(const struct nlmsghdr *, void *),
	     void *data)
{
	struct netlink_slice slice = {.error = 0};
	struct nlmsghdr *message = octets;
	int left = (int)length;

	for (; is_whole(message, left) && !slice.error; message = wipe(message, &left)) {
		if (message->nlmsg_seq == link->sequence && message->nlmsg_pid == link->port)
			take_message(link, message, &slice, take, data);
	}
	slice.cut = left > 0 && !slice.error;
	if (left > 0)
		explicit_bzero(message, (size_t)left);
	return slice;
}

/* The length, 0 if there is nothing from the kernel, or a negative errno; libmnl does not report the sender. */
static ssize_t
receive(const struct netlink *link, uint8_t *buffer, size_t size)
{
	struct sockaddr_nl sender = {.nl_pid = 0};
	socklen_t sender_size = sizeof(sender);
	const ssize_t length =
		recvfrom(netlink_fd(link), buffer, size, MSG_TRUNC, (struct sockaddr *)&sender, &sender_size);

	if (length < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (length <= (ssize_t)size && sender.nl_pid == 0)
		return length;
	explicit_bzero(buffer, size);
	return sender.nl_pid == 0 ? -EMSGSIZE : 0;
}

struct netlink_slice
netlink_receive(struct netlink *link, uint8_t *buffer, int (*take)(const struct nlmsghdr *, void *), void *data)
{
	const ssize_t length = receive(link, buffer, NETLINK_BUFFER_SIZE);

	if (length <= 0)
		return (struct netlink_slice){.error = (int)length};
	return netlink_take(link, buffer, (size_t)length, take, data);
}

/* The kernel has replied by the time that the request is sent. */
int
netlink_request(struct netlink *link, struct nlmsghdr *request, int (*take)(const struct nlmsghdr *, void *),
		void *data)
{
	uint64_t room[ANSWER_ROOM / 8];
	const int error = send_request(link, request);
	ssize_t length;

	if (error)
		return error;
	length = receive(link, (uint8_t *)room, sizeof(room));
	if (length <= 0)
		return length < 0 ? (int)length : -EAGAIN;
	return netlink_take(link, room, (size_t)length, take, data).error;
}

int
netlink_receive_events(struct netlink *link, uint8_t *buffer, void (*take)(const struct nlmsghdr *, void *), void *data)
{
	const ssize_t length = receive(link, buffer, NETLINK_BUFFER_SIZE);
	const struct nlmsghdr *message = (const void *)buffer;
	int left = (int)length;

	if (length <= 0)
		return (int)length;
	for (; is_whole(message, left); message = mnl_nlmsg_next(message, &left))
		take(message, data);
	explicit_bzero(buffer, (size_t)length);
	return 1;
}
