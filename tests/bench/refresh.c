/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * refresh xfrm COUNT ROUNDS         floor: receive the dump with a 64 KiB buffer and count its messages
 * refresh steady COUNT ROUNDS       only the real thing, and the memory it takes; ROUNDS: a multiple of ten
 * refresh klips FILE COUNT ROUNDS   floor: read the file and count newlines with memchr()
 *
 * In turns the floor and the real thing: from the source through the reader to a committed snapshot of COUNT SAs.
 * With KLIPS also parsing and printing alone, from and to memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "clocks.h"
#include "klips/klips_text.h"
#include "census/reader.h"

enum { BUFFER_OCTETS = 64 * 1024 };

_Noreturn static void
die(const char *what, const char *why)
{
	fprintf(stderr, "refresh: %s: %s\n", what, why);
	exit(1);
}

static void
expect(const char *what, size_t count, size_t expected)
{
	if (count == expected)
		return;
	fprintf(stderr, "refresh: %s: %zu SAs instead of %zu\n", what, count, expected);
	exit(1);
}

/* --- floors ------------------------------------------------------------------------------------ */

static struct mnl_socket *
request_dump(void)
{
	static struct mnl_socket *kernel;
	uint64_t room[64];
	struct nlmsghdr *request = mnl_nlmsg_put_header(room);

	if (!kernel) {
		kernel = mnl_socket_open(NETLINK_XFRM);
		if (!kernel || mnl_socket_bind(kernel, 0, MNL_SOCKET_AUTOPID) < 0)
			die("netlink", strerror(errno));
	}
	request->nlmsg_type = XFRM_MSG_GETSA;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct xfrm_usersa_id));
	if (mnl_socket_sendto(kernel, request, request->nlmsg_len) < 0)
		die("netlink", strerror(errno));
	return kernel;
}

static size_t
count_messages(void)
{
	static uint64_t buffer[BUFFER_OCTETS / 8];
	struct mnl_socket *const kernel = request_dump();
	size_t count = 0;

	for (;;) {
		int left = (int)recv(mnl_socket_get_fd(kernel), buffer, sizeof(buffer), 0);
		const struct nlmsghdr *message = (const void *)buffer;

		if (left < 0)
			die("netlink", strerror(errno));
		for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (message->nlmsg_type == NLMSG_DONE)
				return count;
			count++;
		}
	}
}

static size_t
count_newlines(const char *path)
{
	static char buffer[BUFFER_OCTETS];
	const int fd = open(path, O_RDONLY);
	size_t count = 0;
	ssize_t got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		const char *at = buffer, *const end = buffer + got;

		while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
			at++;
			count++;
		}
	}
	if (fd < 0 || got < 0)
		die(path, strerror(errno));
	close(fd);
	return count;
}

/* --- the real thing ---------------------------------------------------------------------------- */

/* The longest steps of the reads so far, each clock by itself. */
static struct clocks longest;

static enum reader_wait
step(struct reader *reader)
{
	const struct clocks before = clocks_now();
	const enum reader_wait wait = reader_step(reader, clock_monotonic_us());
	const struct clocks after = clocks_now();

	if (after.wall_ns - before.wall_ns > longest.wall_ns)
		longest.wall_ns = after.wall_ns - before.wall_ns;
	if (after.cpu_ns - before.cpu_ns > longest.cpu_ns)
		longest.cpu_ns = after.cpu_ns - before.cpu_ns;
	return wait;
}

static size_t
read_into_snapshot(struct reader *reader)
{
	enum reader_wait wait = reader_begin(reader, clock_monotonic_us());

	while (wait != READER_IDLE) {
		if (wait == READER_WAIT_FD) {
			struct pollfd ready = {.fd = reader_fd(reader), .events = POLLIN};

			poll(&ready, 1, -1);
		}
		wait = step(reader);
	}
	if (reader_status(reader) != SOURCE_STATUS_OK)
		die("reading", reader_error(reader));
	return snapshot_count(reader_snapshot(reader));
}

static void
print_longest_step(void)
{
	printf("step %llu %llu\n", (unsigned long long)longest.wall_ns, (unsigned long long)longest.cpu_ns);
}

static struct reader *
reader_of(struct source *source)
{
	static const struct reader_settings settings = {.interval_ms = 1, .stale_after_ms = 1, .share_percent = 100};
	struct reader *reader = source ? reader_new(source, &settings) : NULL;

	if (!reader)
		die("reader", "cannot be had");
	return reader;
}

