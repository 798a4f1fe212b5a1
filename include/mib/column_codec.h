/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COLUMN_CODEC_H
#define COLUMN_CODEC_H

/* How fields of the usual kinds are read and written, in any table. */

#include "mib/columns.h"

extern const struct column_codec column_number_codec;	     /* unsigned of 1, 2, 4 or 8 octets; Integer32 in 4 */
extern const struct column_codec column_any_number_codec;    /* the same, also without a label: from a later version */
extern const struct column_codec column_decimal_codec;	     /* uint64_t as digits */
extern const struct column_codec column_truth_codec;	     /* bool */
extern const struct column_codec column_word_codec;	     /* char[], NUL-terminated, printable, without blanks */
extern const struct column_codec column_text_codec;	     /* char[], NUL-terminated, printable UTF-8 */
extern const struct column_codec column_any_text_codec;	     /* char[], NUL-terminated; invalid input is made valid */
extern const struct column_codec column_octets_codec;	     /* uint8_t[], the whole array; empty if it is not known */
extern const struct column_codec column_bitmap_codec;	     /* uint64_t as eight octets, the most significant first */
extern const struct column_codec column_date_codec;	     /* int64_t, seconds since 1970 */
extern const struct column_codec column_date_ms_codec;	     /* int64_t, milliseconds since 1970; SNMP has hundredths of
							     * seconds */
extern const struct column_codec column_address_codec;	     /* struct sa_address, without its type */
extern const struct column_codec column_address_type_codec;  /* its type, which the address sets */
extern const struct column_codec column_address_text_codec;  /* the address as text, which the address sets, too */
extern const struct column_codec column_mask_codec;	     /* struct sa_subnet: its mask */
extern const struct column_codec column_prefix_length_codec; /* struct sa_subnet: its mask as a length */
extern const struct column_codec column_said_codec; /* struct sa_said as text, which the index, or other columns, set */

/* For the codecs of values that are derived from other fields. */
const char *column_set_nothing(const struct column *column, void *row, const struct column_value *value);

/* Whether other columns, or the index, contain the same: a row is complete without it. */
bool column_is_derived(const struct column *column);

#endif
