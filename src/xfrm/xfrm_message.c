/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_message.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"
#include "xfrm_uapi.h"
#include "xfrm_value.h"

/* Messages are only aligned to four octets: the fixed part is copied before it is used. */
struct reading {
	struct sa *sa;
	struct xfrm_usersa_info info;
	bool soft_reached, hard_reached;
};

/* --- the fixed part ---------------------------------------------------------------------------- */

static void
read_lifetime(struct reading *reading, enum sa_lifetime_kind kind, uint64_t current, uint64_t soft, uint64_t hard)
{
	struct sa_lifetime *life = &reading->sa->life[kind];

	life->current = current;
	life->soft = soft == XFRM_INF ? 0 : soft;
	life->hard = hard == XFRM_INF ? 0 : hard;
	reading->soft_reached |= life->soft != 0 && current >= life->soft;
	reading->hard_reached |= life->hard != 0 && current >= life->hard;
}

static void
read_lifetimes(struct reading *reading, int64_t now)
{
	const struct xfrm_lifetime_cfg *limit = &reading->info.lft;
	const struct xfrm_lifetime_cur *current = &reading->info.curlft;

	read_lifetime(reading, SA_LIFE_BYTES, current->bytes, limit->soft_byte_limit, limit->hard_byte_limit);
	read_lifetime(reading, SA_LIFE_PACKETS, current->packets, limit->soft_packet_limit, limit->hard_packet_limit);
	read_lifetime(reading, SA_LIFE_ADD, xfrm_elapsed_seconds(now, current->add_time),
		      limit->soft_add_expires_seconds, limit->hard_add_expires_seconds);
	read_lifetime(reading, SA_LIFE_USE, xfrm_elapsed_seconds(now, current->use_time),
		      limit->soft_use_expires_seconds, limit->hard_use_expires_seconds);
}

static bool
is_zero(const struct xfrm_selector *selector)
{
	static const struct xfrm_selector zero;

	return memcmp(selector, &zero, sizeof(zero)) == 0;
}

/*
 * With XFRM_STATE_AF_UNSPEC the selector is zero, including its family: there is none, and traffic of either family may
 * use the SA.  A larval SA's selector has addresses, but no family (net/xfrm/xfrm_state.c, __find_acq_core()).
 */
static const char *
read_selector(struct reading *reading)
{
	const struct xfrm_selector *from = &reading->info.sel;
	const uint16_t family = from->family == AF_UNSPEC ? reading->info.family : from->family;

	if (is_zero(from))
		return NULL;
	if (!xfrm_selector_read(&reading->sa->selector, family, from))
		return "the selector is malformed";
	reading->sa->reported |= SA_ATTR_BIT(SA_ATTR_SELECTOR) | SA_ATTR_BIT(SA_ATTR_SELECTOR_UPPER);
	return NULL;
}

static const uint64_t ALWAYS_REPORTED =
	SA_ATTR_BIT(SA_ATTR_SRC) | SA_ATTR_BIT(SA_ATTR_STATE) | SA_ATTR_BIT(SA_ATTR_MODE) | SA_ATTR_BIT(SA_ATTR_BYTES) |
	SA_ATTR_BIT(SA_ATTR_PACKETS) | SA_ATTR_BIT(SA_ATTR_ADD) | SA_ATTR_BIT(SA_ATTR_USE) |
	SA_ATTR_BIT(SA_ATTR_REQID) | SA_ATTR_BIT(SA_ATTR_FLAGS) | SA_ATTR_BIT(SA_ATTR_ESN) |
	SA_ATTR_BIT(SA_ATTR_REPLAY_WINDOW) | SA_ATTR_BIT(SA_ATTR_OUT_OF_ORDER_ERRORS) |
	SA_ATTR_BIT(SA_ATTR_REPLAY_ERRORS) | SA_ATTR_BIT(SA_ATTR_AUTH_ERRORS) | SA_ATTR_BIT(SA_ATTR_ACQUIRE_SEQUENCE);

