/* SPDX-License-Identifier: BSD-3-Clause */

/* What each word of the configuration file takes, and what it says of what it does not take. */

#include "agent/config_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct settings settings;

static int
set_defaults(void **state)
{
	(void)state;
	tunnel_names_free(&settings.tunnels.names);
	settings_init(&settings);
	return 0;
}

/* Compares the reason, whose words are those of a log line: "WORD VALUE: REASON". */
static void
assert_refused(const char *word, const char *value, const char *reason)
{
	const char *said = config_word_set(&settings, word, value);

	assert_non_null(said);
	assert_string_equal(said, reason);
}

#define assert_taken(word, value) assert_null(config_word_set(&settings, word, value))

static uint32_t
number_of(const struct config_word *word)
{
	uint32_t number;

	memcpy(&number, (const char *)&settings + word->number.offset, sizeof(number));
	return number;
}

static void
numbers_have_limits_and_defaults_within(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_words_count; i++) {
		const struct config_word *const word = &config_words[i];
		const uint32_t least = word->number.least, most = word->number.most;
		char text[24], reason[96];

		if (word->set)
			continue;
		snprintf(reason, sizeof(reason), "is not a number of %s from %u to %u", word->number.unit, least, most);
		assert_in_range(number_of(word), least, most);
		snprintf(text, sizeof(text), "%u", most);
		assert_taken(word->word, text);
		assert_int_equal(number_of(word), most);
		snprintf(text, sizeof(text), "%u", least);
		assert_taken(word->word, text);
		assert_int_equal(number_of(word), least);

		snprintf(text, sizeof(text), "%llu", (unsigned long long)most + 1);
		assert_refused(word->word, text, reason);
		if (least > 0) {
			snprintf(text, sizeof(text), "%u", least - 1);
			assert_refused(word->word, text, reason);
		}
		assert_int_equal(number_of(word), least);
	}
}

static void
numbers_are_digits_alone(void **state)
{
	static const char *const wrong[] = {"",	  "x",	"5x",  "5 ",  " 5",
					    "+5", "-5", "5.5", "0x5", "99999999999999999999999"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused("interval", wrong[i], "is not a number of seconds from 1 to 3600");
	assert_taken("interval", "0012");
	assert_int_equal(settings.interval_seconds, 12);
}

static void
every_word_has_its_own_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < config_words_count; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(config_words[i].word, config_words[j].word);
			if (!config_words[i].set && !config_words[j].set)
				assert_int_not_equal(config_words[i].number.offset, config_words[j].number.offset);
		}
	}
}

static void
chooses_an_ike_daemon_for_each_context(void **state)
{
	const struct namespace_choice here = {.context = ""}, blue = {.netns = "b", .context = "blue"},
				      red = {.netns = "r", .context = "red"};

	(void)state;
	assert_int_equal(settings_ike(&settings, &here).kind, IKE_AUTO);
	assert_int_equal(settings_ike(&settings, &blue).kind, IKE_AUTO);
	assert_taken("ike", "strongswan unix:///run/blue.vici context blue");
	assert_taken("ike", "strongswan");
	assert_int_equal(settings_ike(&settings, &blue).kind, IKE_STRONGSWAN);
	assert_string_equal(settings_ike(&settings, &blue).socket, "/run/blue.vici");
	assert_int_equal(settings_ike(&settings, &red).kind, IKE_STRONGSWAN);
	assert_false(settings_ike(&settings, &red).is_given);
	assert_taken("ike", "none context red");
	assert_int_equal(settings_ike(&settings, &red).kind, IKE_NONE);
	assert_refused("ike", "auto context red", "has the context of an earlier line");
	assert_refused("ike", "auto", "has the context of an earlier line");
}

