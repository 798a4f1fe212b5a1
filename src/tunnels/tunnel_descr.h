/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_DESCR_H
#define TUNNEL_DESCR_H

/*
 * ipsecTunnelDescr: a text that identifies a tunnel for people and monitoring systems.  It is the name, with "_" for
 * each octet that is not an ASCII letter or digit, ".", ":", "_" or "-"; or LOCAL-REMOTE.  In an SNMP context other
 * than the default one, "@" and the context's name follow, spelt in the same way.
 */

#include <stdint.h>

#include "tunnels/tunnel.h"
#include "tunnels/tunnel_names.h"

/* Suffixes, from the shortest on, for when the text before is in use for another tunnel; the last one is unique. */
enum tunnel_descr_form {
	DESCR_PLAIN,
	DESCR_REQID,	    /* "-reqid7", for one without a name */
	DESCR_REQID_AND_IF, /* "-reqid7-if3" */
	DESCR_INDEX,	    /* "#10001" */
	DESCR_FORMS
};

/* name: empty if it has none; then the key is used.  context: "" for the default one. */
void tunnel_descr_print(char descr[TUNNEL_DESCR_SIZE], enum tunnel_descr_form form, const char *name,
			const struct tunnel_key *key, uint32_t index, const char *context);

#endif
