/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Any octets as a netlink message to all that reads XFRM's messages.  The input is the message from its type
 * on: two octets of type, then what follows the header.  What was read must hold what the headers promise.
 */

#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mib/policy_columns.h"
#include "sa/sa_transform.h"
#include "xfrm/rtnetlink.h"
#include "xfrm/xfrm_direction.h"
#include "xfrm/xfrm_event.h"
#include "xfrm/xfrm_message.h"
#include "xfrm/xfrm_policy.h"

enum { NOW = 1700000000, MAX_SIZE = 16 * 1024 };

static void
check_address(const struct sa_address *address)
{
	char text[SA_ADDRESS_TEXT_SIZE];

	require(address->type <= SA_ADDRESS_IPV6);
	require(sa_address_print(address, text) < sizeof(text));
}

static void
check_sa(const struct sa *sa)
{
	char text[SA_TRANSFORM_TEXT_SIZE];

	check_address(&sa->said.dst);
	check_address(&sa->src);
	check_address(&sa->nat_original);
	check_address(&sa->care_of);
	require(sa_subnet_prefix_length(&sa->selector.src) >= 0);
	require(sa_subnet_prefix_length(&sa->selector.dst) >= 0);
	require(sa->said.dst.type != SA_ADDRESS_NONE);
	require(sa->direction <= SA_DIRECTION_OUT);
	require((sa->direction != SA_DIRECTION_UNKNOWN) == sa_reports(sa, SA_ATTR_DIRECTION));
	require(sa->state != SA_STATE_UNKNOWN && sa->state <= SA_STATE_DEAD);
	require(sa->mode <= SA_MODE_IPTFS);
	require(memchr(sa->encryption, '\0', sizeof(sa->encryption)) != NULL);
	require(memchr(sa->authentication, '\0', sizeof(sa->authentication)) != NULL);
	require(memchr(sa->compression, '\0', sizeof(sa->compression)) != NULL);
	require(memchr(sa->security_context, '\0', sizeof(sa->security_context)) != NULL);
	require(sa_transform_print(sa, text) < sizeof(text));
	for (unsigned kind = 0; kind < SA_LIFE_KINDS; kind++) {
		require(sa->life[kind].soft != UINT64_MAX);
		require(sa->life[kind].hard != UINT64_MAX);
	}
	require(sa->idle_seconds <= NOW);
	require(sa->life[SA_LIFE_ADD].current <= NOW);
	require(sa->life[SA_LIFE_USE].current <= NOW);
}

static void
read_as_sa(const struct nlmsghdr *message)
{
	struct xfrm_message_result result;
	struct sa sa;
	const bool read = xfrm_message_sa(message, NOW, &sa, &result);

	require(read == (result.reason == NULL));
	if (!read)
		return;
	check_sa(&sa);
	xfrm_message_set_direction(&sa, SA_DIRECTION_IN, &result);
	require(sa.sequence == result.received_sequence);
}

static void
read_as_event(const struct nlmsghdr *message)
{
	struct xfrm_message_result result;
	struct sa_event event;
	const bool read = xfrm_event_read(message, NOW, &event, &result);

	require(read == (result.reason == NULL));
	if (read && event.kind != SA_EVENT_NONE && event.kind != SA_EVENT_FLUSHED)
		check_sa(&event.sa);
}

static void
check_policy(const struct policy *policy)
{
	struct policy_row row;

	require(policy->direction >= POLICY_IN && policy->direction <= POLICY_SOCKET_OUT);
	require(policy->template_count <= POLICY_TEMPLATES_MOST);
	require(sa_subnet_prefix_length(&policy->selector.src) >= 0);
	require(sa_subnet_prefix_length(&policy->selector.dst) >= 0);
	policy_row_make(&row, policy, NOW, 0);
	require(memchr(row.selector_text, '\0', sizeof(row.selector_text)) != NULL);
	require(memchr(row.templates_text, '\0', sizeof(row.templates_text)) != NULL);
}

/* What a template names itself goes the way of its policy. */
static void
check_template(const struct policy_template *template, enum sa_direction way)
{
	struct xfrm_direction direction;
	const struct sa sa = {.said = {.dst = template->dst, .protocol = template->protocol},
			      .src = template->src,
			      .mode = template->mode,
			      .reqid = template->reqid};

	check_address(&template->src);
	check_address(&template->dst);
	require(xfrm_direction_init(&direction));
	require(xfrm_templates_add(direction.templates, template, way) == 0);
	require(xfrm_direction_of(&direction, &sa) == way);
	xfrm_direction_free(&direction);
}

static void
read_as_policy(const struct nlmsghdr *message)
{
	struct policy_event event;
	const char *reason;
	const bool read = xfrm_policy_read(message, &event, &reason);

	require(read == (reason == NULL));
	if (!read || (event.kind != POLICY_EVENT_SET && event.kind != POLICY_EVENT_GONE))
		return;
	check_policy(&event.policy);
	for (unsigned i = 0; i < event.policy.template_count; i++)
		check_template(&event.policy.templates[i], policy_sa_direction(&event.policy));
}

static void
read_as_address_or_route(const struct nlmsghdr *message)
{
	struct sa_address address;

	require(!rtnetlink_is_local_route(message) || message->nlmsg_type == RTM_NEWROUTE);
	if (rtnetlink_read_address(message, &address))
		check_address(&address);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message;
	size_t length;

	if (size < sizeof(uint16_t) || size > MAX_SIZE)
		return 0;
	/* In memory of exactly that size, so that the first octet too far is seen. */
	length = NLMSG_HDRLEN + size - sizeof(uint16_t);
	message = calloc(1, length);
	if (!message)
		return 0;
	message->nlmsg_len = (uint32_t)length;
	memcpy(&message->nlmsg_type, data, sizeof(uint16_t));
	memcpy((uint8_t *)message + NLMSG_HDRLEN, data + sizeof(uint16_t), size - sizeof(uint16_t));
	read_as_sa(message);
	read_as_event(message);
	read_as_policy(message);
	read_as_address_or_route(message);
	free(message);
	return 0;
}
