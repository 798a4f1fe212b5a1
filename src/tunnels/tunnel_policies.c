/* SPDX-License-Identifier: BSD-3-Clause */
#include "tunnel_policies.h"

#include <stdlib.h>
#include <string.h>

#include "sa/sa_selector.h"

enum { NONE = HASH_TABLE_NONE };
/* Number of policies of a key whose selectors are looked at; most keys have two. */
enum { LOOKS = 256 };

struct known_policy {
	uint32_t index;		     /* the kernel's */
	bool waits;		     /* whether it waits for SAs: it is outbound, and its template has both addresses */
	struct sa_selector selector; /* from local to remote */
	uint32_t key;		     /* its place */
	uint32_t previous, next;     /* of the same key; in a vacant place, the next vacant one */
};

struct known_key {
	struct tunnel_key key;
	uint32_t first, last; /* of its policies; in a vacant place, .first is the next vacant one */
	uint32_t waiting;
};

/* --- the tunnel of a policy -------------------------------------------------------------------- */

static bool
is_whole(const struct sa_address *address, uint8_t prefix_length)
{
	return prefix_length == 8 * sa_address_octets(address->type) && !sa_address_is_unspecified(address);
}

/* The first template of ESP or AH; NULL: there is none. */
static const struct policy_template *
template_of(const struct policy *policy)
{
	for (unsigned i = 0; i < policy->template_count; i++) {
		if (policy->templates[i].protocol == SA_PROTOCOL_ESP || policy->templates[i].protocol == SA_PROTOCOL_AH)
			return &policy->templates[i];
	}
	return NULL;
}

bool
tunnel_policy_key(const struct policy *policy, struct tunnel_key *key)
{
	const bool goes_out = policy_sa_direction(policy) == SA_DIRECTION_OUT;
	const struct policy_template *const template = template_of(policy);

	if (policy->action != POLICY_ALLOW || !template || !is_whole(&template->src, template->src_prefix_length) ||
	    !is_whole(&template->dst, template->dst_prefix_length))
		return false;
	tunnel_key_make(key, goes_out ? &template->src : &template->dst, goes_out ? &template->dst : &template->src,
			template->reqid, policy->if_id);
	return true;
}

/* --- places ------------------------------------------------------------------------------------ */

void
tunnel_policies_init(struct tunnel_policies *policies)
{
	*policies = (struct tunnel_policies){.policies = {.row_size = sizeof(struct known_policy)},
					     .keys = {.row_size = sizeof(struct known_key)},
					     .vacant_policy = NONE,
					     .vacant_key = NONE};
	hash_table_init(&policies->by_index);
	hash_table_init(&policies->by_key);
}

void
tunnel_policies_free(struct tunnel_policies *policies)
{
	row_list_free(&policies->policies);
	row_list_free(&policies->keys);
	hash_table_free(&policies->by_index);
	hash_table_free(&policies->by_key);
}

static struct known_policy *
policy_at(const struct tunnel_policies *policies, uint32_t number)
{
	return row_list_at(&policies->policies, number);
}

static struct known_key *
key_at(const struct tunnel_policies *policies, uint32_t number)
{
	return row_list_at(&policies->keys, number);
}

static uint32_t
find_policy(const struct tunnel_policies *policies, uint32_t index)
{
	uint32_t number =
		hash_table_first(&policies->by_index, hash_table_hash(&policies->by_index, &index, sizeof(index)));

	while (number != NONE && policy_at(policies, number)->index != index)
		number = hash_table_next(&policies->by_index, number);
	return number;
}

static uint32_t
find_key(const struct tunnel_policies *policies, const struct tunnel_key *key)
{
	uint32_t number = hash_table_first(&policies->by_key, hash_table_hash(&policies->by_key, key, sizeof(*key)));

	while (number != NONE && memcmp(&key_at(policies, number)->key, key, sizeof(*key)) != 0)
		number = hash_table_next(&policies->by_key, number);
	return number;
}

/* NONE: no memory. */
static uint32_t
new_key(struct tunnel_policies *policies, const struct tunnel_key *key)
{
	const bool is_vacant = policies->vacant_key != NONE;
	const uint32_t number = is_vacant ? policies->vacant_key : (uint32_t)policies->keys.count;
	struct known_key *const known = is_vacant ? key_at(policies, number) : row_list_add(&policies->keys);

	if (!known)
		return NONE;
	if (!hash_table_add(&policies->by_key, number, hash_table_hash(&policies->by_key, key, sizeof(*key)))) {
		policies->keys.count -= !is_vacant;
		return NONE;
	}
	if (is_vacant)
		policies->vacant_key = known->first;
	*known = (struct known_key){.key = *key, .first = NONE, .last = NONE};
	return number;
}

static void
drop_key_if_empty(struct tunnel_policies *policies, uint32_t number)
{
	struct known_key *const known = key_at(policies, number);

	if (known->first != NONE)
		return;
	hash_table_remove(&policies->by_key, number);
	known->first = policies->vacant_key;
	policies->vacant_key = number;
}

