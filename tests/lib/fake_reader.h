/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_READER_H
#define FAKE_READER_H

/* Listens to a fake kernel and reads its SAs for a census, a little at a time, as a reader does. */

#include "census/census.h"
#include "fake_kernel.h"
#include "sa/snapshot.h"

struct fake_reader {
	struct fake_kernel *kernel;
	struct census *census;
	struct snapshot *snapshot;
	enum { FAKE_READER_RESTS, FAKE_READER_DUMPS, FAKE_READER_SURVEYS } phase;
	uint64_t missed; /* events that the kernel has lost, as far as is known */
};

/* Takes waiting events, up to that number. */
void fake_reader_receive(struct fake_reader *reader, size_t most);

/* A read: it begins, takes that number of SAs of the dump, and that number in the survey.  True: the read is over. */
void fake_reader_begin(struct fake_reader *reader);
void fake_reader_dump(struct fake_reader *reader, size_t slice);
bool fake_reader_survey(struct fake_reader *reader, size_t budget);

/* The read under way, if there is one. */
void fake_reader_abandon(struct fake_reader *reader);

#endif
