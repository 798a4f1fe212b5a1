/* SPDX-License-Identifier: BSD-3-Clause */

/* ipsec-spi-agent: the daemon's life from its command line to its end. */

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
#include "config_file.h"
#include "daemon.h"
#include "serve/mib_parts.h"
#include "options.h"
#include "print_once.h"
#include "privileges.h"
#include "sa/sa_store.h"
#include "snmp/standard_groups.h"
#include "snmp/trap_sinks.h"
#include "snmp/turn.h"
#include "serve/view.h"

static const char application[] = "ipsec-spi-agent";

struct agent {
	struct options options;
	struct settings settings;
	struct views views;
	struct agentx_link *link; /* NULL: the agent is an engine of its own */
	int signals;		  /* signalfd */
	bool stop;
};

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s%s%s\n", application, what, why[0] ? ": " : "", why);
	return 1;
}

/* --- net-snmp ---------------------------------------------------------------------------------- */

static void
start_logging(const struct options *options)
{
	if (!options->logging_chosen && options->foreground) {
		snmp_enable_stderrlog();
	} else if (!options->logging_chosen) {
		snmp_enable_syslog_ident(application, LOG_DAEMON);
		/* What keeps a daemon from starting is said to who started it, too. */
		netsnmp_register_loghandler(NETSNMP_LOGHANDLER_STDERR, LOG_WARNING);
	}
	if (options->debug_tokens) {
		debug_register_tokens(options->debug_tokens);
		snmp_set_do_debugging(1);
	}
}

/* The daemon runs: it lets go of the terminal, unless its user wants the log there. */
static void
leave_terminal(const struct options *options)
{
	if (!options->logging_chosen)
		snmp_disable_stderrlog();
	daemon_is_ready(snmp_stderrlog_status() != 0);
}

/* No MIB files are read, and none missed; they would only cost time. */
static void
use_no_mib_files(void)
{
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/nonexistent", 1);
}

/* SMUX is what AgentX replaced; as an engine, net-snmp would listen for it on a port of its own (199). */
static void
leave_smux_out(void)
{
	char modules[] = "-smux";

	add_to_init_list(modules);
}

/* net-snmp's reader has no option for "this file or nothing": it is told to read this one besides none. */
static bool
choose_config_file(const char *path)
{
	if (!path)
		return true;
	if (access(path, R_OK) < 0) {
		fail(path, strerror(errno));
		return false;
	}
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_OPTIONALCONFIG, path);
	return true;
}

/* net-snmp frees the argument of a callback when it shuts down, so that this one cannot be handed over. */
static const struct options *the_options;

/* What the command line says wins over the file, which has been read when this is called. */
static void
override_addresses(const struct options *options)
{
	if (options->agentx_master)
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, options->agentx_master);
	if (options->listen_on)
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS, options->listen_on);
}

static int
on_config_read(int major, int minor, void *serverarg, void *clientarg)
{
	(void)major;
	(void)minor;
	(void)serverarg;
	(void)clientarg;
	override_addresses(the_options);
	return SNMP_ERR_NOERROR;
}

/*
 * Of a whole engine, unless the file says otherwise. net-snmp would fill an answer to 65,535 octets, and then not be able to send
 * it by UDP, which carries 65,507 over IPv4; and it would put 100 values into it at most, where that has
 * room for a thousand.
 */
static void
set_engine_defaults(void)
{
	enum { UDP_OCTETS = 65507, VALUES_AN_ANSWER = 1000 };

	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MSG_SEND_MAX, UDP_OCTETS);
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_MAX_GETBULKRESPONSES, VALUES_AN_ANSWER);
}

static int
start_snmp(struct agent *agent)
{
	struct options *options = &agent->options;

	the_options = options;
	use_no_mib_files();
	netsnmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_READ_CONFIG, on_config_read, NULL,
				  NETSNMP_CALLBACK_HIGHEST_PRIORITY);
	if (!choose_config_file(options->config_file))
		return 1;
	if (!options->listen_on && !options->agentx_master)
		options->listen_on = config_file_addresses(application, options->config_file);
	if (!options->listen_on)
		agentx_link_prepare(options->agentx_master);
	leave_smux_out();
	init_agent(application);
	if (options->listen_on) {
		set_engine_defaults();
		standard_groups_register();
	} else {
		agentx_link_take_over();
	}
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_DONT_LOG_TCPWRAPPERS_CONNECTS, 1);
	config_file_register(application, options);
	trap_sinks_register(options->listen_on != NULL);
	config_file_begin();
	init_snmp(application);
	if (config_file_end(&agent->settings) > 0)
		return fail("not started", "the configuration has errors, see above");
	if (options->listen_on && init_master_agent() != 0)
		return fail(options->listen_on,
			    "cannot listen there (is the address right and free, and the port permitted?)");
	return 0;
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
reload(struct agent *agent)
{
	struct settings settings;

	config_file_begin();
	update_config();
	if (config_file_end(&settings) > 0) {
		snmp_log(LOG_ERR, "the configuration has errors, see above: nothing changed%s\n",
			 agent->options.listen_on ? ", but for net-snmp's words (access, trap sinks), which were read"
						  : "");
		return;
	}
	if (!same_sources(&settings, &agent->settings))
		snmp_log(LOG_WARNING,
			 "source, klips-file, netns, state-directory and oid-root change only with a restart\n");
	views_configure(&agent->views, &settings);
	snmp_log(LOG_NOTICE, "read the configuration again\n");
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

/* They are kept until the event loop can take them, so that one that comes early is a clean stop, too. */
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

	if (!receive_signals(agent))
		return fail("cannot receive signals", "");
	if (!privileges_drop(agent->settings.namespace_count > 0, &reason))
		return fail(reason, strerror(errno));
	if (!views_start(&agent->views, &agent->settings, agent->link))
		return fail("out of memory", "");
	if (!agent->options.foreground)
		leave_terminal(&agent->options);
	snmp_log(LOG_NOTICE, "%s %s started\n", application, VERSION);
	if (agent->link)
		agentx_link_start(agent->link);
	while (!agent->stop) {
		turns_take();
		agent_check_and_process(turns_are_asked() ? 0 : 1);
	}
	snmp_log(LOG_NOTICE, "%s stopped\n", application);
	return 0;
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
	start_logging(&agent->options);
	status = start_snmp(agent);
	if (status != 0)
		return status;
	if (!views_open(&agent->views, &agent->settings, error))
		return fail(error, "");
	if (!agent->options.listen_on)
		agent->link = agentx_link_new(agent->settings.oid_root.subids, agent->settings.oid_root.length);
	if (!agent->options.listen_on && !agent->link)
		return fail("out of memory", "");
	status = mib_register(&agent->views, &agent->settings, agent->link, error) ? run(agent) : fail(error, "");
	agentx_link_free(agent->link);
	snmp_shutdown(application);
	shutdown_agent();
	views_close(&agent->views);
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
	return print_once(source, agent->options.format);
}

/*
 * What many SAs needed goes back to the system once they are gone; the C library would keep most of it for itself. What an
 * answer needs stays, so that the next one finds its pages there: net-snmp takes 64 KiB to receive a request, and up to a
 * megabyte for a thousand values.
 */
static void
return_large_blocks(void)
{
	enum { MORE_THAN_A_DATAGRAM = 96 * 1024, MORE_THAN_AN_ANSWER = 4 * 1024 * 1024 };

	_Static_assert(SA_STORE_CHUNK_WORDS * sizeof(uint64_t) > MORE_THAN_A_DATAGRAM,
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
