/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Walks are printed here by net-snmp's own printer, as snmpbulkwalk does it, in all its spellings; the MIB file is
 * not loaded.  tests/integration/test_mib2text.py has those that need it.
 */

#include "walk_text.h"

#include "mib2text/saved_walk.h"
#include "sa/source.h"

/* --- reading ----------------------------------------------------------------------------------- */

struct reading {
	struct row_list rows;
	struct agent_state state;
	struct saved_walk walk;
};

static bool
read_text(struct reading *reading, const char *text, size_t length)
{
	const char *const end = text + length;
	const char *newline;

	*reading = (struct reading){.rows = {.row_size = sizeof(struct sa)}};
	assert_true(saved_walk_init(&reading->walk, &mib_sa_table, &mib_default_root, &reading->rows, &reading->state));
	for (; (newline = memchr(text, '\n', (size_t)(end - text))) != NULL; text = newline + 1) {
		if (!saved_walk_line(&reading->walk, text, (size_t)(newline - text)))
			return false;
	}
	return saved_walk_end(&reading->walk, text == end);
}

static void
free_reading(struct reading *reading)
{
	saved_walk_free(&reading->walk);
	row_list_free(&reading->rows);
}

static void
assert_reads(const struct text *text, const struct sa *rows, size_t count)
{
	struct reading reading;

	if (!read_text(&reading, text->octets, text->length))
		fail_msg("refused: %s", reading.walk.error);
	assert_int_equal(reading.rows.count, count);
	for (size_t i = 0; i < count; i++)
		assert_same_sa(row_list_at(&reading.rows, i), &rows[i]);
	free_reading(&reading);
}

static void
assert_refused(const char *text, size_t length, const char *words)
{
	struct reading reading;

	assert_false(read_text(&reading, text, length));
	if (!strstr(reading.walk.error, words))
		fail_msg("\"%s\" should say \"%s\"", reading.walk.error, words);
	free_reading(&reading);
}

/* --- spellings --------------------------------------------------------------------------------- */

static void
reads_every_spelling_with_types(void **state)
{
	static const char *const spellings[] = {"n", "ne", "nx", "nT", "nxT", "nU", "nt", "nb", "n0"};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		for (size_t round = 0; round < 20; round++) {
			struct sa *const rows = random_table(12);
			struct text text;

			reset_options();
			print_walk(&text, spellings[i], rows, 12);
			assert_reads(&text, rows, 12);
			free(text.octets);
			free(rows);
		}
	}
}

static void
reads_long_hexadecimal_lines(void **state)
{
	(void)state;
	for (int length = 0; length <= 32; length += 8) {
		struct sa *const rows = random_table(12);
		struct text text;

		reset_options();
		netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_HEX_OUTPUT_LENGTH, length);
		print_walk(&text, "n", rows, 12);
		assert_reads(&text, rows, 12);
		free(text.octets);
		free(rows);
	}
}

static void
reads_every_spelling_without_types(void **state)
{
	static const char *const spellings[] = {"nQ", "nq", "nQe", "nQx", "nqx", "nQU"};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		for (size_t round = 0; round < 20; round++) {
			struct sa *const rows = random_table(12);
			struct text text;

			reset_options();
			print_walk(&text, spellings[i], rows, 12);
			assert_reads(&text, rows, 12);
			free(text.octets);
			free(rows);
		}
	}
}

/* Whatever is not understood must be refused: what is read must be the truth. */
static void
never_misreads_lossy_spellings(void **state)
{
	static const char *const spellings[] = {"na", "naQ", "naq", "nQT", "nqT", "naT"};
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		for (size_t round = 0; round < 40; round++) {
			struct sa *const rows = random_table(1);
			struct reading reading;
			struct text text;

			reset_options();
			print_walk(&text, spellings[i], rows, 1);
			if (read_text(&reading, text.octets, text.length))
				assert_same_sa(row_list_at(&reading.rows, 0), &rows[0]);
			else
				refused++;
			free_reading(&reading);
			free(text.octets);
			free(rows);
		}
	}
	assert_true(refused > 200); /* of 240 */
}

