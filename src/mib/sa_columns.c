/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/columns.h"

#include <string.h>

#include "klips/klips_text.h"
#include "mib/column_codec.h"
#include "sa/sa_transform.h"

/* --- labels of enumerations -------------------------------------------------------------------- */

static const struct column_label direction_labels[] = {
	{SA_DIRECTION_UNKNOWN, "unknown"}, {SA_DIRECTION_IN, "in"}, {SA_DIRECTION_OUT, "out"}, {0, NULL}};

static const struct column_label state_labels[] = {{SA_STATE_UNKNOWN, "unknown"}, {SA_STATE_LARVAL, "larval"},
						   {SA_STATE_MATURE, "mature"},	  {SA_STATE_DYING, "dying"},
						   {SA_STATE_DEAD, "dead"},	  {0, NULL}};

static const struct column_label mode_labels[] = {
	{SA_MODE_UNKNOWN, "unknown"},	   {SA_MODE_TRANSPORT, "transport"},
	{SA_MODE_TUNNEL, "tunnel"},	   {SA_MODE_ROUTE_OPTIMIZATION, "routeOptimization"},
	{SA_MODE_IN_TRIGGER, "inTrigger"}, {SA_MODE_BEET, "beet"},
	{SA_MODE_IPTFS, "iptfs"},	   {0, NULL}};

static const struct column_label address_type_labels[] = {
	{SA_ADDRESS_NONE, "unknown"}, {SA_ADDRESS_IPV4, "ipv4"}, {SA_ADDRESS_IPV6, "ipv6"}, {0, NULL}};

static const struct column_label truth_labels[] = {{1, "true"}, {2, "false"}, {0, NULL}};

static const struct column_label nat_encap_labels[] = {{SA_NAT_NONE, "none"},
						       {SA_NAT_NONIKE, "nonIke"},
						       {SA_NAT_NONESP, "nonEsp"},
						       {SA_NAT_UNKNOWN, "unknown"},
						       {SA_NAT_NA, "notBuiltIn"},
						       {SA_NAT_TCP, "tcp"},
						       {0, NULL}};

static const struct column_label offload_labels[] = {
	{SA_OFFLOAD_NONE, "none"}, {SA_OFFLOAD_CRYPTO, "crypto"}, {SA_OFFLOAD_PACKET, "packet"}, {0, NULL}};

static const struct column_label dialect_labels[] = {
	{SA_DIALECT_NONE, "none"},	   {SA_DIALECT_FREESWAN1, "freeswan1"}, {SA_DIALECT_FREESWAN2, "freeswan2"},
	{SA_DIALECT_OPENSWAN, "openswan"}, {SA_DIALECT_MANUAL, "manual"},	{0, NULL}};

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
	{0, NULL},
};
/* clang-format on */

/* --- SYNTAX clauses ---------------------------------------------------------------------------- */

