/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * check_ipsec_tunnels: a plugin for Nagios, Icinga and the like that checks whether an agent's tunnels are up: one
 * line, and an exit status (Monitoring Plugins Development Guidelines).
 */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_options.h"
#include "mib_client.h"

/* A plugin ends in time, whatever it is waiting for. */
static char too_late[80];

static void
on_alarm(int number)
{
	(void)number;
	if (write(STDOUT_FILENO, too_late, strlen(too_late)) < 0)
		_exit(CHECK_UNKNOWN);
	_exit(CHECK_UNKNOWN);
}

static void
end_in_time(unsigned seconds)
{
	struct sigaction action = {.sa_handler = on_alarm};

	snprintf(too_late, sizeof(too_late), "IPSEC UNKNOWN - no complete answer within %u s\n", seconds);
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

static enum check_status
check(const struct check_options *options, netsnmp_session *template)
{
	const struct mib_client_options client = {
		.table = &mib_tunnel_table, .root = options->root, .in_any_state = true};
	struct row_list rows = {.row_size = mib_tunnel_table.columns->row_size};
	struct mib_session session = {0};
	struct agent_state state;
	char reason[MIB_ERROR_SIZE + 300];
	enum check_status status;
	bool good = mib_session_open(&session, template);

	if (good && mib_client_read(&session, &client, &rows, &state)) {
		status = check_verdict_print(stdout, &options->wishes, &state, rows.rows, rows.count);
	} else {
		snprintf(reason, sizeof(reason), "%.256s: %s", template->peername, session.error);
		status = check_unknown_print(stdout, reason);
	}
	if (good)
		mib_session_close(&session);
	row_list_free(&rows);
	return status;
}

int
main(int argc, char **argv)
{
	struct check_options options;
	netsnmp_session template;
	int status = check_parse_options(argc, argv, &options, &template);

	if (status < 0) {
		end_in_time(options.timeout_seconds);
		status = (int)check(&options, &template);
	}
	check_options_free(&options);
	return fflush(stdout) == 0 && !ferror(stdout) ? status : CHECK_UNKNOWN;
}
