/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_DESCR_H
#define TUNNEL_DESCR_H

/*
 * ipsecTunnelDescr: a text by which people and monitoring systems know a tunnel.  It is the name, with "_" for each octet
 * that is no ASCII letter or digit and none of ".", ":", "_" and "-"; or LOCAL-REMOTE.  In an SNMP context other than the
 * default one "@" and the context's name follow, spelt in the same way.
 */

#include <stdint.h>

#include "tunnels/tunnel.h"
#include "tunnels/tunnel_names.h"

/* What stands behind it where the text before has another meaning already, from the shortest on; the last is of one only. */
enum tunnel_descr_form {
	DESCR_PLAIN,
	DESCR_REQID,	    /* "-reqid7", of one without a name */
	DESCR_REQID_AND_IF, /* "-reqid7-if3" */
	DESCR_INDEX,	    /* "#10001" */
	DESCR_FORMS
};

/* name: empty if it has none; the key counts then.  context: "" for the default one. */
void tunnel_descr_print(char descr[TUNNEL_DESCR_SIZE], enum tunnel_descr_form form, const char *name,
			const struct tunnel_key *key, uint32_t index, const char *context);

#endif
