/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>

#include "state/state_directory.h"

/* The user of the package (conf/ipsec-spi-agent.sysusers). */
#define PRIVILEGES_USER "_ipsec-spi"

/*
 * Gives up everything that the daemon does not need once its sockets are open: every capability except CAP_NET_ADMIN
 * (which each dump of XFRM's SAs needs) and, if namespaces must be entered again, CAP_SYS_ADMIN; its user, for that of
 * agentuser and agentgroup or, as root without these directives, for PRIVILEGES_USER if that exists; and system calls
 * (call_filter.h).  Makes the process undumpable.  state: NULL, or the directory that is given to the new user.  False:
 * *reason says in one line what failed.
 */
bool privileges_drop(bool enters_namespaces, const struct state_directory *state, const char **reason);

/* The configuration has the directive agentuser: "root" is obeyed, too. */
void privileges_note_user(const char *word, const char *value);

/*
 * Makes the process undumpable: no core file, no debugger, since keys are in its memory for moments.  False, with
 * errno: nothing changes.
 */
bool privileges_hide_memory(void);
#define PRIVILEGES_MEMORY_SEEN "cannot make the process undumpable"

#endif
