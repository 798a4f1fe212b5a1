/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NETLINK_H
#define NETLINK_H

/* Dumps, and the kernel's multicast messages, over netlink sockets that never block, a slice at a time. */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mnl_socket;

struct netlink {
	struct mnl_socket *socket; /* NULL: not open */
	uint32_t port;		   /* netlink's name for the socket */
	uint32_t sequence;	   /* of the last request */
	bool dumping;		   /* the kernel has not reached its end yet */
};

/* Opens NETLINK_XFRM, NETLINK_ROUTE ... in the namespace of the process.  0, or a negative errno. */
int netlink_open(struct netlink *link, int protocol);
void netlink_close(struct netlink *link); /* a link that is not open is allowed */
int netlink_fd(const struct netlink *link);

/*
 * Requests a dump, with a zeroed header of that size.  The kernel refuses it while another one is under way. 0, or a
 * negative errno.
 */
int netlink_request_dump(struct netlink *link, uint16_t type, size_t header_octets);

struct netlink_slice {
	bool ended, interrupted; /* interrupted: the dumped list changed during the dump (NLM_F_DUMP_INTR) */
	bool cut;		 /* its last message was cut short, or is no message at all */
	int error;		 /* 0, or a negative errno: from the kernel, the socket, or take() */
};

/* A buffer that is neither swapped nor part of a core dump, as far as the system allows: keys pass through
 * it. */
enum { NETLINK_BUFFER_SIZE = 64 * 1024 };
uint8_t *netlink_buffer_new(void); /* NULL: no memory */
void netlink_buffer_free(uint8_t *buffer);

/*
 * Receives once, and passes each message of the dump to take(), which returns 0 or a negative errno; take may be NULL.
 * Messages that are not from the kernel are ignored.  The buffer is wiped before this returns.
 */
struct netlink_slice netlink_receive(struct netlink *link, uint8_t *buffer,
				     int (*take)(const struct nlmsghdr *message, void *data), void *data);

/* The same with what was received already, which is wiped message by message; link->socket is not used. */
struct netlink_slice netlink_take(struct netlink *link, void *octets, size_t length,
				  int (*take)(const struct nlmsghdr *message, void *data), void *data);

/*
 * Requests one item, which is not secret and needs no dump, and passes the reply to take() at once.  The request's
 * sequence number is set here.  0, or a negative errno: from the kernel, the socket, or take().
 */
int netlink_request(struct netlink *link, struct nlmsghdr *request,
		    int (*take)(const struct nlmsghdr *message, void *data), void *data);

/*
 * Joins a multicast group of the kernel; the socket can queue about that many octets (of the kernel's memory).  0, or a
 * negative errno.
 */
int netlink_join(struct netlink *link, unsigned group);
void netlink_set_backlog(struct netlink *link, uint32_t octets);

/*
 * Receives once, and passes each message to take().  1: there was something; 0: there is nothing; a negative errno,
 * usually -ENOBUFS: messages were lost, later ones can still be received.  The buffer is wiped before this returns.
 */
int netlink_receive_events(struct netlink *link, uint8_t *buffer,
			   void (*take)(const struct nlmsghdr *message, void *data), void *data);

#endif
