/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa.h"

#include <arpa/inet.h>
#include <string.h>

#include "sa/algorithm.h"
#include "base/text_writer.h"

/* --- addresses --------------------------------------------------------------------------------- */

size_t
sa_address_octets(uint8_t type)
{
	switch (type) {
	case SA_ADDRESS_IPV4:
		return 4;
	case SA_ADDRESS_IPV6:
		return 16;
	default:
		return 0;
	}
}

bool
sa_address_equal(const struct sa_address *a, const struct sa_address *b)
{
	return a->type == b->type && memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

static unsigned
group_of(const struct sa_address *address, unsigned index)
{
	return (unsigned)address->octets[2 * index] << 8 | address->octets[2 * index + 1];
}

/* The leftmost run of two or more zero groups; *length is 0 if there is none (addrtot.c, normal6). */
static unsigned
leftmost_zero_run(const struct sa_address *address, unsigned *length)
{
	for (unsigned start = 0; start < 7; start++) {
		unsigned end = start;

		while (end < 8 && group_of(address, end) == 0)
			end++;
		*length = end - start;
		if (*length >= 2)
			return start;
	}
	*length = 0;
	return 8;
}

static void
put_ipv6(struct text_writer *writer, const struct sa_address *address)
{
	unsigned run_length;
	const unsigned run = leftmost_zero_run(address, &run_length);

	for (unsigned i = 0; i < 8;) {
		if (i == run) {
			text_put(writer, "::", 2);
			i += run_length;
			continue;
		}
		if (i > 0 && i != run + run_length)
			text_put_octet(writer, ':');
		text_put_hex(writer, group_of(address, i++));
	}
}

static void
put_address(struct text_writer *writer, const struct sa_address *address)
{
	if (address->type == SA_ADDRESS_IPV6)
		put_ipv6(writer, address);
	for (unsigned i = 0; address->type == SA_ADDRESS_IPV4 && i < 4; i++) {
		if (i > 0)
			text_put_octet(writer, '.');
		text_put_unsigned(writer, address->octets[i]);
	}
}

size_t
sa_address_print(const struct sa_address *address, char text[SA_ADDRESS_TEXT_SIZE])
{
	struct text_writer writer = {.text = text, .size = SA_ADDRESS_TEXT_SIZE};

	put_address(&writer, address);
	return text_end(&writer);
}

/* As inet_pton(3), which would need a copy with a NUL.  Each line of ipsec_spi text has two to four of these. */
static bool
parse_ipv4(const char *at, const char *end, uint8_t octets[4])
{
	for (unsigned i = 0; i < 4; i++) {
		const char *start;
		unsigned number = 0;

		if (i > 0 && (at == end || *at++ != '.'))
			return false;
		for (start = at; at < end && *at >= '0' && *at <= '9' && number <= UINT8_MAX; at++)
			number = number * 10 + (unsigned)(*at - '0');
		if (at == start || number > UINT8_MAX || (*start == '0' && at - start > 1))
			return false;
		octets[i] = (uint8_t)number;
	}
	return at == end;
}

static bool
parse_ipv6(const char *text, size_t length, uint8_t octets[16])
{
	char copy[INET6_ADDRSTRLEN];

	if (length == 0 || length >= sizeof(copy) || memchr(text, '\0', length))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return inet_pton(AF_INET6, copy, octets) == 1;
}

bool
sa_address_parse(const char *text, size_t length, struct sa_address *address)
{
	struct sa_address read = {.type = SA_ADDRESS_IPV4};

	if (!parse_ipv4(text, text + length, read.octets)) {
		read.type = SA_ADDRESS_IPV6;
		if (!parse_ipv6(text, length, read.octets))
			return false;
	}
	*address = read;
	return true;
}

int
sa_subnet_prefix_length(const struct sa_subnet *subnet)
{
	const unsigned bits = (unsigned)sa_address_octets(subnet->address.type) * 8;
	unsigned ones = 0;

	while (ones < bits && (subnet->mask[ones / 8] & (0x80u >> (ones % 8))))
		ones++;
	for (unsigned bit = ones; bit < bits; bit++) {
		if (subnet->mask[bit / 8] & (0x80u >> (bit % 8)))
			return -1;
	}
	return (int)ones;
}

void
sa_subnet_set_prefix_length(struct sa_subnet *subnet, unsigned prefix_length)
{
	memset(subnet->mask, 0, sizeof(subnet->mask));
	memset(subnet->mask, 0xff, prefix_length / 8);
	if (prefix_length % 8 != 0)
		subnet->mask[prefix_length / 8] = (uint8_t)(0xff00u >> (prefix_length % 8));
}

/* --- SAID and transform ------------------------------------------------------------------------ */

struct protocol_name {
	uint8_t protocol;
	const char *said;      /* in a SAID */
	const char *transform; /* in a transform's name */
};

/* clang-format off */
static const struct protocol_name protocol_names[] = {
	{SA_PROTOCOL_ESP, "esp", "ESP"},
	{SA_PROTOCOL_AH, "ah", "AH"},
	{SA_PROTOCOL_IPIP, "tun", "IPIP"},
	{SA_PROTOCOL_COMP, "comp", "COMP"},
	{SA_PROTOCOL_IPV6, "tun", "IPIP"},
	{SA_PROTOCOL_INT, "int", "UNKNOWN_proto"},
};
/* clang-format on */

static const struct protocol_name *
protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(protocol_names) / sizeof(protocol_names[0]); i++) {
		if (protocol_names[i].protocol == protocol)
			return &protocol_names[i];
	}
	return NULL;
}

