/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_name.h"

#include <string.h>

#include "sa/algorithm.h"

/* The protocols that KLIPS has names for; any other is "unk" and its number, and has no transform name. */
/* clang-format off */
static const struct protocol {
	uint8_t number;
	const char *said_name, *transform_name;
} protocols[] = {
	{SA_PROTOCOL_ESP, "esp", "ESP"},
	{SA_PROTOCOL_AH, "ah", "AH"},
	{SA_PROTOCOL_IPIP, "tun", "IPIP"},
	{SA_PROTOCOL_COMP, "comp", "COMP"},
	{SA_PROTOCOL_INT, "int", "UNKNOWN_proto"},
	{0, NULL, "UNKNOWN_proto"},
};
/* clang-format on */

enum { NAMED_PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]) - 1 };

/* The last row if no other is that protocol's. */
static const struct protocol *
protocol_of(uint8_t number)
{
	size_t i = 0;

	while (i < NAMED_PROTOCOLS && protocols[i].number != number)
		i++;
	return &protocols[i];
}

static bool
fail(struct klips_reader *reader, const char *wrong)
{
	reader->wrong = wrong;
	return false;
}

/* --- printing ---------------------------------------------------------------------------------- */

/* satoa.c, of FreeS/WAN 1, knows nothing of IPv6; "4" or "6" is behind it in satot.c. */
static const char plain_passthrough[] = "%passthrough";

/* To XFRM, protocol 41 is a tunnel, which sa.c calls so; KLIPS has no name for it. */
static bool
is_klips_protocol_41(const struct sa *sa)
{
	return sa->dialect != SA_DIALECT_NONE && sa->said.protocol == SA_PROTOCOL_IPV6;
}

void
klips_put_said(struct klips_writer *writer, const struct sa *sa, enum sa_said_style style)
{
	char text[SA_SAID_TEXT_SIZE];
	const size_t length = sa_said_print(&sa->said, style, text);

	if (is_klips_protocol_41(sa) && klips_starts_with(text, length, "tun")) {
		text_put_string(&writer->out, "unk41");
		text_put(&writer->out, text + strlen("tun"), length - strlen("tun"));
	} else if (writer->as_it_came && sa_reports(sa, SA_ATTR_PLAIN_PASSTHROUGH) &&
		   klips_starts_with(text, length, plain_passthrough)) {
		text_put_string(&writer->out, plain_passthrough);
	} else {
		text_put(&writer->out, text, length);
	}
}

static size_t
print_transform(const struct sa *sa, char text[SA_TRANSFORM_TEXT_SIZE])
{
	struct sa unnamed;

	if (!is_klips_protocol_41(sa))
		return sa_transform_print(sa, text);
	unnamed = *sa;
	unnamed.said.protocol = 0;
	return sa_transform_print(&unnamed, text);
}

void
klips_put_transform(struct klips_writer *writer, const struct sa *sa)
{
	char text[SA_TRANSFORM_TEXT_SIZE];

	text_put(&writer->out, text, print_transform(sa, text));
}

/* --- reading SAIDs ----------------------------------------------------------------------------- */

/* Takes all of the reader if that is how the SAID prints. */
static bool
take_as_printed(struct klips_reader *reader, const struct sa_said *said)
{
	char printed[SA_SAID_TEXT_SIZE];
	const size_t length = (size_t)(reader->end - reader->at);

	if (sa_said_print(said, SAID_KERNEL, printed) != length || memcmp(reader->at, printed, length) != 0)
		return false;
	reader->at = reader->end;
	return true;
}

/* "%pass" and the like.  The kernel has room for four characters of N in "%unk-N": it may be cut. */
static bool
take_shunt(struct klips_reader *reader, struct sa_said *said)
{
	struct klips_reader number = *reader;
	uint64_t spi;

	said->protocol = SA_PROTOCOL_INT;
	for (said->spi = SA_SHUNT_PASS; said->spi <= SA_SHUNT_TRAPSUBNET; said->spi++) {
		if (take_as_printed(reader, said))
			return true;
	}
	if (!klips_take_literal(&number, "%unk-") || !klips_take_signed(&number, 32, &spi))
		return false;
	said->spi = (uint32_t)spi;
	return take_as_printed(reader, said);
}

static bool
take_passthrough(struct klips_reader *reader, struct sa *sa)
{
	sa->said = (struct sa_said){.protocol = SA_PROTOCOL_IPIP, .dst.type = SA_ADDRESS_IPV4};
	if (take_as_printed(reader, &sa->said))
		return true;
	if ((size_t)(reader->end - reader->at) == strlen(plain_passthrough) &&
	    klips_take_literal(reader, plain_passthrough)) {
		sa->reported |= SA_ATTR_BIT(SA_ATTR_PLAIN_PASSTHROUGH);
		return true;
	}
	sa->said.dst.type = SA_ADDRESS_IPV6;
	return take_as_printed(reader, &sa->said);
}

static bool
take_named_said(struct klips_reader *reader, struct sa *sa)
{
	return take_shunt(reader, &sa->said) || take_passthrough(reader, sa) ||
	       fail(reader, "the SAID is no shunt that KLIPS has");
}

