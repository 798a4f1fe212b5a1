/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NET_SNMP_WORDS_H
#define NET_SNMP_WORDS_H

/*
 * Directives of net-snmp that take the whole rest of the line for their value: makes them accept a comment.  The other
 * useful ones (see ipsec-spi-agent.conf(5)) are parsed word by word, and accept comments themselves.  Before
 * init_snmp().
 */
void net_snmp_words_register(void);

#endif
