/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_file.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/comment.h"
#include "config_words.h"
#include "net_snmp_words.h"

/* The reader's callbacks have no argument for us: the one place with state about the file. */
static struct {
	const struct options *options;
	const char *application;
	const char *file_name; /* the beginning, or a part, of complaints about our file */
	struct settings read;
	char addresses[512];
	bool listening;
	unsigned complaints;
} config;

static void
take_address(const char *word, char *value)
{
	const size_t used = strlen(config.addresses);

	(void)word;
	comment_cut(value);
	snprintf(config.addresses + used, sizeof(config.addresses) - used, "%s%s", used ? "," : "", value);
}

static void
leave_word(const char *word, char *value)
{
	(void)word;
	(void)value;
}

/* Errors in it are reported when it is read again, with all others. */
static void
take_state_directory(const char *word, char *value)
{
	comment_cut(value);
	config_word_set(&config.read, word, value);
}

/*
 * net-snmp reads some directives in advance, and reports no errors then, so these can be read, too.  But it would
 * report lines such as "[snmp] logOption ...", since no directive of snmp.conf is registered yet.
 */
const char *
config_file_peek(const char *application, const char *file, struct settings *settings)
{
	static const char address[] = "agentaddress", directory[] = "state-directory";

	settings_init(&config.read);
	register_prenetsnmp_mib_handler("snmp", address, leave_word, NULL, NULL);
	register_prenetsnmp_mib_handler(application, address, take_address, NULL, "ADDRESS");
	register_prenetsnmp_mib_handler(application, directory, take_state_directory, NULL, "PATH|none");
	if (file)
		read_config(file, read_config_get_handlers(application), PREMIB_CONFIG);
	else
		read_config_files(PREMIB_CONFIG);
	unregister_config_handler(application, directory);
	unregister_config_handler(application, address);
	unregister_config_handler("snmp", address);
	*settings = config.read;
	return config.addresses[0] ? config.addresses : NULL;
}

static void
take_word(const char *word, char *value)
{
	const char *reason;

	comment_cut(value);
	reason = config_word_set(&config.read, word, value);
	if (reason)
		netsnmp_config_error("%s %s: %s", word, value, reason);
}

static void
forget_words(void)
{
	tunnel_names_free(&config.read.tunnels.names);
	settings_init(&config.read);
}

/* net-snmp's complaints are "FILE: line N: Warning: Unknown token: x." (config_vlog in read_config.c). */
static int
listen_to_log(int major, int minor, void *serverarg, void *clientarg)
{
	const struct snmp_log_message *message = serverarg;

	(void)major;
	(void)minor;
	(void)clientarg;
	if (config.listening && message->priority <= LOG_WARNING && strstr(message->msg, ": line ") &&
	    strstr(message->msg, config.file_name))
		config.complaints++;
	return SNMP_ERR_NOERROR;
}

void
config_file_register_words(const char *application)
{
	for (size_t i = 0; i < config_words_count; i++)
		register_config_handler(application, config_words[i].word, take_word, i == 0 ? forget_words : NULL,
					config_words[i].help);
}

void
config_file_register(const char *application, const struct options *options)
{
	config.options = options;
	config.application = application;
	config.file_name = options->config_file ? options->config_file : application;
	forget_words();
	net_snmp_words_register();
	/* In this order: a debug message while the callback is registered would wait for itself. */
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, listen_to_log, NULL);
	snmp_enable_calllog();
}

/* net-snmp silently skips a file that it may not read. */
static void
complain_if_unreadable(const char *path)
{
	if (access(path, R_OK) == 0)
		return;
	snmp_log(LOG_ERR, "cannot read %s: %s\n", path, strerror(errno));
	config.complaints++;
}

/* On net-snmp's search path (snmp_config(5)), a missing file is not an error. */
static void
search_unreadable(void)
{
	const char *chosen = getenv("SNMPCONFPATH");
	char *folders = strdup(chosen ? chosen : get_configuration_directory());
	char *rest = folders, *folder, path[512];

	while ((folder = strsep(&rest, ":"))) {
		snprintf(path, sizeof(path), "%s/%s.conf", folder, config.application);
		if (access(path, F_OK) == 0)
			complain_if_unreadable(path);
	}
	free(folders);
}

void
config_file_begin(void)
{
	config.complaints = 0;
	if (config.options->config_file)
		complain_if_unreadable(config.options->config_file);
	else
		search_unreadable();
	config.listening = true;
}

unsigned
config_file_end(struct settings *settings)
{
	const char *conflict;

	config.listening = false;
	*settings = config.read;
	options_override(config.options, settings);
	conflict = settings_conflict(settings);
	if (conflict)
		snmp_log(LOG_ERR, "%s\n", conflict);
	return config.complaints + (conflict ? 1 : 0);
}
