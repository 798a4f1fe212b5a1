/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_policy.h"

#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"
#include "xfrm_uapi.h"
#include "xfrm_value.h"

/* The addresses that a template without addresses of its own stands for. */
struct ends {
	struct sa_address src, dst;
	uint8_t src_prefix_length, dst_prefix_length;
};

/* Policies of sockets are dumped with directions beyond XFRM_POLICY_MAX, in the same order. */
static enum sa_direction
direction_of(uint8_t policy_direction)
{
	return policy_direction % XFRM_POLICY_MAX == XFRM_POLICY_OUT ? SA_DIRECTION_OUT : SA_DIRECTION_IN;
}

static uint8_t
address_bits(const struct sa_address *address)
{
	return (uint8_t)(sa_address_octets(address->type) * 8);
}

static bool
read_selector(struct ends *ends, const struct xfrm_selector *selector)
{
	if (!xfrm_address(&ends->src, selector->family, &selector->saddr) ||
	    !xfrm_address(&ends->dst, selector->family, &selector->daddr))
		return false;
	ends->src_prefix_length = selector->prefixlen_s;
	ends->dst_prefix_length = selector->prefixlen_d;
	return selector->prefixlen_s <= address_bits(&ends->src) && selector->prefixlen_d <= address_bits(&ends->dst);
}

static void
set_own_end(struct sa_address *address, uint8_t *prefix_length, uint16_t family, const xfrm_address_t *own)
{
	xfrm_address(address, family, own);
	*prefix_length = sa_address_is_unspecified(address) ? 0 : address_bits(address);
}

/*
 * SAs in tunnel mode lie between the template's addresses.  Those in transport mode lie between the ends of
 * what they protect: of the tunnel before them in the same policy (IPComp, then ESP), else of the policy's
 * own traffic.
 */
static bool
find_ends(struct ends *ends, const struct xfrm_user_tmpl *from)
{
	struct sa_address src;

	if (!xfrm_address(&src, from->family, &from->saddr))
		return false;
	if (from->mode == XFRM_MODE_TUNNEL || from->mode == XFRM_MODE_BEET || from->mode == XFRM_UAPI_MODE_IPTFS ||
	    !sa_address_is_unspecified(&src)) {
		set_own_end(&ends->src, &ends->src_prefix_length, from->family, &from->saddr);
		set_own_end(&ends->dst, &ends->dst_prefix_length, from->family, &from->id.daddr);
	}
	return true;
}

static bool
read_template(struct xfrm_policy_template *to, struct ends *ends, const struct xfrm_user_tmpl *from)
{
	if (!find_ends(ends, from))
		return false;
	to->src = ends->src;
	to->dst = ends->dst;
	to->src_prefix_length = ends->src_prefix_length;
	to->dst_prefix_length = ends->dst_prefix_length;
	to->protocol = from->id.proto;
	to->mode = xfrm_mode(from->mode);
	to->reqid = from->reqid;
	return true;
}

int
xfrm_policy_templates(const struct nlmsghdr *message, struct xfrm_policy_template templates[XFRM_POLICY_MAX_TEMPLATES],
		      const char **reason)
{
	const size_t fixed = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct xfrm_userpolicy_info));
	const uint8_t *octets = (const uint8_t *)message, *list;
	struct xfrm_userpolicy_info info;
	struct ends ends;
	size_t length = 0, count;

	*reason = "the message is not about a policy";
	if (message->nlmsg_type != XFRM_MSG_NEWPOLICY && message->nlmsg_type != XFRM_MSG_UPDPOLICY)
		return -1;
	*reason = "the message is too short for a policy";
	if (message->nlmsg_len < fixed)
		return -1;
	memcpy(&info, octets + NLMSG_HDRLEN, sizeof(info));
	*reason = "the policy's selector is malformed";
	if (!read_selector(&ends, &info.sel))
		return -1;
	list = xfrm_attributes_find(octets + fixed, message->nlmsg_len - fixed, XFRMA_TMPL, 0, &length);
	count = list ? length / sizeof(struct xfrm_user_tmpl) : 0;
	*reason = "the policy has too many templates";
	if (count > XFRM_POLICY_MAX_TEMPLATES)
		return -1;
	*reason = "a policy's template has an unknown address family";
	for (size_t i = 0; i < count; i++) {
		struct xfrm_user_tmpl from;

		memcpy(&from, list + i * sizeof(from), sizeof(from));
		if (!read_template(&templates[i], &ends, &from))
			return -1;
		templates[i].direction = (uint8_t)direction_of(info.dir);
	}
	*reason = NULL;
	return (int)count;
}
