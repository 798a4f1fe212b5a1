/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PAGE_TEXT_H
#define PAGE_TEXT_H

/*
 * Text from elsewhere for monitoring systems that put it into lines, labels and pages as it is.  "_" stands for control characters,
 * for what begins a tag or an entity of HTML, and for the characters of also, such as those that end a label.
 */
char page_text_octet(char octet, const char *also);

#endif
