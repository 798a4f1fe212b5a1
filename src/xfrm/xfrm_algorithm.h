/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_ALGORITHM_H
#define XFRM_ALGORITHM_H

/*
 * XFRMA_ALG_* (linux/xfrm.h): the names and lengths of an SA's algorithms.  Nothing after the header of an algorithm is
 * read, since the key is there.
 */

#include "xfrm_reading.h"

xfrm_reader xfrm_read_alg_aead;
xfrm_reader xfrm_read_alg_auth;	      /* XFRMA_ALG_AUTH, which kernels send in addition to the next one, for older
				       * programs */
xfrm_reader xfrm_read_alg_auth_trunc; /* XFRMA_ALG_AUTH_TRUNC */
xfrm_reader xfrm_read_alg_comp;
xfrm_reader xfrm_read_alg_crypt;

#endif
