/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_direction.h"

bool
xfrm_direction_init(struct xfrm_direction *direction)
{
	*direction = (struct xfrm_direction){xfrm_templates_new(), host_addresses_new()};
	return direction->templates && direction->addresses;
}

void
xfrm_direction_free(struct xfrm_direction *direction)
{
	xfrm_templates_free(direction->templates);
	host_addresses_free(direction->addresses);
}

void
xfrm_direction_clear(struct xfrm_direction *direction)
{
	xfrm_templates_clear(direction->templates);
	host_addresses_clear(direction->addresses);
}

/* --- evidence ---------------------------------------------------------------------------------- */

static enum sa_direction
either(bool in, bool out)
{
	if (in == out)
		return SA_DIRECTION_UNKNOWN;
	return in ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
}

static enum sa_direction
by_whole_templates(const struct xfrm_direction *direction, const struct sa *sa)
{
	const struct xfrm_templates_ways ways = xfrm_templates_of_addresses(direction->templates, sa);

	return either(ways.in, ways.out);
}

static bool
has_route(const struct xfrm_direction *direction, const struct host_address *found, const struct sa_address *address)
{
	return found->is_known ? found->by_route : host_addresses_has_route(direction->addresses, address);
}

/* Those of interfaces, then those that are local by a route.  From this host to itself an SA goes in. */
static enum sa_direction
by_addresses(const struct xfrm_direction *direction, const struct sa *sa)
{
	const struct host_address dst = host_addresses_find(direction->addresses, &sa->said.dst);
	struct host_address src;

	if (dst.of_interface)
		return SA_DIRECTION_IN;
	src = host_addresses_find(direction->addresses, &sa->src);
	if (src.of_interface)
		return SA_DIRECTION_OUT;
	return either(has_route(direction, &dst, &sa->said.dst), has_route(direction, &src, &sa->src));
}

static enum sa_direction
by_prefixes(const struct xfrm_direction *direction, const struct sa *sa)
{
	const struct xfrm_templates_ways ways = xfrm_templates_of_prefixes(direction->templates, sa);

	return either(ways.in, ways.out);
}

enum sa_direction
xfrm_direction_of(const struct xfrm_direction *direction, const struct sa *sa)
{
	static enum sa_direction (*const evidence[])(const struct xfrm_direction *, const struct sa *) = {
		by_whole_templates,
		by_addresses,
		by_prefixes,
	};
	enum sa_direction found = SA_DIRECTION_UNKNOWN;

	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]) && found == SA_DIRECTION_UNKNOWN; i++)
		found = evidence[i](direction, sa);
	return found;
}
