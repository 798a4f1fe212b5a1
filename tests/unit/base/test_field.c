/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/field.h"

/* Each between two octets that must stay as they are; none of them aligned. */
struct __attribute__((packed)) fields {
	uint8_t before_one, one;
	uint8_t before_two;
	uint16_t two;
	uint8_t before_four;
	uint32_t four;
	uint8_t before_eight;
	uint64_t eight;
	uint8_t after;
};

static const struct {
	size_t offset, size;
	uint64_t kept;
} places[] = {
	{offsetof(struct fields, one), 1, 0xef},
	{offsetof(struct fields, two), 2, 0xcdef},
	{offsetof(struct fields, four), 4, 0x89abcdef},
	{offsetof(struct fields, eight), 8, 0x0123456789abcdef},
};

static void
keeps_the_low_octets_and_touches_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		uint8_t octets[sizeof(struct fields)], untouched[sizeof(octets)];

		memset(untouched, 0xa5, sizeof(untouched));
		memcpy(octets, untouched, sizeof(octets));
		field_store(octets + places[i].offset, places[i].size, 0x0123456789abcdef);
		assert_int_equal(field_load(octets + places[i].offset, places[i].size), places[i].kept);
		memset(octets + places[i].offset, 0xa5, places[i].size);
		assert_memory_equal(octets, untouched, sizeof(octets));
	}
}

static void
is_the_field_as_c_has_it(void **state)
{
	struct fields fields = {0};

	(void)state;
	field_store(&fields.one, sizeof(fields.one), 200);
	field_store(&fields.two, sizeof(fields.two), 60000);
	field_store(&fields.four, sizeof(fields.four), 4000000000);
	field_store(&fields.eight, sizeof(fields.eight), UINT64_MAX - 1);
	assert_int_equal(fields.one, 200);
	assert_int_equal(fields.two, 60000);
	assert_int_equal(fields.four, 4000000000);
	assert_true(fields.eight == UINT64_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_low_octets_and_touches_nothing_else),
		cmocka_unit_test(is_the_field_as_c_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
