/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_value.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "xfrm_uapi.h"

bool
xfrm_address(struct sa_address *address, uint16_t family, const void *octets)
{
	*address = (struct sa_address){0};
	if (family == AF_INET) {
		address->type = SA_ADDRESS_IPV4;
		memcpy(address->octets, octets, 4);
	} else if (family == AF_INET6) {
		address->type = SA_ADDRESS_IPV6;
		memcpy(address->octets, octets, 16);
	}
	return address->type != SA_ADDRESS_NONE;
}

static bool
read_subnet(struct sa_subnet *subnet, uint16_t family, const xfrm_address_t *address, uint8_t prefix_length)
{
	if (!xfrm_address(&subnet->address, family, address) ||
	    prefix_length > sa_address_octets(subnet->address.type) * 8)
		return false;
	sa_subnet_set_prefix_length(subnet, prefix_length);
	return true;
}

bool
xfrm_selector_read(struct sa_selector *to, uint16_t family, const struct xfrm_selector *from)
{
	if (!read_subnet(&to->src, family, &from->saddr, from->prefixlen_s) ||
	    !read_subnet(&to->dst, family, &from->daddr, from->prefixlen_d))
		return false;
	to->protocol = from->proto;
	to->src_port = ntohs(from->sport);
	to->src_port_mask = ntohs(from->sport_mask);
	to->dst_port = ntohs(from->dport);
	to->dst_port_mask = ntohs(from->dport_mask);
	to->interface_index = (uint32_t)from->ifindex;
	to->user = from->user;
	return true;
}

uint8_t
xfrm_mode(uint8_t mode)
{
	return mode <= XFRM_UAPI_MODE_IPTFS ? (uint8_t)(mode + 1) : SA_MODE_UNKNOWN;
}

uint64_t
xfrm_elapsed_seconds(int64_t now_seconds, uint64_t then)
{
	if (then == 0 || now_seconds < 0 || then >= (uint64_t)now_seconds)
		return 0;
	return (uint64_t)now_seconds - then;
}
