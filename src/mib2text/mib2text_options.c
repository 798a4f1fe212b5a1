/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "mib2text_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/decimal.h"

enum { EXIT_USAGE = 2 };

/* Those of snmp_parse_args() (snmpcmd(1)), to find ours among them. */
static const char net_snmp_options[] = "Y:VhHm:M:O:I:P:D:dv:r:t:c:Z:e:E:n:u:l:x:X:a:A:p:T:-:3:L:s:C:";

static const char usage[] =
	"usage: mib2text [SNMP OPTIONS] [-C APPOPTS] AGENT\n"
	"       mib2text [-C APPOPTS] -Ci FILE\n"
	"\n"
	"Prints the IPsec security associations that the agent serves by IPSEC-SPI-MIB as ipsec_spi text.\n"
	"SNMP OPTIONS are those of every net-snmp tool, see snmpcmd(1): -v -c, -u -l -a -A -x -X, -n -r -t ...\n"
	"\n"
	"  -Cf FORMAT   auto (what the agent's source spoke), openswan, freeswan, manual or json; default auto.\n"
	"               openmetrics: tunnels, IKE SAs, the agent and the kernel's counters for Prometheus\n"
	"               librenms: tunnels for its application \"strongswan\"\n"
	"  -Ci FILE     ask nobody: FILE is a saved \"snmpbulkwalk -On\"; - is standard input\n"
	"  -Co FILE     write FILE, whole or not at all, instead of standard output\n"
	"  -Cw SECONDS  again every SECONDS until stopped; of tunnels, on a terminal, in place and with rates\n"
	"  -Cr N        ask for N rows at once; default: adapt to the agent\n"
	"  -Cm OCTETS   no request and no answer longer than that; default: what the transport carries\n"
	"  -Cs          sort by SAID instead of keeping the kernel's order\n"
	"  -Ct          tunnels, with counters that survive rekeys, instead of SAs; as a table, or with -Cf json\n"
	"  -Cp          the kernel's policies instead of SAs; as a table, or with -Cf json\n"
	"  -Ck KEY      of tunnels, what to sort by: descr, state, in, out, errors, rekeys, downs, expires ...\n"
	"  -C1          IKE SAs, phase 1, as the IKE daemon tells them; as a table, or with -Cf json\n"
	"  -CO OID      where the agent has the MIB (its oid-root); default .1.3.6.1.4.1.8072.9999.9999.4301\n"
	"  -h, -V       this text; the version\n"
	"\n"
	"Exit status: 0 all printed; 1 the agent could not be asked or answered nonsense; 2 wrong usage.\n";

/* --- our own options, each a row of the table --------------------------------------------------- */

static bool
set_format(struct mib2text_options *options, const char *argument)
{
	static const char *const documents[] = {
		[DOCUMENT_JSON] = "json", [DOCUMENT_OPENMETRICS] = "openmetrics", [DOCUMENT_LIBRENMS] = "librenms"};

	options->format = KLIPS_TEXT_AUTO; /* the last -Cf applies */
	options->document = DOCUMENT_TEXT;
	for (size_t i = DOCUMENT_JSON; i < sizeof(documents) / sizeof(documents[0]); i++) {
		if (strcmp(argument, documents[i]) == 0) {
			options->document = (enum mib2text_document)i;
			return true;
		}
	}
	return klips_text_format_named(argument, &options->format);
}

static bool
set_saved_walk(struct mib2text_options *options, const char *argument)
{
	options->saved_walk = argument;
	return true;
}

static bool
set_output(struct mib2text_options *options, const char *argument)
{
	options->output = argument;
	return true;
}

static bool
set_rows(struct mib2text_options *options, const char *argument)
{
	uint64_t number;

	if (!decimal_read(argument, strlen(argument), 1, 10000, &number))
		return false;
	options->rows_per_request = number;
	return true;
}

static bool
set_octets(struct mib2text_options *options, const char *argument)
{
	uint64_t number;

	/* RFC 3412, msgMaxSize; and the limit of UDP. */
	if (!decimal_read(argument, strlen(argument), 484, 65507, &number))
		return false;
	options->message_octets = number;
	return true;
}

static bool
set_interval(struct mib2text_options *options, const char *argument)
{
	uint64_t number;

	if (!decimal_read(argument, strlen(argument), 1, 86400, &number))
		return false;
	options->interval_seconds = (unsigned)number;
	return true;
}

static bool
set_root(struct mib2text_options *options, const char *argument)
{
	return mib_oid_parse_root(argument, &options->root);
}

static bool
set_sorted(struct mib2text_options *options, const char *argument)
{
	(void)argument;
	options->sorted = true;
	return true;
}

