/* SPDX-License-Identifier: BSD-3-Clause */

/* The command line of ipsec-spi-agent, and what is said of one that makes no sense. */

#include "agent/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 24 };

static struct options options;

/* What the call has printed on the descriptor; the next call takes the same room. */
static char said[8192];

/* The words of "ipsec-spi-agent WORDS", which have no blanks of their own. */
static enum options_outcome
parse_and_listen(const char *words, int descriptor, FILE *stream)
{
	static char text[512];
	char *rest = text, *argv[WORDS_MAX + 2] = {NULL}, *word;
	const int file = memfd_create("said", MFD_CLOEXEC), saved = dup(descriptor);
	enum options_outcome outcome;
	ssize_t length;
	int argc = 0;

	assert_true(file >= 0 && saved >= 0);
	snprintf(text, sizeof(text), "ipsec-spi-agent %s", words);
	while (argc <= WORDS_MAX && (word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	fflush(stream);
	dup2(file, descriptor);
	optind = 0; /* getopt(3): the next call begins anew */
	outcome = options_parse(&options, argc, argv);
	fflush(stream);
	dup2(saved, descriptor);
	length = pread(file, said, sizeof(said) - 1, 0);
	assert_true(length >= 0);
	said[length] = '\0';
	close(file);
	close(saved);
	return outcome;
}

static void
assert_runs(const char *words)
{
	const enum options_outcome outcome = parse_and_listen(words, STDERR_FILENO, stderr);

	assert_string_equal(said, "");
	assert_int_equal(outcome, OPTIONS_RUN);
}

static void
assert_wrong(const char *words, const char *line)
{
	assert_int_equal(parse_and_listen(words, STDERR_FILENO, stderr), OPTIONS_WRONG);
	assert_string_equal(said, line);
}

static void
takes_each_option(void **state)
{
	(void)state;
	assert_runs("-f -c /etc/x.conf -s xfrm -k /tmp/spi -n blue -n red=R -x unix:/run/x -i 7 -D ipsec");
	assert_true(options.foreground);
	assert_string_equal(options.config_file, "/etc/x.conf");
	assert_string_equal(options.agentx_master, "unix:/run/x");
	assert_string_equal(options.debug_tokens, "ipsec");
	assert_int_equal(options.given.source, CHOOSE_XFRM);
	assert_string_equal(options.given.klips_file, "/tmp/spi");
	assert_int_equal(options.given.interval_seconds, 7);
	assert_int_equal(options.given.namespace_count, 2);
	assert_string_equal(options.given.namespaces[1].context, "R");
	assert_runs("-l udp:161");
	assert_string_equal(options.listen_on, "udp:161");
	assert_runs("-p -F openswan");
	assert_true(options.print_once);
	assert_int_equal(options.format, KLIPS_TEXT_OPENSWAN);
	assert_false(options.policies);
	assert_runs("-p -F policies");
	assert_true(options.policies);
}

/* What was not given is as the configuration file has it. */
static void
wins_over_the_file_where_given(void **state)
{
	struct settings settings;

	(void)state;
	settings_init(&settings);
	settings.source = CHOOSE_KLIPS;
	settings.interval_seconds = 30;
	strcpy(settings.klips_file, "/of/the/file");
	settings.namespace_count = 1;
	assert_runs("-f");
	options_override(&options, &settings);
	assert_int_equal(settings.source, CHOOSE_KLIPS);
	assert_int_equal(settings.interval_seconds, 30);
	assert_string_equal(settings.klips_file, "/of/the/file");
	assert_int_equal(settings.namespace_count, 1);

	assert_runs("-s auto -i 5 -k /given -n a -n b");
	options_override(&options, &settings);
	assert_int_equal(settings.source, CHOOSE_AUTO);
	assert_int_equal(settings.interval_seconds, 5);
	assert_string_equal(settings.klips_file, "/given");
	assert_int_equal(settings.namespace_count, 2);
	assert_string_equal(settings.namespaces[0].netns, "a");
}

static void
says_what_is_wrong_in_one_line(void **state)
{
	(void)state;
	assert_wrong("-i 0", "ipsec-spi-agent: -i 0: is not a number of seconds from 1 to 3600\n");
	assert_wrong("-s pfkey", "ipsec-spi-agent: -s pfkey: is not xfrm, klips or auto\n");
	assert_wrong("-F text", "ipsec-spi-agent: -F text: is not auto, openswan, freeswan, manual or policies\n");
	assert_wrong("-n =x", "ipsec-spi-agent: -n =x: does not begin with a name or path of 1 to 255 octets\n");
	assert_wrong("now", "ipsec-spi-agent: argument now: not expected; see ipsec-spi-agent -h\n");
	assert_wrong("-n a -s klips",
		     "ipsec-spi-agent: options: namespaces (-n, netns) and source klips: KLIPS has one "
		     "file, not one for each namespace\n");
	assert_wrong("-p -n a -n b", "ipsec-spi-agent: -p: prints one namespace; give -n once\n");
	assert_wrong(
		"-x unix:/run/x -l udp:161",
		"ipsec-spi-agent: -x and -l: a subagent and a whole engine exclude each other; give one of them\n");
	assert_wrong("-F manual", "ipsec-spi-agent: -F: works with -p only\n");
}

/* getopt() or net-snmp has its say first. */
static void
points_to_the_help(void **state)
{
	(void)state;
	assert_int_equal(parse_and_listen("-z", STDERR_FILENO, stderr), OPTIONS_WRONG);
	assert_non_null(strstr(said, "ipsec-spi-agent: see ipsec-spi-agent -h\n"));
	assert_int_equal(parse_and_listen("-L ?", STDERR_FILENO, stderr), OPTIONS_WRONG);
	assert_non_null(
		strstr(said, "ipsec-spi-agent: -L ?: is no log destination; see snmpcmd(1), LOGGING OPTIONS\n"));
	assert_int_equal(parse_and_listen("-i", STDERR_FILENO, stderr), OPTIONS_WRONG);
	assert_non_null(strstr(said, "ipsec-spi-agent: see ipsec-spi-agent -h\n"));
}

static void
printing_once_needs_no_option_of_serving(void **state)
{
	static const char *const serving[] = {"-f", "-c /x", "-x /x", "-l udp:161", "-i 5", "-L e", "-D x"};
	char words[32], line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(serving) / sizeof(serving[0]); i++) {
		snprintf(words, sizeof(words), "-p %s", serving[i]);
		snprintf(line, sizeof(line),
			 "ipsec-spi-agent: -p with %.2s: -p prints once, without SNMP; see ipsec-spi-agent -h\n",
			 serving[i]);
		assert_wrong(words, line);
	}
	assert_runs("-p -s klips -k /x -F freeswan");
	assert_runs("-p -n blue");
}

static void
help_and_version_end_it(void **state)
{
	(void)state;
	assert_int_equal(parse_and_listen("-h", STDOUT_FILENO, stdout), OPTIONS_DONE);
	assert_non_null(strstr(said, "Usage: ipsec-spi-agent [-f]"));
	assert_non_null(strstr(said, "\n  -i SECONDS "));
	assert_int_equal(parse_and_listen("-V", STDOUT_FILENO, stdout), OPTIONS_DONE);
	assert_memory_equal(said, "ipsec-spi-agent " VERSION " (net-snmp 5.",
			    strlen("ipsec-spi-agent " VERSION " (net-snmp 5."));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_each_option),
		cmocka_unit_test(wins_over_the_file_where_given),
		cmocka_unit_test(says_what_is_wrong_in_one_line),
		cmocka_unit_test(points_to_the_help),
		cmocka_unit_test(printing_once_needs_no_option_of_serving),
		cmocka_unit_test(help_and_version_end_it),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
