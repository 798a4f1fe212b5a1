/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include "sa/sa.h"

static void
cleared_is_all_zero(void **state)
{
	static const struct sa nothing;
	struct sa sa;

	(void)state;
	memset(&sa, 0xa5, sizeof(sa));
	sa_clear(&sa);
	assert_memory_equal(&sa, &nothing, sizeof(sa));
}

static void
reports_each_attribute_by_itself(void **state)
{
	(void)state;
	for (unsigned one = 0; one < SA_ATTR_COUNT; one++) {
		const struct sa sa = {.reported = SA_ATTR_BIT(one)};

		for (unsigned other = 0; other < SA_ATTR_COUNT; other++)
			assert_int_equal(sa_reports(&sa, other), one == other);
	}
}

/* klips_life.c and the columns count on it. */
static void
lifetimes_are_attributes_in_their_order(void **state)
{
	(void)state;
	assert_int_equal((int)SA_ATTR_ALLOC + SA_LIFE_BYTES, SA_ATTR_BYTES);
	assert_int_equal((int)SA_ATTR_ALLOC + SA_LIFE_ADD, SA_ATTR_ADD);
	assert_int_equal((int)SA_ATTR_ALLOC + SA_LIFE_USE, SA_ATTR_USE);
	assert_int_equal((int)SA_ATTR_ALLOC + SA_LIFE_PACKETS, SA_ATTR_PACKETS);
	assert_int_equal(SA_LIFE_PACKETS + 1, SA_LIFE_KINDS);
}

static void
numbers_are_those_of_their_sources(void **state)
{
	(void)state;
	assert_int_equal(SA_PROTOCOL_IPIP, IPPROTO_IPIP);
	assert_int_equal(SA_PROTOCOL_IPV6, IPPROTO_IPV6);
	assert_int_equal(SA_PROTOCOL_ROUTING, IPPROTO_ROUTING);
	assert_int_equal(SA_PROTOCOL_ESP, IPPROTO_ESP);
	assert_int_equal(SA_PROTOCOL_AH, IPPROTO_AH);
	assert_int_equal(SA_PROTOCOL_DSTOPTS, IPPROTO_DSTOPTS);
	assert_int_equal(SA_PROTOCOL_COMP, IPPROTO_COMP);
	assert_int_equal(SA_MODE_TRANSPORT, XFRM_MODE_TRANSPORT + 1);
	assert_int_equal(SA_MODE_TUNNEL, XFRM_MODE_TUNNEL + 1);
	assert_int_equal(SA_MODE_ROUTE_OPTIMIZATION, XFRM_MODE_ROUTEOPTIMIZATION + 1);
	assert_int_equal(SA_MODE_IN_TRIGGER, XFRM_MODE_IN_TRIGGER + 1);
	assert_int_equal(SA_MODE_BEET, XFRM_MODE_BEET + 1);
	assert_int_equal(SA_NAT_NONIKE, UDP_ENCAP_ESPINUDP_NON_IKE);
	assert_int_equal(SA_NAT_NONESP, UDP_ENCAP_ESPINUDP);
	assert_int_equal(SA_NAT_TCP, TCP_ENCAP_ESPINTCP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cleared_is_all_zero),
		cmocka_unit_test(reports_each_attribute_by_itself),
		cmocka_unit_test(lifetimes_are_attributes_in_their_order),
		cmocka_unit_test(numbers_are_those_of_their_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
