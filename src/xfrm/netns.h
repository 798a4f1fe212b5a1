/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef NETNS_H
#define NETNS_H

/*
 * Visits to another network namespace, just long enough to open sockets there: a socket stays in the namespace in which
 * it was opened.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error_line.h"

/* Identifies the namespace; another one may get the same name later. */
struct netns_identity {
	dev_t device;
	ino_t inode;
};

struct netns_visit {
	int home; /* to go back to; -1: not away */
	struct netns_identity identity;
};

/*
 * Enters a namespace: a name under /run/netns, or a path if it contains "/"; NULL stays in the namespace of the
 * process. False, with one line that says why and what to do; then *visit need not be ended.  Needs CAP_SYS_ADMIN.
 */
bool netns_enter(struct netns_visit *visit, const char *netns, char error[ERROR_LINE_SIZE]);

/* Whether anything of that name exists: a namespace may be created after the program that watches it starts. */
bool netns_exists(const char *netns);

/* Goes back.  If that fails, ends the process with a line on stderr: nothing may run in the wrong namespace. */
void netns_leave(struct netns_visit *visit);

/* Whether the name still refers to that namespace; false, with one line: it is gone, or another one. */
bool netns_is(const char *netns, const struct netns_identity *identity, char error[ERROR_LINE_SIZE]);

#endif
