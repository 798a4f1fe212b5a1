/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RANDOM_VALUES_H
#define RANDOM_VALUES_H

/* Random values for tests, the same ones for the same seed. */

#include <stdbool.h>
#include <stdint.h>

#include "sa/sa.h"

void random_seed(uint64_t seed);

uint64_t random_any64(void); /* evenly spread */
unsigned random_below(unsigned limit);
bool once_in(unsigned n); /* true once in n times */

/* At an extreme half of the time, else of any length in bits. */
uint64_t random64(void);
uint32_t random32(void);
uint16_t random16(void);

/* With many zeros, for the sake of "::". */
struct sa_address random_address(uint8_t type);

#endif
