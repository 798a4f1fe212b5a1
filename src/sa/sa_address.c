/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_address.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text_writer.h"

bool
sa_address_equal(const struct sa_address *a, const struct sa_address *b)
{
	return a->type == b->type && memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

bool
sa_address_is_unspecified(const struct sa_address *address)
{
	static const uint8_t zeros[sizeof(address->octets)];

	return memcmp(address->octets, zeros, sizeof(zeros)) == 0;
}

void
sa_address_copy_prefix(uint8_t to[16], const struct sa_address *from, uint8_t bits)
{
	const size_t octets = bits / 8;

	memcpy(to, from->octets, octets);
	if (bits % 8 > 0)
		to[octets] = from->octets[octets] & (uint8_t)(0xff00 >> (bits % 8));
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

void
sa_address_put(struct text_writer *writer, const struct sa_address *address)
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

	sa_address_put(&writer, address);
	return text_end(&writer);
}

/* Like inet_pton(3), which would need a copy with a NUL.  Each line of ipsec_spi text has two to four addresses. */
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
