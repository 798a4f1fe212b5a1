/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Saved walks.  An input that begins with an odd octet is read as choices: of SAs, of how net-snmp's printer is to
 * spell their walk, and of damage to it as files have it; what is read must be some of those SAs, unchanged, and all
 * of them where nothing is damaged and nothing is lost in the spelling.  Any other input is the walk itself: if it is
 * understood, it must mean the same when it is printed plainly and read again.
 */
#include "../unit/walk_text.h"

#include "klips_text.h"
#include "sa_json.h"
#include "sa_list.h"
#include "saved_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool truth, const char *wrong, const char *detail)
{
	if (truth)
		return;
	fprintf(stderr, "%s: %s\n", wrong, detail);
	abort();
}

/* --- reading ----------------------------------------------------------------------------------- */

struct reading {
	struct sa_list rows;
	struct agent_state state;
	struct saved_walk walk;
};

/* Each line in memory of exactly its size, so that the first octet too far is seen. */
static bool
read_line(struct saved_walk *walk, const char *line, size_t length)
{
	char *const copy = malloc(length + (length == 0));
	bool good;

	require(copy != NULL, "no memory", "for a line");
	if (length > 0)
		memcpy(copy, line, length);
	good = saved_walk_line(walk, copy, length);
	free(copy);
	return good;
}

static bool
read_text(struct reading *reading, const char *text, size_t length)
{
	const char *const end = text + length;
	const char *newline;
	bool good = true;

	*reading = (struct reading){0};
	require(saved_walk_init(&reading->walk, &mib_sa_table, &mib_default_root, &reading->rows, &reading->state), "no memory",
		"for a walk");
	for (; good && text < end && (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1)
		good = read_line(&reading->walk, text, (size_t)(newline - text));
	good = good && saved_walk_end(&reading->walk, text == end);
	require(good == (reading->walk.error[0] == '\0'), "refused without a reason, or read with one",
		reading->walk.error);
	return good;
}

static void
free_reading(struct reading *reading)
{
	saved_walk_free(&reading->walk);
	sa_list_free(&reading->rows);
}

/* --- what was read can be printed -------------------------------------------------------------- */

static void
check_line(const struct sa *sa, enum klips_text_format format)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	const size_t length = klips_text_print(sa, format, line);

	require(length > 0 && length < sizeof(line) && line[length] == '\0', "is no line", line);
	for (size_t i = 0; i < length; i++)
		require((i == length - 1) == (line[i] == '\n') && line[i] != '\0', "is not one line", line);
}

static void
check_printing(const struct reading *reading)
{
	const struct sa **const sorted = sa_list_sorted(&reading->rows, SA_LIST_BY_POSITION);
	struct text json;

	require(sorted != NULL, "no memory", "for sorting");
	for (size_t i = 0; i < reading->rows.count; i++) {
		for (unsigned format = KLIPS_TEXT_AUTO; format <= KLIPS_TEXT_MANUAL; format++)
			check_line(sorted[i], (enum klips_text_format)format);
	}
	text_open(&json);
	sa_json_print(json.stream, &reading->state, sorted, reading->rows.count);
	text_close(&json);
	free(json.octets);
	free(sorted);
}

/* --- any octets -------------------------------------------------------------------------------- */

static void
read_as_text(const char *text, size_t length)
{
	struct reading first, second;
	struct text plain;

	if (read_text(&first, text, length)) {
		check_printing(&first);
		reset_options();
		print_walk(&plain, "nxe", first.rows.rows, first.rows.count);
		if (first.rows.count > 0) {
			require(read_text(&second, plain.octets, plain.length), "is refused when printed plainly",
				second.walk.error);
			require(second.rows.count == first.rows.count, "other rows when printed plainly", "");
			for (size_t i = 0; i < first.rows.count; i++) {
				const char *const name = differing_column(&first.rows.rows[i], &second.rows.rows[i]);

				require(!name, "another value when printed plainly", name);
			}
			free_reading(&second);
		}
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
	require(snmp_out_options(options, 0, NULL) == NULL, "no such option", options);
}

static void
print_cells(struct printed *printed, const struct sa *rows, size_t count)
{
	for (size_t column = 0; column < columns_count; column++) {
		for (size_t row = 0; row < count; row++) {
			struct text cell;

			text_open(&cell);
			print_cell(cell.stream, &rows[row], column);
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
		require(printed->cells[a] != NULL, "no memory", "for a cell");
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
check_rows(const struct reading *reading, const struct sa *rows, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < reading->rows.count; i++) {
		const char *name;

		while (at < count && random_sa_compare(&rows[at], &reading->rows.rows[i]) != 0)
			at++;
		require(at < count, "an SA that was not there", "");
		name = differing_column(&reading->rows.rows[i], &rows[at++]);
		require(!name, "misread", name);
	}
}

static void
read_as_choices(const uint8_t *data, size_t size)
{
	struct printed printed = {0};
	struct reading reading;
	struct text text;
	struct sa *rows;
	size_t count;

	random_from(data, size);
	choose_spelling(&printed);
	count = 1 + random_below(MOST_ROWS);
	rows = random_table(count);
	print_cells(&printed, rows, count);
	while (random_below(3) == 0)
		damage_cells(&printed);
	join_cells(&printed, &text);
	if (read_text(&reading, text.octets, text.length)) {
		check_rows(&reading, rows, count);
		check_printing(&reading);
		require(printed.damaged || reading.rows.count == count, "SAs are missing", "");
	} else {
		require(printed.damaged || printed.lossy, "refused without need", reading.walk.error);
	}
	free_reading(&reading);
	free(text.octets);
	free(rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] & 1)
		read_as_choices(data + 1, size - 1);
	else
		read_as_text((const char *)data + 1, size - 1);
	return 0;
}
