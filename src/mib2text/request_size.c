/* SPDX-License-Identifier: BSD-3-Clause */
#include "request_size.h"

#include <stdint.h>

enum {
	FIRST_ROWS = 4,
	/* More gains nothing, and an agent should not be busy for long with one answer. */
	MOST_ROWS = 32,
	/* A few columns whose answer fits any path without fragments. */
	SMALL_BINDINGS = 16,
	/* After this number of whole answers, the ceiling is tried again. */
	CALM_ANSWERS = 32,
};

/* Whole rows if it allows at least one; never above the ceiling. */
static void
set_asked(struct request_size *size, size_t bindings)
{
	if (bindings > size->most)
		bindings = size->most;
	if (bindings > size->ceiling)
		bindings = size->ceiling;
	if (bindings >= size->lost)
		bindings = size->lost - 1;
	if (bindings >= size->columns)
		bindings -= bindings % size->columns;
	size->asked = bindings;
}

static void
lower(struct request_size *size, size_t ceiling)
{
	size->ceiling = ceiling;
	size->calm = 0;
	set_asked(size, ceiling);
}

void
request_size_init(struct request_size *size, size_t columns, size_t rows, size_t most)
{
	const size_t wanted = columns * (rows ? rows : MOST_ROWS);

	*size = (struct request_size){.columns = columns, .ceiling = SIZE_MAX, .lost = SIZE_MAX};
	size->most = wanted < most ? wanted : most;
	set_asked(size, columns * (rows ? rows : FIRST_ROWS));
}

size_t
request_size_rows(const struct request_size *size)
{
	return size->asked > size->columns ? size->asked / size->columns : 1;
}

size_t
request_size_columns(const struct request_size *size)
{
	return size->asked < size->columns ? size->asked : size->columns;
}

bool
request_size_is_probe(const struct request_size *size)
{
	return size->asked > size->proven;
}

void
request_size_whole(struct request_size *size)
{
	size->unanswered = 0;
	if (size->asked > size->proven)
		size->proven = size->asked;
	if (size->asked < size->most && ++size->calm >= CALM_ANSWERS) {
		const size_t quarter = size->ceiling / 4;
		const size_t step = size->asked < size->columns ? 1 : size->columns;

		if (size->ceiling < size->most)
			size->ceiling += quarter > step ? quarter : step;
		size->calm = 0;
	}
	set_asked(size, 2 * size->asked);
}

void
request_size_part(struct request_size *size)
{
	size->unanswered = 0;
}

void
request_size_short(struct request_size *size, size_t bindings)
{
	size->unanswered = 0;
	if (bindings > size->proven)
		size->proven = bindings;
	lower(size, bindings);
}

bool
request_size_too_big(struct request_size *size)
{
	size->unanswered = 0;
	if (size->asked <= 1)
		return false;
	lower(size, size->asked / 2);
	return true;
}

bool
request_size_no_answer(struct request_size *size)
{
	enum { MOST_UNANSWERED = 3 };

	if (++size->unanswered > MOST_UNANSWERED || size->asked <= SMALL_BINDINGS)
		return false;
	if (request_size_is_probe(size))
		size->lost = size->asked;
	lower(size, size->asked > size->columns ? size->columns : SMALL_BINDINGS);
	return true;
}
