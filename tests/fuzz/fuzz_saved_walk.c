/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Saved walks, of SAs and of tunnels.  An input that begins with an odd octet is read as choices: of rows, of how
 * net-snmp's printer is to spell their walk, and of damage to it as files have it; what is read must be some of those rows,
 * unchanged, and all of them where nothing is damaged and nothing is lost in the spelling.  Any other input is the walk
 * itself: if it is understood, it must mean the same when it is printed plainly and read again.
 */
#include "walk_text.h"

#include "fuzz.h"
#include "klips/klips_text.h"
#include "mib/policy_text.h"
#include "mib2text/sa_json.h"
#include "mib2text/saved_walk.h"
#include "tunnels/tunnel_columns.h"
#include "mib2text/tunnel_text.h"

/* --- rows of either table ---------------------------------------------------------------------- */

union row {
	struct sa sa;
	struct tunnel tunnel;
};

static bool
are_sas(const struct mib_table *table)
{
	return table == &mib_sa_table;
}

static void
key_of(const struct mib_table *table, const union row *row, struct sa_key *key)
{
	const unsigned long index = row->tunnel.index;

	if (are_sas(table))
		sa_key_make(key, &row->sa.said);
	else
		table->key(&index, 1, key);
}

static int
compare_rows(const struct mib_table *table, const union row *a, const union row *b)
{
	struct sa_key x, y;

	memset(&x, 0, sizeof(x));
	memset(&y, 0, sizeof(y));
	key_of(table, a, &x);
	key_of(table, b, &y);
	return memcmp(x.octets, y.octets, sizeof(x.octets));
}

static void
print_row_cell(FILE *stream, const struct mib_table *table, const union row *row, size_t column)
{
	struct column_value value;
	struct mib_oid name;

	if (are_sas(table)) {
		print_cell(stream, &row->sa, column);
		return;
	}
	column_table_entry(&tunnel_table, &mib_default_root, &name);
	name.subids[name.length++] = column_subid(&tunnel_table, column_at(&tunnel_table, column));
	name.subids[name.length++] = row->tunnel.index;
	column_get(column_at(&tunnel_table, column), row, &value);
	print_binding(stream, &name, column_at(&tunnel_table, column)->syntax, &value);
}

static void
random_rows(const struct mib_table *table, union row *rows, size_t count)
{
	struct sa *sas;
	uint32_t index = 0;

	if (!are_sas(table)) {
		for (size_t i = 0; i < count; i++) {
			index += 1 + (uint32_t)(random64() >> 34);
			rows[i].tunnel = (struct tunnel){.index = index};
			random_row(&tunnel_table, &rows[i].tunnel);
		}
		return;
	}
	sas = random_table(count);
	for (size_t i = 0; i < count; i++)
		rows[i].sa = sas[i];
	free(sas);
}

/* --- reading ----------------------------------------------------------------------------------- */

struct reading {
	const struct mib_table *table;
	struct row_list rows;
	struct agent_state state;
	struct saved_walk walk;
};

static const union row *
row_at(const struct reading *reading, size_t rank)
{
	return row_list_at(&reading->rows, rank);
}

/* Each line in memory of exactly its size, so that the first octet too far is seen. */
static bool
read_line(struct saved_walk *walk, const char *line, size_t length)
{
	char *const copy = malloc(length + (length == 0));
	bool good;

	expect(copy != NULL, "no memory", "for a line");
	if (length > 0)
		memcpy(copy, line, length);
	good = saved_walk_line(walk, copy, length);
	free(copy);
	return good;
}

static bool
read_text(struct reading *reading, const struct mib_table *table, const char *text, size_t length)
{
	const char *const end = text + length;
	const char *newline;
	bool good = true;

	*reading = (struct reading){.table = table, .rows = {.row_size = table->columns->row_size}};
	expect(saved_walk_init(&reading->walk, table, &mib_default_root, &reading->rows, &reading->state), "no memory",
	       "for a walk");
	for (; good && text < end && (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1)
		good = read_line(&reading->walk, text, (size_t)(newline - text));
	good = good && saved_walk_end(&reading->walk, text == end);
	expect(good == (reading->walk.error[0] == '\0'), "refused without a reason, or read with one",
	       reading->walk.error);
	return good;
}

static void
free_reading(struct reading *reading)
{
	saved_walk_free(&reading->walk);
	row_list_free(&reading->rows);
}

/* --- what was read can be printed -------------------------------------------------------------- */

static void
check_line(const struct sa *sa, enum klips_text_format format)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	const size_t length = klips_text_print(sa, format, line);

	expect(length > 0 && length < sizeof(line) && line[length] == '\0', "is no line", line);
	for (size_t i = 0; i < length; i++)
		expect((i == length - 1) == (line[i] == '\n') && line[i] != '\0', "is not one line", line);
}

