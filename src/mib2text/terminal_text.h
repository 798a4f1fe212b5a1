/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TERMINAL_TEXT_H
#define TERMINAL_TEXT_H

/*
 * Makes text from elsewhere harmless for a terminal, and measures it.  Characters are those of the locale (LC_CTYPE).
 */

#include <stddef.h>

/*
 * Copies text into out[size], with a NUL.  Characters that control a terminal or the direction of writing, or that the
 * locale cannot print, and invalid octets become "\x1b" or "\u202e".  What does not fit is dropped.
 */
void terminal_text_escape(const char *text, char *out, size_t size);

/*
 * The number of a terminal's columns that text takes: a character may take two, or none.  Invalid octets take one each.
 */
size_t terminal_text_width(const char *text);

/* Truncates text to that number of columns. */
void terminal_text_cut(char *text, size_t columns);

#endif
