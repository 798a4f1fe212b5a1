/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_MEMBER_H
#define TUNNEL_MEMBER_H

/*
 * The path to which an SA belongs, and its role there, packed into the 32 bits of the tunnels' note in its census_sa.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "sa/sa.h"

enum tunnel_way { WAY_IN, WAY_OUT, WAYS };
enum sa_class { CLASS_LARVAL, CLASS_USABLE, CLASS_DEAD };

/*
 * A packet that passes a bundle of SAs is counted by each of them.  ESP or, without ESP, AH sees each packet once, and
 * is the one to count.  IPComp and IPIP secure nothing and belong to no tunnel: IPComp sees inbound packets only if
 * they were compressed, and may have a different reqid (libreswan); XFRM creates IPIP itself along with IPComp.
 */
enum sa_rank { RANK_NONE, RANK_AH, RANK_ESP };

/* The numbers of paths begin at 0, and leave five bits for the rest. */
enum { TUNNEL_PATHS_MOST = (1 << 27) - 2 };
enum { TUNNEL_PATH_NONE = HASH_TABLE_NONE };

struct tunnel_member {
	uint32_t path; /* TUNNEL_PATH_NONE: no path */
	uint8_t way, class, rank;
};

/* The role that the SA would have in a path; without path and direction. */
struct tunnel_member tunnel_member_of(const struct sa *sa);

/*
 * Notes of SAs without a path.  What an heir, see is_heir(), has counted before it is assigned does not count for it.
 */
enum { NOTE_NONE, NOTE_UNASSIGNED, NOTE_UNASSIGNED_HEIR };

/* The note of a member that has a path, and the reverse. */
uint32_t tunnel_member_pack(const struct tunnel_member *member);
struct tunnel_member tunnel_member_unpack(uint32_t note);

bool tunnel_note_has_path(uint32_t note);
bool tunnel_note_is_unassigned(uint32_t note);

#endif
