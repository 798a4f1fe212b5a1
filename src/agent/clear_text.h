/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CLEAR_TEXT_H
#define CLEAR_TEXT_H

/*
 * Communities of SNMPv1 and v2c that go over a network, which anybody on the way can read.  The words of net-snmp are those of
 * snmpd.conf(5).
 */

#include <stdbool.h>

/* Whether hosts other than this one may use the community of that line: rocommunity, com2sec and their kind. */
bool clear_text_is_for_others(const char *word, const char *value);

/* Whether any of the addresses ("udp:161,tcp:127.0.0.1:161") is one that other hosts reach. */
bool clear_text_is_reached(const char *addresses);

/* A line of the configuration, as net-snmp reads it. */
void clear_text_note(const char *word, const char *value);

/* Says so in the log, once in a life, if both are there. */
void clear_text_warn(const char *addresses);

#endif
