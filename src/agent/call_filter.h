/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CALL_FILTER_H
#define CALL_FILTER_H

#include <stdbool.h>

/*
 * Limits the process to the calls that a running daemon needs, and those that the C library uses instead on other
 * processors.  Calls that would help an attacker, such as for another program, process or view of the system, end it at
 * once by SIGSYS; all others fail with ENOSYS, as with an older kernel.  enters_namespaces: setns() is needed.  False:
 * there is no such filter.
 */
bool call_filter_install(bool enters_namespaces);

#endif
