/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "check_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/decimal.h"

enum { DEFAULT_TIMEOUT = 10, DEFAULT_RETRIES = 2 };

static void
add_word(struct check_options *options, const char *option, const char *value)
{
	char *const word = malloc(strlen(option) + strlen(value) + 1);

	if (!word || options->word_count + 1 >= CHECK_MOST_WORDS) {
		free(word);
		return;
	}
	strcpy(stpcpy(word, option), value);
	options->words[options->word_count++] = word;
}

void
check_options_free(struct check_options *options)
{
	while (options->word_count > 0)
		free(options->words[--options->word_count]);
}

/* --- options, each a row of the table ----------------------------------------------------------- */

struct parsing {
	struct check_options *options;
	const char *host, *port;
	uint64_t retries;
	bool has_version;
};

struct option_row {
	char letter;
	const char *name;
	bool (*set)(struct parsing *parsing, const struct option_row *row, const char *argument);
	const char *argument; /* its argument, for error messages and -h; NULL: none */
	const char *own;      /* net-snmp's equivalent option, or NULL */
	const char *help;
};

static bool
set_word(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	add_word(parsing->options, row->own, argument);
	return argument[0] != '\0';
}

static bool
set_version(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	parsing->has_version = true;
	return (strcmp(argument, "2c") == 0 || strcmp(argument, "3") == 0) && set_word(parsing, row, argument);
}

static bool
set_host(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	(void)row;
	parsing->host = argument;
	return argument[0] != '\0' && argument[0] != '-';
}

static bool
set_port(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	uint64_t number;

	(void)row;
	parsing->port = argument;
	return decimal_read(argument, strlen(argument), 1, 65535, &number);
}

static bool
set_retries(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	(void)row;
	return decimal_read(argument, strlen(argument), 0, 100, &parsing->retries);
}

static bool
set_timeout(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	uint64_t number;

	(void)row;
	if (!decimal_read(argument, strlen(argument), 1, 3600, &number))
		return false;
	parsing->options->timeout_seconds = (unsigned)number;
	return true;
}

/* "NAME=RANGE", or several separated by commas. */
static bool
set_thresholds(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	struct check_thresholds *const all = &parsing->options->wishes.thresholds;
	struct check_range *const ranges = row->letter == 'w' ? all->warning : all->critical;

	for (;;) {
		const size_t length = strcspn(argument, ",");
		const char *const equals = memchr(argument, '=', length);
		char range[CHECK_RANGE_SIZE];
		enum check_figure figure;

		if (!equals || length - (size_t)(equals - argument) > sizeof(range))
			return false;
		figure = check_figure_named(argument, (size_t)(equals - argument));
		snprintf(range, sizeof(range), "%.*s", (int)(argument + length - equals - 1), equals + 1);
		if (figure == CHECK_FIGURES || !check_range_parse(range, &ranges[figure]))
			return false;
		if (argument[length] == '\0')
			return true;
		argument += length + 1;
	}
}

static bool
set_only(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	struct check_choice *const choice = &parsing->options->wishes.choice;

	(void)row;
	if (choice->only_count == CHECK_MOST_CHOSEN)
		return false;
	parsing->options->only[choice->only_count++] = argument;
	return true;
}

static bool
set_not(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	struct check_choice *const choice = &parsing->options->wishes.choice;

	(void)row;
	if (choice->not_count == CHECK_MOST_CHOSEN)
		return false;
	parsing->options->not[choice->not_count++] = argument;
	return true;
}

static bool
set_root(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	(void)row;
	return mib_oid_parse_root(argument, &parsing->options->root);
}

static bool
set_verbose(struct parsing *parsing, const struct option_row *row, const char *argument)
{
	(void)row;
	(void)argument;
	parsing->options->wishes.verbose = true;
	return true;
}

