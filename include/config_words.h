/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

/* The words of our own in the configuration file; one table of them. */

#include <stddef.h>

#include "options.h"

struct config_word {
	const char *word;
	const char *help; /* what follows the word */
	/* Puts the value into the settings.  NULL, or a static text that says what is wrong with it. */
	const char *(*set)(struct settings *settings, const char *value);
};

extern const struct config_word config_words[];
extern const size_t config_words_count;

/* Sets one word of the table, which must be there. */
const char *config_word_set(struct settings *settings, const char *word, const char *value);

#endif
