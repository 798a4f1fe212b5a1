/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

/* The command line, which takes precedence over the configuration file. */

#include <stdbool.h>

#include "klips/klips_text.h"
#include "serve/settings.h"

struct options {
	bool foreground, print_once;
	enum klips_text_format format; /* of -p */
	bool policies;		       /* -F policies */
	const char *config_file;       /* NULL: net-snmp's search path */
	const char *agentx_master;     /* NULL: net-snmp's default */
	const char *listen_on;	       /* NULL: run as a subagent, unless the file has agentaddress */
	const char *debug_tokens;
	bool logging_chosen;
	/* What was given on the command line, which overrides the file. */
	bool source_given, klips_file_given, namespaces_given, interval_given;
	struct settings given;
};

enum options_outcome { OPTIONS_RUN, OPTIONS_DONE, OPTIONS_WRONG };

/* Parses the command line; reports errors on standard error. */
enum options_outcome options_parse(struct options *options, int argc, char *argv[]);

/* Overrides settings of the configuration file by those of the command line. */
void options_override(const struct options *options, struct settings *settings);

#endif
