/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KLIPS_SAID_H
#define KLIPS_SAID_H

/* The SAID at the beginning of a line of ipsec_spi text (satot.c, addrtot.c). */

#include <stdbool.h>

#include "klips_token.h"
#include "sa/sa.h"
#include "sa/sa_transform.h"

enum klips_said_style {
	KLIPS_SAID_KERNEL, /* "esp0x9a35fc02@192.0.2.1"; also SAIDs with only one spelling, such as "%trap" */
	KLIPS_SAID_MANUAL, /* "esp.9a35fc02@192.0.2.1", "esp:9a35fc02@2001:db8::1" */
};

/* The names of the SA's protocol, or NULL.  For XFRM, protocol 41 is a tunnel; KLIPS has no name for it. */
static inline const struct sa_protocol_name *
klips_protocol_name(const struct sa *sa)
{
	if (sa->dialect != SA_DIALECT_NONE && sa->said.protocol == SA_PROTOCOL_IPV6)
		return NULL;
	return sa_protocol_name(sa->said.protocol);
}

/* Whether it represents a SAID that KLIPS could not print, " (error)": only the transform shows the protocol. */
static inline bool
klips_said_is_error(const struct sa_said *said)
{
	return said->dst.type == SA_ADDRESS_NONE && said->spi == 0 && said->protocol != SA_PROTOCOL_INT;
}

/*
 * Parses a SAID and the space after it into sa->said.  sa->dialect must not be SA_DIALECT_NONE.  False: reader->wrong
 * says what is wrong at reader->at.
 */
bool klips_take_said(struct klips_reader *reader, struct sa *sa, enum klips_said_style *style);

/* name: that of its protocol; NULL: it has none. */
void klips_put_said(struct text_writer *out, const struct sa_said *said, const struct sa_protocol_name *name,
		    enum klips_said_style style);
/* The same in a line, where kernels of one dialect differ. */
void klips_put_said_in_line(struct klips_writer *writer, const struct sa *sa, enum klips_said_style style);

#endif
