/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICY_TEXT_H
#define POLICY_TEXT_H

/* Policies as a table of text: a line of headings, then a line for each, its columns aligned. */

#include <stddef.h>
#include <stdio.h>

#include "mib/policy_columns.h"

/*
 * Numbers are plain; values with blanks are in double quotes, so that each line has as many words as there are
 * headings, and a hyphen means that there is no value.  Errors stay in the stream (ferror).
 */
void policy_text_print(FILE *out, const struct policy_row *rows, size_t count);

#endif
