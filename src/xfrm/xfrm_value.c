/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_value.h"

#include <string.h>
#include <sys/socket.h>

#include "sa/sa.h"
#include "xfrm_uapi.h"

bool
xfrm_address(struct sa_address *address, uint16_t family, const void *octets)
{
	*address = (struct sa_address){0};
	if (family == AF_INET)
		address->type = SA_ADDRESS_IPV4;
	else if (family == AF_INET6)
		address->type = SA_ADDRESS_IPV6;
	else
		return false;
	memcpy(address->octets, octets, sa_address_octets(address->type));
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
