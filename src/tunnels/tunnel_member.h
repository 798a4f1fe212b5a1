/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_MEMBER_H
#define TUNNEL_MEMBER_H

/* To which path an SA belongs, and as what; packed into the 32 bits of the tunnels' note of its census_sa. */

#include <stdbool.h>
#include <stdint.h>

#include "base/hash_table.h"
#include "sa/sa.h"

enum tunnel_way { WAY_IN, WAY_OUT, WAYS };
enum sa_class { CLASS_LARVAL, CLASS_USABLE, CLASS_DEAD };

/*
 * A packet that goes through a bundle of SAs is counted by each.  ESP or, without that, AH sees each packet once, and
 * counts.  IPComp and IPIP secure nothing and are of no tunnel: IPComp sees incoming packets only if they were
 * made smaller, and may have a reqid of its own (libreswan); IPIP is what XFRM makes itself beside IPComp.
 */
enum sa_rank { RANK_NONE, RANK_AH, RANK_ESP };

/* The numbers of paths begin at 0, and leave five bits for the rest. */
enum { TUNNEL_PATHS_MOST = (1 << 27) - 2 };
enum { TUNNEL_PATH_NONE = HASH_TABLE_NONE };

struct tunnel_member {
	uint32_t path; /* TUNNEL_PATH_NONE: of none */
	uint8_t way, class, rank;
};

/* As what the SA would belong to a path; without path and way. */
struct tunnel_member tunnel_member_of(const struct sa *sa);

/* Notes of SAs without a path; of an heir, see is_heir(), what it has counted by the time it is assigned is not its own. */
enum { NOTE_NONE, NOTE_UNASSIGNED, NOTE_UNASSIGNED_HEIR };

/* The note of a member that has a path, and back. */
uint32_t tunnel_member_pack(const struct tunnel_member *member);
struct tunnel_member tunnel_member_unpack(uint32_t note);

bool tunnel_note_has_path(uint32_t note);
bool tunnel_note_is_unassigned(uint32_t note);

#endif