static void
refuses_walks_without_numeric_names(void **state)
{
	static const char named[] = "IPSEC-SPI-MIB::ipsecSaSaid.ipv4.\"1.2.3.4\".50.1.0 = STRING: esp.1@1.2.3.4\n";
	static const char timeout[] = "Timeout: No Response from localhost\n";
	struct sa *const rows = random_table(2);
	struct text text;

	(void)state;
	reset_options();
	print_walk(&text, "nv", rows, 2);
	assert_refused(text.octets, text.length, "-On");
	free(text.octets);
	free(rows);
	assert_refused(named, strlen(named), "-On");
	assert_refused(timeout, strlen(timeout), "line 1: \"Timeout: No Response from localhost\"");
}

/* Without any MIB snmpbulkwalk prints "iso.3.6.1..." even without -On; others leave out the first dot. */
static void
reads_walks_taken_without_on(void **state)
{
	struct sa *const rows = random_table(2);
	struct text text, named = {0}, dotless = {0};
	char *line;

	(void)state;
	reset_options();
	/* A random octet string could have a newline in it, and this test splits at newlines. */
	for (size_t i = 0; i < 2; i++) {
		rows[i].iv_octets = 0;
		rows[i].iv_bits = 0;
		rows[i].src = rows[i].nat_original = rows[i].care_of = (struct sa_address){0};
		rows[i].selector.src = rows[i].selector.dst = (struct sa_subnet){0};
		rows[i].replay_bitmap = i;
		rows[i].reported &= ~SA_ATTR_BIT(SA_ATTR_REF_USES);
	}
	print_walk(&text, "n", rows, 2);
	text_open(&named);
	text_open(&dotless);
	for (line = strtok(text.octets, "\n"); line; line = strtok(NULL, "\n")) {
		fprintf(named.stream, "iso%s\n", line + strlen(".1"));
		fprintf(dotless.stream, "%s\n", line + strlen("."));
	}
	text_close(&named);
	text_close(&dotless);
	assert_reads(&named, rows, 2);
	assert_reads(&dotless, rows, 2);
	free(dotless.octets);
	free(named.octets);
	free(text.octets);
	free(rows);
}

static void
reads_lines_that_end_in_cr_lf(void **state)
{
	struct sa *const rows = random_table(3);
	struct text text, windows;

	(void)state;
	reset_options();
	print_walk(&text, "nx", rows, 3);
	text_open(&windows);
	for (size_t i = 0; i < text.length; i++) {
		if (text.octets[i] == '\n')
			putc('\r', windows.stream);
		putc(text.octets[i], windows.stream);
	}
	text_close(&windows);
	assert_reads(&windows, rows, 3);
	free(windows.octets);
	free(text.octets);
	free(rows);
}

/* --- what is around the table ------------------------------------------------------------------ */

