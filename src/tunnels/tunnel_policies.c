/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_policies.h"

static bool
is_whole(const struct sa_address *address, uint8_t prefix_length)
{
	return prefix_length == 8 * sa_address_octets(address->type) && !sa_address_is_unspecified(address);
}

bool
tunnel_policy_key(const struct policy *policy, struct tunnel_key *key)
{
	const bool goes_out = policy_sa_direction(policy) == SA_DIRECTION_OUT;
	const struct policy_template *template = policy->templates, *const end = template + policy->template_count;

	while (template <end &&template->protocol != SA_PROTOCOL_ESP &&template->protocol != SA_PROTOCOL_AH)
		template ++;
	if (policy->action != POLICY_ALLOW || template == end ||
	    !is_whole(&template->src, template->src_prefix_length) ||
	    !is_whole(&template->dst, template->dst_prefix_length))
		return false;
	tunnel_key_make(key, goes_out ? &template->src : &template->dst, goes_out ? &template->dst : &template->src,
			template->reqid, policy->if_id);
	return true;
}
