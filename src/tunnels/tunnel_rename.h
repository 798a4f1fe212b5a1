/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TUNNEL_RENAME_H
#define TUNNEL_RENAME_H

/*
 * Names for tunnels, at the start and again while they live.  A name that stays has the row that it had; a path goes
 * to the row of the first name that matches; a new name takes over a row of which all is meant.  Nothing that was
 * counted is lost: a row that loses its last path to another is added to that.
 */

#include "tunnel_place.h"

/* Takes over the names.  False, and *names is left alone: no memory. */
bool tunnel_rename(struct tunnel_places *places, struct tunnel_names *names);

#endif