static void
reads_scalars_and_passes_over_other_objects(void **state)
{
	static const char before[] = ".1.3.6.1.2.1.1.1.0 = STRING: \"Linux \\\"x\\\"\n"
				     ".1.3.6.1.4.1.8072.9999.9999.4301.1.2.1.6.0.0.50.1.0 = STRING: fake\n"
				     "and more\"\n"
				     ".1.3.6.1.2.1.1.3.0 = Timeticks: (1) 0:00:00.01\n"
				     ".1.3.6.1.2.1.1.4.0 = STRING: some words\nin lines\n"
				     ".1.3.6.1.2.1.1.9.1.2.1 = OID: .1.3.6.1\n\n";
	/* The first begins with the digits of the table's entry. */
	static const char after[] = ".1.3.6.1.4.1.8072.9999.9999.4301.1.2.12.6.1.4.10.0.0.1.50.1.0 = STRING: \"x\"\n"
				    ".1.3.6.1.6.3.1 = INTEGER: 1\n"
				    ".1.3.6.1.6.3.1 = No more variables left in this MIB View (It is past the end)\n"
				    "Variables found: 1234\n";
	struct sa *const rows = random_table(3);
	struct reading reading;
	struct text text, all;

	(void)state;
	reset_options();
	print_walk(&text, "n", rows, 3);
	text_open(&all);
	fputs(before, all.stream);
	print_scalar(all.stream, offsetof(struct agent_status, version), 0, "0.1.0");
	print_scalar(all.stream, offsetof(struct agent_status, source), 2, NULL);
	print_scalar(all.stream, offsetof(struct agent_status, source_error), 0, "");
	print_scalar(all.stream, offsetof(struct agent_status, sas), 3, NULL);
	print_scalar(all.stream, offsetof(struct agent_status, start_seconds), 0,
		     "\x07\xea\x0b\x18\x05\x06\x07\x08+\x02\x03");
	fwrite(text.octets, 1, text.length, all.stream);
	fputs(after, all.stream);
	text_close(&all);
	assert_reads(&all, rows, 3);
	assert_true(read_text(&reading, all.octets, all.length));
	assert_string_equal(reading.state.status.version, "0.1.0");
	assert_int_equal(reading.state.status.source, SOURCE_KLIPS);
	assert_int_equal(reading.state.status.sas, 3);
	assert_int_equal(reading.state.status.start_seconds, 1795489387); /* 2026-11-24 05:06:07 +02:03 */
	assert_int_equal(__builtin_popcountll(reading.state.known), 5);
	free_reading(&reading);
	free(all.octets);
	free(text.octets);
	free(rows);
}

static void
tells_an_empty_table_from_none(void **state)
{
	static const char other[] = ".1.3.6.1.2.1.1.7.0 = INTEGER: 72\n";
	static const char none[] =
		".1.3.6.1.4.1.8072.9999.9999.4301 = No Such Object available on this agent at this OID\n";
	struct reading reading;
	struct text text;

	(void)state;
	reset_options();
	assert_refused("", 0, "empty");
	assert_refused(other, strlen(other), "nothing of IPSEC-SPI-MIB");
	assert_refused(none, strlen(none), "check that ipsec-spi-agent ran there");
	text_open(&text);
	print_scalar(text.stream, offsetof(struct agent_status, sas), 0, NULL);
	text_close(&text);
	assert_true(read_text(&reading, text.octets, text.length));
	assert_int_equal(reading.rows.count, 0);
	free_reading(&reading);
	free(text.octets);
	text_open(&text);
	print_scalar(text.stream, offsetof(struct agent_status, sas), 7, NULL);
	text_close(&text);
	assert_refused(text.octets, text.length, "which had 7 SAs");
	free(text.octets);
}

/* --- files that are not whole ------------------------------------------------------------------ */

static void
refuses_every_file_that_is_cut_off(void **state)
{
	struct sa *const rows = random_table(2);
	struct text text;

	(void)state;
	reset_options();
	print_walk(&text, "n", rows, 2);
	for (size_t length = 0; length < text.length; length++) {
		struct reading reading;

		if (read_text(&reading, text.octets, length))
			fail_msg("a file cut after %zu of %zu octets was read", length, text.length);
		free_reading(&reading);
	}
	assert_refused(text.octets, text.length - 1, "mid-line");
	free(text.octets);
	free(rows);
}

/* Prints all cells but those that a row and column fall out by. */
static void
print_some(struct text *text, const struct sa *rows, size_t count, bool (*is_there)(size_t row, size_t column))
{
	text_open(text);
	for (size_t column = 0; column < columns_readable(&sa_table); column++) {
		for (size_t row = 0; row < count; row++) {
			if (is_there(row, column))
				print_cell(text->stream, &rows[row], column);
		}
	}
	text_close(text);
}

/* Row 1 goes away at column 30, row 3 comes at column 40, row 0 goes before the last column. */
static bool
comes_or_goes(size_t row, size_t column)
{
	return !(row == 1 && column >= 30) && !(row == 3 && column < 40) &&
	       !(row == 0 && column == columns_readable(&sa_table) - 1);
}

static bool
has_a_hole(size_t row, size_t column)
{
	return row != 1 || column != 30;
}

static bool
lacks_its_last_value(size_t row, size_t column)
{
	return row != 4 || column != columns_readable(&sa_table) - 1;
}

