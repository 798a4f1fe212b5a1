/* SPDX-License-Identifier: BSD-3-Clause */
#include "daemon.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The end of the pipe on which the daemon reports that it is ready; if it is closed without that, the daemon has ended.
 */
static int verdict = -1;

static _Noreturn void
wait_for_verdict(int fd)
{
	char ready;
	ssize_t got;

	do {
		got = read(fd, &ready, 1);
	} while (got < 0 && errno == EINTR);
	_exit(got == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

bool
daemon_begin(void)
{
	const int here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int ends[2], who;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	who = netsnmp_daemonize(0, 1);
	if (who < 0)
		return false;
	if (who > 0) {
		close(ends[1]);
		wait_for_verdict(ends[0]);
	}
	close(ends[0]);
	verdict = ends[1];
	/*
	 * netsnmp_daemonize() changes to the root directory; if the current one cannot be opened, relative names were
	 * useless anyway.
	 */
	if (here >= 0) {
		if (fchdir(here) < 0)
			return false;
		close(here);
	}
	return true;
}

void
daemon_is_ready(bool logs_to_stderr)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= (logs_to_stderr ? STDOUT_FILENO : STDERR_FILENO); fd++)
		dup2(null, fd);
	if (null >= 0)
		close(null);
	if (write(verdict, "", 1) != 1)
		snmp_log(LOG_DEBUG, "the process that waited for the daemon is gone\n");
	close(verdict);
}
