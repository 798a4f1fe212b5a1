/* SPDX-License-Identifier: BSD-3-Clause */

/*
 *   xstate_switches processes|threads ROUNDS
 *
 * Two processes, or two threads of one, play ball: each fills its vector registers with a pattern of its own and then, so many
 * times and touching none of them, gives the ball to the other and waits for it to come back.  On one processor that takes
 * a switch to the other.  Then each compares its registers with the pattern: SSE's half, and AVX's where there is one.
 * Prints a line for each, and returns 1 if a register was another.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REGISTERS = 16, SSE_OCTETS = 16, AVX_OCTETS = 32 };

struct player {
	unsigned number;
	int in, out; /* the ends of two pipes */
	unsigned long rounds;
	uint8_t pattern[REGISTERS][AVX_OCTETS], found[REGISTERS][AVX_OCTETS];
	bool won;
};

#ifdef __x86_64__

#define ALL(of) of(0) of(1) of(2) of(3) of(4) of(5) of(6) of(7) of(8) of(9) of(10) of(11) of(12) of(13) of(14) of(15)
#define FILL_SSE(n) "movdqu 32*" #n "(%[pattern]), %%xmm" #n "\n\t"
#define FIND_SSE(n) "movdqu %%xmm" #n ", 32*" #n "(%[found])\n\t"
#define FILL_AVX(n) "vmovdqu 32*" #n "(%[pattern]), %%ymm" #n "\n\t"
#define FIND_AVX(n) "vmovdqu %%ymm" #n ", 32*" #n "(%[found])\n\t"
#define CLOBBERED(n) "xmm" #n,

/* write() and read() of one octet: system calls 1 and 0. */
#define PLAY(fill, find)                                                                                               \
	__asm__ volatile(ALL(fill) "1:\n\t"                                                                            \
				   "mov $1, %%eax\n\t"                                                                 \
				   "mov %[out], %%edi\n\t"                                                             \
				   "mov %[ball], %%rsi\n\t"                                                            \
				   "mov $1, %%edx\n\t"                                                                 \
				   "syscall\n\t"                                                                       \
				   "cmp $1, %%rax\n\t"                                                                 \
				   "jne 2f\n\t"                                                                        \
				   "xor %%eax, %%eax\n\t"                                                              \
				   "mov %[in], %%edi\n\t"                                                              \
				   "syscall\n\t"                                                                       \
				   "cmp $1, %%rax\n\t"                                                                 \
				   "jne 2f\n\t"                                                                        \
				   "dec %[left]\n\t"                                                                   \
				   "jnz 1b\n"                                                                          \
				   "2:\n\t" ALL(find)                                                                  \
			 : [left] "+r"(left)                                                                           \
			 : [pattern] "r"(player->pattern), [found] "r"(player->found), [ball] "r"(&ball),              \
			   [in] "r"(player->in), [out] "r"(player->out)                                                \
			 : ALL(CLOBBERED) "rax", "rcx", "rdx", "rsi", "rdi", "r11", "cc", "memory")

static bool
has_avx(void)
{
	return __builtin_cpu_supports("avx");
}

/* Whether all rounds were played.  There is one ball, which the first has. */
static bool
play(struct player *player)
{
	unsigned long left = player->rounds;
	char ball = 0;

	if (player->number == 2 && read(player->in, &ball, 1) != 1)
		return false;
	if (has_avx())
		PLAY(FILL_AVX, FIND_AVX);
	else
		PLAY(FILL_SSE, FIND_SSE);
	return left == 0 && (player->number == 2 || write(player->out, &ball, 1) == 1);
}

#else

static bool
has_avx(void)
{
	return false;
}

static bool
play(struct player *player)
{
	fprintf(stderr, "xstate_switches: %lu rounds need an x86-64\n", player->rounds);
	return false;
}

#endif

static unsigned
differences(const struct player *player, size_t from, size_t to)
{
	unsigned registers = 0;

	for (size_t n = 0; n < REGISTERS; n++)
		registers += memcmp(player->pattern[n] + from, player->found[n] + from, to - from) != 0;
	return registers;
}

static void *
run(void *data)
{
	struct player *player = data;
	struct rusage usage;
	unsigned sse, avx;
	bool played;

	for (unsigned n = 0; n < REGISTERS; n++)
		for (unsigned octet = 0; octet < AVX_OCTETS; octet++)
			player->pattern[n][octet] = (uint8_t)(n * 37 + octet * 5 + player->number * 101);
	played = play(player);
	sse = differences(player, 0, SSE_OCTETS);
	avx = has_avx() ? differences(player, SSE_OCTETS, AVX_OCTETS) : 0;
	getrusage(RUSAGE_THREAD, &usage);
	printf("%ld switches; registers that differ: %u in the half of SSE, %u in that of AVX%s\n",
	       usage.ru_nvcsw + usage.ru_nivcsw, sse, avx, has_avx() ? "" : ", which is not there");
	player->won = played && sse == 0 && avx == 0;
	return NULL;
}

static bool
play_in_threads(struct player *one, struct player *two)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, two) != 0)
		return false;
	run(one);
	pthread_join(thread, NULL);
	return one->won && two->won;
}

static bool
play_in_processes(struct player *one, struct player *two)
{
	const pid_t child = fork();
	int status;

	if (child < 0)
		return false;
	run(child == 0 ? two : one);
	fflush(stdout);
	if (child == 0)
		_exit(two->won ? 0 : 1);
	return waitpid(child, &status, 0) == child && status == 0 && one->won;
}

int
main(int argc, char **argv)
{
	static struct player one = {.number = 1}, two = {.number = 2};
	int there[2], back[2];

	one.rounds = two.rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	if (one.rounds == 0 || pipe(there) < 0 || pipe(back) < 0)
		return 2;
	one.in = back[0];
	one.out = there[1];
	two.in = there[0];
	two.out = back[1];
	return (strcmp(argv[1], "threads") == 0 ? play_in_threads(&one, &two) : play_in_processes(&one, &two)) ? 0 : 1;
}
