/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KERNEL_KLIPS_H
#define KERNEL_KLIPS_H

/*
 * Random SAs, printed as the KLIPS kernels printed theirs: field by field, with printf() and the exact conversions of
 * ipsec_proc.c, satot.c, addrtot.c and subnettoa.c, and without this program's own formatter.  Half of the values are
 * extremes; random_seed() (random_values.h) begins another series.
 */

#include <stddef.h>
#include <stdint.h>

#include "klips/klips_text.h"
#include "sa/sa.h"

/* Makes a line, with its "\n", and the corresponding struct sa.  Returns the line's length. */
size_t kernel_klips_line(char line[KLIPS_TEXT_LINE_SIZE], struct sa *meant);

#endif
