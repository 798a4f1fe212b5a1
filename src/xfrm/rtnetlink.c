/* SPDX-License-Identifier: BSD-3-Clause */
#include "rtnetlink.h"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"
#include "xfrm_value.h"

bool
rtnetlink_read_address(const struct nlmsghdr *message, struct sa_address *address)
{
	const size_t fixed = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifaddrmsg));
	const uint8_t *octets = (const uint8_t *)message, *attributes = octets + fixed;
	struct ifaddrmsg head;
	size_t length, octets_needed, found;
	const void *value;

	if (message->nlmsg_type != RTM_NEWADDR || message->nlmsg_len < fixed)
		return false;
	memcpy(&head, octets + NLMSG_HDRLEN, sizeof(head));
	octets_needed = head.ifa_family == AF_INET ? 4 : 16;
	length = message->nlmsg_len - fixed;
	/* On point-to-point links IFA_ADDRESS is the other end's. */
	value = xfrm_attributes_find(attributes, length, IFA_LOCAL, octets_needed, &found);
	if (!value)
		value = xfrm_attributes_find(attributes, length, IFA_ADDRESS, octets_needed, &found);
	return value && xfrm_address(address, head.ifa_family, value);
}

struct nlmsghdr *
rtnetlink_ask_route(uint64_t room[RTNETLINK_REQUEST_SIZE / 8], const struct sa_address *address)
{
	struct nlmsghdr *const request = mnl_nlmsg_put_header(room);
	const size_t octets = sa_address_octets(address->type);
	struct rtmsg *head;

	request->nlmsg_type = RTM_GETROUTE;
	request->nlmsg_flags = NLM_F_REQUEST;
	head = mnl_nlmsg_put_extra_header(request, sizeof(*head));
	head->rtm_family = address->type == SA_ADDRESS_IPV4 ? AF_INET : AF_INET6;
	head->rtm_dst_len = (uint8_t)(8 * octets);
	mnl_attr_put(request, RTA_DST, octets, address->octets);
	return request;
}

bool
rtnetlink_is_local_route(const struct nlmsghdr *message)
{
	struct rtmsg head;

	if (message->nlmsg_type != RTM_NEWROUTE || message->nlmsg_len < NLMSG_HDRLEN + sizeof(head))
		return false;
	memcpy(&head, (const uint8_t *)message + NLMSG_HDRLEN, sizeof(head));
	return head.rtm_type == RTN_LOCAL;
}
