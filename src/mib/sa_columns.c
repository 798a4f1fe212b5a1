/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/sa_columns.h"

#include <string.h>

#include "klips/klips_text.h"
#include "mib/column_codec.h"
#include "mib/column_syntax.h"
#include "sa/sa_transform.h"

/* --- enumerations ------------------------------------------------------------------------------ */

static const struct column_label nat_encap_labels[] = {{SA_NAT_NONE, "none"},
						       {SA_NAT_NONIKE, "nonIke"},
						       {SA_NAT_NONESP, "nonEsp"},
						       {SA_NAT_UNKNOWN, "unknown"},
						       {SA_NAT_NA, "notBuiltIn"},
						       {SA_NAT_TCP, "tcp"},
						       {0, NULL}};

static const struct column_label offload_labels[] = {
	{SA_OFFLOAD_NONE, "none"}, {SA_OFFLOAD_CRYPTO, "crypto"}, {SA_OFFLOAD_PACKET, "packet"}, {0, NULL}};

/* clang-format off */
static const struct column_label attribute_labels[] = {
	{SA_ATTR_SRC, "source"},
	{SA_ATTR_DIRECTION, "direction"},
	{SA_ATTR_STATE, "state"},
	{SA_ATTR_MODE, "mode"},
	{SA_ATTR_ALLOC, "alloc"},
	{SA_ATTR_BYTES, "bytes"},
	{SA_ATTR_ADD, "addTime"},
	{SA_ATTR_USE, "useTime"},
	{SA_ATTR_PACKETS, "packets"},
	{SA_ATTR_IDLE, "idle"},
	{SA_ATTR_ENCRYPTION, "encryption"},
	{SA_ATTR_AUTHENTICATION, "authentication"},
	{SA_ATTR_COMPRESSION, "compression"},
	{SA_ATTR_ICV_BITS, "authenticatorBits"},
	{SA_ATTR_AUTH_KEY_BITS, "authKeyBits"},
	{SA_ATTR_ENCR_KEY_BITS, "encrKeyBits"},
	{SA_ATTR_IV_BITS, "ivBits"},
	{SA_ATTR_IV, "iv"},
	{SA_ATTR_REPLAY_WINDOW, "replayWindow"},
	{SA_ATTR_ESN, "extendedSequence"},
	{SA_ATTR_SEQUENCE, "sequence"},
	{SA_ATTR_REPLAY_BITMAP, "replayBitmap"},
	{SA_ATTR_MAX_SEQUENCE_GAP, "maxSequenceGap"},
	{SA_ATTR_OUT_OF_ORDER_ERRORS, "outOfOrderErrors"},
	{SA_ATTR_REPLAY_ERRORS, "replayErrors"},
	{SA_ATTR_AUTH_ERRORS, "authErrors"},
	{SA_ATTR_SIZE_ERRORS, "sizeErrors"},
	{SA_ATTR_PADDING_ERRORS, "paddingErrors"},
	{SA_ATTR_SELECTOR, "selector"},
	{SA_ATTR_SELECTOR_UPPER, "selectorUpper"},
	{SA_ATTR_REQID, "reqid"},
	{SA_ATTR_MARK, "mark"},
	{SA_ATTR_OUTPUT_MARK, "outputMark"},
	{SA_ATTR_IF_ID, "ifId"},
	{SA_ATTR_FLAGS, "flags"},
	{SA_ATTR_EXTRA_FLAGS, "extraFlags"},
	{SA_ATTR_ACQUIRE_SEQUENCE, "acquireSequence"},
	{SA_ATTR_NAT_ENCAP, "natEncap"},
	{SA_ATTR_NAT_PORTS, "natPorts"},
	{SA_ATTR_NAT_ORIGINAL_ADDRESS, "natOriginalAddress"},
	{SA_ATTR_NAT_KEEPALIVE, "natKeepalive"},
	{SA_ATTR_NAT_MAPPING_THRESHOLD, "natMappingThreshold"},
	{SA_ATTR_CARE_OF_ADDRESS, "careOfAddress"},
	{SA_ATTR_TFC_PADDING, "tfcPadding"},
	{SA_ATTR_CPU, "cpu"},
	{SA_ATTR_OFFLOAD, "offload"},
	{SA_ATTR_RATIO, "ratio"},
	{SA_ATTR_REFCOUNT, "refCount"},
	{SA_ATTR_REF, "ref"},
	{SA_ATTR_REF_HIM, "refHim"},
	{SA_ATTR_OUT_INTERFACE, "outInterface"},
	{SA_ATTR_REF_TABLE, "refTable"},
	{SA_ATTR_JIFFIES, "jiffies"},
	{SA_ATTR_REF_USES, "refUses"},
	{SA_ATTR_SIGNED_LIFE, "signedLifetimes"},
	{SA_ATTR_PADDED_BITMAP, "paddedBitmap"},
	{SA_ATTR_PLAIN_PASSTHROUGH, "plainPassthrough"},
	{SA_ATTR_SECURITY_CONTEXT, "securityContext"},
	{SA_ATTR_IPTFS_RECEIVING, "iptfsReceiving"},
	{SA_ATTR_IPTFS_SENDING, "iptfsSending"},
	{SA_ATTR_TUNNEL, "tunnelIndex"},
	{0, NULL},
};
/* clang-format on */

