/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FIELD_H
#define FIELD_H

/* Unsigned integers of 1, 2, 4 or 8 octets in a struct, for tables that contain the offset and size of each field. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
field_load(const void *at, size_t size)
{
	uint8_t one;
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	switch (size) {
	case sizeof(one):
		memcpy(&one, at, sizeof(one));
		return one;
	case sizeof(two):
		memcpy(&two, at, sizeof(two));
		return two;
	case sizeof(four):
		memcpy(&four, at, sizeof(four));
		return four;
	default:
		memcpy(&eight, at, sizeof(eight));
		return eight;
	}
}

/* Stores as many of the number's low octets as the field has. */
static inline void
field_store(void *at, size_t size, uint64_t number)
{
	const uint8_t one = (uint8_t)number;
	const uint16_t two = (uint16_t)number;
	const uint32_t four = (uint32_t)number;

	switch (size) {
	case sizeof(one):
		memcpy(at, &one, sizeof(one));
		break;
	case sizeof(two):
		memcpy(at, &two, sizeof(two));
		break;
	case sizeof(four):
		memcpy(at, &four, sizeof(four));
		break;
	default:
		memcpy(at, &number, sizeof(number));
		break;
	}
}

#endif