/* It has no ipsecSaTunnelIndex; one that is much older lacks more. */
static bool
is_of_an_older_agent(size_t row, size_t column)
{
	(void)row;
	return !mib_table_is_later(&mib_sa_table, column);
}

static bool
is_of_an_agent_too_old(size_t row, size_t column)
{
	return is_of_an_older_agent(row, column + 1);
}

/* A row as such an agent has it: it knows nothing of the columns that it lacks. */
static void
make_older(struct sa *row)
{
	for (size_t i = 0; i < columns_readable(&sa_table); i++) {
		if (mib_table_is_later(&mib_sa_table, i))
			forget_column(column_at(&sa_table, i), row);
	}
}

static void
leaves_out_rows_that_came_or_went(void **state)
{
	struct sa *const rows = random_table(5);
	struct reading reading;
	struct text text;

	(void)state;
	reset_options();
	print_some(&text, rows, 5, comes_or_goes);
	if (!read_text(&reading, text.octets, text.length))
		fail_msg("refused: %s", reading.walk.error);
	assert_int_equal(reading.rows.count, 2);
	assert_same_sa(row_list_at(&reading.rows, 0), &rows[2]);
	assert_same_sa(row_list_at(&reading.rows, 1), &rows[4]);
	assert_int_equal(reading.walk.went, 2);
	assert_int_equal(reading.walk.came, 1);
	free_reading(&reading);
	free(text.octets);
	free(rows);
}

static void
refuses_rows_with_holes(void **state)
{
	struct sa *const rows = random_table(5);
	struct text text;

	(void)state;
	reset_options();
	print_some(&text, rows, 5, has_a_hole);
	assert_refused(text.octets, text.length, column_at(&sa_table, 30)->name);
	free(text.octets);
	/* This may be a row that went away, or the end of the file that did. */
	print_some(&text, rows, 5, lacks_its_last_value);
	assert_refused(text.octets, text.length, "mid-table");
	free(text.octets);
	free(rows);
}

/* The same, and something after the table, which shows that the file was not cut off within it. */
static void
print_without_columns(struct text *text, struct text *longer, const struct sa *rows,
		      bool (*is_there)(size_t row, size_t column))
{
	print_some(text, rows, 2, is_there);
	text_open(longer);
	fwrite(text->octets, 1, text->length, longer->stream);
	fputs(".1.3.6.1.6.3.1 = INTEGER: 1\n", longer->stream);
	text_close(longer);
}

static void
tells_the_walk_of_an_older_agent_from_one_that_is_cut_off(void **state)
{
	struct sa *const rows = random_table(2);
	struct text text, longer;

	(void)state;
	reset_options();
	for (unsigned round = 0; round < 2; round++) {
		/* At first the rows say themselves that the last column is known. */
		print_without_columns(&text, &longer, rows, round == 0 ? is_of_an_older_agent : is_of_an_agent_too_old);
		assert_refused(text.octets, text.length, "mid-table");
		assert_refused(longer.octets, longer.length, "another version");
		free(longer.octets);
		free(text.octets);
		for (size_t i = 0; i < 2; i++)
			make_older(&rows[i]);
	}
	print_without_columns(&text, &longer, rows, is_of_an_older_agent);
	assert_reads(&text, rows, 2);
	assert_reads(&longer, rows, 2);
	free(longer.octets);
	free(text.octets);
	free(rows);
}

static void
refuses_two_walks_in_one_file(void **state)
{
	struct sa *const rows = random_table(2);
	struct text text, twice;

	(void)state;
	reset_options();
	print_walk(&text, "n", rows, 2);
	text_open(&twice);
	fwrite(text.octets, 1, text.length, twice.stream);
	fwrite(text.octets, 1, text.length, twice.stream);
	text_close(&twice);
	assert_refused(twice.octets, twice.length, "has one walk only");
	free(twice.octets);
	free(text.octets);
	free(rows);
}

/* --- values that are wrong --------------------------------------------------------------------- */