/* clang-format off */
static const struct column_syntax nat_encap_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, nat_encap_labels};
static const struct column_syntax offload_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, offload_labels};
static const struct column_syntax attribute_bits = {"BITS", COLUMN_OCTETS, COLUMN_FORMAT_BITS, attribute_labels};
/* clang-format on */

/* --- codecs ------------------------------------------------------------------------------------ */

static void
get_iv(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	(void)column;
	value->octets = sa->iv;
	value->length = sa->iv_octets;
}

static const char *
set_iv(const struct column *column, void *row, const struct column_value *value)
{
	struct sa *const sa = row;

	(void)column;
	if (value->length > sizeof(sa->iv))
		return "is too long";
	memset(sa->iv, 0, sizeof(sa->iv));
	sa->iv_octets = (uint8_t)value->length;
	if (value->length > 0)
		memcpy(sa->iv, value->octets, value->length);
	return NULL;
}

static size_t
iv_octets(const struct column *column, const void *row)
{
	(void)column;
	return ((const struct sa *)row)->iv_bits / 8u;
}

static const struct column_codec iv_codec = {get_iv, set_iv, iv_octets};

/* SMIv2 BITS: bit 0 is the most significant one of the first octet (RFC 2578, section 7.1.4). */
enum { REPORTED_OCTETS = (SA_ATTR_COUNT + 7) / 8 };

static void
get_reported(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	(void)column;
	memset(value->scratch, 0, REPORTED_OCTETS);
	for (unsigned bit = 0; bit < SA_ATTR_COUNT; bit++) {
		if (sa->reported & SA_ATTR_BIT(bit))
			value->scratch[bit / 8] |= (uint8_t)(0x80u >> (bit % 8));
	}
	value->octets = value->scratch;
	value->length = REPORTED_OCTETS;
}

/* Bits of a later agent, for which this program has no name, are dropped. */
static const char *
set_reported(const struct column *column, void *row, const struct column_value *value)
{
	struct sa *const sa = row;

	(void)column;
	sa->reported = 0;
	for (unsigned bit = 0; bit < SA_ATTR_COUNT && bit / 8 < value->length; bit++) {
		if (value->octets[bit / 8] & (0x80u >> (bit % 8)))
			sa->reported |= SA_ATTR_BIT(bit);
	}
	return NULL;
}

static const struct column_codec reported_codec = {get_reported, set_reported, NULL};

/* --- codecs of what is derived from other fields ----------------------------------------------- */

static void
get_transform(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	(void)column;
	value->octets = value->scratch;
	value->length = sa_transform_print(sa, (char *)value->scratch);
}

static const struct column_codec transform_codec = {get_transform, column_set_nothing, NULL};

