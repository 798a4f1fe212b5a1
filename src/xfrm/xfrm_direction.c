/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_direction.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/hash_table.h"
#include "base/row_list.h"
#include "xfrm_attributes.h"

/*
 * Templates are in a hash table.  One with two whole addresses is found by all of its key; one with ranges by the
 * key without addresses, and then compared one after the other.
 */

enum { MAX_RANGES_COMPARED = 256 };

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
	bool in, out;
	uint8_t src_prefix_length, dst_prefix_length; /* of ranges, whose addresses are: */
	uint8_t src[16], dst[16];
};

struct xfrm_direction {
	struct row_list entries;    /* of struct entry */
	struct hash_table hash;	    /* of the entries */
	bool any_reqid, any_ranges; /* whether there are templates of these kinds at all */
	struct row_list addresses;  /* of struct sa_address, sorted */
};

struct xfrm_direction *
xfrm_direction_new(void)
{
	struct xfrm_direction *const direction = calloc(1, sizeof(*direction));

	if (!direction)
		return NULL;
	direction->entries.row_size = sizeof(struct entry);
	direction->addresses.row_size = sizeof(struct sa_address);
	hash_table_init(&direction->hash);
	return direction;
}

void
xfrm_direction_clear(struct xfrm_direction *direction)
{
	row_list_free(&direction->entries);
	row_list_free(&direction->addresses);
	hash_table_free(&direction->hash);
	direction->any_reqid = direction->any_ranges = false;
}

void
xfrm_direction_free(struct xfrm_direction *direction)
{
	if (!direction)
		return;
	xfrm_direction_clear(direction);
	free(direction);
}

/* --- the table --------------------------------------------------------------------------------- */

static struct entry *
entry_at(const struct xfrm_direction *direction, uint32_t number)
{
	return number == HASH_TABLE_NONE ? NULL : row_list_at(&direction->entries, number);
}

static uint32_t
hash_of(const struct xfrm_direction *direction, const struct key *key)
{
	return hash_table_hash(&direction->hash, key, sizeof(*key));
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
find_same(const struct xfrm_direction *direction, const struct entry *like, uint32_t hash)
{
	uint32_t number = hash_table_first(&direction->hash, hash);
	struct entry *entry;
	unsigned compared = 0;

	for (; (entry = entry_at(direction, number)) && compared < MAX_RANGES_COMPARED;
	     number = hash_table_next(&direction->hash, number)) {
		if (same_key(&entry->key, &like->key) && same_range(entry, like))
			return entry;
		compared += like->key.ranges;
	}
	return NULL;
}

int
xfrm_direction_add_template(struct xfrm_direction *direction, const struct xfrm_policy_template *template)
{
	const struct entry entry = entry_of(template);
	const uint32_t hash = hash_of(direction, &entry.key);
	struct entry *same = find_same(direction, &entry, hash), *added;

	if (same) {
		same->in |= entry.in;
		same->out |= entry.out;
		return 0;
	}
	added = row_list_add(&direction->entries);
	if (!added || !hash_table_add(&direction->hash, (uint32_t)direction->entries.count - 1, hash))
		return -ENOMEM;
	*added = entry;
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
	struct sa_address *const added = row_list_add(&direction->addresses);

	if (!added)
		return -ENOMEM;
	*added = *address;
	return 0;
}

void
xfrm_direction_sort_addresses(struct xfrm_direction *direction)
{
	struct row_list *const addresses = &direction->addresses;

	if (addresses->count > 0)
		qsort(addresses->rows, addresses->count, addresses->row_size, compare_addresses);
}

static bool
is_local(const struct xfrm_direction *direction, const struct sa_address *address)
{
	const struct row_list *const addresses = &direction->addresses;

	return addresses->count > 0 &&
	       bsearch(address, addresses->rows, addresses->count, addresses->row_size, compare_addresses) != NULL;
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

/* The templates of that key which cover the SA; of those with ranges, of the first ones only. */
static void
ask(const struct xfrm_direction *direction, const struct sa *sa, const struct key *key, struct votes *votes)
{
	uint32_t number = hash_table_first(&direction->hash, hash_of(direction, key));
	const struct entry *entry;

	for (unsigned i = 0; (entry = entry_at(direction, number)) && i < MAX_RANGES_COMPARED; i++) {
		if (same_key(&entry->key, key) && prefix_covers(entry->src, entry->src_prefix_length, sa->src.octets) &&
		    prefix_covers(entry->dst, entry->dst_prefix_length, sa->said.dst.octets)) {
			votes->in |= entry->in;
			votes->out |= entry->out;
		}
		number = hash_table_next(&direction->hash, number);
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
		ask(direction, sa, &exact, &votes);
		if (direction->any_ranges)
			ask(direction, sa, &ranges, &votes);
	}
	return votes;
}

enum sa_direction
xfrm_direction_of(const struct xfrm_direction *direction, const struct sa *sa)
{
	if (direction->entries.count > 0) {
		const struct votes votes = ask_policies(direction, sa);

		if (votes.in != votes.out)
			return votes.in ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
	}
	if (is_local(direction, &sa->said.dst))
		return SA_DIRECTION_IN;
	return is_local(direction, &sa->src) ? SA_DIRECTION_OUT : SA_DIRECTION_UNKNOWN;
}
