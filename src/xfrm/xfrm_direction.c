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

/* From this host to itself an SA goes in. */
static enum sa_direction
by_interfaces(const struct xfrm_direction *direction, const struct sa *sa)
{
	const bool in = host_addresses_has(direction->addresses, &sa->said.dst);

	return either(in, !in && host_addresses_has(direction->addresses, &sa->src));
}

static enum sa_direction
by_routes(const struct xfrm_direction *direction, const struct sa *sa)
{
	return either(host_addresses_has_route(direction->addresses, &sa->said.dst),
		      host_addresses_has_route(direction->addresses, &sa->src));
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
		by_interfaces,
		by_routes,
		by_prefixes,
	};
	enum sa_direction found = SA_DIRECTION_UNKNOWN;

	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]) && found == SA_DIRECTION_UNKNOWN; i++)
		found = evidence[i](direction, sa);
	return found;
}
