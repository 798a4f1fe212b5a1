/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Descriptions, one to a line of the input, on a screen whose size, key and place are the octets before: whatever they
 * are, nothing that steers a terminal is put, and nothing beyond its edges.
 */

#include <locale.h>
#include <string.h>

#include "fuzz.h"
#include "mib2text/live_screen.h"
#include "mib2text/terminal_text.h"

enum { MOST_TUNNELS = 64 };

struct edges {
	unsigned lines, columns;
};

static void
check_put(void *data, unsigned line, unsigned column, const char *text, enum live_mark mark)
{
	const struct edges *const edges = data;
	char again[2048];

	(void)mark;
	require(line < edges->lines);
	require(column + terminal_text_width(text) <= edges->columns);
	terminal_text_escape(text, again, sizeof(again));
	require(strcmp(text, again) == 0);
}

static size_t
read_tunnels(const uint8_t *data, size_t size, struct tunnel tunnels[MOST_TUNNELS])
{
	size_t count = 0;

	while (size > 0 && count < MOST_TUNNELS) {
		const uint8_t *const end = memchr(data, '\n', size);
		const size_t length = end ? (size_t)(end - data) : size;
		struct tunnel *const tunnel = &tunnels[count];

		*tunnel = (struct tunnel){.index = (uint32_t)++count, .state = (uint8_t)length};
		memcpy(tunnel->descr, data, length < TUNNEL_DESCR_SIZE ? length : TUNNEL_DESCR_SIZE - 1);
		memcpy(&tunnel->in_bytes, data, length < sizeof(uint64_t) ? length : sizeof(uint64_t));
		data += length + (end != NULL);
		size -= length + (end != NULL);
	}
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tunnel tunnels[MOST_TUNNELS];
	const struct agent_state state = {.status = {.reads = size}};
	struct live_choice choice;
	struct live_words words = {"agent", "12:00:00", 1, ""};
	struct live_tunnels live;
	struct edges edges;
	uint32_t order[MOST_TUNNELS];
	size_t count;

	if (size < 4)
		return 0;
	setlocale(LC_CTYPE, data[2] & 1 ? "C" : "C.UTF-8");
	edges = (struct edges){data[0], data[1]};
	choice = (struct live_choice){(enum tunnel_key)(data[2] % TUNNEL_KEYS), data[2] & 0x80, data[3], data[3] % 7};
	count = read_tunnels(data + 4, size - 4, tunnels);
	words.message = count > 0 ? tunnels[0].descr : "";
	words.agent = count > 1 ? tunnels[1].descr : "agent";
	live_tunnels_init(&live);
	require(live_tunnels_look(&live, tunnels, count / 2, &state, 1000000));
	require(live_tunnels_look(&live, tunnels, count, &(struct agent_state){0}, 3000000));
	live_tunnels_order(&live, choice.key, choice.reversed, order);
	live_screen_put(&live, order, &choice, &words, edges.lines, edges.columns, check_put, &edges);
	live_tunnels_free(&live);
	return 0;
}
