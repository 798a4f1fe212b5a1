/* SPDX-License-Identifier: BSD-3-Clause */
#include "options.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_words.h"

static const char program[] = "ipsec-spi-agent";

static void
print_usage(FILE *out)
{
	fprintf(out,
		"Usage: %s [-f] [-c FILE] [-s xfrm|klips|auto] [-k FILE]\n"
		"                       [-n NETNS[=CONTEXT]]...\n"
		"                       [-x ADDRESS | -l ADDRESS] [-i SECONDS] [-L LOGSPEC] [-D TOKENS]\n"
		"       %s -p [-s xfrm|klips|auto] [-k FILE] [-n NETNS] [-F FORMAT]\n"
		"       %s -h | -V\n"
		"\n"
		"Serves the kernel's IPsec security associations over SNMP (IPSEC-SPI-MIB).\n"
		"\n"
		"  -f          stay in the foreground, log to standard error\n"
		"  -c FILE     read this configuration file only\n"
		"  -s SOURCE   where SAs come from: xfrm, klips, or auto (klips if its file is there, else xfrm)\n"
		"  -k FILE     KLIPS's file (default /proc/net/ipsec_spi, else /proc/net/ipsec/spi/all)\n"
		"  -n NETNS[=CONTEXT]\n"
		"              watch that network namespace, a name under /run/netns or a path, and serve it in that\n"
		"              SNMP context (default: its name); may be repeated\n"
		"  -x ADDRESS  the AgentX master to connect to (default: net-snmp's agentXSocket)\n"
		"  -l ADDRESS  no snmpd: be a whole SNMP engine, listening there\n"
		"  -i SECONDS  how often the kernel is read, 1 to 3600 (default 5)\n"
		"  -p          print the SAs once as ipsec_spi text and exit; no SNMP\n"
		"  -F FORMAT   of -p: auto, openswan, freeswan or manual (default auto); or policies: a table of the\n"
		"              kernel's policies instead\n"
		"  -L LOGSPEC  where to log, as snmpd(8) has it: e, f FILE, s d ...\n"
		"  -D TOKENS   debug output for these tokens\n"
		"  -h, -V      print this text, or the version, and exit\n",
		program, program, program);
}

static enum options_outcome
wrong(const char *what, const char *value, const char *advice)
{
	fprintf(stderr, "%s: %s%s%s: %s\n", program, what, value ? " " : "", value ? value : "", advice);
	return OPTIONS_WRONG;
}

/* One value of the settings, as in the configuration file. */
static bool
take_setting(struct options *options, const char *letter, const char *word, const char *value, bool *given)
{
	const char *reason = config_word_set(&options->given, word, value);

	if (reason) {
		wrong(letter, value, reason);
		return false;
	}
	*given = true;
	return true;
}

static bool
take_logging(struct options *options, int argc, char *argv[])
{
	options->logging_chosen = true;
	return snmp_log_options(optarg, argc, argv) == 0;
}

static bool
take_option(struct options *options, int letter, int argc, char *argv[])
{
	switch (letter) {
	case 'f':
		options->foreground = true;
		return true;
	case 'c':
		options->config_file = optarg;
		return true;
	case 's':
		return take_setting(options, "-s", "source", optarg, &options->source_given);
	case 'k':
		return take_setting(options, "-k", "klips-file", optarg, &options->klips_file_given);
	case 'i':
		return take_setting(options, "-i", "interval", optarg, &options->interval_given);
	case 'n':
		return take_setting(options, "-n", "netns", optarg, &options->namespaces_given);
	case 'x':
		options->agentx_master = optarg;
		return true;
	case 'l':
		options->listen_on = optarg;
		return true;
	case 'L':
		return take_logging(options, argc, argv) ||
		       wrong("-L", optarg, "is no log destination; see snmpcmd(1), LOGGING OPTIONS") == OPTIONS_RUN;
	case 'D':
		options->debug_tokens = optarg;
		return true;
	case 'p':
		options->print_once = true;
		return true;
	case 'F':
		options->policies = strcmp(optarg, "policies") == 0;
		return options->policies || klips_text_format_named(optarg, &options->format) ||
		       wrong("-F", optarg, "is not auto, openswan, freeswan, manual or policies") == OPTIONS_RUN;
	default:
		fprintf(stderr, "%s: see %s -h\n", program, program);
		return false;
	}
}

/* One of the given options that cannot be combined with -p, or NULL. */
static const char *
option_of_serving(const struct options *options)
{
	const struct {
		bool given;
		const char *option;
	} all[] = {
		{options->foreground, "-f"},   {options->config_file, "-c"},	{options->agentx_master, "-x"},
		{options->listen_on, "-l"},    {options->interval_given, "-i"}, {options->logging_chosen, "-L"},
		{options->debug_tokens, "-D"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].given)
			return all[i].option;
	}
	return NULL;
}

static enum options_outcome
check_together(const struct options *options, int argc, char *argv[])
{
	const char *serving = options->print_once ? option_of_serving(options) : NULL;
	const char *conflict = settings_conflict(&options->given);

	if (optind < argc)
		return wrong("argument", argv[optind], "not expected; see ipsec-spi-agent -h");
	if (conflict)
		return wrong("options", NULL, conflict);
	if (options->print_once && options->given.namespace_count > 1)
		return wrong("-p", NULL, "prints one namespace; give -n once");
	if (options->agentx_master && options->listen_on)
		return wrong("-x and -l", NULL, "a subagent and a whole engine exclude each other; give one of them");
	if (serving)
		return wrong("-p with", serving, "-p prints once, without SNMP; see ipsec-spi-agent -h");
	if ((options->format != KLIPS_TEXT_AUTO || options->policies) && !options->print_once)
		return wrong("-F", NULL, "works with -p only");
	return OPTIONS_RUN;
}

enum options_outcome
options_parse(struct options *options, int argc, char *argv[])
{
	int letter;

	memset(options, 0, sizeof(*options));
	settings_init(&options->given);
	while ((letter = getopt(argc, argv, "fc:s:k:n:x:l:i:L:D:pF:hV")) != -1) {
		if (letter == 'h') {
			print_usage(stdout);
			return OPTIONS_DONE;
		}
		if (letter == 'V') {
			printf("%s %s (net-snmp %s)\n", program, VERSION, netsnmp_get_version());
			return OPTIONS_DONE;
		}
		if (!take_option(options, letter, argc, argv))
			return OPTIONS_WRONG;
	}
	return check_together(options, argc, argv);
}

void
options_override(const struct options *options, struct settings *settings)
{
	if (options->source_given)
		settings->source = options->given.source;
	if (options->klips_file_given)
		memcpy(settings->klips_file, options->given.klips_file, sizeof(settings->klips_file));
	if (options->namespaces_given) {
		memcpy(settings->namespaces, options->given.namespaces, sizeof(settings->namespaces));
		settings->namespace_count = options->given.namespace_count;
	}
	if (options->interval_given)
		settings->interval_seconds = options->given.interval_seconds;
}
