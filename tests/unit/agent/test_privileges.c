/* SPDX-License-Identifier: BSD-3-Clause */

/* What a daemon can no longer do once it has given up its privileges; each test's daemon is a child process. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cap-ng.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/privileges.h"

/* In a child that is about to end, assertions of cmocka would run the other tests once more. */
static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s (errno %d)\n", what, errno);
	_exit(1);
}

#define MUST(condition) must(condition, #condition)
static void
in_a_daemon(bool enters_namespaces, void (*check)(void))
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		const char *reason = "";

		must(privileges_drop(enters_namespaces, NULL, &reason), reason);
		check();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Calls that would be of use to whoever took the daemon over.  Their arguments are nonsense: they do not come that far. */
/* clang-format off */
#define CALL(name) {#name, SYS_##name}
static const struct {
	const char *name;
	long number;
} deadly[] = {
	CALL(execve), CALL(execveat), CALL(clone), CALL(clone3), CALL(ptrace), CALL(process_vm_readv), CALL(process_vm_writev),
	CALL(pidfd_getfd), CALL(setuid), CALL(setgid), CALL(setresuid), CALL(setgroups), CALL(capset), CALL(mount), CALL(umount2),
	CALL(pivot_root), CALL(chroot), CALL(unshare), CALL(setns), CALL(fsopen), CALL(move_mount), CALL(init_module),
	CALL(finit_module), CALL(kexec_load), CALL(bpf), CALL(perf_event_open), CALL(userfaultfd), CALL(reboot),
	CALL(io_uring_setup), CALL(clock_settime), CALL(keyctl), CALL(add_key),
};
/* clang-format on */

static void
each_of_these_calls_kills_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++) {
		const pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			const char *reason = "";

			must(privileges_drop(false, NULL, &reason), reason);
			syscall(deadly[i].number, -1, -1, -1, -1, -1, -1);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s does not kill it: status %d", deadly[i].name, status);
	}
}

#define MUST_BE_UNKNOWN(call) must((call) == -1 && errno == ENOSYS, #call " is unknown")

static void
check_other_calls(void)
{
	MUST_BE_UNKNOWN(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
	MUST_BE_UNKNOWN(chown("/", 0, 0));
	MUST_BE_UNKNOWN(syscall(SYS_memfd_create, "x", 0));
	MUST_BE_UNKNOWN(kill(getppid(), 0));
	MUST_BE_UNKNOWN(setrlimit(RLIMIT_CORE, &(struct rlimit){0}));
}

static void
all_that_it_does_not_need_is_unknown(void **state)
{
	(void)state;
	in_a_daemon(false, check_other_calls);
}

static void
check_setns(void)
{
	MUST(setns(-1, CLONE_NEWNET) == -1 && errno == EBADF);
}

static void
enters_namespaces_if_it_has_to(void **state)
{
	(void)state;
	in_a_daemon(true, check_setns);
}

/* A number of /proc/self/status. */
static unsigned long long
own_status(const char *field)
{
	char text[8192], *found;
	const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	const ssize_t length = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;

	must(length > 0, "/proc/self/status can be read");
	close(fd);
	text[length] = '\0';
	found = strstr(text, field);
	must(found != NULL, field);
	return strtoull(found + strlen(field), NULL, 16);
}

static void
check_rights(void)
{
	MUST(own_status("\nNoNewPrivs:") == 1);
	MUST(own_status("\nSeccomp:") == 2);
	MUST((own_status("\nCapPrm:") & ~(1ULL << CAP_NET_ADMIN)) == 0);
	MUST((own_status("\nCapEff:") & ~(1ULL << CAP_NET_ADMIN)) == 0);
}

static void
keeps_no_capability_but_net_admin_and_gains_none(void **state)
{
	(void)state;
	in_a_daemon(false, check_rights);
}

static void
cannot_be_dumped(void **state)
{
	const pid_t child = fork();
	int status;

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct rlimit core;

		MUST(privileges_hide_memory());
		MUST(prctl(PR_GET_DUMPABLE) == 0);
		MUST(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Started with it, the child has it still; started without any, it has nothing to give up. */
static void
check_net_admin(void)
{
	MUST(own_status("\nCapEff:") >> CAP_NET_ADMIN & 1);
}

static void
keeps_net_admin_if_it_was_there(void **state)
{
	(void)state;
	assert_int_equal(capng_get_caps_process(), 0);
	if (!capng_have_capability(CAPNG_PERMITTED, CAP_NET_ADMIN))
		skip();
	in_a_daemon(false, check_net_admin);
}

static void
check_daily_work(void)
{
	MUST(open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0);
	MUST(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_XFRM) >= 0);
	MUST(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0);
}

static void
can_still_work(void **state)
{
	(void)state;
	in_a_daemon(false, check_daily_work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_of_these_calls_kills_it),
		cmocka_unit_test(all_that_it_does_not_need_is_unknown),
		cmocka_unit_test(enters_namespaces_if_it_has_to),
		cmocka_unit_test(cannot_be_dumped),
		cmocka_unit_test(keeps_no_capability_but_net_admin_and_gains_none),
		cmocka_unit_test(keeps_net_admin_if_it_was_there),
		cmocka_unit_test(can_still_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
