/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm/stat_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "netns.h"

enum { FRESH_US = 1000000, FILE_OCTETS = 16384 };

struct stat_file {
	const char *netns;
	bool read;
	uint64_t read_us;
	struct xfrm_stat stat;
};

struct stat_file *
stat_file_new(const char *netns)
{
	struct stat_file *const file = calloc(1, sizeof(*file));

	if (file)
		file->netns = netns;
	return file;
}

void
stat_file_free(struct stat_file *file)
{
	free(file);
}

/* The file belongs to the namespace in which it is opened, and would keep that alive, so it is not kept open. */
static int
open_there(const char *netns)
{
	char error[ERROR_LINE_SIZE];
	struct netns_visit visit;
	int fd;

	if (!netns_enter(&visit, netns, error))
		return -1;
	fd = open("/proc/thread-self/net/xfrm_stat", O_RDONLY | O_CLOEXEC);
	netns_leave(&visit);
	return fd;
}

static size_t
read_all(int fd, char text[FILE_OCTETS])
{
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 && length < FILE_OCTETS) {
		got = read(fd, text + length, FILE_OCTETS - length);
		if (got > 0)
			length += (size_t)got;
	}
	return length;
}

const struct xfrm_stat *
stat_file_get(struct stat_file *file)
{
	const uint64_t now_us = clock_monotonic_us();
	char text[FILE_OCTETS];
	size_t length = 0;
	int fd;

	if (file->read && now_us - file->read_us < FRESH_US)
		return &file->stat;
	fd = open_there(file->netns);
	if (fd >= 0) {
		length = read_all(fd, text);
		close(fd);
	}
	xfrm_stat_read(&file->stat, text, length);
	file->read = true;
	file->read_us = now_us;
	return &file->stat;
}
