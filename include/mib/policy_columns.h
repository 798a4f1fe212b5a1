/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef POLICY_COLUMNS_H
#define POLICY_COLUMNS_H

/* A policy as it is served: a row of ipsecPolicyTable, and its columns. */

#include "mib/columns.h"
#include "sa/policy.h"
#include "sa/sa_selector.h"

enum { POLICY_TEMPLATES_TEXT_SIZE = 256 }; /* SnmpAdminString has at most 255 octets; and a NUL */
#define POLICY_NEVER_USED UINT32_MAX

struct policy_row {
	struct policy policy; /* when mib2text rebuilds it, without its times, and with its first template only */
	char selector_text[SA_SELECTOR_TEXT_SIZE];	 /* "10.1.0.0/16 > 10.2.0.0/16" */
	char templates_text[POLICY_TEMPLATES_TEXT_SIZE]; /* "esp tunnel 192.0.2.1 > 198.51.100.1 reqid 5, ..." */
	uint32_t age_seconds, idle_seconds;		 /* since it was added, and last used; or POLICY_NEVER_USED */
	uint32_t tunnel_index;				 /* 0: none */
};

extern const struct column_table policy_table;

/* The labels of its enumerations. */
const char *policy_direction_label(uint8_t direction);
const char *policy_action_label(uint8_t action);

/* now_seconds: the wall clock, since 1970. */
void policy_row_make(struct policy_row *row, const struct policy *policy, int64_t now_seconds, uint32_t tunnel_index);

#endif
