/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_policy.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"
#include "xfrm_uapi.h"
#include "xfrm_value.h"

/* --- templates --------------------------------------------------------------------------------- */

/* The addresses that replace those of a template without addresses. */
struct ends {
	struct sa_address src, dst;
	uint8_t src_prefix_length, dst_prefix_length;
	bool own; /* of a template */
};

static void
set_own_end(struct sa_address *address, uint8_t *prefix_length, uint16_t family, const xfrm_address_t *own)
{
	xfrm_address(address, family, own);
	*prefix_length = sa_address_is_unspecified(address) ? 0 : (uint8_t)(sa_address_octets(address->type) * 8);
}

/*
 * SAs in tunnel mode are between the template's addresses.  SAs in transport mode are between the ends of what they
 * protect: of the preceding tunnel in the same policy (IPComp, then ESP), or of the policy's own traffic.
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
		ends->own = true;
	}
	return true;
}

static bool
read_template(struct policy_template *to, struct ends *ends, const struct xfrm_user_tmpl *from)
{
	if (!find_ends(ends, from))
		return false;
	to->src = ends->src;
	to->dst = ends->dst;
	to->src_prefix_length = ends->src_prefix_length;
	to->dst_prefix_length = ends->dst_prefix_length;
	to->own_ends = ends->own;
	to->protocol = from->id.proto;
	to->mode = xfrm_mode(from->mode);
	to->optional = from->optional != 0;
	to->reqid = from->reqid;
	to->spi = ntohl(from->id.spi);
	return true;
}

/* The kernel refuses a policy with an attribute of any other length. */
static const char *
read_templates(struct policy *policy, const void *attributes, size_t length)
{
	struct ends ends = {.src = policy->selector.src.address,
			    .dst = policy->selector.dst.address,
			    .src_prefix_length = (uint8_t)sa_subnet_prefix_length(&policy->selector.src),
			    .dst_prefix_length = (uint8_t)sa_subnet_prefix_length(&policy->selector.dst)};
	size_t octets = 0;
	const uint8_t *const list = xfrm_attributes_find(attributes, length, XFRMA_TMPL, 0, &octets);
	const size_t count = list ? octets / sizeof(struct xfrm_user_tmpl) : 0;

	if (octets % sizeof(struct xfrm_user_tmpl) != 0)
		return "a policy's template is cut short";
	if (count > POLICY_TEMPLATES_MOST)
		return "the policy has too many templates";
	for (size_t i = 0; i < count; i++) {
		struct xfrm_user_tmpl from;

		memcpy(&from, list + i * sizeof(from), sizeof(from));
		if (!read_template(&policy->templates[i], &ends, &from))
			return "a policy's template has an unknown address family";
	}
	policy->template_count = (uint8_t)count;
	return NULL;
}

/* --- the rest of a policy ---------------------------------------------------------------------- */

/* Policies of sockets are dumped with directions from XFRM_POLICY_MAX on, in the same order. */
static uint8_t
direction_of(uint8_t direction)
{
	static const uint8_t directions[] = {[XFRM_POLICY_IN] = POLICY_IN,
					     [XFRM_POLICY_OUT] = POLICY_OUT,
					     [XFRM_POLICY_FWD] = POLICY_FORWARD,
					     [XFRM_POLICY_MAX + XFRM_POLICY_IN] = POLICY_SOCKET_IN,
					     [XFRM_POLICY_MAX + XFRM_POLICY_OUT] = POLICY_SOCKET_OUT};

	return direction < sizeof(directions) ? directions[direction] : 0;
}

/* The attributes begin after the fixed part of a message, whose presence is checked. */
struct parts {
	const uint8_t *fixed, *attributes;
	size_t length; /* of the attributes */
};

static uint8_t
type_of(const struct parts *parts)
{
	struct xfrm_userpolicy_type type = {.type = XFRM_POLICY_TYPE_MAIN};
	size_t length;
	const void *const value =
		xfrm_attributes_find(parts->attributes, parts->length, XFRMA_POLICY_TYPE, sizeof(type), &length);

	if (value)
		memcpy(&type, value, sizeof(type));
	return type.type == XFRM_POLICY_TYPE_SUB ? POLICY_SUB : POLICY_MAIN;
}

static void
read_marks(struct policy *policy, const struct parts *parts)
{
	size_t length;
	const void *value;
	struct xfrm_mark mark;

	value = xfrm_attributes_find(parts->attributes, parts->length, XFRMA_MARK, sizeof(mark), &length);
	if (value) {
		memcpy(&mark, value, sizeof(mark));
		policy->mark = mark.v;
		policy->mark_mask = mark.m;
	}
	value = xfrm_attributes_find(parts->attributes, parts->length, XFRMA_IF_ID, sizeof(policy->if_id), &length);
	if (value)
		memcpy(&policy->if_id, value, sizeof(policy->if_id));
}

