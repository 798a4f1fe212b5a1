/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PAGE_TEXT_H
#define PAGE_TEXT_H

/*
 * Text from elsewhere for monitoring systems that put it into lines, labels and pages unchanged.  "_" replaces control
 * characters, characters that begin a tag or an entity of HTML, and the characters of also, such as those that end a
 * label.
 */
char page_text_octet(char octet, const char *also);

#endif
