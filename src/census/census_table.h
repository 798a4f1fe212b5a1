/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_TABLE_H
#define CENSUS_TABLE_H

/* The census's records, found by key; they never move while they are used. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "census/census_sa.h"

/* census_sa.life */
enum { CENSUS_FREE = 0, CENSUS_ALIVE, CENSUS_DEAD };

enum { CENSUS_NO_RECORD = HASH_TABLE_NONE };

/* Kernels have some dozens of transforms; whoever has more finds the last ones nameless. */
enum { CENSUS_TRANSFORMS = 512 };

struct census_table {
	struct census_sa **chunks;
	size_t chunk_count;
	size_t room;			     /* records in the chunks, used or free */
	uint32_t vacant;		     /* the first of the free ones, linked by .next */
	struct hash_table hash;		     /* of those that are alive or dead */
	char *transforms[CENSUS_TRANSFORMS]; /* the first is empty, NULL ends them */
};

bool census_table_init(struct census_table *table); /* false: no memory */
void census_table_free(struct census_table *table);

/* Alive or dead; NULL: there is none. */
struct census_sa *census_table_find(const struct census_table *table, const struct sa_key *key);
/* A new record, dead, whose key must not be there yet; NULL: no memory. */
struct census_sa *census_table_add(struct census_table *table, const struct sa_key *key);
void census_table_remove(struct census_table *table, struct census_sa *record);

/* All records, with free ones among them: 0 to census_table_room(), less one. */
size_t census_table_room(const struct census_table *table);
struct census_sa *census_table_at(const struct census_table *table, size_t number);

/*
 * Remembers that `record` came after record number `before`; returns the record's number.  What came
 * after a record the last time is returned by census_table_after(), if that has the key.
 */
uint32_t census_table_follow(struct census_table *table, uint32_t before, struct census_sa *record);
struct census_sa *census_table_after(const struct census_table *table, uint32_t before, const struct sa_key *key);

/* Gives back most of the memory when few records are left; they may move. */
void census_table_trim(struct census_table *table);

/* The number of the transform's name in transforms[]. */
uint16_t census_table_transform(struct census_table *table, const struct sa *sa);

#endif
