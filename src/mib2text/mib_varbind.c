/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib_varbind.h"

#include <stdint.h>

static const uint8_t tag_of_type[] = {
	[COLUMN_OCTETS] = MIB_OCTET_STRING, [COLUMN_INTEGER32] = MIB_INTEGER,	[COLUMN_UNSIGNED32] = MIB_UNSIGNED32,
	[COLUMN_COUNTER32] = MIB_COUNTER32, [COLUMN_COUNTER64] = MIB_COUNTER64,
};

const char *
mib_varbind_value(const struct column_syntax *syntax, const struct mib_varbind *varbind, struct column_value *value)
{
	if (varbind->tag != tag_of_type[syntax->type])
		return "is of another type";
	if (syntax->type == COLUMN_OCTETS) {
		value->octets = varbind->octets;
		value->length = varbind->length;
		return NULL;
	}
	if (syntax->type != COLUMN_COUNTER64 && varbind->number > UINT32_MAX)
		return "is out of range";
	value->number = varbind->number;
	return NULL;
}

const char *
mib_error_name(long error_status)
{
	/* clang-format off */
	static const char *const names[] = {
		"noError",	    "tooBig",		"noSuchName",	     "badValue",
		"readOnly",	    "genErr",		"noAccess",	     "wrongType",
		"wrongLength",	    "wrongEncoding",	"wrongValue",	     "noCreation",
		"inconsistentValue", "resourceUnavailable", "commitFailed",   "undoFailed",
		"authorizationError", "notWritable",	"inconsistentName",
	};
	/* clang-format on */

	if (error_status < 0 || (size_t)error_status >= sizeof(names) / sizeof(names[0]))
		return "an unknown error";
	return names[error_status];
}
