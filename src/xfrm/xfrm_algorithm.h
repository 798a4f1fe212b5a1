/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_ALGORITHM_H
#define XFRM_ALGORITHM_H

/*
 * XFRMA_ALG_* (linux/xfrm.h): the names and lengths of an SA's algorithms.  Nothing behind the head of an
 * algorithm is looked at, since that is where the key is.
 */

#include "xfrm_reading.h"

xfrm_reader xfrm_read_alg_aead;
xfrm_reader xfrm_read_alg_auth;	      /* XFRMA_ALG_AUTH, which kernels send beside the next for programs that know
				   no other */
xfrm_reader xfrm_read_alg_auth_trunc; /* XFRMA_ALG_AUTH_TRUNC */
xfrm_reader xfrm_read_alg_comp;
xfrm_reader xfrm_read_alg_crypt;

#endif
