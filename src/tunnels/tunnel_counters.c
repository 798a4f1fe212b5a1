/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_counters.h"

#include <stddef.h>
#include <string.h>

#include "base/field.h"

static const struct {
	size_t counters, tunnel, size; /* where it is in the one and in the other, and its octets */
} fields[] = {
#define FIELD(member)                                                                                                  \
	{offsetof(struct tunnel_counters, member), offsetof(struct tunnel, member),                                    \
	 sizeof(((struct tunnel *)NULL)->member)}
	FIELD(in_bytes), FIELD(out_bytes), FIELD(in_packets), FIELD(out_packets), FIELD(in_errors),   FIELD(out_errors),
	FIELD(ups),	 FIELD(downs),	   FIELD(rekeys),     FIELD(moves),	  FIELD(unseen_ends),
#undef FIELD
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

void
tunnel_counters_of(struct tunnel_counters *counters, const struct tunnel *tunnel)
{
	memset(counters, 0, sizeof(*counters));
	counters->began_seconds = tunnel->began_seconds;
	for (size_t i = 0; i < FIELDS; i++)
		memcpy((char *)counters + fields[i].counters, (const char *)tunnel + fields[i].tunnel, fields[i].size);
}

void
tunnel_counters_raise(struct tunnel *tunnel, const struct tunnel_counters *counters)
{
	for (size_t i = 0; i < FIELDS; i++) {
		char *const to = (char *)tunnel + fields[i].tunnel;
		const uint64_t least = field_load((const char *)counters + fields[i].counters, fields[i].size);

		if (field_load(to, fields[i].size) < least)
			field_store(to, fields[i].size, least);
	}
}
