/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NET_SNMP_WORDS_H
#define NET_SNMP_WORDS_H

/*
 * Words of net-snmp that take all that stands after them for their value.  From now on a comment may follow; the others
 * that are of use here (see ipsec-spi-agent.conf(5)) read word by word, and know comments themselves.  Before init_snmp().
 */
void net_snmp_words_register(void);

#endif
