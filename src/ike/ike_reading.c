/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/ike_reading.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/field.h"
#include "base/utf8.h"
#include "sa/sa.h"
#include "vici_message.h"

/* --- values ------------------------------------------------------------------------------------ */

/* Truncates at the end of a character. */
static size_t
fitting(const struct vici_text *value, size_t most)
{
	const uint8_t *const octets = (const uint8_t *)value->octets;
	size_t length = 0, next;

	if (value->length <= most)
		return value->length;
	while (length < most && (next = utf8_octets(octets + length, value->length - length)) > 0 &&
	       length + next <= most)
		length += next;
	return length;
}

/* Each octet that is not printable, or not UTF-8, becomes a question mark. */
static void
set_text(char *text, size_t size, const struct vici_text *value)
{
	const bool is_printable = utf8_is_printable((const uint8_t *)value->octets, value->length);
	const size_t length = is_printable ? fitting(value, size - 1) : value->length < size ? value->length : size - 1;

	memset(text, 0, size);
	for (size_t i = 0; i < length; i++) {
		const char octet = value->octets[i];

		text[i] = (char)(is_printable || (octet >= ' ' && octet <= '~') ? octet : '?');
	}
}

static uint64_t
number_of(const struct vici_text *value, uint64_t most)
{
	uint64_t number = 0;

	decimal_read(value->octets, value->length, 0, most, &number);
	return number;
}

static uint32_t
hex_of(const struct vici_text *value)
{
	static const char digits[] = "0123456789abcdef";
	uint32_t number = 0;

	if (value->length > 8)
		return 0;
	for (size_t i = 0; i < value->length; i++) {
		const char *const digit = memchr(digits, value->octets[i], 16);

		if (!digit)
			return 0;
		number = number << 4 | (uint32_t)(digit - digits);
	}
	return number;
}

static uint8_t
label_of(const struct vici_text *value, const char *const *labels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (labels[i] && vici_text_is(value, labels[i]))
			return (uint8_t)i;
	}
	return 0;
}

/* --- fields of a section, by their keys ---------------------------------------------------------- */

enum field_kind { TEXT, NUMBER, HEX, ADDRESS, YES, IKE_STATE, PROTOCOL };

struct field {
	const char *key;
	enum field_kind kind;
	uint16_t offset, size;
};

static void
set_field(const struct field *field, void *row, const struct vici_text *value)
{
	static const char *const states[] = {
		[IKE_CREATED] = "CREATED",   [IKE_CONNECTING] = "CONNECTING", [IKE_ESTABLISHED] = "ESTABLISHED",
		[IKE_PASSIVE] = "PASSIVE",   [IKE_REKEYING] = "REKEYING",     [IKE_REKEYED] = "REKEYED",
		[IKE_DELETING] = "DELETING", [IKE_DESTROYING] = "DESTROYING",
	};
	static const char *const protocols[] = {[SA_PROTOCOL_ESP] = "ESP", [SA_PROTOCOL_AH] = "AH"};
	const uint64_t most = field->size == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * (field->size & 7)) - 1;
	void *const at = (char *)row + field->offset;

	switch (field->kind) {
	case TEXT:
		set_text(at, field->size, value);
		break;
	case NUMBER:
		field_store(at, field->size, number_of(value, most));
		break;
	case HEX:
		field_store(at, field->size, hex_of(value));
		break;
	case ADDRESS:
		sa_address_parse(value->octets, value->length, at);
		break;
	case YES:
		field_store(at, field->size, vici_text_is(value, "yes"));
		break;
	case IKE_STATE:
		field_store(at, field->size, label_of(value, states, sizeof(states) / sizeof(states[0])));
		break;
	case PROTOCOL:
		field_store(at, field->size, label_of(value, protocols, sizeof(protocols) / sizeof(protocols[0])));
		break;
	}
}

static const struct field *
field_of(const struct field *fields, size_t count, const struct vici_text *key)
{
	for (size_t i = 0; i < count; i++) {
		if (vici_text_is(key, fields[i].key))
			return &fields[i];
	}
	return NULL;
}

/* --- an IKE SA and its children ------------------------------------------------------------------ */

#define SA(key, kind, member) {key, kind, offsetof(struct ike_sa, member), sizeof(((struct ike_sa *)0)->member)}

