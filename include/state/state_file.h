/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STATE_FILE_H
#define STATE_FILE_H

/*
 * A file of a state directory, which is always read and written as a whole.  NAME is written as "NAME.new", which takes
 * its place when it is complete; so if the agent is killed or the disk is full, one complete file is left.  The
 * previous file stays as "NAME.old" if the file system can exchange names, because a machine that crashes may leave the
 * last one half-written.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/error_line.h"
#include "state/state_directory.h"

struct state_file;

/* The directory must outlive it, and the name is static, of at most 32 octets.  NULL: no memory. */
struct state_file *state_file_new(const struct state_directory *directory, const char *name);
void state_file_free(struct state_file *file); /* NULL is allowed; abandons a write under way */

/*
 * The content of the file: the caller must free *text, which has *length octets; NULL if there is no file yet.  False:
 * error says why it cannot be read.
 */
bool state_file_read(const struct state_file *file, char **text, size_t *length, char error[ERROR_LINE_SIZE]);

/* The same for the previous file.  False: there is none, or it cannot be read. */
bool state_file_read_old(const struct state_file *file, char **text, size_t *length);

/* Renames the file to "NAME.bad", so that it is kept for inspection and not overwritten. */
void state_file_set_aside(const struct state_file *file);

/* Begins to write a new file, line by line.  False: error says why not. */
bool state_file_begin(struct state_file *file, char error[ERROR_LINE_SIZE]);
/* A line with its "\n"; errors are reported by state_file_commit(). */
void state_file_put(struct state_file *file, const char *line, size_t length);
/*
 * Writes the last line, and replaces the file by what was written.  durable: waits until it is on the disk. False:
 * error says why not, and the file is unchanged.
 */
bool state_file_commit(struct state_file *file, bool durable, char error[ERROR_LINE_SIZE]);

#endif
