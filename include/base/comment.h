/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef COMMENT_H
#define COMMENT_H

/*
 * Cuts a comment off a line of words, and the blanks at its end.  As in net-snmp's copy_nword(3), a "#" begins one where
 * it begins a word; in a word, and in quotes ("..." or '...'), it stands for itself.
 */
void comment_cut(char *line);

#endif
