/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_TABLE_H
#define CENSUS_TABLE_H

/* The census's records, found by key; they do not move while in use. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "census/census_sa.h"

/* census_sa.life */
enum { CENSUS_FREE = 0, CENSUS_ALIVE, CENSUS_DEAD };

enum { CENSUS_NO_RECORD = HASH_TABLE_NONE };

/* Kernels have a few dozen transforms; if there are more, the last ones have no name. */
enum { CENSUS_TRANSFORMS = 512 };

struct census_table {
	struct census_sa **chunks;
	size_t chunk_count;
	size_t room;			     /* number of records in the chunks, used or free */
	uint32_t vacant;		     /* the first free record; they are linked by .next */
	struct hash_table hash;		     /* number of records that are alive or dead */
	char *transforms[CENSUS_TRANSFORMS]; /* the first is empty, NULL ends them */
};

bool census_table_init(struct census_table *table); /* false: no memory */
void census_table_free(struct census_table *table);

/* Alive or dead; NULL: there is none. */
struct census_sa *census_table_find(const struct census_table *table, const struct sa_key *key);
/* A new record, dead, whose key must not exist yet; NULL: no memory. */
struct census_sa *census_table_add(struct census_table *table, const struct sa_key *key);
void census_table_remove(struct census_table *table, struct census_sa *record);

size_t census_table_used(const struct census_table *table); /* how many records are alive or dead */
/* All records, including free ones: 0 to census_table_room() - 1. */
size_t census_table_room(const struct census_table *table);
struct census_sa *census_table_at(const struct census_table *table, size_t number);

/*
 * Remembers that `record` came after record number `before`; returns the record's number.  census_table_after() returns
 * the record that came after another the last time, if it has the key.
 */
uint32_t census_table_follow(struct census_table *table, uint32_t before, struct census_sa *record);
struct census_sa *census_table_after(const struct census_table *table, uint32_t before, const struct sa_key *key);

/* Frees most of the memory when few records are left; they may move. */
void census_table_trim(struct census_table *table);

/* The number of the transform's name in transforms[]. */
uint16_t census_table_transform(struct census_table *table, const struct sa *sa);

#endif
