/* SPDX-License-Identifier: BSD-3-Clause */
#include "check_verdict.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "human_number.h"
#include "page_text.h"
#include "tunnels/tunnel_columns.h"

/* --- figures ----------------------------------------------------------------------------------- */

static const struct figure {
	const char *name, *meaning;
	const char *warning, *critical; /* by default, or NULL */
} figures[CHECK_FIGURES] = {
	[FIGURE_TUNNELS] = {"tunnels", "how many there are, of those that are looked at", "1:", NULL},
	[FIGURE_DOWN] = {"down", "how many of them are down", NULL, "0"},
	[FIGURE_AGE] = {"age", "seconds since the agent's last read", "60", NULL},
	[FIGURE_UP_FOR] = {"up-for", "seconds that a tunnel has been up", NULL, NULL},
	[FIGURE_EXPIRES] = {"expires", "seconds until an SA ends that has none beside it", NULL, NULL},
	[FIGURE_IN_SAS] = {"in-sas", "SAs of a tunnel, on the way in", NULL, NULL},
	[FIGURE_OUT_SAS] = {"out-sas", "SAs of a tunnel, on the way out", NULL, NULL},
};

enum check_figure
check_figure_named(const char *name, size_t length)
{
	size_t i = 0;

	while (i < CHECK_FIGURES && (strlen(figures[i].name) != length || memcmp(figures[i].name, name, length) != 0))
		i++;
	return (enum check_figure)i;
}

void
check_figures_describe(FILE *out)
{
	for (size_t i = 0; i < CHECK_FIGURES; i++) {
		fprintf(out, "  %-8s  %s", figures[i].name, figures[i].meaning);
		if (figures[i].warning)
			fprintf(out, "; warning unless %s", figures[i].warning);
		if (figures[i].critical)
			fprintf(out, "; critical unless %s", figures[i].critical);
		putc('\n', out);
	}
}

void
check_thresholds_default(struct check_thresholds *thresholds)
{
	*thresholds = (struct check_thresholds){0};
	for (size_t i = 0; i < CHECK_FIGURES; i++) {
		if (figures[i].warning)
			check_range_parse(figures[i].warning, &thresholds->warning[i]);
		if (figures[i].critical)
			check_range_parse(figures[i].critical, &thresholds->critical[i]);
	}
}

/* --- what is collected ------------------------------------------------------------------------- */

/* The two halves of the first line, and the lines after it. */
struct verdict {
	const struct check_wishes *wishes;
	enum check_status status;
	FILE *problems, *figures, *lines;
	size_t problem_count;
	size_t tunnels, up, down;
};

/* Critical is worse than a warning, and a warning worse than unknown. */
static enum check_status
worse(enum check_status a, enum check_status b)
{
	static const int rank[] = {[CHECK_OK] = 0, [CHECK_UNKNOWN] = 1, [CHECK_WARNING] = 2, [CHECK_CRITICAL] = 3};

	return rank[a] >= rank[b] ? a : b;
}

static void
print_harmless(FILE *out, const char *text, const char *harmful)
{
	for (; *text; text++)
		putc(page_text_octet(*text, harmful), out);
}

static void
print_name(FILE *out, const struct tunnel *tunnel, const char *harmful)
{
	if (tunnel->descr[0])
		print_harmless(out, tunnel->descr, harmful);
	else
		fprintf(out, "tunnel%" PRIu32, tunnel->index);
}

enum { MOST_PROBLEMS = 8 }; /* number of problems in the first line */

/* Where to print a problem, with its tunnel; or a stream that nobody reads. */
static FILE *
problem(struct verdict *verdict, enum check_status status, const struct tunnel *tunnel)
{
	verdict->status = worse(verdict->status, status);
	if (++verdict->problem_count > MOST_PROBLEMS)
		return NULL;
	if (verdict->problem_count > 1)
		fputs(", ", verdict->problems);
	if (tunnel) {
		print_name(verdict->problems, tunnel, "|");
		putc(' ', verdict->problems);
	}
	return verdict->problems;
}

/* tunnel: that of the problem, or NULL. */
static void
judge_figure(struct verdict *verdict, enum check_figure figure, double value, const char *unit,
	     const struct tunnel *tunnel)
{
	const struct check_range *const warning = &verdict->wishes->thresholds.warning[figure];
	const struct check_range *const critical = &verdict->wishes->thresholds.critical[figure];
	const bool is_critical = check_range_alerts(critical, value);
	FILE *out;

	putc('\'', verdict->figures);
	if (tunnel) {
		print_name(verdict->figures, tunnel, "|'=");
		putc('_', verdict->figures);
	}
	fprintf(verdict->figures, "%s'=%.0f%s;%s;%s;0 ", figures[figure].name, value, unit, warning->text,
		critical->text);
	if (!is_critical && !check_range_alerts(warning, value))
		return;
	out = problem(verdict, is_critical ? CHECK_CRITICAL : CHECK_WARNING, tunnel);
	if (out)
		fprintf(out, "%s is %.0f%s, not in %s", figures[figure].name, value, unit,
			is_critical ? critical->text : warning->text);
}

