/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_said.h"

#include <string.h>

/*
 * SAIDs with names: the shunts, protocol "int" (openswan.h, SPI_PASS and following), and SAIDs that no packet can have,
 * since their SPI is 0 (PASSTHROUGH4IS, PASSTHROUGH6IS).  If a SAID has two names, the first is printed.
 */
enum { SHUNT_PASS = 256, SHUNT_DROP, SHUNT_REJECT, SHUNT_HOLD, SHUNT_TRAP, SHUNT_TRAPSUBNET };

/* clang-format off */
static const struct named_said {
	const char *name;
	uint8_t protocol, address_type; /* the unspecified address of that type */
	uint32_t spi;
} named_saids[] = {
	{"%passthrough4", SA_PROTOCOL_IPIP, SA_ADDRESS_IPV4, 0},
	{"%passthrough6", SA_PROTOCOL_IPIP, SA_ADDRESS_IPV6, 0},
	{"%pass", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_PASS},
	{"%drop", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_DROP},
	{"%reject", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_REJECT},
	{"%hold", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_HOLD},
	{"%trap", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_TRAP},
	{"%trapsubnet", SA_PROTOCOL_INT, SA_ADDRESS_NONE, SHUNT_TRAPSUBNET},
	{"%passthrough", SA_PROTOCOL_IPIP, SA_ADDRESS_IPV4, 0}, /* FreeS/WAN 1, which has no IPv6 (satoa.c) */
};
/* clang-format on */

enum { NAMED_SAIDS = sizeof(named_saids) / sizeof(named_saids[0]) };
static const struct named_said *const plain_passthrough = &named_saids[NAMED_SAIDS - 1];

/* For a shunt without a name; the kernel has room for four characters of its SPI, as a signed number. */
static const char other_shunt[] = "%unk-";
enum { OTHER_SHUNT_ROOM = 4 };

static const struct named_said *
find_name(const struct sa_said *said)
{
	for (size_t i = 0; i < NAMED_SAIDS; i++) {
		const struct named_said *const named = &named_saids[i];

		if (named->spi == said->spi && named->protocol == said->protocol &&
		    sa_address_equal(&said->dst, &(struct sa_address){.type = named->address_type}))
			return named;
	}
	return NULL;
}

/* --- printing ---------------------------------------------------------------------------------- */

static void
put_other_shunt(struct text_writer *out, uint32_t spi)
{
	char text[OTHER_SHUNT_ROOM];
	struct text_writer number = {.text = text, .size = sizeof(text)};

	text_put_signed(&number, (int32_t)spi);
	text_put_string(out, other_shunt);
	text_put(out, text, number.used);
}

static void
put_protocol(struct text_writer *out, uint8_t protocol, const struct sa_protocol_name *name)
{
	text_put_string(out, name ? name->said : "unk");
	if (!name)
		text_put_unsigned(out, protocol);
}

static void
put_separator(struct text_writer *out, enum klips_said_style style, uint8_t address_type)
{
	if (style == KLIPS_SAID_KERNEL)
		text_put(out, "0x", 2);
	else
		text_put_octet(out, address_type == SA_ADDRESS_IPV4 ? '.' : ':');
}

/* name: that of the protocol. */
static void
put_ordinary_said(struct text_writer *out, const struct sa_said *said, const struct sa_protocol_name *name,
		  enum klips_said_style style)
{
	put_protocol(out, said->protocol, name);
	put_separator(out, style, said->dst.type);
	text_put_hex(out, said->spi);
	text_put_octet(out, '@');
	if (said->dst.type == SA_ADDRESS_NONE)
		text_put_string(out, KLIPS_NO_ADDRESS);
	else
		sa_address_put(out, &said->dst);
}

void
klips_put_said(struct text_writer *out, const struct sa_said *said, const struct sa_protocol_name *name,
	       enum klips_said_style style)
{
	const struct named_said *const named = find_name(said);

	if (named)
		text_put_string(out, named->name);
	else if (said->dst.type == SA_ADDRESS_NONE && said->protocol == SA_PROTOCOL_INT)
		put_other_shunt(out, said->spi);
	else if (klips_said_is_error(said))
		text_put_string(out, KLIPS_SAID_ERROR);
	else
		put_ordinary_said(out, said, name, style);
}

static bool
is_passthrough(const struct sa_said *said)
{
	return said->protocol == SA_PROTOCOL_IPIP && find_name(said) != NULL;
}