static const struct field sa_fields[] = {
	SA("uniqueid", NUMBER, id),
	SA("version", NUMBER, version),
	SA("state", IKE_STATE, state),
	SA("local-host", ADDRESS, local),
	SA("local-port", NUMBER, local_port),
	SA("local-id", TEXT, local_id),
	SA("remote-host", ADDRESS, remote),
	SA("remote-port", NUMBER, remote_port),
	SA("remote-id", TEXT, remote_id),
	SA("remote-eap-id", TEXT, eap_id),
	SA("remote-xauth-id", TEXT, eap_id),
	SA("nat-local", YES, nat_local),
	SA("nat-remote", YES, nat_remote),
	SA("established", NUMBER, age_seconds),
	SA("rekey-time", NUMBER, rekey_seconds),
	SA("reauth-time", NUMBER, reauth_seconds),
};

#define CHILD(key, kind, member)                                                                                       \
	{key, kind, offsetof(struct ike_child, member), sizeof(((struct ike_child *)0)->member)}

static const struct field child_fields[] = {
	CHILD("name", TEXT, name),
	CHILD("uniqueid", NUMBER, id),
	CHILD("reqid", NUMBER, reqid),
	CHILD("protocol", PROTOCOL, protocol),
	CHILD("spi-in", HEX, spi_in),
	CHILD("spi-out", HEX, spi_out),
	CHILD("mark-in", HEX, mark_in),
	CHILD("mark-out", HEX, mark_out),
	CHILD("if-id-in", HEX, if_id_in),
	CHILD("if-id-out", HEX, if_id_out),
	CHILD("bytes-in", NUMBER, in_bytes),
	CHILD("bytes-out", NUMBER, out_bytes),
	CHILD("packets-in", NUMBER, in_packets),
	CHILD("packets-out", NUMBER, out_packets),
};

/* An algorithm and the bits of its key are two keys of the section: "AES_CBC" and "128" become "AES_CBC_128". */
struct algorithm {
	const char *key, *bits_key;
	uint16_t offset;
};

static const struct algorithm algorithms[] = {
	{"encr-alg", "encr-keysize", offsetof(struct ike_sa, encryption)},
	{"integ-alg", "integ-keysize", offsetof(struct ike_sa, integrity)},
	{"prf-alg", "", offsetof(struct ike_sa, prf)},
	{"dh-group", "", offsetof(struct ike_sa, dh_group)},
};

static void
set_algorithm(struct ike_sa *sa, const struct vici_element *element)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		char *const text = (char *)sa + algorithms[i].offset;
		const size_t length = strlen(text);

		if (vici_text_is(&element->name, algorithms[i].key))
			set_text(text, IKE_ALGORITHM_SIZE, &element->value);
		else if (vici_text_is(&element->name, algorithms[i].bits_key))
			snprintf(text + length, IKE_ALGORITHM_SIZE - length, "_%u",
				 (unsigned)number_of(&element->value, UINT16_MAX));
	}
}

static void
set_sa_value(struct ike_sa *sa, const struct vici_element *element)
{
	const struct field *const field = field_of(sa_fields, sizeof(sa_fields) / sizeof(sa_fields[0]), &element->name);

	if (field)
		set_field(field, sa, &element->value);
	else
		set_algorithm(sa, element);
}

/* strongSwan names each child SA's section by its name and number; since 5.3.3, the name is also a key. */
static bool
read_child(struct vici_cursor *cursor, const struct vici_text *name, struct ike_child *child)
{
	const unsigned outside = cursor->depth - 1;
	struct vici_element element;

	set_text(child->name, sizeof(child->name), name);
	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		const struct field *const field =
			field_of(child_fields, sizeof(child_fields) / sizeof(child_fields[0]), &element.name);

		if (element.type == VICI_KEY_VALUE && field)
			set_field(field, child, &element.value);
		else if (element.type == VICI_SECTION_START && !vici_skip_section(cursor))
			break;
	}
	return !cursor->broken;
}

/* Whether the list, whose words are separated by ", ", contains it. */
static bool
has_word(const char *list, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
		if ((at == list || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
			return true;
	}
	return false;
}

static void
count_child(struct ike_sa *sa, const struct ike_child *child)
{
	const size_t used = strlen(sa->child_names), more = strlen(child->name);

	sa->children++;
	sa->in_bytes += child->in_bytes;
	sa->out_bytes += child->out_bytes;
	sa->in_packets += child->in_packets;
	sa->out_packets += child->out_packets;
	if (!has_word(sa->child_names, child->name) && used + 2 + more < sizeof(sa->child_names))
		snprintf(sa->child_names + used, sizeof(sa->child_names) - used, "%s%s", used > 0 ? ", " : "",
			 child->name);
}

static bool
read_children(struct vici_cursor *cursor, struct ike_sa *sa, const struct ike_listener *listener)
{
	const unsigned outside = cursor->depth - 1;
	struct vici_element element;

	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		struct ike_child child = {.ike_id = sa->id};

		if (element.type != VICI_SECTION_START)
			continue;
		if (!read_child(cursor, &element.name, &child))
			break;
		count_child(sa, &child);
		listener->child(listener->data, &child);
	}
	return !cursor->broken;
}