static void
refuses_what_is_no_ike_daemon(void **state)
{
	static const char *const wrong[] = {"", "racoon", "Auto"};
	static const char *const too_many[] = {"auto /run/vici", "none none", "strongswan /a /b",
					       "strongswan run/vici"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused("ike", wrong[i], "is not strongswan, none or auto");
	for (size_t i = 0; i < sizeof(too_many) / sizeof(too_many[0]); i++)
		assert_refused("ike", too_many[i],
			       "has a word too many; give strongswan [SOCKET], none or auto, and \"context NAME\"");
	assert_refused("ike", "auto context", "needs one context of 1 to 32 octets after \"context\"");
	assert_taken("ike-identities", "no");
	assert_false(settings.ike_identities);
	assert_refused("ike-identities", "maybe", "is not yes or no");
}

static void
refuses_other_words(void **state)
{
	(void)state;
	assert_refused("intervall", "5", "is an unknown word");
	assert_refused("", "", "is an unknown word");
}

static void
chooses_a_source(void **state)
{
	(void)state;
	assert_int_equal(settings.source, CHOOSE_AUTO);
	assert_taken("source", "klips");
	assert_int_equal(settings.source, CHOOSE_KLIPS);
	assert_taken("source", "xfrm");
	assert_int_equal(settings.source, CHOOSE_XFRM);
	assert_refused("source", "pfkey", "is not xfrm, klips or auto");
	assert_int_equal(settings.source, CHOOSE_XFRM);
	assert_taken("source", "auto");
	assert_int_equal(settings.source, CHOOSE_AUTO);
}

static void
takes_a_path_that_fits(void **state)
{
	char path[SETTINGS_PATH_SIZE + 1];

	(void)state;
	memset(path, 'p', sizeof(path));
	path[SETTINGS_PATH_SIZE] = '\0';
	assert_refused("klips-file", path, "is too long: a path has at most 255 octets");
	path[SETTINGS_PATH_SIZE - 1] = '\0';
	assert_taken("klips-file", path);
	assert_string_equal(settings.klips_file, path);
	assert_refused("klips-file", "", "names no file");
	assert_string_equal(settings.klips_file, path);
}

static void
assert_place(size_t number, const char *netns, const char *context)
{
	assert_true(number < settings.namespace_count);
	assert_string_equal(settings.namespaces[number].netns, netns);
	assert_string_equal(settings.namespaces[number].context, context);
}

static void
gives_each_namespace_a_context(void **state)
{
	(void)state;
	assert_taken("netns", "blue");
	assert_taken("netns", "/run/netns/red");
	assert_taken("netns", "/proc/1/ns/net=");
	assert_taken("netns", "green=a=b");
	assert_taken("netns", "green=/etc/x");
	assert_int_equal(settings.namespace_count, 5);
	assert_place(0, "blue", "blue");
	assert_place(1, "/run/netns/red", "red");
	assert_place(2, "/proc/1/ns/net", "");
	assert_place(3, "green", "a=b");
	assert_place(4, "green", "/etc/x");
}

static void
refuses_namespaces_that_it_cannot_serve(void **state)
{
	char name[SETTINGS_PATH_SIZE + sizeof("=x")], context[SETTINGS_CONTEXT_SIZE + 1];

	(void)state;
	assert_refused("netns", "", "does not begin with a name or path of 1 to 255 octets");
	assert_refused("netns", "=blue", "does not begin with a name or path of 1 to 255 octets");
	memset(name, 'n', sizeof(name));
	strcpy(name + SETTINGS_PATH_SIZE, "=x");
	assert_refused("netns", name, "does not begin with a name or path of 1 to 255 octets");
	strcpy(name + SETTINGS_PATH_SIZE - 1, "=x");
	assert_taken("netns", name);
	memset(context, 'c', sizeof(context));
	context[SETTINGS_CONTEXT_SIZE] = '\0';
	assert_refused("netns", context, "has a context of more than 32 octets; give a shorter one after \"=\"");
	assert_taken("netns", context + 1);
	assert_refused("netns", "other=x", "has the context of a namespace given before; give another after \"=\"");
	assert_int_equal(settings.namespace_count, 2);
}

static void
serves_sixty_four_namespaces(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SETTINGS_NAMESPACES_MAX; i++) {
		char name[16];

		snprintf(name, sizeof(name), "ns%u", i);
		assert_taken("netns", name);
	}
	assert_refused("netns", "more", "is one too many: an agent watches at most 64 namespaces");
	assert_place(63, "ns63", "ns63");
}

static void
says_yes_or_no(void **state)
{
	(void)state;
	assert_false(settings.event_policy.say);
	assert_taken("event-syslog", "yes");
	assert_true(settings.event_policy.say);
	assert_taken("event-syslog", "no");
	assert_false(settings.event_policy.say);
	assert_refused("event-syslog", "on", "is not yes or no");
	assert_true(settings.agentx_direct);
	assert_taken("agentx-direct", "no");
	assert_false(settings.agentx_direct);
	assert_taken("agentx-direct", "yes");
	assert_true(settings.agentx_direct);
	assert_refused("agentx-direct", "", "is not yes or no");
}

/* Which words there are is event_policy's: here, that each goes where it belongs. */
static void
chooses_what_is_notified(void **state)
{
	(void)state;
	assert_taken("notify-soft", "none");
	assert_int_equal(settings.event_policy.soft, 0);
	assert_int_equal(settings.event_policy.hard, EVENT_LIMITS_ALL);
	assert_taken("notify-hard", "packets");
	assert_int_equal(settings.event_policy.hard, 1 << EVENT_LIMIT_PACKETS);
	assert_int_equal(settings.event_policy.soft, 0);
	assert_non_null(config_word_set(&settings, "notify-soft", "sometimes"));
	assert_non_null(config_word_set(&settings, "notify-hard", "sometimes"));
}

static void
moves_the_root(void **state)
{
	(void)state;
	assert_taken("oid-root", "1.3.6.1.4.1.99999.1");
	assert_int_equal(settings.oid_root.length, 8);
	assert_int_equal(settings.oid_root.subids[6], 99999);
	assert_refused("oid-root", "enterprises.99999",
		       "is not a numeric object identifier, such as .1.3.6.1.4.1.8072.9999.9999.4301");
}

static void
names_tunnels(void **state)
{
	(void)state;
	assert_taken("tunnel", "office remote 198.51.100.7");
	assert_taken("tunnel", "\"the lab\" remote 203.0.113.0/24 reqid 5");
	assert_int_equal(settings.tunnels.names.count, 2);
	assert_string_equal(settings.tunnels.names.all[1].name, "the lab");
	assert_non_null(config_word_set(&settings, "tunnel", "office"));
	assert_int_equal(settings.tunnels.names.count, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_have_limits_and_defaults_within, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(numbers_are_digits_alone, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(every_word_has_its_own_number, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(chooses_an_ike_daemon_for_each_context, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_ike_daemon, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(refuses_other_words, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(chooses_a_source, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(takes_a_path_that_fits, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(gives_each_namespace_a_context, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(refuses_namespaces_that_it_cannot_serve, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(serves_sixty_four_namespaces, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(says_yes_or_no, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(chooses_what_is_notified, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(moves_the_root, set_defaults, NULL),
		cmocka_unit_test_setup_teardown(names_tunnels, set_defaults, set_defaults),
	};

	return cmocka_run_group_tests_name("config_words", tests, NULL, NULL);
}
