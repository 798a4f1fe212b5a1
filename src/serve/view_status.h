/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef VIEW_STATUS_H
#define VIEW_STATUS_H

#include "mib/agent_status.h"
#include "serve/view.h"

/* The state of the agent, and of the view's source, as of now. */
void view_status(const struct view *view, struct agent_status *status);

#endif
