/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TERMINAL_TEXT_H
#define TERMINAL_TEXT_H

/* Text from elsewhere, made harmless for a terminal and measured.  Characters are those of the locale (LC_CTYPE). */

#include <stddef.h>

/*
 * Copies text into out[size], a NUL at its end.  What would steer a terminal or turn the direction of writing, what the
 * locale cannot print, and octets that are no character, come as "\x1b" or "\u202e".  What does not fit is left out.
 */
void terminal_text_escape(const char *text, char *out, size_t size);

/* Columns of a terminal that text takes: a character may take two, or none.  What is no text takes one an octet. */
size_t terminal_text_width(const char *text);

/* Cuts text so that it takes no more than so many columns. */
void terminal_text_cut(char *text, size_t columns);

#endif
