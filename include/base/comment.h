/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COMMENT_H
#define COMMENT_H

/*
 * Removes a comment, and the blanks before it, from a line of words.  As in net-snmp's copy_nword(3), a "#" begins a
 * comment where a word could begin; inside a word or quotes ("..." or '...') it is an ordinary character.
 */
void comment_cut(char *line);

#endif
