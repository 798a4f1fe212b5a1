/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SA_H
#define SA_H

/*
 * struct sa: one IPsec security association as a plain value.
 *
 * It is independent of netlink, SNMP and text; everything else in this program is a pair of functions from or to it. It
 * has a fixed size, owns no memory, may be copied with "=", and never holds key material.  All integers are in host
 * byte order.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sa/sa_address.h"

/* IP protocol numbers of SAs (IANA protocol numbers; "int" is KLIPS's own number for shunts). */
enum sa_protocol {
	SA_PROTOCOL_IPIP = 4,
	SA_PROTOCOL_IPV6 = 41,
	SA_PROTOCOL_ROUTING = 43, /* Mobile IPv6 route optimisation (XFRM) */
	SA_PROTOCOL_ESP = 50,
	SA_PROTOCOL_AH = 51,
	SA_PROTOCOL_DSTOPTS = 60, /* Mobile IPv6 home address option (XFRM) */
	SA_PROTOCOL_INT = 61,
	SA_PROTOCOL_COMP = 108,
};

/*
 * What identifies an SA (RFC 4301, section 4.1), and the index of ipsecSaTable.  The qualifier distinguishes SAs that
 * share destination, protocol and SPI: see ipsecSaQualifier in the MIB.
 */
struct sa_said {
	struct sa_address dst;
	uint8_t protocol;
	uint32_t spi;
	uint32_t qualifier;
};

enum sa_direction { SA_DIRECTION_UNKNOWN = 0, SA_DIRECTION_IN = 1, SA_DIRECTION_OUT = 2 };

enum sa_state {
	SA_STATE_UNKNOWN = 0,
	SA_STATE_LARVAL = 1, /* an SPI is reserved, but there are no keys yet */
	SA_STATE_MATURE = 2,
	SA_STATE_DYING = 3, /* a soft limit is reached */
	SA_STATE_DEAD = 4,  /* a hard limit is reached */
};

/* XFRM_MODE_* of linux/xfrm.h, plus one, so that 0 is "unknown". */
enum sa_mode {
	SA_MODE_UNKNOWN = 0,
	SA_MODE_TRANSPORT,
	SA_MODE_TUNNEL,
	SA_MODE_ROUTE_OPTIMIZATION,
	SA_MODE_IN_TRIGGER,
	SA_MODE_BEET,
	SA_MODE_IPTFS,
};

/* The spelling of the ipsec_spi text that the SA was read from; SA_DIALECT_NONE: it was not read from text. */
enum sa_dialect {
	SA_DIALECT_NONE = 0,
	SA_DIALECT_FREESWAN1, /* FreeS/WAN 1.x */
	SA_DIALECT_FREESWAN2, /* FreeS/WAN 2.x, Openswan to 2.3 */
	SA_DIALECT_OPENSWAN,  /* Openswan 2.4 and later */
	SA_DIALECT_MANUAL,    /* ipsec_spi(5) */
};

/* NAT traversal encapsulation; the values are those of UDP_ENCAP_* (linux/udp.h) where it has one. */
enum sa_nat_encap {
	SA_NAT_NONE = 0,
	SA_NAT_NONIKE = 1,  /* draft-ietf-ipsec-udp-encaps-00, non-IKE marker */
	SA_NAT_NONESP = 2,  /* RFC 3948, non-ESP marker */
	SA_NAT_UNKNOWN = 3, /* something that the source could not name */
	SA_NAT_NA = 4,	    /* the source was built without NAT traversal */
	SA_NAT_TCP = 7,	    /* RFC 8229 */
};

enum sa_offload { SA_OFFLOAD_NONE = 0, SA_OFFLOAD_CRYPTO = 1, SA_OFFLOAD_PACKET = 2 };

/* The five kinds of lifetime, in the order in which the text prints them. */
enum sa_lifetime_kind { SA_LIFE_ALLOC, SA_LIFE_BYTES, SA_LIFE_ADD, SA_LIFE_USE, SA_LIFE_PACKETS, SA_LIFE_KINDS };

