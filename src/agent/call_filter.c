/* SPDX-License-Identifier: BSD-3-Clause */
#include "call_filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

/* clang-format off */

/* Needed to serve, read, reload and stop. */
static const int allowed_calls[] = {
	/* to wait, and for signals */
	SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(poll), SCMP_SYS(ppoll),
	SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(setitimer), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigreturn),
	SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
	/* sockets, see also families[]; of the resolver, a master, managers, the log */
	SCMP_SYS(bind), SCMP_SYS(connect), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(shutdown),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
	SCMP_SYS(send), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
	SCMP_SYS(recv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
	/* descriptors */
	SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
	SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(fcntl), SCMP_SYS(fcntl64), SCMP_SYS(ioctl), SCMP_SYS(flock),
	SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe), SCMP_SYS(pipe2),
	/* files: the configuration, a KLIPS file, namespaces, the state */
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(fstat), SCMP_SYS(fstat64),
	SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx),
	SCMP_SYS(statfs), SCMP_SYS(statfs64), SCMP_SYS(fstatfs), SCMP_SYS(fstatfs64), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(umask), SCMP_SYS(fchmod),
	SCMP_SYS(fsync), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
	SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(futex_time64),
	/* the time, information about the machine and the process */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getrandom), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(getrusage),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(gettid), SCMP_SYS(tgkill),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

static const int families[] = {AF_UNIX, AF_NETLINK, AF_INET, AF_INET6};

/* Never called, except by an attacker. */
static const int deadly_calls[] = {
	/* other programs and processes, and their memory */
	SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(clone), SCMP_SYS(clone3),
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_getfd),
	/* another user, more privileges */
	SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid),
	SCMP_SYS(setgroups), SCMP_SYS(capset),
	/* another view of the system */
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare),
	SCMP_SYS(open_tree), SCMP_SYS(move_mount), SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(mount_setattr),
	/* the kernel itself */
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(reboot),
	SCMP_SYS(io_uring_setup), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
	/* keys in the kernel */
	SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
};

/* clang-format on */

#define COUNT(calls) (sizeof(calls) / sizeof((calls)[0]))

static bool
add_all(scmp_filter_ctx filter, uint32_t action, const int calls[], size_t count)
{
	bool done = true;

	for (size_t i = 0; done && i < count; i++)
		done = seccomp_rule_add(filter, action, calls[i], 0) == 0;
	return done;
}

static bool
add_sockets(scmp_filter_ctx filter)
{
	bool done = true;

	for (size_t i = 0; done && i < COUNT(families); i++)
		done = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
					SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0)) == 0;
	return done;
}

bool
call_filter_install(bool enters_namespaces)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	bool done = filter != NULL;

	/* A tree of comparisons instead of a list; an older library keeps the list. */
	if (done)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	done = done && add_all(filter, SCMP_ACT_ALLOW, allowed_calls, COUNT(allowed_calls)) && add_sockets(filter) &&
	       add_all(filter, SCMP_ACT_KILL_PROCESS, deadly_calls, COUNT(deadly_calls)) &&
	       seccomp_rule_add(filter, enters_namespaces ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS, SCMP_SYS(setns),
				0) == 0 &&
	       seccomp_load(filter) == 0;
	seccomp_release(filter);
	return done;
}
