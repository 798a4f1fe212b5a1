/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef XFRM_STAT_H
#define XFRM_STAT_H

/* The kernel's own counters of packets that XFRM dropped, /proc/net/xfrm_stat (net/xfrm/xfrm_proc.c): pure. */

#include <stddef.h>
#include <stdint.h>

/* The kernel's names after "Xfrm"; number n is the object n + 1 of ipsecStat. */
/* clang-format off */
#define XFRM_STATS(EACH) \
	EACH(InError) EACH(InBufferError) EACH(InHdrError) EACH(InNoStates) EACH(InStateProtoError) \
	EACH(InStateModeError) EACH(InStateSeqError) EACH(InStateExpired) EACH(InStateMismatch) \
	EACH(InStateInvalid) EACH(InTmplMismatch) EACH(InNoPols) EACH(InPolBlock) EACH(InPolError) \
	EACH(OutError) EACH(OutBundleGenError) EACH(OutBundleCheckError) EACH(OutNoStates) \
	EACH(OutStateProtoError) EACH(OutStateModeError) EACH(OutStateSeqError) EACH(OutStateExpired) \
	EACH(OutPolBlock) EACH(OutPolDead) EACH(OutPolError) EACH(FwdHdrError) EACH(OutStateInvalid) \
	EACH(AcquireError) EACH(OutStateDirError) EACH(InStateDirError) EACH(InIptfsError) \
	EACH(OutNoQueueSpace)
/* clang-format on */

enum xfrm_stat_number {
#define XFRM_STAT_NUMBER(name) XFRM_STAT_##name,
	XFRM_STATS(XFRM_STAT_NUMBER)
#undef XFRM_STAT_NUMBER
		XFRM_STAT_COUNTERS
};

struct xfrm_stat {
	uint64_t known; /* bits 1 << enum xfrm_stat_number: a kernel may lack some */
	uint64_t counters[XFRM_STAT_COUNTERS];
	uint32_t others; /* counters without a name here */
};

/* Parses the whole text of the file.  A line that is not a name and a number is skipped. */
void xfrm_stat_read(struct xfrm_stat *stat, const char *text, size_t length);

#endif
