/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CALL_FILTER_H
#define CALL_FILTER_H

#include <stdbool.h>

/*
 * From now on the process may call what a daemon needs that has started: what it was found to need, and what the C library takes in its
 * place on other processors.  What would be of use to whoever took it over, such as another program, process or view of the system,
 * ends it at once by SIGSYS; anything else fails with ENOSYS, as it would with an older kernel.  enters_namespaces: setns() is
 * needed.  False: there is no such filter.
 */
bool call_filter_install(bool enters_namespaces);

#endif
