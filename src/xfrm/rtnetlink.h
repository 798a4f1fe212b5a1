/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RTNETLINK_H
#define RTNETLINK_H

/* Messages about addresses and routes (linux/rtnetlink.h): pure, no sockets. */

#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>

#include "sa/sa_address.h"

/* The local address in RTM_NEWADDR (linux/if_addr.h); false: there is none, or the message is malformed. */
bool rtnetlink_read_address(const struct nlmsghdr *message, struct sa_address *address);

/* Builds a request for the route to an address (RTM_GETROUTE) in the given room. */
enum { RTNETLINK_REQUEST_SIZE = 64 };
struct nlmsghdr *rtnetlink_ask_route(uint64_t room[RTNETLINK_REQUEST_SIZE / 8], const struct sa_address *address);

/* Whether RTM_NEWROUTE is about a local route (RTN_LOCAL). */
bool rtnetlink_is_local_route(const struct nlmsghdr *message);

#endif
