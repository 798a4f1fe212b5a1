/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * LD_PRELOADed into User-Mode Linux, so that it runs on processors that have more registers than it knows, such as those of
 * AMX.
 *
 * Linux 6.1 and 6.12 have room for 2696 octets of a process's extended registers (arch/x86/um/user-offsets.c, HOST_FP_SIZE),
 * and set them by PTRACE_SETREGSET after each system call and interrupt.  The host's kernel takes all that the processor has
 * or nothing (arch/x86/kernel/fpu/regset.c, xstateregs_set(): EFAULT), and the panic of UML is "ptrace set fp regs failed,
 * errno = 14".  Here the rest is added, as the process has it.  So what UML has no room for belongs to a process, not to a
 * thread; on a processor without such registers nothing is changed.
 */

#ifdef __x86_64__
#include "xstate.h"

/* UML calls with the stack of a kernel's thread, 16 KiB, but from one thread of the host. */
static uint8_t whole[XSTATE_LARGEST];
static size_t host_octets; /* 0: not known yet */

static long
set(pid_t pid, struct iovec *given)
{
	struct iovec has = {whole, sizeof(whole)};

	if (given->iov_len < XSTATE_COMPONENTS || (host_octets != 0 && host_octets <= given->iov_len))
		return xstate.next(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, given);
	if (xstate.next(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &has) != 0)
		return -1;
	host_octets = has.iov_len;
	if (host_octets <= given->iov_len)
		return xstate.next(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, given);
	xstate_lay_over(whole, given->iov_base, given->iov_len);
	return xstate.next(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &has);
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
	if (xstate_is_asked_for((int)request, PTRACE_SETREGSET, address))
		return set(pid, data);
	return xstate.next((int)request, pid, address, data);
}
#endif
