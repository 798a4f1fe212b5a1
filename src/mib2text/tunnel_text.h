/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_TEXT_H
#define TUNNEL_TEXT_H

/* Tunnels as a table of text for people: a line of headings, then a line for each, its columns aligned. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tunnels/tunnel.h"

/*
 * human: "1.2GiB", "3d4h"; otherwise plain numbers of octets, packets and seconds.  Names that are empty or have blanks
 * are in quotes, so that each line has as many words as there are headings.  Errors stay in the stream (ferror).
 */
void tunnel_text_print(FILE *out, const struct tunnel *tunnels, size_t count, bool human);

#endif
