/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

/* A file that is replaced as a whole or not at all: written under another name in the same directory, then renamed. */

#include <stdbool.h>
#include <stdio.h>

struct output_file {
	const char *path;
	FILE *stream; /* write here */
	char *target; /* the path without symbolic links */
	char error[512];
};

/* Whether such a file could be written, as far as can be determined without doing it.  False: file->error says why. */
bool output_file_check(struct output_file *file, const char *path);

/*
 * An existing file keeps its mode and owner, as far as we may set them; a new one has mode 0644 less the umask. False:
 * file->error says why.
 */
bool output_file_begin(struct output_file *file, const char *path);

/* False: file->error says why, and nothing has changed. */
bool output_file_commit(struct output_file *file);

/* From a signal handler: abandons the file that was begun, if any. */
void output_file_abandon_by_signal(void);

#endif
