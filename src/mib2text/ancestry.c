/* SPDX-License-Identifier: BSD-3-Clause */
#include "ancestry.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "PID (NAME) STATE PARENT ...", where the name may have blanks and parentheses.  Returns the parent, or 0. */
static int
read_process(int pid, char name[64])
{
	char path[64], line[512];
	const char *open;
	char *close;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	open = strchr(line, '(');
	close = strrchr(line, ')');
	if (!open || !close || close < open)
		return 0;
	*close = '\0';
	snprintf(name, 64, "%s", open + 1);
	return sscanf(close + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

bool
ancestry_has(const char *name)
{
	enum { MOST_GENERATIONS = 4 };
	int pid = getppid();

	for (unsigned i = 0; i < MOST_GENERATIONS && pid > 0; i++) {
		char its_name[64];
		const int parent = read_process(pid, its_name);

		if (parent > 0 && strcmp(its_name, name) == 0)
			return true;
		pid = parent;
	}
	return false;
}
