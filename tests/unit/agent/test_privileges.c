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
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
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
#define MUST_BE_FORBIDDEN(call) must((call) == -1 && errno == EPERM, #call " is forbidden")

static void
in_a_daemon(bool enters_namespaces, void (*check)(void))
{
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		const char *reason = "";

		must(privileges_drop(enters_namespaces, &reason), reason);
		check();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
check_other_programs(void)
{
	char name[] = "true";
	char *const arguments[] = {name, NULL};

	MUST_BE_FORBIDDEN(execve("/bin/true", arguments, NULL));
	MUST_BE_FORBIDDEN(fexecve(STDIN_FILENO, arguments, arguments + 1));
	MUST_BE_FORBIDDEN(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static void
runs_no_other_program(void **state)
{
	(void)state;
	in_a_daemon(false, check_other_programs);
}

static void
check_places(void)
{
	MUST_BE_FORBIDDEN(mount("none", "/", "tmpfs", 0, NULL));
	MUST_BE_FORBIDDEN(chroot("/"));
	MUST_BE_FORBIDDEN(unshare(0));
	MUST_BE_FORBIDDEN(setns(-1, CLONE_NEWNET));
}

static void
stays_where_it_is(void **state)
{
	(void)state;
	in_a_daemon(false, check_places);
}

static void
check_setns(void)
{
	MUST(setns(-1, CLONE_NEWNET) == -1 && errno == EBADF);
	MUST_BE_FORBIDDEN(unshare(0));
}

static void
enters_namespaces_only_if_it_has_to(void **state)
{
	(void)state;
	in_a_daemon(true, check_setns);
}

static void
check_secrecy(void)
{
	struct rlimit core;

	MUST(prctl(PR_GET_DUMPABLE) == 0);
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	MUST(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0);
}

static void
cannot_be_dumped_or_gain_privileges(void **state)
{
	(void)state;
	in_a_daemon(false, check_secrecy);
}

static void
check_capabilities(void)
{
	MUST(capng_get_caps_process() == 0);
	for (int capability = 0; capability <= CAP_LAST_CAP; capability++) {
		if (capability == CAP_NET_ADMIN)
			continue;
		MUST(!capng_have_capability(CAPNG_PERMITTED, (unsigned)capability));
		MUST(!capng_have_capability(CAPNG_EFFECTIVE, (unsigned)capability));
	}
}

static void
keeps_no_capability_but_net_admin(void **state)
{
	(void)state;
	in_a_daemon(false, check_capabilities);
}

/* Started with it, the child has it still; started without any, it has nothing to give up. */
static void
check_net_admin(void)
{
	MUST(capng_get_caps_process() == 0);
	MUST(capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN));
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
		cmocka_unit_test(runs_no_other_program),
		cmocka_unit_test(stays_where_it_is),
		cmocka_unit_test(enters_namespaces_only_if_it_has_to),
		cmocka_unit_test(cannot_be_dumped_or_gain_privileges),
		cmocka_unit_test(keeps_no_capability_but_net_admin),
		cmocka_unit_test(keeps_net_admin_if_it_was_there),
		cmocka_unit_test(can_still_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
