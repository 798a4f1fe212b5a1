/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_STORE_H
#define SA_STORE_H

/*
 * Many SAs in little memory.  Of the hundreds of octets that a struct sa has for what some kernel may report,
 * most are zero in any one SA: each SA is stored as those of its 32-bit words that are not, and a mask that says
 * which these are.  Of the second half there is nothing where nothing of it is reported.
 * SAID and position, which end the struct, are not stored.  What is stored keeps its place until sa_store_clear().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

struct sa_store {
	uint32_t **chunks; /* of SA_STORE_CHUNK_WORDS each */
	size_t chunk_count, chunk_room;
	size_t used_words; /* where the next SA goes, counted over all chunks */
};
enum { SA_STORE_CHUNK_WORDS = 32768 };

/* Frees all memory; a store with all octets zero is empty. */
void sa_store_free(struct sa_store *store);

/* Empties it and keeps its memory for reuse. */
void sa_store_clear(struct sa_store *store);

/* Frees memory beyond twice what `like` uses, a few chunks a call; true when done. */
bool sa_store_trim_step(struct sa_store *store, const struct sa_store *like);

/* Stores a copy and returns its place in *place.  0, or -ENOMEM. */
int sa_store_add(struct sa_store *store, const struct sa *sa, uint32_t *place);

/* The SA that was stored at that place; its SAID and position are zero. */
void sa_store_get(const struct sa_store *store, uint32_t place, struct sa *sa);

#endif
