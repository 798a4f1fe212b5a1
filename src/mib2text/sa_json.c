/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_json.h"

#include <inttypes.h>
#include <string.h>

#include "mib/columns.h"
#include "mib_table.h"
#include "tunnels/tunnel_columns.h"
#include "base/utf8.h"

/* --- values ------------------------------------------------------------------------------------ */

/* What is not UTF-8 is replaced by U+FFFD. */
static void
print_text(FILE *out, const uint8_t *text, size_t length)
{
	putc('"', out);
	for (size_t i = 0; i < length;) {
		const uint8_t c = text[i];
		size_t octets = 1;

		if (c == '"' || c == '\\') {
			fprintf(out, "\\%c", c);
		} else if (c < ' ' || c == 0x7f) {
			fprintf(out, "\\u%04x", c);
		} else if (c < 0x80) {
			putc(c, out);
		} else {
			octets = utf8_octets(text + i, length - i);
			if (octets > 0)
				fwrite(text + i, 1, octets, out);
			else
				fputs("\\ufffd", out);
			octets += octets == 0;
		}
		i += octets;
	}
	putc('"', out);
}

static void
print_hex(FILE *out, const uint8_t *octets, size_t length)
{
	static const char digits[] = "0123456789abcdef";

	putc('"', out);
	for (size_t i = 0; i < length; i++) {
		putc(digits[octets[i] >> 4], out);
		putc(digits[octets[i] & 15], out);
	}
	putc('"', out);
}

static void
print_address(FILE *out, const uint8_t *octets, size_t length)
{
	struct sa_address address = {.type = length == 16 ? SA_ADDRESS_IPV6 : length == 4 ? SA_ADDRESS_IPV4 : 0};
	char text[SA_ADDRESS_TEXT_SIZE];

	if (length <= sizeof(address.octets) && length > 0)
		memcpy(address.octets, octets, length);
	sa_address_print(&address, text);
	fprintf(out, "\"%s\"", text);
}

static void
print_bits(FILE *out, const struct column_label *labels, const uint8_t *octets, size_t length)
{
	const char *separator = "";

	putc('[', out);
	for (const struct column_label *label = labels; label->label; label++) {
		const size_t bit = (size_t)label->value;

		if (bit / 8 < length && octets[bit / 8] & (0x80u >> (bit % 8))) {
			fprintf(out, "%s\"%s\"", separator, label->label);
			separator = ", ";
		}
	}
	putc(']', out);
}

/* DateAndTime (RFC 2579) as RFC 3339 has it; without a zone where it has none. */
static void
print_date(FILE *out, const uint8_t *o, size_t length)
{
	if (length != 8 && length != 11) {
		print_hex(out, o, length);
		return;
	}
	fprintf(out, "\"%04u-%02u-%02uT%02u:%02u:%02u.%u", (unsigned)o[0] << 8 | o[1], o[2], o[3], o[4], o[5], o[6],
		o[7]);
	if (length == 11)
		fprintf(out, "%c%02u:%02u", o[8] == '-' ? '-' : '+', o[9], o[10]);
	putc('"', out);
}

static void
print_octets(FILE *out, const struct column_syntax *syntax, const uint8_t *octets, size_t length)
{
	if (syntax->is_text)
		print_text(out, octets, length);
	else if (syntax->labels)
		print_bits(out, syntax->labels, octets, length);
	else if (strcmp(syntax->name, "InetAddress") == 0)
		print_address(out, octets, length);
	else if (strcmp(syntax->name, "DateAndTime") == 0)
		print_date(out, octets, length);
	else
		print_hex(out, octets, length);
}

static const char *
label_of(const struct column_syntax *syntax, int32_t number)
{
	for (const struct column_label *label = syntax->labels; label && label->label; label++) {
		if (label->value == number)
			return label->label;
	}
	return NULL;
}

/* A number of an enumeration that this program has no label for stays a number. */
static void
print_number(FILE *out, const struct column_syntax *syntax, uint64_t number)
{
	const int32_t signed_number = (int32_t)(uint32_t)number;
	const char *const label = label_of(syntax, signed_number);

	if (label)
		fprintf(out, "\"%s\"", label);
	else if (syntax->type == COLUMN_INTEGER32)
		fprintf(out, "%" PRId32, signed_number);
	else
		fprintf(out, "%" PRIu64, number);
}

