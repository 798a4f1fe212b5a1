/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XSTATE_H
#define XSTATE_H

/*
 * A processor's extended registers as PTRACE_GETREGSET and PTRACE_SETREGSET have them (NT_X86_XSTATE): the standard format
 * of XSAVE (Intel's manual, volume 1, chapter 13.4).  512 octets of x87 and SSE; a header, whose first word has a bit for
 * each component that is not in its initial state; the components, at places that CPUID reports (leaf 0xd).
 */

#include <cpuid.h>
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

enum {
	XSTATE_HEADER = 512,	      /* where it is, and in it the bits */
	XSTATE_COMPONENTS = 512 + 64, /* where they begin */
	XSTATE_X87_SSE = 3,	      /* the bits of what lies before the header */
	XSTATE_LARGEST = 65536,	      /* octets, more than any processor has */
};

typedef long xstate_ptrace(int request, pid_t pid, void *address, void *data);

/* What differs between processors; component n has bit n. */
static struct {
	xstate_ptrace *next; /* the ptrace() of the library after this one */
	struct {
		size_t offset, end; /* 0, 0: there is none */
	} components[64];
} xstate;

/* Before main(): CPUID is slow in a virtual machine, and a thread of the kernel in User-Mode Linux has little stack. */
__attribute__((constructor)) static void
xstate_learn(void)
{
	unsigned a, b, c, d;

	*(void **)&xstate.next = dlsym(RTLD_NEXT, "ptrace");
	for (unsigned n = 2; n < 63; n++) {
		if (!__get_cpuid_count(0xd, n, &a, &b, &c, &d) || a == 0 || (c & 1))
			continue; /* the processor has none, or only for kernels */
		xstate.components[n].offset = b;
		xstate.components[n].end = b + (size_t)a;
	}
}

static inline bool
xstate_is_asked_for(int request, int wanted, const void *address)
{
	return request == wanted && (uintptr_t)address == NT_X86_XSTATE;
}

static inline uint64_t
xstate_bits(const uint8_t *state)
{
	uint64_t bits;

	memcpy(&bits, state + XSTATE_HEADER, sizeof(bits));
	return bits;
}

/* The bits of the components that are whole in so many octets of a state. */
static inline uint64_t
xstate_within(size_t octets)
{
	uint64_t within = XSTATE_X87_SSE;

	for (unsigned n = 2; n < 63; n++) {
		if (xstate.components[n].end != 0 && xstate.components[n].end <= octets)
			within |= (uint64_t)1 << n;
	}
	return within;
}

/* Lays the first octets of a state over a whole one.  A component that is not whole in them stays as it was. */
static inline void
xstate_lay_over(uint8_t *whole, const uint8_t *state, size_t octets)
{
	const uint64_t within = xstate_within(octets);
	const uint64_t bits = (xstate_bits(state) & within) | (xstate_bits(whole) & ~within);

	memcpy(whole, state, XSTATE_COMPONENTS);
	memcpy(whole + XSTATE_HEADER, &bits, sizeof(bits));
	for (unsigned n = 2; n < 63; n++) {
		const size_t offset = xstate.components[n].offset;

		if (within >> n & 1)
			memcpy(whole + offset, state + offset, xstate.components[n].end - offset);
	}
}

#endif
