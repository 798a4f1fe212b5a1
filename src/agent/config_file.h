/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

/*
 * The configuration file, read by net-snmp's own reader.  net-snmp only warns of unknown directives, continues after
 * errors, and skips files that it may not read; here each of these is an error, found by intercepting what net-snmp
 * logs while it reads.
 */

#include <stdbool.h>

#include "options.h"

/*
 * Reads two directives of the file (NULL: net-snmp's search path) that are needed before all others can be read:
 * returns the addresses in agentaddress, separated by commas, or NULL if there is none, which decides whether the agent
 * runs without a master; and gives settings that are the defaults except for state-directory.
 */
const char *config_file_peek(const char *application, const char *file, struct settings *settings);

/* Registers our directives with net-snmp's reader; before init_agent(), which registers its own after them. */
void config_file_register_words(const char *application);
/* Takes over net-snmp's directives whose meaning we change, and its log; before init_snmp(). */
void config_file_register(const char *application, const struct options *options);

/*
 * Begins to intercept complaints about the file; config_file_end() returns their number (each is already logged with
 * file and line), and gives the settings that were read.
 */
void config_file_begin(void);
unsigned config_file_end(struct settings *settings);

#endif
