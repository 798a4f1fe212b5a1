/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CHECK_OPTIONS_H
#define CHECK_OPTIONS_H

/* check_ipsec_tunnels's command line, which follows that of other plugins that use SNMP. */

#include "check_verdict.h"
#include "mib/mib_oid.h"

struct snmp_session; /* netsnmp_session */

enum { CHECK_MOST_CHOSEN = 64, CHECK_MOST_WORDS = 40 };

struct check_options {
	struct check_wishes wishes;
	struct mib_oid root;
	unsigned timeout_seconds; /* for the whole check */
	const char *only[CHECK_MOST_CHOSEN], *not[CHECK_MOST_CHOSEN];
	/* The equivalent options of net-snmp's own tools; the session points into them. */
	char *words[CHECK_MOST_WORDS];
	int word_count;
};

/*
 * Parses the command line, and the user's snmp.conf, into *options and *session.  Returns -1, or the exit status if
 * there is nothing more to do: everything has been printed then.  Either way, check_options_free() must follow, when
 * the session is closed.
 */
int check_parse_options(int argc, char **argv, struct check_options *options, struct snmp_session *session);
void check_options_free(struct check_options *options);

#endif
