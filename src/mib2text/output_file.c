/* SPDX-License-Identifier: BSD-3-Clause */
#include "output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* For the signal handler: the temporary file that must be removed, valid while the flag is set. */
static char temporary_path[PATH_MAX];
static volatile sig_atomic_t temporary_exists;

__attribute__((format(printf, 2, 3))) static bool
fail(struct output_file *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(file->error, sizeof(file->error), format, arguments);
	va_end(arguments);
	return false;
}

void
output_file_abandon_by_signal(void)
{
	if (temporary_exists)
		unlink(temporary_path);
	temporary_exists = 0;
}

/* Abandons the file that was begun. */
static void
abandon(struct output_file *file)
{
	if (file->stream)
		fclose(file->stream);
	file->stream = NULL;
	output_file_abandon_by_signal();
	free(file->target);
	file->target = NULL;
}

/* Follows symbolic links to the file itself, or to where it will be. */
static char *
resolve(const char *path)
{
	char *const resolved = realpath(path, NULL);

	return resolved || errno != ENOENT ? resolved : strdup(path);
}

bool
output_file_check(struct output_file *file, const char *path)
{
	char *const target = resolve(path);
	struct stat status;
	char *copy, *folder;
	bool good = true;

	if (!target)
		return fail(file, "%s: %s", path, strerror(errno));
	if (stat(target, &status) == 0 && !S_ISREG(status.st_mode)) {
		free(target);
		return fail(file, "%s: is no regular file, so it cannot be replaced", path);
	}
	copy = strdup(target);
	folder = copy ? dirname(copy) : NULL;
	if (!folder || access(folder, W_OK | X_OK) != 0)
		good = fail(file, "%s: cannot create a file in %s: %s", path, folder ? folder : "its folder",
			    strerror(errno));
	free(copy);
	free(target);
	return good;
}

static bool
set_mode(int fd, const char *target)
{
	struct stat old;
	mode_t mask;

	if (stat(target, &old) == 0) {
		/* Only root may give it to somebody else; for others it is their own file already, or becomes so. */
		if (fchown(fd, old.st_uid, old.st_gid) != 0)
			errno = 0;
		return fchmod(fd, old.st_mode & 07777) == 0;
	}
	mask = umask(0);
	umask(mask);
	return fchmod(fd, 0644 & ~mask) == 0;
}

bool
output_file_begin(struct output_file *file, const char *path)
{
	int fd;

	file->path = path;
	file->stream = NULL;
	file->target = NULL;
	if (!output_file_check(file, path))
		return false;
	file->target = resolve(path);
	if (!file->target || (size_t)snprintf(temporary_path, sizeof(temporary_path), "%s.XXXXXX", file->target) >=
				     sizeof(temporary_path)) {
		free(file->target);
		return fail(file, "%s: the name is too long", path);
	}
	fd = mkostemp(temporary_path, O_CLOEXEC);
	if (fd < 0) {
		free(file->target);
		return fail(file, "%s: cannot create a file beside it: %s", path, strerror(errno));
	}
	temporary_exists = 1;
	file->stream = set_mode(fd, file->target) ? fdopen(fd, "w") : NULL;
	if (!file->stream) {
		fail(file, "%s: %s", path, strerror(errno));
		close(fd);
		abandon(file);
		return false;
	}
	return true;
}

/* The rename survives a crash only if the directory is written, too; not every file system supports that. */
static void
sync_folder(const char *target)
{
	char *const copy = strdup(target);
	const int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

bool
output_file_commit(struct output_file *file)
{
	bool good = fflush(file->stream) == 0 && !ferror(file->stream) && fsync(fileno(file->stream)) == 0;
	int error = errno;

	if (fclose(file->stream) != 0 && good) {
		error = errno;
		good = false;
	}
	file->stream = NULL;
	if (good && rename(temporary_path, file->target) != 0) {
		error = errno;
		good = false;
	}
	if (!good) {
		fail(file, "%s: %s", file->path, strerror(error));
		abandon(file);
		return false;
	}
	temporary_exists = 0;
	sync_folder(file->target);
	free(file->target);
	file->target = NULL;
	return true;
}
