/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsec-spi-agent: the life of the daemon from the command line to the end. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/fd_event_manager.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "snmp/agentx_link.h"
#include "daemon.h"
#include "serve/mib_parts.h"
#include "net_snmp.h"
#include "options.h"
#include "print_once.h"
#include "privileges.h"
#include "sa/sa_store.h"
#include "snmp/turn.h"
#include "serve/view.h"

static const char application[] = "ipsec-spi-agent";

struct agent {
	struct options options;
	struct settings settings;
	struct views views;
	struct agentx_link *link;      /* NULL: the agent runs without a master */
	struct state_directory *state; /* NULL: no state is kept */
	int signals;		       /* signalfd */
	struct turn reload;	       /* the configuration is being read or applied */
	struct settings next;	       /* the settings that are being applied */
	bool reload_again;	       /* SIGHUP arrived meanwhile */
	bool reloading;
	bool stop;
};

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s%s%s\n", application, what, why[0] ? ": " : "", why);
	return 1;
}

/* --- signals ----------------------------------------------------------------------------------- */

static bool
same_sources(const struct settings *a, const struct settings *b)
{
	return a->source == b->source && strcmp(a->klips_file, b->klips_file) == 0 &&
	       strcmp(a->state_directory, b->state_directory) == 0 && a->namespace_count == b->namespace_count &&
	       memcmp(a->namespaces, b->namespaces, sizeof(a->namespaces)) == 0 &&
	       mib_oid_compare(a->oid_root.subids, a->oid_root.length, b->oid_root.subids, b->oid_root.length) == 0;
}

static void
begin_reload(struct agent *agent)
{
	struct settings *const settings = &agent->next;

	if (net_snmp_read_again(settings) > 0) {
		snmp_log(LOG_ERR, "the configuration has errors, see above; nothing changed%s\n",
			 agent->options.listen_on ? ", except net-snmp's words (access, trap sinks), which were read"
						  : "");
		return;
	}
	if (!same_sources(settings, &agent->settings))
		snmp_log(LOG_WARNING,
			 "source, klips-file, netns, state-directory and oid-root change only with a restart\n");
	views_configure(&agent->views, settings);
	if (agent->link)
		agentx_link_allow_direct(agent->link, settings->agentx_direct);
	agent->reloading = true;
	turn_request(&agent->reload);
}

static void
go_on_with_reload(void *data)
{
	struct agent *const agent = data;

	if (!views_configure_step(&agent->views)) {
		turn_request(&agent->reload);
		return;
	}
	agent->reloading = false;
	snmp_log(LOG_NOTICE, "read the configuration again\n");
	if (agent->reload_again)
		begin_reload(agent);
	agent->reload_again = false;
}

static void
reload(struct agent *agent)
{
	if (agent->reloading)
		agent->reload_again = true;
	else
		begin_reload(agent);
}

static void
on_signal(int fd, void *data)
{
	struct agent *agent = data;
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(agent);
		else
			agent->stop = true;
	}
}

/* Signals stay pending until the event loop can take them, so that an early one is a clean stop, too. */
static bool
keep_signals(struct agent *agent)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	agent->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return agent->signals >= 0;
}

static bool
receive_signals(struct agent *agent)
{
	return register_readfd(agent->signals, on_signal, agent) == FD_REGISTERED_OK;
}

/* --- main -------------------------------------------------------------------------------------- */

static int
run(struct agent *agent)
{
	const char *reason;

	agent->reload = (struct turn){.take = go_on_with_reload, .data = agent};
	if (!receive_signals(agent))
		return fail("cannot receive signals", "");
	if (!privileges_drop(agent->settings.namespace_count > 0, agent->state, &reason))
		return fail(reason, strerror(errno));
	if (!views_start(&agent->views, &agent->settings, agent->link))
		return fail("out of memory", "");
	if (!agent->options.foreground)
		net_snmp_leave_terminal(&agent->options);
	snmp_log(LOG_NOTICE, "%s %s started\n", application, VERSION);
	if (agent->link)
		agentx_link_start(agent->link);
	while (!agent->stop) {
		turns_take();
		agent_check_and_process(turns_are_requested() ? 0 : 1);
	}
	snmp_log(LOG_NOTICE, "%s stopped\n", application);
	return 0;
}

static bool
make_link(struct agent *agent, char error[ERROR_LINE_SIZE])
{
	if (agent->options.listen_on)
		return true;
	agent->link = agentx_link_new(agent->settings.oid_root.subids, agent->settings.oid_root.length);
	if (!agent->link) {
		snprintf(error, ERROR_LINE_SIZE, "out of memory");
		return false;
	}
	agentx_link_allow_direct(agent->link, agent->settings.agentx_direct);
	return true;
}

static int
serve(struct agent *agent)
{
	char error[ERROR_LINE_SIZE];
	int status;

	if (!agent->options.foreground && !daemon_begin())
		return fail("cannot become a daemon", strerror(errno));
	if (!keep_signals(agent))
		return fail("cannot receive signals", strerror(errno));
	net_snmp_start_log(&agent->options);
	if (!net_snmp_start(&agent->options, &agent->settings, &agent->state, error))
		return fail(error, "");
	if (!views_open(&agent->views, &agent->settings, agent->state, error))
		return fail(error, "");
	status = make_link(agent, error) && mib_register(&agent->views, &agent->settings, agent->link, error)
			 ? run(agent)
			 : fail(error, "");
	agentx_link_free(agent->link);
	net_snmp_stop();
	views_close(&agent->views);
	state_directory_close(agent->state);
	return status;
}

static int
print(const struct agent *agent)
{
	const struct settings *settings = &agent->options.given;
	struct source *source;
	char error[ERROR_LINE_SIZE];

	if (!privileges_hide_memory())
		return fail(PRIVILEGES_MEMORY_SEEN, strerror(errno));
	source = view_open_source(settings, &settings->namespaces[0], error);
	if (!source)
		return fail(error, "");
	return print_once(source, agent->options.policies ? PRINT_POLICIES : PRINT_SAS, agent->options.format);
}

/*
 * Memory for many SAs is returned to the system once they are gone; the C library would keep most of it.  Memory for an
 * answer is kept, so that the next one finds its pages mapped: net-snmp allocates 64 KiB to receive a request, and up
 * to a megabyte for a thousand values.
 */
static void
return_large_blocks(void)
{
	enum { MORE_THAN_A_DATAGRAM = 96 * 1024, MORE_THAN_AN_ANSWER = 4 * 1024 * 1024 };

	_Static_assert(SA_STORE_CHUNK_WORDS * sizeof(uint32_t) > MORE_THAN_A_DATAGRAM,
		       "chunks of SAs are large blocks");
	mallopt(M_MMAP_THRESHOLD, MORE_THAN_A_DATAGRAM);
	mallopt(M_TRIM_THRESHOLD, MORE_THAN_AN_ANSWER);
}

int
main(int argc, char *argv[])
{
	static struct agent agent;

	return_large_blocks();
	switch (options_parse(&agent.options, argc, argv)) {
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		return 2;
	case OPTIONS_RUN:
		break;
	}
	return agent.options.print_once ? print(&agent) : serve(&agent);
}
