/* SPDX-License-Identifier: BSD-3-Clause */

/* Saved walks as files: what a file adds to saved_walk, of which test_saved_walk.c has the rest. */

#include "walk_text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mib2text/walk_file.h"
#include "sa/source.h"

static struct row_list rows;
static struct agent_state state_read;
static char warning[WALK_FILE_WORDS], error[WALK_FILE_WORDS];

static bool
read_path(const char *path)
{
	row_list_free(&rows);
	rows = (struct row_list){.row_size = sizeof(struct sa)};
	memset(&state_read, 0, sizeof(state_read));
	warning[0] = error[0] = '\0';
	return walk_file_read(path, &mib_sa_table, &mib_default_root, &rows, &state_read, warning, error);
}

/* A file in memory; the path that opens it from its beginning. */
static const char *
file_of(const char *octets, size_t length)
{
	static char path[32];
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("walk", MFD_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t written = 0; written < length;) {
		const ssize_t got = write(fd, octets + written, length - written);

		assert_true(got > 0);
		written += (size_t)got;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

/* The walk of a table of so many rows, with the state of the source after it. */
static void
print_file(struct text *text, const struct sa *sas, size_t count, enum source_status status)
{
	struct text table;

	reset_options();
	print_walk(&table, "n", sas, count);
	text_open(text);
	fwrite(table.octets, 1, table.length, text->stream);
	print_scalar(text->stream, offsetof(struct agent_status, source_status), status, NULL);
	print_scalar(text->stream, offsetof(struct agent_status, source_error), 0, "it is gone");
	print_scalar(text->stream, offsetof(struct agent_status, sas), count, NULL);
	text_close(text);
	free(table.octets);
}

static bool
read_with_status(const struct sa *sas, size_t count, enum source_status status)
{
	struct text text;
	bool good;

	print_file(&text, sas, count, status);
	good = read_path(file_of(text.octets, text.length));
	free(text.octets);
	return good;
}

/* Far more than one read(2) gives, and than the buffer holds. */
static void
reads_a_large_file(void **state)
{
	enum { ROWS = 1500 };
	struct sa *const sas = random_table(ROWS);

	(void)state;
	assert_true(read_with_status(sas, ROWS, SOURCE_STATUS_OK));
	assert_string_equal(warning, "");
	assert_int_equal(rows.count, ROWS);
	for (size_t i = 0; i < ROWS; i++)
		assert_same_sa(row_list_at(&rows, i), &sas[i]);
	assert_int_equal(state_read.status.source_status, SOURCE_STATUS_OK);
	free(sas);
}

static void
says_how_the_agent_was_when_the_walk_was_taken(void **state)
{
	struct sa *const sas = random_table(3);

	(void)state;
	assert_true(read_with_status(sas, 3, SOURCE_STATUS_FAILING));
	assert_int_equal(rows.count, 3);
	assert_non_null(
		strstr(warning, ": when the walk was taken, the agent cannot read its SAs: it is gone; these are "));
	assert_false(read_with_status(sas, 0, SOURCE_STATUS_STALE));
	assert_non_null(strstr(error, ": when the walk was taken, the agent cannot read its SAs: it is gone; it "));
	assert_false(read_with_status(sas, 0, SOURCE_STATUS_NOT_YET_READ));
	assert_non_null(strstr(error, "the agent has not read its SAs yet"));
	free(sas);
}

static void
says_which_rows_it_left_out(void **state)
{
	struct sa *const sas = random_table(3);
	struct text text;
	const char *path;
	char expected[128];

	(void)state;
	reset_options();
	assert_null(snmp_out_options((char[]){"n"}, 0, NULL));
	text_open(&text);
	for (size_t column = 0; column < columns_readable(&sa_table); column++) {
		for (size_t row = 0; row < 3; row++) {
			if (row != 1 || column < 10)
				print_cell(text.stream, &sas[row], column);
		}
	}
	text_close(&text);
	path = file_of(text.octets, text.length);
	assert_true(read_path(path));
	snprintf(expected, sizeof(expected),
		 "%s: left out 1 SAs that went away while the walk was taken, and 0 that came", path);
	assert_string_equal(warning, expected);
	assert_int_equal(rows.count, 2);
	free(text.octets);
	free(sas);
}

static void
refuses_what_it_cannot_read(void **state)
{
	enum { LONG = 3 << 20 };
	char *const line = malloc(LONG);

	(void)state;
	assert_non_null(line);
	assert_false(read_path("/nowhere/walk"));
	assert_string_equal(error, "/nowhere/walk: No such file or directory");
	assert_false(read_path("/proc/self"));
	assert_string_equal(error, "/proc/self: Is a directory");
	memset(line, 'x', LONG);
	assert_false(read_path(file_of(line, LONG)));
	assert_non_null(strstr(error, ": a line is too long for a saved walk"));
	assert_false(read_path(file_of("no walk\n", strlen("no walk\n"))));
	assert_non_null(strstr(error, "/proc/self/fd/"));
	free(line);
}

static void
reads_standard_input(void **state)
{
	struct sa *const sas = random_table(2);
	struct text text;
	const int saved = dup(STDIN_FILENO);
	int fd;

	(void)state;
	print_file(&text, sas, 2, SOURCE_STATUS_FAILING);
	fd = open(file_of(text.octets, text.length), O_RDONLY | O_CLOEXEC);
	assert_true(saved >= 0 && fd >= 0);
	dup2(fd, STDIN_FILENO);
	assert_true(read_path("-"));
	dup2(saved, STDIN_FILENO);
	assert_int_equal(rows.count, 2);
	assert_memory_equal(warning, "standard input: ", strlen("standard input: "));
	close(fd);
	close(saved);
	free(text.octets);
	free(sas);
}

static int
free_rows(void **state)
{
	(void)state;
	row_list_free(&rows);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_large_file),
		cmocka_unit_test(says_how_the_agent_was_when_the_walk_was_taken),
		cmocka_unit_test(says_which_rows_it_left_out),
		cmocka_unit_test(refuses_what_it_cannot_read),
		cmocka_unit_test(reads_standard_input),
	};

	return cmocka_run_group_tests_name("walk_file", tests, NULL, free_rows);
}
