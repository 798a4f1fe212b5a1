/* SPDX-License-Identifier: BSD-3-Clause */
#include "net_snmp.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clear_text.h"
#include "config_file.h"
#include "daemon.h"
#include "snmp_engine.h"
#include "snmp/agentx_link.h"
#include "snmp/fair_socket.h"
#include "snmp/standard_groups.h"
#include "snmp/trap_sinks.h"

/* Its file is this with .conf. */
static const char application[] = "ipsec-spi-agent";

void
net_snmp_start_log(const struct options *options)
{
	if (!options->logging_chosen && options->foreground) {
		snmp_enable_stderrlog();
	} else if (!options->logging_chosen) {
		snmp_enable_syslog_ident(application, LOG_DAEMON);
		/* Errors that keep a daemon from starting are also reported on its terminal. */
		netsnmp_register_loghandler(NETSNMP_LOGHANDLER_STDERR, LOG_WARNING);
	}
	if (options->debug_tokens) {
		debug_register_tokens(options->debug_tokens);
		snmp_set_do_debugging(1);
	}
}

void
net_snmp_leave_terminal(const struct options *options)
{
	if (!options->logging_chosen)
		snmp_disable_stderrlog();
	daemon_is_ready(snmp_stderrlog_status() != 0);
}

/* MIB files are not read, since that would only cost time, and so none are reported missing. */
static void
use_no_mib_files(void)
{
	setenv("MIBS", "", 1);
	setenv("MIBDIRS", "/nonexistent", 1);
}

/* SMUX is what AgentX replaced; without a master, net-snmp would listen for it on a separate port (199). */
static void
leave_smux_out(void)
{
	char modules[] = "-smux";

	add_to_init_list(modules);
}

/* net-snmp's reader has no option for "this file or nothing": it is told to read this one in addition to none. */
static bool
choose_config_file(const char *path, char error[ERROR_LINE_SIZE])
{
	if (!path)
		return true;
	if (access(path, R_OK) < 0) {
		snprintf(error, ERROR_LINE_SIZE, "%s: %s", path, strerror(errno));
		return false;
	}
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_OPTIONALCONFIG, path);
	return true;
}

/* net-snmp frees the argument of a callback when it shuts down, so this one cannot be passed directly. */
static const struct options *the_options;

/* The command line takes precedence over the file, which has been read when this is called. */
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
 * Without a master, unless the file says otherwise. net-snmp would fill an answer to 65,535 octets, and then fail to
 * send it by UDP, which carries 65,507 over IPv4; and it would put at most 100 values into it, although there is room
 * for a thousand.
 */
static void
set_engine_defaults(void)
{
	enum { UDP_OCTETS = 65507, VALUES_AN_ANSWER = 1000 };

	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MSG_SEND_MAX, UDP_OCTETS);
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_MAX_GETBULKRESPONSES, VALUES_AN_ANSWER);
}

/*
 * Where net-snmp would keep state, of which there is none (snmp_engine.h) except an index of certificates: not among
 * the files of others by default.  It would also read any configuration that it finds there.
 */
static void
use_no_persistent_files(const struct state_directory *state)
{
	if (state && !getenv("SNMP_PERSISTENT_DIR")) {
		set_persistent_directory(state_directory_path(state));
		mkdirat(state_directory_fd(state), "cert_indexes", 0700); /* which it would mention */
	}
	setenv("SNMPCONFPATH", get_configuration_directory(), 0);
}

static struct state_directory *
open_state(const struct settings *settings, bool is_engine)
{
	const char *const path = settings_state_directory(settings);
	const char *const consequence = is_engine ? ", and makes this another SNMPv3 engine" : "";
	char error[ERROR_LINE_SIZE];
	struct state_directory *state;

	if (path[0] == '\0') {
		if (is_engine)
			snmp_log(LOG_NOTICE, "state-directory none: a restart makes this another SNMPv3 engine\n");
		return NULL;
	}
	state = state_directory_open(path, error);
	if (!state)
		snmp_log(LOG_WARNING,
			 "cannot keep state: %s; a restart may give tunnels other indexes%s (state-directory)\n", error,
			 consequence);
	return state;
}

/* Settings that must be made before net-snmp's agent is initialised. */
static bool
prepare(struct options *options, struct state_directory **state, char error[ERROR_LINE_SIZE])
{
	struct settings peeked;
	const char *addresses;

	the_options = options;
	use_no_mib_files();
	netsnmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_READ_CONFIG, on_config_read, NULL,
				  NETSNMP_CALLBACK_HIGHEST_PRIORITY);
	if (!choose_config_file(options->config_file, error))
		return false;
	addresses = config_file_peek(application, options->config_file, &peeked);
	if (!options->listen_on && !options->agentx_master)
		options->listen_on = addresses;
	*state = open_state(&peeked, options->listen_on != NULL);
	use_no_persistent_files(*state);
	if (options->listen_on)
		snmp_engine_recall(*state);
	else
		agentx_link_prepare(options->agentx_master);
	leave_smux_out();
	return true;
}

/* And before it reads its configuration. */
static void
register_words(const struct options *options)
{
	if (options->listen_on) {
		set_engine_defaults();
		standard_groups_register();
	} else {
		agentx_link_take_over();
	}
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_DONT_LOG_TCPWRAPPERS_CONNECTS, 1);
	config_file_register(application, options);
	trap_sinks_register(options->listen_on != NULL);
}

/* One of the addresses that net-snmp would open itself, if there were no queues. */
static bool
listen_at(const char *address)
{
	netsnmp_transport *const transport = netsnmp_transport_open_server("snmp", address);

	if (!transport)
		return false;
	if (!fair_socket_make(transport))
		snmp_log(LOG_WARNING, "%s: one queue for all who send: %s; a flood from one of them shuts others out\n",
			 address, strerror(errno));
	return netsnmp_register_agent_nsap(transport) >= 0;
}

/* Without a master. */
static bool
listen_there(const char *addresses, struct state_directory *state, char error[ERROR_LINE_SIZE])
{
	char *const list = strdup(addresses);
	char *rest = list, *address;
	bool done = list != NULL;

	snmp_engine_keep(state);
	clear_text_warn(addresses);
	/* As net-snmp parses them: a comma at the end is ignored. */
	for (address = strsep(&rest, ","); done && address; address = rest && *rest ? strsep(&rest, ",") : NULL)
		done = listen_at(address);
	free(list);
	/* What net-snmp still does apart from listening. */
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS, "none");
	if (done && init_master_agent() == 0)
		return true;
	snprintf(error, ERROR_LINE_SIZE,
		 "cannot listen on %s: the address is wrong or in use, or the port is not permitted", addresses);
	return false;
}

bool
net_snmp_start(struct options *options, struct settings *settings, struct state_directory **state,
	       char error[ERROR_LINE_SIZE])
{
	if (!prepare(options, state, error))
		return false;
	config_file_register_words(application);
	init_agent(application);
	register_words(options);
	config_file_begin();
	init_snmp(application);
	if (config_file_end(settings) > 0) {
		snprintf(error, ERROR_LINE_SIZE, "not started: the configuration has errors, see above");
		return false;
	}
	return !options->listen_on || listen_there(options->listen_on, *state, error);
}

unsigned
net_snmp_read_again(struct settings *settings)
{
	config_file_begin();
	update_config();
	return config_file_end(settings);
}

void
net_snmp_stop(void)
{
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	snmp_shutdown(application);
	shutdown_agent();
}
