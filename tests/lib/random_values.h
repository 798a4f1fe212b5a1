/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RANDOM_VALUES_H
#define RANDOM_VALUES_H

/* Random values for tests: the same in every run for the same seed, or determined by a fuzzer's octets. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"

void random_seed(uint64_t seed); /* 1 if it is never called */
/* From now on these octets determine the choices, and after them the seed 1. */
void random_from(const uint8_t *octets, size_t length);
bool random_input_left(void);

uint64_t random_any64(void); /* evenly spread */
unsigned random_below(unsigned limit);
bool once_in(unsigned n); /* true once in n times */

/* Half of the time an extreme, otherwise of any length in bits. */
uint64_t random64(void);
uint32_t random32(void);
uint16_t random16(void);

/* With many zeros, to cover "::". */
struct sa_address random_address(uint8_t type);

#endif
