/* SPDX-License-Identifier: BSD-3-Clause */
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool
refuse(char error[ERROR_LINE_SIZE], const char *netns, const char *what)
{
	snprintf(error, ERROR_LINE_SIZE, "network namespace \"%.80s\": %s", netns, what);
	return false;
}

static bool
is_name(const char *netns)
{
	return strchr(netns, '/') == NULL;
}

static bool
find_path(const char *netns, char path[PATH_MAX], char error[ERROR_LINE_SIZE])
{
	const int length = snprintf(path, PATH_MAX, "%s%s", is_name(netns) ? "/run/netns/" : "", netns);

	if (netns[0] == '\0' || strcmp(netns, ".") == 0 || strcmp(netns, "..") == 0)
		return refuse(error, netns, "is no name of a namespace; see \"ip netns list\"");
	if (length < 0 || length >= PATH_MAX)
		return refuse(error, netns, "the path is too long");
	return true;
}

bool
netns_exists(const char *netns)
{
	char path[PATH_MAX], error[ERROR_LINE_SIZE];

	return !find_path(netns, path, error) || access(path, F_OK) == 0 || errno != ENOENT;
}

#define GIVE_ONE "give a name of \"ip netns list\", or a path like /proc/PID/ns/net"

/* ip(8) mounts a namespace on an empty file that nobody may open, and unmounts it before it removes the file. */
static bool
is_without_its_namespace(const char *path)
{
	struct statfs status;

	return statfs(path, &status) == 0 && status.f_type != NSFS_MAGIC;
}

static bool
refuse_path(char error[ERROR_LINE_SIZE], const char *path, const char *netns, int why)
{
	if (why == ENOENT && is_name(netns))
		return refuse(error, netns, "no such name under /run/netns; see \"ip netns list\"");
	if (why == ENOENT)
		return refuse(error, netns, "no such file; " GIVE_ONE);
	if (why == EACCES && is_name(netns) && is_without_its_namespace(path))
		return refuse(error, netns, "is just being made or deleted; see \"ip netns list\"");
	if (why == EACCES)
		return refuse(error, netns, "no permission to open it; run as root");
	return refuse(error, netns, strerror(why));
}

/* setns(2) reports only EINVAL for anything that is not a network namespace. */
static bool
is_network_namespace(int fd)
{
	struct statfs status;
	int type;

	if (fstatfs(fd, &status) < 0 || status.f_type != NSFS_MAGIC)
		return false;
	type = ioctl(fd, NS_GET_NSTYPE);
	return type < 0 || type == CLONE_NEWNET;
}

static bool
enter_fd(int fd, const char *netns, char error[ERROR_LINE_SIZE])
{
	if (!is_network_namespace(fd))
		return refuse(error, netns, "is no network namespace; " GIVE_ONE);
	if (setns(fd, CLONE_NEWNET) == 0)
		return true;
	if (errno == EPERM)
		return refuse(error, netns,
			      "entering it needs CAP_SYS_ADMIN; run as root, or add cap_sys_admin to the program's "
			      "capabilities (setcap) or the unit's AmbientCapabilities=");
	return refuse(error, netns, strerror(errno));
}

static bool
enter_path(struct netns_visit *visit, const char *path, const char *netns, char error[ERROR_LINE_SIZE])
{
	/* A FIFO must not make us wait for its writer. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	bool entered;

	if (fd < 0)
		return refuse_path(error, path, netns, errno);
	entered = enter_fd(fd, netns, error);
	if (entered && fstat(fd, &status) == 0)
		visit->identity = (struct netns_identity){status.st_dev, status.st_ino};
	close(fd);
	return entered;
}

bool
netns_enter(struct netns_visit *visit, const char *netns, char error[ERROR_LINE_SIZE])
{
	char path[PATH_MAX];

	*visit = (struct netns_visit){.home = -1};
	if (netns == NULL)
		return true;
	if (!find_path(netns, path, error))
		return false;
	visit->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (visit->home < 0)
		return refuse(error, netns, "cannot open /proc/self/ns/net; mount /proc");
	if (enter_path(visit, path, netns, error))
		return true;
	close(visit->home);
	visit->home = -1;
	return false;
}

void
netns_leave(struct netns_visit *visit)
{
	if (visit->home < 0)
		return;
	if (setns(visit->home, CLONE_NEWNET) < 0) {
		fprintf(stderr, "%s: cannot return from another network namespace: %s; ended\n",
			program_invocation_short_name, strerror(errno));
		_exit(EXIT_FAILURE);
	}
	close(visit->home);
	visit->home = -1;
}

bool
netns_is(const char *netns, const struct netns_identity *identity, char error[ERROR_LINE_SIZE])
{
	char path[PATH_MAX];
	struct stat status;

	if (!find_path(netns, path, error))
		return false;
	if (stat(path, &status) < 0)
		return refuse_path(error, path, netns, errno);
	if (status.st_dev != identity->device || status.st_ino != identity->inode)
		return refuse(error, netns, "was deleted and made again");
	return true;
}
