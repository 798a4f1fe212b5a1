/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "klips/klips_text.h"
#include "klips_entries.h"

/*
 * One read is one pass over the file, a slice at a time.  A file may grow during the read: the pass ends with the line
 * that was the last when it began.  Files of /proc do not report their size; for them there are limits that no KLIPS
 * reaches.
 */
enum { SLICE_OCTETS = 64 * 1024, MOST_SAS = 1000000 };
static const uint64_t MOST_OCTETS = UINT64_C(4) << 30;

struct klips_source {
	struct source source;
	struct snapshot *into;
	uint64_t size; /* of the file when the pass began; 0: not known */
	uint64_t octets;
	size_t sas;
	struct timespec written; /* the file, when it was last checked */
	int64_t written_seconds; /* the same by our clock */
	struct klips_entries entries;
	char slice[SLICE_OCTETS];
	char path[];
};

static struct klips_source *
klips(struct source *source)
{
	return (struct klips_source *)source;
}

static bool
refuse(struct klips_source *klips, const char *what, const char *advice)
{
	snprintf(klips->source.error, sizeof(klips->source.error), "%.150s: %s%s%s", klips->path, what,
		 advice ? "; " : "", advice ? advice : "");
	return false;
}

static bool
refuse_errno(struct klips_source *klips, int error)
{
	const char *advice = NULL;

	if (error == ENOENT)
		advice = "load KLIPS, name its file with -k, or read XFRM with -s xfrm";
	else if (error == EACCES)
		advice = "let the agent's user read it";
	return refuse(klips, strerror(error), advice);
}

static void
klips_abandon(struct source *source)
{
	if (source->fd >= 0)
		close(source->fd);
	source->fd = -1;
}

/* KLIPS counts its times in jiffies, which do not jump when a clock is set. */
static int64_t
now_seconds(void)
{
	return (int64_t)(clock_monotonic_us() / 1000000);
}

/*
 * The ages in a file that is not the kernel's date from when it was written, and do not grow from then on.  (The
 * kernel's files have no size.)  That time is determined once, so that a change of the clock does not shift it.
 */
static int64_t
moment_of(struct klips_source *klips, const struct stat *status)
{
	const int64_t now = now_seconds(), age = (int64_t)time(NULL) - status->st_mtim.tv_sec;

	if (status->st_size == 0)
		return now;
	if (memcmp(&klips->written, &status->st_mtim, sizeof(klips->written)) != 0) {
		klips->written = status->st_mtim;
		klips->written_seconds = age > 0 ? now - age : now;
	}
	return klips->written_seconds;
}

static bool
open_file(struct klips_source *klips)
{
	struct stat status;
	/* A FIFO must not make us wait for its writer. */
	const int fd = open(klips->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return refuse_errno(klips, errno);
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		return refuse(klips, S_ISDIR(status.st_mode) ? "is a directory" : "is not a regular file",
			      "name KLIPS's ipsec_spi file with -k");
	}
	klips->source.fd = fd;
	klips->size = (uint64_t)status.st_size;
	klips->source.read_seconds = moment_of(klips, &status);
	return true;
}

/* Columns in an entry of several lines do not correspond to columns of the file. */
static void
complain(struct klips_source *self, const struct klips_entry *entry, const char *reason, size_t column)
{
	struct source *source = &self->source;

	source->not_understood++;
	if (source->complaint[0] != '\0')
		return;
	if (entry->first_line == entry->last_line)
		snprintf(source->complaint, sizeof(source->complaint), "line %" PRIu64 ", column %zu: %s",
			 entry->first_line, entry->skipped + column, reason);
	else
		snprintf(source->complaint, sizeof(source->complaint),
			 "lines %" PRIu64 " to %" PRIu64 ", as one, column %zu: %s", entry->first_line,
			 entry->last_line, column, reason);
}

/* The dialect of the file is the latest one of its entries. */
static bool
keep(struct klips_source *self, const struct sa *sa, const struct klips_text_result *result)
{
	self->source.unknown_parts += result->unknown_fields;
	if (sa->dialect > self->source.dialect)
		self->source.dialect = sa->dialect;
	if (++self->sas > MOST_SAS)
		return refuse(self, "has more than a million SAs", "name KLIPS's ipsec_spi file with -k");
	return snapshot_add(self->into, sa) == 0 || refuse(self, "out of memory", NULL);
}

/* Indented lines that do not fit an entry, as in a torn read, do not invalidate it. */
static bool
take_entry(void *data, const struct klips_entry *entry)
{
	struct klips_source *const self = data;
	struct klips_text_result result;
	struct sa sa;

	if (entry->too_long) {
		complain(self, entry, "the line is longer than any that KLIPS prints", KLIPS_TEXT_LINE_SIZE);
	} else if (klips_text_parse(entry->text, entry->length, &sa, &result)) {
		return keep(self, &sa, &result);
	} else {
		complain(self, entry, result.reason, result.column);
	}
	return entry->first_line == entry->last_line ||
	       !klips_text_parse(entry->text, entry->first_length, &sa, &result) || keep(self, &sa, &result);
}

static bool
klips_begin(struct source *source, struct snapshot *into)
{
	struct klips_source *self = klips(source);

	klips_abandon(source);
	if (!open_file(self))
		return false;
	self->into = into;
	self->octets = self->sas = 0;
	klips_entries_begin(&self->entries, take_entry, self);
	source->dialect = SA_DIALECT_NONE;
	source->complaint[0] = '\0';
	return true;
}

static enum source_step
finish(struct source *source, bool good)
{
	klips_abandon(source);
	return good ? SOURCE_DONE : SOURCE_FAILED;
}

/* Whether everything has been read that was there when the pass began. */
static bool
is_through(const struct klips_source *self)
{
	return self->size > 0 && self->octets >= self->size && !klips_entries_in_line(&self->entries);
}

static enum source_step
klips_step(struct source *source)
{
	struct klips_source *self = klips(source);
	const ssize_t got = is_through(self) ? 0 : read(source->fd, self->slice, sizeof(self->slice));

	if (got < 0) {
		if (errno == EINTR || errno == EAGAIN)
			return SOURCE_AGAIN;
		return finish(source, refuse_errno(self, errno));
	}
	if (got == 0)
		return finish(source, klips_entries_end(&self->entries));
	self->octets += (uint64_t)got;
	if (self->octets > MOST_OCTETS)
		return finish(source, refuse(self, "does not end", "name KLIPS's ipsec_spi file with -k"));
	if (!klips_entries_feed(&self->entries, self->slice, (size_t)got))
		return finish(source, false);
	return SOURCE_AGAIN;
}

static void
klips_close(struct source *source)
{
	klips_abandon(source);
	free(source);
}

static const struct source_ops klips_ops = {
	.kind = SOURCE_KLIPS,
	.begin = klips_begin,
	.step = klips_step,
	.abandon = klips_abandon,
	.close = klips_close,
};

struct source *
source_klips_open(const char *path, char error[ERROR_LINE_SIZE])
{
	const size_t path_size = strlen(path) + 1;
	struct klips_source *self = calloc(1, sizeof(*self) + path_size);

	if (!self) {
		snprintf(error, ERROR_LINE_SIZE, "%.150s: out of memory", path);
		return NULL;
	}
	self->source.ops = &klips_ops;
	self->source.fd = self->source.news_fd = -1;
	memcpy(self->path, path, path_size);
	return &self->source;
}