_Static_assert(sizeof(((struct column_value *)0)->scratch) >= SA_TRANSFORM_TEXT_SIZE, "scratch holds a transform");
_Static_assert(sizeof(((struct column_value *)0)->scratch) >= KLIPS_SAID_TEXT_SIZE, "scratch holds a SAID");
_Static_assert(SA_ATTR_COUNT <= 64, "sa.reported holds every attribute");
_Static_assert(offsetof(struct sa, reported) == 0, "columns find what is known at the row's beginning");

/* --- the table --------------------------------------------------------------------------------- */

#define FIELD(member) COLUMN_FIELD(struct sa, member)
#define DERIVED(member) offsetof(struct sa, member), 0

/* A lifetime's three columns. */
#define LIFETIME(name, kind, attribute, current_syntax, unit)                                                            \
	{"ipsecSa" name "Current", &current_syntax, &column_number_codec, unit, attribute, FIELD(life[kind].current)},   \
		{"ipsecSa" name "Soft", &syntax_gauge64, &column_number_codec, unit, attribute, FIELD(life[kind].soft)}, \
	{                                                                                                                \
		"ipsecSa" name "Hard", &syntax_gauge64, &column_number_codec, unit, attribute, FIELD(life[kind].hard)    \
	}

/* clang-format off */
static const struct column columns[] = {
	/* The index. */
	{"ipsecSaDstAddressType", &syntax_address_type, &column_address_type_codec, NULL, COLUMN_ALWAYS, FIELD(said.dst)},
	{"ipsecSaDstAddress", &syntax_address, &column_address_codec, NULL, COLUMN_ALWAYS, FIELD(said.dst)},
	{"ipsecSaProtocol", &syntax_unsigned32, &column_number_codec, NULL, COLUMN_ALWAYS, FIELD(said.protocol)},
	{"ipsecSaSpi", &syntax_unsigned32, &column_number_codec, NULL, COLUMN_ALWAYS, FIELD(said.spi)},
	{"ipsecSaQualifier", &syntax_unsigned32, &column_number_codec, NULL, COLUMN_ALWAYS, FIELD(said.qualifier)},

	/* Identity. */
	{"ipsecSaSaid", &syntax_admin_string, &column_said_codec, NULL, COLUMN_ALWAYS, DERIVED(said)},
	{"ipsecSaTransform", &syntax_admin_string, &transform_codec, NULL, COLUMN_ALWAYS, 0, 0},
	{"ipsecSaDirection", &syntax_direction, &column_number_codec, NULL, SA_ATTR_DIRECTION, FIELD(direction)},
	{"ipsecSaState", &syntax_sa_state, &column_number_codec, NULL, SA_ATTR_STATE, FIELD(state)},
	{"ipsecSaMode", &syntax_sa_mode, &column_number_codec, NULL, SA_ATTR_MODE, FIELD(mode)},
	{"ipsecSaSrcAddressType", &syntax_address_type, &column_address_type_codec, NULL, SA_ATTR_SRC, FIELD(src)},
	{"ipsecSaSrcAddress", &syntax_address, &column_address_codec, NULL, SA_ATTR_SRC, FIELD(src)},

	/* Lifetimes, in the order of life(c,s,h), but with the most requested ones first. */
	LIFETIME("Bytes", SA_LIFE_BYTES, SA_ATTR_BYTES, syntax_counter64, "octets"),
	LIFETIME("Packets", SA_LIFE_PACKETS, SA_ATTR_PACKETS, syntax_counter64, "packets"),
	LIFETIME("AddTime", SA_LIFE_ADD, SA_ATTR_ADD, syntax_gauge64, "seconds"),
	LIFETIME("UseTime", SA_LIFE_USE, SA_ATTR_USE, syntax_gauge64, "seconds"),
	LIFETIME("Alloc", SA_LIFE_ALLOC, SA_ATTR_ALLOC, syntax_gauge64, "connections"),
	{"ipsecSaIdle", &syntax_gauge64, &column_number_codec, "seconds", SA_ATTR_IDLE, FIELD(idle_seconds)},

	/* Errors. */
	{"ipsecSaOutOfOrderErrors", &syntax_counter32, &column_number_codec, "packets", SA_ATTR_OUT_OF_ORDER_ERRORS, FIELD(out_of_order_errors)},
	{"ipsecSaReplayErrors", &syntax_counter32, &column_number_codec, "packets", SA_ATTR_REPLAY_ERRORS, FIELD(replay_errors)},
	{"ipsecSaAuthErrors", &syntax_counter32, &column_number_codec, "packets", SA_ATTR_AUTH_ERRORS, FIELD(auth_errors)},
	{"ipsecSaPaddingErrors", &syntax_counter32, &column_number_codec, "packets", SA_ATTR_PADDING_ERRORS, FIELD(padding_errors)},
	{"ipsecSaSizeErrors", &syntax_counter32, &column_number_codec, "packets", SA_ATTR_SIZE_ERRORS, FIELD(size_errors)},

	/* Replay protection. */
	{"ipsecSaReplayWindow", &syntax_unsigned32, &column_number_codec, "packets", SA_ATTR_REPLAY_WINDOW, FIELD(replay_window)},
	{"ipsecSaExtendedSequence", &syntax_truth_value, &column_truth_codec, NULL, SA_ATTR_ESN, FIELD(esn)},
	{"ipsecSaSequence", &syntax_gauge64, &column_number_codec, NULL, SA_ATTR_SEQUENCE, FIELD(sequence)},
	{"ipsecSaReplayBitmap", &syntax_octet_string, &column_bitmap_codec, NULL, SA_ATTR_REPLAY_BITMAP, FIELD(replay_bitmap)},
	{"ipsecSaMaxSequenceGap", &syntax_unsigned32, &column_number_codec, "packets", SA_ATTR_MAX_SEQUENCE_GAP, FIELD(max_sequence_gap)},

	/* Algorithms and lengths; never keys. */
	{"ipsecSaEncryption", &syntax_admin_string, &column_word_codec, NULL, SA_ATTR_ENCRYPTION, FIELD(encryption)},
	{"ipsecSaAuthentication", &syntax_admin_string, &column_word_codec, NULL, SA_ATTR_AUTHENTICATION, FIELD(authentication)},
	{"ipsecSaCompression", &syntax_admin_string, &column_word_codec, NULL, SA_ATTR_COMPRESSION, FIELD(compression)},
	{"ipsecSaAuthenticatorBits", &syntax_unsigned32, &column_number_codec, "bits", SA_ATTR_ICV_BITS, FIELD(icv_bits)},
	{"ipsecSaAuthKeyBits", &syntax_unsigned32, &column_number_codec, "bits", SA_ATTR_AUTH_KEY_BITS, FIELD(auth_key_bits)},
	{"ipsecSaEncrKeyBits", &syntax_unsigned32, &column_number_codec, "bits", SA_ATTR_ENCR_KEY_BITS, FIELD(encr_key_bits)},
	{"ipsecSaIvBits", &syntax_unsigned32, &column_number_codec, "bits", SA_ATTR_IV_BITS, FIELD(iv_bits)},
	{"ipsecSaIv", &syntax_octet_string, &iv_codec, NULL, SA_ATTR_IV, FIELD(iv)},

	/* The inner traffic that may use it. */
	{"ipsecSaSelSrcAddressType", &syntax_address_type, &column_address_type_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src.address)},
	{"ipsecSaSelSrcAddress", &syntax_address, &column_address_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src.address)},
	{"ipsecSaSelSrcPrefixLength", &syntax_prefix_length, &column_prefix_length_codec, "bits", SA_ATTR_SELECTOR, FIELD(selector.src)},
	{"ipsecSaSelSrcMask", &syntax_octet_string, &column_mask_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src)},
	{"ipsecSaSelDstAddressType", &syntax_address_type, &column_address_type_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst.address)},
	{"ipsecSaSelDstAddress", &syntax_address, &column_address_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst.address)},
	{"ipsecSaSelDstPrefixLength", &syntax_prefix_length, &column_prefix_length_codec, "bits", SA_ATTR_SELECTOR, FIELD(selector.dst)},
	{"ipsecSaSelDstMask", &syntax_octet_string, &column_mask_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst)},
	{"ipsecSaSelProtocol", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.protocol)},
	{"ipsecSaSelSrcPort", &syntax_port_number, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.src_port)},
	{"ipsecSaSelSrcPortMask", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.src_port_mask)},
	{"ipsecSaSelDstPort", &syntax_port_number, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.dst_port)},
	{"ipsecSaSelDstPortMask", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.dst_port_mask)},
	{"ipsecSaSelInterface", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.interface_index)},

	/* Relations to policies and interfaces. */
	{"ipsecSaReqid", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_REQID, FIELD(reqid)},
	{"ipsecSaIfId", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_IF_ID, FIELD(if_id)},
	{"ipsecSaMark", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_MARK, FIELD(mark)},
	{"ipsecSaMarkMask", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_MARK, FIELD(mark_mask)},
	{"ipsecSaOutputMark", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_OUTPUT_MARK, FIELD(output_mark)},
	{"ipsecSaOutputMarkMask", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_OUTPUT_MARK, FIELD(output_mark_mask)},
	{"ipsecSaFlags", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_FLAGS, FIELD(flags)},
	{"ipsecSaExtraFlags", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_EXTRA_FLAGS, FIELD(extra_flags)},
	{"ipsecSaAcquireSequence", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_ACQUIRE_SEQUENCE, FIELD(acquire_sequence)},
	{"ipsecSaCpu", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_CPU, FIELD(cpu)},

	/* NAT traversal, padding, offload, Mobile IPv6. */
	{"ipsecSaNatEncap", &nat_encap_enum, &column_number_codec, NULL, SA_ATTR_NAT_ENCAP, FIELD(nat_encap)},
	{"ipsecSaNatSrcPort", &syntax_port_number, &column_number_codec, NULL, SA_ATTR_NAT_PORTS, FIELD(nat_src_port)},
	{"ipsecSaNatDstPort", &syntax_port_number, &column_number_codec, NULL, SA_ATTR_NAT_PORTS, FIELD(nat_dst_port)},
	{"ipsecSaNatOriginalAddressType", &syntax_address_type, &column_address_type_codec, NULL, SA_ATTR_NAT_ORIGINAL_ADDRESS, FIELD(nat_original)},
	{"ipsecSaNatOriginalAddress", &syntax_address, &column_address_codec, NULL, SA_ATTR_NAT_ORIGINAL_ADDRESS, FIELD(nat_original)},
	{"ipsecSaNatKeepalive", &syntax_unsigned32, &column_number_codec, "seconds", SA_ATTR_NAT_KEEPALIVE, FIELD(nat_keepalive_seconds)},
	{"ipsecSaNatMappingThreshold", &syntax_unsigned32, &column_number_codec, "seconds", SA_ATTR_NAT_MAPPING_THRESHOLD, FIELD(nat_mapping_threshold_seconds)},
	{"ipsecSaTfcPadding", &syntax_unsigned32, &column_number_codec, "octets", SA_ATTR_TFC_PADDING, FIELD(tfc_padding_octets)},
	{"ipsecSaOffload", &offload_enum, &column_number_codec, NULL, SA_ATTR_OFFLOAD, FIELD(offload)},
	{"ipsecSaOffloadInterface", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_OFFLOAD, FIELD(offload_interface_index)},
	{"ipsecSaCareOfAddressType", &syntax_address_type, &column_address_type_codec, NULL, SA_ATTR_CARE_OF_ADDRESS, FIELD(care_of)},
	{"ipsecSaCareOfAddress", &syntax_address, &column_address_codec, NULL, SA_ATTR_CARE_OF_ADDRESS, FIELD(care_of)},

	/* Only from KLIPS. */
	{"ipsecSaRatioPlain", &syntax_counter64, &column_number_codec, "octets", SA_ATTR_RATIO, FIELD(ratio_plain_octets)},
	{"ipsecSaRatioCompressed", &syntax_counter64, &column_number_codec, "octets", SA_ATTR_RATIO, FIELD(ratio_compressed_octets)},
	{"ipsecSaRefCount", &syntax_integer32, &column_number_codec, NULL, SA_ATTR_REFCOUNT, FIELD(refcount)},
	{"ipsecSaRef", &syntax_integer32, &column_number_codec, NULL, SA_ATTR_REF, FIELD(ref)},
	{"ipsecSaRefHim", &syntax_integer32, &column_number_codec, NULL, SA_ATTR_REF_HIM, FIELD(ref_him)},
	{"ipsecSaRefTable", &syntax_gauge64, &column_number_codec, NULL, SA_ATTR_REF_TABLE, FIELD(ref_table)},
	{"ipsecSaRefEntry", &syntax_gauge64, &column_number_codec, NULL, SA_ATTR_REF_TABLE, FIELD(ref_entry)},
	{"ipsecSaOutInterface", &syntax_admin_string, &column_word_codec, NULL, SA_ATTR_OUT_INTERFACE, FIELD(out_interface)},
	{"ipsecSaOutTransportDirect", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_OUT_INTERFACE, FIELD(out_transport_direct)},
	{"ipsecSaJiffies", &syntax_gauge64, &column_number_codec, NULL, SA_ATTR_JIFFIES, FIELD(jiffies)},

	/* About the report itself. */
	{"ipsecSaDialect", &syntax_dialect, &column_number_codec, NULL, COLUMN_ALWAYS, FIELD(dialect)},
	{"ipsecSaPosition", &syntax_unsigned32, &column_number_codec, NULL, COLUMN_ALWAYS, FIELD(position)},
	{"ipsecSaReported", &attribute_bits, &reported_codec, NULL, COLUMN_ALWAYS, FIELD(reported)},

	/* Columns that were added later; numbers never change. */
	{"ipsecSaRefUses", &syntax_octet_string, &column_octets_codec, NULL, SA_ATTR_REF_USES, FIELD(ref_uses)},
	{"ipsecSaSelUser", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.user)},
	{"ipsecSaSecurityContext", &syntax_admin_string, &column_word_codec, NULL, SA_ATTR_SECURITY_CONTEXT, FIELD(security_context)},
	{"ipsecSaIptfsDropTime", &syntax_unsigned32, &column_number_codec, "microseconds", SA_ATTR_IPTFS_RECEIVING, FIELD(iptfs_drop_time_us)},
	{"ipsecSaIptfsReorderWindow", &syntax_unsigned32, &column_number_codec, "packets", SA_ATTR_IPTFS_RECEIVING, FIELD(iptfs_reorder_window)},
	{"ipsecSaIptfsDontFragment", &syntax_truth_value, &column_truth_codec, NULL, SA_ATTR_IPTFS_SENDING, FIELD(iptfs_dont_fragment)},
	{"ipsecSaIptfsInitDelay", &syntax_unsigned32, &column_number_codec, "microseconds", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_init_delay_us)},
	{"ipsecSaIptfsMaxQueueSize", &syntax_unsigned32, &column_number_codec, "octets", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_max_queue_octets)},
	{"ipsecSaIptfsPacketSize", &syntax_unsigned32, &column_number_codec, "octets", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_packet_octets)},
	{"ipsecSaSrcText", &syntax_admin_string, &column_address_text_codec, NULL, SA_ATTR_SRC, DERIVED(src)},
	{"ipsecSaDstText", &syntax_admin_string, &column_address_text_codec, NULL, COLUMN_ALWAYS, DERIVED(said.dst)},
	{"ipsecSaTunnelIndex", &syntax_unsigned32, &column_number_codec, NULL, SA_ATTR_TUNNEL, FIELD(tunnel_index)},
};
/* clang-format on */

const struct column_table sa_table = {
	.name = "ipsecSaTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 5,
	.row_size = sizeof(struct sa),
	.suffix = {1, 2, 1},
	.suffix_length = 3,
};
