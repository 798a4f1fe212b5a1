/* SPDX-License-Identifier: BSD-3-Clause */
#include "human_number.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const char *const thousands[] = {"", "k", "M", "G", "T", "P", "E"};

static void
print_scaled(char text[HUMAN_NUMBER_SIZE], double number, unsigned step, const char *const units[])
{
	unsigned unit = 0;

	while (number >= (double)step - 0.5 && unit < 6) {
		number /= (double)step;
		unit++;
	}
	snprintf(text, HUMAN_NUMBER_SIZE, "%.*f%s", unit > 0 && number < 9.95 ? 1 : 0, number, units[unit]);
}

void
human_octets(char text[HUMAN_NUMBER_SIZE], uint64_t octets)
{
	static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

	print_scaled(text, (double)octets, 1024, units);
}

void
human_count(char text[HUMAN_NUMBER_SIZE], uint64_t number)
{
	print_scaled(text, (double)number, 1000, thousands);
}

/* A rate that is low, but not zero, does not look like zero. */
void
human_rate(char text[HUMAN_NUMBER_SIZE], double number)
{
	if (number > 0 && number < 0.05)
		snprintf(text, HUMAN_NUMBER_SIZE, "0.1");
	else if (number > 0 && number < 9.95)
		snprintf(text, HUMAN_NUMBER_SIZE, "%.1f", number);
	else
		print_scaled(text, number, 1000, thousands);
}

void
human_seconds(char text[HUMAN_NUMBER_SIZE], uint64_t seconds)
{
	static const struct {
		uint64_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	size_t i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	if (i == 3)
		snprintf(text, HUMAN_NUMBER_SIZE, "%" PRIu64 "s", seconds);
	else
		snprintf(text, HUMAN_NUMBER_SIZE, "%" PRIu64 "%c%" PRIu64 "%c", seconds / units[i].seconds,
			 units[i].unit, seconds % units[i].seconds / units[i + 1].seconds, units[i + 1].unit);
}
