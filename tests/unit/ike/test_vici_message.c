/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/vici_message.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "vici_builder.h"

static void
reads_the_example_of_the_protocol(void **state)
{
	static const enum vici_element_type types[] = {
		VICI_KEY_VALUE,	  VICI_SECTION_START, VICI_SECTION_START, VICI_KEY_VALUE,
		VICI_SECTION_END, VICI_LIST_START,    VICI_LIST_ITEM,	  VICI_LIST_ITEM,
		VICI_LIST_END,	  VICI_SECTION_END,   VICI_MESSAGE_END,	  VICI_MESSAGE_END,
	};
	static const char *const items[] = {"item1", "item2", NULL};
	struct vici_builder builder = {.length = 0};
	struct vici_cursor cursor;
	struct vici_element element;

	(void)state;
	vici_put_pair(&builder, "key1", "value1");
	vici_put_section(&builder, "section1");
	vici_put_section(&builder, "sub-section");
	vici_put_pair(&builder, "key2", "value2");
	vici_put_end(&builder);
	vici_put_list(&builder, "list1", items);
	vici_put_end(&builder);
	vici_begin(&cursor, builder.octets, builder.length);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		assert_int_equal(vici_next(&cursor, &element), types[i]);
		if (i == 3) {
			assert_true(vici_text_is(&element.name, "key2"));
			assert_true(vici_text_is(&element.value, "value2"));
		}
	}
}

static void
skips_a_section_with_all_that_is_in_it(void **state)
{
	struct vici_builder builder = {.length = 0};
	struct vici_cursor cursor;
	struct vici_element element;

	(void)state;
	vici_put_section(&builder, "outer");
	vici_put_section(&builder, "inner");
	vici_put_pair(&builder, "key", "value");
	vici_put_end(&builder);
	vici_put_end(&builder);
	vici_put_pair(&builder, "last", "");
	vici_begin(&cursor, builder.octets, builder.length);
	assert_int_equal(vici_next(&cursor, &element), VICI_SECTION_START);
	assert_true(vici_skip_section(&cursor));
	assert_int_equal(vici_next(&cursor, &element), VICI_KEY_VALUE);
	assert_true(vici_text_is(&element.name, "last"));
}

static void
stays_broken_after_what_is_no_message(void **state)
{
	static const struct {
		uint8_t octets[8];
		size_t length;
	} broken[] = {
		{{0}, 1},		     /* no such type */
		{{2}, 1},		     /* an end of nothing */
		{{1, 3, 'a', 'b'}, 4},	     /* a name that is cut off */
		{{1, 1, 'a'}, 3},	     /* a section without end */
		{{3, 1, 'a', 0, 2, 'b'}, 6}, /* a value that is cut off */
		{{4, 1, 'a', 2}, 4},	     /* an end of a section in a list */
		{{4, 1, 'a'}, 3},	     /* a list without end */
		{{5, 0, 1, 'a'}, 4},	     /* an item without a list */
		{{6}, 1},		     /* an end of no list */
		{{4, 0, 4, 0}, 4},	     /* a list in a list */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct vici_cursor cursor;
		struct vici_element element;

		vici_begin(&cursor, broken[i].octets, broken[i].length);
		while (vici_next(&cursor, &element) != VICI_MESSAGE_END && element.type != VICI_MESSAGE_BROKEN)
			;
		assert_int_equal(element.type, VICI_MESSAGE_BROKEN);
		assert_int_equal(vici_next(&cursor, &element), VICI_MESSAGE_BROKEN);
	}
}

static void
goes_no_deeper_than_any_daemon(void **state)
{
	struct vici_builder builder = {.length = 0};
	struct vici_cursor cursor;
	struct vici_element element;

	(void)state;
	for (unsigned i = 0; i < VICI_DEPTH_MOST + 1; i++)
		vici_put_section(&builder, "s");
	vici_begin(&cursor, builder.octets, builder.length);
	for (unsigned i = 0; i < VICI_DEPTH_MOST; i++)
		assert_int_equal(vici_next(&cursor, &element), VICI_SECTION_START);
	assert_int_equal(vici_next(&cursor, &element), VICI_MESSAGE_BROKEN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_example_of_the_protocol),
		cmocka_unit_test(skips_a_section_with_all_that_is_in_it),
		cmocka_unit_test(stays_broken_after_what_is_no_message),
		cmocka_unit_test(goes_no_deeper_than_any_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
