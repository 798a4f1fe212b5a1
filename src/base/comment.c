/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/comment.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const char blanks[] = " \t\r\n\v\f";

static bool
is_blank(char octet)
{
	return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

static char *
skip_character(char *at)
{
	return at + (at[0] == '\\' && at[1] != '\0' ? 2 : 1);
}

/* The end of the quotation that begins here; NULL: it does not end. */
static char *
end_of_quotation(char *at)
{
	const char quote = *at++;

	while (*at != '\0' && *at != quote)
		at = skip_character(at);
	return *at == quote ? at + 1 : NULL;
}

static char *
end_of_word(char *at)
{
	char *const closed = *at == '"' || *at == '\'' ? end_of_quotation(at) : NULL;

	if (closed)
		return closed;
	while (*at != '\0' && !is_blank(*at))
		at = skip_character(at);
	return at;
}

void
comment_cut(char *line)
{
	char *end = line, *word = line + strspn(line, blanks);

	while (*word != '\0' && *word != '#') {
		end = end_of_word(word);
		word = end + strspn(end, blanks);
	}
	*end = '\0';
}
