/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_REPLAY_H
#define XFRM_REPLAY_H

/* XFRMA_REPLAY_VAL and XFRMA_REPLAY_ESN_VAL (linux/xfrm.h): sequence numbers, and which packets were
 * received. */

#include "xfrm_reading.h"

xfrm_reader xfrm_read_replay;
xfrm_reader xfrm_read_replay_esn; /* contains the replay window, too, for which the other attributes have no room above
				   * 255 packets */

#endif
