/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_NUMBERS_H
#define TUNNEL_NUMBERS_H

/*
 * Which ipsecTunnelIndex and ipsecTunnelDescr a tunnel has had: what gives a tunnel that comes back the same, and no other
 * tunnel either, for as long as it is remembered.  Outlives the tunnels, and goes into the state file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tunnels/tunnel_names.h"

/* What a tunnel is known by: its name, or its key where it has none.  Unused octets are 0. */
struct tunnel_identity {
	char name[TUNNEL_NAME_SIZE];
	struct tunnel_key key;
};

struct tunnel_number {
	struct tunnel_identity identity;
	uint32_t index;
	char descr[TUNNEL_DESCR_SIZE]; /* see tunnel_descr.h */
};

/* Beyond this many, that of a tunnel without a row is forgotten for each that is new. */
enum { TUNNEL_NUMBERS_MOST = 300000 };

struct tunnel_numbers;

/* context: the SNMP context of the tunnels, which their descriptions name.  NULL: no memory. */
struct tunnel_numbers *tunnel_numbers_new(const char *context);
void tunnel_numbers_free(struct tunnel_numbers *numbers); /* NULL is fine */

void tunnel_identity_of_name(struct tunnel_identity *identity, const char *name);
void tunnel_identity_of_key(struct tunnel_identity *identity, const struct tunnel_key *key);

/* The index that it has had; 0: it is not known. */
uint32_t tunnel_numbers_find(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity);

/*
 * An index that nothing remembers: this one if it is free, else for a name one of 1 to TUNNEL_NAMES_MAX if there is one,
 * else the next from TUNNELS_FIRST_UNNAMED on.
 */
uint32_t tunnel_numbers_next(struct tunnel_numbers *numbers, bool for_name, uint32_t wanted);

/*
 * From now on it has that index, and keeps the description that it has or, the first time, gets one that no other is
 * remembered with.  Without memory for that, it is not remembered.
 */
void tunnel_numbers_note(struct tunnel_numbers *numbers, const struct tunnel_identity *identity, uint32_t index);
/* What was remembered of one is that of another from now on: a tunnel whose addresses are others. */
void tunnel_numbers_move(struct tunnel_numbers *numbers, const struct tunnel_identity *from,
			 const struct tunnel_identity *to, uint32_t index);
/* The same of one that was remembered elsewhere, with its description, if it has one. */
void tunnel_numbers_restore(struct tunnel_numbers *numbers, const struct tunnel_number *number);

/* The description that it is remembered with; or, where another tunnel still has that, one of its own by its index. */
void tunnel_numbers_describe(const struct tunnel_numbers *numbers, const struct tunnel_identity *identity,
			     uint32_t index, bool own, char descr[TUNNEL_DESCR_SIZE]);

/* Forgets all whose name has an identity (tunnel_label.h). */
void tunnel_numbers_forget_identities(struct tunnel_numbers *numbers);

/* May be forgotten first, where it is told to be in use by nobody. */
typedef bool tunnel_number_in_use(const void *data, uint32_t index);
/* Makes room for one more, if there are TUNNEL_NUMBERS_MOST, by forgetting one that is not in use. */
void tunnel_numbers_make_room(struct tunnel_numbers *numbers, tunnel_number_in_use *in_use, const void *data);

/* All of them, in no order, rank from 0. */
size_t tunnel_numbers_count(const struct tunnel_numbers *numbers);
const struct tunnel_number *tunnel_numbers_at(const struct tunnel_numbers *numbers, size_t rank);

/* Has it called at each change from now on; NULL: nobody. */
void tunnel_numbers_listen(struct tunnel_numbers *numbers, void (*changed)(void *data), void *data);

#endif