static bool
read_sa(struct vici_cursor *cursor, struct ike_sa *sa, const struct ike_listener *listener)
{
	const unsigned outside = cursor->depth - 1;
	struct vici_element element;

	sa->role = IKE_RESPONDER;
	sa->rekey_seconds = sa->reauth_seconds = IKE_NEVER;
	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		if (element.type == VICI_KEY_VALUE && vici_text_is(&element.name, "initiator"))
			sa->role = vici_text_is(&element.value, "yes") ? IKE_INITIATOR : IKE_RESPONDER;
		else if (element.type == VICI_KEY_VALUE)
			set_sa_value(sa, &element);
		else if (element.type == VICI_SECTION_START && listener && vici_text_is(&element.name, "child-sas")) {
			if (!read_children(cursor, sa, listener))
				break;
		} else if (element.type == VICI_SECTION_START && !vici_skip_section(cursor)) {
			break;
		}
	}
	return !cursor->broken;
}

bool
ike_read_sa(const uint8_t *message, size_t length, const struct ike_listener *listener)
{
	struct vici_cursor cursor;
	struct vici_element element;

	vici_begin(&cursor, message, length);
	while (vici_next(&cursor, &element) != VICI_MESSAGE_END) {
		struct ike_sa sa = {.id = 0};

		if (element.type == VICI_MESSAGE_BROKEN)
			return false;
		if (element.type != VICI_SECTION_START)
			continue;
		set_text(sa.connection, sizeof(sa.connection), &element.name);
		if (!read_sa(&cursor, &sa, listener))
			return false;
		if (sa.id > 0)
			listener->sa(listener->data, &sa);
	}
	return true;
}

bool
ike_read_updown(const uint8_t *message, size_t length, struct ike_sa *sa, bool *up)
{
	struct vici_cursor cursor;
	struct vici_element element;

	*up = false;
	*sa = (struct ike_sa){.id = 0};
	vici_begin(&cursor, message, length);
	while (vici_next(&cursor, &element) != VICI_MESSAGE_END) {
		if (element.type == VICI_MESSAGE_BROKEN)
			return false;
		if (element.type == VICI_KEY_VALUE && vici_text_is(&element.name, "up"))
			*up = vici_text_is(&element.value, "yes");
		if (element.type != VICI_SECTION_START)
			continue;
		set_text(sa->connection, sizeof(sa->connection), &element.name);
		if (!read_sa(&cursor, sa, NULL))
			return false;
	}
	return sa->id > 0;
}

/* --- connections --------------------------------------------------------------------------------- */

/* Addresses of one end; each may also be a name, a range or a subnet. */
struct addresses {
	struct sa_address one;
	unsigned count, wildcards;
};

static bool
read_addresses(struct vici_cursor *cursor, struct addresses *addresses)
{
	struct vici_element element;

	while (vici_next(cursor, &element) == VICI_LIST_ITEM) {
		struct sa_address address = {.type = SA_ADDRESS_NONE};
		const bool is_address = sa_address_parse(element.value.octets, element.value.length, &address);

		addresses->count++;
		if (is_address && !sa_address_is_unspecified(&address))
			addresses->one = address;
		else if (is_address || memchr(element.value.octets, '%', element.value.length) ||
			 memchr(element.value.octets, '/', element.value.length) ||
			 (memchr(element.value.octets, '-', element.value.length) && element.value.octets[0] >= '0' &&
			  element.value.octets[0] <= '9'))
			addresses->wildcards++;
	}
	return element.type == VICI_LIST_END;
}

/* The traffic selectors of one end; any further ones are left out. */
enum { SELECTORS_MOST = 16, SELECTOR_SIZE = 64 };
struct selectors {
	char all[SELECTORS_MOST][SELECTOR_SIZE];
	size_t count;
};

