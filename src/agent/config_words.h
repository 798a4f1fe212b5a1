/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

/* The words of our own in the configuration file; one table of them. */

#include <stddef.h>
#include <stdint.h>

#include "serve/settings.h"

/* A value that is a plain decimal number, and the uint32_t of struct settings in which it goes. */
struct config_number {
	size_t offset;
	uint32_t least, most;
	const char *unit; /* in the plural */
};

struct config_word {
	const char *word;
	const char *help; /* what follows the word */
	/* Puts the value into the settings.  NULL, or a static text that says what is wrong with it. */
	const char *(*set)(struct settings *settings, const char *value);
	struct config_number number; /* where there is no set() */
};

extern const struct config_word config_words[];
extern const size_t config_words_count;

/* Sets one word of the table.  NULL, or what is wrong with the value, which holds until the next call. */
const char *config_word_set(struct settings *settings, const char *word, const char *value);

#endif
