/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
the_defaults_watch_the_agents_own_namespace(void **state)
{
	struct settings settings;

	(void)state;
	memset(&settings, 0xff, sizeof(settings));
	settings_init(&settings);
	assert_int_equal(settings.source, CHOOSE_AUTO);
	assert_string_equal(settings.klips_file, "");
	assert_int_equal(settings.namespace_count, 0);
	assert_int_equal(settings.tunnels.names.count, 0);
	assert_int_equal(settings.event_policy.hard, EVENT_LIMITS_ALL);
	assert_memory_equal(&settings.oid_root, &mib_default_root, sizeof(mib_default_root));
	assert_null(settings_conflict(&settings));
}

/* KLIPS knew no namespaces; what "auto" finds is another matter, which view_open_source() sees to. */
static void
namespaces_exclude_klips(void **state)
{
	struct settings settings;

	(void)state;
	settings_init(&settings);
	settings.source = CHOOSE_KLIPS;
	assert_null(settings_conflict(&settings));
	settings.namespace_count = 1;
	assert_string_equal(settings_conflict(&settings),
			    "namespaces (-n, netns) and source klips: KLIPS has one file, not one for each namespace");
	settings.source = CHOOSE_XFRM;
	assert_null(settings_conflict(&settings));
	settings.source = CHOOSE_AUTO;
	assert_null(settings_conflict(&settings));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_watch_the_agents_own_namespace),
		cmocka_unit_test(namespaces_exclude_klips),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
