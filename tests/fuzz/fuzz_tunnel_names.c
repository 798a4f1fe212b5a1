/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Lines of tunnels, one to a line of the input: what is accepted can be printed as a row and has a name that is
 * whole, and an SA that is just what the line says is matched by it or by one before it.  The whole input is
 * read as /proc/net/xfrm_stat, too.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "tunnels/tunnel_names.h"
#include "base/utf8.h"
#include "xfrm/xfrm_stat.h"

static void
check_last(const struct tunnel_names *names, const char *line)
{
	const struct tunnel_name *const name = &names->all[names->count - 1];
	struct sa_address local = name->local.address;
	const size_t shadow = tunnel_names_shadow(names, names->count - 1);
	struct tunnel_key key;
	size_t found;

	expect(name->name[0] != '\0' && strnlen(name->name, sizeof(name->name)) < sizeof(name->name), "has no name",
	       line);
	expect(utf8_is_printable((const uint8_t *)name->name, strlen(name->name)), "has a name that cannot be shown",
	       line);
	expect(name->remote.bits <= 8 * sa_address_octets(name->remote.address.type), "has too many bits", line);
	if (local.type == SA_ADDRESS_NONE)
		local.type = name->remote.address.type;
	tunnel_key_make(&key, &local, &name->remote.address, name->reqid, name->if_id);
	if (name->has_context) /* it matches once it is copied for that */
		return;
	found = tunnel_names_match(names, &key);
	expect(found < names->count, "does not match what it says", line);
	expect(shadow == names->count || found <= shadow, "is shadowed by what does not match", line);
}

static void
read_lines(const char *text, struct tunnel_names *names)
{
	enum { LINE_SIZE = 512 };
	char line[LINE_SIZE];

	while (*text) {
		const size_t length = strcspn(text, "\n");
		const char *reason;
		const size_t count = names->count;

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		reason = tunnel_names_add(names, line);
		expect(reason ? names->count == count : names->count == count + 1, "is neither taken nor refused",
		       line);
		if (!reason)
			check_last(names, line);
		text += length + (text[length] == '\n');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tunnel_names names = {.count = 0}, copy = {.count = 0};
	size_t at = 0;
	struct xfrm_stat stat;
	char *const text = calloc(1, size + 1);

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	read_lines(text, &names);
	expect(tunnel_names_copy(&copy, &names, "x", &at, SIZE_MAX) && copy.count <= names.count, "cannot be copied",
	       "");
	tunnel_names_free(&copy);
	tunnel_names_free(&names);
	xfrm_stat_read(&stat, text, size);
	free(text);
	return 0;
}
