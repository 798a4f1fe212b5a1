/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COLUMN_SYNTAX_H
#define COLUMN_SYNTAX_H

/* The SYNTAX clauses that several tables use; enumerations of a single table are in its file. */

#include "mib/columns.h"

/* Numbers. */
extern const struct column_syntax syntax_integer32, syntax_unsigned32, syntax_gauge32, syntax_counter32,
	syntax_counter64, syntax_gauge64, syntax_prefix_length, syntax_port_number;
/* Octets. */
extern const struct column_syntax syntax_octet_string, syntax_admin_string, syntax_decimal, syntax_address, syntax_date;
/* Enumerations. */
extern const struct column_syntax syntax_truth_value, syntax_address_type, syntax_direction, syntax_dialect,
	syntax_sa_mode, syntax_sa_state;

#endif
