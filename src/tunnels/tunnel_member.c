/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_member.h"

static uint8_t
class_of(const struct sa *sa)
{
	if (sa->state == SA_STATE_LARVAL)
		return CLASS_LARVAL;
	return sa->state == SA_STATE_DEAD ? CLASS_DEAD : CLASS_USABLE;
}

static uint8_t
rank_of(uint8_t protocol)
{
	return protocol == SA_PROTOCOL_ESP ? RANK_ESP : protocol == SA_PROTOCOL_AH ? RANK_AH : RANK_NONE;
}

struct tunnel_member
tunnel_member_of(const struct sa *sa)
{
	return (struct tunnel_member){
		.path = TUNNEL_PATH_NONE, .class = class_of(sa), .rank = rank_of(sa->said.protocol)};
}

/* 1 bit direction, 2 class, 2 rank, and above them the number of the path plus one. */
uint32_t
tunnel_member_pack(const struct tunnel_member *member)
{
	return (member->path + 1) << 5 | (uint32_t)member->rank << 3 | (uint32_t)member->class << 1 | member->way;
}

struct tunnel_member
tunnel_member_unpack(uint32_t note)
{
	return (struct tunnel_member){
		.path = (note >> 5) - 1, .way = note & 1, .class = note >> 1 & 3, .rank = note >> 3 & 3};
}

bool
tunnel_note_has_path(uint32_t note)
{
	return note >> 5 != 0;
}

bool
tunnel_note_is_unassigned(uint32_t note)
{
	return note == NOTE_UNASSIGNED || note == NOTE_UNASSIGNED_HEIR;
}
