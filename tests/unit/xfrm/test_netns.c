/* SPDX-License-Identifier: BSD-3-Clause */

/* Which names and paths stand for a network namespace; visits need root, and tests/integration/test_namespaces.py has them. */

#include "xfrm/netns.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void
assert_not_entered(const char *netns, const char *words)
{
	char error[ERROR_LINE_SIZE] = "";
	struct netns_visit visit;

	assert_false(netns_enter(&visit, netns, error));
	assert_int_equal(visit.home, -1);
	assert_non_null(strstr(error, words));
	netns_leave(&visit);
}

static void
refuses_what_is_no_network_namespace(void **state)
{
	static char path[PATH_MAX + 2];

	(void)state;
	assert_not_entered("", "network namespace \"\": is no name of a namespace; see \"ip netns list\"");
	assert_not_entered("..", "is no name of a namespace");
	assert_not_entered("no-such-name", "no such name under /run/netns");
	assert_not_entered("/no/such/file", "no such file; give a name of \"ip netns list\", or a path like ");
	assert_not_entered("/dev/null/ns", "Not a directory");
	assert_not_entered("/dev/null", "is no network namespace");
	assert_not_entered("/proc/self/ns/uts", "is no network namespace");
	memset(path, '/', sizeof(path) - 1);
	assert_not_entered(path, "the path is too long");
}

static void
stays_without_a_name(void **state)
{
	char error[ERROR_LINE_SIZE];
	struct netns_visit visit;

	(void)state;
	assert_true(netns_enter(&visit, NULL, error));
	assert_int_equal(visit.home, -1);
	netns_leave(&visit);
}

/* What is wrong in another way than not being there yet is for netns_enter() to say. */
static void
only_what_is_not_there_does_not_exist(void **state)
{
	(void)state;
	assert_true(netns_exists("/proc/self/ns/net"));
	assert_true(netns_exists("/dev/null/ns"));
	assert_true(netns_exists(".."));
	assert_false(netns_exists("no-such-name"));
	assert_false(netns_exists("/no/such/file"));
}

static void
knows_a_namespace_again(void **state)
{
	char error[ERROR_LINE_SIZE] = "";
	struct netns_identity identity;
	struct stat status;

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &status), 0);
	identity = (struct netns_identity){status.st_dev, status.st_ino};
	assert_true(netns_is("/proc/self/ns/net", &identity, error));
	assert_false(netns_is("/proc/self/ns/uts", &identity, error));
	assert_string_equal(error, "network namespace \"/proc/self/ns/uts\": was deleted and made again");
	assert_false(netns_is("no-such-name", &identity, error));
	assert_string_equal(error,
			    "network namespace \"no-such-name\": no such name under /run/netns; see \"ip netns list\"");
	assert_false(netns_is("..", &identity, error));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_network_namespace),
		cmocka_unit_test(stays_without_a_name),
		cmocka_unit_test(only_what_is_not_there_does_not_exist),
		cmocka_unit_test(knows_a_namespace_again),
	};

	return cmocka_run_group_tests_name("netns", tests, NULL, NULL);
}