/* clang-format off */
static const struct option_row rows[] = {
	{'H', "hostname", set_host, "HOST", NULL, "whom to ask: a name or an address"},
	{'p', "port", set_port, "PORT", NULL, "1 to 65535; default 161"},
	{'P', "protocol", set_version, "2c|3", "-v", "the version of SNMP; default 2c, or 3 with -U"},
	{'C', "community", set_word, "COMMUNITY", "-c", "of version 2c"},
	{'U', "secname", set_word, "USER", "-u", "of version 3"},
	{'L', "seclevel", set_word, "LEVEL", "-l", "noAuthNoPriv, authNoPriv or authPriv"},
	{'a', "authproto", set_word, "PROTOCOL", "-a", "such as SHA-256"},
	{'A', "authpasswd", set_word, "PASSPHRASE", "-A", "for that"},
	{'x', "privproto", set_word, "PROTOCOL", "-x", "such as AES"},
	{'X', "privpasswd", set_word, "PASSPHRASE", "-X", "for that"},
	{'N', "context", set_word, "CONTEXT", "-n", "of an agent that watches several network namespaces"},
	{'e', "retries", set_retries, "NUMBER", NULL, "how often a request is sent again; default 2"},
	{'t', "timeout", set_timeout, "SECONDS", NULL, "for all of it, 1 to 3600; default 10"},
	{'w', "warning", set_thresholds, "NAME=RANGE[,...]", NULL, "see below"},
	{'c', "critical", set_thresholds, "NAME=RANGE[,...]", NULL, "see below"},
	{'T', "tunnel", set_only, "TUNNEL", NULL, "this one alone, by its description, name, or a pattern; may be repeated"},
	{'I', "ignore", set_not, "TUNNEL", NULL, "all but this one; may be repeated"},
	{'O', "oid-root", set_root, "OID", NULL, "where the agent has the MIB, in numbers"},
	{'v', "verbose", set_verbose, NULL, NULL, "a line for each tunnel, too"},
	{'h', "help", NULL, NULL, NULL, "this text"},
	{'V', "version", NULL, NULL, NULL, "the version"},
};
/* clang-format on */
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static int
show_help(void)
{
	puts("check_ipsec_tunnels " VERSION "\n"
	     "\n"
	     "Asks an agent that serves IPSEC-SPI-MIB whether its IPsec tunnels are up, for Nagios, Icinga and the "
	     "like.\n"
	     "\n"
	     "usage: check_ipsec_tunnels -H HOST [-C COMMUNITY | -U USER ...] [-w NAME=RANGE] [-c NAME=RANGE] [...]\n");
	for (size_t i = 0; i < ROWS; i++)
		printf("  -%c, --%s%s%s\n        %s\n", rows[i].letter, rows[i].name, rows[i].argument ? "=" : "",
		       rows[i].argument ? rows[i].argument : "", rows[i].help);
	puts("\nWhat -w and -c take a range of ([@]LOW:HIGH; an alert is what is not in it, or with @ what is):\n");
	check_figures_describe(stdout);
	puts("\nWhat is not said here is taken from snmp.conf(5).  A community on the command line is seen by all "
	     "users.\n"
	     "\n"
	     "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, also if the agent cannot be asked or cannot read "
	     "its SAs.");
	return CHECK_OK;
}

static int
show_version(void)
{
	puts("check_ipsec_tunnels " VERSION);
	return CHECK_OK;
}

static int
wrong_usage(const char *what)
{
	printf("IPSEC UNKNOWN - %s; check_ipsec_tunnels -h shows all options\n", what);
	return CHECK_UNKNOWN;
}

/* --- the command line --------------------------------------------------------------------------- */

static int
take_option(struct parsing *parsing, int letter, const char *argument)
{
	char what[200];
	size_t i = 0;

	while (i < ROWS && rows[i].letter != letter)
		i++;
	if (i == ROWS)
		return wrong_usage("an option is unknown, or lacks its argument");
	if (letter == 'h')
		return show_help();
	if (letter == 'V')
		return show_version();
	if (rows[i].set(parsing, &rows[i], argument))
		return -1;
	snprintf(what, sizeof(what), "-%c %.80s: it takes %s", letter, argument, rows[i].argument);
	return wrong_usage(what);
}