static void
check_sas(const struct reading *reading, FILE *out)
{
	for (size_t i = 0; i < reading->rows.count; i++) {
		for (unsigned format = KLIPS_TEXT_AUTO; format <= KLIPS_TEXT_MANUAL; format++)
			check_line(&row_at(reading, i)->sa, (enum klips_text_format)format);
	}
	sa_json_print(out, &reading->state, reading->rows.rows, reading->rows.count);
}

static void
check_printing(const struct reading *reading)
{
	struct text printed;

	text_open(&printed);
	if (are_sas(reading->table)) {
		check_sas(reading, printed.stream);
	} else if (reading->table == &mib_policy_table) {
		policy_text_print(printed.stream, reading->rows.rows, reading->rows.count);
		policy_json_print(printed.stream, &reading->state, reading->rows.rows, reading->rows.count);
	} else {
		tunnel_text_print(printed.stream, reading->rows.rows, reading->rows.count, true);
		tunnel_json_print(printed.stream, &reading->state, reading->rows.rows, reading->rows.count);
	}
	text_close(&printed);
	free(printed.octets);
}

/* --- any octets -------------------------------------------------------------------------------- */

static void
print_plainly(struct text *text, struct reading *reading)
{
	reset_options();
	expect(snmp_out_options((char[]){"nxe"}, 0, NULL) == NULL, "no such option", "nxe");
	text_open(text);
	for (size_t column = 0; column < columns_readable(reading->table->columns); column++) {
		for (size_t rank = 0; rank < reading->rows.count; rank++)
			print_row_cell(text->stream, reading->table, row_at(reading, rank), column);
	}
	text_close(text);
}

static void
read_as_text(const struct mib_table *table, const char *text, size_t length)
{
	struct reading first, second;
	struct text plain;

	if (read_text(&first, table, text, length) && first.rows.count > 0) {
		check_printing(&first);
		print_plainly(&plain, &first);
		expect(read_text(&second, table, plain.octets, plain.length), "is refused when printed plainly",
		       second.walk.error);
		expect(second.rows.count == first.rows.count, "other rows when printed plainly", "");
		for (size_t i = 0; i < first.rows.count; i++) {
			const char *const name =
				differing_column(table->columns, row_at(&first, i), row_at(&second, i));

			expect(!name, "another value when printed plainly", name);
		}
		free_reading(&second);
		free(plain.octets);
	}
	free_reading(&first);
}

/* --- walks of known SAs ------------------------------------------------------------------------ */

enum { MOST_ROWS = 4, MOST_CELLS = MOST_ROWS * 128 };

struct printed {
	char *cells[MOST_CELLS];
	size_t lengths[MOST_CELLS];
	size_t count;
	bool damaged, lossy;
};

/* -O and its letters; numbers last, or not at all. */
static void
choose_spelling(struct printed *printed)
{
	static const char letters[] = "aeExTUtQqb0Xv";
	static const char *const names[] = {"n", "n", "n", "n", "", "f", "s", "u"};
	char options[32] = "";
	const char *name;
	size_t used = 0;

	reset_options();
	for (size_t i = 0; letters[i]; i++) {
		if (random_below(letters[i] == 'v' ? 16 : 4) == 0)
			options[used++] = letters[i];
	}
	name = names[random_below(8)];
	options[used] = '\0';
	/* Without types, octets that happen to be printable may not be told from what -Oa makes of others. */
	printed->lossy = strpbrk(options, "avqQ") || (name[0] && name[0] != 'n');
	strcat(options, name);
	netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_HEX_OUTPUT_LENGTH, (int)random_below(4) * 8);
	expect(snmp_out_options(options, 0, NULL) == NULL, "no such option", options);
}

