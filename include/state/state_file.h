/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_FILE_H
#define STATE_FILE_H

/*
 * A file of a state directory: read whole, and written whole or not at all.  What is written to NAME goes to "NAME.new",
 * which takes its place when it is complete; so whoever kills the agent, or whatever is full, leaves the one or the other.  The one
 * before stays as "NAME.old", where the file system can exchange names: a machine that crashes may leave the last one half-written.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error_line.h"
#include "state/state_directory.h"

struct state_file;

/* The directory must outlive it, and the name is static, of at most 32 octets.  NULL: no memory. */
struct state_file *state_file_new(const struct state_directory *directory, const char *name);
void state_file_free(struct state_file *file); /* NULL is fine; gives up what is being written */

/*
 * What the file has: *text is the caller's to free, of *length octets; NULL where there is no file yet.  False: error
 * says why it cannot be read.
 */
bool state_file_read(const struct state_file *file, char **text, size_t *length, char error[ERROR_LINE_SIZE]);

/* The same of the one before it.  False: there is none, or it cannot be read. */
bool state_file_read_old(const struct state_file *file, char **text, size_t *length);

/* Renames the file to "NAME.bad", so that it can be looked at, and is not written over. */
void state_file_set_aside(const struct state_file *file);

/* Begins to write the file anew, line by line.  False: error says why not. */
bool state_file_begin(struct state_file *file, char error[ERROR_LINE_SIZE]);
/* A line with its "\n"; what goes wrong is told by state_file_commit(). */
void state_file_put(struct state_file *file, const char *line, size_t length);
/*
 * Writes the last line, and has what was written take the place of the file.  durable: waits until it is on the disk.
 * False: error says why not, and the file is what it was.
 */
bool state_file_commit(struct state_file *file, bool durable, char error[ERROR_LINE_SIZE]);

#endif
