/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_PARTS_H
#define MIB_PARTS_H

#include <stdbool.h>

#include "base/error_line.h"
#include "serve/settings.h"
#include "serve/view.h"

/*
 * Registers the parts of IPSEC-SPI-MIB with net-snmp's agent, those of each view in its context, below the settings' root.
 * Views and settings must outlive the agent.  False: error[ERROR_LINE_SIZE] says which could not be.
 */
bool mib_register(struct views *views, const struct settings *settings, char error[ERROR_LINE_SIZE]);

#endif
