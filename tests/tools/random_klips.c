/* SPDX-License-Identifier: BSD-3-Clause */
/* random_klips COUNT [SEED]: so many lines of ipsec_spi text, the same ones for the same seed. */
#include <stdio.h>
#include <stdlib.h>

#include "kernel_klips.h"
#include "random_values.h"

int
main(int argc, char **argv)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	struct sa sa;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: random_klips COUNT [SEED]\n");
		return 2;
	}
	random_seed(argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
	for (unsigned long left = strtoul(argv[1], NULL, 10); left > 0; left--) {
		kernel_klips_line(line, &sa);
		fputs(line, stdout);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