/* --- objects ----------------------------------------------------------------------------------- */

static void
print_agent(FILE *out, const struct agent_state *state)
{
	fputs("{\n\"agent\": {", out);
	for (size_t i = 0; i < AGENT_SCALARS; i++) {
		const struct agent_scalar_value *const value = &state->values[i];
		const struct column_syntax *const syntax = agent_scalars[i].syntax;

		fprintf(out, "%s\"%s\": ", i ? ", " : "", agent_scalars[i].name);
		if (!value->known)
			fputs("null", out);
		else if (syntax->type == COLUMN_OCTETS)
			print_octets(out, syntax, value->octets, value->length);
		else
			print_number(out, syntax, value->number);
	}
	fputs("},\n", out);
}

static void
print_units(FILE *out, const struct mib_table *table)
{
	const char *separator = "";

	fputs("\"units\": {", out);
	for (size_t i = 0; i < AGENT_SCALARS; i++) {
		if (agent_scalars[i].units) {
			fprintf(out, "%s\"%s\": \"%s\"", separator, agent_scalars[i].name, agent_scalars[i].units);
			separator = ", ";
		}
	}
	for (size_t i = 0; i < *table->columns_count; i++) {
		if (table->columns[i].units) {
			fprintf(out, "%s\"%s\": \"%s\"", separator, table->columns[i].name, table->columns[i].units);
			separator = ", ";
		}
	}
	fputs("},\n", out);
}

static void
print_index(FILE *out, const struct sa_said *said)
{
	static const char *const types[] = {"unknown", "ipv4", "ipv6"}; /* of InetAddressType */

	fprintf(out, "\"ipsecSaDstAddressType\": \"%s\", \"ipsecSaDstAddress\": ", types[said->dst.type]);
	print_address(out, said->dst.octets, sa_address_octets(said->dst.type));
	fprintf(out, ", \"ipsecSaProtocol\": %u, \"ipsecSaSpi\": %" PRIu32 ", \"ipsecSaQualifier\": %" PRIu32,
		said->protocol, said->spi, said->qualifier);
}

static void
print_column(FILE *out, const struct column *column, const void *row, bool known)
{
	struct column_value value;

	fprintf(out, ", \"%s\": ", column->name);
	if (!known) {
		fputs("null", out);
		return;
	}
	column_get(column, row, &value);
	if (column->syntax->type == COLUMN_OCTETS)
		print_octets(out, column->syntax, value.octets, value.length);
	else
		print_number(out, column->syntax, value.number);
}

static void
print_sa(FILE *out, const struct sa *sa)
{
	putc('{', out);
	print_index(out, &sa->said);
	for (size_t i = 0; i < columns_count; i++)
		print_column(out, &columns[i], sa, column_known(&columns[i], sa));
	putc('}', out);
}

static void
print_tunnel(FILE *out, const struct tunnel *tunnel)
{
	fprintf(out, "{\"ipsecTunnelIndex\": %" PRIu32, tunnel->index);
	for (size_t i = 0; i < tunnel_columns_count; i++)
		print_column(out, &tunnel_columns[i], tunnel, true);
	putc('}', out);
}

void
sa_json_print(FILE *out, const struct agent_state *state, const struct sa *sas, size_t count)
{
	print_agent(out, state);
	print_units(out, &mib_sa_table);
	fputs("\"sas\": [", out);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ",\n" : "\n", out);
		print_sa(out, &sas[i]);
	}
	fputs("\n]\n}\n", out);
}

void
tunnel_json_print(FILE *out, const struct agent_state *state, const struct tunnel *tunnels, size_t count)
{
	print_agent(out, state);
	print_units(out, &mib_tunnel_table);
	fputs("\"tunnels\": [", out);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ",\n" : "\n", out);
		print_tunnel(out, &tunnels[i]);
	}
	fputs("\n]\n}\n", out);
}