static const struct column_syntax admin_string = {"SnmpAdminString", COLUMN_OCTETS, true, NULL};
static const struct column_syntax octet_string = {"OCTET STRING", COLUMN_OCTETS, false, NULL};
static const struct column_syntax inet_address = {"InetAddress", COLUMN_OCTETS, false, NULL};
static const struct column_syntax inet_address_type = {"InetAddressType", COLUMN_INTEGER32, false, address_type_labels};
static const struct column_syntax prefix_length = {"InetAddressPrefixLength", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax port_number = {"InetPortNumber", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax unsigned32 = {"Unsigned32", COLUMN_UNSIGNED32, false, NULL};
static const struct column_syntax integer32 = {"Integer32", COLUMN_INTEGER32, false, NULL};
static const struct column_syntax counter32 = {"Counter32", COLUMN_COUNTER32, false, NULL};
static const struct column_syntax counter64 = {"Counter64", COLUMN_COUNTER64, false, NULL};
static const struct column_syntax gauge64 = {"IpsecSpiGauge64", COLUMN_COUNTER64, false, NULL};
static const struct column_syntax truth_value = {"TruthValue", COLUMN_INTEGER32, false, truth_labels};
static const struct column_syntax direction_enum = {"IpsecSpiDirection", COLUMN_INTEGER32, false, direction_labels};
static const struct column_syntax state_enum = {"INTEGER", COLUMN_INTEGER32, false, state_labels};
static const struct column_syntax mode_enum = {"INTEGER", COLUMN_INTEGER32, false, mode_labels};
static const struct column_syntax nat_encap_enum = {"INTEGER", COLUMN_INTEGER32, false, nat_encap_labels};
static const struct column_syntax offload_enum = {"INTEGER", COLUMN_INTEGER32, false, offload_labels};
static const struct column_syntax dialect_enum = {"IpsecSpiDialect", COLUMN_INTEGER32, false, dialect_labels};
static const struct column_syntax attribute_bits = {"BITS", COLUMN_OCTETS, false, attribute_labels};

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

static const struct column_codec iv_codec = {get_iv, set_iv};

/* Empty where it is not known. */
static void
get_ref_uses(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	value->octets = sa->ref_uses;
	value->length = column_known(column, sa) ? sizeof(sa->ref_uses) : 0;
}

static const char *
set_ref_uses(const struct column *column, void *row, const struct column_value *value)
{
	struct sa *const sa = row;

	(void)column;
	if (value->length != 0 && value->length != sizeof(sa->ref_uses))
		return "has a length other than 0 or 8 octets";
	memset(sa->ref_uses, 0, sizeof(sa->ref_uses));
	if (value->length > 0)
		memcpy(sa->ref_uses, value->octets, value->length);
	return NULL;
}

static const struct column_codec ref_uses_codec = {get_ref_uses, set_ref_uses};

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

/* Bits of a newer agent, which this program has no name for, are dropped. */
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

static const struct column_codec reported_codec = {get_reported, set_reported};

/* --- codecs of what is derived from other fields ----------------------------------------------- */

static void
get_said(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	(void)column;
	value->octets = value->scratch;
	value->length = klips_said_print(&sa->said, (char *)value->scratch);
}

static void
get_transform(const struct column *column, const void *row, struct column_value *value)
{
	const struct sa *const sa = row;

	(void)column;
	value->octets = value->scratch;
	value->length = sa_transform_print(sa, (char *)value->scratch);
}

static const struct column_codec said_codec = {get_said, column_set_nothing};
static const struct column_codec transform_codec = {get_transform, column_set_nothing};

_Static_assert(sizeof(((struct column_value *)0)->scratch) >= SA_TRANSFORM_TEXT_SIZE, "scratch holds a transform");
_Static_assert(sizeof(((struct column_value *)0)->scratch) >= KLIPS_SAID_TEXT_SIZE, "scratch holds a SAID");
_Static_assert(SA_ATTR_COUNT <= 64, "sa.reported holds every attribute");

/* --- the table --------------------------------------------------------------------------------- */

#define FIELD(member) offsetof(struct sa, member), sizeof(((struct sa *)0)->member)
#define ALWAYS (-1)

/* A lifetime's three columns. */
#define LIFETIME(name, kind, attribute, current_syntax, unit)                                                          \
	{"ipsecSa" name "Current", &current_syntax, &column_number_codec, unit, attribute, FIELD(life[kind].current)}, \
		{"ipsecSa" name "Soft", &gauge64, &column_number_codec, unit, attribute, FIELD(life[kind].soft)},      \
	{                                                                                                              \
		"ipsecSa" name "Hard", &gauge64, &column_number_codec, unit, attribute, FIELD(life[kind].hard)         \
	}

/* clang-format off */
const struct column columns[] = {
	/* What it is. */
	{"ipsecSaSaid", &admin_string, &said_codec, NULL, ALWAYS, 0, 0},
	{"ipsecSaTransform", &admin_string, &transform_codec, NULL, ALWAYS, 0, 0},
	{"ipsecSaDirection", &direction_enum, &column_number_codec, NULL, SA_ATTR_DIRECTION, FIELD(direction)},
	{"ipsecSaState", &state_enum, &column_number_codec, NULL, SA_ATTR_STATE, FIELD(state)},
	{"ipsecSaMode", &mode_enum, &column_number_codec, NULL, SA_ATTR_MODE, FIELD(mode)},
	{"ipsecSaSrcAddressType", &inet_address_type, &column_address_type_codec, NULL, SA_ATTR_SRC, FIELD(src)},
	{"ipsecSaSrcAddress", &inet_address, &column_address_codec, NULL, SA_ATTR_SRC, FIELD(src)},

	/* Lifetimes, in the order of life(c,s,h) but for the most asked-for first. */
	LIFETIME("Bytes", SA_LIFE_BYTES, SA_ATTR_BYTES, counter64, "octets"),
	LIFETIME("Packets", SA_LIFE_PACKETS, SA_ATTR_PACKETS, counter64, "packets"),
	LIFETIME("AddTime", SA_LIFE_ADD, SA_ATTR_ADD, gauge64, "seconds"),
	LIFETIME("UseTime", SA_LIFE_USE, SA_ATTR_USE, gauge64, "seconds"),
	LIFETIME("Alloc", SA_LIFE_ALLOC, SA_ATTR_ALLOC, gauge64, "connections"),
	{"ipsecSaIdle", &gauge64, &column_number_codec, "seconds", SA_ATTR_IDLE, FIELD(idle_seconds)},

	/* Errors. */
	{"ipsecSaOutOfOrderErrors", &counter32, &column_number_codec, "packets", SA_ATTR_OUT_OF_ORDER_ERRORS, FIELD(out_of_order_errors)},
	{"ipsecSaReplayErrors", &counter32, &column_number_codec, "packets", SA_ATTR_REPLAY_ERRORS, FIELD(replay_errors)},
	{"ipsecSaAuthErrors", &counter32, &column_number_codec, "packets", SA_ATTR_AUTH_ERRORS, FIELD(auth_errors)},
	{"ipsecSaPaddingErrors", &counter32, &column_number_codec, "packets", SA_ATTR_PADDING_ERRORS, FIELD(padding_errors)},
	{"ipsecSaSizeErrors", &counter32, &column_number_codec, "packets", SA_ATTR_SIZE_ERRORS, FIELD(size_errors)},

	/* Replay protection. */
	{"ipsecSaReplayWindow", &unsigned32, &column_number_codec, "packets", SA_ATTR_REPLAY_WINDOW, FIELD(replay_window)},
	{"ipsecSaExtendedSequence", &truth_value, &column_truth_codec, NULL, SA_ATTR_ESN, FIELD(esn)},
	{"ipsecSaSequence", &gauge64, &column_number_codec, NULL, SA_ATTR_SEQUENCE, FIELD(sequence)},
	{"ipsecSaReplayBitmap", &octet_string, &column_bitmap_codec, NULL, SA_ATTR_REPLAY_BITMAP, FIELD(replay_bitmap)},
	{"ipsecSaMaxSequenceGap", &unsigned32, &column_number_codec, "packets", SA_ATTR_MAX_SEQUENCE_GAP, FIELD(max_sequence_gap)},

	/* Algorithms and lengths; never keys. */
	{"ipsecSaEncryption", &admin_string, &column_text_codec, NULL, SA_ATTR_ENCRYPTION, FIELD(encryption)},
	{"ipsecSaAuthentication", &admin_string, &column_text_codec, NULL, SA_ATTR_AUTHENTICATION, FIELD(authentication)},
	{"ipsecSaCompression", &admin_string, &column_text_codec, NULL, SA_ATTR_COMPRESSION, FIELD(compression)},
	{"ipsecSaAuthenticatorBits", &unsigned32, &column_number_codec, "bits", SA_ATTR_ICV_BITS, FIELD(icv_bits)},
	{"ipsecSaAuthKeyBits", &unsigned32, &column_number_codec, "bits", SA_ATTR_AUTH_KEY_BITS, FIELD(auth_key_bits)},
	{"ipsecSaEncrKeyBits", &unsigned32, &column_number_codec, "bits", SA_ATTR_ENCR_KEY_BITS, FIELD(encr_key_bits)},
	{"ipsecSaIvBits", &unsigned32, &column_number_codec, "bits", SA_ATTR_IV_BITS, FIELD(iv_bits)},
	{"ipsecSaIv", &octet_string, &iv_codec, NULL, SA_ATTR_IV, FIELD(iv)},

	/* Which inner traffic may use it. */
	{"ipsecSaSelSrcAddressType", &inet_address_type, &column_address_type_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src.address)},
	{"ipsecSaSelSrcAddress", &inet_address, &column_address_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src.address)},
	{"ipsecSaSelSrcPrefixLength", &prefix_length, &column_prefix_length_codec, "bits", SA_ATTR_SELECTOR, FIELD(selector.src)},
	{"ipsecSaSelSrcMask", &octet_string, &column_mask_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.src)},
	{"ipsecSaSelDstAddressType", &inet_address_type, &column_address_type_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst.address)},
	{"ipsecSaSelDstAddress", &inet_address, &column_address_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst.address)},
	{"ipsecSaSelDstPrefixLength", &prefix_length, &column_prefix_length_codec, "bits", SA_ATTR_SELECTOR, FIELD(selector.dst)},
	{"ipsecSaSelDstMask", &octet_string, &column_mask_codec, NULL, SA_ATTR_SELECTOR, FIELD(selector.dst)},
	{"ipsecSaSelProtocol", &unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.protocol)},
	{"ipsecSaSelSrcPort", &port_number, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.src_port)},
	{"ipsecSaSelSrcPortMask", &unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.src_port_mask)},
	{"ipsecSaSelDstPort", &port_number, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.dst_port)},
	{"ipsecSaSelDstPortMask", &unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.dst_port_mask)},
	{"ipsecSaSelInterface", &unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.interface_index)},

	/* What ties it to policies and interfaces. */
	{"ipsecSaReqid", &unsigned32, &column_number_codec, NULL, SA_ATTR_REQID, FIELD(reqid)},
	{"ipsecSaIfId", &unsigned32, &column_number_codec, NULL, SA_ATTR_IF_ID, FIELD(if_id)},
	{"ipsecSaMark", &unsigned32, &column_number_codec, NULL, SA_ATTR_MARK, FIELD(mark)},
	{"ipsecSaMarkMask", &unsigned32, &column_number_codec, NULL, SA_ATTR_MARK, FIELD(mark_mask)},
	{"ipsecSaOutputMark", &unsigned32, &column_number_codec, NULL, SA_ATTR_OUTPUT_MARK, FIELD(output_mark)},
	{"ipsecSaOutputMarkMask", &unsigned32, &column_number_codec, NULL, SA_ATTR_OUTPUT_MARK, FIELD(output_mark_mask)},
	{"ipsecSaFlags", &unsigned32, &column_number_codec, NULL, SA_ATTR_FLAGS, FIELD(flags)},
	{"ipsecSaExtraFlags", &unsigned32, &column_number_codec, NULL, SA_ATTR_EXTRA_FLAGS, FIELD(extra_flags)},
	{"ipsecSaAcquireSequence", &unsigned32, &column_number_codec, NULL, SA_ATTR_ACQUIRE_SEQUENCE, FIELD(acquire_sequence)},
	{"ipsecSaCpu", &unsigned32, &column_number_codec, NULL, SA_ATTR_CPU, FIELD(cpu)},

	/* NAT traversal, padding, offload, Mobile IPv6. */
	{"ipsecSaNatEncap", &nat_encap_enum, &column_number_codec, NULL, SA_ATTR_NAT_ENCAP, FIELD(nat_encap)},
	{"ipsecSaNatSrcPort", &port_number, &column_number_codec, NULL, SA_ATTR_NAT_PORTS, FIELD(nat_src_port)},
	{"ipsecSaNatDstPort", &port_number, &column_number_codec, NULL, SA_ATTR_NAT_PORTS, FIELD(nat_dst_port)},
	{"ipsecSaNatOriginalAddressType", &inet_address_type, &column_address_type_codec, NULL, SA_ATTR_NAT_ORIGINAL_ADDRESS, FIELD(nat_original)},
	{"ipsecSaNatOriginalAddress", &inet_address, &column_address_codec, NULL, SA_ATTR_NAT_ORIGINAL_ADDRESS, FIELD(nat_original)},
	{"ipsecSaNatKeepalive", &unsigned32, &column_number_codec, "seconds", SA_ATTR_NAT_KEEPALIVE, FIELD(nat_keepalive_seconds)},
	{"ipsecSaNatMappingThreshold", &unsigned32, &column_number_codec, "seconds", SA_ATTR_NAT_MAPPING_THRESHOLD, FIELD(nat_mapping_threshold_seconds)},
	{"ipsecSaTfcPadding", &unsigned32, &column_number_codec, "octets", SA_ATTR_TFC_PADDING, FIELD(tfc_padding_octets)},
	{"ipsecSaOffload", &offload_enum, &column_number_codec, NULL, SA_ATTR_OFFLOAD, FIELD(offload)},
	{"ipsecSaOffloadInterface", &unsigned32, &column_number_codec, NULL, SA_ATTR_OFFLOAD, FIELD(offload_interface_index)},
	{"ipsecSaCareOfAddressType", &inet_address_type, &column_address_type_codec, NULL, SA_ATTR_CARE_OF_ADDRESS, FIELD(care_of)},
	{"ipsecSaCareOfAddress", &inet_address, &column_address_codec, NULL, SA_ATTR_CARE_OF_ADDRESS, FIELD(care_of)},

	/* What only KLIPS has. */
	{"ipsecSaRatioPlain", &gauge64, &column_number_codec, "octets", SA_ATTR_RATIO, FIELD(ratio_plain_octets)},
	{"ipsecSaRatioCompressed", &gauge64, &column_number_codec, "octets", SA_ATTR_RATIO, FIELD(ratio_compressed_octets)},
	{"ipsecSaRefCount", &integer32, &column_number_codec, NULL, SA_ATTR_REFCOUNT, FIELD(refcount)},
	{"ipsecSaRef", &integer32, &column_number_codec, NULL, SA_ATTR_REF, FIELD(ref)},
	{"ipsecSaRefHim", &integer32, &column_number_codec, NULL, SA_ATTR_REF_HIM, FIELD(ref_him)},
	{"ipsecSaRefTable", &gauge64, &column_number_codec, NULL, SA_ATTR_REF_TABLE, FIELD(ref_table)},
	{"ipsecSaRefEntry", &gauge64, &column_number_codec, NULL, SA_ATTR_REF_TABLE, FIELD(ref_entry)},
	{"ipsecSaOutInterface", &admin_string, &column_text_codec, NULL, SA_ATTR_OUT_INTERFACE, FIELD(out_interface)},
	{"ipsecSaOutTransportDirect", &unsigned32, &column_number_codec, NULL, SA_ATTR_OUT_INTERFACE, FIELD(out_transport_direct)},
	{"ipsecSaJiffies", &gauge64, &column_number_codec, NULL, SA_ATTR_JIFFIES, FIELD(jiffies)},

	/* About the report itself. */
	{"ipsecSaDialect", &dialect_enum, &column_number_codec, NULL, ALWAYS, FIELD(dialect)},
	{"ipsecSaPosition", &unsigned32, &column_number_codec, NULL, ALWAYS, FIELD(position)},
	{"ipsecSaReported", &attribute_bits, &reported_codec, NULL, ALWAYS, FIELD(reported)},

	/* Columns of later on; numbers never change. */
	{"ipsecSaRefUses", &octet_string, &ref_uses_codec, NULL, SA_ATTR_REF_USES, FIELD(ref_uses)},
	{"ipsecSaSelUser", &unsigned32, &column_number_codec, NULL, SA_ATTR_SELECTOR_UPPER, FIELD(selector.user)},
	{"ipsecSaSecurityContext", &admin_string, &column_text_codec, NULL, SA_ATTR_SECURITY_CONTEXT, FIELD(security_context)},
	{"ipsecSaIptfsDropTime", &unsigned32, &column_number_codec, "microseconds", SA_ATTR_IPTFS_RECEIVING, FIELD(iptfs_drop_time_us)},
	{"ipsecSaIptfsReorderWindow", &unsigned32, &column_number_codec, "packets", SA_ATTR_IPTFS_RECEIVING, FIELD(iptfs_reorder_window)},
	{"ipsecSaIptfsDontFragment", &truth_value, &column_truth_codec, NULL, SA_ATTR_IPTFS_SENDING, FIELD(iptfs_dont_fragment)},
	{"ipsecSaIptfsInitDelay", &unsigned32, &column_number_codec, "microseconds", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_init_delay_us)},
	{"ipsecSaIptfsMaxQueueSize", &unsigned32, &column_number_codec, "octets", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_max_queue_octets)},
	{"ipsecSaIptfsPacketSize", &unsigned32, &column_number_codec, "octets", SA_ATTR_IPTFS_SENDING, FIELD(iptfs_packet_octets)},
};
/* clang-format on */

const size_t columns_count = sizeof(columns) / sizeof(columns[0]);

/* --- what others call -------------------------------------------------------------------------- */

const struct column *
column_by_subid(unsigned long subid)
{
	if (subid < COLUMN_FIRST_SUBID || subid - COLUMN_FIRST_SUBID >= columns_count)
		return NULL;
	return &columns[subid - COLUMN_FIRST_SUBID];
}

void
column_get(const struct column *column, const void *row, struct column_value *value)
{
	column->codec->get(column, row, value);
}

const char *
column_set(const struct column *column, void *row, const struct column_value *value)
{
	return column->codec->set(column, row, value);
}

bool
column_known(const struct column *column, const struct sa *sa)
{
	return column->attribute == ALWAYS || (sa->reported & SA_ATTR_BIT(column->attribute)) != 0;
}

const char *
column_label(const struct column *column, int64_t number)
{
	if (!column->syntax->labels)
		return NULL;
	for (const struct column_label *label = column->syntax->labels; label->label; label++) {
		if (label->value == number)
			return label->label;
	}
	return NULL;
}
