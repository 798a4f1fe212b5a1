/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_ADDRESSES_H
#define HOST_ADDRESSES_H

/* Which addresses are this host's: those of its interfaces, and those that a route makes local. */

#include <stdbool.h>

#include "sa/sa_address.h"

struct host_addresses;

struct host_addresses *host_addresses_new(void); /* NULL: no memory */
void host_addresses_free(struct host_addresses *addresses);

/* Forgets all addresses, and gives back memory that was of little use. */
void host_addresses_clear(struct host_addresses *addresses);

/* Whom to ask about routes: whether one to that address is local. */
typedef bool host_addresses_route(void *data, const struct sa_address *address);
void host_addresses_ask(struct host_addresses *addresses, host_addresses_route *route, void *data);

/* An interface has it.  0, or -ENOMEM. */
int host_addresses_add(struct host_addresses *addresses, const struct sa_address *address);

/* Whether an interface has it. */
bool host_addresses_has(const struct host_addresses *addresses, const struct sa_address *address);

/* Whether it is local by a route, though no interface has it; what that depends on is asked for once. */
bool host_addresses_has_route(struct host_addresses *addresses, const struct sa_address *address);

#endif
