/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NAMES_H
#define TUNNEL_NAMES_H

/* The tunnels that the configuration names: what follows the word "tunnel", and which SAs a name stands for. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"
#include "tunnels/tunnel.h"

/* What tells tunnels apart; keys are compared by memcmp(). */
struct tunnel_key {
	struct sa_address local, remote;
	uint8_t zero[2]; /* instead of padding */
	uint32_t reqid, if_id;
};

void tunnel_key_make(struct tunnel_key *key, const struct sa_address *local, const struct sa_address *remote,
		     uint32_t reqid, uint32_t if_id);

/* Addresses that begin with the same bits; SA_ADDRESS_NONE: any. */
struct tunnel_prefix {
	struct sa_address address; /* the bits behind the prefix are 0 */
	uint8_t bits;
};

enum { TUNNEL_CONTEXT_SIZE = 33 }; /* RFC 3411: a context's name has at most 32 octets */

struct tunnel_name {
	char name[TUNNEL_NAME_SIZE];
	struct tunnel_prefix remote, local;
	bool has_reqid, has_if_id, has_context;
	uint32_t reqid, if_id;
	char context[TUNNEL_CONTEXT_SIZE]; /* the SNMP context in which it holds */
};

/* In the order of the configuration: the first that matches wins. */
struct tunnel_names {
	struct tunnel_name *all;
	size_t count, room;
};

/* Tunnels without a name are numbered from there on, in the order in which they come. */
enum { TUNNEL_NAMES_MAX = 10000, TUNNELS_FIRST_UNNAMED };

/*
 * Reads "NAME remote ADDRESS[/PREFIX] [local ADDRESS[/PREFIX]] [reqid N] [if-id N] [context NAME]" and puts it last.
 * A NAME with blanks stands in double quotes.  NULL, or a static text that says what is wrong with it.
 */
const char *tunnel_names_add(struct tunnel_names *names, const char *line);

/* Copies those that hold in a context, in their order.  False: no memory; *to is empty then. */
bool tunnel_names_copy(struct tunnel_names *to, const struct tunnel_names *from, const char *context);

void tunnel_names_free(struct tunnel_names *names);

/* The number of the first that matches, or names->count. */
size_t tunnel_names_match(const struct tunnel_names *names, const struct tunnel_key *key);

/* The number of one before it that takes all that it would match, or names->count. */
size_t tunnel_names_shadow(const struct tunnel_names *names, size_t number);

#endif