/* --- KLIPS's text alone ------------------------------------------------------------------------ */

static size_t
load(const char *path, char **text)
{
	FILE *file = fopen(path, "r");
	struct stat status;
	size_t length;

	if (!file || fstat(fileno(file), &status) < 0)
		die(path, strerror(errno));
	length = (size_t)status.st_size;
	*text = malloc(length);
	if (!*text || fread(*text, 1, length, file) != length)
		die(path, "cannot be read");
	fclose(file);
	return length;
}

static size_t
parse_all(const char *text, size_t length, struct sa *sas, size_t room)
{
	const char *const end = text + length;
	size_t count = 0;

	while (text < end && count < room) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		struct klips_text_result result;

		if (!newline)
			newline = end;
		count += klips_text_parse(text, (size_t)(newline - text), &sas[count], &result);
		text = newline + 1;
	}
	return count;
}

static size_t
print_all(const struct sa *sas, size_t count)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	size_t octets = 0;

	for (size_t i = 0; i < count; i++)
		octets += klips_text_print(&sas[i], KLIPS_TEXT_AUTO, line);
	return octets;
}

static void
text_round(const char *text, size_t length, struct sa *sas, size_t count)
{
	struct clocks since = clocks_now();

	expect("parsing", parse_all(text, length, sas, count), count);
	clocks_print("parse", since);
	since = clocks_now();
	expect("printing", print_all(sas, count), length);
	clocks_print("print", since);
}

/* --- rounds ------------------------------------------------------------------------------------ */

static void
xfrm_rounds(size_t count, unsigned rounds)
{
	char error[ERROR_LINE_SIZE];
	struct reader *reader = reader_of(source_xfrm_open(NULL, 4 << 20, error));

	read_into_snapshot(reader);
	while (rounds-- > 0) {
		struct clocks since = clocks_now();

		expect("counting", count_messages(), count);
		clocks_print("floor", since);
		since = clocks_now();
		expect("reading", read_into_snapshot(reader), count);
		clocks_print("read", since);
	}
	print_longest_step();
	reader_free(reader);
}

/* Whether a thousand reads leave the memory as ten do: prints "resident READS PAGES" after each tenth of them. */
static void
steady_rounds(size_t count, unsigned rounds)
{
	char error[ERROR_LINE_SIZE];
	struct reader *reader = reader_of(source_xfrm_open(NULL, 4 << 20, error));

	for (unsigned round = 1; round <= rounds; round++) {
		unsigned long size = 0, resident = 0;
		FILE *file;

		expect("reading", read_into_snapshot(reader), count);
		if (round % (rounds / 10) != 0)
			continue;
		file = fopen("/proc/self/statm", "r");
		if (!file || fscanf(file, "%lu %lu", &size, &resident) != 2)
			die("/proc/self/statm", "cannot be read");
		fclose(file);
		printf("resident %u %lu\n", round, resident);
	}
	print_longest_step();
	reader_free(reader);
}

static void
klips_rounds(const char *path, size_t count, unsigned rounds)
{
	char error[ERROR_LINE_SIZE], *text;
	struct reader *reader = reader_of(source_klips_open(path, error));
	struct sa *sas = calloc(count, sizeof(*sas));
	const size_t length = load(path, &text);

	if (!sas)
		die(path, "out of memory");
	read_into_snapshot(reader);
	while (rounds-- > 0) {
		struct clocks since = clocks_now();

		expect("counting", count_newlines(path), count);
		clocks_print("floor", since);
		since = clocks_now();
		expect("reading", read_into_snapshot(reader), count);
		clocks_print("read", since);
		text_round(text, length, sas, count);
	}
	print_longest_step();
	reader_free(reader);
	free(text);
	free(sas);
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "xfrm") == 0) {
		xfrm_rounds(strtoul(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10));
	} else if (argc == 4 && strcmp(argv[1], "steady") == 0) {
		steady_rounds(strtoul(argv[2], NULL, 10), (unsigned)strtoul(argv[3], NULL, 10));
	} else if (argc == 5 && strcmp(argv[1], "klips") == 0) {
		klips_rounds(argv[2], strtoul(argv[3], NULL, 10), (unsigned)strtoul(argv[4], NULL, 10));
	} else {
		fprintf(stderr, "usage: refresh xfrm|steady COUNT ROUNDS | refresh klips FILE COUNT ROUNDS\n");
		return 2;
	}
	return 0;
}
