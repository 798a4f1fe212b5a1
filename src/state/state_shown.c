/* SPDX-License-Identifier: BSD-3-Clause */
#include "state/state_shown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "state/state_tables.h"
#include "state/state_text.h"

enum { CONTEXT_ROOM = TUNNEL_CONTEXT_SIZE + 3 };

struct shown_key {
	char context[CONTEXT_ROOM];
	uint32_t index;
};

struct record {
	struct shown_key key; /* .index 0: the place is vacant */
	struct tunnel_counters counters;
	uint64_t checksum; /* of what is before it */
};
enum { RECORD_OCTETS = 128, PAGE_OCTETS = 4096 };
_Static_assert(sizeof(struct record) == RECORD_OCTETS && PAGE_OCTETS % RECORD_OCTETS == 0, "none lies in two pages");

/* The first record of the file. */
struct head {
	char title[RECORD_OCTETS - STATE_BOOT_SIZE];
	char boot[STATE_BOOT_SIZE];
};
_Static_assert(sizeof(struct head) == RECORD_OCTETS, "it is as long as the others");

static const char title[] = "ipsec-spi-agent shown 1\n", file_name[] = "shown";

struct state_shown {
	struct head head;
	struct row_list records; /* by their places in the file, less one */
	struct hash_table hash;	 /* of those that are not vacant */
	uint32_t next;		 /* to make room */
	int fd;			 /* -1: nothing is written */
	bool is_ours;		 /* the file has what the list has */
};

struct state_shown *
state_shown_new(const char *boot)
{
	struct state_shown *const shown = calloc(1, sizeof(*shown));

	if (!shown)
		return NULL;
	memcpy(shown->head.title, title, sizeof(title));
	memcpy(shown->head.boot, boot, strnlen(boot, sizeof(shown->head.boot) - 1));
	shown->records.row_size = sizeof(struct record);
	hash_table_init(&shown->hash);
	shown->fd = -1;
	return shown;
}

void
state_shown_free(struct state_shown *shown)
{
	if (!shown)
		return;
	if (shown->fd >= 0)
		close(shown->fd);
	row_list_free(&shown->records);
	hash_table_free(&shown->hash);
	free(shown);
}

/* --- records ----------------------------------------------------------------------------------- */

static struct record *
at(const struct state_shown *shown, uint32_t number)
{
	return row_list_at(&shown->records, number);
}

static void
make_key(struct shown_key *key, const char *context, uint32_t index)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->context, context, strnlen(context, sizeof(key->context) - 1));
	key->index = index;
}

static uint32_t
hash_of(const struct state_shown *shown, const struct shown_key *key)
{
	return hash_table_hash(&shown->hash, key, sizeof(*key));
}

static uint32_t
find(const struct state_shown *shown, const struct shown_key *key)
{
	uint32_t number = hash_table_first(&shown->hash, hash_of(shown, key));

	while (number != HASH_TABLE_NONE && memcmp(&at(shown, number)->key, key, sizeof(*key)) != 0)
		number = hash_table_next(&shown->hash, number);
	return number;
}

static uint64_t
checksum_of(const struct record *record)
{
	return state_checksum(STATE_CHECKSUM, (const char *)record, offsetof(struct record, checksum));
}

/* A place for a record that does not exist yet; HASH_TABLE_NONE: no memory. */
static uint32_t
new_place(struct state_shown *shown, const struct shown_key *key)
{
	uint32_t number = (uint32_t)shown->records.count;

	if (number == STATE_SHOWN_MOST) {
		number = shown->next;
		shown->next = (shown->next + 1) % STATE_SHOWN_MOST;
		if (at(shown, number)->key.index != 0)
			hash_table_remove(&shown->hash, number);
	} else if (!row_list_add(&shown->records)) {
		return HASH_TABLE_NONE;
	}
	memset(at(shown, number), 0, sizeof(struct record));
	if (hash_table_add(&shown->hash, number, hash_of(shown, key)))
		at(shown, number)->key = *key;
	return number;
}

/* --- the file ---------------------------------------------------------------------------------- */

