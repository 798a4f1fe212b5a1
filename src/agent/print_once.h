/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PRINT_ONCE_H
#define PRINT_ONCE_H

#include "klips/klips_text.h"
#include "sa/source.h"

/*
 * Reads the source once and prints all of it on standard output, or nothing.  Takes ownership of the source.  Returns
 * the program's exit status, after reporting any error on standard error.
 */
enum print_what { PRINT_SAS, PRINT_POLICIES };
int print_once(struct source *source, enum print_what what, enum klips_text_format format);

#endif