static void
print_cells(struct printed *printed, const struct mib_table *table, const union row *rows, size_t count)
{
	for (size_t column = 0; column < columns_readable(table->columns); column++) {
		for (size_t row = 0; row < count; row++) {
			struct text cell;

			text_open(&cell);
			print_row_cell(cell.stream, table, &rows[row], column);
			text_close(&cell);
			printed->cells[printed->count] = cell.octets;
			printed->lengths[printed->count++] = cell.length;
		}
	}
}

/* Something that files have: values missing, twice, or in another place. */
static void
damage_cells(struct printed *printed)
{
	const size_t a = random_below((unsigned)printed->count), b = random_below((unsigned)printed->count);
	char *const cell = printed->cells[a];
	const size_t length = printed->lengths[a];

	printed->damaged = true;
	switch (random_below(3)) {
	case 0:
		printed->lengths[a] = 0;
		break;
	case 1:
		printed->cells[a] = printed->cells[b];
		printed->lengths[a] = printed->lengths[b];
		printed->cells[b] = cell;
		printed->lengths[b] = length;
		break;
	default:
		printed->cells[a] = realloc(cell, 2 * length + 1);
		expect(printed->cells[a] != NULL, "no memory", "for a cell");
		memcpy(printed->cells[a] + length, printed->cells[a], length);
		printed->lengths[a] = 2 * length;
		break;
	}
}

/* Puts the cells together, with lines that end in CR LF, or lines of others between, or cut short. */
static void
join_cells(struct printed *printed, struct text *text)
{
	static const char foreign[] = ".1.3.6.1.2.1.1.3.0 = Timeticks: (1) 0:00:00.01\n";
	const bool crlf = random_below(8) == 0;
	const size_t foreign_at = random_below(8) == 0 ? random_below((unsigned)printed->count) : SIZE_MAX;

	text_open(text);
	for (size_t i = 0; i < printed->count; i++) {
		if (i == foreign_at)
			fprintf(text->stream, "%s%s", foreign, random_below(2) ? "\n" : "");
		for (size_t j = 0; j < printed->lengths[i]; j++) {
			if (crlf && printed->cells[i][j] == '\n')
				putc('\r', text->stream);
			putc(printed->cells[i][j], text->stream);
		}
		free(printed->cells[i]);
	}
	text_close(text);
	printed->damaged = printed->damaged || crlf || foreign_at != SIZE_MAX;
	if (random_below(8) == 0) {
		text->length = random_below((unsigned)text->length + 1);
		printed->damaged = true;
	}
}

static void
check_rows(struct reading *reading, const union row *rows, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < reading->rows.count; i++) {
		const char *name;

		while (at < count && compare_rows(reading->table, &rows[at], row_at(reading, i)) != 0)
			at++;
		expect(at < count, "a row that was not there", "");
		name = differing_column(reading->table->columns, row_at(reading, i), &rows[at++]);
		expect(!name, "misread", name);
	}
}

static void
read_as_choices(const uint8_t *data, size_t size)
{
	static union row rows[MOST_ROWS];
	struct printed printed = {0};
	const struct mib_table *table;
	struct reading reading;
	struct text text;
	size_t count;

	random_from(data, size);
	choose_spelling(&printed);
	table = random_below(4) ? &mib_sa_table : &mib_tunnel_table;
	count = 1 + random_below(MOST_ROWS);
	random_rows(table, rows, count);
	print_cells(&printed, table, rows, count);
	while (random_below(3) == 0)
		damage_cells(&printed);
	join_cells(&printed, &text);
	if (read_text(&reading, table, text.octets, text.length)) {
		check_rows(&reading, rows, count);
		check_printing(&reading);
		expect(printed.damaged || reading.rows.count == count, "rows are missing", "");
	} else {
		expect(printed.damaged || printed.lossy, "refused without need", reading.walk.error);
	}
	free_reading(&reading);
	free(text.octets);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & 1) {
		read_as_choices(data + 1, size - 1);
	} else {
		read_as_text(&mib_sa_table, (const char *)data + 1, size - 1);
		read_as_text(&mib_tunnel_table, (const char *)data + 1, size - 1);
		read_as_text(&mib_policy_table, (const char *)data + 1, size - 1);
	}
	return 0;
}