static const char *
read_fixed(struct reading *reading, int64_t now_seconds)
{
	const struct xfrm_usersa_info *info = &reading->info;
	struct sa *sa = reading->sa;

	if (!xfrm_address(&sa->said.dst, info->family, &info->id.daddr) ||
	    !xfrm_address(&sa->src, info->family, &info->saddr))
		return "the address family is neither IPv4 nor IPv6";
	sa->reported |= ALWAYS_REPORTED;
	sa->said.protocol = info->id.proto;
	sa->said.spi = ntohl(info->id.spi);
	sa->mode = xfrm_mode(info->mode);
	sa->reqid = info->reqid;
	sa->flags = info->flags;
	sa->esn = (info->flags & XFRM_STATE_ESN) != 0;
	sa->acquire_sequence = info->seq;
	sa->replay_window = info->replay_window;
	sa->out_of_order_errors = info->stats.replay_window;
	sa->replay_errors = info->stats.replay;
	sa->auth_errors = info->stats.integrity_failed;
	read_lifetimes(reading, now_seconds);
	return read_selector(reading);
}

/* --- the whole --------------------------------------------------------------------------------- */

static bool
lacks_algorithm(const struct sa *sa)
{
	const uint64_t any_algorithm = SA_ATTR_BIT(SA_ATTR_ENCRYPTION) | SA_ATTR_BIT(SA_ATTR_AUTHENTICATION) |
				       SA_ATTR_BIT(SA_ATTR_COMPRESSION);
	const uint8_t protocol = sa->said.protocol;

	return (protocol == SA_PROTOCOL_ESP || protocol == SA_PROTOCOL_AH || protocol == SA_PROTOCOL_COMP) &&
	       !(sa->reported & any_algorithm);
}

/* The kernel does not report its km.state; this is how it is derived (net/xfrm/xfrm_state.c). */
static uint8_t
state_of(const struct reading *reading)
{
	if (lacks_algorithm(reading->sa))
		return SA_STATE_LARVAL; /* even if its time is up */
	if (reading->hard_reached)
		return SA_STATE_DEAD;
	return reading->soft_reached ? SA_STATE_DYING : SA_STATE_MATURE;
}

static void
set_sequence(struct sa *sa, const struct xfrm_message_result *result)
{
	const uint64_t sent = result->sent_sequence, received = result->received_sequence;

	if (sa->direction == SA_DIRECTION_IN)
		sa->sequence = received;
	else if (sa->direction == SA_DIRECTION_OUT)
		sa->sequence = sent;
	else
		sa->sequence = sent > received ? sent : received;
}

void
xfrm_message_set_direction(struct sa *sa, enum sa_direction direction, const struct xfrm_message_result *result)
{
	if (direction == SA_DIRECTION_UNKNOWN)
		return;
	sa->direction = (uint8_t)direction;
	sa->reported |= SA_ATTR_BIT(SA_ATTR_DIRECTION);
	set_sequence(sa, result);
}

bool
xfrm_message_parts(const void *info, const void *attributes, size_t length, int64_t now_seconds, struct sa *sa,
		   struct xfrm_message_result *result)
{
	struct reading reading = {.sa = sa};

	sa_clear(sa);
	*result = (struct xfrm_message_result){0};
	memcpy(&reading.info, info, sizeof(reading.info));
	result->reason = read_fixed(&reading, now_seconds);
	if (!result->reason)
		result->reason = xfrm_attributes_read(attributes, length, reading.info.family, now_seconds, sa, result);
	if (result->reason)
		return false;
	sa->state = state_of(&reading);
	sa->said.qualifier = sa->said.spi != 0 ? sa->mark : sa->acquire_sequence;
	set_sequence(sa, result);
	return true;
}

bool
xfrm_message_sa(const struct nlmsghdr *message, int64_t now_seconds, struct sa *sa, struct xfrm_message_result *result)
{
	const size_t fixed = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct xfrm_usersa_info));
	const uint8_t *octets = (const uint8_t *)message;

	*result = (struct xfrm_message_result){0};
	if (message->nlmsg_type != XFRM_MSG_NEWSA && message->nlmsg_type != XFRM_MSG_UPDSA)
		result->reason = "the message is not about an SA";
	else if (message->nlmsg_len < fixed)
		result->reason = "the message is too short for an SA";
	if (result->reason)
		return false;
	return xfrm_message_parts(octets + NLMSG_HDRLEN, octets + fixed, message->nlmsg_len - fixed, now_seconds, sa,
				  result);
}