/* Current value, soft limit and hard limit: connections, octets, seconds or packets; a limit of 0 is infinite. */
struct sa_lifetime {
	uint64_t current, soft, hard;
};

/*
 * What a source can report about an SA; one bit each in sa.reported, and the bits of ipsecSaReported in the MIB.  A
 * field whose attribute was not reported is zero or empty.  Only append to this list.
 */
enum sa_attribute {
	SA_ATTR_SRC,
	SA_ATTR_DIRECTION,
	SA_ATTR_STATE,
	SA_ATTR_MODE,
	SA_ATTR_ALLOC, /* the five lifetimes, in the order of enum sa_lifetime_kind */
	SA_ATTR_BYTES,
	SA_ATTR_ADD,
	SA_ATTR_USE,
	SA_ATTR_PACKETS,
	SA_ATTR_IDLE,
	SA_ATTR_ENCRYPTION,
	SA_ATTR_AUTHENTICATION,
	SA_ATTR_COMPRESSION,
	SA_ATTR_ICV_BITS,
	SA_ATTR_AUTH_KEY_BITS,
	SA_ATTR_ENCR_KEY_BITS,
	SA_ATTR_IV_BITS,
	SA_ATTR_IV,
	SA_ATTR_REPLAY_WINDOW,
	SA_ATTR_ESN,
	SA_ATTR_SEQUENCE,
	SA_ATTR_REPLAY_BITMAP,
	SA_ATTR_MAX_SEQUENCE_GAP,
	SA_ATTR_OUT_OF_ORDER_ERRORS,
	SA_ATTR_REPLAY_ERRORS,
	SA_ATTR_AUTH_ERRORS,
	SA_ATTR_SIZE_ERRORS,
	SA_ATTR_PADDING_ERRORS,
	SA_ATTR_SELECTOR,
	SA_ATTR_SELECTOR_UPPER, /* upper protocol, ports and interface of the selector */
	SA_ATTR_REQID,
	SA_ATTR_MARK,
	SA_ATTR_OUTPUT_MARK,
	SA_ATTR_IF_ID,
	SA_ATTR_FLAGS,
	SA_ATTR_EXTRA_FLAGS,
	SA_ATTR_ACQUIRE_SEQUENCE,
	SA_ATTR_NAT_ENCAP,
	SA_ATTR_NAT_PORTS,
	SA_ATTR_NAT_ORIGINAL_ADDRESS,
	SA_ATTR_NAT_KEEPALIVE,
	SA_ATTR_NAT_MAPPING_THRESHOLD,
	SA_ATTR_CARE_OF_ADDRESS,
	SA_ATTR_TFC_PADDING,
	SA_ATTR_CPU,
	SA_ATTR_OFFLOAD,
	SA_ATTR_RATIO,
	SA_ATTR_REFCOUNT,
	SA_ATTR_REF,
	SA_ATTR_REF_HIM,
	SA_ATTR_OUT_INTERFACE,
	SA_ATTR_REF_TABLE,
	SA_ATTR_JIFFIES,
	SA_ATTR_REF_USES,
	/* Not values, but how the text spelt them where kernels differ (docs/ipsec_spi-text.md). */
	SA_ATTR_SIGNED_LIFE,	   /* lifetimes of 2^63 and more were negative numbers */
	SA_ATTR_PADDED_BITMAP,	   /* the lower half of bit= had eight digits */
	SA_ATTR_PLAIN_PASSTHROUGH, /* the SAID was %passthrough, without a 4 */
	/* Values again. */
	SA_ATTR_SECURITY_CONTEXT,
	SA_ATTR_IPTFS_RECEIVING, /* drop time and reorder window */
	SA_ATTR_IPTFS_SENDING,	 /* the other settings of IP-TFS */
	/* What the agent adds to what the source reports. */
	SA_ATTR_TUNNEL,
	SA_ATTR_COUNT
};
#define SA_ATTR_BIT(attribute) (UINT64_C(1) << (attribute))

