/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef LIVE_SCREEN_H
#define LIVE_SCREEN_H

/* What a terminal of some size shows of tunnels that are looked at again and again; pure: it knows no terminal. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "live_tunnels.h"
#include "tunnel_order.h"

/* How a piece of text stands out. */
enum live_mark { LIVE_PLAIN, LIVE_TITLE, LIVE_HEADING, LIVE_SORTED, LIVE_CHANGED, LIVE_BAD, LIVE_BAD_CHANGED };

/* What the user has chosen; the screen keeps it within what there is. */
struct live_choice {
	enum tunnel_key key;
	bool reversed;
	size_t top;   /* the rank of the first tunnel that is shown */
	size_t right; /* how many of the columns behind DESCR are left out */
};

struct live_words {
	const char *agent; /* its address, as the user gave it */
	const char *time;  /* of the last look */
	unsigned interval_seconds;
	const char *message; /* what is wrong; empty: nothing */
};

enum { LIVE_HEAD_LINES = 3 }; /* title, message, headings */

/* Puts text, without anything that steers a terminal, at a place of the screen; it does not reach beyond the edge. */
typedef void live_put(void *data, unsigned line, unsigned column, const char *text, enum live_mark mark);

/* The key before or behind that one, as the columns stand. */
enum tunnel_key live_next_key(enum tunnel_key key, int step);

/*
 * Puts all of a screen of that size, which is empty before.  order: of live_tunnels_order(), by choice.  Text is in the
 * locale's encoding (LC_CTYPE).
 */
void live_screen_put(const struct live_tunnels *live, const uint32_t *order, struct live_choice *choice,
		     const struct live_words *words, unsigned lines, unsigned columns, live_put *put, void *data);

#endif
