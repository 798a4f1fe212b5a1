/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_ADDRESSES_H
#define HOST_ADDRESSES_H

/* The addresses of this host: those of its interfaces, and those that a route makes local. */

#include <stdbool.h>

#include "sa/sa_address.h"

struct host_addresses;

struct host_addresses *host_addresses_new(void); /* NULL: no memory */
void host_addresses_free(struct host_addresses *addresses);

/* Forgets all addresses, and frees memory that was hardly used. */
void host_addresses_clear(struct host_addresses *addresses);

/* Sets the function that finds out whether the route to an address is local. */
typedef bool host_addresses_route(void *data, const struct sa_address *address);
void host_addresses_ask(struct host_addresses *addresses, host_addresses_route *route, void *data);

/* Adds an address of an interface.  0, or -ENOMEM. */
int host_addresses_add(struct host_addresses *addresses, const struct sa_address *address);

/* What is known of an address without asking anybody. */
struct host_address {
	bool is_known; /* else it is no interface's, and nobody was asked for its route */
	bool of_interface;
	bool by_route; /* local by a route, though no interface has it */
};
struct host_address host_addresses_find(const struct host_addresses *addresses, const struct sa_address *address);

/* Whether it is local by a route but not an interface's; each address is queried at most once. */
bool host_addresses_has_route(struct host_addresses *addresses, const struct sa_address *address);

#endif
