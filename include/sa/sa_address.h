/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_ADDRESS_H
#define SA_ADDRESS_H

/* IP addresses and subnets of both families as plain values. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text_writer.h"

/* Values of InetAddressType (RFC 4001, section 3). */
enum sa_address_type { SA_ADDRESS_NONE = 0, SA_ADDRESS_IPV4 = 1, SA_ADDRESS_IPV6 = 2 };

struct sa_address {
	uint8_t type;	    /* enum sa_address_type */
	uint8_t octets[16]; /* network order; 4 used for IPv4; unused octets are zero */
};

/* An address and its mask, which need not be a prefix (KLIPS text can have others). */
struct sa_subnet {
	struct sa_address address;
	uint8_t mask[16]; /* network order; 4 octets used for IPv4 */
};

/* Octets in an address of this type: 0, 4 or 16. */
static inline size_t
sa_address_octets(uint8_t type)
{
	return type == SA_ADDRESS_IPV4 ? 4 : type == SA_ADDRESS_IPV6 ? 16 : 0;
}

bool sa_address_equal(const struct sa_address *a, const struct sa_address *b);
/* 0.0.0.0, :: or SA_ADDRESS_NONE. */
bool sa_address_is_unspecified(const struct sa_address *address);

/*
 * Copies the first bits, at most as many as the address has; the rest of the last octet is set to 0, octets after it
 * are unchanged.
 */
void sa_address_copy_prefix(uint8_t to[16], const struct sa_address *from, uint8_t bits);

/*
 * Prints an address as KLIPS does: IPv6 with the leftmost run of two or more zero groups shortened, never with a dotted
 * quad.  SA_ADDRESS_NONE prints nothing.  sa_address_print() returns the length, which is below SA_ADDRESS_TEXT_SIZE.
 */
enum { SA_ADDRESS_TEXT_SIZE = 46 };
void sa_address_put(struct text_writer *writer, const struct sa_address *address);
size_t sa_address_print(const struct sa_address *address, char text[SA_ADDRESS_TEXT_SIZE]);

/* Parses any spelling that inet_pton(3) accepts, of exactly this length.  False, *address unchanged: not an address. */
bool sa_address_parse(const char *text, size_t length, struct sa_address *address);

/* The prefix length of the mask, or -1 if it is not a prefix. */
int sa_subnet_prefix_length(const struct sa_subnet *subnet);
/* Sets the mask for subnet->address.type from a prefix length, which must be valid for that type. */
void sa_subnet_set_prefix_length(struct sa_subnet *subnet, unsigned prefix_length);

#endif