/* --- tunnels ----------------------------------------------------------------------------------- */

static bool
matches(const struct tunnel *tunnel, const char *pattern)
{
	return fnmatch(pattern, tunnel->descr, 0) == 0 || fnmatch(pattern, tunnel->name, 0) == 0;
}

static bool
matches_any(const struct tunnel *tunnel, const char *const *patterns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(tunnel, patterns[i]))
			return true;
	}
	return false;
}

static bool
is_chosen(const struct check_choice *choice, const struct tunnel *tunnel)
{
	return (choice->only_count == 0 || matches_any(tunnel, choice->only, choice->only_count)) &&
	       !matches_any(tunnel, choice->not, choice->not_count);
}

/* What is counted over all SAs of a tunnel, by the columns that serve it. */
static const struct counter {
	const char *name;
	size_t field;
} counters[] = {
	{"in_octets", offsetof(struct tunnel, in_bytes)},    {"out_octets", offsetof(struct tunnel, out_bytes)},
	{"in_packets", offsetof(struct tunnel, in_packets)}, {"out_packets", offsetof(struct tunnel, out_packets)},
	{"in_errors", offsetof(struct tunnel, in_errors)},   {"out_errors", offsetof(struct tunnel, out_errors)},
	{"rekeys", offsetof(struct tunnel, rekeys)},	     {"downs", offsetof(struct tunnel, downs)},
};

static void
print_counters(struct verdict *verdict, const struct tunnel *tunnel)
{
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		struct column_value value;

		column_get(column_of_field(&tunnel_table, counters[i].field), tunnel, &value);
		putc('\'', verdict->figures);
		print_name(verdict->figures, tunnel, "|'=");
		fprintf(verdict->figures, "_%s'=%" PRIu64 "c;;;0 ", counters[i].name, value.number);
	}
}

static void
print_line(struct verdict *verdict, const struct tunnel *tunnel)
{
	char age[HUMAN_NUMBER_SIZE], local[SA_ADDRESS_TEXT_SIZE], remote[SA_ADDRESS_TEXT_SIZE];

	human_seconds(age, tunnel->state_seconds);
	sa_address_print(&tunnel->local, local);
	sa_address_print(&tunnel->remote, remote);
	print_name(verdict->lines, tunnel, "|");
	fprintf(verdict->lines, ": %s for %s, %s - %s, %" PRIu32 " SAs in, %" PRIu32 " out\n",
		tunnel_state_label(tunnel->state), age, local[0] ? local : "?", remote[0] ? remote : "?",
		tunnel->sas_in, tunnel->sas_out);
}

static void
judge_up(struct verdict *verdict, const struct tunnel *tunnel)
{
	judge_figure(verdict, FIGURE_UP_FOR, tunnel->state_seconds, "s", tunnel);
	if (tunnel->expires_seconds != TUNNEL_NEVER_EXPIRES && (tunnel->sas_in == 1 || tunnel->sas_out == 1))
		judge_figure(verdict, FIGURE_EXPIRES, tunnel->expires_seconds, "s", tunnel);
	judge_figure(verdict, FIGURE_IN_SAS, tunnel->sas_in, "", tunnel);
	judge_figure(verdict, FIGURE_OUT_SAS, tunnel->sas_out, "", tunnel);
}

/* A tunnel that is down is named, if the number of such tunnels matters. */
static void
judge_down(struct verdict *verdict, const struct tunnel *tunnel)
{
	const struct check_thresholds *const thresholds = &verdict->wishes->thresholds;
	const double most = (double)++verdict->down;
	const bool is_critical = check_range_alerts(&thresholds->critical[FIGURE_DOWN], most);
	char age[HUMAN_NUMBER_SIZE];
	FILE *out;

	if (!is_critical && !check_range_alerts(&thresholds->warning[FIGURE_DOWN], most))
		return;
	out = problem(verdict, is_critical ? CHECK_CRITICAL : CHECK_WARNING, tunnel);
	human_seconds(age, tunnel->state_seconds);
	if (out)
		fprintf(out, "is %s for %s", tunnel_state_label(tunnel->state), age);
}

static void
judge_tunnel(struct verdict *verdict, const struct tunnel *tunnel)
{
	FILE *out;

	verdict->tunnels++;
	if (verdict->wishes->verbose)
		print_line(verdict, tunnel);
	if (tunnel->state == TUNNEL_UP) {
		verdict->up++;
		judge_up(verdict, tunnel);
	} else if (tunnel->state == TUNNEL_UNKNOWN) {
		out = problem(verdict, CHECK_UNKNOWN, tunnel);
		if (out)
			fputs("is unknown", out);
	} else {
		judge_down(verdict, tunnel);
	}
	print_counters(verdict, tunnel);
}

