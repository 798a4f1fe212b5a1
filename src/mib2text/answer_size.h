/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ANSWER_SIZE_H
#define ANSWER_SIZE_H

/*
 * How many octets variable bindings take in a message (BER, X.690): those that were received, and those that are
 * expected.
 */

#include <stddef.h>

#include "mib/columns.h"
#include "mib_varbind.h"

/* The number of octets that the bindings of one answer may have. */
struct answer_limits {
	size_t most; /* an agent that has more cannot send them */
	size_t sure; /* these pass any agent and any path */
};

/* The sub-identifiers at the end of a name; those at its beginning take no more. */
size_t answer_size_name(const unsigned long *subids, size_t count);

/* A binding that was received. */
size_t answer_size_binding(const struct mib_varbind *varbind);

/* The maximum for a binding of that column whose name has that number of octets. */
size_t answer_size_most(const struct column *column, size_t name_octets);

#endif
