/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm/xfrm_stat.h"

#include <stdbool.h>
#include <string.h>

static const char *const names[XFRM_STAT_COUNTERS] = {
#define NAME(name) "Xfrm" #name,
	XFRM_STATS(NAME)
#undef NAME
};

struct line {
	const char *name;
	size_t name_length;
	uint64_t number;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* "XfrmInNoStates          \t17"; a number that does not fit wraps, as counters do. */
static bool
read_line(const char *text, size_t length, struct line *line)
{
	const char *const end = text + length;
	const char *at = text;

	while (at < end && !is_blank(*at))
		at++;
	*line = (struct line){text, (size_t)(at - text), 0};
	while (at < end && is_blank(*at))
		at++;
	if (line->name_length == 0 || at == end)
		return false;
	for (; at < end && *at >= '0' && *at <= '9'; at++)
		line->number = line->number * 10 + (uint64_t)(*at - '0');
	return at == end;
}

static size_t
number_of(const struct line *line)
{
	size_t i = 0;

	while (i < XFRM_STAT_COUNTERS &&
	       (strlen(names[i]) != line->name_length || memcmp(names[i], line->name, line->name_length) != 0))
		i++;
	return i;
}

void
xfrm_stat_read(struct xfrm_stat *stat, const char *text, size_t length)
{
	const char *const end = text + length;

	*stat = (struct xfrm_stat){.others = 0};
	while (text < end) {
		const char *const newline = memchr(text, '\n', (size_t)(end - text));
		const char *const line_end = newline ? newline : end;
		struct line line;
		size_t number;

		if (read_line(text, (size_t)(line_end - text), &line)) {
			number = number_of(&line);
			if (number < XFRM_STAT_COUNTERS) {
				stat->known |= UINT64_C(1) << number;
				stat->counters[number] = line.number;
			} else {
				stat->others++;
			}
		}
		text = line_end + 1;
	}
}
