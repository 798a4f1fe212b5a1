/* SPDX-License-Identifier: BSD-3-Clause */
#include "walk_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "saved_walk.h"

/* No net-snmp tool prints a line that does not fit. */
enum { BUFFER_SIZE = 1 << 20 };

struct lines {
	int fd;
	size_t used; /* octets in the buffer that are the beginning of an incomplete line */
	char buffer[BUFFER_SIZE];
};

enum filled { FILLED, FILLED_END, FILLED_ERROR };

static enum filled
fill(struct lines *lines)
{
	ssize_t got;

	do {
		got = read(lines->fd, lines->buffer + lines->used, sizeof(lines->buffer) - lines->used);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return FILLED_ERROR;
	lines->used += (size_t)got;
	return got == 0 ? FILLED_END : FILLED;
}

/* Passes on complete lines, and keeps the beginning of the next one. */
static bool
take_lines(struct lines *lines, struct saved_walk *walk)
{
	char *at = lines->buffer;
	char *const end = lines->buffer + lines->used;
	char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!saved_walk_line(walk, at, (size_t)(newline - at)))
			return false;
		at = newline + 1;
	}
	lines->used = (size_t)(end - at);
	memmove(lines->buffer, at, lines->used);
	return true;
}

/* Reads to the end.  False: *reason says why, possibly in the walk's own words. */
static bool
read_lines(struct lines *lines, struct saved_walk *walk, const char **reason)
{
	enum filled filled = FILLED;

	*reason = walk->error;
	while (filled == FILLED) {
		if (lines->used == sizeof(lines->buffer)) {
			*reason = "a line is too long for a saved walk";
			return false;
		}
		filled = fill(lines);
		if (filled == FILLED_ERROR) {
			*reason = strerror(errno);
			return false;
		}
		if (!take_lines(lines, walk))
			return false;
	}
	return saved_walk_end(walk, lines->used == 0);
}

static void
describe_left_out(const struct saved_walk *walk, const char *path, char warning[WALK_FILE_WORDS])
{
	warning[0] = '\0';
	if (walk->came + walk->went > 0)
		snprintf(warning, WALK_FILE_WORDS,
			 "%s: left out %zu %s that went away while the walk was taken, and %zu that came", path,
			 walk->went, walk->table->rows, walk->came);
}

static bool
read_walk(struct lines *lines, const char *path, struct saved_walk *walk, char warning[WALK_FILE_WORDS],
	  char error[WALK_FILE_WORDS])
{
	char words[512];
	const char *reason;

	if (!read_lines(lines, walk, &reason)) {
		snprintf(error, WALK_FILE_WORDS, "%s: %s", path, reason);
		return false;
	}
	describe_left_out(walk, path, warning);
	switch (agent_state_judge(walk->state, words)) {
	case AGENT_UNUSABLE:
		snprintf(error, WALK_FILE_WORDS, "%s: when the walk was taken, %s", path, words);
		return false;
	case AGENT_DOUBTFUL:
		if (!warning[0])
			snprintf(warning, WALK_FILE_WORDS, "%s: when the walk was taken, %s", path, words);
		return true;
	default:
		return true;
	}
}

bool
walk_file_read(const char *path, const struct mib_table *table, const struct mib_oid *root, struct row_list *rows,
	       struct agent_state *state, char warning[WALK_FILE_WORDS], char error[WALK_FILE_WORDS])
{
	const bool is_standard_input = strcmp(path, "-") == 0;
	struct lines *const lines = malloc(sizeof(*lines));
	struct saved_walk walk = {0};
	bool good = false;

	if (!lines || !saved_walk_init(&walk, table, root, rows, state)) {
		snprintf(error, WALK_FILE_WORDS, "%s: out of memory", path);
		free(lines);
		return false;
	}
	lines->used = 0;
	lines->fd = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (lines->fd < 0)
		snprintf(error, WALK_FILE_WORDS, "%s: %s", path, strerror(errno));
	else
		good = read_walk(lines, is_standard_input ? "standard input" : path, &walk, warning, error);
	if (lines->fd >= 0 && !is_standard_input)
		close(lines->fd);
	saved_walk_free(&walk);
	free(lines);
	return good;
}
