/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_event.h"

#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"
#include "xfrm_uapi.h"

/* The attributes begin after the fixed part of a message, whose presence is checked. */
struct parts {
	const uint8_t *fixed, *attributes;
	size_t length; /* of the attributes */
	int64_t now_seconds;
	struct xfrm_message_result *result;
};

static bool
read_sa(struct sa_event *event, const struct parts *parts, const void *info)
{
	return xfrm_message_parts(info, parts->attributes, parts->length, parts->now_seconds, &event->sa,
				  parts->result);
}

static bool
read_new(struct sa_event *event, const struct parts *parts)
{
	return read_sa(event, parts, parts->fixed);
}

/* Here the SA's info is an attribute: net/xfrm/xfrm_user.c, xfrm_notify_sa(). */
static bool
read_deleted(struct sa_event *event, const struct parts *parts)
{
	size_t length;
	const void *info = xfrm_attributes_find(parts->attributes, parts->length, XFRMA_SA,
						sizeof(struct xfrm_usersa_info), &length);

	if (info)
		return read_sa(event, parts, info);
	parts->result->reason = "the deleted SA is not in the message";
	return false;
}

/*
 * An expiry has no algorithms, which in other messages would mean a larval SA.  But an SA without keys has no SPI yet,
 * or the kernel has made its selector, without a family, which an SA that was added always has unless a flag says
 * otherwise (net/xfrm/xfrm_state.c, __find_acq_core(); net/xfrm/xfrm_user.c, copy_from_user_state()).
 */
static bool
never_had_keys(const void *octets)
{
	struct xfrm_usersa_info info;

	memcpy(&info, octets, sizeof(info));
	return info.id.spi == 0 || (info.sel.family == AF_UNSPEC && !(info.flags & XFRM_STATE_AF_UNSPEC));
}

static bool
read_expired(struct sa_event *event, const struct parts *parts)
{
	const uint8_t *const info = parts->fixed + offsetof(struct xfrm_user_expire, state);

	event->hard = parts->fixed[offsetof(struct xfrm_user_expire, hard)] != 0;
	if (!read_sa(event, parts, info))
		return false;
	event->sa.state = never_had_keys(info) ? SA_STATE_LARVAL : event->hard ? SA_STATE_DEAD : SA_STATE_DYING;
	return true;
}

static bool
read_flushed(struct sa_event *event, const struct parts *parts)
{
	event->flushed_protocol = parts->fixed[offsetof(struct xfrm_usersa_flush, proto)];
	return true;
}

/* clang-format off */
static const struct message_kind {
	uint16_t type;
	enum sa_event_kind kind;
	size_t fixed; /* octets */
	bool (*read)(struct sa_event *event, const struct parts *parts);
} message_kinds[] = {
    {XFRM_MSG_NEWSA, SA_EVENT_NEW, sizeof(struct xfrm_usersa_info), read_new},
    {XFRM_MSG_UPDSA, SA_EVENT_UPDATED, sizeof(struct xfrm_usersa_info), read_new},
    {XFRM_MSG_DELSA, SA_EVENT_DELETED, sizeof(struct xfrm_usersa_id), read_deleted},
    {XFRM_MSG_EXPIRE, SA_EVENT_EXPIRED, sizeof(struct xfrm_user_expire), read_expired},
    {XFRM_MSG_FLUSHSA, SA_EVENT_FLUSHED, sizeof(struct xfrm_usersa_flush), read_flushed},
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
xfrm_event_read(const struct nlmsghdr *message, int64_t now_seconds, struct sa_event *event,
		struct xfrm_message_result *result)
{
	const struct message_kind *kind = kind_of(message->nlmsg_type);
	const uint8_t *octets = (const uint8_t *)message;
	struct parts parts = {.now_seconds = now_seconds, .result = result};
	size_t whole;

	memset(event, 0, sizeof(*event));
	*result = (struct xfrm_message_result){0};
	if (!kind)
		return true;
	event->kind = kind->kind;
	if (message->nlmsg_len < NLMSG_HDRLEN + kind->fixed) {
		result->reason = "the message is too short for its type";
		return false;
	}
	/* A fixed part at the end of a message may lack its padding. */
	whole = NLMSG_HDRLEN + NLMSG_ALIGN(kind->fixed);
	parts.fixed = octets + NLMSG_HDRLEN;
	parts.attributes = octets + (whole < message->nlmsg_len ? whole : message->nlmsg_len);
	parts.length = message->nlmsg_len > whole ? message->nlmsg_len - whole : 0;
	return kind->read(event, &parts);
}
