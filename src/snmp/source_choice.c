/* SPDX-License-Identifier: BSD-3-Clause */
#include "source_choice.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/socket.h>

enum { ADDRESS_WORDS = 4, PROGRAM_SIZE = 32 }; /* maximum, in words of 32 bits */

/* Where a packet has its source address, and how many words it has. */
struct place {
	uint32_t offset;
	unsigned words;
};

static const struct place in_ipv4 = {12, 1}, in_ipv6 = {8, 4}; /* RFC 791, 3.1; RFC 8200, 3 */

struct program {
	struct sock_filter code[PROGRAM_SIZE];
	unsigned short length;
};

static void
append(struct program *program, uint16_t code, uint32_t operand)
{
	program->code[program->length++] = (struct sock_filter){.code = code, .k = operand};
}

static void
append_load(struct program *program, const struct place *place, unsigned word)
{
	append(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_NET_OFF + place->offset + 4 * word);
}

/*
 * Leaves the choice in A: the last bits of the address, combined with all others in an unpredictable way: each word is
 * multiplied by an odd secret number; the sum is mixed once more, by Knuth's multiplier (2^32 divided by the golden
 * ratio, a prime near it), so that it is spread whatever the secret is.
 */
static void
append_choice(struct program *program, const struct place *place, const uint32_t secret[ADDRESS_WORDS])
{
	const unsigned last = place->words - 1;

	append(program, BPF_LDX | BPF_IMM, 0);
	for (unsigned word = 0; word < place->words; word++) {
		append_load(program, place, word);
		if (word == last)
			append(program, BPF_ALU | BPF_AND | BPF_K, ~(uint32_t)(SOURCE_CHOICES - 1));
		append(program, BPF_ALU | BPF_MUL | BPF_K, secret[word] | 1);
		append(program, BPF_ALU | BPF_ADD | BPF_X, 0);
		append(program, BPF_MISC | BPF_TAX, 0);
	}
	append(program, BPF_ALU | BPF_RSH | BPF_K, 15);
	append(program, BPF_ALU | BPF_XOR | BPF_X, 0);
	append(program, BPF_ALU | BPF_MUL | BPF_K, 0x9e3779b1);
	append(program, BPF_ALU | BPF_RSH | BPF_K, 32 - SOURCE_CHOICE_BITS);
	append(program, BPF_MISC | BPF_TAX, 0);
	append_load(program, place, last);
	append(program, BPF_ALU | BPF_XOR | BPF_X, 0);
	append(program, BPF_ALU | BPF_AND | BPF_K, SOURCE_CHOICES - 1);
}

static bool
attach(int fd, int option, const struct program *program)
{
	struct program own = *program;
	const struct sock_fprog whole = {.len = own.length, .filter = own.code};

	return setsockopt(fd, SOL_SOCKET, option, &whole, sizeof(whole)) == 0;
}

/*
 * The kernel gives each socket of an address a copy of a broadcast, without a choice; so each socket ignores what would
 * not be chosen for it.
 */
static bool
take_own_alone(int fd, const struct program *choice, uint32_t own)
{
	struct program filter = *choice;

	append(&filter, BPF_JMP | BPF_JEQ | BPF_K, own);
	filter.code[filter.length - 1].jf = 1;
	append(&filter, BPF_RET | BPF_K, UINT32_MAX);
	append(&filter, BPF_RET | BPF_K, 0);
	return attach(fd, SO_ATTACH_FILTER, &filter);
}

bool
source_choice_attach(const int sockets[SOURCE_CHOICES], int family)
{
	uint32_t secret[ADDRESS_WORDS];
	struct program choice = {.length = 0}, whole;
	bool done = getrandom(secret, sizeof(secret), 0) == (ssize_t)sizeof(secret);

	if (!done)
		return false;
	append_choice(&choice, family == AF_INET6 ? &in_ipv6 : &in_ipv4, secret);
	whole = choice;
	append(&whole, BPF_RET | BPF_A, 0);
	done = attach(sockets[0], SO_ATTACH_REUSEPORT_CBPF, &whole);
	for (uint32_t i = 0; done && i < SOURCE_CHOICES; i++)
		done = take_own_alone(sockets[i], &choice, i);
	return done;
}
