/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

/* Our own directives in the configuration file, in one table. */

#include <stddef.h>
#include <stdint.h>

#include "serve/settings.h"

/* A value that is a plain decimal number, and the uint32_t of struct settings for it. */
struct config_number {
	size_t offset;
	uint32_t least, most;
	const char *unit; /* in the plural */
};

struct config_word {
	const char *word;
	const char *help; /* what follows the directive */
	/* Stores the value in the settings.  NULL, or a static text that says what is wrong with it. */
	const char *(*set)(struct settings *settings, const char *value);
	struct config_number number; /* if there is no set() */
};

extern const struct config_word config_words[];
extern const size_t config_words_count;

/* Applies one directive of the table.  NULL, or what is wrong with the value, valid until the next call. */
const char *config_word_set(struct settings *settings, const char *word, const char *value);

#endif
