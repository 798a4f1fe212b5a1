/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_NAME_H
#define KLIPS_NAME_H

/* What a line of ipsec_spi text begins with: the SAID and the transform (satot.c, ipsec_xform.h). */

#include <stdbool.h>

#include "klips_token.h"
#include "sa/sa.h"

enum klips_said_kind {
	KLIPS_SAID_KERNEL,	/* "0x" before the SPI, or a shunt, which has one spelling only */
	KLIPS_SAID_MANUAL,	/* "." or ":" before it */
	KLIPS_SAID_UNPRINTABLE, /* " (error)": no address, and a protocol that only the transform tells */
};

/* Takes a SAID and the space behind it into sa->said.  False: reader->wrong says what is wrong at reader->at. */
bool klips_take_said(struct klips_reader *reader, struct sa *sa, enum klips_said_kind *kind);

/*
 * Takes a transform and the ":" behind it.  It must be of sa->said.protocol, which is set here where kind is
 * KLIPS_SAID_UNPRINTABLE.  sa->dialect must not be SA_DIALECT_NONE.  False: as above.
 */
bool klips_take_transform(struct klips_reader *reader, struct sa *sa, enum klips_said_kind kind);

void klips_put_said(struct klips_writer *writer, const struct sa *sa, enum sa_said_style style);
void klips_put_transform(struct klips_writer *writer, const struct sa *sa);

#endif