static int
scan(int argc, char **argv, struct parsing *parsing)
{
	struct option longs[ROWS + 1] = {0};
	char shorts[2 * ROWS + 1] = "", *end = shorts;
	int letter, status = -1;

	for (size_t i = 0; i < ROWS; i++) {
		longs[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL,
					   rows[i].letter};
		*end++ = rows[i].letter;
		if (rows[i].argument)
			*end++ = ':';
	}
	*end = '\0';
	opterr = 0;
	while (status < 0 && (letter = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
		status = take_option(parsing, letter, optarg);
	if (status < 0 && optind < argc)
		return wrong_usage("an argument has no option in front");
	return status;
}

/* The agent's address in net-snmp's notation: a bare IPv6 address would be taken for a host and a port. */
static void
add_address(struct parsing *parsing)
{
	const char *const port = parsing->port ? parsing->port : "161";
	const bool is_ipv6 = strchr(parsing->host, ':') &&
			     strspn(parsing->host, "0123456789abcdefABCDEF:.") == strlen(parsing->host);
	char address[600];

	if (is_ipv6)
		snprintf(address, sizeof(address), "udp6:[%s]:%s", parsing->host, port);
	else if (parsing->port || !strchr(parsing->host, ':'))
		snprintf(address, sizeof(address), "%s:%s", parsing->host, port);
	else
		snprintf(address, sizeof(address), "%s", parsing->host);
	add_word(parsing->options, "", address);
}

/*
 * All tries of the first request together take a little less than the time limit, so that the more specific error is
 * reported.
 */
static void
add_timing(struct parsing *parsing)
{
	const double each = 0.9 * parsing->options->timeout_seconds / (double)(parsing->retries + 1);
	char number[32];

	snprintf(number, sizeof(number), "%.3f", each);
	add_word(parsing->options, "-t", number);
	snprintf(number, sizeof(number), "%u", (unsigned)parsing->retries);
	add_word(parsing->options, "-r", number);
}

static void
no_own_options(int argc, char *const *argv, int option)
{
	(void)argc;
	(void)argv;
	(void)option;
}

static int
parse_words(struct parsing *parsing, netsnmp_session *session)
{
	int used;

	/* No MIB file is needed or searched for; and a plugin prints a single line. */
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_STDERR, LOG_ERR);
	used = snmp_parse_args(parsing->options->word_count, parsing->options->words, session, "", no_own_options);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	if (used < 0) /* net-snmp has reported the details */
		return wrong_usage("community or user is missing or wrong");
	if (session->version == SNMP_VERSION_1)
		return wrong_usage("SNMPv1 has no Counter64; choose 2c or 3 by -P or in snmp.conf");
	return -1;
}

static int
parse(int argc, char **argv, struct parsing *parsing, netsnmp_session *session)
{
	const int status = scan(argc, argv, parsing);
	bool has_user = false, has_community = false;

	if (status >= 0)
		return status;
	if (!parsing->host)
		return wrong_usage("-H HOST is missing");
	for (int i = 1; i < parsing->options->word_count; i++) {
		has_user |= strncmp(parsing->options->words[i], "-u", 2) == 0;
		has_community |= strncmp(parsing->options->words[i], "-c", 2) == 0;
	}
	if (!parsing->has_version && (has_user || has_community))
		add_word(parsing->options, "-v", has_user ? "3" : "2c");
	add_timing(parsing);
	add_address(parsing);
	return parse_words(parsing, session);
}

int
check_parse_options(int argc, char **argv, struct check_options *options, netsnmp_session *session)
{
	struct parsing parsing = {.options = options, .retries = DEFAULT_RETRIES};

	*options = (struct check_options){.root = mib_default_root, .timeout_seconds = DEFAULT_TIMEOUT};
	options->wishes.choice.only = options->only;
	options->wishes.choice.not = options->not;
	check_thresholds_default(&options->wishes.thresholds);
	add_word(options, "", "check_ipsec_tunnels");
	return parse(argc, argv, &parsing, session);
}
