/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_TEXT_H
#define IKE_TEXT_H

/* IKE SAs as a table of text for people, see text_table.h. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "ike/ike_sa.h"

void ike_text_print(FILE *out, const struct ike_sa *sas, size_t count, bool human);

#endif
