/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SOURCE_H
#define SOURCE_H

/*
 * Where SAs come from.  A source never blocks: the caller begins a read, then calls step whenever the read's
 * descriptor is readable, until step says that the read is done or failed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa.h"
#include "snapshot.h"

enum source_kind { SOURCE_XFRM = 1, SOURCE_KLIPS = 2 }; /* values of ipsecAgentSource */

enum source_step {
	SOURCE_AGAIN,	    /* call step again when fd is readable */
	SOURCE_DONE,	    /* everything is in the snapshot, which still has to be sorted */
	SOURCE_INTERRUPTED, /* the list changed under the read: clear the snapshot and begin again */
	SOURCE_FAILED,	    /* source->error says why; the snapshot is incomplete */
};

struct source;

struct source_ops {
	enum source_kind kind;
	/* Begins a read into the snapshot, which stays the caller's.  False: source->error says why. */
	bool (*begin)(struct source *source, struct snapshot *into);
	/* Takes what is there, a bounded slice of it. */
	enum source_step (*step)(struct source *source);
	/* Gives up the read under way, if any; begin may be called again. */
	void (*abandon)(struct source *source);
	void (*close)(struct source *source); /* frees the source */
};

/* The part that all sources share; each embeds it first. */
struct source {
	const struct source_ops *ops;
	int fd; /* of the read under way, to wait on; -1 while there is none */
	enum sa_dialect dialect; /* of the last read */
	/* Since start: lines or messages not understood, attributes or fields not known, dumps repeated. */
	uint64_t not_understood, unknown_parts, interrupted;
	/* What the last read's first misunderstanding was; empty if none. */
	char complaint[160];
	/* One line: what failed, with what, and what to do about it; set by begin and step. */
	char error[256];
};

/* NULL: no memory, or errno text in error[256]. */
struct source *source_klips_open(const char *path, char error[256]);
/*
 * netns: a name under /run/netns, or a path, that need not exist yet; NULL: the namespace the process is in.
 */
struct source *source_xfrm_open(const char *netns, char error[256]);

#endif
