/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/state_text.h"

/* A text longer than this is not ours: 300,000 tunnels have some 30 MB. */
enum { OCTETS_MOST = 256 << 20 };

struct state_file {
	const struct state_directory *directory;
	const char *name;
	char new_name[64], bad_name[64];
	FILE *new; /* or NULL */
	uint64_t checksum;
	size_t lines;
};

static void
explain(const struct state_file *file, const char *what, char error[ERROR_LINE_SIZE])
{
	snprintf(error, ERROR_LINE_SIZE, "%.150s/%s: %s", state_directory_path(file->directory), what, strerror(errno));
}

static int
fd_of(const struct state_file *file)
{
	return state_directory_fd(file->directory);
}

struct state_file *
state_file_new(const struct state_directory *directory, const char *name)
{
	struct state_file *const file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->directory = directory;
	file->name = name;
	snprintf(file->new_name, sizeof(file->new_name), "%.32s.new", name);
	snprintf(file->bad_name, sizeof(file->bad_name), "%.32s.bad", name);
	return file;
}

static void
give_up(struct state_file *file)
{
	if (!file->new)
		return;
	fclose(file->new);
	file->new = NULL;
	unlinkat(fd_of(file), file->new_name, 0);
}

void
state_file_free(struct state_file *file)
{
	if (!file)
		return;
	give_up(file);
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
	const int fd = openat(fd_of(file), file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	*text = NULL;
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd >= 0)
		*text = read_open(fd, length);
	if (!*text)
		explain(file, file->name, error);
	if (fd >= 0)
		close(fd);
	return *text != NULL;
}

void
state_file_set_aside(const struct state_file *file)
{
	renameat(fd_of(file), file->name, fd_of(file), file->bad_name);
}

/* --- writing ----------------------------------------------------------------------------------- */

bool
state_file_begin(struct state_file *file, char error[ERROR_LINE_SIZE])
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
	char line[STATE_LINE_SIZE];
	int fd;

	give_up(file);
	fd = openat(fd_of(file), file->new_name, flags, 0600);
	if (fd >= 0)
		file->new = fdopen(fd, "w");
	if (!file->new) {
		explain(file, file->new_name, error);
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
		  renameat(fd_of(file), file->new_name, fd_of(file), file->name) == 0;
	if (!is_good) {
		explain(file, file->name, error);
		give_up(file);
		return false;
	}
	fclose(file->new);
	file->new = NULL;
	if (durable)
		fsync(fd_of(file));
	return true;
}
