/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa.h"

#include "base/text_writer.h"
#include "sa/algorithm.h"

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
			sa_address_put(&writer, &said->dst);
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
