/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_addresses.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash_table.h"
#include "base/row_list.h"

/* Above this number, memory is freed if a quarter of it would do. */
enum { KEPT_ROOM = 64 };

struct entry {
	struct sa_address address;
	bool of_interface, by_route;
};

struct host_addresses {
	struct row_list list; /* of struct entry */
	struct hash_table hash;
	host_addresses_route *route; /* NULL: not known */
	void *data;
};

struct host_addresses *
host_addresses_new(void)
{
	struct host_addresses *const addresses = calloc(1, sizeof(*addresses));

	if (!addresses)
		return NULL;
	addresses->list.row_size = sizeof(struct entry);
	hash_table_init(&addresses->hash);
	return addresses;
}

void
host_addresses_free(struct host_addresses *addresses)
{
	if (!addresses)
		return;
	row_list_free(&addresses->list);
	hash_table_free(&addresses->hash);
	free(addresses);
}

void
host_addresses_clear(struct host_addresses *addresses)
{
	struct row_list *const list = &addresses->list;

	if (list->room > KEPT_ROOM && list->count < list->room / 4) {
		row_list_free(list);
		hash_table_free(&addresses->hash);
	}
	list->count = 0;
	hash_table_clear(&addresses->hash);
}

void
host_addresses_ask(struct host_addresses *addresses, host_addresses_route *route, void *data)
{
	addresses->route = route;
	addresses->data = data;
}

static struct entry *
find(const struct host_addresses *addresses, const struct sa_address *address)
{
	uint32_t number =
		hash_table_first(&addresses->hash, hash_table_hash(&addresses->hash, address, sizeof(*address)));
	struct entry *entry;

	for (; number != HASH_TABLE_NONE; number = hash_table_next(&addresses->hash, number)) {
		entry = row_list_at(&addresses->list, number);
		if (sa_address_equal(&entry->address, address))
			return entry;
	}
	return NULL;
}

static struct entry *
add(struct host_addresses *addresses, const struct sa_address *address)
{
	const uint32_t hash = hash_table_hash(&addresses->hash, address, sizeof(*address));
	struct entry *const entry = row_list_add(&addresses->list);

	if (!entry)
		return NULL;
	if (!hash_table_add(&addresses->hash, (uint32_t)addresses->list.count - 1, hash)) {
		addresses->list.count--;
		return NULL;
	}
	*entry = (struct entry){.address = *address};
	return entry;
}

int
host_addresses_add(struct host_addresses *addresses, const struct sa_address *address)
{
	struct entry *entry = find(addresses, address);

	if (!entry)
		entry = add(addresses, address);
	if (!entry)
		return -ENOMEM;
	entry->of_interface = true;
	return 0;
}

struct host_address
host_addresses_find(const struct host_addresses *addresses, const struct sa_address *address)
{
	const struct entry *const entry = find(addresses, address);

	return entry ? (struct host_address){true, entry->of_interface, entry->by_route} : (struct host_address){false};
}

/* The kernel takes an unspecified address for its own. */
bool
host_addresses_has_route(struct host_addresses *addresses, const struct sa_address *address)
{
	struct entry *entry = find(addresses, address);
	bool by_route;

	if (entry)
		return entry->by_route;
	if (!addresses->route || sa_address_is_unspecified(address))
		return false;
	by_route = addresses->route(addresses->data, address);
	entry = add(addresses, address);
	if (entry)
		entry->by_route = by_route;
	return by_route;
}
