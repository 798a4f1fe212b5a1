/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * mib2text: prints as text the SAs, tunnels, policies or IKE SAs that an agent serves by IPSEC-SPI-MIB, or that are in
 * a saved walk.
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent_state.h"
#include "ancestry.h"
#include "base/clock.h"
#include "base/row_list.h"
#include "ike_text.h"
#include "klips/klips_text.h"
#include "mib/policy_text.h"
#include "live_view.h"
#include "librenms.h"
#include "mib2text_options.h"
#include "mib_client.h"
#include "mib_table.h"
#include "openmetrics.h"
#include "output_file.h"
#include "sa_json.h"
#include "tunnel_text.h"
#include "walk_file.h"

struct pass;

/* Which rows are read, and what prints them. */
struct listing {
	const struct mib_table *table;
	void (*print)(const struct pass *pass, FILE *out);
};

/* The data of one pass; their memory is reused by the next pass. */
struct pass {
	const struct mib2text_options *options;
	struct listing listing;
	struct row_list rows; /* of the listing's table */
	struct agent_state state;
	/* For metrics only. */
	struct xfrm_stat stat;
	struct row_list ike_sas;
	unsigned long printed; /* number of results on standard output */
	bool within_snmpd;     /* which waits for it to end */
	char warning[WALK_FILE_WORDS];
	char error[WALK_FILE_WORDS]; /* one line, without "mib2text: " */
};

/* --- signals ----------------------------------------------------------------------------------- */

static volatile sig_atomic_t repeats; /* with -Cw, being stopped is the normal end */

static void
on_signal(int number)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL};

	output_file_abandon_by_signal();
	live_view_leave_by_signal();
	if (repeats)
		_exit(EXIT_SUCCESS);
	sigaction(number, &by_default, NULL);
	raise(number);
}

static void
handle_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaction(ends[i], &action, NULL);
	sigaction(SIGPIPE, &ignore, NULL); /* an agent that closes its connection is not a reason to die */
}

/* If the reader of standard output closes it, as head(1) does, that is a normal end. */
static void
end_by_sigpipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* --- progress ---------------------------------------------------------------------------------- */

struct progress {
	const char *rows;	     /* the name of the rows: "SAs" */
	uint64_t start_us, shown_us; /* when it was last shown; 0: not yet */
};

static void
show_progress(void *data, size_t rows, size_t expected)
{
	enum { FIRST_US = 1000000, AGAIN_US = 250000 };
	struct progress *const progress = data;
	const uint64_t now_us = clock_monotonic_us();

	if (now_us < progress->start_us + FIRST_US || now_us < progress->shown_us + AGAIN_US)
		return;
	progress->shown_us = now_us;
	if (expected > 0)
		fprintf(stderr, "\r%zu of %zu %s\033[K", rows, expected, progress->rows);
	else
		fprintf(stderr, "\r%zu %s\033[K", rows, progress->rows);
	fflush(stderr);
}

static void
clear_progress(const struct progress *progress)
{
	if (progress->shown_us > 0)
		fputs("\r\033[K", stderr);
}

/* --- one pass ---------------------------------------------------------------------------------- */

/* What metrics have in addition to tunnels. */
static bool
read_more(struct pass *pass, struct mib_session *session, struct mib_client_options client)
{
	client.table = &mib_ike_table;
	client.may_be_hidden = true;
	client.progress = NULL;
	return mib_client_read_stat(session, &client.root, &pass->stat) &&
	       (pass->options->document != DOCUMENT_OPENMETRICS ||
		mib_client_read(session, &client, &pass->ike_sas, &pass->state));
}

