/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_NAMES_H
#define IKE_NAMES_H

/* What an IKE daemon tells of its children, as labels of tunnels; in bounded steps. */

#include <stdbool.h>
#include <stddef.h>

#include "ike/ike_sas.h"
#include "tunnels/tunnels.h"

/* Where the work is; all zero at the beginning of a round. */
struct ike_names {
	size_t child, configured;
	bool expecting;
};

/* Goes on; true when all is done.  Nothing may change the lists of IKE SAs in between, or it begins anew. */
bool ike_names_step(struct ike_names *names, const struct ike_sas *sas, struct tunnels *tunnels);

#endif
