/* SPDX-License-Identifier: BSD-3-Clause */

/* A file that is replaced as a whole or not at all. */

#include "mib2text/output_file.h"

#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* The folder of the test, which is the working directory meanwhile. */
static char folder[32];

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/output_file.XXXXXX");
	umask(022);
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int
remove_folder(void **state)
{
	DIR *const entries = opendir(".");
	const struct dirent *entry;

	(void)state;
	while ((entry = readdir(entries)) != NULL) {
		if (unlink(entry->d_name) != 0)
			rmdir(entry->d_name);
	}
	closedir(entries);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static unsigned
files_here(void)
{
	DIR *const entries = opendir(".");
	unsigned count = 0;

	while (readdir(entries) != NULL)
		count++;
	closedir(entries);
	return count - 2; /* "." and ".." */
}

static void
assert_holds(const char *path, const char *text)
{
	char held[64] = "";
	FILE *const file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(held, 1, sizeof(held) - 1, file) < sizeof(held) - 1);
	fclose(file);
	assert_string_equal(held, text);
}

static mode_t
mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 07777;
}

static void
begin_with(struct output_file *file, const char *path, const char *text)
{
	if (!output_file_begin(file, path))
		fail_msg("%s", file->error);
	fputs(text, file->stream);
	fflush(file->stream);
}

static void
replace(const char *path, const char *text)
{
	struct output_file file;

	begin_with(&file, path, text);
	if (!output_file_commit(&file))
		fail_msg("%s", file.error);
}

static void
is_there_as_a_whole_or_not_at_all(void **state)
{
	struct output_file file;

	(void)state;
	begin_with(&file, "table", "first\n");
	assert_int_equal(access("table", F_OK), -1);
	assert_true(output_file_commit(&file));
	assert_holds("table", "first\n");
	begin_with(&file, "table", "second\n");
	assert_holds("table", "first\n");
	assert_true(output_file_commit(&file));
	assert_holds("table", "second\n");
	assert_int_equal(files_here(), 1);
}

static void
has_the_mode_that_it_had(void **state)
{
	(void)state;
	umask(027);
	replace("table", "first\n");
	assert_int_equal(mode_of("table"), 0640);
	chmod("table", 0604);
	replace("table", "second\n");
	assert_int_equal(mode_of("table"), 0604);
	assert_int_equal(umask(022), 027);
}

static void
a_link_stays_and_its_target_is_replaced(void **state)
{
	struct stat status;

	(void)state;
	replace("target", "first\n");
	assert_int_equal(symlink("target", "link"), 0);
	replace("link", "second\n");
	assert_holds("target", "second\n");
	assert_int_equal(lstat("link", &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(files_here(), 2);
}

static void
a_signal_leaves_what_was_there(void **state)
{
	struct output_file file;

	(void)state;
	replace("table", "first\n");
	begin_with(&file, "table", "sec");
	assert_int_equal(files_here(), 2);
	output_file_abandon_by_signal();
	assert_int_equal(files_here(), 1);
	assert_holds("table", "first\n");
	output_file_abandon_by_signal();
	/* What the process would do, if it went on: there is no such file to rename any more. */
	assert_false(output_file_commit(&file));
	assert_string_equal(file.error, "table: No such file or directory");
	assert_holds("table", "first\n");
}

/* As on a file system without room, but with EFBIG. */
static void
what_cannot_be_written_changes_nothing(void **state)
{
	const struct rlimit little = {16, RLIM_INFINITY};
	struct rlimit before;
	struct output_file file;

	(void)state;
	replace("table", "first\n");
	if (!output_file_begin(&file, "table"))
		fail_msg("%s", file.error);
	for (unsigned i = 0; i < 1000; i++)
		fputc('x', file.stream);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_false(output_file_commit(&file));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_string_equal(file.error, "table: File too large");
	assert_holds("table", "first\n");
	assert_int_equal(files_here(), 1);
}

static void
assert_refused(const char *path, const char *error)
{
	struct output_file file;

	assert_false(output_file_begin(&file, path));
	assert_string_equal(file.error, error);
	assert_null(file.stream);
}

static void
says_why_it_cannot_begin(void **state)
{
	char name[300], error[512], path[PATH_MAX];
	struct output_file file;

	(void)state;
	replace("table", "first\n");
	snprintf(error, sizeof(error), "%s: is no regular file, so it cannot be replaced", folder);
	assert_refused(folder, error);
	assert_refused("/dev/null", "/dev/null: is no regular file, so it cannot be replaced");
	assert_refused("none/table", "none/table: cannot create a file in none: No such file or directory");
	assert_refused("table/x", "table/x: Not a directory");
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	snprintf(error, sizeof(error), "%s: File name too long", name);
	assert_refused(name, error);
	/* The file could be, but not one with a longer name beside it. */
	name[250] = '\0';
	snprintf(error, sizeof(error), "%s: cannot create a file beside it: File name too long", name);
	assert_refused(name, error);
	for (size_t i = 0; i < sizeof(path) - 7; i++)
		path[i] = "./"[i % 2];
	strcpy(path + sizeof(path) - 8, "x");
	assert_false(output_file_begin(&file, path));
	assert_non_null(strstr(file.error, "/./././"));
	assert_int_equal(files_here(), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_there_as_a_whole_or_not_at_all, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(has_the_mode_that_it_had, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_link_stays_and_its_target_is_replaced, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_signal_leaves_what_was_there, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_changes_nothing, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(says_why_it_cannot_begin, make_folder, remove_folder),
	};

	return cmocka_run_group_tests_name("output_file", tests, NULL, NULL);
}
