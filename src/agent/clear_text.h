/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLEAR_TEXT_H
#define CLEAR_TEXT_H

/*
 * Communities of SNMPv1 and v2c that are sent over a network, where others can read them.  The directives are those of
 * snmpd.conf(5).
 */

#include <stdbool.h>

/* Whether other hosts may use the community of that line: rocommunity, com2sec and the like. */
bool clear_text_is_for_others(const char *word, const char *value);

/* Whether other hosts can reach any of the addresses ("udp:161,tcp:127.0.0.1:161"). */
bool clear_text_is_reached(const char *addresses);

/* A line of the configuration, as net-snmp parses it. */
void clear_text_note(const char *word, const char *value);

/* Logs a warning, once in the life of the process, if both apply. */
void clear_text_warn(const char *addresses);

#endif