/* A tunnel that was named on the command line but has no row must be reported here. */
static void
judge_missing(struct verdict *verdict, const struct tunnel *tunnels, size_t count)
{
	const struct check_choice *const choice = &verdict->wishes->choice;

	for (size_t i = 0; i < choice->only_count; i++) {
		size_t at = 0;
		FILE *out;

		while (at < count && !matches(&tunnels[at], choice->only[i]))
			at++;
		if (at < count)
			continue;
		out = problem(verdict, CHECK_CRITICAL, NULL);
		if (out) {
			fputs("there is no tunnel ", out);
			print_harmless(out, choice->only[i], "|");
		}
	}
}

/* --- the output -------------------------------------------------------------------------------- */

static const char *const status_names[] = {
	[CHECK_OK] = "OK", [CHECK_WARNING] = "WARNING", [CHECK_CRITICAL] = "CRITICAL", [CHECK_UNKNOWN] = "UNKNOWN"};

enum check_status
check_unknown_print(FILE *out, const char *reason)
{
	fputs("IPSEC UNKNOWN - ", out);
	print_harmless(out, reason, "|");
	putc('\n', out);
	return CHECK_UNKNOWN;
}

static void
judge_agent(struct verdict *verdict, const struct agent_state *state, enum agent_verdict trust, const char *words)
{
	FILE *out;

	if (trust == AGENT_DOUBTFUL) {
		out = problem(verdict, CHECK_WARNING, NULL);
		if (out)
			print_harmless(out, words, "|");
	}
	judge_figure(verdict, FIGURE_AGE, (double)state->status.snapshot_age_ms / 1e3, "s", NULL);
}

/* Here the number of tunnels that are down is performance data: each of them was reported by name. */
static void
judge_counts(struct verdict *verdict)
{
	const struct check_thresholds *const thresholds = &verdict->wishes->thresholds;

	judge_figure(verdict, FIGURE_TUNNELS, (double)verdict->tunnels, "", NULL);
	fprintf(verdict->figures, "'down'=%zu;%s;%s;0 ", verdict->down, thresholds->warning[FIGURE_DOWN].text,
		thresholds->critical[FIGURE_DOWN].text);
}

static void
judge_all(struct verdict *verdict, const struct agent_state *state, enum agent_verdict trust, const char *words,
	  const struct tunnel *tunnels, size_t count)
{
	judge_agent(verdict, state, trust, words);
	judge_missing(verdict, tunnels, count);
	for (size_t i = 0; i < count; i++) {
		if (is_chosen(&verdict->wishes->choice, &tunnels[i]))
			judge_tunnel(verdict, &tunnels[i]);
	}
	judge_counts(verdict);
}

enum { PARTS = 3 };

static void
print_output(FILE *out, const struct verdict *verdict, char *const parts[PARTS])
{
	fprintf(out, "IPSEC %s - %s", status_names[verdict->status], parts[0]);
	if (verdict->problem_count > MOST_PROBLEMS)
		fprintf(out, ", and %zu more", verdict->problem_count - MOST_PROBLEMS);
	fprintf(out, "%s%zu of %zu tunnels are up | %.*s\n%s", verdict->problem_count ? "; " : "", verdict->up,
		verdict->tunnels, (int)strlen(parts[1]) - 1, parts[1], parts[2]);
}

enum check_status
check_verdict_print(FILE *out, const struct check_wishes *wishes, const struct agent_state *state,
		    const struct tunnel *tunnels, size_t count)
{
	struct verdict verdict = {.wishes = wishes};
	FILE **const streams[PARTS] = {&verdict.problems, &verdict.figures, &verdict.lines};
	char *parts[PARTS] = {NULL};
	size_t lengths[PARTS], opened = 0;
	char words[512];
	const enum agent_verdict trust = agent_state_judge(state, words);

	if (trust == AGENT_UNUSABLE)
		return check_unknown_print(out, words);
	while (opened < PARTS && (*streams[opened] = open_memstream(&parts[opened], &lengths[opened])) != NULL)
		opened++;
	if (opened == PARTS)
		judge_all(&verdict, state, trust, words, tunnels, count);
	for (size_t i = 0; i < opened; i++)
		fclose(*streams[i]);
	if (opened == PARTS)
		print_output(out, &verdict, parts);
	else
		verdict.status = check_unknown_print(out, "out of memory");
	for (size_t i = 0; i < PARTS; i++)
		free(parts[i]);
	return verdict.status;
}
