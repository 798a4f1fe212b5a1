/* SPDX-License-Identifier: BSD-3-Clause */
#include "openmetrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/date_and_time.h"
#include "base/utf8.h"
#include "ike/ike_columns.h"
#include "metric.h"
#include "mib/stat_columns.h"
#include "tunnels/tunnel_columns.h"

/* The rows of a table, or the one of a group of scalars. */
struct rows {
	const struct column_table *table;
	const void *rows;
	size_t count;
	bool (*known)(const struct rows *rows, const struct column *column, const void *row);
	/* Begins, with "{", the labels of each sample of a row; NULL: there is only one row. */
	void (*put_labels)(FILE *out, const void *row);
	const struct agent_state *state; /* for known() of the agent's row */
};

/* --- labels ------------------------------------------------------------------------------------ */

/* A backslash, a quote and a new line are escaped with a backslash; what is not UTF-8 is replaced by U+FFFD. */
static void
print_text(FILE *out, const uint8_t *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		const size_t octets = utf8_octets(text + i, length - i);

		if (octets == 0)
			fputs("\xef\xbf\xbd", out);
		else if (text[i] == '\n')
			fputs("\\n", out);
		else if (text[i] == '"' || text[i] == '\\')
			fprintf(out, "\\%c", text[i]);
		else
			fwrite(text + i, 1, octets, out);
		i += octets > 0 ? octets : 1;
	}
}

static void
print_label(FILE *out, const char *separator, const char *name, const void *text, size_t length)
{
	fprintf(out, "%s%s=\"", separator, name);
	print_text(out, text, length);
	putc('"', out);
}

/* Its index and description. */
static void
put_tunnel_labels(FILE *out, const void *row)
{
	const struct tunnel *const tunnel = row;

	print_label(out, "{", "ipsecTunnelDescr", tunnel->descr, strlen(tunnel->descr));
	fprintf(out, ",ipsecTunnelIndex=\"%" PRIu32 "\"", tunnel->index);
}

/* Its index, connection and identity. */
static void
put_ike_labels(FILE *out, const void *row)
{
	const struct ike_sa *const sa = row;
	char remote[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(&sa->remote, remote);
	print_label(out, "{", "ipsecIkeConnection", sa->connection, strlen(sa->connection));
	fprintf(out, ",ipsecIkeId=\"%" PRIu32 "\"", sa->id);
	print_label(out, ",", "ipsecIkeRemoteEapIdentity", sa->eap_id, strlen(sa->eap_id));
	print_label(out, ",", "ipsecIkeRemoteIdentity", sa->remote_id, strlen(sa->remote_id));
	print_label(out, ",", "ipsecIkeRemoteText", remote, strlen(remote));
}

/* Returns the separator before the next one. */
static const char *
begin_labels(FILE *out, const struct rows *rows, const void *row)
{
	if (!rows->put_labels)
		return "{";
	rows->put_labels(out, row);
	return ",";
}

/* --- samples ----------------------------------------------------------------------------------- */

static void
print_number(FILE *out, const struct rows *rows, const struct column *column, const void *row, int64_t number,
	     bool is_signed)
{
	fputs(column->name, out);
	if (begin_labels(out, rows, row)[0] == ',')
		putc('}', out);
	if (is_signed)
		fprintf(out, " %" PRId64 "\n", number);
	else
		fprintf(out, " %" PRIu64 "\n", (uint64_t)number);
}

/* The suffix of the metric's name after that of the column. */
static const char *
suffix_of(const struct column *column)
{
	return metric_kind(column) == METRIC_INFO ? "_info" : "";
}

static void
print_one_of_labels(FILE *out, const struct rows *rows, const struct column *column, const void *row, const void *text,
		    size_t length, bool holds)
{
	fprintf(out, "%s%s", column->name, suffix_of(column));
	print_label(out, begin_labels(out, rows, row), column->name, text, length);
	fprintf(out, "} %d\n", holds);
}

/* The current state.  A number without a label, from a later version of the agent, is a separate state. */
static void
print_state(FILE *out, const struct rows *rows, const struct column *column, const void *row, uint64_t number)
{
	const char *const label = column_label(column->syntax, (int64_t)number);
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	print_one_of_labels(out, rows, column, row, label ? label : digits, strlen(label ? label : digits), true);
}

static void
print_states(FILE *out, const struct rows *rows, const struct column *column, const void *row, uint64_t number)
{
	for (const struct column_label *label = column->syntax->labels; label->label; label++)
		print_one_of_labels(out, rows, column, row, label->label, strlen(label->label),
				    (uint64_t)label->value == number);
	if (!column_label(column->syntax, (int64_t)number))
		print_state(out, rows, column, row, number);
}

static void
print_sample(FILE *out, const struct rows *rows, const struct column *column, const void *row)
{
	struct column_value value;
	int64_t time_ms;

	column_get(column, row, &value);
	switch (metric_kind(column)) {
	case METRIC_STATES:
		print_states(out, rows, column, row, value.number);
		break;
	case METRIC_INFO:
		print_state(out, rows, column, row, value.number);
		break;
	case METRIC_TEXT:
		print_one_of_labels(out, rows, column, row, value.octets, value.length, true);
		break;
	case METRIC_DATE:
		if (date_and_time_read(value.octets, value.length, &time_ms))
			print_number(out, rows, column, row, time_ms / 1000, true);
		break;
	default:
		print_number(out, rows, column, row, (int64_t)value.number, false);
		break;
	}
}

/* --- families ---------------------------------------------------------------------------------- */

static const void *
row_at(const struct rows *rows, size_t number)
{
	return (const char *)rows->rows + number * rows->table->row_size;
}

static bool
any_is_known(const struct rows *rows, const struct column *column)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->known(rows, column, row_at(rows, i)))
			return true;
	}
	return false;
}