static bool
set_policies(struct mib2text_options *options, const char *argument)
{
	(void)argument;
	options->policies = true;
	return true;
}

static bool
set_tunnels(struct mib2text_options *options, const char *argument)
{
	(void)argument;
	options->tunnels = true;
	return true;
}

static bool
set_key(struct mib2text_options *options, const char *argument)
{
	options->key_chosen = true;
	return tunnel_key_named(argument, &options->key);
}

static bool
set_ike(struct mib2text_options *options, const char *argument)
{
	(void)argument;
	options->ike = true;
	return true;
}

static const struct own_option {
	char letter;
	bool (*set)(struct mib2text_options *options, const char *argument);
	const char *argument; /* its range; NULL: it has none */
} own_options[] = {
	{'f', set_format, "a FORMAT: auto, openswan, freeswan, manual, json, openmetrics or librenms"},
	{'i', set_saved_walk, "a FILE, or - for standard input"},
	{'o', set_output, "a FILE"},
	{'w', set_interval, "SECONDS, from 1 to 86400"},
	{'r', set_rows, "a number of rows, from 1 to 10000"},
	{'m', set_octets, "a number of octets, from 484 to 65507"},
	{'s', set_sorted, NULL},
	{'t', set_tunnels, NULL},
	{'1', set_ike, NULL},
	{'p', set_policies, NULL},
	{'k', set_key,
	 "a KEY: index, descr, state, for, in, out, in-pkts, out-pkts, errors, rekeys, downs, sas, expires, local or "
	 "remote"},
	{'O', set_root, "an OID in numbers, such as .1.3.6.1.4.1.8072.9999.9999.4301"},
};

static const struct own_option *
find_own_option(char letter)
{
	for (size_t i = 0; i < sizeof(own_options) / sizeof(own_options[0]); i++) {
		if (own_options[i].letter == letter)
			return &own_options[i];
	}
	return NULL;
}

/*
 * The letters after -C.  An option's argument is the rest of the word or, as with snmptable(1), the next word, over
 * which optind then steps.
 */
static bool
take_own_options(int argc, char *const *argv, const char *letters, struct mib2text_options *options)
{
	for (const char *at = letters; *at; at++) {
		const struct own_option *const option = find_own_option(*at);
		const char *argument = NULL;

		if (!option) {
			fprintf(stderr, "mib2text: -C%c: is no option; mib2text -h shows all options\n", *at);
			return false;
		}
		if (option->argument) {
			argument = at[1] ? at + 1 : optind < argc ? argv[optind++] : NULL;
			if (!argument || argument[0] == '\0') {
				fprintf(stderr, "mib2text: -C%c: needs %s\n", *at, option->argument);
				return false;
			}
		}
		if (!option->set(options, argument)) {
			fprintf(stderr, "mib2text: -C%c %s: it takes %s\n", *at, argument, option->argument);
			return false;
		}
		if (argument)
			return true;
	}
	return true;
}

/* --- the command line -------------------------------------------------------------------------- */

/* Ours have been parsed by then; this steps over their arguments. */
static void
skip_own_options(int argc, char *const *argv, int option)
{
	struct mib2text_options unused = {0};

	if (option == 'C')
		take_own_options(argc, argv, optarg, &unused);
}

static int
show_usage(void)
{
	fputs(usage, stdout);
	return EXIT_SUCCESS;
}

static int
show_version(void)
{
	printf("mib2text %s (net-snmp %s)\n", VERSION, netsnmp_get_version());
	return EXIT_SUCCESS;
}

static int
wrong_usage(const char *what)
{
	fprintf(stderr, "mib2text: %s; mib2text -h shows all options\n", what);
	return EXIT_USAGE;
}

/* Parses our own options; snmp_parse_args() parses those of net-snmp afterwards. */
static int
scan(int argc, char **argv, struct mib2text_options *options)
{
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt(argc, argv, net_snmp_options)) != -1) {
		if (option == 'h' || (option == '-' && strcmp(optarg, "help") == 0))
			return show_usage();
		if (option == 'V' || (option == '-' && strcmp(optarg, "version") == 0))
			return show_version();
		if (option == '?' && optopt == 'C')
			return wrong_usage("-C: needs a letter");
		if (option == '?') {
			fprintf(stderr,
				"mib2text: -%c: is no option, or lacks its argument; mib2text -h shows all options\n",
				optopt);
			return EXIT_USAGE;
		}
		options->logging_chosen |= option == 'L' || option == 'D' || option == 'd';
		if (option == 'C' && !take_own_options(argc, argv, optarg, options))
			return EXIT_USAGE;
	}
	return -1;
}

