/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ALGORITHM_H
#define ALGORITHM_H

/*
 * One table of the algorithms that Linux's XFRM knows (net/xfrm/xfrm_algo.c), and the names that
 * transforms have in ipsec_spi text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum algorithm_kind { ALGORITHM_AEAD, ALGORITHM_AUTH, ALGORITHM_ENCR, ALGORITHM_COMP };

struct algorithm {
	enum algorithm_kind kind;
	const char *kernel_name;    /* "cbc(aes)" */
	const char *compat_name;    /* its name before Linux 2.6.19, "aes"; or NULL */
	const char *transform_name; /* "AES": without leading underscore; "" prints nothing */
	uint16_t iv_bits;	    /* IV carried in each packet */
	uint16_t salt_bits;	    /* part of the kernel's key that is a salt (RFC 4106, section 8.1) */
	uint16_t icv_bits;	    /* default length of the authenticator, if XFRM reports none */
	bool icv_in_name;	    /* the transform's name ends in the octets of its ICV */
};

/* The table's row, or NULL for an unknown algorithm. */
const struct algorithm *algorithm_find(enum algorithm_kind kind, const char *kernel_name);

/*
 * Writes the name that transforms use for the algorithm: the table's, or the kernel's in upper case, with one "_" for
 * any characters between letters and digits.  KLIPS's own names ("3DES", "ID249", "UNKNOWN_comp") stay as they are.
 * icv_bits is used by AEADs, whose names end in the octets of their ICV ("AES_GCM_16").  Returns the length; what does
 * not fit is cut off.
 */
enum { ALGORITHM_TRANSFORM_NAME_SIZE = 40 };
size_t algorithm_transform_name(const char *kernel_name, uint16_t icv_bits, char text[ALGORITHM_TRANSFORM_NAME_SIZE]);

/* Whether that would leave the name as it is, as it does for KLIPS's own names. */
bool algorithm_is_transform_name(const char *name, size_t length);

#endif
