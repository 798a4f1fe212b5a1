/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HUMAN_NUMBER_H
#define HUMAN_NUMBER_H

/* Numbers for people: at most four digits and a unit, without a blank. */

#include <stdint.h>

enum { HUMAN_NUMBER_SIZE = 32 };

void human_octets(char text[HUMAN_NUMBER_SIZE], uint64_t octets);   /* "1023", "1.0KiB", "10MiB" */
void human_count(char text[HUMAN_NUMBER_SIZE], uint64_t number);    /* "999", "1.0k", "12M" */
void human_rate(char text[HUMAN_NUMBER_SIZE], double number);	    /* "0", "0.5", "12", "1.2k"; not negative */
void human_seconds(char text[HUMAN_NUMBER_SIZE], uint64_t seconds); /* the two largest units: "3d4h", "12m3s", "3s" */

#endif
