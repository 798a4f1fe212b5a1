/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_SELECTOR_H
#define SA_SELECTOR_H

/* Which traffic is meant, as text. */

#include "base/text_writer.h"
#include "sa/sa.h"

/*
 * "10.1.0.0/16 > 10.2.0.0/16" or, with what stands between them given, whatever that is.  An upper protocol and ports stand
 * in brackets: "[tcp/443]", "[17]", "[tcp/1024:fc00]" with a mask in hexadecimal digits; of ICMP, type and code stand where
 * the ports do.  At most SA_SELECTOR_TEXT_SIZE octets with a NUL, where that is of four octets at most.
 */
enum { SA_SELECTOR_TEXT_SIZE = 2 * (45 + 4 + 24) + 4 + 1 };
void sa_selector_put(struct text_writer *writer, const struct sa_selector *selector, const char *between);

/* The same traffic the other way round. */
struct sa_selector sa_selector_reversed(const struct sa_selector *selector);

#endif
