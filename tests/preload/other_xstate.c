/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * LD_PRELOADed into User-Mode Linux after whole_xstate: a host whose processor has more registers than this one, or
 * less.  Its NT_X86_XSTATE has as many octets as OTHER_XSTATE says.
 *
 * More: the host's kernel takes all or nothing, so less is EFAULT.  What is there besides must come back as it was given:
 * it differs for each process, and what is not the same is EINVAL.
 * Less: components that are not whole in it are never seen, and stay as they are.
 */

#ifdef __x86_64__
#include <errno.h>
#include <stdlib.h>

#include "xstate.h"

static uint8_t state[XSTATE_LARGEST];
static size_t pretended; /* octets */

__attribute__((constructor)) static void
read_environment(void)
{
	const char *octets = getenv("OTHER_XSTATE");

	pretended = octets ? strtoul(octets, NULL, 10) : 0;
	if (pretended < XSTATE_COMPONENTS || pretended > sizeof(state))
		abort();
}

static uint8_t
made_up(pid_t pid, size_t place)
{
	return (uint8_t)((size_t)pid * 7 + place);
}

/* The whole state of the process into .state; its length, or 0. */
static size_t
get_real(pid_t pid)
{
	struct iovec real = {state, sizeof(state)};

	return xstate.next(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &real) == 0 ? real.iov_len : 0;
}

static long
set_real(pid_t pid, void *octets, size_t length)
{
	struct iovec real = {octets, length};

	return xstate.next(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &real);
}

static long
get(pid_t pid, struct iovec *wanted)
{
	const size_t real = get_real(pid);
	const uint64_t bits = xstate_bits(state) & xstate_within(pretended);

	if (real == 0)
		return -1;
	memcpy(state + XSTATE_HEADER, &bits, sizeof(bits));
	for (size_t place = real; place < pretended; place++)
		state[place] = made_up(pid, place);
	if (wanted->iov_len > pretended)
		wanted->iov_len = pretended;
	memcpy(wanted->iov_base, state, wanted->iov_len);
	return 0;
}

static long
set(pid_t pid, const struct iovec *given)
{
	const uint8_t *const octets = given->iov_base;
	const size_t real = get_real(pid);

	if (real == 0)
		return -1;
	errno = EFAULT;
	if (given->iov_len < pretended)
		return -1;
	errno = EINVAL;
	for (size_t place = real; place < pretended; place++) {
		if (octets[place] != made_up(pid, place))
			return -1;
	}
	if (pretended >= real)
		return set_real(pid, given->iov_base, real);
	xstate_lay_over(state, octets, pretended);
	return set_real(pid, state, real);
}

long
ptrace(enum __ptrace_request request, ...)
{
	pid_t pid;
	void *address, *data;
	va_list arguments;

	va_start(arguments, request);
	pid = va_arg(arguments, pid_t);
	address = va_arg(arguments, void *);
	data = va_arg(arguments, void *);
	va_end(arguments);
	if (xstate_is_asked_for((int)request, PTRACE_GETREGSET, address))
		return get(pid, data);
	if (xstate_is_asked_for((int)request, PTRACE_SETREGSET, address))
		return set(pid, data);
	return xstate.next((int)request, pid, address, data);
}
#endif
