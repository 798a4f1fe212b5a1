/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/state_text.h"

/* A text longer than this is not ours: 300,000 tunnels have some 30 MB. */
enum { OCTETS_MOST = 256 << 20 };

static const char name[] = "state", new_name[] = "state.new", bad_name[] = "state.bad";

struct state_file {
	int directory;
	char path[PATH_MAX]; /* of the directory, for messages */
	FILE *new;	     /* or NULL */
	uint64_t checksum;
	size_t lines;
};

static void
explain(const struct state_file *file, const char *what, char error[ERROR_LINE_SIZE])
{
	snprintf(error, ERROR_LINE_SIZE, "%.150s/%s: %s", file->path, what, strerror(errno));
}

/* --- the directory ----------------------------------------------------------------------------- */

static int
open_directory(const char *path)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -1;
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct state_file *
state_file_open(const char *directory, char error[ERROR_LINE_SIZE])
{
	struct state_file *const file = calloc(1, sizeof(*file));

	if (!file) {
		snprintf(error, ERROR_LINE_SIZE, "out of memory");
		return NULL;
	}
	snprintf(file->path, sizeof(file->path), "%s", directory);
	file->directory = open_directory(directory);
	if (file->directory >= 0 && flock(file->directory, LOCK_EX | LOCK_NB) == 0)
		return file;
	if (file->directory >= 0 && errno == EWOULDBLOCK)
		snprintf(error, ERROR_LINE_SIZE, "%s: another agent keeps its state there", directory);
	else
		snprintf(error, ERROR_LINE_SIZE, "%s: %s", directory, strerror(errno));
	state_file_close(file);
	return NULL;
}

static void
give_up(struct state_file *file)
{
	if (!file->new)
		return;
	fclose(file->new);
	file->new = NULL;
	unlinkat(file->directory, new_name, 0);
}

void
state_file_close(struct state_file *file)
{
	if (!file)
		return;
	give_up(file);
	if (file->directory >= 0)
		close(file->directory);
	free(file);
}

/* --- reading ----------------------------------------------------------------------------------- */

static bool
read_all(int fd, char *text, size_t length)
{
	size_t done = 0;

	while (done < length) {
		const ssize_t got = read(fd, text + done, length - done);

		if (got == 0)
			errno = EIO;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static char *
read_open(int fd, size_t *length)
{
	struct stat status;
	char *text;

	if (fstat(fd, &status) < 0)
		return NULL;
	if (!S_ISREG(status.st_mode) || status.st_size > OCTETS_MOST) {
		errno = EFBIG;
		return NULL;
	}
	*length = (size_t)status.st_size;
	text = malloc(*length + 1);
	if (text && !read_all(fd, text, *length)) {
		free(text);
		return NULL;
	}
	return text;
}

bool
state_file_read(const struct state_file *file, char **text, size_t *length, char error[ERROR_LINE_SIZE])
{
	const int fd = openat(file->directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	*text = NULL;
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd >= 0)
		*text = read_open(fd, length);
	if (!*text)
		explain(file, name, error);
	if (fd >= 0)
		close(fd);
	return *text != NULL;
}

void
state_file_set_aside(const struct state_file *file)
{
	renameat(file->directory, name, file->directory, bad_name);
}

/* --- writing ----------------------------------------------------------------------------------- */

bool
state_file_begin(struct state_file *file, char error[ERROR_LINE_SIZE])
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	char line[STATE_LINE_SIZE];
	int fd;

	give_up(file);
	fd = openat(file->directory, new_name, flags, 0600);
	if (fd >= 0)
		file->new = fdopen(fd, "w");
	if (!file->new) {
		explain(file, new_name, error);
		if (fd >= 0)
			close(fd);
		return false;
	}
	file->checksum = STATE_CHECKSUM;
	file->lines = 0;
	state_file_put(file, line, state_print_head(line));
	return true;
}

void
state_file_put(struct state_file *file, const char *line, size_t length)
{
	file->checksum = state_checksum(file->checksum, line, length);
	file->lines++;
	fwrite(line, 1, length, file->new);
}

bool
state_file_commit(struct state_file *file, bool durable, char error[ERROR_LINE_SIZE])
{
	char line[STATE_LINE_SIZE];
	bool is_good;

	fwrite(line, 1, state_print_end(file->lines, file->checksum, line), file->new);
	is_good = fflush(file->new) == 0 && !ferror(file->new) && (!durable || fsync(fileno(file->new)) == 0) &&
		  renameat(file->directory, new_name, file->directory, name) == 0;
	if (!is_good) {
		explain(file, name, error);
		give_up(file);
		return false;
	}
	fclose(file->new);
	file->new = NULL;
	if (durable)
		fsync(file->directory);
	return true;
}