static void
put_protocol(struct text_writer *writer, uint8_t protocol)
{
	const struct protocol_name *name = protocol_name(protocol);

	text_put_string(writer, name ? name->said : "unk");
	if (!name)
		text_put_unsigned(writer, protocol);
}

static const char *const shunt_names[] = {"%pass", "%drop", "%reject", "%hold", "%trap", "%trapsubnet"};

/* satot.c, protocol "int"; the kernel has ten octets for an unknown one, NUL included, and prints it as signed. */
static void
put_shunt(struct text_writer *writer, uint32_t spi)
{
	char text[10];
	struct text_writer unknown = {.text = text, .size = sizeof(text)};

	if (spi >= SA_SHUNT_PASS && spi <= SA_SHUNT_TRAPSUBNET) {
		text_put_string(writer, shunt_names[spi - SA_SHUNT_PASS]);
		return;
	}
	text_put_string(&unknown, "%unk-");
	text_put_signed(&unknown, (int32_t)spi);
	text_put(writer, text, text_end(&unknown));
}

/* The SAID that satot.c has a name for, since no packet can have SPI 0 (PASSTHROUGH4IS, PASSTHROUGH6IS). */
static bool
is_passthrough(const struct sa_said *said)
{
	static const uint8_t unspecified[sizeof(said->dst.octets)];

	return said->protocol == SA_PROTOCOL_IPIP && said->spi == 0 && said->dst.type != SA_ADDRESS_NONE &&
	       memcmp(said->dst.octets, unspecified, sizeof(unspecified)) == 0;
}

static void
put_separator(struct text_writer *writer, enum sa_said_style style, uint8_t address_type)
{
	if (style == SAID_KERNEL)
		text_put(writer, "0x", 2);
	else
		text_put_octet(writer, address_type == SA_ADDRESS_IPV4 ? '.' : ':');
}

size_t
sa_said_print(const struct sa_said *said, enum sa_said_style style, char text[SA_SAID_TEXT_SIZE])
{
	struct text_writer writer = {.text = text, .size = SA_SAID_TEXT_SIZE};
	const bool has_address = said->dst.type != SA_ADDRESS_NONE;

	if (!has_address && said->protocol == SA_PROTOCOL_INT) {
		put_shunt(&writer, said->spi);
	} else if (!has_address && said->spi == 0) {
		text_put_string(&writer, " (error)");
	} else if (is_passthrough(said)) {
		text_put_string(&writer, said->dst.type == SA_ADDRESS_IPV4 ? "%passthrough4" : "%passthrough6");
	} else {
		put_protocol(&writer, said->protocol);
		put_separator(&writer, style, said->dst.type);
		text_put_hex(&writer, said->spi);
		text_put_octet(&writer, '@');
		if (has_address)
			put_address(&writer, &said->dst);
		else
			text_put_string(&writer, "<invalid>"); /* addrtot.c */
	}
	return text_end(&writer);
}

