/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_json.h"

#include <inttypes.h>
#include <string.h>

#include "json_text.h"
#include "mib/sa_columns.h"
#include "ike/ike_columns.h"
#include "tunnels/tunnel_columns.h"

/* --- values ------------------------------------------------------------------------------------ */

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

/* DateAndTime (RFC 2579) as in RFC 3339; without a time zone if it has none. */
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

/* A number of an enumeration for which this program has no label stays a number. */
static void
print_number(FILE *out, const struct column_syntax *syntax, uint64_t number)
{
	const int32_t signed_number = (int32_t)(uint32_t)number;
	const char *const label = column_label(syntax, signed_number);

	if (label)
		fprintf(out, "\"%s\"", label);
	else if (syntax->type == COLUMN_INTEGER32)
		fprintf(out, "%" PRId32, signed_number);
	else
		fprintf(out, "%" PRIu64, number);
}

static void
print_value(FILE *out, const struct column_syntax *syntax, const struct column_value *value)
{
	switch (syntax->format) {
	case COLUMN_FORMAT_NUMBER:
		print_number(out, syntax, value->number);
		break;
	case COLUMN_FORMAT_TEXT:
		json_text_print(out, value->octets, value->length);
		break;
	case COLUMN_FORMAT_OCTETS:
		print_hex(out, value->octets, value->length);
		break;
	case COLUMN_FORMAT_ADDRESS:
		print_address(out, value->octets, value->length);
		break;
	case COLUMN_FORMAT_DATE:
		print_date(out, value->octets, value->length);
		break;
	case COLUMN_FORMAT_BITS:
		print_bits(out, syntax->labels, value->octets, value->length);
		break;
	}
}

static void
print_column(FILE *out, const char *separator, const struct column *column, const void *row, bool known)
{
	struct column_value value;

	fprintf(out, "%s\"%s\": ", separator, column->name);
	if (!known) {
		fputs("null", out);
		return;
	}
	column_get(column, row, &value);
	print_value(out, column->syntax, &value);
}

/* --- objects ----------------------------------------------------------------------------------- */

static void
print_row(FILE *out, const struct column_table *table, const void *row)
{
	for (size_t i = 0; i < table->count; i++)
		print_column(out, i ? ", " : "{", &table->columns[i], row, column_known(&table->columns[i], row));
	putc('}', out);
}

static void
print_agent(FILE *out, const struct agent_state *state)
{
	for (size_t i = 0; i < agent_table.count; i++)
		print_column(out, i ? ", " : "{", &agent_table.columns[i], &state->status, state->known >> i & 1);
	putc('}', out);
}

static void
print_units(FILE *out, const struct column_table *table, const char *separator)
{
	for (size_t i = 0; i < table->count; i++) {
		if (table->columns[i].units) {
			fprintf(out, "%s\"%s\": \"%s\"", separator, table->columns[i].name, table->columns[i].units);
			separator = ", ";
		}
	}
}

/* The beginning of both documents. */
static void
print_head(FILE *out, const struct agent_state *state, const struct column_table *table)
{
	fputs("{\n\"agent\": ", out);
	print_agent(out, state);
	fputs(",\n\"units\": {", out);
	print_units(out, &agent_table, "");
	print_units(out, table, ", ");
	fputs("},\n", out);
}

static void
print_rows(FILE *out, const struct column_table *table, const void *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ",\n" : "\n", out);
		print_row(out, table, (const char *)rows + i * table->row_size);
	}
	fputs("\n]\n}\n", out);
}

void
sa_json_print(FILE *out, const struct agent_state *state, const struct sa *sas, size_t count)
{
	print_head(out, state, &sa_table);
	fputs("\"sas\": [", out);
	print_rows(out, &sa_table, sas, count);
}

void
tunnel_json_print(FILE *out, const struct agent_state *state, const struct tunnel *tunnels, size_t count)
{
	print_head(out, state, &tunnel_table);
	fputs("\"tunnels\": [", out);
	print_rows(out, &tunnel_table, tunnels, count);
}

void
ike_json_print(FILE *out, const struct agent_state *state, const struct ike_sa *sas, size_t count)
{
	print_head(out, state, &ike_table);
	fputs("\"ikeSas\": [", out);
	print_rows(out, &ike_table, sas, count);
}

void
policy_json_print(FILE *out, const struct agent_state *state, const struct policy_row *policies, size_t count)
{
	print_head(out, state, &policy_table);
	fputs("\"policies\": [", out);
	print_rows(out, &policy_table, policies, count);
}