/* What a crash has left of a record is left out; its place stays. */
static bool
take(struct state_shown *shown, const struct record *record)
{
	struct record *const added = row_list_add(&shown->records);
	const uint32_t number = (uint32_t)shown->records.count - 1;

	if (!added)
		return false;
	*added = *record;
	if (record->key.index == 0 || record->checksum != checksum_of(record) ||
	    memchr(record->key.context, '\0', CONTEXT_ROOM) == NULL || find(shown, &record->key) != HASH_TABLE_NONE ||
	    !hash_table_add(&shown->hash, number, hash_of(shown, &record->key)))
		added->key.index = 0;
	return true;
}

static void
load(struct state_shown *shown, FILE *file)
{
	struct record record;
	struct head head;

	if (fread(&head, sizeof(head), 1, file) != 1 || memcmp(&head, &shown->head, sizeof(head)) != 0)
		return;
	shown->is_ours = true;
	while (shown->records.count < STATE_SHOWN_MOST && fread(&record, sizeof(record), 1, file) == 1) {
		if (!take(shown, &record))
			return;
	}
}

void
state_shown_load(struct state_shown *shown, const struct state_directory *directory)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	const int fd = shown->head.boot[0] != '\0' ? openat(state_directory_fd(directory), file_name, flags) : -1;
	FILE *const file = fd >= 0 ? fdopen(fd, "r") : NULL;

	if (file) {
		load(shown, file);
		fclose(file);
	} else if (fd >= 0) {
		close(fd);
	}
}

static bool
write_at(int fd, const void *octets, size_t place)
{
	const ssize_t done = pwrite(fd, octets, RECORD_OCTETS, (off_t)(place * RECORD_OCTETS));

	if (done >= 0 && done != RECORD_OCTETS)
		errno = ENOSPC;
	return done == RECORD_OCTETS;
}

/* Of another boot, nothing that it has is of use. */
static bool
begin_anew(struct state_shown *shown)
{
	if (shown->is_ours)
		return true;
	if (ftruncate(shown->fd, 0) < 0 || !write_at(shown->fd, &shown->head, 0))
		return false;
	shown->is_ours = true;
	for (size_t i = 0; i < shown->records.count; i++) {
		if (!write_at(shown->fd, at(shown, (uint32_t)i), i + 1))
			return false;
	}
	return true;
}

bool
state_shown_keep(struct state_shown *shown, const struct state_directory *directory, char error[ERROR_LINE_SIZE])
{
	const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

	shown->fd = openat(state_directory_fd(directory), file_name, flags, 0600);
	if (shown->fd >= 0 && begin_anew(shown))
		return true;
	snprintf(error, ERROR_LINE_SIZE, "%.150s/%s: %s", state_directory_path(directory), file_name, strerror(errno));
	if (shown->fd >= 0)
		close(shown->fd);
	shown->fd = -1;
	return false;
}

bool
state_shown_is_kept(const struct state_shown *shown)
{
	return shown->fd >= 0;
}

/* --- what is shown ----------------------------------------------------------------------------- */

bool
state_shown_note(struct state_shown *shown, const char *context, const struct tunnel *tunnel)
{
	struct tunnel_counters counters;
	struct record *record;
	struct shown_key key;
	uint32_t number;

	make_key(&key, context, tunnel->index);
	tunnel_counters_of(&counters, tunnel);
	number = find(shown, &key);
	if (number == HASH_TABLE_NONE)
		number = new_place(shown, &key);
	if (number == HASH_TABLE_NONE) {
		errno = ENOMEM;
		return false;
	}
	record = at(shown, number);
	if (memcmp(&record->counters, &counters, sizeof(counters)) == 0)
		return true;
	record->counters = counters;
	record->checksum = checksum_of(record);
	if (shown->fd < 0 || write_at(shown->fd, record, (size_t)number + 1))
		return true;
	record->counters.began_seconds = -1; /* the next time it is another, and is written again */
	return false;
}

const struct tunnel_counters *
state_shown_find(const struct state_shown *shown, const char *context, uint32_t index)
{
	struct shown_key key;
	uint32_t number;

	make_key(&key, context, index);
	number = find(shown, &key);
	return number != HASH_TABLE_NONE ? &at(shown, number)->counters : NULL;
}
