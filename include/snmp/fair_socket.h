/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAIR_SOCKET_H
#define FAIR_SOCKET_H

/*
 * With -l: a UDP address at which each sender has a queue, so that a sender who floods it only fills its own.
 *
 * The kernel has one queue for a socket and drops what arrives while that is full, from any sender.  So there are 128
 * sockets of the same address (SO_REUSEPORT, socket(7)), and the kernel chooses among them by the source address of a
 * datagram.  One datagram is taken from each socket that has any, in turn.  Addresses that differ only in their last
 * seven bits never share one; of others, one in 128 does.
 */

#include <stdbool.h>

typedef struct netsnmp_transport_s netsnmp_transport;

/*
 * For a transport that net-snmp has opened and not yet registered, which then owns the new sockets.  A transport that
 * is not plain UDP is unchanged. The kernel holds at most what that number of sockets may have waiting,
 * net.core.rmem_default or serverRecvBuf each.
 *
 * False: nothing has changed, and errno says why: EMFILE if it would take more than an eighth of the descriptors that
 * the process may have.
 */
bool fair_socket_make(netsnmp_transport *transport);

#endif