void
klips_put_said_in_line(struct klips_writer *writer, const struct sa *sa, enum klips_said_style style)
{
	if (writer->as_it_came && sa_reports(sa, SA_ATTR_PLAIN_PASSTHROUGH) && is_passthrough(&sa->said))
		text_put_string(&writer->out, plain_passthrough->name);
	else
		klips_put_said(&writer->out, &sa->said, klips_protocol_name(sa), style);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* Each of these parses the whole of a reader, which is one word. */
static bool
take_word(struct klips_reader *reader, const char *word)
{
	return (size_t)(reader->end - reader->at) == strlen(word) && klips_take_literal(reader, word);
}

static bool
take_other_shunt(struct klips_reader *reader, struct sa_said *said)
{
	struct klips_reader number = *reader;
	const char *start;
	uint64_t spi;

	if (!klips_take_literal(&number, other_shunt))
		return false;
	start = number.at;
	if (!klips_take_signed(&number, 32, &spi) || number.at != reader->end || number.at - start > OTHER_SHUNT_ROOM)
		return false;
	*said = (struct sa_said){.protocol = SA_PROTOCOL_INT, .spi = (uint32_t)spi};
	return find_name(said) == NULL;
}

static bool
take_named_said(struct klips_reader *reader, struct sa *sa)
{
	for (size_t i = 0; i < NAMED_SAIDS; i++) {
		const struct named_said *const named = &named_saids[i];

		if (!take_word(reader, named->name))
			continue;
		sa->said.dst.type = named->address_type;
		sa->said.protocol = named->protocol;
		sa->said.spi = named->spi;
		if (named == plain_passthrough)
			sa->reported |= SA_ATTR_BIT(SA_ATTR_PLAIN_PASSTHROUGH);
		return true;
	}
	return take_other_shunt(reader, &sa->said) || klips_fail(reader, "the SAID is no shunt that KLIPS has");
}

/* "unk" and a decimal number; before "0x", that 0 is the number's last digit. */
static bool
take_protocol_number(struct klips_reader *reader, struct sa *sa)
{
	struct klips_reader digits = {.at = reader->at, .end = reader->at};
	uint64_t number;

	while (digits.end < reader->end && *digits.end >= '0' && *digits.end <= '9')
		digits.end++;
	if (digits.end < reader->end && *digits.end == 'x' && digits.end > digits.at)
		digits.end--;
	if (!klips_take_unsigned(&digits, UINT8_MAX, &number) || digits.at != digits.end)
		return false;
	sa->said.protocol = (uint8_t)number;
	if (klips_protocol_name(sa))
		return false;
	reader->at = digits.at;
	return true;
}

static bool
take_protocol(struct klips_reader *reader, struct sa *sa)
{
	for (size_t i = 0; i < sa_protocol_names_count; i++) {
		if (klips_take_literal(reader, sa_protocol_names[i].said)) {
			sa->said.protocol = sa_protocol_names[i].protocol;
			return true;
		}
	}
	return klips_take_literal(reader, "unk") && take_protocol_number(reader, sa);
}

/* Without an SPI, an address that could not be printed looks the same as " (error)"; "int" has names then. */
static bool
take_destination(struct klips_reader *reader, struct sa_said *said)
{
	if (said->spi != 0 && said->protocol != SA_PROTOCOL_INT && take_word(reader, KLIPS_NO_ADDRESS))
		return true;
	return sa_address_parse(reader->at, (size_t)(reader->end - reader->at), &said->dst);
}

/* PROTOCOL0xSPI@ADDRESS, PROTOCOL.SPI@IPV4 or PROTOCOL:SPI@IPV6 */
static bool
take_ordinary_said(struct klips_reader *reader, struct sa *sa, enum klips_said_style *style)
{
	char separator = '0';
	uint64_t spi;

	if (!take_protocol(reader, sa))
		return klips_fail(reader, "the SAID's protocol is not ah, esp, comp, tun, int or unkN");
	if (klips_take_literal(reader, "."))
		separator = '.';
	else if (klips_take_literal(reader, ":"))
		separator = ':';
	else if (!klips_take_literal(reader, "0x"))
		return klips_fail(reader, "the SAID has no 0x, \".\" or \":\" before its SPI");
	*style = separator == '0' ? KLIPS_SAID_KERNEL : KLIPS_SAID_MANUAL;
	if (!klips_take_hex(reader, 8, &spi) || !klips_take_literal(reader, "@"))
		return klips_fail(reader, "the SAID's SPI is not 32 bits in hexadecimal and \"@\"");
	sa->said.spi = (uint32_t)spi;
	if (!take_destination(reader, &sa->said))
		return klips_fail(reader, "the SAID's destination is not an address");
	if (separator != '0' && (separator == '.') != (sa->said.dst.type == SA_ADDRESS_IPV4))
		return klips_fail(reader, "the SAID has \".\" for an IPv6 or \":\" for an IPv4 destination");
	return true;
}

bool
klips_take_said(struct klips_reader *reader, struct sa *sa, enum klips_said_style *style)
{
	struct klips_reader word = *reader;
	bool taken;

	*style = KLIPS_SAID_KERNEL;
	if (klips_take_literal(reader, KLIPS_SAID_ERROR " "))
		return true;
	word.end = klips_find_octet(reader, ' ');
	if (word.end == reader->end) {
		reader->at = reader->end;
		return klips_fail(reader, "the line ends within or after its SAID");
	}
	if (word.at < word.end && *word.at == '%')
		taken = take_named_said(&word, sa);
	else
		taken = take_ordinary_said(&word, sa, style);
	reader->at = taken ? word.end + 1 : word.at;
	reader->wrong = word.wrong;
	return taken;
}
