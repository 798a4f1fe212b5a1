/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_PARTS_H
#define MIB_PARTS_H

/* The parts of IPSEC-SPI-MIB, each registered with net-snmp's agent below a root. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdbool.h>
#include <stddef.h>

#include "events/event_log.h"
#include "census/reader.h"
#include "xfrm/stat_file.h"
#include "serve/tunnel_watch.h"

struct settings;
struct view;
struct views;

/*
 * Registers the MIB of each view in its context, below the settings' root.  Views and settings must outlive the agent.
 * False: error[256] says which could not be.
 */
bool mib_register(struct views *views, const struct settings *settings, char error[256]);

/* --- for mib_parts.c: the parts, of which each must be outlived by what it shows ------------------ */

struct mib_place {
	const unsigned long *root; /* of the whole MIB */
	size_t root_length;
	const char *context; /* SNMP context; "" is the default one */
};

/*
 * A registration of that suffix below the root, in the place's context, for GET and GETNEXT; the caller gives it to
 * net-snmp.  NULL: no memory.
 */
netsnmp_handler_registration *mib_registration(const struct mib_place *place, const char *name,
					       Netsnmp_Node_Handler *handler, const oid *suffix, size_t suffix_length);

/* False: no memory, or net-snmp refused; it has logged why. */
bool mib_scalars_register(const struct mib_place *place, struct view *view);
bool mib_sa_table_register(const struct mib_place *place, const struct reader *reader);
bool mib_tunnel_table_register(const struct mib_place *place, struct tunnel_watch *watch);
bool mib_event_table_register(const struct mib_place *place, struct event_log *log);
bool mib_stat_register(const struct mib_place *place, struct stat_file *file);

#endif
