/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIVE_SCREEN_H
#define LIVE_SCREEN_H

/* The content of a terminal of a given size that shows tunnels repeatedly; pure: it knows no terminal. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live_tunnels.h"
#include "tunnel_order.h"

/* How a piece of text is highlighted. */
enum live_mark { LIVE_PLAIN, LIVE_TITLE, LIVE_HEADING, LIVE_SORTED, LIVE_CHANGED, LIVE_BAD, LIVE_BAD_CHANGED };

/* The user's choices; the screen limits them to what exists. */
struct live_choice {
	enum tunnel_key key;
	bool reversed;
	size_t top;   /* the rank of the first tunnel that is shown */
	size_t right; /* how many of the columns after DESCR are skipped */
};

struct live_words {
	const char *agent; /* its address, as the user gave it */
	const char *time;  /* of the last look */
	unsigned interval_seconds;
	const char *message; /* the error; empty: none */
};

enum { LIVE_HEAD_LINES = 3 }; /* title, message, headings */

/* Puts text, without control characters, at a place of the screen; it does not reach beyond the edge. */
typedef void live_put(void *data, unsigned line, unsigned column, const char *text, enum live_mark mark);

/* The previous or next key, in the order of the columns. */
enum tunnel_key live_next_key(enum tunnel_key key, int step);

/*
 * Puts the content of a screen of that size, which is empty before.  order: from live_tunnels_order(), by choice.  Text
 * is in the locale's encoding (LC_CTYPE).
 */
void live_screen_put(const struct live_tunnels *live, const uint32_t *order, struct live_choice *choice,
		     const struct live_words *words, unsigned lines, unsigned columns, live_put *put, void *data);

#endif
