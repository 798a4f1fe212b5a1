/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PRIVILEGES_H
#define PRIVILEGES_H

#include <stdbool.h>

/*
 * Gives up all that the daemon does not need once its sockets are open: every capability but CAP_NET_ADMIN (which
 * each dump of XFRM's SAs needs) and, where namespaces are to be entered again, CAP_SYS_ADMIN; and, with agentuser
 * and agentgroup, its user.  Makes the process undumpable and unable to run other programs.  False: *reason says in
 * one line what failed.
 */
bool privileges_drop(bool enters_namespaces, const char **reason);

/*
 * Makes the process undumpable: no core file, no debugger, since its memory has keys in it for moments.  False, with
 * errno: it stays as it was.
 */
bool privileges_hide_memory(void);
#define PRIVILEGES_MEMORY_SEEN "cannot make the process undumpable"

#endif
