/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_direction.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "xfrm_attributes.h"

/*
 * Templates are in a hash table with chains.  One with two whole addresses is found by all of its key; one
 * with ranges by the key without addresses, and then compared one after the other.
 */

enum { FIRST_ROOM = 64, MAX_RANGES_COMPARED = 256 };
static const uint32_t NONE = UINT32_MAX;

struct key {
	uint32_t reqid;
	uint8_t protocol, mode;
	uint8_t type; /* enum sa_address_type */
	bool ranges;
	uint8_t src[16], dst[16]; /* zero in the key of ranges */
};
_Static_assert(sizeof(struct key) == 40, "keys are hashed and compared as octets");

struct entry {
	struct key key;
	uint32_t next;
	bool in, out;
	uint8_t src_prefix_length, dst_prefix_length; /* of ranges, whose addresses are: */
	uint8_t src[16], dst[16];
};

struct xfrm_direction {
	struct entry *entries;
	uint32_t *heads; /* as many as there is room for entries, which is a power of two */
	uint32_t count, room;
	bool any_reqid, any_ranges; /* whether there are templates of these kinds at all */
	struct sa_address *addresses;
	size_t address_count, address_room;
};

struct xfrm_direction *
xfrm_direction_new(void)
{
	return calloc(1, sizeof(struct xfrm_direction));
}

static void
free_entries(struct xfrm_direction *direction)
{
	free(direction->entries);
	free(direction->heads);
	direction->entries = NULL;
	direction->heads = NULL;
	direction->room = 0;
}

void
xfrm_direction_free(struct xfrm_direction *direction)
{
	if (!direction)
		return;
	free_entries(direction);
	free(direction->addresses);
	free(direction);
}

void
xfrm_direction_clear(struct xfrm_direction *direction)
{
	if (direction->count < direction->room / 4)
		free_entries(direction);
	for (uint32_t i = 0; i < direction->room; i++)
		direction->heads[i] = NONE;
	direction->count = 0;
	direction->any_reqid = direction->any_ranges = false;
	direction->address_count = 0;
}

/* --- the table --------------------------------------------------------------------------------- */

static uint32_t
hash(const struct key *key)
{
	uint64_t words[sizeof(*key) / 8], sum = 0;

	memcpy(words, key, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		sum = (sum ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 32;
	}
	return (uint32_t)sum;
}

static void
link_entry(struct xfrm_direction *direction, uint32_t index)
{
	uint32_t *head = &direction->heads[hash(&direction->entries[index].key) & (direction->room - 1)];

	direction->entries[index].next = *head;
	*head = index;
}

static int
grow(struct xfrm_direction *direction)
{
	const uint32_t room = direction->room ? direction->room * 2 : FIRST_ROOM;
	struct entry *entries = realloc(direction->entries, room * sizeof(*entries));
	uint32_t *heads;

	if (!entries)
		return -ENOMEM;
	direction->entries = entries;
	heads = realloc(direction->heads, room * sizeof(*heads));
	if (!heads)
		return -ENOMEM;
	direction->heads = heads;
	direction->room = room;
	memset(heads, 0xff, room * sizeof(*heads)); /* NONE */
	for (uint32_t i = 0; i < direction->count; i++)
		link_entry(direction, i);
	return 0;
}

static const struct entry *
first_of_chain(const struct xfrm_direction *direction, const struct key *key)
{
	uint32_t head;

	if (direction->room == 0)
		return NULL;
	head = direction->heads[hash(key) & (direction->room - 1)];
	return head == NONE ? NULL : &direction->entries[head];
}

static const struct entry *
next_of_chain(const struct xfrm_direction *direction, const struct entry *entry)
{
	return entry->next == NONE ? NULL : &direction->entries[entry->next];
}

static bool
same_key(const struct key *a, const struct key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
same_range(const struct entry *a, const struct entry *b)
{
	return a->src_prefix_length == b->src_prefix_length && a->dst_prefix_length == b->dst_prefix_length &&
	       memcmp(a->src, b->src, sizeof(a->src)) == 0 && memcmp(a->dst, b->dst, sizeof(a->dst)) == 0;
}

/* --- filling it -------------------------------------------------------------------------------- */

static struct entry
entry_of(const struct xfrm_policy_template *template)
{
	const size_t bits = sa_address_octets(template->dst.type) * 8;
	/* clang-format off */
	struct entry entry = {
	    .key = {.reqid = template->reqid,
		    .protocol = template->protocol,
		    .mode = template->mode,
		    .type = template->dst.type,
		    .ranges = template->src_prefix_length < bits || template->dst_prefix_length < bits},
	    .next = NONE,
	    .in = template->direction == SA_DIRECTION_IN,
	    .out = template->direction == SA_DIRECTION_OUT,
	    .src_prefix_length = template->src_prefix_length,
	    .dst_prefix_length = template->dst_prefix_length,
	};
	/* clang-format on */

	memcpy(entry.src, template->src.octets, sizeof(entry.src));
	memcpy(entry.dst, template->dst.octets, sizeof(entry.dst));
	if (!entry.key.ranges) {
		memcpy(entry.key.src, entry.src, sizeof(entry.key.src));
		memcpy(entry.key.dst, entry.dst, sizeof(entry.key.dst));
	}
	return entry;
}

/* The policies in and fwd of a tunnel have the same template. */
static struct entry *
find_same(struct xfrm_direction *direction, const struct entry *like)
{
	const struct entry *entry = first_of_chain(direction, &like->key);
	unsigned compared = 0;

	for (; entry && compared < MAX_RANGES_COMPARED; entry = next_of_chain(direction, entry)) {
		if (same_key(&entry->key, &like->key) && same_range(entry, like))
			return &direction->entries[entry - direction->entries];
		compared += like->key.ranges;
	}
	return NULL;
}

int
xfrm_direction_add_template(struct xfrm_direction *direction, const struct xfrm_policy_template *template)
{
	const struct entry entry = entry_of(template);
	struct entry *same = find_same(direction, &entry);

	if (same) {
		same->in |= entry.in;
		same->out |= entry.out;
		return 0;
	}
	if (direction->count == direction->room) {
		const int error = grow(direction);

		if (error)
			return error;
	}
	direction->entries[direction->count] = entry;
	link_entry(direction, direction->count++);
	direction->any_reqid |= entry.key.reqid == 0;
	direction->any_ranges |= entry.key.ranges;
	return 0;
}

/* --- addresses --------------------------------------------------------------------------------- */

static int
compare_addresses(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sa_address));
}