/* One value as ipsecSaTable's column could have it, and what is said of it, in a file that begins well. */
struct wrong_value {
	const char *column, *value, *words;
};

static void
refuses_values_that_are_wrong(void **state)
{
	static const struct wrong_value wrongs[] = {
		{"ipsecSaDirection", "INTEGER: in(2)", "label"},
		{"ipsecSaDirection", "INTEGER: 9", "not one of the numbers"},
		{"ipsecSaDirection", "INTEGER: sideways", "no number"},
		{"ipsecSaDirection", "Gauge32: 1", "no number"},
		{"ipsecSaDirection", "", "no number"},
		{"ipsecSaDirection", "Wrong Type (should be INTEGER): Gauge32: 1", "no number"},
		{"ipsecSaSrcAddress", "Hex-STRING: C0 00 02", "length"},
		{"ipsecSaSrcAddress", "Hex-STRING: C0 00 02 1", "hexadecimal"},
		{"ipsecSaSrcAddress", "Hex-STRING: c0 00 02 01", "hexadecimal"},
		{"ipsecSaSrcAddress", "STRING: \"abc\"d\"", "closing quote"},
		{"ipsecSaSrcAddress", "STRING: \"a\\bcd\"", "backslash"},
		{"ipsecSaSrcAddress", "STRING: abcd", "octet string"},
		{"ipsecSaSrcAddress", "IpAddress: 192.0.2.1", "octet string"},
		{"ipsecSaBytesCurrent", "Counter64: 18446744073709551616", "no number"},
		{"ipsecSaBytesCurrent", "Counter64: -1", "out of range"},
		{"ipsecSaBytesCurrent", "Counter64: 5 packets", "after its number"},
		{"ipsecSaBytesCurrent", "Counter32: 5", "no number"},
		{"ipsecSaReplayErrors", "Counter32: 4294967296", "out of range"},
		{"ipsecSaReported", "BITS: 80 00 source(0) mode(3)", "list"},
		{"ipsecSaReported", "BITS: 80 00 1", "list"},
	};

	(void)state;
	reset_options();
	snmp_out_options((char[]){"n"}, 0, NULL);
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct sa *const rows = random_table(1);
		struct text text;
		size_t column = 0;

		text_open(&text);
		for (; strcmp(column_at(&sa_table, column)->name, wrongs[i].column) != 0; column++)
			print_cell(text.stream, rows, column);
		fprintf(text.stream, ".1.3.6.1.4.1.8072.9999.9999.4301.1.2.1.%zu", sa_table.index_columns + 1 + column);
		{
			unsigned long index[SA_INDEX_MAX_SUBIDS];
			struct sa_key key;
			char oid[300];

			sa_key_make(&key, &rows->said);
			mib_oid_print(index, sa_key_to_oid(&key, index), oid, sizeof(oid));
			fprintf(text.stream, "%s = %s\n", oid, wrongs[i].value);
		}
		text_close(&text);
		assert_refused(text.octets, text.length, wrongs[i].column);
		assert_refused(text.octets, text.length, wrongs[i].words);
		free(text.octets);
		free(rows);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_spelling_with_types),
		cmocka_unit_test(reads_long_hexadecimal_lines),
		cmocka_unit_test(reads_every_spelling_without_types),
		cmocka_unit_test(never_misreads_lossy_spellings),
		cmocka_unit_test(refuses_walks_without_numeric_names),
		cmocka_unit_test(reads_walks_taken_without_on),
		cmocka_unit_test(reads_lines_that_end_in_cr_lf),
		cmocka_unit_test(reads_scalars_and_passes_over_other_objects),
		cmocka_unit_test(tells_an_empty_table_from_none),
		cmocka_unit_test(refuses_every_file_that_is_cut_off),
		cmocka_unit_test(leaves_out_rows_that_came_or_went),
		cmocka_unit_test(refuses_rows_with_holes),
		cmocka_unit_test(tells_the_walk_of_an_older_agent_from_one_that_is_cut_off),
		cmocka_unit_test(refuses_two_walks_in_one_file),
		cmocka_unit_test(refuses_values_that_are_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
