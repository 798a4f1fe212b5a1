/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>

#include "state/state_directory.h"

/* The user of the package (conf/ipsec-spi-agent.sysusers). */
#define PRIVILEGES_USER "_ipsec-spi"

/*
 * Gives up all that the daemon does not need once its sockets are open: every capability but CAP_NET_ADMIN (which
 * each dump of XFRM's SAs needs) and, where namespaces are to be entered again, CAP_SYS_ADMIN; its user, for that of agentuser and
 * agentgroup or, as root without these words, for PRIVILEGES_USER if there is one; and calls (call_filter.h).  Makes the process
 * undumpable.  state: NULL, or what the new user is given.  False: *reason says in one line what failed.
 */
bool privileges_drop(bool enters_namespaces, const struct state_directory *state, const char **reason);

/* The configuration has the word agentuser: "root" is obeyed, too. */
void privileges_note_user(const char *word, const char *value);

/*
 * Makes the process undumpable: no core file, no debugger, since its memory has keys in it for moments.  False, with
 * errno: it stays as it was.
 */
bool privileges_hide_memory(void);
#define PRIVILEGES_MEMORY_SEEN "cannot make the process undumpable"

#endif
