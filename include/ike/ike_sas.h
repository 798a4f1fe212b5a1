/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_SAS_H
#define IKE_SAS_H

/*
 * The content of the last complete round of answers of an IKE daemon: IKE SAs, their children, the configuration; and
 * which peers are up. A peer is the combination of a connection and an identity (or an address, if identities are left
 * out) that has IKE SAs: it stays up over all rekeying and reauthentication.  If a connection accepts any peer, an
 * identity may have several devices at once, each of which is a peer: an IKE SA stays with its device, whatever its
 * address is now; a new one belongs to the device at the same address and port or, if there is none, to one that has no
 * IKE SA any more.  Pure: the caller passes the time.  Bounded: what exceeds the limits is counted and left out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ike/ike_reading.h"
#include "ike/ike_sa.h"

enum { IKE_SAS_MOST = 20000, IKE_CHILDREN_MOST = 50000, IKE_CONFIGURED_MOST = 10000 };
/* Of one identity; further ones count as the last one. */
enum { IKE_DEVICES_MOST = 64 };

struct ike_sas;

struct ike_sas_listener {
	/*
	 * The peer is up, or down for good.  sa: its current or last IKE SA; valid during the call.  reason: why it is
	 * down if that is known, otherwise "".
	 */
	void (*peer)(void *data, const struct ike_sa *sa, bool up, const char *reason);
	void *data;
};

struct ike_sas *ike_sas_new(const struct ike_sas_listener *listener); /* NULL: no memory */
void ike_sas_free(struct ike_sas *sas);				      /* NULL is allowed */

/*
 * How long a peer must have had no IKE SA before it is down, and whether identities are kept; from the next round on.
 */
void ike_sas_configure(struct ike_sas *sas, uint32_t grace_seconds, bool identities);

/*
 * A round: its values come in any order between begin and end, and then replace those of the previous round.  The end
 * is called until it returns true, and processes that number of IKE SAs a call; another begin abandons the round.
 */
void ike_sas_begin(struct ike_sas *sas);
void ike_sas_take_sa(struct ike_sas *sas, const struct ike_sa *sa);
void ike_sas_take_child(struct ike_sas *sas, const struct ike_child *child);
void ike_sas_take_configured(struct ike_sas *sas, const struct ike_configured_child *child);
bool ike_sas_end(struct ike_sas *sas, size_t budget, uint64_t now_us, int64_t now_seconds);

/* The daemon has announced that this IKE SA came up or was closed, before a round shows it. */
void ike_sas_take_event(struct ike_sas *sas, const struct ike_sa *sa, bool up);

/*
 * Forgets everything.  After gone, the daemon is taken to be gone with all its IKE SAs if it does not return within the
 * grace time.
 */
void ike_sas_clear(struct ike_sas *sas, bool daemon_is_gone, uint64_t now_us);

/* A different daemon is asked from now on: forgets everything, without a report that peers are down. */
void ike_sas_forget(struct ike_sas *sas);

/*
 * Reports peers whose grace time is over.  Returns in how many microseconds there is more to report; UINT64_MAX:
 * nothing is waiting.
 */
uint64_t ike_sas_tick(struct ike_sas *sas, uint64_t now_us);

/* Rows in the order of their numbers; ranks are from 0 to the count - 1. */
size_t ike_sas_count(const struct ike_sas *sas);
size_t ike_sas_seek(const struct ike_sas *sas,
		    uint64_t id); /* the rank of the first row whose number is at least this one */
/* As of now. */
void ike_sas_at(const struct ike_sas *sas, size_t rank, uint64_t now_us, struct ike_sa *sa);
/* The IKE SA of that number, as it was reported; NULL: none. */
const struct ike_sa *ike_sas_find(const struct ike_sas *sas, uint32_t id);

/* In the daemon's order. */
size_t ike_sas_children(const struct ike_sas *sas);
const struct ike_child *ike_sas_child(const struct ike_sas *sas, size_t number);
size_t ike_sas_configured(const struct ike_sas *sas);
const struct ike_configured_child *ike_sas_configured_child(const struct ike_sas *sas, size_t number);
/* NULL: there is none with those names, or it is gone. */
const struct ike_configured_child *ike_sas_find_configured(const struct ike_sas *sas, const char *connection,
							   const char *child);

/* Number of values of the last round that exceeded the limits. */
size_t ike_sas_left_out(const struct ike_sas *sas);

#endif