static bool
read_agent(struct pass *pass, struct mib_session *session)
{
	const bool metrics = pass->options->document >= DOCUMENT_OPENMETRICS;
	struct progress progress = {.rows = pass->listing.table->rows, .start_us = clock_monotonic_us()};
	const struct mib_client_options client = {
		.table = pass->listing.table,
		.root = pass->options->root,
		.rows_per_request = pass->options->rows_per_request,
		.in_any_state = metrics,
		.progress = !session->aside && isatty(STDERR_FILENO) ? show_progress : NULL,
		.data = &progress,
	};
	const bool good = mib_client_read(session, &client, &pass->rows, &pass->state) &&
			  (!metrics || read_more(pass, session, client));
	char words[512];

	clear_progress(&progress);
	if (!good) {
		snprintf(pass->error, sizeof(pass->error), "%s: %s%s", session->peer, session->error,
			 pass->within_snmpd ? "; if that is the snmpd which runs this, it cannot answer while it "
					      "waits: let it print a file that -Co and -Cw renew"
					    : "");
		return false;
	}
	if (!metrics && agent_state_judge(&pass->state, words) == AGENT_DOUBTFUL)
		snprintf(pass->warning, sizeof(pass->warning), "%.*s", (int)sizeof(pass->warning) - 1, words);
	return true;
}

/* SAs that claim the same position, because they come from different reads of the kernel, keep the table's order. */
static int
compare_positions(const void *left, const void *right)
{
	const struct sa *const a = left, *const b = right;
	struct sa_key x, y;

	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	sa_key_make(&x, &a->said);
	sa_key_make(&y, &b->said);
	return memcmp(&x, &y, sizeof(x));
}

static void
print_sas(const struct pass *pass, FILE *out)
{
	struct sa *const sas = pass->rows.rows;
	const size_t count = pass->rows.count;

	if (!pass->options->sorted && count > 1)
		qsort(sas, count, sizeof(*sas), compare_positions);
	if (pass->options->document == DOCUMENT_JSON) {
		sa_json_print(out, &pass->state, sas, count);
		return;
	}
	for (size_t i = 0; i < count && !ferror(out); i++) {
		char line[KLIPS_TEXT_LINE_SIZE];

		fwrite(line, 1, klips_text_print(&sas[i], pass->options->format, line), out);
	}
}

static void
print_metrics(const struct pass *pass, FILE *out)
{
	const struct openmetrics read = {&pass->state,	   &pass->stat,	       pass->rows.rows,
					 pass->rows.count, pass->ike_sas.rows, pass->ike_sas.count};

	openmetrics_print(out, &read);
}

static void
print_tunnels(const struct pass *pass, FILE *out)
{
	/* For a terminal, or for programs that read a file or a pipe. */
	const bool human = out == stdout && isatty(STDOUT_FILENO);

	if (pass->options->key_chosen)
		tunnel_sort(pass->options->key, pass->rows.rows, pass->rows.count);
	switch (pass->options->document) {
	case DOCUMENT_JSON:
		tunnel_json_print(out, &pass->state, pass->rows.rows, pass->rows.count);
		break;
	case DOCUMENT_OPENMETRICS:
		print_metrics(pass, out);
		break;
	case DOCUMENT_LIBRENMS:
		librenms_print(out, &pass->state, &pass->stat, pass->rows.rows, pass->rows.count);
		break;
	default:
		tunnel_text_print(out, pass->rows.rows, pass->rows.count, human);
		break;
	}
}

static void
print_ike_sas(const struct pass *pass, FILE *out)
{
	const bool human = out == stdout && isatty(STDOUT_FILENO);

	if (pass->options->document == DOCUMENT_JSON)
		ike_json_print(out, &pass->state, pass->rows.rows, pass->rows.count);
	else
		ike_text_print(out, pass->rows.rows, pass->rows.count, human);
}

static void
print_policies(const struct pass *pass, FILE *out)
{
	if (pass->options->document == DOCUMENT_JSON)
		policy_json_print(out, &pass->state, pass->rows.rows, pass->rows.count);
	else
		policy_text_print(out, pass->rows.rows, pass->rows.count);
}

static struct listing
listing_of(const struct mib2text_options *options)
{
	if (options->ike)
		return (struct listing){&mib_ike_table, print_ike_sas};
	if (options->policies)
		return (struct listing){&mib_policy_table, print_policies};
	if (options->tunnels)
		return (struct listing){&mib_tunnel_table, print_tunnels};
	return (struct listing){&mib_sa_table, print_sas};
}

