/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CHECK_VERDICT_H
#define CHECK_VERDICT_H

/*
 * The judgement of check_ipsec_tunnels on an agent and its tunnels: the figures that have thresholds, and the plugin's
 * output; pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "agent_state.h"
#include "check_range.h"
#include "tunnels/tunnel.h"

/* A plugin's exit status. */
enum check_status { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

enum check_figure {
	/* Of the host. */
	FIGURE_TUNNELS, /* number of tunnels that are checked */
	FIGURE_DOWN,	/* number of them that are down */
	FIGURE_AGE,	/* seconds since the agent's last read */
	/* Of each tunnel, while it is up. */
	FIGURE_UP_FOR,	/* seconds */
	FIGURE_EXPIRES, /* seconds until the first SA ends, if it may be the only one in its direction */
	FIGURE_IN_SAS,
	FIGURE_OUT_SAS,
	CHECK_FIGURES
};

struct check_thresholds {
	struct check_range warning[CHECK_FIGURES], critical[CHECK_FIGURES];
};

/* The figure of that name, or CHECK_FIGURES. */
enum check_figure check_figure_named(const char *name, size_t length);
/* Prints what -h has about each. */
void check_figures_describe(FILE *out);
/* The default thresholds. */
void check_thresholds_default(struct check_thresholds *thresholds);

/* Texts and patterns (glob(7)) of ipsecTunnelDescr or ipsecTunnelName. */
struct check_choice {
	const char *const *only; /* none: all */
	size_t only_count;
	const char *const * not;
	size_t not_count;
};

struct check_wishes {
	struct check_thresholds thresholds;
	struct check_choice choice;
	bool verbose; /* a line for each tunnel after the first line */
};

/* Prints the output, performance data in its first line.  Errors stay in the stream (ferror). */
enum check_status check_verdict_print(FILE *out, const struct check_wishes *wishes, const struct agent_state *state,
				      const struct tunnel *tunnels, size_t count);

/* The output if nothing is known, with the reason. */
enum check_status check_unknown_print(FILE *out, const char *reason);

#endif
