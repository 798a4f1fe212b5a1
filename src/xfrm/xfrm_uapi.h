/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_UAPI_H
#define XFRM_UAPI_H

/*
 * linux/xfrm.h, and additions of newer kernels' include/uapi/linux/xfrm.h to that of Linux 6.1, with the same numbers.
 */

#include <linux/xfrm.h>

enum {
	XFRM_UAPI_MODE_IPTFS = 5, /* XFRM_MODE_IPTFS, Linux 6.14 */

	/* enum xfrm_attr_type_t */
	XFRM_UAPI_SA_DIR = 33,		       /* XFRMA_SA_DIR, Linux 6.10 */
	XFRM_UAPI_NAT_KEEPALIVE_INTERVAL = 34, /* XFRMA_NAT_KEEPALIVE_INTERVAL, Linux 6.11 */
	XFRM_UAPI_SA_PCPU = 35,		       /* XFRMA_SA_PCPU, Linux 6.13 */
	XFRM_UAPI_IPTFS_DROP_TIME = 36,	       /* XFRMA_IPTFS_*, Linux 6.14 */
	XFRM_UAPI_IPTFS_REORDER_WINDOW = 37,
	XFRM_UAPI_IPTFS_DONT_FRAG = 38,
	XFRM_UAPI_IPTFS_INIT_DELAY = 39,
	XFRM_UAPI_IPTFS_MAX_QSIZE = 40,
	XFRM_UAPI_IPTFS_PKT_SIZE = 41,

	/* enum xfrm_sa_dir */
	XFRM_UAPI_SA_DIR_IN = 1,
	XFRM_UAPI_SA_DIR_OUT = 2,

	XFRM_UAPI_OFFLOAD_PACKET = 4, /* XFRM_OFFLOAD_PACKET, Linux 6.2 */

	/* net/xfrm.h: TCP_ENCAP_ESPINTCP of linux/udp.h, RFC 8229 */
	XFRM_UAPI_ENCAP_TCP = 7,
};

#endif