/* "unk" and a decimal number; before "0x" the number's last digit is that 0. */
static bool
take_protocol_number(struct klips_reader *reader, uint8_t *protocol)
{
	struct klips_reader digits = {.at = reader->at, .end = reader->at};
	uint64_t number;

	while (digits.end < reader->end && *digits.end >= '0' && *digits.end <= '9')
		digits.end++;
	if (digits.end < reader->end && *digits.end == 'x' && digits.end > digits.at)
		digits.end--;
	if (!klips_take_unsigned(&digits, UINT8_MAX, &number) || digits.at != digits.end ||
	    protocol_of((uint8_t)number)->said_name)
		return false;
	reader->at = digits.at;
	*protocol = (uint8_t)number;
	return true;
}

static bool
take_protocol(struct klips_reader *reader, uint8_t *protocol)
{
	for (size_t i = 0; i < NAMED_PROTOCOLS; i++) {
		if (klips_take_literal(reader, protocols[i].said_name)) {
			*protocol = protocols[i].number;
			return true;
		}
	}
	return klips_take_literal(reader, "unk") && take_protocol_number(reader, protocol);
}

/* The rest of the reader: an address, or what addrtot.c prints for one of neither family. */
static bool
take_destination(struct klips_reader *reader, struct sa_said *said)
{
	static const char invalid[] = "<invalid>";
	const size_t length = (size_t)(reader->end - reader->at);

	/* Without an SPI it could not be told from " (error)"; "int" has names then. */
	if (length == strlen(invalid) && said->spi != 0 && said->protocol != SA_PROTOCOL_INT &&
	    klips_take_literal(reader, invalid))
		return true;
	return sa_address_parse(reader->at, length, &said->dst);
}

/* PROTOCOL0xSPI@ADDRESS, PROTOCOL.SPI@IPV4 or PROTOCOL:SPI@IPV6 */
static bool
take_ordinary_said(struct klips_reader *reader, struct sa_said *said, enum klips_said_kind *kind)
{
	char separator = '0';
	uint64_t spi;

	if (!take_protocol(reader, &said->protocol))
		return fail(reader, "the SAID's protocol is not ah, esp, comp, tun, int or unkN");
	if (klips_take_literal(reader, "."))
		separator = '.';
	else if (klips_take_literal(reader, ":"))
		separator = ':';
	else if (!klips_take_literal(reader, "0x"))
		return fail(reader, "the SAID has no 0x, \".\" or \":\" before its SPI");
	*kind = separator == '0' ? KLIPS_SAID_KERNEL : KLIPS_SAID_MANUAL;
	if (!klips_take_hex(reader, 8, &spi) || !klips_take_literal(reader, "@"))
		return fail(reader, "the SAID's SPI is not 32 bits in hexadecimal and \"@\"");
	said->spi = (uint32_t)spi;
	if (!take_destination(reader, said))
		return fail(reader, "the SAID's destination is not an address");
	if (separator != '0' && (separator == '.') != (said->dst.type == SA_ADDRESS_IPV4))
		return fail(reader, "the SAID has \".\" for an IPv6 or \":\" for an IPv4 destination");
	return true;
}

bool
klips_take_said(struct klips_reader *reader, struct sa *sa, enum klips_said_kind *kind)
{
	struct klips_reader word = *reader;
	bool taken;

	*kind = KLIPS_SAID_UNPRINTABLE;
	if (klips_take_literal(reader, " (error) "))
		return true;
	word.end = klips_find_octet(reader, ' ');
	if (word.end == reader->end) {
		reader->at = reader->end;
		return fail(reader, "the line ends within or after its SAID");
	}
	*kind = KLIPS_SAID_KERNEL;
	if (word.at < word.end && *word.at == '%')
		taken = take_named_said(&word, sa);
	else
		taken = take_ordinary_said(&word, &sa->said, kind);
	reader->at = taken ? word.end + 1 : word.at;
	reader->wrong = word.wrong;
	return taken;
}

/* --- reading transforms ------------------------------------------------------------------------ */

/* How many octets of "_ENCRYPTION_AUTHENTICATION" are the encryption's. */
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
	/* "_ID249" at the end is the authentication's if there is something else for the encryption. */
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

bool
klips_take_transform(struct klips_reader *reader, struct sa *sa, enum klips_said_kind kind)
{
	const char *const start = reader->at;
	const char *const end = klips_find_octet(reader, ':');
	const size_t length = (size_t)(end - start);
	const char *prefix, *names, *authentication;

	if (end == reader->end) {
		reader->at = end;
		return fail(reader, "the transform does not end with \":\"");
	}
	for (size_t i = 0; kind == KLIPS_SAID_UNPRINTABLE && i <= NAMED_PROTOCOLS; i++) {
		/* A shunt without an address is spelt otherwise: no (error) is one. */
		if (protocols[i].number != SA_PROTOCOL_INT &&
		    klips_starts_with(start, length, protocols[i].transform_name)) {
			sa->said.protocol = protocols[i].number;
			break;
		}
	}
	prefix = protocol_of(sa->said.protocol)->transform_name;
	if (!klips_starts_with(start, length, prefix) || (length > strlen(prefix) && start[strlen(prefix)] != '_'))
		return fail(reader, "the transform is not of the SAID's protocol");
	names = start + strlen(prefix);
	authentication = names + encryption_length(names, (size_t)(end - names), sa->said.protocol);
	if (!keep_names(sa, names, authentication, end))
		return fail(reader, "the transform has a name that is too long");
	if (!is_printed(names, authentication) || !is_printed(authentication, end))
		return fail(reader, "the transform has a name that no kernel prints");
	reader->at = end + 1;
	return true;
}
