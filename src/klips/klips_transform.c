/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_transform.h"

#include <string.h>

#include "klips_said.h"
#include "sa/algorithm.h"

static const char *
transform_prefix(const struct sa *sa)
{
	const struct sa_protocol_name *const name = klips_protocol_name(sa);

	return name ? name->transform : SA_TRANSFORM_UNKNOWN;
}

void
klips_put_transform(struct klips_writer *writer, const struct sa *sa)
{
	text_put_string(&writer->out, transform_prefix(sa));
	sa_transform_put_algorithms(&writer->out, sa);
}

/* The length of the encryption part of "_ENCRYPTION_AUTHENTICATION". */
static size_t
encryption_length(const char *names, size_t length, uint8_t protocol)
{
	static const char *const authentications[] = {"_HMAC_", "_UNKNOWN_auth", "_AES_XCBC", "_AES_CMAC"};
	size_t number = length;

	for (size_t at = 0; at < length; at++) {
		if (names[at] != '_')
			continue;
		for (size_t i = 0; i < sizeof(authentications) / sizeof(authentications[0]); i++) {
			if (klips_starts_with(names + at, length - at, authentications[i]))
				return at;
		}
	}
	/* "_ID249" at the end is the authentication if something precedes it for the encryption. */
	while (number > 0 && names[number - 1] >= '0' && names[number - 1] <= '9')
		number--;
	if (number > strlen("_ID") && number < length && memcmp(names + number - 3, "_ID", 3) == 0)
		return number - strlen("_ID");
	return protocol == SA_PROTOCOL_AH ? 0 : length;
}

/* A name without its "_". */
static bool
keep_name(char *name, size_t size, uint64_t *reported, enum sa_attribute attribute, const char *text, size_t length)
{
	if (length == 0)
		return true;
	if (length > size)
		return false;
	memcpy(name, text + 1, length - 1);
	*reported |= SA_ATTR_BIT(attribute);
	return true;
}

static bool
keep_names(struct sa *sa, const char *encryption, const char *authentication, const char *end)
{
	const size_t length = (size_t)(authentication - encryption);

	if (!keep_name(sa->authentication, sizeof(sa->authentication), &sa->reported, SA_ATTR_AUTHENTICATION,
		       authentication, (size_t)(end - authentication)))
		return false;
	if (sa->said.protocol == SA_PROTOCOL_COMP)
		return keep_name(sa->compression, sizeof(sa->compression), &sa->reported, SA_ATTR_COMPRESSION,
				 encryption, length);
	return keep_name(sa->encryption, sizeof(sa->encryption), &sa->reported, SA_ATTR_ENCRYPTION, encryption, length);
}

/* Nothing, or "_" and a name. */
static bool
is_printed(const char *text, const char *end)
{
	return text == end || algorithm_is_transform_name(text + 1, (size_t)(end - text) - 1);
}

/* For " (error)". A shunt without an address is spelt differently: it does not apply. */
static uint8_t
protocol_of_transform(const char *text, size_t length)
{
	for (size_t i = 0; i < sa_protocol_names_count; i++) {
		const struct sa_protocol_name *const name = &sa_protocol_names[i];

		if (name->protocol != SA_PROTOCOL_INT && klips_starts_with(text, length, name->transform))
			return name->protocol;
	}
	return 0;
}

bool
klips_take_transform(struct klips_reader *reader, struct sa *sa)
{
	const char *const start = reader->at;
	const char *const end = klips_find_octet(reader, ':');
	const size_t length = (size_t)(end - start);
	const char *prefix, *names, *authentication;

	if (end == reader->end) {
		reader->at = end;
		return klips_fail(reader, "the transform does not end with \":\"");
	}
	if (klips_said_is_error(&sa->said))
		sa->said.protocol = protocol_of_transform(start, length);
	prefix = transform_prefix(sa);
	if (!klips_starts_with(start, length, prefix) || (length > strlen(prefix) && start[strlen(prefix)] != '_'))
		return klips_fail(reader, "the transform is not of the SAID's protocol");
	names = start + strlen(prefix);
	authentication = names + encryption_length(names, (size_t)(end - names), sa->said.protocol);
	if (!keep_names(sa, names, authentication, end))
		return klips_fail(reader, "the transform has a name that is too long");
	if (!is_printed(names, authentication) || !is_printed(authentication, end))
		return klips_fail(reader, "the transform has a name that no kernel prints");
	reader->at = end + 1;
	return true;
}
