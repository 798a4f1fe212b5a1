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

/* A longer text is not ours: 300,000 tunnels have about 30 MB. */
enum { OCTETS_MOST = 256 << 20 };

struct state_file {
	const struct state_directory *directory;
	const char *name;
	char new_name[64], old_name[64], bad_name[64];
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
	snprintf(file->old_name, sizeof(file->old_name), "%.32s.old", name);
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

static bool
read_named(const struct state_file *file, const char *name, char **text, size_t *length, char error[ERROR_LINE_SIZE])
{
	const int fd = openat(fd_of(file), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

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

bool
state_file_read(const struct state_file *file, char **text, size_t *length, char error[ERROR_LINE_SIZE])
{
	return read_named(file, file->name, text, length, error);
}

bool
state_file_read_old(const struct state_file *file, char **text, size_t *length)
{
	char error[ERROR_LINE_SIZE];

	return read_named(file, file->old_name, text, length, error) && *text;
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
	const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
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

static bool
exchange(const struct state_file *file, const char *one, const char *other)
{
	return renameat2(fd_of(file), one, fd_of(file), other, RENAME_EXCHANGE) == 0;
}

static bool
rename_to(const struct state_file *file, const char *from, const char *to)
{
	return renameat(fd_of(file), from, fd_of(file), to) == 0;
}

/*
 * For rename() over an existing file, ext4 (auto_da_alloc) and other file systems allocate disk space for the whole new
 * file, begin to write it, and free the space of the old one: 16 to 35 ms for 5 MB.  Exchanging two names costs
 * nothing; so three files take turns, and the next text overwrites the oldest.  A durable write has waited for the disk
 * anyway.
 */
static bool
take_place(const struct state_file *file, bool durable)
{
	if (durable ||
	    !exchange(file, file->new_name, file->name)) /* there is none yet, or the file system cannot do that */
		return rename_to(file, file->new_name, file->name);
	if (!exchange(file, file->new_name, file->old_name))
		rename_to(file, file->new_name, file->old_name);
	return true;
}

/* The previous content may have been longer. */
static bool
cut(const struct state_file *file)
{
	const long length = ftell(file->new);

	return length >= 0 && ftruncate(fileno(file->new), length) == 0;
}

bool
state_file_commit(struct state_file *file, bool durable, char error[ERROR_LINE_SIZE])
{
	char line[STATE_LINE_SIZE];
	bool is_good;

	fwrite(line, 1, state_print_end(file->lines, file->checksum, line), file->new);
	is_good = fflush(file->new) == 0 && !ferror(file->new) && cut(file) &&
		  (!durable || fsync(fileno(file->new)) == 0) && take_place(file, durable);
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
