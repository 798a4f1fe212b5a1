/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_DIRECTORY_H
#define STATE_DIRECTORY_H

/* The directory in which the agent keeps state over a restart, each kind in a separate file (state_file.h). */

#include <stdbool.h>
#include <sys/types.h>

#include "base/error_line.h"

struct state_directory;

/*
 * Opens the directory, creates it if necessary, and locks it: two agents must not keep their state in one.  NULL: error
 * says why not.  It stays open, so that no privilege is needed to find it again.
 */
struct state_directory *state_directory_open(const char *path, char error[ERROR_LINE_SIZE]);
void state_directory_close(struct state_directory *directory); /* NULL is allowed */

/* The path as it was given; and its descriptor, for the *at() functions. */
const char *state_directory_path(const struct state_directory *directory);
int state_directory_fd(const struct state_directory *directory);

/* Gives the directory, and everything in it, to another user and group.  False, with errno. */
bool state_directory_give(const struct state_directory *directory, uid_t user, gid_t group);

#endif