/* The inner traffic that may use an SA (KLIPS policy=, XFRM sel). */
struct sa_selector {
	struct sa_subnet src, dst;
	uint8_t protocol; /* IP protocol number, 0: any */
	uint16_t src_port, src_port_mask, dst_port, dst_port_mask;
	uint32_t interface_index; /* 0: any */
	uint32_t user;		  /* 0: any */
};

enum {
	SA_ALGORITHM_NAME_SIZE = 32, /* with the NUL; the longest in Linux has 29 octets */
	SA_COMPRESSION_NAME_SIZE = 16,
	SA_INTERFACE_NAME_SIZE = 16, /* linux/if.h, IFNAMSIZ */
	SA_IV_MAX_OCTETS = 32,
	SA_SECURITY_CONTEXT_SIZE = 128, /* with the NUL; contexts of SELinux are at most half as long today */
	SA_REF_USES = 8,		/* openswan/ipsec_sa.h, IPSEC_REFSA + 1 */
};

/*
 * A snapshot stores those of its words that are not zero, and neither SAID nor position (see sa_store.h).  In the second
 * half there is nothing if SA_ATTRS_COMMON are all that is reported.
 */
struct sa {
	uint64_t reported; /* SA_ATTR_BIT()s */
	struct sa_address src;
	uint8_t direction, state, mode, dialect; /* the enums of those names */
	bool esn;				 /* extended sequence numbers (RFC 4304) */
	uint8_t nat_encap;			 /* enum sa_nat_encap */
	uint8_t offload;			 /* enum sa_offload */

	uint16_t icv_bits;	/* length of the authenticator in the packet (KLIPS alen) */
	uint16_t auth_key_bits; /* KLIPS aklen */
	uint16_t encr_key_bits; /* KLIPS eklen: 3DES counts 192; for an AEAD without the salt */
	uint16_t iv_bits;
	uint32_t replay_window; /* packets */
	uint32_t flags;		/* KLIPS flags=, or XFRM_STATE_* (linux/xfrm.h) */
	uint32_t reqid, acquire_sequence;
	uint32_t if_id;
	uint32_t extra_flags; /* XFRM_SA_XFLAG_* */

	uint64_t idle_seconds;
	struct sa_lifetime life[SA_LIFE_KINDS];
	uint64_t sequence;	/* last sent, or highest received; 64 bits with ESN */
	uint64_t replay_bitmap; /* bit n: packet number (sequence - n) was received */
	uint32_t out_of_order_errors, replay_errors, auth_errors, size_errors;

	/* Names as the kernel spells them, NUL-terminated: "cbc(aes)" from XFRM, "AES" from KLIPS. */
	char encryption[SA_ALGORITHM_NAME_SIZE]; /* with XFRM, AEADs, too */
	char authentication[SA_ALGORITHM_NAME_SIZE];
	uint32_t mark, mark_mask;
	struct sa_selector selector;
	uint16_t nat_src_port, nat_dst_port;

	/* The second half. */
	_Alignas(uint64_t) char compression[SA_COMPRESSION_NAME_SIZE];
	uint32_t output_mark, output_mark_mask;
	uint32_t padding_errors;
	uint32_t max_sequence_gap;
	uint32_t nat_keepalive_seconds, nat_mapping_threshold_seconds;
	uint32_t tfc_padding_octets;
	uint32_t cpu;
	uint32_t offload_interface_index;
	struct sa_address nat_original, care_of;

	/* IP-TFS (RFC 9347), mode SA_MODE_IPTFS. */
	uint32_t iptfs_drop_time_us, iptfs_init_delay_us;
	uint32_t iptfs_max_queue_octets;
	uint32_t iptfs_packet_octets;  /* of the packets sent; 0: given by the path's MTU */
	uint16_t iptfs_reorder_window; /* packets */
	bool iptfs_dont_fragment;
	char security_context[SA_SECURITY_CONTEXT_SIZE]; /* of Linux security modules; NUL-terminated UTF-8 */

