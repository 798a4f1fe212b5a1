/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_reader.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

void
fake_reader_receive(struct fake_reader *reader, size_t most)
{
	struct sa_event event;

	if (reader->kernel->lost != reader->missed)
		census_missed(reader->census);
	reader->missed = reader->kernel->lost;
	while (most-- > 0 && fake_kernel_event(reader->kernel, &event))
		census_event(reader->census, &event, reader->kernel->now_seconds);
}

void
fake_reader_begin(struct fake_reader *reader)
{
	census_begin(reader->census);
	snapshot_begin(reader->snapshot, NULL);
	fake_kernel_begin_dump(reader->kernel);
	reader->phase = FAKE_READER_DUMPS;
}

/* All events from before the dump's end are taken before it is surveyed. */
void
fake_reader_dump(struct fake_reader *reader, size_t slice)
{
	struct sa sa;

	while (slice-- > 0) {
		if (fake_kernel_dump(reader->kernel, &sa)) {
			assert_int_equal(snapshot_add(reader->snapshot, &sa), 0);
			continue;
		}
		fake_reader_receive(reader, SIZE_MAX);
		while (!snapshot_sort_step(reader->snapshot, 1000))
			;
		reader->phase = FAKE_READER_SURVEYS;
		return;
	}
}

bool
fake_reader_survey(struct fake_reader *reader, size_t budget)
{
	if (!census_survey_step(reader->census, reader->snapshot, reader->kernel->dump_seconds, budget))
		return false;
	fake_kernel_dump_taken(reader->kernel);
	reader->phase = FAKE_READER_RESTS;
	return true;
}

void
fake_reader_abandon(struct fake_reader *reader)
{
	if (reader->phase != FAKE_READER_RESTS)
		census_abandon(reader->census);
	reader->phase = FAKE_READER_RESTS;
}
