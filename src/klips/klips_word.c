/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_value.h"

#include <string.h>

/* "in" is printed with an additional space; klips_text.c handles that when it parses a line. */
static bool
parse_direction(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	if (klips_take_literal(reader, "unknown"))
		return true;
	if (klips_take_literal(reader, "in"))
		sa->direction = SA_DIRECTION_IN;
	else if (klips_take_literal(reader, "out"))
		sa->direction = SA_DIRECTION_OUT;
	else
		return false;
	sa->reported |= SA_ATTR_BIT(SA_ATTR_DIRECTION);
	return true;
}

static void
print_direction(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	if (sa->direction == SA_DIRECTION_IN)
		text_put_string(&writer->out, "in ");
	else
		text_put_string(&writer->out, sa->direction == SA_DIRECTION_OUT ? "out" : "unknown");
}

const struct klips_codec klips_direction_codec = {parse_direction, print_direction, NULL};

/* clang-format off */
static const struct {
	uint8_t encap; /* enum sa_nat_encap */
	const char *name;
} nat_encaps[] = {
	{SA_NAT_UNKNOWN, "unknown"}, /* used for all others, too */
	{SA_NAT_NONE, "none"},
	{SA_NAT_NONIKE, "nonike"},
	{SA_NAT_NONESP, "nonesp"},
	{SA_NAT_NA, "na"},
};
/* clang-format on */

enum { NAT_ENCAPS = sizeof(nat_encaps) / sizeof(nat_encaps[0]) };

static bool
parse_nat_encap(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	for (size_t i = 0; i < NAT_ENCAPS; i++) {
		struct klips_reader rest = *reader;

		if (klips_take_literal(&rest, nat_encaps[i].name) && klips_at_value_end(&rest)) {
			reader->at = rest.at;
			sa->nat_encap = nat_encaps[i].encap;
			return true;
		}
	}
	return false;
}

static void
print_nat_encap(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	size_t found = 0;

	(void)field;
	for (size_t i = 0; i < NAT_ENCAPS; i++) {
		if (nat_encaps[i].encap == sa->nat_encap)
			found = i;
	}
	text_put_string(&writer->out, nat_encaps[found].name);
}

const struct klips_codec klips_nat_encap_codec = {parse_nat_encap, print_nat_encap, NULL};

/* The name may contain colons ("ipsec0:1"): the last one ends it. */
static bool
parse_interface(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	const char *colon = klips_find_octet(reader, ' ');
	uint64_t direct;
	size_t length;

	(void)field;
	while (colon > reader->at && *--colon != ':')
		;
	length = (size_t)(colon - reader->at);
	if (length == 0 || length >= sizeof(sa->out_interface))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (reader->at[i] <= ' ' || reader->at[i] > '~' || reader->at[i] == '/')
			return false;
	}
	memcpy(sa->out_interface, reader->at, length);
	reader->at = colon + 1;
	if (!klips_take_unsigned(reader, UINT8_MAX, &direct))
		return false;
	sa->out_transport_direct = (uint8_t)direct;
	return true;
}

static void
print_interface(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	text_put(&writer->out, sa->out_interface, strnlen(sa->out_interface, sizeof(sa->out_interface)));
	text_put_string(&writer->out, ":");
	text_put_unsigned(&writer->out, sa->out_transport_direct);
}

const struct klips_codec klips_interface_codec = {parse_interface, print_interface, NULL};