static bool
read_selectors(struct vici_cursor *cursor, struct selectors *selectors)
{
	struct vici_element element;

	while (vici_next(cursor, &element) == VICI_LIST_ITEM) {
		if (selectors->count < SELECTORS_MOST)
			set_text(selectors->all[selectors->count++], SELECTOR_SIZE, &element.value);
	}
	return element.type == VICI_LIST_END;
}

/* As many pairs as there is room for. */
static void
print_pairs(char text[IKE_SELECTORS_SIZE], const struct selectors *local, const struct selectors *remote)
{
	size_t used = 0;

	for (size_t i = 0; i < local->count * remote->count; i++) {
		const char *const pair[] = {local->all[i / remote->count], remote->all[i % remote->count]};

		if (used + strlen(pair[0]) + strlen(pair[1]) + 7 > IKE_SELECTORS_SIZE)
			return;
		used += (size_t)snprintf(text + used, IKE_SELECTORS_SIZE - used, "%s%s <> %s", used > 0 ? ", " : "",
					 pair[0], pair[1]);
	}
}

static bool
read_configured(struct vici_cursor *cursor, struct ike_configured_child *child)
{
	const unsigned outside = cursor->depth - 1;
	struct selectors local = {.count = 0}, remote = {.count = 0};
	struct vici_element element;

	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		bool done = true;

		if (element.type == VICI_KEY_VALUE && vici_text_is(&element.name, "mode"))
			child->is_shunt = vici_text_is(&element.value, "PASS") || vici_text_is(&element.value, "DROP");
		else if (element.type == VICI_LIST_START && vici_text_is(&element.name, "local-ts"))
			done = read_selectors(cursor, &local);
		else if (element.type == VICI_LIST_START && vici_text_is(&element.name, "remote-ts"))
			done = read_selectors(cursor, &remote);
		else if (element.type == VICI_SECTION_START)
			done = vici_skip_section(cursor);
		if (!done)
			return false;
	}
	print_pairs(child->selectors, &local, &remote);
	return !cursor->broken;
}

static bool
read_configured_children(struct vici_cursor *cursor, const struct ike_configured_child *of,
			 const struct ike_listener *listener)
{
	const unsigned outside = cursor->depth - 1;
	struct vici_element element;

	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		struct ike_configured_child child = *of;

		if (element.type != VICI_SECTION_START)
			continue;
		set_text(child.name, sizeof(child.name), &element.name);
		if (!read_configured(cursor, &child))
			break;
		listener->configured(listener->data, &child);
	}
	return !cursor->broken;
}

static void
set_ends(struct ike_configured_child *child, const struct addresses *local, const struct addresses *remote)
{
	static const struct sa_address none;

	child->local = local->count == 1 ? local->one : none;
	child->remote = remote->count == 1 ? remote->one : none;
	child->for_anyone = remote->count == remote->wildcards;
}

static bool
read_connection(struct vici_cursor *cursor, const struct vici_text *name, const struct ike_listener *listener)
{
	const unsigned outside = cursor->depth - 1;
	struct addresses local = {.count = 0}, remote = {.count = 0};
	struct ike_configured_child child = {.is_shunt = false};
	struct vici_element element;

	set_text(child.connection, sizeof(child.connection), name);
	while (vici_next(cursor, &element) != VICI_MESSAGE_BROKEN && cursor->depth > outside) {
		bool done = true;

		if (element.type == VICI_LIST_START && vici_text_is(&element.name, "local_addrs")) {
			done = read_addresses(cursor, &local);
		} else if (element.type == VICI_LIST_START && vici_text_is(&element.name, "remote_addrs")) {
			done = read_addresses(cursor, &remote);
		} else if (element.type == VICI_SECTION_START && vici_text_is(&element.name, "children")) {
			set_ends(&child, &local, &remote);
			done = read_configured_children(cursor, &child, listener);
		} else if (element.type == VICI_SECTION_START) {
			done = vici_skip_section(cursor);
		}
		if (!done)
			return false;
	}
	return !cursor->broken;
}

bool
ike_read_connection(const uint8_t *message, size_t length, const struct ike_listener *listener)
{
	struct vici_cursor cursor;
	struct vici_element element;

	vici_begin(&cursor, message, length);
	while (vici_next(&cursor, &element) != VICI_MESSAGE_END) {
		if (element.type == VICI_MESSAGE_BROKEN)
			return false;
		if (element.type == VICI_SECTION_START && !read_connection(&cursor, &element.name, listener))
			return false;
	}
	return true;
}
