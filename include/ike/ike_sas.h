/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_SAS_H
#define IKE_SAS_H

/*
 * What an IKE daemon has, as its last whole answer said: IKE SAs, their children, what is configured; and which peers are up.
 * A peer is who has IKE SAs of a connection under an identity (or from an address, where identities are left out): it is up
 * over all rekeying and reauthentication.  Of a connection for whoever comes, an identity may have several devices at once, each
 * a peer: an IKE SA is of the device that it was of, whatever its address is now; a new one of the device at the same address
 * and port or, if there is none, of one that has no IKE SA any more.  Pure: time is told to it.  Bounded: what is beyond the limits is counted and left out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike_reading.h"
#include "ike/ike_sa.h"

enum { IKE_SAS_MOST = 20000, IKE_CHILDREN_MOST = 50000, IKE_CONFIGURED_MOST = 10000 };
/* Of one identity; what is beyond counts as the last one. */
enum { IKE_DEVICES_MOST = 64 };

struct ike_sas;

struct ike_sas_listener {
	/*
	 * The peer is up, or down for good.  sa: the one by which it is, or its last one; valid during the call.  reason: why it is down,
	 * where that is known, else "".
	 */
	void (*peer)(void *data, const struct ike_sa *sa, bool up, const char *reason);
	void *data;
};

struct ike_sas *ike_sas_new(const struct ike_sas_listener *listener); /* NULL: no memory */
void ike_sas_free(struct ike_sas *sas);				      /* NULL is fine */

/* How long a peer has to be without an IKE SA before it is down, and whether identities are taken; from the next round on. */
void ike_sas_configure(struct ike_sas *sas, uint32_t grace_seconds, bool identities);

/*
 * A round: its values come in any order between; at its end they take the place of those of the one before.  The end is called until it
 * is true, and looks at so many IKE SAs a call; another beginning undoes it.
 */
void ike_sas_begin(struct ike_sas *sas);
void ike_sas_take_sa(struct ike_sas *sas, const struct ike_sa *sa);
void ike_sas_take_child(struct ike_sas *sas, const struct ike_child *child);
void ike_sas_take_configured(struct ike_sas *sas, const struct ike_configured_child *child);
bool ike_sas_end(struct ike_sas *sas, size_t budget, uint64_t now_us, int64_t now_seconds);

/* The daemon itself has said that this IKE SA came up or is closed, before a round shows it. */
void ike_sas_hear(struct ike_sas *sas, const struct ike_sa *sa, bool up);

/* Nothing is known any more; and the daemon is gone, with all its IKE SAs, if it is not there again within the grace time. */
void ike_sas_clear(struct ike_sas *sas, bool daemon_is_gone, uint64_t now_us);

/* Another daemon is asked from now on: nothing is known, and nobody is up or down. */
void ike_sas_forget(struct ike_sas *sas);

/* Tells of peers whose grace time is over.  In so many microseconds there is more to tell; UINT64_MAX: not by itself. */
uint64_t ike_sas_tick(struct ike_sas *sas, uint64_t now_us);

/* Rows in the order of their numbers, rank from 0 to the count, less one. */
size_t ike_sas_count(const struct ike_sas *sas);
size_t ike_sas_seek(const struct ike_sas *sas,
		    uint64_t id); /* the rank of the first whose number is not below this one */
/* As of now. */
void ike_sas_at(const struct ike_sas *sas, size_t rank, uint64_t now_us, struct ike_sa *sa);
/* Of that number, as it was told; NULL: none. */
const struct ike_sa *ike_sas_find(const struct ike_sas *sas, uint32_t id);

/* In the daemon's order. */
size_t ike_sas_children(const struct ike_sas *sas);
const struct ike_child *ike_sas_child(const struct ike_sas *sas, size_t number);
size_t ike_sas_configured(const struct ike_sas *sas);
const struct ike_configured_child *ike_sas_configured_child(const struct ike_sas *sas, size_t number);
/* NULL: there is none of those names, or not any more. */
const struct ike_configured_child *ike_sas_find_configured(const struct ike_sas *sas, const char *connection,
							   const char *child);

/* Values that the last round had beyond the limits. */
size_t ike_sas_left_out(const struct ike_sas *sas);

#endif