static void
put_algorithm(struct text_writer *writer, const char *kernel_name, uint16_t icv_bits)
{
	char name[ALGORITHM_TRANSFORM_NAME_SIZE];
	const size_t length = kernel_name[0] ? algorithm_transform_name(kernel_name, icv_bits, name) : 0;

	if (length == 0)
		return;
	text_put_octet(writer, '_');
	text_put(writer, name, length);
}

size_t
sa_transform_print(const struct sa *sa, char text[SA_TRANSFORM_TEXT_SIZE])
{
	struct text_writer writer = {.text = text, .size = SA_TRANSFORM_TEXT_SIZE};
	const struct protocol_name *name = protocol_name(sa->said.protocol);

	text_put_string(&writer, name ? name->transform : "UNKNOWN_proto");
	put_algorithm(&writer, sa->compression, 0);
	put_algorithm(&writer, sa->encryption, sa->icv_bits);
	put_algorithm(&writer, sa->authentication, sa->icv_bits);
	return text_end(&writer);
}

/* --- the index --------------------------------------------------------------------------------- */

static uint8_t *
put_be32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 24);
	at[1] = (uint8_t)(value >> 16);
	at[2] = (uint8_t)(value >> 8);
	at[3] = (uint8_t)value;
	return at + 4;
}

static uint32_t
get_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void
sa_key_make(struct sa_key *key, const struct sa_said *said)
{
	const size_t octets = sa_address_octets(said->dst.type);
	uint8_t *at = key->octets;

	memset(key, 0, sizeof(*key));
	*at++ = said->dst.type;
	*at++ = (uint8_t)octets;
	memcpy(at, said->dst.octets, octets);
	at += octets;
	*at++ = said->protocol;
	put_be32(put_be32(at, said->spi), said->qualifier);
}

void
sa_key_said(const struct sa_key *key, struct sa_said *said)
{
	const size_t octets = sa_address_octets(key->octets[0]);
	const uint8_t *at = key->octets + 2 + octets;

	memset(said, 0, sizeof(*said));
	said->dst.type = key->octets[0];
	memcpy(said->dst.octets, key->octets + 2, octets);
	said->protocol = at[0];
	said->spi = get_be32(at + 1);
	said->qualifier = get_be32(at + 5);
}

size_t
sa_key_to_oid(const struct sa_key *key, unsigned long subids[SA_INDEX_MAX_SUBIDS])
{
	const size_t octets = key->octets[1];
	const size_t single = 2 + octets + 1; /* sub-identifiers that are one octet each */

	for (size_t i = 0; i < single; i++)
		subids[i] = key->octets[i];
	subids[single] = get_be32(key->octets + single);
	subids[single + 1] = get_be32(key->octets + single + 4);
	return single + 2;
}

int
sa_key_compare_oid(const struct sa_key *key, const unsigned long *subids, size_t count)
{
	unsigned long own[SA_INDEX_MAX_SUBIDS];
	const size_t own_count = sa_key_to_oid(key, own);
	const size_t common = own_count < count ? own_count : count;

	for (size_t i = 0; i < common; i++) {
		if (own[i] != subids[i])
			return own[i] < subids[i] ? -1 : 1;
	}
	return (own_count > count) - (own_count < count);
}

bool
sa_said_from_oid(const unsigned long *subids, size_t count, struct sa_said *said)
{
	size_t octets;

	if (count < 2 || subids[0] > SA_ADDRESS_IPV6)
		return false;
	octets = sa_address_octets((uint8_t)subids[0]);
	if (subids[1] != octets || count != 2 + octets + 3)
		return false;
	memset(said, 0, sizeof(*said));
	said->dst.type = (uint8_t)subids[0];
	for (size_t i = 0; i < octets; i++) {
		if (subids[2 + i] > UINT8_MAX)
			return false;
		said->dst.octets[i] = (uint8_t)subids[2 + i];
	}
	subids += 2 + octets;
	if (subids[0] > UINT8_MAX || subids[1] > UINT32_MAX || subids[2] > UINT32_MAX)
		return false;
	said->protocol = (uint8_t)subids[0];
	said->spi = (uint32_t)subids[1];
	said->qualifier = (uint32_t)subids[2];
	return true;
}

bool
sa_key_from_oid(const unsigned long *subids, size_t count, struct sa_key *key)
{
	struct sa_said said;

	if (!sa_said_from_oid(subids, count, &said))
		return false;
	sa_key_make(key, &said);
	return true;
}