static const char *
read_info(struct policy *policy, const struct parts *parts, const void *octets)
{
	struct xfrm_userpolicy_info info;

	if (!xfrm_attributes_are_whole(parts->attributes, parts->length))
		return "an attribute is cut short";
	memcpy(&info, octets, sizeof(info));
	policy->index = info.index;
	policy->direction = direction_of(info.dir);
	policy->action = info.action == XFRM_POLICY_ALLOW ? POLICY_ALLOW : POLICY_BLOCK;
	policy->type = type_of(parts);
	policy->priority = info.priority;
	policy->flags = info.flags;
	policy->added_seconds = (int64_t)info.curlft.add_time;
	policy->used_seconds = (int64_t)info.curlft.use_time;
	if (policy->direction == 0)
		return "the policy has an unknown direction";
	if (!xfrm_selector_read(&policy->selector, info.sel.family, &info.sel))
		return "the policy's selector is malformed";
	read_marks(policy, parts);
	return read_templates(policy, parts->attributes, parts->length);
}

/* --- the kinds of messages --------------------------------------------------------------------- */

static const char *
read_set(struct policy_event *event, const struct parts *parts)
{
	return read_info(&event->policy, parts, parts->fixed);
}

/* Here the policy's info is an attribute: net/xfrm/xfrm_user.c, xfrm_notify_policy(). */
static const char *
read_deleted(struct policy_event *event, const struct parts *parts)
{
	size_t length;
	const void *const info = xfrm_attributes_find(parts->attributes, parts->length, XFRMA_POLICY,
						      sizeof(struct xfrm_userpolicy_info), &length);

	return info ? read_info(&event->policy, parts, info) : "the deleted policy is not in the message";
}

/* A soft expiry changes nothing. */
static const char *
read_expired(struct policy_event *event, const struct parts *parts)
{
	if (parts->fixed[offsetof(struct xfrm_user_polexpire, hard)] == 0)
		event->kind = POLICY_EVENT_NONE;
	return read_info(&event->policy, parts, parts->fixed + offsetof(struct xfrm_user_polexpire, pol));
}

static const char *
read_flushed(struct policy_event *event, const struct parts *parts)
{
	event->policy.type = type_of(parts);
	return NULL;
}

/* clang-format off */
static const struct message_kind {
	uint16_t type;
	enum policy_event_kind kind;
	size_t fixed; /* octets */
	const char *(*read)(struct policy_event *event, const struct parts *parts);
} message_kinds[] = {
    {XFRM_MSG_NEWPOLICY, POLICY_EVENT_SET, sizeof(struct xfrm_userpolicy_info), read_set},
    {XFRM_MSG_UPDPOLICY, POLICY_EVENT_SET, sizeof(struct xfrm_userpolicy_info), read_set},
    {XFRM_MSG_DELPOLICY, POLICY_EVENT_GONE, sizeof(struct xfrm_userpolicy_id), read_deleted},
    {XFRM_MSG_POLEXPIRE, POLICY_EVENT_GONE, sizeof(struct xfrm_user_polexpire), read_expired},
    {XFRM_MSG_FLUSHPOLICY, POLICY_EVENT_FLUSHED, 0, read_flushed},
};
/* clang-format on */

static const struct message_kind *
kind_of(uint16_t type)
{
	for (size_t i = 0; i < sizeof(message_kinds) / sizeof(message_kinds[0]); i++) {
		if (message_kinds[i].type == type)
			return &message_kinds[i];
	}
	return NULL;
}

bool
xfrm_policy_read(const struct nlmsghdr *message, struct policy_event *event, const char **reason)
{
	const struct message_kind *const kind = kind_of(message->nlmsg_type);
	const uint8_t *const octets = (const uint8_t *)message;
	struct parts parts;
	size_t whole;

	memset(event, 0, sizeof(*event));
	*reason = NULL;
	if (!kind)
		return true;
	event->kind = kind->kind;
	if (message->nlmsg_len < NLMSG_HDRLEN + kind->fixed) {
		*reason = "the message is too short for a policy";
		return false;
	}
	/* A fixed part at the end of a message may lack its padding. */
	whole = NLMSG_HDRLEN + NLMSG_ALIGN(kind->fixed);
	parts.fixed = octets + NLMSG_HDRLEN;
	parts.attributes = octets + (whole < message->nlmsg_len ? whole : message->nlmsg_len);
	parts.length = message->nlmsg_len > whole ? message->nlmsg_len - whole : 0;
	*reason = kind->read(event, &parts);
	return !*reason;
}