static void
print_failure(const struct pass *pass, FILE *out)
{
	if (pass->options->document == DOCUMENT_LIBRENMS)
		librenms_print_failure(out, pass->error);
	else
		openmetrics_print_failure(out);
}

/* print_into: the function that writes the file. */
static bool
print_file(struct pass *pass, void (*print_into)(const struct pass *pass, FILE *out))
{
	struct output_file file;

	if (!output_file_begin(&file, pass->options->output)) {
		snprintf(pass->error, sizeof(pass->error), "%s", file.error);
		return false;
	}
	print_into(pass, file.stream);
	if (!output_file_commit(&file)) {
		snprintf(pass->error, sizeof(pass->error), "%s", file.error);
		return false;
	}
	return true;
}

/* With -Cw, an empty line separates the results. */
static bool
print_standard_output(struct pass *pass)
{
	if (pass->printed++ > 0 && pass->options->document == DOCUMENT_TEXT)
		putchar('\n');
	pass->listing.print(pass, stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		if (errno == EPIPE)
			end_by_sigpipe();
		snprintf(pass->error, sizeof(pass->error), "standard output: %s", strerror(errno));
		return false;
	}
	return true;
}

static bool
print(struct pass *pass)
{
	return pass->options->output ? print_file(pass, pass->listing.print) : print_standard_output(pass);
}

/*
 * An outdated file for a monitoring system would be believed, so it is replaced by one that reports the failure.  The
 * reason stays in pass->error.  A command of snmpd's extend has standard output and standard error in one, so LibreNMS
 * gets the reason in the document only.
 */
static void
report_failure(struct pass *pass)
{
	char reason[WALK_FILE_WORDS];

	if (pass->options->document < DOCUMENT_OPENMETRICS)
		return;
	memcpy(reason, pass->error, sizeof(reason));
	if (pass->options->output && print_file(pass, print_failure)) {
		memcpy(pass->error, reason, sizeof(reason));
	} else if (!pass->options->output && pass->options->document == DOCUMENT_LIBRENMS) {
		print_failure(pass, stdout);
		fflush(stdout);
		pass->error[0] = '\0';
	}
}

/* --- the ways to run --------------------------------------------------------------------------- */

static void
say(const char *words)
{
	fprintf(stderr, "mib2text: %s\n", words);
}

static int
run_saved_walk(struct pass *pass)
{
	const struct mib2text_options *const options = pass->options;

	if (!walk_file_read(options->saved_walk, pass->listing.table, &options->root, &pass->rows, &pass->state,
			    pass->warning, pass->error) ||
	    !print(pass)) {
		say(pass->error);
		return EXIT_FAILURE;
	}
	if (pass->warning[0])
		say(pass->warning);
	return EXIT_SUCCESS;
}

static void
sleep_until(struct timespec *next, unsigned interval_seconds)
{
	struct timespec now;

	next->tv_sec += (time_t)interval_seconds;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (next->tv_sec < now.tv_sec) /* a pass took longer than the interval */
		*next = now;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL) == EINTR)
		;
}

/* Reports an error once, not again each time, and reports when it is over. */
static void
report(const char *words, char said[1024])
{
	if (words[0] && strcmp(words, said) != 0)
		say(words);
	else if (!words[0] && said[0])
		say("all is well again");
	snprintf(said, 1024, "%s", words);
}

