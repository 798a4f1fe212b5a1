/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_TRANSFORM_H
#define KLIPS_TRANSFORM_H

/* The transform that follows the SAID (ipsec_xform.h). */

#include <stdbool.h>

#include "klips_token.h"
#include "sa/sa.h"

/*
 * Parses a transform and the ":" after it.  It must match sa->said.protocol, which is set here if the SAID is "
 * (error)".  sa->dialect must not be SA_DIALECT_NONE.  False: reader->wrong says what is wrong at reader->at.
 */
bool klips_take_transform(struct klips_reader *reader, struct sa *sa);

void klips_put_transform(struct klips_writer *writer, const struct sa *sa);

#endif
