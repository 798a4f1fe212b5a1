/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_value.h"

#include <string.h>

#include "klips_field.h"

/* --- integers ---------------------------------------------------------------------------------- */

static uint64_t
load(const struct klips_field *field, const struct sa *sa)
{
	const char *const at = (const char *)sa + field->offset;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (field->size) {
	case sizeof(two):
		memcpy(&two, at, sizeof(two));
		return two;
	case sizeof(four):
		memcpy(&four, at, sizeof(four));
		return four;
	default:
		memcpy(&eight, at, sizeof(eight));
		return eight;
	}
}

static void
store(const struct klips_field *field, struct sa *sa, uint64_t number)
{
	char *const at = (char *)sa + field->offset;
	const uint16_t two = (uint16_t)number;
	const uint32_t four = (uint32_t)number;

	switch (field->size) {
	case sizeof(two):
		memcpy(at, &two, sizeof(two));
		break;
	case sizeof(four):
		memcpy(at, &four, sizeof(four));
		break;
	default:
		memcpy(at, &number, sizeof(number));
		break;
	}
}

/* %d of an int or of an unsigned of 32 bits, %Ld of 64, and %d of 16, which is never negative. */
static bool
parse_signed(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (field->size == sizeof(uint16_t) ? !klips_take_unsigned(reader, UINT16_MAX, &number)
					    : !klips_take_signed(reader, field->size * 8u, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_signed(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	const uint64_t number = load(field, sa);

	klips_put_signed(writer, field->size == sizeof(uint32_t) ? (int32_t)number : (int64_t)number);
}

const struct klips_codec klips_signed_codec = {parse_signed, print_signed, NULL};

static bool
parse_unsigned(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (!klips_take_unsigned(reader, UINT64_MAX, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_unsigned(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	klips_put_unsigned(writer, load(field, sa));
}

const struct klips_codec klips_unsigned_codec = {parse_unsigned, print_unsigned, NULL};

/* %d of 32 bits; what needs more, which only XFRM's extended sequence numbers do, is unsigned. */
static bool
parse_sequence(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	const char *const start = reader->at;

	(void)field;
	if (klips_take_signed(reader, 32, &sa->sequence))
		return true;
	if (!klips_take_unsigned(reader, UINT64_MAX, &sa->sequence))
		return false;
	if (sa->sequence > UINT32_MAX)
		return true;
	reader->at = start;
	return false;
}

static void
print_sequence(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	if (sa->sequence <= UINT32_MAX)
		klips_put_signed(writer, (int32_t)sa->sequence);
	else
		klips_put_unsigned(writer, sa->sequence);
}

const struct klips_codec klips_sequence_codec = {parse_sequence, print_sequence, NULL};

static bool
parse_hex(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	uint64_t number;

	if (!klips_take_literal(reader, "0x") || !klips_take_hex(reader, field->size * 2u, &number))
		return false;
	store(field, sa, number);
	return true;
}

static void
print_hex(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	klips_put_hex(writer, load(field, sa));
}

const struct klips_codec klips_hex_codec = {parse_hex, print_hex, NULL};

/* The kernels print brackets for the names of flags, and no names. */
static bool
parse_flags(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	return parse_hex(field, reader, sa) && klips_take_literal(reader, "<>");
}

static void
print_flags(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	print_hex(field, sa, writer);
	klips_put_text(writer, "<>");
}

const struct klips_codec klips_flags_codec = {parse_flags, print_flags, NULL};

static bool
parse_bits(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	return parse_signed(field, reader, sa) && klips_take_literal(reader, "bits");
}

static void
print_bits(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	print_signed(field, sa, writer);
	klips_put_text(writer, "bits");
}

const struct klips_codec klips_bits_codec = {parse_bits, print_bits, NULL};

static bool
parse_ratio(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return klips_take_signed(reader, 64, &sa->ratio_plain_octets) && klips_take_literal(reader, ":") &&
	       klips_take_signed(reader, 64, &sa->ratio_compressed_octets);
}

static void
print_ratio(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	klips_put_signed(writer, (int64_t)sa->ratio_plain_octets);
	klips_put_text(writer, ":");
	klips_put_signed(writer, (int64_t)sa->ratio_compressed_octets);
}

const struct klips_codec klips_ratio_codec = {parse_ratio, print_ratio, NULL};

/* --- names ------------------------------------------------------------------------------------- */

/* "in" is printed with a space of its own; on reading that is a matter of the line. */
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
		klips_put_text(writer, "in ");
	else
		klips_put_text(writer, sa->direction == SA_DIRECTION_OUT ? "out" : "unknown");
}

const struct klips_codec klips_direction_codec = {parse_direction, print_direction, NULL};

static const struct {
	uint8_t encap; /* enum sa_nat_encap */
	const char *name;
} nat_encaps[] = {
	{SA_NAT_UNKNOWN, "unknown"}, /* stands for every other one too */
	{SA_NAT_NONE, "none"},
	{SA_NAT_NONIKE, "nonike"},
	{SA_NAT_NONESP, "nonesp"},
	{SA_NAT_NA, "na"},
};

enum { NAT_ENCAPS = sizeof(nat_encaps) / sizeof(nat_encaps[0]) };

static bool
parse_nat_encap(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	const size_t length = (size_t)(reader->end - reader->at);

	(void)field;
	for (size_t i = 0; i < NAT_ENCAPS; i++) {
		if (strlen(nat_encaps[i].name) == length && klips_take_literal(reader, nat_encaps[i].name)) {
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
	klips_put_text(writer, nat_encaps[found].name);
}

const struct klips_codec klips_nat_encap_codec = {parse_nat_encap, print_nat_encap, NULL};

/* The name may hold colons itself ("ipsec0:1"): the last one ends it. */
static bool
parse_interface(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	const char *colon = reader->end;
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
	klips_put(writer, sa->out_interface, strnlen(sa->out_interface, sizeof(sa->out_interface)));
	klips_put_text(writer, ":");
	klips_put_unsigned(writer, sa->out_transport_direct);
}

const struct klips_codec klips_interface_codec = {parse_interface, print_interface, NULL};

/* --- octets and addresses ---------------------------------------------------------------------- */

static bool
parse_iv(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	if (!klips_take_literal(reader, "0x"))
		return false;
	while (reader->at < reader->end) {
		struct klips_reader pair = {.at = reader->at, .end = reader->at + 2};
		uint64_t octet;

		if (reader->end - reader->at < 2 || sa->iv_octets == SA_IV_MAX_OCTETS ||
		    !klips_take_hex(&pair, 2, &octet) || pair.at != pair.end)
			return false;
		sa->iv[sa->iv_octets++] = (uint8_t)octet;
		reader->at = pair.at;
	}
	return true;
}

static void
print_iv(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	static const char digits[] = "0123456789abcdef";
	const size_t octets = sa->iv_octets < SA_IV_MAX_OCTETS ? sa->iv_octets : SA_IV_MAX_OCTETS;

	(void)field;
	klips_put_text(writer, "0x");
	for (size_t i = 0; i < octets; i++) {
		klips_put(writer, &digits[sa->iv[i] >> 4], 1);
		klips_put(writer, &digits[sa->iv[i] & 0xf], 1);
	}
}

const struct klips_codec klips_iv_codec = {parse_iv, print_iv, NULL};

/* Up to (not with) a character that no address has, or the end. */
static bool
take_address(struct klips_reader *reader, struct sa_address *address)
{
	const char *at = reader->at;

	while (at < reader->end && *at != '/' && *at != '-')
		at++;
	if (!sa_address_parse(reader->at, (size_t)(at - reader->at), address))
		return false;
	reader->at = at;
	return true;
}

static void
put_address(struct klips_writer *writer, const struct sa_address *address)
{
	char text[SA_ADDRESS_TEXT_SIZE];

	klips_put(writer, text, sa_address_print(address, text));
}

static bool
parse_source(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return take_address(reader, &sa->src);
}

static void
print_source(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	put_address(writer, &sa->src);
}

const struct klips_codec klips_source_codec = {parse_source, print_source, NULL};

/* A prefix length, or where it is none (subnettoa.c) the mask as an address. */
static bool
take_subnet(struct klips_reader *reader, struct sa_subnet *subnet)
{
	struct klips_reader number;
	struct sa_address mask;
	uint64_t prefix_length;

	if (!take_address(reader, &subnet->address) || !klips_take_literal(reader, "/"))
		return false;
	number = *reader;
	if (klips_take_unsigned(&number, 8 * sa_address_octets(subnet->address.type), &prefix_length) &&
	    (number.at == number.end || *number.at == '-')) {
		reader->at = number.at;
		sa_subnet_set_prefix_length(subnet, (unsigned)prefix_length);
		return true;
	}
	number = *reader;
	if (!take_address(&number, &mask) || mask.type != subnet->address.type)
		return false;
	memcpy(subnet->mask, mask.octets, sizeof(subnet->mask));
	reader->at = number.at;
	return true;
}

static void
put_subnet(struct klips_writer *writer, const struct sa_subnet *subnet)
{
	const int prefix_length = sa_subnet_prefix_length(subnet);
	struct sa_address mask = {.type = subnet->address.type};

	put_address(writer, &subnet->address);
	klips_put_text(writer, "/");
	if (prefix_length >= 0) {
		klips_put_unsigned(writer, (unsigned)prefix_length);
		return;
	}
	memcpy(mask.octets, subnet->mask, sizeof(mask.octets));
	put_address(writer, &mask);
}

static bool
parse_policy(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return take_subnet(reader, &sa->selector.src) && klips_take_literal(reader, "->") &&
	       take_subnet(reader, &sa->selector.dst);
}

static void
print_policy(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	put_subnet(writer, &sa->selector.src);
	klips_put_text(writer, "->");
	put_subnet(writer, &sa->selector.dst);
}

/* Any to any, as XFRM has it where nobody gave a selector. */
static bool
policy_is_zero(const struct klips_field *field, const struct sa *sa)
{
	static const struct sa_subnet any;

	(void)field;
	return memcmp(sa->selector.src.address.octets, any.address.octets, sizeof(any.address.octets)) == 0 &&
	       memcmp(sa->selector.dst.address.octets, any.address.octets, sizeof(any.address.octets)) == 0 &&
	       memcmp(sa->selector.src.mask, any.mask, sizeof(any.mask)) == 0 &&
	       memcmp(sa->selector.dst.mask, any.mask, sizeof(any.mask)) == 0;
}

const struct klips_codec klips_policy_codec = {parse_policy, print_policy, policy_is_zero};

/* --- lifetimes --------------------------------------------------------------------------------- */

/* In both spellings; the first that fits wins, so "addtime" stands before "add". */
static const struct life_name {
	uint8_t kind; /* enum sa_lifetime_kind */
	bool is_short, is_long;
	const char *name;
} life_names[] = {
	{SA_LIFE_ALLOC, false, false, "alloc("}, {SA_LIFE_BYTES, false, false, "bytes("},
	{SA_LIFE_ADD, false, true, "addtime("},	 {SA_LIFE_ADD, true, false, "add("},
	{SA_LIFE_USE, false, true, "usetime("},	 {SA_LIFE_USE, true, false, "use("},
	{SA_LIFE_PACKETS, false, false, "packets("},
};

enum { LIFE_NAMES = sizeof(life_names) / sizeof(life_names[0]) };

static const struct life_name *
take_life_name(struct klips_reader *reader)
{
	for (size_t i = 0; i < LIFE_NAMES; i++) {
		if (klips_take_literal(reader, life_names[i].name))
			return &life_names[i];
	}
	return NULL;
}

static bool
take_triple(struct klips_reader *reader, struct sa_lifetime *life)
{
	return klips_take_unsigned(reader, UINT64_MAX, &life->current) && klips_take_literal(reader, ",") &&
	       klips_take_unsigned(reader, UINT64_MAX, &life->soft) && klips_take_literal(reader, ",") &&
	       klips_take_unsigned(reader, UINT64_MAX, &life->hard) && klips_take_literal(reader, ")");
}

static bool
parse_life(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	while (reader->at < reader->end) {
		const char *const start = reader->at;
		const struct life_name *name = take_life_name(reader);

		if (!name)
			return false;
		reader->short_times |= name->is_short;
		reader->long_times |= name->is_long;
		if (sa_reports(sa, SA_ATTR_ALLOC + name->kind))
			reader->wrong = "a lifetime stands twice";
		else if (reader->short_times && reader->long_times)
			reader->wrong = "add() and use() stand beside addtime() or usetime()";
		if (reader->wrong) {
			reader->at = start;
			return false;
		}
		sa->reported |= SA_ATTR_BIT(SA_ATTR_ALLOC + name->kind);
		if (!take_triple(reader, &sa->life[name->kind])) {
			reader->wrong = "a lifetime is not three unsigned numbers of 64 bits: (c,s,h)";
			return false;
		}
	}
	return true;
}

static bool
life_is_printed(const struct sa *sa, unsigned kind)
{
	const struct sa_lifetime *life = &sa->life[kind];

	if (!sa_reports(sa, SA_ATTR_ALLOC + kind))
		return false;
	return sa->dialect != SA_DIALECT_NONE || (life->current | life->soft | life->hard) != 0;
}

static void
print_life(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	for (size_t i = 0; i < LIFE_NAMES; i++) {
		const struct life_name *name = &life_names[i];
		const struct sa_lifetime *life = &sa->life[name->kind];

		if ((writer->short_times ? name->is_long : name->is_short) ||
		    !life_is_printed(sa, name->kind))
			continue;
		klips_put_text(writer, name->name);
		klips_put_unsigned(writer, life->current);
		klips_put_text(writer, ",");
		klips_put_unsigned(writer, life->soft);
		klips_put_text(writer, ",");
		klips_put_unsigned(writer, life->hard);
		klips_put_text(writer, ")");
	}
}

const struct klips_codec klips_life_codec = {parse_life, print_life, NULL};
