/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_PARTS_H
#define MIB_PARTS_H

#include <stdbool.h>

#include "base/error_line.h"
#include "serve/settings.h"
#include "serve/view.h"

struct agentx_link;

/*
 * Registers the parts of IPSEC-SPI-MIB with net-snmp's agent, those of each view in its context, below the settings'
 * root, and has the link (NULL: there is no master) claim them.  Views and settings must outlive the agent.  False:
 * error[ERROR_LINE_SIZE] says which part failed.
 */
bool mib_register(struct views *views, const struct settings *settings, struct agentx_link *link,
		  char error[ERROR_LINE_SIZE]);

#endif
