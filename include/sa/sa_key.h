/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_KEY_H
#define SA_KEY_H

/* The index of ipsecSaTable, converted to and from struct sa_said. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sa/sa.h"

/*
 * The index of ipsecSaTable as octets whose memcmp() order is the order of object identifiers: address type, address
 * length, address, protocol, SPI and qualifier, big-endian; the rest is zero.
 */
enum { SA_KEY_SIZE = 28 };
struct sa_key {
	uint8_t octets[SA_KEY_SIZE];
};
void sa_key_make(struct sa_key *key, const struct sa_said *said);

static inline bool
sa_key_equal(const struct sa_key *a, const struct sa_key *b)
{
	return memcmp(a->octets, b->octets, SA_KEY_SIZE) == 0;
}

void sa_key_said(const struct sa_key *key, struct sa_said *said);

/*
 * The same index as sub-identifiers.  sa_key_to_oid() returns how many it wrote; sa_key_compare_oid() compares a key
 * with any number of sub-identifiers, as snmp_oid_compare() would; sa_said_from_oid() and sa_key_from_oid() return
 * false unless the sub-identifiers are exactly one index.
 */
enum { SA_INDEX_MAX_SUBIDS = 21 };
size_t sa_key_to_oid(const struct sa_key *key, unsigned long subids[SA_INDEX_MAX_SUBIDS]);
int sa_key_compare_oid(const struct sa_key *key, const unsigned long *subids, size_t count);
bool sa_said_from_oid(const unsigned long *subids, size_t count, struct sa_said *said);
bool sa_key_from_oid(const unsigned long *subids, size_t count, struct sa_key *key);

#endif
