/* SPDX-License-Identifier: BSD-3-Clause */
#include "print_once.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/row_list.h"
#include "census/reader.h"
#include "mib/policy_text.h"

static int
fail(const char *what, const char *why)
{
	fprintf(stderr, "ipsec-spi-agent: %s: %s\n", what, why);
	return 1;
}

static void
read_once(struct reader *reader)
{
	enum reader_wait wait = reader_begin(reader, clock_monotonic_us());

	while (wait != READER_IDLE) {
		if (wait == READER_WAIT_FD) {
			struct pollfd ready = {.fd = reader_fd(reader), .events = POLLIN};

			poll(&ready, 1, -1);
		}
		wait = reader_step(reader, clock_monotonic_us());
	}
}

static int
flush_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return fail("cannot write to standard output", strerror(errno));
	return 0;
}

static int
print_policies(const struct policies *policies)
{
	struct row_list rows = {.row_size = sizeof(struct policy_row)};
	struct policy policy = {.index = 0};
	const time_t now = time(NULL);

	while (policies_from(policies, (uint64_t)policy.index + 1, &policy)) {
		struct policy_row *const row = row_list_add(&rows);

		if (!row) {
			row_list_free(&rows);
			return fail("cannot print the policies", "out of memory");
		}
		policy_row_make(row, &policy, now, 0);
	}
	policy_text_print(stdout, rows.rows, rows.count);
	row_list_free(&rows);
	return flush_output();
}

static int
print_sas(const struct snapshot *snapshot, enum klips_text_format format)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	struct sa sa;

	for (size_t i = 0; i < snapshot_positions(snapshot); i++) {
		snapshot_in_order(snapshot, i, &sa);
		fwrite(line, 1, klips_text_print(&sa, format, line), stdout);
	}
	return flush_output();
}

int
print_once(struct source *source, enum print_what what, enum klips_text_format format)
{
	static const struct reader_settings settings = {
		.interval_ms = 1, .stale_after_ms = 1, .share_percent = 100, .once = true};
	struct reader *reader = reader_new(source, &settings);
	int status;

	if (!reader)
		return fail("cannot read the SAs", "out of memory");
	read_once(reader);
	if (reader_status(reader) != SOURCE_STATUS_OK) {
		status = fail("cannot read the SAs", reader_error(reader));
	} else {
		if (source->not_understood > 0)
			fprintf(stderr,
				"ipsec-spi-agent: skipped %llu entries that are not understood, the first: %s\n",
				(unsigned long long)source->not_understood, source->complaint);
		status = what == PRINT_POLICIES ? print_policies(reader_policies(reader))
						: print_sas(reader_snapshot(reader), format);
	}
	reader_free(reader);
	return status;
}
