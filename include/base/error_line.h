/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ERROR_LINE_H
#define ERROR_LINE_H

/*
 * Room for one line, with its NUL, that says what failed, why, and what to do.  The caller provides it; the function
 * that fails fills it.
 */
enum { ERROR_LINE_SIZE = 256 };

#endif
