/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct state_directory {
	int fd;
	char path[PATH_MAX];
};

static int
open_or_make(const char *path)
{
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -1;
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct state_directory *
state_directory_open(const char *path, char error[ERROR_LINE_SIZE])
{
	struct state_directory *const directory = calloc(1, sizeof(*directory));

	if (!directory) {
		snprintf(error, ERROR_LINE_SIZE, "out of memory");
		return NULL;
	}
	snprintf(directory->path, sizeof(directory->path), "%s", path);
	directory->fd = open_or_make(path);
	if (directory->fd >= 0 && flock(directory->fd, LOCK_EX | LOCK_NB) == 0)
		return directory;
	if (directory->fd >= 0 && errno == EWOULDBLOCK)
		snprintf(error, ERROR_LINE_SIZE, "%s: another agent keeps its state there", path);
	else
		snprintf(error, ERROR_LINE_SIZE, "%s: %s", path, strerror(errno));
	state_directory_close(directory);
	return NULL;
}

void
state_directory_close(struct state_directory *directory)
{
	if (!directory)
		return;
	if (directory->fd >= 0)
		close(directory->fd);
	free(directory);
}

const char *
state_directory_path(const struct state_directory *directory)
{
	return directory->path;
}

int
state_directory_fd(const struct state_directory *directory)
{
	return directory->fd;
}

bool
state_directory_give(const struct state_directory *directory, uid_t user, gid_t group)
{
	const int fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *const entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool given = entries && fchown(fd, user, group) == 0;

	if (!entries && fd >= 0)
		close(fd);
	while (given && (entry = readdir(entries)) != NULL) {
		if (strcmp(entry->d_name, "..") != 0)
			given = fchownat(fd, entry->d_name, user, group, AT_SYMLINK_NOFOLLOW) == 0;
	}
	if (entries)
		closedir(entries);
	return given;
}
