/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_descr.h"

#include <stdio.h>
#include <string.h>

#include "base/text_writer.h"
#include "tunnels/tunnel_label.h"

/* Neither quotes nor blanks, nor separators of a shell, a file system, or a manager's keys. */
static void
put_safe(struct text_writer *writer, const char *text)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:_-";

	for (; *text; text++)
		text_put_octet(writer, (char)(strchr(safe, *text) ? *text : '_'));
}

/* In a label, slashes are kept: they separate connection and child. */
static void
put_label(struct text_writer *writer, const char *text)
{
	char part[TUNNEL_NAME_SIZE];

	for (const char *slash; (slash = strchr(text, '/')); text = slash + 1) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - text), text);
		put_safe(writer, part);
		text_put_octet(writer, '/');
	}
	put_safe(writer, text);
}

static void
put_address(struct text_writer *writer, const struct sa_address *address)
{
	char text[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(address, text);
	text_put_string(writer, text);
}

static void
put_number(struct text_writer *writer, const char *before, uint32_t number)
{
	text_put_string(writer, before);
	text_put_unsigned(writer, number);
}

void
tunnel_descr_print(char descr[TUNNEL_DESCR_SIZE], enum tunnel_descr_form form, const char *name,
		   const struct tunnel_key *key, uint32_t index, const char *context)
{
	struct text_writer writer = {descr, TUNNEL_DESCR_SIZE, 0};

	if (tunnel_label_is(name)) {
		put_label(&writer, name + 1);
	} else if (name[0] != '\0') {
		put_safe(&writer, name);
	} else {
		put_address(&writer, &key->local);
		text_put_octet(&writer, '-');
		put_address(&writer, &key->remote);
		if (form == DESCR_REQID || form == DESCR_REQID_AND_IF)
			put_number(&writer, "-reqid", key->reqid);
		if (form == DESCR_REQID_AND_IF)
			put_number(&writer, "-if", key->if_id);
	}
	if (form == DESCR_INDEX)
		put_number(&writer, "#", index);
	if (context[0] != '\0') {
		text_put_octet(&writer, '@');
		put_safe(&writer, context);
	}
	text_end(&writer);
}
