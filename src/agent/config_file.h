/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

/*
 * The configuration file, read by net-snmp's own reader.  net-snmp only warns of unknown words, goes on after errors, and
 * passes over files that it may not read; here each is an error, found by listening to what net-snmp logs while it reads.
 */

#include <stdbool.h>

#include "options.h"

/*
 * Reads two words of the file (NULL: net-snmp's search path) that are needed before all others can be read: returns the
 * addresses that it has as agentaddress, separated by commas, or NULL if it has none, which says whether the agent is
 * an engine of its own; and gives settings that are the defaults but for state-directory.
 */
const char *config_file_peek(const char *application, const char *file, struct settings *settings);

/* Registers our words with net-snmp's reader; before init_agent(), which registers its own behind them. */
void config_file_register_words(const char *application);
/* Takes over those of net-snmp's words that are changed, and its log; before init_snmp(). */
void config_file_register(const char *application, const struct options *options);

/*
 * Begins listening for complaints about the file; config_file_end() tells how many there were, each already
 * logged with file and line, and gives the settings that were read.
 */
void config_file_begin(void);
unsigned config_file_end(struct settings *settings);

#endif
