/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_SA_H
#define CENSUS_SA_H

/* What a census keeps of an SA between reads. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa_key.h"

enum { CENSUS_OBSERVERS = 4 };

/* Observers may read what stands above the census's own, and write their note. */
struct census_sa {
	struct sa_key key;
	uint32_t notes[CENSUS_OBSERVERS]; /* by the number of the observer; 0 at birth */
	uint16_t transform;
	uint8_t direction, state; /* enum sa_direction, enum sa_state */
	bool was_read;		  /* a read has had it that began after it was first heard of */
	uint8_t life;		  /* the census's own */
	/* The last known figures; errors: see census_errors(). */
	uint64_t bytes, packets, errors;
	uint32_t born_seconds; /* 0: not known, it was as good as new, or the clock was set back, when first seen */
	uint32_t used_seconds; /* its first use; 0: not used yet, or not known for the same reasons */

	/* The census's own. */
	uint32_t survey;
	uint32_t next; /* in the order of the last survey; of one that is free, the next free one */
	uint64_t changed;
};

#endif