	uint8_t iv_octets; /* how many of iv[] are known */
	uint8_t out_transport_direct;
	uint8_t iv[SA_IV_MAX_OCTETS];
	int32_t refcount, ref, ref_him;
	uint8_t ref_uses[SA_REF_USES]; /* refcount by user, from kernels that debug it */
	char out_interface[SA_INTERFACE_NAME_SIZE];
	uint32_t tunnel_index; /* in ipsecTunnelTable, 0: none; set when it is served, not in a snapshot */
	uint64_t ratio_plain_octets, ratio_compressed_octets; /* IPComp: before and after compression */
	uint64_t ref_table, ref_entry;
	uint64_t jiffies;

	/* Last, since a snapshot has them without a store. */
	struct sa_said said;
	uint32_t position; /* in the source's own order, from 0; set by snapshot_add() */
};

enum { SA_HALF = offsetof(struct sa, compression) };

#define SA_ATTRS_COMMON                                                                                                \
	(SA_ATTR_BIT(SA_ATTR_SRC) | SA_ATTR_BIT(SA_ATTR_DIRECTION) | SA_ATTR_BIT(SA_ATTR_STATE) |                      \
	 SA_ATTR_BIT(SA_ATTR_MODE) | SA_ATTR_BIT(SA_ATTR_ALLOC) | SA_ATTR_BIT(SA_ATTR_BYTES) |                         \
	 SA_ATTR_BIT(SA_ATTR_ADD) | SA_ATTR_BIT(SA_ATTR_USE) | SA_ATTR_BIT(SA_ATTR_PACKETS) |                          \
	 SA_ATTR_BIT(SA_ATTR_IDLE) | SA_ATTR_BIT(SA_ATTR_ENCRYPTION) | SA_ATTR_BIT(SA_ATTR_AUTHENTICATION) |           \
	 SA_ATTR_BIT(SA_ATTR_ICV_BITS) | SA_ATTR_BIT(SA_ATTR_AUTH_KEY_BITS) | SA_ATTR_BIT(SA_ATTR_ENCR_KEY_BITS) |     \
	 SA_ATTR_BIT(SA_ATTR_IV_BITS) | SA_ATTR_BIT(SA_ATTR_REPLAY_WINDOW) | SA_ATTR_BIT(SA_ATTR_ESN) |                \
	 SA_ATTR_BIT(SA_ATTR_SEQUENCE) | SA_ATTR_BIT(SA_ATTR_REPLAY_BITMAP) |                                          \
	 SA_ATTR_BIT(SA_ATTR_OUT_OF_ORDER_ERRORS) | SA_ATTR_BIT(SA_ATTR_REPLAY_ERRORS) |                               \
	 SA_ATTR_BIT(SA_ATTR_AUTH_ERRORS) | SA_ATTR_BIT(SA_ATTR_SIZE_ERRORS) | SA_ATTR_BIT(SA_ATTR_SELECTOR) |         \
	 SA_ATTR_BIT(SA_ATTR_SELECTOR_UPPER) | SA_ATTR_BIT(SA_ATTR_REQID) | SA_ATTR_BIT(SA_ATTR_MARK) |                \
	 SA_ATTR_BIT(SA_ATTR_IF_ID) | SA_ATTR_BIT(SA_ATTR_FLAGS) | SA_ATTR_BIT(SA_ATTR_EXTRA_FLAGS) |                  \
	 SA_ATTR_BIT(SA_ATTR_ACQUIRE_SEQUENCE) | SA_ATTR_BIT(SA_ATTR_NAT_ENCAP) | SA_ATTR_BIT(SA_ATTR_NAT_PORTS))

/*
 * All octets zero.  If compilers knew the size, they would use "rep stos" on x86-64, which takes twice as long as the C
 * library's memset(), and a tenth of the time that an SA takes from the kernel to the snapshot.
 */
static inline void
sa_clear(struct sa *sa)
{
	size_t size = sizeof(*sa);

	__asm__("" : "+r"(size));
	memset(sa, 0, size);
}

static inline bool
sa_reports(const struct sa *sa, enum sa_attribute attribute)
{
	return (sa->reported & SA_ATTR_BIT(attribute)) != 0;
}

#endif
