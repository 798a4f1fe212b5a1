/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ANCESTRY_H
#define ANCESTRY_H

#include <stdbool.h>

/* Whether a program of that name (proc(5), comm) has started this process, directly or by a shell. */
bool ancestry_has(const char *name);

#endif
