/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICY_BUILDER_H
#define POLICY_BUILDER_H

/* Messages about policies as the kernel makes them, in the buffer of xfrm_builder.h. */

#include "xfrm_builder.h"

/* A policy message, made of a selector and up to eight templates. */
struct policy_message {
	struct xfrm_userpolicy_info info;
	struct xfrm_user_tmpl templates[8];
	size_t count;
};

static inline struct policy_message
a_policy(uint8_t direction, const char *src, uint8_t src_prefix, const char *dst, uint8_t dst_prefix)
{
	struct policy_message policy = {
		.info = {.dir = direction,
			 .sel = {.family = AF_INET, .prefixlen_s = src_prefix, .prefixlen_d = dst_prefix}}};

	inet_pton(AF_INET, src, &policy.info.sel.saddr);
	inet_pton(AF_INET, dst, &policy.info.sel.daddr);
	return policy;
}

static inline void
add_tunnel(struct policy_message *policy, uint8_t protocol, uint32_t reqid, const char *src, const char *dst)
{
	struct xfrm_user_tmpl *template = &policy->templates[policy->count++];

	*template = (struct xfrm_user_tmpl){
		.id.proto = protocol, .family = AF_INET, .mode = XFRM_MODE_TUNNEL, .reqid = reqid};
	inet_pton(AF_INET, src, &template->saddr);
	inet_pton(AF_INET, dst, &template->id.daddr);
}

static inline void
add_transport(struct policy_message *policy, uint8_t protocol, uint32_t reqid)
{
	policy->templates[policy->count++] = (struct xfrm_user_tmpl){
		.id.proto = protocol, .family = AF_INET, .mode = XFRM_MODE_TRANSPORT, .reqid = reqid};
}

static inline struct nlmsghdr *
message_of(const struct policy_message *policy)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = XFRM_MSG_NEWPOLICY;
	memcpy(mnl_nlmsg_put_extra_header(message, sizeof(policy->info)), &policy->info, sizeof(policy->info));
	mnl_attr_put_u32(message, XFRMA_IF_ID, 1);
	if (policy->count > 0)
		mnl_attr_put(message, XFRMA_TMPL, policy->count * sizeof(policy->templates[0]), policy->templates);
	return message;
}

#endif
