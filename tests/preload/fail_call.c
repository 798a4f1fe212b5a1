/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * LD_PRELOADed into either program: one call that fails.
 *
 *   FAIL_IN=NAME    in which program; others that inherit the environment are left alone
 *   FAIL_CALL=NAME  which: malloc, open, socket, send, receive, setns, write, rename, fsync; see calls[]
 *   FAIL_AT=N       the N-th of these calls fails; 0: none
 *   FAIL_COUNT=FILE how many there have been is in that file, as text; below it, where in the program the one that failed
 *                   was called, for addr2line(1)
 *
 * Only what the program itself calls counts, not what the libraries call among themselves, but for FAIL_CALL=NAME+, where
 * everything does.
 */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum call { MALLOC, OPEN, SOCKET, SEND, RECEIVE, SETNS, WRITE, RENAME, FSYNC, CALLS };

/* The errors are those of a machine in want: of memory, of descriptors, of room on its disk. */
static const struct {
	const char *name;
	int error;
} calls[CALLS] = {
	[MALLOC] = {"malloc", ENOMEM}, [OPEN] = {"open", EMFILE},	[SOCKET] = {"socket", ENFILE},
	[SEND] = {"send", ENOBUFS},    [RECEIVE] = {"receive", ENOMEM}, [SETNS] = {"setns", EPERM},
	[WRITE] = {"write", ENOSPC},   [RENAME] = {"rename", EIO},	[FSYNC] = {"fsync", EIO},
};

static struct {
	enum call call;
	bool of_libraries;
	unsigned long at;
	unsigned long so_far;
	char *shown; /* a page of the file FAIL_COUNT */
	uintptr_t program, program_begin, program_end;
} failing = {.call = CALLS};

/* The program comes first in what is loaded. */
static int
find_program(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const uintptr_t begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type != PT_LOAD || (info->dlpi_phdr[i].p_flags & PF_X) == 0)
			continue;
		failing.program = info->dlpi_addr;
		failing.program_begin = begin;
		failing.program_end = begin + info->dlpi_phdr[i].p_memsz;
	}
	return 1;
}

static char *
page_of(const char *path)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	char *page = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, 4096) == 0)
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd >= 0)
		close(fd);
	return page == MAP_FAILED ? NULL : page;
}

__attribute__((constructor)) static void
prepare(void)
{
	const char *in = getenv("FAIL_IN"), *name = getenv("FAIL_CALL"), *at = getenv("FAIL_AT"),
		   *count = getenv("FAIL_COUNT");
	enum call call = 0;
	size_t length;

	if (!in || !name || !at || !count || strcmp(in, program_invocation_short_name) != 0)
		return;
	length = strcspn(name, "+");
	while (call < CALLS && (strlen(calls[call].name) != length || strncmp(calls[call].name, name, length) != 0))
		call++;
	dl_iterate_phdr(find_program, NULL);
	failing.shown = page_of(count);
	failing.of_libraries = name[length] == '+';
	failing.at = strtoul(at, NULL, 10);
	failing.call = call;
}

/* A line of it; no function of stdio, which allocates. */
static void
show(char *line, unsigned long number, unsigned base)
{
	char text[24];
	size_t place = sizeof(text);

	text[--place] = '\n';
	do
		text[--place] = "0123456789abcdef"[number % base];
	while ((number /= base) > 0);
	memcpy(line, text + place, sizeof(text) - place);
}

/* Whether the call fails, with errno set. */
static bool
fails(enum call call, const void *caller)
{
	const uintptr_t from = (uintptr_t)caller;

	if (call != failing.call)
		return false;
	if (!failing.of_libraries && (from < failing.program_begin || from >= failing.program_end))
		return false;
	failing.so_far++;
	if (failing.shown)
		show(failing.shown, failing.so_far, 10);
	if (failing.so_far != failing.at)
		return false;
	if (failing.shown)
		show(failing.shown + 32, from - failing.program, 16);
	errno = calls[call].error;
	return true;
}

#define CALLER __builtin_return_address(0)
#define REAL(name)                                                                                                     \
	static __typeof__(&name) real;                                                                                 \
	if (!real)                                                                                                     \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

