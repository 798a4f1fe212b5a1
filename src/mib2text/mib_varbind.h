/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_VARBIND_H
#define MIB_VARBIND_H

/* A variable binding that an agent sent, independent of any SNMP library. */

#include <stddef.h>
#include <stdint.h>

#include "mib/columns.h"

/* BER tags (RFC 2578, section 7.1, and RFC 3416, section 3). */
enum mib_tag {
	MIB_INTEGER = 0x02,
	MIB_OCTET_STRING = 0x04,
	MIB_COUNTER32 = 0x41,
	MIB_UNSIGNED32 = 0x42,
	MIB_COUNTER64 = 0x46,
	MIB_NO_SUCH_OBJECT = 0x80,
	MIB_NO_SUCH_INSTANCE = 0x81,
	MIB_END_OF_VIEW = 0x82,
};

/* Points into memory of the caller. */
struct mib_varbind {
	const unsigned long *name;
	size_t name_length;
	uint8_t tag;	       /* enum mib_tag, or any other tag that was received */
	uint64_t number;       /* of the integer types; an INTEGER as 32 bits of two's complement */
	const uint8_t *octets; /* of an OCTET STRING */
	size_t length;
};

/* The binding's value in that syntax, which points to the same memory; or a static text that says why not. */
const char *mib_varbind_value(const struct column_syntax *syntax, const struct mib_varbind *varbind,
			      struct column_value *value);

/* The name of an error-status (RFC 3416, section 3). */
const char *mib_error_name(long error_status);

#endif
