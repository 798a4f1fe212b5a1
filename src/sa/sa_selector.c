/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_selector.h"

/* The IP protocols that selectors usually name (IANA protocol numbers); others are printed as numbers. */
static const struct {
	uint8_t number;
	const char *name;
} upper_names[] = {{1, "icmp"}, {6, "tcp"}, {17, "udp"}, {58, "icmpv6"}, {132, "sctp"}};

static void
put_protocol(struct text_writer *writer, uint8_t protocol)
{
	for (size_t i = 0; i < sizeof(upper_names) / sizeof(upper_names[0]); i++) {
		if (upper_names[i].number == protocol) {
			text_put_string(writer, upper_names[i].name);
			return;
		}
	}
	text_put_unsigned(writer, protocol);
}

static void
put_upper(struct text_writer *writer, uint8_t protocol, uint16_t port, uint16_t mask)
{
	if (protocol == 0 && mask == 0)
		return;
	text_put_octet(writer, '[');
	put_protocol(writer, protocol);
	if (mask != 0) {
		text_put_octet(writer, '/');
		text_put_unsigned(writer, port);
	}
	if (mask != 0 && mask != UINT16_MAX) {
		text_put_octet(writer, ':');
		text_put_hex(writer, mask);
	}
	text_put_octet(writer, ']');
}

static void
put_subnet(struct text_writer *writer, const struct sa_subnet *subnet)
{
	const int prefix_length = sa_subnet_prefix_length(subnet);

	sa_address_put(writer, &subnet->address);
	text_put_octet(writer, '/');
	text_put_signed(writer, prefix_length);
}

void
sa_selector_put(struct text_writer *writer, const struct sa_selector *selector, const char *between)
{
	put_subnet(writer, &selector->src);
	put_upper(writer, selector->protocol, selector->src_port, selector->src_port_mask);
	text_put_string(writer, between);
	put_subnet(writer, &selector->dst);
	put_upper(writer, selector->protocol, selector->dst_port, selector->dst_port_mask);
}

struct sa_selector
sa_selector_reversed(const struct sa_selector *selector)
{
	struct sa_selector reversed = *selector;

	reversed.src = selector->dst;
	reversed.dst = selector->src;
	reversed.src_port = selector->dst_port;
	reversed.src_port_mask = selector->dst_port_mask;
	reversed.dst_port = selector->src_port;
	reversed.dst_port_mask = selector->src_port_mask;
	return reversed;
}