/* glibc's own names of these; dlsym() would allocate. */
/* NOLINTBEGIN(bugprone-reserved-identifier) */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
/* NOLINTEND(bugprone-reserved-identifier) */

void *
malloc(size_t size)
{
	return fails(MALLOC, CALLER) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t nmemb, size_t size)
{
	return fails(MALLOC, CALLER) ? NULL : __libc_calloc(nmemb, size);
}

void *
realloc(void *ptr, size_t size)
{
	return fails(MALLOC, CALLER) ? NULL : __libc_realloc(ptr, size);
}

void *
reallocarray(void *ptr, size_t nmemb, size_t size)
{
	if (fails(MALLOC, CALLER) || (size > 0 && nmemb > SIZE_MAX / size))
		return NULL;
	return __libc_realloc(ptr, nmemb * size);
}

char *
strdup(const char *s)
{
	const size_t size = strlen(s) + 1;
	char *copy = fails(MALLOC, CALLER) ? NULL : __libc_malloc(size);

	return copy ? memcpy(copy, s, size) : NULL;
}

char *
strndup(const char *string, size_t n)
{
	const size_t length = strnlen(string, n);
	char *copy = fails(MALLOC, CALLER) ? NULL : __libc_calloc(1, length + 1);

	return copy ? memcpy(copy, string, length) : NULL;
}

int
open(const char *file, int oflag, ...)
{
	REAL(open);
	va_list more;
	mode_t mode;

	va_start(more, oflag);
	mode = va_arg(more, mode_t);
	va_end(more);
	return fails(OPEN, CALLER) ? -1 : real(file, oflag, mode);
}

int
openat(int fd, const char *file, int oflag, ...)
{
	REAL(openat);
	va_list more;
	mode_t mode;

	va_start(more, oflag);
	mode = va_arg(more, mode_t);
	va_end(more);
	return fails(OPEN, CALLER) ? -1 : real(fd, file, oflag, mode);
}

FILE *
fopen(const char *filename, const char *modes)
{
	REAL(fopen);
	return fails(OPEN, CALLER) ? NULL : real(filename, modes);
}

int
socket(int domain, int type, int protocol)
{
	REAL(socket);
	return fails(SOCKET, CALLER) ? -1 : real(domain, type, protocol);
}

ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	REAL(sendmsg);
	return fails(SEND, CALLER) ? -1 : real(fd, message, flags);
}

ssize_t
sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr, socklen_t addr_len)
{
	REAL(sendto);
	return fails(SEND, CALLER) ? -1 : real(fd, buf, n, flags, addr, addr_len);
}

ssize_t
send(int fd, const void *buf, size_t n, int flags)
{
	REAL(send);
	return fails(SEND, CALLER) ? -1 : real(fd, buf, n, flags);
}

ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	REAL(recvmsg);
	return fails(RECEIVE, CALLER) ? -1 : real(fd, message, flags);
}

ssize_t
recvfrom(int fd, void *buf, size_t n, int flags, struct sockaddr *addr, socklen_t *addr_len)
{
	REAL(recvfrom);
	return fails(RECEIVE, CALLER) ? -1 : real(fd, buf, n, flags, addr, addr_len);
}

ssize_t
recv(int fd, void *buf, size_t n, int flags)
{
	REAL(recv);
	return fails(RECEIVE, CALLER) ? -1 : real(fd, buf, n, flags);
}

int
setns(int fd, int nstype)
{
	REAL(setns);
	return fails(SETNS, CALLER) ? -1 : real(fd, nstype);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	REAL(write);
	return fails(WRITE, CALLER) ? -1 : real(fd, buf, n);
}

/* What stdio has gathered is written then, at the latest. */
int
fflush(FILE *stream)
{
	REAL(fflush);
	return fails(WRITE, CALLER) ? EOF : real(stream);
}

int
rename(const char *old, const char *new)
{
	REAL(rename);
	return fails(RENAME, CALLER) ? -1 : real(old, new);
}

int
renameat(int oldfd, const char *old, int newfd, const char *new)
{
	REAL(renameat);
	return fails(RENAME, CALLER) ? -1 : real(oldfd, old, newfd, new);
}

int
fsync(int fd)
{
	REAL(fsync);
	return fails(FSYNC, CALLER) ? -1 : real(fd);
}
