/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/mib_oid.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* enterprises.netSnmp.netSnmpExperimental.netSnmpPlaypen.4301 */
const struct mib_oid mib_default_root = {10, {1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 4301}};

/*
 * Parses a number, up to the first character that is no digit.  NULL: there is none, it has more than 32 bits, or it is
 * one too many.
 */
static const char *
append_subid(struct mib_oid *oid, const char *at, const char *end)
{
	const char *const start = at;
	uint64_t subid = 0;

	for (; at < end; at++) {
		const unsigned digit = (unsigned)*at - '0';

		if (digit > 9)
			break;
		subid = subid * 10 + digit;
		if (subid > UINT32_MAX)
			return NULL;
	}
	if (at == start || oid->length == MIB_OID_MAX_SUBIDS)
		return NULL;
	oid->subids[oid->length++] = (unsigned long)subid;
	return at;
}

const char *
mib_oid_append(struct mib_oid *oid, const char *text, const char *end)
{
	const char *at = text;

	while (at && at < end && *at == '.')
		at = append_subid(oid, at + 1, end);
	return at;
}

bool
mib_oid_parse(const char *text, size_t length, struct mib_oid *oid)
{
	const char *const end = text + length;
	const char *at;

	oid->length = 0;
	at = append_subid(oid, length > 0 && *text == '.' ? text + 1 : text, end);
	return at && mib_oid_append(oid, at, end) == end;
}

bool
mib_oid_parse_root(const char *text, struct mib_oid *root)
{
	struct mib_oid oid;

	if (!mib_oid_parse(text, strlen(text), &oid) || oid.length < 2 || oid.length > MIB_ROOT_MAX_SUBIDS)
		return false;
	/*
	 * The first arc of an OID is at most 2, and below 0 and 1 there are 40 (ITU-T X.660); BER cannot encode others.
	 */
	if (oid.subids[0] > 2 || (oid.subids[0] < 2 && oid.subids[1] >= 40))
		return false;
	*root = oid;
	return true;
}

size_t
mib_oid_print(const unsigned long *subids, size_t count, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const int wrote = snprintf(text + used, size - used, ".%lu", subids[i]);

		if (wrote < 0 || (size_t)wrote >= size - used) {
			text[used] = '\0';
			break;
		}
		used += (size_t)wrote;
	}
	return used;
}

int
mib_oid_compare(const unsigned long *a, size_t a_count, const unsigned long *b, size_t b_count)
{
	const size_t common = a_count < b_count ? a_count : b_count;

	for (size_t i = 0; i < common; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return (a_count > b_count) - (a_count < b_count);
}