int
xfrm_direction_add_address(struct xfrm_direction *direction, const struct sa_address *address)
{
	if (direction->address_count == direction->address_room) {
		const size_t room = direction->address_room ? direction->address_room * 2 : FIRST_ROOM;
		struct sa_address *addresses = realloc(direction->addresses, room * sizeof(*addresses));

		if (!addresses)
			return -ENOMEM;
		direction->addresses = addresses;
		direction->address_room = room;
	}
	direction->addresses[direction->address_count++] = *address;
	return 0;
}

void
xfrm_direction_sort_addresses(struct xfrm_direction *direction)
{
	if (direction->address_count > 0)
		qsort(direction->addresses, direction->address_count, sizeof(struct sa_address), compare_addresses);
}

static bool
is_local(const struct xfrm_direction *direction, const struct sa_address *address)
{
	return direction->address_count > 0 && bsearch(address, direction->addresses, direction->address_count,
						       sizeof(*address), compare_addresses) != NULL;
}

bool
xfrm_direction_read_address(const struct nlmsghdr *message, struct sa_address *address)
{
	const size_t fixed = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifaddrmsg));
	const uint8_t *octets = (const uint8_t *)message, *attributes = octets + fixed;
	struct ifaddrmsg head;
	size_t length, octets_needed, found;
	const void *value;

	if (message->nlmsg_type != RTM_NEWADDR || message->nlmsg_len < fixed)
		return false;
	memcpy(&head, octets + NLMSG_HDRLEN, sizeof(head));
	octets_needed = head.ifa_family == AF_INET ? 4 : 16;
	length = message->nlmsg_len - fixed;
	/* On point-to-point links IFA_ADDRESS is the other end's. */
	value = xfrm_attributes_find(attributes, length, IFA_LOCAL, octets_needed, &found);
	if (!value)
		value = xfrm_attributes_find(attributes, length, IFA_ADDRESS, octets_needed, &found);
	return value && xfrm_address(address, head.ifa_family, value);
}

/* --- asking it --------------------------------------------------------------------------------- */

struct votes {
	bool in, out;
};

static bool
prefix_covers(const uint8_t *prefix, uint8_t length, const uint8_t *address)
{
	const size_t octets = length / 8;
	const uint8_t mask = (uint8_t)(0xff00 >> (length % 8));

	return memcmp(prefix, address, octets) == 0 &&
	       (length % 8 == 0 || (prefix[octets] & mask) == (address[octets] & mask));
}

static void
ask_exact(const struct xfrm_direction *direction, const struct key *key, struct votes *votes)
{
	const struct entry *entry = first_of_chain(direction, key);

	while (entry && !same_key(&entry->key, key))
		entry = next_of_chain(direction, entry);
	if (entry) {
		votes->in |= entry->in;
		votes->out |= entry->out;
	}
}

static void
ask_ranges(const struct xfrm_direction *direction, const struct sa *sa, const struct key *key, struct votes *votes)
{
	const struct entry *entry = first_of_chain(direction, key);

	for (unsigned i = 0; entry && i < MAX_RANGES_COMPARED; i++, entry = next_of_chain(direction, entry)) {
		if (same_key(&entry->key, key) && prefix_covers(entry->src, entry->src_prefix_length, sa->src.octets) &&
		    prefix_covers(entry->dst, entry->dst_prefix_length, sa->said.dst.octets)) {
			votes->in |= entry->in;
			votes->out |= entry->out;
		}
	}
}

static struct votes
ask_policies(const struct xfrm_direction *direction, const struct sa *sa)
{
	struct key exact = {.protocol = sa->said.protocol, .mode = sa->mode, .type = sa->said.dst.type};
	struct key ranges = exact;
	struct votes votes = {false, false};

	ranges.ranges = true;
	memcpy(exact.src, sa->src.octets, sizeof(exact.src));
	memcpy(exact.dst, sa->said.dst.octets, sizeof(exact.dst));
	for (int any = 0; any <= 1; any++) {
		if (any && (!direction->any_reqid || sa->reqid == 0))
			break;
		exact.reqid = ranges.reqid = any ? 0 : sa->reqid;
		ask_exact(direction, &exact, &votes);
		if (direction->any_ranges)
			ask_ranges(direction, sa, &ranges, &votes);
	}
	return votes;
}

enum sa_direction
xfrm_direction_of(const struct xfrm_direction *direction, const struct sa *sa)
{
	if (direction->count > 0) {
		const struct votes votes = ask_policies(direction, sa);

		if (votes.in != votes.out)
			return votes.in ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
	}
	if (is_local(direction, &sa->said.dst))
		return SA_DIRECTION_IN;
	return is_local(direction, &sa->src) ? SA_DIRECTION_OUT : SA_DIRECTION_UNKNOWN;
}
