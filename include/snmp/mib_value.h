/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MIB_VALUE_H
#define MIB_VALUE_H

/* Our values in net-snmp's varbinds. */

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "mib/columns.h"

/* Copies the column's value in that row into the varbind. */
void mib_value_put(netsnmp_variable_list *varbind, const struct column *column, const void *row);

#endif