static void
print_family(FILE *out, const struct rows *rows, const struct column *column)
{
	const bool counts = metric_kind(column) == METRIC_COUNTER;
	const char *const suffix = suffix_of(column);

	if (!any_is_known(rows, column))
		return;
	fprintf(out, "# HELP %s%s IPSEC-SPI-MIB::%s%s%s\n", column->name, suffix, column->name,
		column->units ? ", in " : "", column->units ? column->units : "");
	fprintf(out, "# TYPE %s%s %s\n", column->name, suffix, counts ? "counter" : "gauge");
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->known(rows, column, row_at(rows, i)))
			print_sample(out, rows, column, row_at(rows, i));
	}
}

static void
print_families(FILE *out, const struct rows *rows)
{
	for (size_t i = 0; i < rows->table->count && !ferror(out); i++) {
		if (metric_kind(&rows->table->columns[i]) != METRIC_NONE)
			print_family(out, rows, &rows->table->columns[i]);
	}
}

static bool
agent_knows(const struct rows *rows, const struct column *column, const void *row)
{
	(void)row;
	return rows->state->known >> (column - rows->table->columns) & 1;
}

static bool
row_knows(const struct rows *rows, const struct column *column, const void *row)
{
	(void)rows;
	return column_known(column, row);
}

/* --- documents --------------------------------------------------------------------------------- */

static void
print_success(FILE *out, bool success)
{
	fputs("# HELP mib2text_success Whether the agent could be asked.\n# TYPE mib2text_success gauge\n", out);
	fprintf(out, "mib2text_success %d\n", success);
}

void
openmetrics_print(FILE *out, const struct openmetrics *read)
{
	const struct rows of_agent = {&agent_table, &read->state->status, 1, agent_knows, NULL, read->state};
	const struct rows of_stat = {&stat_table, read->stat, 1, row_knows, NULL, NULL};
	const struct rows of_tunnels = {&tunnel_table, read->tunnels,	  read->tunnel_count,
					row_knows,     put_tunnel_labels, NULL};
	const struct rows of_ike = {&ike_table, read->ike_sas, read->ike_count, row_knows, put_ike_labels, NULL};

	print_success(out, true);
	print_families(out, &of_agent);
	print_families(out, &of_tunnels);
	print_families(out, &of_ike);
	print_families(out, &of_stat);
	fputs("# EOF\n", out);
}

void
openmetrics_print_failure(FILE *out)
{
	print_success(out, false);
	fputs("# EOF\n", out);
}
