/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_H
#define FUZZ_H

/* What every fuzz target has: its entry, and a way to say that something is wrong, which ends the program. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* detail: what it is wrong with, or "". */
static inline void
expect(bool truth, const char *wrong, const char *detail)
{
	if (truth)
		return;
	fprintf(stderr, "%s: %s\n", wrong, detail);
	abort();
}

#define require(condition) expect(condition, "not so", #condition)

#endif
