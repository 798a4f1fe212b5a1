/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_TRANSFORM_H
#define SA_TRANSFORM_H

/*
 * The names of protocols, in one table, and the names of transforms, which consist of these and of the names in
 * algorithm.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/text_writer.h"
#include "sa/sa.h"

struct sa_protocol_name {
	uint8_t protocol;      /* enum sa_protocol */
	const char *said;      /* in a SAID: "esp" */
	const char *transform; /* in a transform's name: "ESP" */
};

/* If two protocols have the same name, the name alone means the first. */
extern const struct sa_protocol_name sa_protocol_names[];
extern const size_t sa_protocol_names_count;

/* The beginning of a transform's name if its protocol has none (ipsec_xform.h of KLIPS). */
#define SA_TRANSFORM_UNKNOWN "UNKNOWN_proto"

/* The table's row, or NULL. */
const struct sa_protocol_name *sa_protocol_name(uint8_t protocol);

/*
 * Prints the name of the SA's transform, from its protocol and algorithms: "ESP_AES_HMAC_SHA1".  Returns the length,
 * which is below SA_TRANSFORM_TEXT_SIZE.
 */
enum { SA_TRANSFORM_TEXT_SIZE = 96 };
size_t sa_transform_print(const struct sa *sa, char text[SA_TRANSFORM_TEXT_SIZE]);

/* The part after the protocol's name: "_AES_HMAC_SHA1". */
void sa_transform_put_algorithms(struct text_writer *writer, const struct sa *sa);

#endif
