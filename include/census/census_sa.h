/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CENSUS_SA_H
#define CENSUS_SA_H

/* What a census stores of an SA between reads. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa_key.h"

enum { CENSUS_OBSERVERS = 4 };

/* Observers may read the fields above those that are private to the census, and write their own note. */
struct census_sa {
	struct sa_key key;
	uint32_t notes[CENSUS_OBSERVERS]; /* by the number of the observer; 0 at birth */
	uint16_t transform;
	uint8_t direction, state; /* enum sa_direction, enum sa_state */
	bool was_read;		  /* a read that began after it was first heard of has contained it */
	uint8_t life;		  /* the census's own */
	bool is_unread;		  /* see struct census_statistics */
	/* The last known figures; errors: see census_errors(). */
	uint64_t bytes, packets, errors;
	uint32_t born_seconds; /* 0: not known, since it was new, or the clock was set back, when first seen */
	uint32_t used_seconds; /* its first use; 0: not used yet, or not known for the same reasons */

	/* Private to the census. */
	uint32_t survey;
	uint32_t next; /* in the order of the last survey; in a free record, the next free one */
	uint64_t changed;
};

#endif
