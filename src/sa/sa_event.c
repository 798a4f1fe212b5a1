/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_event.h"

/* IPSEC_PROTO_ANY is from linux/ipsec.h. */
bool
sa_event_flushes(uint8_t flushed_protocol, uint8_t protocol)
{
	enum { IPSEC_PROTO_ANY = 255 };

	if (flushed_protocol == IPSEC_PROTO_ANY)
		return protocol == SA_PROTOCOL_ESP || protocol == SA_PROTOCOL_AH || protocol == SA_PROTOCOL_COMP;
	return flushed_protocol == 0 || flushed_protocol == protocol;
}
