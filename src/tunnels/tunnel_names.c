/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnels/tunnel_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/utf8.h"
#include "tunnel_name_index.h"

/* --- finding ----------------------------------------------------------------------------------- */

size_t
tunnel_names_match(const struct tunnel_names *names, const struct tunnel_key *key)
{
	if (names->count == 0 || !tunnel_name_index_criteria(names->index, names->all, names->count - 1))
		return names->count;
	return tunnel_name_index_match(names->index, names->count, key);
}

static bool
begins_with(const struct sa_address *address, const struct tunnel_prefix *prefix)
{
	const unsigned whole = prefix->bits / 8, rest = prefix->bits % 8;

	if (prefix->address.type == SA_ADDRESS_NONE)
		return true;
	return address->type == prefix->address.type && memcmp(address->octets, prefix->address.octets, whole) == 0 &&
	       (rest == 0 || (address->octets[whole] ^ prefix->address.octets[whole]) >> (8 - rest) == 0);
}

size_t
tunnel_names_match_ends(const struct tunnel_names *names, const struct sa_address *local,
			const struct sa_address *remote)
{
	size_t i = 0;

	while (i < names->count && !(begins_with(remote, &names->all[i].remote) &&
				     (local->type == SA_ADDRESS_NONE || begins_with(local, &names->all[i].local))))
		i++;
	return i;
}

size_t
tunnel_names_shadow(const struct tunnel_names *names, size_t number)
{
	size_t first;

	if (!tunnel_name_index_criteria(names->index, names->all, number))
		return names->count;
	first = tunnel_name_index_cover(names->index, names->count, &names->all[number]);
	return first < number ? first : names->count;
}

size_t
tunnel_names_find(const struct tunnel_names *names, const char *name)
{
	struct tunnel_name like = {.has_context = false};

	memcpy(like.name, name, strnlen(name, sizeof(like.name) - 1));
	return names->index ? tunnel_name_index_called(names->index, names->all, names->count, &like) : names->count;
}

size_t
tunnel_names_cost(const struct tunnel_names *names)
{
	return names->index ? 1 + tunnel_name_index_shapes(names->index) : 1;
}

/* --- reading a line ---------------------------------------------------------------------------- */

struct word {
	const char *text;
	size_t length;
};

/* The next word of the line, with length 0 if there is none. */
static struct word
next_word(const char **at)
{
	struct word word;

	*at += strspn(*at, " \t");
	word.text = *at;
	word.length = strcspn(*at, " \t");
	*at += word.length;
	return word;
}

static bool
is_word(const struct word *word, const char *text)
{
	return word->length == strlen(text) && memcmp(word->text, text, word->length) == 0;
}

static const char *
read_name(struct tunnel_name *name, const char **at)
{
	const char *end;
	struct word word;

	*at += strspn(*at, " \t");
	if (**at == '"') {
		word.text = *at + 1;
		end = strchr(word.text, '"');
		if (!end || (end[1] != '\0' && !strchr(" \t", end[1])))
			return "has a name with a quotation mark that is not closed";
		word.length = (size_t)(end - word.text);
		*at = end + 1;
	} else {
		word = next_word(at);
	}
	if (word.length == 0)
		return "names no tunnel; give \"NAME remote ADDRESS[/PREFIX] ...\"";
	if (word.length >= sizeof(name->name))
		return "has a name of more than 64 octets";
	if (!utf8_is_printable((const uint8_t *)word.text, word.length))
		return "has a name that is not UTF-8, or has a control character";
	memcpy(name->name, word.text, word.length);
	return NULL;
}

static bool
read_number(const struct word *word, uint32_t most, uint32_t *number)
{
	uint64_t value;

	if (!decimal_read(word->text, word->length, 0, most, &value))
		return false;
	*number = (uint32_t)value;
	return true;
}

static void
clear_behind(struct sa_address *address, unsigned bits)
{
	const size_t whole = (bits + 7) / 8;

	if (bits % 8 > 0)
		address->octets[bits / 8] &= (uint8_t)(0xff00 >> bits % 8);
	memset(address->octets + whole, 0, sizeof(address->octets) - whole);
}

static bool
read_prefix(const struct word *word, struct tunnel_prefix *prefix)
{
	const char *slash = memchr(word->text, '/', word->length);
	const size_t length = slash ? (size_t)(slash - word->text) : word->length;
	uint32_t bits;

	if (prefix->address.type != SA_ADDRESS_NONE || !sa_address_parse(word->text, length, &prefix->address))
		return false;
	bits = (uint32_t)(8 * sa_address_octets(prefix->address.type));
	if (slash) {
		const struct word rest = {slash + 1, word->length - length - 1};

		if (!read_number(&rest, bits, &bits))
			return false;
	}
	prefix->bits = (uint8_t)bits;
	clear_behind(&prefix->address, bits);
	return true;
}

