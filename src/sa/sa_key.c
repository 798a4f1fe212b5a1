/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_key.h"

#include <endian.h>
#include <string.h>

static uint8_t *
put_be32(uint8_t *at, uint32_t value)
{
	const uint32_t be = htobe32(value);

	memcpy(at, &be, sizeof(be));
	return at + sizeof(be);
}

static uint32_t
get_be32(const uint8_t *at)
{
	uint32_t be;

	memcpy(&be, at, sizeof(be));
	return be32toh(be);
}

/* Lengths that a compiler knows are copied without a call. */
static void
copy_address(uint8_t *to, const uint8_t *from, size_t octets)
{
	if (octets == 4)
		memcpy(to, from, 4);
	else if (octets == 16)
		memcpy(to, from, 16);
}

void
sa_key_make(struct sa_key *key, const struct sa_said *said)
{
	const size_t octets = sa_address_octets(said->dst.type);
	uint8_t *at = key->octets;

	memset(key, 0, sizeof(*key));
	*at++ = said->dst.type;
	*at++ = (uint8_t)octets;
	copy_address(at, said->dst.octets, octets);
	at += octets;
	*at++ = said->protocol;
	put_be32(put_be32(at, said->spi), said->qualifier);
}

void
sa_key_said(const struct sa_key *key, struct sa_said *said)
{
	const size_t octets = sa_address_octets(key->octets[0]);
	const uint8_t *at = key->octets + 2 + octets;

	memset(said, 0, sizeof(*said));
	said->dst.type = key->octets[0];
	copy_address(said->dst.octets, key->octets + 2, octets);
	said->protocol = at[0];
	said->spi = get_be32(at + 1);
	said->qualifier = get_be32(at + 5);
}

size_t
sa_key_to_oid(const struct sa_key *key, unsigned long subids[SA_INDEX_MAX_SUBIDS])
{
	const size_t octets = key->octets[1];
	const size_t single = 2 + octets + 1; /* sub-identifiers that have one octet each */

	for (size_t i = 0; i < single; i++)
		subids[i] = key->octets[i];
	subids[single] = get_be32(key->octets + single);
	subids[single + 1] = get_be32(key->octets + single + 4);
	return single + 2;
}

int
sa_key_compare_oid(const struct sa_key *key, const unsigned long *subids, size_t count)
{
	unsigned long own[SA_INDEX_MAX_SUBIDS];
	const size_t own_count = sa_key_to_oid(key, own);
	const size_t common = own_count < count ? own_count : count;

	for (size_t i = 0; i < common; i++) {
		if (own[i] != subids[i])
			return own[i] < subids[i] ? -1 : 1;
	}
	return (own_count > count) - (own_count < count);
}

bool
sa_said_from_oid(const unsigned long *subids, size_t count, struct sa_said *said)
{
	size_t octets;

	if (count < 2 || subids[0] > SA_ADDRESS_IPV6)
		return false;
	octets = sa_address_octets((uint8_t)subids[0]);
	if (subids[1] != octets || count != 2 + octets + 3)
		return false;
	memset(said, 0, sizeof(*said));
	said->dst.type = (uint8_t)subids[0];
	for (size_t i = 0; i < octets; i++) {
		if (subids[2 + i] > UINT8_MAX)
			return false;
		said->dst.octets[i] = (uint8_t)subids[2 + i];
	}
	subids += 2 + octets;
	if (subids[0] > UINT8_MAX || subids[1] > UINT32_MAX || subids[2] > UINT32_MAX)
		return false;
	said->protocol = (uint8_t)subids[0];
	said->spi = (uint32_t)subids[1];
	said->qualifier = (uint32_t)subids[2];
	return true;
}

bool
sa_key_from_oid(const unsigned long *subids, size_t count, struct sa_key *key)
{
	struct sa_said said;

	if (!sa_said_from_oid(subids, count, &said))
		return false;
	sa_key_make(key, &said);
	return true;
}
