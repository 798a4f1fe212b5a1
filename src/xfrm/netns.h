/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NETNS_H
#define NETNS_H

/*
 * Visits to another network namespace, for as long as it takes to open sockets there: a socket stays in the
 * namespace in which it was opened.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error_line.h"

/* Which namespace it was; another one may get the same name later. */
struct netns_identity {
	dev_t device;
	ino_t inode;
};

struct netns_visit {
	int home; /* to go back to; -1: not away */
	struct netns_identity identity;
};

/*
 * Enters a namespace: a name under /run/netns, or a path if there is a "/" in it; NULL stays where the
 * process is. False, *visit then needing no end, with one line that says why and what to do.  Needs
 * CAP_SYS_ADMIN.
 */
bool netns_enter(struct netns_visit *visit, const char *netns, char error[ERROR_LINE_SIZE]);

/* Whether there is anything at all of that name: a namespace may be made after the program that watches it. */
bool netns_exists(const char *netns);

/* Goes back.  Where that fails, ends the process, with a line on stderr: nothing may run in the wrong namespace. */
void netns_leave(struct netns_visit *visit);

/* Whether the name still stands for that namespace; false, with one line about it: gone, or another. */
bool netns_is(const char *netns, const struct netns_identity *identity, char error[ERROR_LINE_SIZE]);

#endif