static const char *
set_remote(struct tunnel_name *name, const struct word *word)
{
	return read_prefix(word, &name->remote) ? NULL : "needs one ADDRESS[/PREFIX] after \"remote\"";
}

static const char *
set_local(struct tunnel_name *name, const struct word *word)
{
	return read_prefix(word, &name->local) ? NULL : "needs one ADDRESS[/PREFIX] after \"local\"";
}

static const char *
set_reqid(struct tunnel_name *name, const struct word *word)
{
	if (name->has_reqid || !read_number(word, UINT32_MAX, &name->reqid))
		return "needs one number after \"reqid\"";
	name->has_reqid = true;
	return NULL;
}

static const char *
set_if_id(struct tunnel_name *name, const struct word *word)
{
	if (name->has_if_id || !read_number(word, UINT32_MAX, &name->if_id))
		return "needs one number after \"if-id\"";
	name->has_if_id = true;
	return NULL;
}

static const char *
set_context(struct tunnel_name *name, const struct word *word)
{
	if (name->has_context || word->length == 0 || word->length >= sizeof(name->context))
		return "needs one context of 1 to 32 octets after \"context\"";
	memcpy(name->context, word->text, word->length);
	name->has_context = true;
	return NULL;
}

static const struct criterion {
	const char *word;
	const char *(*set)(struct tunnel_name *name, const struct word *value);
} criteria[] = {{"remote", set_remote},
		{"local", set_local},
		{"reqid", set_reqid},
		{"if-id", set_if_id},
		{"context", set_context}};

static const char *
read_criterion(struct tunnel_name *name, const struct word *word, const char **at)
{
	for (size_t i = 0; i < sizeof(criteria) / sizeof(criteria[0]); i++) {
		if (is_word(word, criteria[i].word)) {
			const struct word value = next_word(at);

			/* cppcheck-suppress returnDanglingLifetime ; what comes back is a literal */
			return criteria[i].set(name, &value);
		}
	}
	return "has a word after its name that is not remote, local, reqid, if-id or context";
}

static const char *
read_line(struct tunnel_name *name, const char *line)
{
	const char *reason = read_name(name, &line);
	struct word word = next_word(&line);

	for (; !reason && word.length > 0; word = next_word(&line))
		reason = read_criterion(name, &word, &line);
	if (!reason && name->remote.address.type == SA_ADDRESS_NONE)
		reason = "has no other end; add \"remote ADDRESS[/PREFIX]\"";
	if (!reason && name->local.address.type != SA_ADDRESS_NONE &&
	    name->local.address.type != name->remote.address.type)
		reason = "has an IPv4 and an IPv6 address, which no tunnel has at its ends";
	return reason;
}

/* --- the list ---------------------------------------------------------------------------------- */

static bool
append(struct tunnel_names *names, const struct tunnel_name *name)
{
	if (names->count == names->room) {
		const size_t room = names->room ? 2 * names->room : 16;
		struct tunnel_name *const all = reallocarray(names->all, room, sizeof(*all));

		if (!all)
			return false;
		names->all = all;
		names->room = room;
	}
	if (!names->index)
		names->index = tunnel_name_index_new();
	names->all[names->count] = *name;
	if (!names->index || !tunnel_name_index_add(names->index, names->all, names->count))
		return false;
	names->count++;
	return true;
}

const char *
tunnel_names_add(struct tunnel_names *names, const char *line)
{
	struct tunnel_name name = {.has_reqid = false};
	const char *reason = read_line(&name, line);

	if (reason)
		return reason;
	if (names->index && tunnel_name_index_called(names->index, names->all, names->count, &name) < names->count)
		return "has the name of an earlier line";
	if (names->count == TUNNEL_NAMES_MAX)
		return "is one too many: at most 10000 tunnels have names";
	return append(names, &name) ? NULL : "does not fit into memory";
}

bool
tunnel_names_copy(struct tunnel_names *to, const struct tunnel_names *from, const char *context, size_t *at,
		  size_t budget)
{
	for (; *at < from->count && budget > 0; ++*at, budget--) {
		struct tunnel_name name = from->all[*at];

		if (name.has_context && strcmp(name.context, context) != 0)
			continue;
		name.has_context = false;
		memset(name.context, 0, sizeof(name.context));
		if (!append(to, &name) || !tunnel_name_index_criteria(to->index, to->all, to->count - 1))
			return false;
	}
	return true;
}

void
tunnel_names_free(struct tunnel_names *names)
{
	free(names->all);
	tunnel_name_index_free(names->index);
	*names = (struct tunnel_names){.count = 0};
}
