/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLOCKS_H
#define CLOCKS_H

/* Wall and CPU time of what runs between two calls, and how they are printed for tests/bench/run: "NAME WALL CPU". */

#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct clocks {
	uint64_t wall_ns, cpu_ns;
};

static inline uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline struct clocks
clocks_now(void)
{
	return (struct clocks){clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_PROCESS_CPUTIME_ID)};
}

static inline void
clocks_print(const char *name, struct clocks since)
{
	const struct clocks now = clocks_now();

	printf("%s %llu %llu\n", name, (unsigned long long)(now.wall_ns - since.wall_ns),
	       (unsigned long long)(now.cpu_ns - since.cpu_ns));
	fflush(stdout);
}

#endif