/* --- policies that come and go ----------------------------------------------------------------- */

static void
link_policy(struct tunnel_policies *policies, uint32_t number, uint32_t key)
{
	struct known_policy *const policy = policy_at(policies, number);
	struct known_key *const known = key_at(policies, key);

	policy->key = key;
	policy->next = NONE;
	policy->previous = known->last;
	*(known->last != NONE ? &policy_at(policies, known->last)->next : &known->first) = number;
	known->last = number;
	known->waiting += policy->waits;
}

void
tunnel_policies_add(struct tunnel_policies *policies, const struct policy *policy, const struct tunnel_key *key)
{
	const struct policy_template *const template = template_of(policy);
	const bool goes_out = policy_sa_direction(policy) == SA_DIRECTION_OUT;
	const bool is_vacant = policies->vacant_policy != NONE;
	const uint32_t number = is_vacant ? policies->vacant_policy : (uint32_t)policies->policies.count;
	struct known_policy *const known = is_vacant ? policy_at(policies, number) : row_list_add(&policies->policies);
	uint32_t place;

	if (!known)
		return;
	place = find_key(policies, key);
	if (place == NONE)
		place = new_key(policies, key);
	if (place == NONE ||
	    !hash_table_add(&policies->by_index, number,
			    hash_table_hash(&policies->by_index, &policy->index, sizeof(policy->index)))) {
		policies->policies.count -= !is_vacant;
		if (place != NONE)
			drop_key_if_empty(policies, place);
		return;
	}
	if (is_vacant)
		policies->vacant_policy = known->next;
	memset(known, 0, sizeof(*known));
	known->index = policy->index;
	known->waits = goes_out && template && template->own_ends;
	known->selector = goes_out ? policy->selector : sa_selector_reversed(&policy->selector);
	link_policy(policies, number, place);
}

void
tunnel_policies_remove(struct tunnel_policies *policies, uint32_t index)
{
	const uint32_t number = find_policy(policies, index);
	struct known_policy *policy;
	struct known_key *key;

	if (number == NONE)
		return;
	policy = policy_at(policies, number);
	key = key_at(policies, policy->key);
	*(policy->previous != NONE ? &policy_at(policies, policy->previous)->next : &key->first) = policy->next;
	*(policy->next != NONE ? &policy_at(policies, policy->next)->previous : &key->last) = policy->previous;
	key->waiting -= policy->waits;
	drop_key_if_empty(policies, policy->key);
	hash_table_remove(&policies->by_index, number);
	policy->next = policies->vacant_policy;
	policies->vacant_policy = number;
}

uint32_t
tunnel_policies_waiting(const struct tunnel_policies *policies, const struct tunnel_key *key)
{
	const uint32_t number = find_key(policies, key);

	return number == NONE ? 0 : key_at(policies, number)->waiting;
}

/* --- traffic of a tunnel ----------------------------------------------------------------------- */

static void
collect(struct tunnel_selectors *selectors, const struct sa_selector *selector)
{
	for (size_t i = 0; i < selectors->count; i++) {
		if (memcmp(&selectors->all[i], selector, sizeof(*selector)) == 0)
			return;
	}
	if (selectors->count < TUNNEL_SELECTORS_MOST)
		selectors->all[selectors->count++] = *selector;
	else
		selectors->more = true;
}

void
tunnel_policies_collect(const struct tunnel_policies *policies, const struct tunnel_key *key,
			struct tunnel_selectors *selectors)
{
	const uint32_t place = find_key(policies, key);
	uint32_t number = place == NONE ? NONE : key_at(policies, place)->first;

	for (unsigned looks = 0; number != NONE && looks < LOOKS && !selectors->more; looks++) {
		const struct known_policy *const policy = policy_at(policies, number);

		collect(selectors, &policy->selector);
		number = policy->next;
	}
	selectors->more = selectors->more || number != NONE;
}

static int
compare_selectors(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct sa_selector));
}

void
tunnel_selectors_print(struct tunnel_selectors *selectors, char text[TUNNEL_SELECTORS_SIZE])
{
	static const char rest[] = ", ...";
	struct text_writer writer = {text, TUNNEL_SELECTORS_SIZE, 0};

	qsort(selectors->all, selectors->count, sizeof(selectors->all[0]), compare_selectors);
	for (size_t i = 0; i < selectors->count; i++) {
		const bool is_last = i + 1 == selectors->count && !selectors->more;
		const size_t room = writer.size - 1 - writer.used - (is_last ? 0 : strlen(rest));
		char item[SA_SELECTOR_TEXT_SIZE + 3];
		struct text_writer one = {item, sizeof(item), 0};

		text_put_string(&one, i > 0 ? ", " : "");
		sa_selector_put(&one, &selectors->all[i], " <> ");
		if (one.used > room) {
			selectors->more = true;
			break;
		}
		text_put(&writer, item, one.used);
	}
	if (selectors->more)
		text_put_string(&writer, rest);
	text_end(&writer);
}
