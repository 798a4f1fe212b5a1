/* SPDX-License-Identifier: BSD-3-Clause */
#include "random_values.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t random_state = 1;
static const uint8_t *random_at, *random_end; /* what is left of a fuzzer's input */

void
random_seed(uint64_t seed)
{
	random_state = seed;
	random_at = random_end = NULL;
}

void
random_from(const uint8_t *octets, size_t length)
{
	random_seed(1);
	random_at = octets;
	random_end = length > 0 ? octets + length : octets;
}

bool
random_input_left(void)
{
	return random_at != random_end;
}

static uint64_t
take(unsigned octets)
{
	uint64_t number = 0;

	while (octets-- > 0 && random_input_left())
		number = number << 8 | *random_at++;
	return number;
}

/* splitmix64 */
uint64_t
random_any64(void)
{
	uint64_t z = random_state += UINT64_C(0x9e3779b97f4a7c15);

	if (random_input_left())
		return take(sizeof(z));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned
random_below(unsigned limit)
{
	if (random_input_left() && limit <= 256)
		return (unsigned)take(1) % limit;
	return (unsigned)(random_any64() % limit);
}

bool
once_in(unsigned n)
{
	return random_below(n) == 0;
}

uint64_t
random64(void)
{
	static const uint64_t extremes[] = {
		0,
		1,
		2,
		INT32_MAX,
		UINT64_C(1) << 31,
		UINT32_MAX,
		UINT64_C(1) << 32,
		INT64_MAX,
		UINT64_C(1) << 63,
		UINT64_MAX,
	};

	return once_in(2) ? extremes[random_below(COUNT(extremes))] : random_any64() >> random_below(64);
}

uint32_t
random32(void)
{
	static const uint32_t extremes[] = {0, 1, 2, INT32_MAX, UINT32_C(1) << 31, UINT32_MAX};

	if (once_in(2))
		return extremes[random_below(COUNT(extremes))];
	return (uint32_t)(random_any64() >> (32 + random_below(32)));
}

uint16_t
random16(void)
{
	static const uint16_t extremes[] = {0, 1, 4500, INT16_MAX, UINT16_C(1) << 15, UINT16_MAX};

	return once_in(2) ? extremes[random_below(COUNT(extremes))] : (uint16_t)random_any64();
}

struct sa_address
random_address(uint8_t type)
{
	struct sa_address address = {.type = type};
	const unsigned kind = random_below(8);

	for (unsigned i = 0; i < sa_address_octets(type); i++) {
		if (kind > 0 && (kind < 4 || once_in(2)))
			address.octets[i] = (uint8_t)(kind == 1 ? 0xff : random_any64());
		if (type == SA_ADDRESS_IPV6 && once_in(3))
			address.octets[i & ~1u] = address.octets[i | 1u] = 0;
	}
	if (type == SA_ADDRESS_IPV6 && once_in(16)) { /* IPv4-mapped, which is never printed like that */
		memset(address.octets, 0, 10);
		memset(address.octets + 10, 0xff, 2);
	}
	return address;
}
