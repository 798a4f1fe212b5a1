/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/stat_columns.h"

#include "mib/column_codec.h"
#include "mib/column_syntax.h"

#define FIELD(member) COLUMN_FIELD(struct xfrm_stat, member)
#define COUNTER(name)                                                                                                  \
	{"ipsecStat" #name, &syntax_counter64, &column_number_codec,                                                   \
	 "packets",	    XFRM_STAT_##name,  FIELD(counters[XFRM_STAT_##name])},

static const struct column columns[] = {
	XFRM_STATS(COUNTER){"ipsecStatOthers", &syntax_gauge32, &column_number_codec, "counters", COLUMN_ALWAYS,
			    FIELD(others)},
};

_Static_assert(offsetof(struct xfrm_stat, known) == 0, "columns find what is known at the row's beginning");

const struct column_table stat_table = {
	.name = "ipsecStat",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.row_size = sizeof(struct xfrm_stat),
	.suffix = {1, 5},
	.suffix_length = 2,
};