static int
parse_snmp_options(int argc, char **argv, const struct mib2text_options *options, netsnmp_session *session)
{
	int used;

	/* No MIB file is needed or searched for. */
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/dev/null", 1);
	/* It does not matter that the library creates directories. */
	if (!options->logging_chosen)
		netsnmp_register_loghandler(NETSNMP_LOGHANDLER_STDERR, LOG_WARNING);
	opterr = 1;
	used = snmp_parse_args(argc, argv, session, "C:", skip_own_options);
	/* Nothing is kept between runs.  If it were set before, net-snmp would not read snmp.conf either. */
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	if (used == NETSNMP_PARSE_ARGS_SUCCESS_EXIT)
		return EXIT_SUCCESS;
	if (used < 0) /* net-snmp has reported the error */
		return EXIT_USAGE;
	if (used < argc) {
		fprintf(stderr, "mib2text: argument %s: not expected; give one AGENT\n", argv[used]);
		return EXIT_USAGE;
	}
	if (session->version == SNMP_VERSION_1) {
		fprintf(stderr, "mib2text: SNMPv1 has no Counter64, which the MIB needs; use -v2c or -v3\n");
		return EXIT_USAGE;
	}
	/* In SNMPv3, the agent is told, too. */
	if (options->message_octets)
		session->rcvMsgMaxSize = session->sndMsgMaxSize = options->message_octets;
	return -1;
}

static const char *
contradiction_of_walk(const struct mib2text_options *options)
{
	if (options->saved_walk && options->interval_seconds)
		return "-Cw does not go with -Ci: a saved walk does not change";
	if (options->saved_walk && options->rows_per_request)
		return "-Cr does not go with -Ci: no agent is asked";
	if (options->saved_walk && options->message_octets)
		return "-Cm does not go with -Ci: no agent is asked";
	if (options->saved_walk && options->document >= DOCUMENT_OPENMETRICS)
		return "-Cf openmetrics and librenms do not go with -Ci: a saved walk is not of now";
	return NULL;
}

static const char *
contradiction_of_tunnels(const struct mib2text_options *options)
{
	if (options->tunnels && options->format != KLIPS_TEXT_AUTO)
		return "-Ct goes with no other -Cf than json: it has a table of its own";
	if (options->sorted && options->document >= DOCUMENT_OPENMETRICS)
		return "-Cs does not go with -Cf openmetrics and librenms: they keep the order of their table";
	if (options->tunnels && options->sorted)
		return "-Cs does not go with -Ct; sort tunnels by -Ck";
	if (options->key_chosen && !options->tunnels)
		return "-Ck goes with tunnels only; add -Ct";
	return NULL;
}

static const char *
contradiction_of_others(const struct mib2text_options *options)
{
	if (options->ike && (options->tunnels || options->document >= DOCUMENT_OPENMETRICS))
		return "-C1 does not go with -Ct, -Cf openmetrics and -Cf librenms: they are for tunnels";
	if (options->ike && options->format != KLIPS_TEXT_AUTO)
		return "-C1 goes with no other -Cf than json: it has a table of its own";
	if (options->ike && options->sorted)
		return "-Cs does not go with -C1: it keeps the order of its table";
	if (options->policies && (options->tunnels || options->ike))
		return "-Cp does not go with -Ct, -C1, -Cf openmetrics and -Cf librenms: they are not for policies";
	if (options->policies && (options->format != KLIPS_TEXT_AUTO || options->sorted))
		return "-Cp goes with neither -Cs nor any other -Cf than json: it has a table of its own";
	return NULL;
}

/* An option that was given, but has no effect; NULL: there is none. */
static const char *
contradiction(const struct mib2text_options *options)
{
	const char *wrong = contradiction_of_walk(options);

	if (!wrong)
		wrong = contradiction_of_tunnels(options);
	return wrong ? wrong : contradiction_of_others(options);
}

int
mib2text_parse_options(int argc, char **argv, struct mib2text_options *options, netsnmp_session *session)
{
	const char *wrong;
	int status;

	*options = (struct mib2text_options){.root = mib_default_root, .format = KLIPS_TEXT_AUTO};
	status = scan(argc, argv, options);
	if (status >= 0)
		return status;
	wrong = contradiction(options);
	if (wrong)
		return wrong_usage(wrong);
	options->tunnels |= options->document >= DOCUMENT_OPENMETRICS;
	if (!options->saved_walk && optind == argc)
		return wrong_usage("AGENT is missing");
	if (!options->saved_walk)
		return parse_snmp_options(argc, argv, options, session);
	if (optind < argc) {
		fprintf(stderr, "mib2text: argument %s: not expected; -Ci asks no agent\n", argv[optind]);
		return EXIT_USAGE;
	}
	return -1;
}
