/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HEAP_H
#define HEAP_H

#include <malloc.h>

/*
 * The C library gives what an answer needed back to the system, and takes it anew for the next one, which is a third of the
 * time of whoever has nothing else in memory: no floor would be the least without this.
 */
static inline void
heap_keep(void)
{
	mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

#endif