static int
run_agent(struct pass *pass, netsnmp_session *template)
{
	const unsigned interval_seconds = pass->options->interval_seconds;
	struct mib_session session = {0};
	struct timespec next;
	char said[1024] = "";
	bool good;

	clock_gettime(CLOCK_MONOTONIC, &next);
	do {
		pass->error[0] = '\0';
		pass->warning[0] = '\0';
		good = session.handle || mib_session_open(&session, template);
		if (!good)
			snprintf(pass->error, sizeof(pass->error), "%s: %s", template->peername, session.error);
		good = good && read_agent(pass, &session);
		if (!good)
			report_failure(pass);
		good = good && print(pass);
		report(good ? pass->warning : pass->error, said);
		if (!good && !pass->options->output && ferror(stdout))
			break;
		if (!good && session.handle)
			mib_session_close(&session);
		if (interval_seconds)
			sleep_until(&next, interval_seconds);
	} while (interval_seconds);
	mib_session_close(&session);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- the live view ----------------------------------------------------------------------------- */

static bool
wants_live_view(const struct mib2text_options *options)
{
	return options->tunnels && options->interval_seconds && options->document == DOCUMENT_TEXT &&
	       !options->output && live_view_is_possible();
}

static bool
step_live_view(void *view)
{
	return live_view_step(view);
}

/* One look, or the reason why there is none.  A session that has failed is opened again for the next one. */
static void
look(struct pass *pass, struct live_view *view, struct mib_session *session, netsnmp_session *template,
     const struct mib_aside *aside)
{
	pass->error[0] = '\0';
	pass->warning[0] = '\0';
	if (!session->handle && !mib_session_open(session, template)) {
		snprintf(pass->error, sizeof(pass->error), "%s", session->error);
	} else {
		session->aside = aside;
		if (!read_agent(pass, session))
			mib_session_close(session);
		else if (!live_view_show(view, pass->rows.rows, pass->rows.count, &pass->state, pass->warning))
			snprintf(pass->error, sizeof(pass->error), "out of memory");
	}
	if (pass->error[0])
		live_view_complain(view, pass->error);
}

static int
run_live(struct pass *pass, netsnmp_session *template)
{
	const uint64_t interval_us = (uint64_t)pass->options->interval_seconds * 1000000;
	struct live_view *const view =
		live_view_open(template->peername, pass->options->interval_seconds, pass->options->key);
	struct mib_session session = {0};
	struct mib_aside aside = {.ready = step_live_view, .data = view};
	uint64_t next_us = clock_monotonic_us();

	if (!view) {
		say("cannot show the live view on this terminal");
		return EXIT_FAILURE;
	}
	aside.fd = live_view_fd(view);
	do {
		look(pass, view, &session, template, &aside);
		next_us += interval_us;
		if (next_us < clock_monotonic_us()) /* the look took longer than the interval */
			next_us = clock_monotonic_us() + interval_us;
	} while (live_view_wait(view, next_us));
	live_view_close(view);
	if (session.handle)
		mib_session_close(&session);
	return EXIT_SUCCESS;
}

/*
 * An snmpd that runs this, as its extend does, answers nobody until this has ended: if it is the one that is asked,
 * patience does not help, and all others would have to wait, too.
 */
static void
hurry_within_snmpd(struct pass *pass, netsnmp_session *template)
{
	enum { HALF_A_SECOND_US = 500000 };

	pass->within_snmpd = !pass->options->output && ancestry_has("snmpd");
	if (!pass->within_snmpd)
		return;
	template->timeout = HALF_A_SECOND_US;
	template->retries = 0;
}

/*
 * The C library would return the megabyte that an answer takes to the system, and allocate it again for the next one.
 */
static void
keep_memory_of_answers(void)
{
	enum { MORE_THAN_AN_ANSWER = 4 * 1024 * 1024 };

	mallopt(M_TRIM_THRESHOLD, MORE_THAN_AN_ANSWER);
}

int
main(int argc, char **argv)
{
	struct mib2text_options options;
	struct output_file file;
	netsnmp_session template;
	struct pass pass = {.options = &options};
	int status = mib2text_parse_options(argc, argv, &options, &template);

	if (status >= 0)
		return status;
	keep_memory_of_answers();
	pass.listing = listing_of(&options);
	pass.rows.row_size = pass.listing.table->columns->row_size;
	pass.ike_sas.row_size = mib_ike_table.columns->row_size;
	repeats = options.interval_seconds > 0;
	handle_signals();
	/* Better to find out before the walk than after. */
	if (options.output && !output_file_check(&file, options.output)) {
		say(file.error);
		return EXIT_FAILURE;
	}
	if (!options.saved_walk)
		hurry_within_snmpd(&pass, &template);
	if (options.saved_walk)
		status = run_saved_walk(&pass);
	else if (wants_live_view(&options))
		status = run_live(&pass, &template);
	else
		status = run_agent(&pass, &template);
	row_list_free(&pass.rows);
	row_list_free(&pass.ike_sas);
	return status;
}
