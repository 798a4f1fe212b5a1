/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB2TEXT_OPTIONS_H
#define MIB2TEXT_OPTIONS_H

/* mib2text's command line: its own options after -C, and those of every net-snmp tool. */

#include <stdbool.h>
#include <stddef.h>

#include "klips/klips_text.h"
#include "mib/mib_oid.h"
#include "tunnel_order.h"

struct snmp_session; /* netsnmp_session */

/* What is printed, apart from ipsec_spi text and tables for people. */
enum mib2text_document { DOCUMENT_TEXT, DOCUMENT_JSON, DOCUMENT_OPENMETRICS, DOCUMENT_LIBRENMS };

struct mib2text_options {
	enum mib2text_document document;
	bool tunnels;	     /* -Ct */
	bool ike;	     /* -C1 */
	bool policies;	     /* -Cp */
	bool sorted;	     /* -Cs */
	bool logging_chosen; /* by -L, or by -D or -d, which require all of it */
	enum klips_text_format format;
	struct mib_oid root;
	const char *output;	   /* -Co, or NULL */
	const char *saved_walk;	   /* -Ci, or NULL */
	size_t rows_per_request;   /* -Cr; 0: adapt */
	size_t message_octets;	   /* -Cm; 0: what the transport carries */
	unsigned interval_seconds; /* -Cw; 0: once */
	bool key_chosen;	   /* -Ck */
	enum tunnel_key key;
};

/*
 * Parses the command line, and for an agent the user's snmp.conf, into *options and *session, which is unchanged with
 * -Ci.  Returns -1, or the exit status if there is nothing more to do: everything has been printed then.
 */
int mib2text_parse_options(int argc, char **argv, struct mib2text_options *options, struct snmp_session *session);

#endif
