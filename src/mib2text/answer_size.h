/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ANSWER_SIZE_H
#define ANSWER_SIZE_H

/* How many octets variable bindings take in a message (BER, X.690): those that came, and those that may come. */

#include <stddef.h>

#include "mib/columns.h"
#include "mib_varbind.h"

/* How many octets the bindings of one answer may have. */
struct answer_limits {
	size_t most; /* an agent that has more cannot send them */
	size_t sure; /* these come through from any agent and by any path */
};

/* The sub-identifiers at the end of a name; those at its beginning take no more. */
size_t answer_size_name(const unsigned long *subids, size_t count);

/* A binding as it came. */
size_t answer_size_binding(const struct mib_varbind *varbind);

/* The most that a binding of that column can have under a name of so many octets. */
size_t answer_size_most(const struct column *column, size_t name_octets);

#endif
