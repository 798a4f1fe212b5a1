/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

/*
 * A kernel that has SAs of a few tunnels, sends packets through them, and reports their lives as XFRM does: by events
 * in a queue that can overrun, and by dumps that take a while.  It knows the truth: the traffic of each tunnel, and how
 * much of that a listener that takes all events and dumps cannot know.  It is independent of the code under test.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sa/sa.h"
#include "sa/sa_event.h"
#include "tunnels/tunnel.h"

enum { FAKE_TUNNELS = 12, FAKE_SAS = 96, FAKE_QUEUE = 64 };

struct fake_figures {
	uint64_t bytes, packets, errors;
};

struct fake_sa {
	bool lives;
	bool larval;
	bool tells_direction; /* in events; a dump always does */
	uint8_t tunnel, way;  /* way: 0 in, 1 out */
	uint32_t spi, reqid;
	uint8_t protocol;
	uint64_t serial;		    /* of its creation */
	int64_t born_seconds, used_seconds; /* the latter: when first; 0: not yet */
	struct fake_figures now;
	/* What the listener knew of it when it last took an event or a whole dump. */
	struct fake_figures heard;
	uint64_t heard_at; /* as kernel.taken */
	struct fake_figures dumped;
	uint64_t dumped_in;   /* the number of that dump */
	int companion;	      /* the SA that sees the same packets, or -1 */
	uint64_t lost_before; /* kernel.lost at its birth */
};

struct fake_event {
	struct sa_event event;
	int64_t born_seconds, used_seconds; /* of that SA */
	uint64_t serial;		    /* of the SA that it is about; 0: none */
	bool has_figures;		    /* of that SA */
	struct fake_figures figures;
};

struct fake_traffic {
	uint64_t bytes[2], packets[2], errors[2]; /* in, out */
};

struct fake_kernel {
	int64_t now_seconds;
	bool is_ahead; /* the clock is */
	struct fake_sa all[FAKE_SAS];
	uint64_t serial;
	uint32_t next_spi;

	struct fake_event queue[FAKE_QUEUE];
	size_t queue_begin, queue_length;
	size_t queue_room;     /* events beyond these are lost */
	bool tells_directions; /* in all events */
	uint64_t lost;
	uint64_t taken; /* events that the listener has taken, and dumps that it has begun */

	/* The dump under way: SAs below that serial are still to come; ages are those at its beginning. */
	uint64_t dump_next, dump_number, dump_begun_at;
	int64_t dump_seconds;

	struct fake_traffic truth[FAKE_TUNNELS];
	struct fake_traffic unknowable[FAKE_TUNNELS]; /* the maximum that the listener cannot know */
	struct fake_traffic overcount[FAKE_TUNNELS];  /* the maximum that may be counted in excess */
	uint64_t unseen_ends; /* SAs whose last packets could not be known, companions among them */
};

void fake_kernel_init(struct fake_kernel *kernel);

/* The tunnel as it should be seen: key as in the SAs, except larval ones. */
void fake_kernel_tunnel(unsigned tunnel, struct sa_address *local, struct sa_address *remote, uint32_t *reqid,
			uint32_t *if_id);

/* Whether what is seen matches that tunnel. */
bool fake_kernel_is_tunnel(unsigned tunnel, const struct tunnel *seen);

/* Actions, and their relative frequency; the last of a list is {NULL, 0}. */
struct fake_doing {
	void (*happen)(struct fake_kernel *kernel);
	unsigned weight;
};
void fake_kernel_do_any(struct fake_kernel *kernel, const struct fake_doing *doings);

/* Actions; each does nothing if it is impossible. */
void fake_kernel_traffic(struct fake_kernel *kernel);
void fake_kernel_create(struct fake_kernel *kernel);
/* Both directions of that tunnel. */
void fake_kernel_create_pair(struct fake_kernel *kernel, unsigned tunnel);
/*
 * SAs that are no tunnel: of an IKE daemon that tests the kernel, or gives up at once, and larval ones that the kernel
 * reports only when they expire.
 */
void fake_kernel_phantom(struct fake_kernel *kernel);
bool fake_kernel_is_phantom(const struct sa_address *remote);
void fake_kernel_rekey(struct fake_kernel *kernel);
void fake_kernel_allocate_spi(struct fake_kernel *kernel);
void fake_kernel_give_keys(struct fake_kernel *kernel);
void fake_kernel_update(struct fake_kernel *kernel);
void fake_kernel_delete(struct fake_kernel *kernel);
/* All SAs of that tunnel that have keys. */
void fake_kernel_delete_tunnel(struct fake_kernel *kernel, unsigned tunnel);
void fake_kernel_recreate(struct fake_kernel *kernel);
void fake_kernel_inherit(struct fake_kernel *kernel);
void fake_kernel_expire_soft(struct fake_kernel *kernel);
void fake_kernel_expire_hard(struct fake_kernel *kernel);
void fake_kernel_flush(struct fake_kernel *kernel);
/* An hour forward, or back again; forward, some SAs seem to be born then (xfrm_timer_handler() in net/xfrm/xfrm_state.c). */
void fake_kernel_set_clock(struct fake_kernel *kernel);

/* The next event of the queue; false: there is none. */
bool fake_kernel_event(struct fake_kernel *kernel, struct sa_event *event);

void fake_kernel_begin_dump(struct fake_kernel *kernel);
/* The next SA of the dump; false: it is over. */
bool fake_kernel_dump(struct fake_kernel *kernel, struct sa *sa);
/* The listener has processed all of it; what it took from the queue since the beginning is newer. */
void fake_kernel_dump_taken(struct fake_kernel *kernel);

/* Whether the tunnel has an SA with keys in that direction. */
bool fake_kernel_has(const struct fake_kernel *kernel, unsigned tunnel, unsigned way);

#endif
