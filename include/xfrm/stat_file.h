/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef STAT_FILE_H
#define STAT_FILE_H

/* /proc/net/xfrm_stat of one network namespace, read on request, but at most once a second. */

#include "xfrm/xfrm_stat.h"

struct stat_file;

/* netns: as for netns_enter(), and must outlive it.  NULL: no memory. */
struct stat_file *stat_file_new(const char *netns);
void stat_file_free(struct stat_file *file); /* NULL is allowed */

/* If there is no such file, or no such namespace, no counter is known. */
const struct xfrm_stat *stat_file_get(struct stat_file *file);

#endif
