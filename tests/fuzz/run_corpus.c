/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FUZZ_TARGET [-r COUNT] [-l] PATH...: runs a fuzz target over inputs, without libFuzzer: so many random ones, the same in
 * every run; each file named, and each file in a folder named; behind -l, each line of a file.  A target that finds
 * something wrong ends the program.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static bool by_line;
static unsigned long inputs;

static void
give_up(const char *path)
{
	fprintf(stderr, "run_corpus: %s: %s\n", path, strerror(errno));
	exit(1);
}

/* From a block of exactly that size, so that a sanitizer sees reads beyond it. */
static void
run_one(const char *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	if (!copy)
		give_up("an input");
	if (size > 0)
		memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	inputs++;
}

/* xorshift64; small ones as often as not */
static void
run_random(unsigned long count)
{
	uint64_t state = UINT64_C(0x9e3779b97f4a7c15);
	char octets[512];

	for (unsigned long i = 0; i < count; i++) {
		const size_t size = 1 + i % sizeof(octets);

		for (size_t j = 0; j < size; j++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			octets[j] = (char)(state >> 40 & 1 ? state >> 32 : state >> 32 & 3);
		}
		run_one(octets, size);
	}
}

static void
run_lines(FILE *file)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while ((length = getline(&line, &room, file)) > 0)
		run_one(line, (size_t)length - (line[length - 1] == '\n'));
	free(line);
}

static void
run_whole(FILE *file)
{
	size_t size = 0, got;
	char *data = NULL;

	do {
		char *more = realloc(data, size + 65536);

		if (!more)
			give_up("an input");
		data = more;
		got = fread(data + size, 1, 65536, file);
		size += got;
	} while (got > 0);
	run_one(data, size);
	free(data);
}

static void
run_file(const char *path)
{
	FILE *file = fopen(path, "rb");

	if (!file)
		give_up(path);
	if (by_line)
		run_lines(file);
	else
		run_whole(file);
	if (ferror(file))
		give_up(path);
	fclose(file);
}

static void
run_folder(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	char name[4096];

	if (!folder)
		give_up(path);
	while ((entry = readdir(folder))) {
		struct stat status;

		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (stat(name, &status) != 0)
			give_up(name);
		if (S_ISREG(status.st_mode))
			run_file(name);
	}
	closedir(folder);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct stat status;

		if (strcmp(argv[i], "-l") == 0) {
			by_line = true;
			continue;
		}
		if (strcmp(argv[i], "-r") == 0 && i + 1 < argc) {
			run_random(strtoul(argv[++i], NULL, 10));
			continue;
		}
		if (stat(argv[i], &status) != 0)
			give_up(argv[i]);
		if (S_ISDIR(status.st_mode))
			run_folder(argv[i]);
		else
			run_file(argv[i]);
	}
	printf("%lu inputs\n", inputs);
	return 0;
}
