/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_SELECTOR_H
#define SA_SELECTOR_H

/* A traffic selector as text. */

#include "base/text_writer.h"
#include "sa/sa.h"

/*
 * "10.1.0.0/16 > 10.2.0.0/16", or with another separator between them.  An upper protocol and ports follow in brackets:
 * "[tcp/443]", "[17]", "[tcp/1024:fc00]" with a mask in hexadecimal digits; for ICMP, type and code take the place of
 * the ports. At most SA_SELECTOR_TEXT_SIZE octets with a NUL, for a separator of up to four octets.
 */
enum { SA_SELECTOR_TEXT_SIZE = 2 * (45 + 4 + 24) + 4 + 1 };
void sa_selector_put(struct text_writer *writer, const struct sa_selector *selector, const char *between);

/* The same traffic in the opposite direction. */
struct sa_selector sa_selector_reversed(const struct sa_selector *selector);

#endif
