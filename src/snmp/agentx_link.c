/* SPDX-License-Identifier: BSD-3-Clause */
#include "snmp/agentx_link.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_callbacks.h>
#include <net-snmp/agent/agent_trap.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "snmp/agentx_direct.h"

/*
 * net-snmp tries to connect each agentXPingInterval, and pings an idle master as often.  All of its exchanges are
 * synchronous, so that a master that hangs holds them up for the timeout (there are no retries).  An attempt to
 * connect has to be over well before the next is due: net-snmp runs alarms until none is due, and nothing else
 * meanwhile.
 */
enum { PING_SECONDS = 1, TIMEOUT_US = 1000000, OPEN_TIMEOUT_US = 500000, CONNECT_TIMEOUT_US = 250000 };

/* A session's version, beside those of SNMP: AGENTX_VERSION_1 of net-snmp's agent/mibgroup/agentx/protocol.h. */
enum { AGENTX_SESSION_VERSION = 0xC1 };

/* The library's callbacks have no argument of ours. */
static struct {
	netsnmp_session *session; /* NULL while there is none */
	unsigned number;
	void (*changed)(void *data);
	void *changed_data;
} state;

static const char *
master_name(void)
{
	const char *name = netsnmp_ds_get_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET);

	return name ? name : NETSNMP_AGENTX_SOCKET;
}

static void
interrupt(int signal)
{
	(void)signal; /* its only use is that a blocking connect() ends with EINTR */
}

/*
 * connect() to the socket of a stopped master blocks without end once the master's backlog is full.  While there
 * is no connection, a timer interrupts it.
 */
static void
arm_interrupter(bool on)
{
	const struct timeval period = {0, on ? CONNECT_TIMEOUT_US : 0};
	const struct itimerval timer = {period, period};
	const struct sigaction action = {.sa_handler = interrupt}; /* without SA_RESTART */

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static int
on_session_made(int major, int minor, void *serverarg, void *clientarg)
{
	netsnmp_session *session = serverarg;

	(void)major;
	(void)minor;
	(void)clientarg;
	if (session->version == AGENTX_SESSION_VERSION) {
		session->retries = 0;
		session->timeout = OPEN_TIMEOUT_US;
	}
	return SNMP_ERR_NOERROR;
}

static void
take_session(netsnmp_session *session)
{
	state.session = session;
	if (session)
		state.number++;
	arm_interrupter(!session);
	if (state.changed)
		state.changed(state.changed_data);
}

/*
 * net-snmp makes the session a trap sink, too.  But our notifications go their own way (notifier.c), and net-snmp closes
 * its trap sinks, behind the subagent's back, when it reads its configuration again.
 */
static int
on_connected(int major, int minor, void *serverarg, void *clientarg)
{
	netsnmp_session *session = serverarg;

	(void)major;
	(void)minor;
	(void)clientarg;
	session->timeout = TIMEOUT_US;
	remove_trap_session(session);
	agentx_direct_follow(session);
	take_session(session);
	snmp_log(LOG_NOTICE, "connected to the AgentX master at %s\n", master_name());
	return SNMP_ERR_NOERROR;
}

static int
on_disconnected(int major, int minor, void *serverarg, void *clientarg)
{
	(void)major;
	(void)minor;
	(void)serverarg;
	(void)clientarg;
	if (state.session)
		snmp_log(LOG_WARNING, "lost the AgentX master at %s; trying again every second\n", master_name());
	take_session(NULL);
	return SNMP_ERR_NOERROR;
}

void
agentx_link_prepare(const char *master)
{
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_CONNECTION_WARNINGS, 1);
	if (master)
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, master);
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_SESSION_INIT, on_session_made, NULL);
	snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START, on_connected, NULL);
	snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP, on_disconnected, NULL);
	arm_interrupter(true);
}

void
agentx_link_set_defaults(void)
{
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, PING_SECONDS);
}

/* Whether there is a socket, or a folder on the way to it, that keeps us out. */
static bool
socket_is_forbidden(void)
{
	static const char prefix[] = "unix:";
	const char *name = master_name();

	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		name += sizeof(prefix) - 1;
	return name[0] == '/' && faccessat(AT_FDCWD, name, W_OK, AT_EACCESS) < 0 && errno == EACCES;
}

void
agentx_link_report(void)
{
	if (state.session)
		return;
	if (socket_is_forbidden())
		snmp_log(LOG_WARNING,
			 "not allowed to use the AgentX master's socket %s; trying every second (has snmpd's "
			 "configuration \"agentXPerms 0660 0711 root GROUP\", with a group of this user?)\n",
			 master_name());
	else
		snmp_log(
			LOG_WARNING,
			"no AgentX master at %s yet; trying every second (is snmpd running, with \"master agentx\"?)\n",
			master_name());
}

netsnmp_session *
agentx_link_session(void)
{
	return state.session;
}

unsigned
agentx_link_number(void)
{
	return state.number;
}

void
agentx_link_on_change(void (*changed)(void *data), void *data)
{
	state.changed = changed;
	state.changed_data = data;
}
