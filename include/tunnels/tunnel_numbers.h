/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NUMBERS_H
#define TUNNEL_NUMBERS_H

/*
 * The ipsecTunnelIndex and ipsecTunnelDescr that each tunnel has had: a tunnel that comes back gets the same ones, and
 * no other tunnel gets them while they are remembered.  Outlives the tunnels, and is stored in the state file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnels/tunnel_names.h"

/* How a tunnel is remembered: by its name, or by its key if it has none.  Unused octets are 0. */
struct tunnel_identity {
	char name[TUNNEL_NAME_SIZE];
	struct tunnel_key key;
};

struct tunnel_number {
	struct tunnel_identity identity;
	uint32_t index;
	char descr[TUNNEL_DESCR_SIZE]; /* see tunnel_descr.h */
};

/* Above this number, an entry of a tunnel without a row is forgotten for each new one. */
enum { TUNNEL_NUMBERS_MOST = 300000 };

struct tunnel_numbers;

/* context: the SNMP context of the tunnels, which is part of their descriptions.  NULL: no memory. */
struct tunnel_numbers *tunnel_numbers_new(const char *context);
void tunnel_numbers_free(struct tunnel_numbers *numbers); /* NULL is allowed */

void tunnel_identity_of_name(struct tunnel_identity *identity, const char *name);
void tunnel_identity_of_key(struct tunnel_identity *identity, const struct tunnel_key *key);

/* The index that it has had; 0: it is not known. */
uint32_t tunnel_numbers_find(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity);

/*
 * An index that is not remembered for any tunnel: the wanted one if it is free; else, for a name, one of 1 to
 * TUNNEL_NAMES_MAX if there is one; else the next from TUNNELS_FIRST_UNNAMED on.
 */
uint32_t tunnel_numbers_next(struct tunnel_numbers *numbers, bool for_name, uint32_t wanted);

/*
 * Remembers that it has that index.  It keeps its description or, the first time, gets one that is not remembered for
 * any other.  Without memory, it is not remembered.
 */
void tunnel_numbers_note(struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t index);
/* Transfers what is remembered of a tunnel to another identity, when its addresses have changed. */
void tunnel_numbers_move(struct tunnel_numbers *numbers, const struct tunnel_identity *from,
			 const struct tunnel_identity *to, uint32_t index);
/* Restores an entry that was saved, with its description, if it has one. */
void tunnel_numbers_restore(struct tunnel_numbers *numbers, const struct tunnel_number *number);

/* The description that is remembered for it or, if another tunnel has that, a unique one from its index. */
void tunnel_numbers_describe(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity,
			     uint32_t index, bool own, char descr[TUNNEL_DESCR_SIZE]);

/* Forgets all entries whose name contains an identity (tunnel_label.h). */
void tunnel_numbers_forget_identities(struct tunnel_numbers *numbers);

/* Whether a row has that index; an entry that no row has may be forgotten first. */
typedef bool tunnel_number_in_use(const void *data, uint32_t index);
/* Makes room for one more entry, if there are TUNNEL_NUMBERS_MOST, by forgetting one that is not in use. */
void tunnel_numbers_make_room(struct tunnel_numbers *numbers, tunnel_number_in_use *in_use, const void *data);

/* All entries, in no order, rank from 0. */
size_t tunnel_numbers_count(const struct tunnel_numbers *numbers);
const struct tunnel_number *tunnel_numbers_at(const struct tunnel_numbers *numbers, size_t rank);

/* Sets a function to be called at each change; NULL: none. */
void tunnel_numbers_listen(struct tunnel_numbers *numbers, void (*changed)(void *data), void *data);

#endif
