/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * STEP_LOG=FILE: a line for each step of an event loop, which is what is done between two calls of select(), that takes a
 * millisecond or more: its CPU time and its time on the wall, in microseconds.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

enum { NOTED_US = 1000 };

typedef int select_function(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
			    struct timeval *timeout);

static uint64_t cpu_us, wall_us; /* at the end of the last select(); 0: there was none */

static uint64_t
clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void
note(const char *file, uint64_t spent_us, uint64_t passed_us)
{
	const int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	dprintf(fd, "%llu %llu\n", (unsigned long long)spent_us, (unsigned long long)passed_us);
	close(fd);
}

/* In the place of select(). */
select_function select_and_note __asm__("select");

int
select_and_note(int count, fd_set *readable, fd_set *writable, fd_set *exceptional, struct timeval *timeout)
{
	static select_function *real;
	const char *const file = getenv("STEP_LOG");
	const uint64_t spent_us = clock_us(CLOCK_THREAD_CPUTIME_ID) - cpu_us;
	const uint64_t passed_us = clock_us(CLOCK_MONOTONIC) - wall_us;
	int result;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "select");
	if (file && wall_us > 0 && passed_us >= NOTED_US)
		note(file, spent_us, passed_us);
	result = real(count, readable, writable, exceptional, timeout);
	cpu_us = clock_us(CLOCK_THREAD_CPUTIME_ID);
	wall_us = clock_us(CLOCK_MONOTONIC);
	return result;
}
