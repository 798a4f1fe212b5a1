/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAIR_SOCKET_H
#define FAIR_SOCKET_H

/*
 * With -l: a UDP address where each of those who send has a queue, so that who floods it fills their own alone.
 *
 * The kernel has one queue for a socket and drops what comes while that is full, whoever sent it.  So there are 128 sockets
 * of the same address (SO_REUSEPORT, socket(7)), and the kernel chooses among them by the address that a datagram
 * comes from.  One datagram is taken from each that has any, in turn.  Addresses that differ in their last seven bits only
 * never share one; of others, one in 128 does.
 */

#include <stdbool.h>

typedef struct netsnmp_transport_s netsnmp_transport;

/*
 * Of a transport that net-snmp has opened and not yet registered; what is made goes with it.  One that is not plain UDP stays as it is.
 * The kernel holds at most what that many sockets may have waiting, net.core.rmem_default or serverRecvBuf each.
 *
 * False: it stays as it is, and errno says why: EMFILE if it would take more than an eighth of the descriptors that the process may
 * have.
 */
bool fair_socket_make(netsnmp_transport *transport);

#endif
