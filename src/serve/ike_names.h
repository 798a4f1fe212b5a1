/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IKE_NAMES_H
#define IKE_NAMES_H

/* Labels tunnels by the children that an IKE daemon reports; in bounded steps. */

#include <stdbool.h>
#include <stddef.h>

#include "ike/ike_sas.h"
#include "tunnels/tunnels.h"

/* The progress of the work; all zero at the beginning of a round. */
struct ike_names {
	size_t child, configured;
	bool expecting;
};

/* Continues; true when all is done.  Nothing may change the lists of IKE SAs in between, or it must start again. */
bool ike_names_step(struct ike_names *names, const struct ike_sas *sas, struct tunnels *tunnels);

#endif
