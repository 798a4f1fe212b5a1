/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOURCE_CHOICE_H
#define SOURCE_CHOICE_H

/* Which of the sockets of one address gets a datagram: a program for the kernel that decides by the source address. */

#include <stdbool.h>

/* Addresses that differ only in this number of last bits never share a socket. */
enum { SOURCE_CHOICE_BITS = 7, SOURCE_CHOICES = 1 << SOURCE_CHOICE_BITS };

/*
 * The sockets all have one UDP address, in the order in which they were bound, with SO_REUSEPORT; family: AF_INET or
 * AF_INET6. False: errno says why not, and some of them may have a filter.
 */
bool source_choice_attach(const int sockets[SOURCE_CHOICES], int family);

#endif
