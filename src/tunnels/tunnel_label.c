/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_label.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

/* FNV-1a (draft-eastlake-fnv): distinguishes long names that begin alike. */
static uint32_t
hash_of(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 16777619u;
	return hash;
}

void
tunnel_label_make(struct tunnel_label *label, const char *connection, const char *child, const char *remote_id,
		  const char *many)
{
	enum { BEGINNING = TUNNEL_NAME_SIZE - 1 - 9 };
	char whole[2 * IKE_NAME_SIZE + IKE_IDENTITY_SIZE + 16];
	const bool says_more = strcmp(connection, child) != 0;
	size_t length;

	memset(label, 0, sizeof(*label));
	snprintf(label->connection, sizeof(label->connection), "%s", connection);
	snprintf(label->child, sizeof(label->child), "%s", child);
	snprintf(label->remote_id, sizeof(label->remote_id), "%s", remote_id);
	snprintf(whole, sizeof(whole), "/%s%s%s%s%s", connection, says_more ? "/" : "", says_more ? child : "",
		 many ? ":" : "", many ? many : "");
	length = strlen(whole);
	if (length < sizeof(label->name)) {
		memcpy(label->name, whole, length);
		return;
	}
	/* Not in the middle of a character. */
	length = BEGINNING;
	while (length > 0 && ((uint8_t)whole[length] & 0xc0) == 0x80)
		length--;
	snprintf(label->name, sizeof(label->name), "%.*s~%08x", (int)length, whole, (unsigned)hash_of(whole));
}

static bool
is_address_and_port(const char *text)
{
	const char *const colon = strrchr(text, ':');
	struct sa_address address;
	uint64_t port;

	return colon && decimal_read(colon + 1, strlen(colon + 1), 0, UINT16_MAX, &port) &&
	       sa_address_parse(text, (size_t)(colon - text), &address);
}

bool
tunnel_label_has_identity(const char *name)
{
	const char *colon = tunnel_label_is(name) ? strchr(name, ':') : NULL;
	const bool has_many = colon != NULL;

	while (colon && !is_address_and_port(colon + 1))
		colon = strchr(colon + 1, ':');
	return has_many && !colon;
}
