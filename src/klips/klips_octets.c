/* SPDX-License-Identifier: BSD-3-Clause */
#include "klips_value.h"

#include <string.h>

static bool
parse_iv(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	size_t octets = 0;

	(void)field;
	if (!klips_take_literal(reader, "0x"))
		return false;
	while (octets < SA_IV_MAX_OCTETS && klips_take_octet(reader, &sa->iv[octets]))
		octets++;
	sa->iv_octets = (uint8_t)octets;
	return true;
}

static void
print_iv(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	static const char digits[] = "0123456789abcdef";
	const size_t octets = sa->iv_octets < SA_IV_MAX_OCTETS ? sa->iv_octets : SA_IV_MAX_OCTETS;

	(void)field;
	text_put_string(&writer->out, "0x");
	for (size_t i = 0; i < octets; i++) {
		text_put_octet(&writer->out, digits[sa->iv[i] >> 4]);
		text_put_octet(&writer->out, digits[sa->iv[i] & 0xf]);
	}
}

const struct klips_codec klips_iv_codec = {parse_iv, print_iv, NULL};

/* Up to, but not including, a character that no address has, or the value's end. */
static bool
take_address(struct klips_reader *reader, struct sa_address *address)
{
	struct klips_reader rest = *reader;

	while (!klips_at_value_end(&rest) && *rest.at != '/' && *rest.at != '-')
		rest.at++;
	if (!sa_address_parse(reader->at, (size_t)(rest.at - reader->at), address))
		return false;
	reader->at = rest.at;
	return true;
}

/* An example of ipsec_spi(5) has the SPI before the address; no kernel printed it. */
static bool
take_address_after_spi(struct klips_reader *reader, struct sa_address *address)
{
	struct klips_reader rest = *reader;
	uint64_t spi;

	if (!klips_take_hex(&rest, 8, &spi) || !klips_take_literal(&rest, "@") || !take_address(&rest, address))
		return false;
	reader->at = rest.at;
	return true;
}

static bool
parse_source(const struct klips_field *field, struct klips_reader *reader, struct sa *sa)
{
	(void)field;
	return klips_take_literal(reader, KLIPS_NO_ADDRESS) || take_address(reader, &sa->src) ||
	       take_address_after_spi(reader, &sa->src);
}

static void
print_source(const struct klips_field *field, const struct sa *sa, struct klips_writer *writer)
{
	(void)field;
	if (sa->src.type == SA_ADDRESS_NONE)
		text_put_string(&writer->out, KLIPS_NO_ADDRESS);
	else
		sa_address_put(&writer->out, &sa->src);
}

const struct klips_codec klips_source_codec = {parse_source, print_source, NULL};

/* A prefix length or, if the mask is not a prefix (subnettoa.c), the mask as an address. */
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
	    (klips_at_value_end(&number) || *number.at == '-')) {
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

	sa_address_put(&writer->out, &subnet->address);
	text_put_string(&writer->out, "/");
	if (prefix_length >= 0) {
		text_put_unsigned(&writer->out, (unsigned)prefix_length);
		return;
	}
	memcpy(mask.octets, subnet->mask, sizeof(mask.octets));
	sa_address_put(&writer->out, &mask);
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
	text_put_string(&writer->out, "->");
	put_subnet(writer, &sa->selector.dst);
}

/* KLIPS prints this for tunnels only.  A selector from any to any is XFRM's default. */
static bool
has_no_policy(const struct klips_field *field, const struct sa *sa)
{
	static const struct sa_subnet any;
	const struct sa_selector *const selector = &sa->selector;

	(void)field;
	if (sa->said.protocol != SA_PROTOCOL_IPIP && sa->said.protocol != SA_PROTOCOL_IPV6)
		return true;
	return memcmp(selector->src.address.octets, any.address.octets, sizeof(any.address.octets)) == 0 &&
	       memcmp(selector->dst.address.octets, any.address.octets, sizeof(any.address.octets)) == 0 &&
	       memcmp(selector->src.mask, any.mask, sizeof(any.mask)) == 0 &&
	       memcmp(selector->dst.mask, any.mask, sizeof(any.mask)) == 0;
}

const struct klips_codec klips_policy_codec = {parse_policy, print_policy, has_no_policy};
