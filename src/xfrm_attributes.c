/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_attributes.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "algorithm.h"
#include "xfrm_uapi.h"

struct attribute;

/*
 * Messages are aligned to four octets only, so that everything is copied out before it is looked at; of
 * algorithms only what stands before the key.
 */
struct reading {
	struct sa *sa;
	struct xfrm_message_result *result;
	uint16_t family;
	int64_t now_seconds;
	/* The attribute it has come to. */
	const struct attribute *attribute;
	const uint8_t *value;
	size_t length;
};

struct attribute {
	/* Returns NULL, or what is wrong with the value; NULL: this build does not know the attribute. */
	const char *(*read)(const struct reading *reading);
	uint16_t minimum; /* octets of the value */
	uint8_t reports;  /* enum sa_attribute, for read_u32() */
	uint16_t field;   /* of struct sa, for read_u32() */
};

static void
report(struct sa *sa, enum sa_attribute attribute)
{
	sa->reported |= SA_ATTR_BIT(attribute);
}

/* --- pieces ------------------------------------------------------------------------------------ */

bool
xfrm_address(struct sa_address *address, uint16_t family, const void *octets)
{
	*address = (struct sa_address){0};
	if (family == AF_INET)
		address->type = SA_ADDRESS_IPV4;
	else if (family == AF_INET6)
		address->type = SA_ADDRESS_IPV6;
	else
		return false;
	memcpy(address->octets, octets, sa_address_octets(address->type));
	return true;
}

uint8_t
xfrm_mode(uint8_t mode)
{
	return mode <= XFRM_UAPI_MODE_IPTFS ? (uint8_t)(mode + 1) : SA_MODE_UNKNOWN;
}

uint64_t
xfrm_elapsed_seconds(int64_t now_seconds, uint64_t then)
{
	if (then == 0 || now_seconds < 0 || then >= (uint64_t)now_seconds)
		return 0;
	return (uint64_t)now_seconds - then;
}

static uint16_t
saturate16(uint32_t number)
{
	return number < UINT16_MAX ? (uint16_t)number : UINT16_MAX;
}

static uint32_t
get_u32(const uint8_t *value)
{
	uint32_t number;

	memcpy(&number, value, sizeof(number));
	return number;
}

static bool
any_nonzero(const void *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (((const uint8_t *)octets)[i] != 0)
			return true;
	}
	return false;
}

/* --- attributes -------------------------------------------------------------------------------- */

static const char *
skip(const struct reading *reading)
{
	(void)reading;
	return NULL;
}

static const char *
read_u32(const struct reading *reading)
{
	memcpy((uint8_t *)reading->sa + reading->attribute->field, reading->value, sizeof(uint32_t));
	report(reading->sa, reading->attribute->reports);
	return NULL;
}

/* What struct xfrm_algo, xfrm_algo_auth and xfrm_algo_aead have before the key; xfrm_algo has no ICV. */
struct algorithm_head {
	char name[64];
	uint32_t key_bits;
	uint32_t icv_bits;
};
_Static_assert(offsetof(struct xfrm_algo, alg_key) == offsetof(struct algorithm_head, icv_bits),
	       "linux/xfrm.h");
_Static_assert(offsetof(struct xfrm_algo_auth, alg_key) == sizeof(struct algorithm_head), "linux/xfrm.h");
_Static_assert(offsetof(struct xfrm_algo_aead, alg_key) == sizeof(struct algorithm_head), "linux/xfrm.h");

static bool
is_printable(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (name[i] < 0x21 || name[i] > 0x7e)
			return false;
	}
	return true;
}

static const char *
read_head(struct algorithm_head *head, const struct reading *reading)
{
	size_t name_length;

	memset(head, 0, sizeof(*head));
	memcpy(head, reading->value, reading->attribute->minimum);
	name_length = strnlen(head->name, sizeof(head->name));
	if (name_length == sizeof(head->name) || !is_printable(head->name, name_length))
		return "an algorithm's name is malformed";
	return NULL;
}

static const char *
read_keyed_head(struct algorithm_head *head, const struct reading *reading)
{
	const char *reason = read_head(head, reading);

	if (!reason && (head->key_bits + UINT64_C(7)) / 8 > reading->length - reading->attribute->minimum)
		reason = "an algorithm's key is longer than its attribute";
	return reason;
}

/* A name that is too long is cut. */
static void
set_name(char *to, size_t size, const char *name)
{
	const size_t length = strnlen(name, size - 1);

	memcpy(to, name, length);
	memset(to + length, 0, size - length);
}

static void
set_cipher(struct sa *sa, const struct algorithm_head *head, const struct algorithm *algorithm)
{
	uint32_t key_bits = head->key_bits;

	set_name(sa->encryption, sizeof(sa->encryption), head->name);
	report(sa, SA_ATTR_ENCRYPTION);
	if (algorithm) {
		key_bits -= key_bits > algorithm->salt_bits ? algorithm->salt_bits : 0;
		sa->iv_bits = algorithm->iv_bits;
		report(sa, SA_ATTR_IV_BITS);
	}
	sa->encr_key_bits = saturate16(key_bits);
	report(sa, SA_ATTR_ENCR_KEY_BITS);
}

static void
set_icv_bits(struct sa *sa, uint32_t icv_bits)
{
	sa->icv_bits = saturate16(icv_bits);
	report(sa, SA_ATTR_ICV_BITS);
}

static const char *
read_alg_crypt(const struct reading *reading)
{
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, reading);

	if (reason)
		return reason;
	set_cipher(reading->sa, &head, algorithm_find(ALGORITHM_ENCR, head.name));
	return NULL;
}

static const char *
read_alg_aead(const struct reading *reading)
{
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, reading);

	if (reason)
		return reason;
	set_cipher(reading->sa, &head, algorithm_find(ALGORITHM_AEAD, head.name));
	set_icv_bits(reading->sa, head.icv_bits);
	return NULL;
}

/* XFRMA_ALG_AUTH_TRUNC, and XFRMA_ALG_AUTH, which kernels send beside it for programs that know no other. */
static const char *
read_alg_auth(const struct reading *reading)
{
	struct sa *sa = reading->sa;
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, reading);

	if (reason)
		return reason;
	set_name(sa->authentication, sizeof(sa->authentication), head.name);
	report(sa, SA_ATTR_AUTHENTICATION);
	sa->auth_key_bits = saturate16(head.key_bits);
	report(sa, SA_ATTR_AUTH_KEY_BITS);
	if (reading->attribute->minimum == sizeof(head)) {
		set_icv_bits(sa, head.icv_bits);
	} else if (!sa_reports(sa, SA_ATTR_ICV_BITS)) {
		const struct algorithm *algorithm = algorithm_find(ALGORITHM_AUTH, head.name);

		if (algorithm)
			set_icv_bits(sa, algorithm->icv_bits);
	}
	return NULL;
}

static const char *
read_alg_comp(const struct reading *reading)
{
	struct sa *sa = reading->sa;
	struct algorithm_head head;
	/* There is no key, but before Linux 6.8 the head could claim one. */
	const char *reason = read_head(&head, reading);

	if (reason)
		return reason;
	set_name(sa->compression, sizeof(sa->compression), head.name);
	report(sa, SA_ATTR_COMPRESSION);
	return NULL;
}

static uint8_t
nat_encap_of(uint16_t type)
{
	return type == SA_NAT_NONIKE || type == SA_NAT_NONESP || type == SA_NAT_TCP ? (uint8_t)type
										    : SA_NAT_UNKNOWN;
}

static const char *
read_encap(const struct reading *reading)
{
	struct sa *sa = reading->sa;
	struct xfrm_encap_tmpl encap;

	memcpy(&encap, reading->value, sizeof(encap));
	sa->nat_encap = nat_encap_of(encap.encap_type);
	sa->nat_src_port = ntohs(encap.encap_sport);
	sa->nat_dst_port = ntohs(encap.encap_dport);
	report(sa, SA_ATTR_NAT_ENCAP);
	report(sa, SA_ATTR_NAT_PORTS);
	if (any_nonzero(&encap.encap_oa, sizeof(encap.encap_oa))) {
		xfrm_address(&sa->nat_original, reading->family, &encap.encap_oa);
		report(sa, SA_ATTR_NAT_ORIGINAL_ADDRESS);
	}
	return NULL;
}

static const char *
read_coaddr(const struct reading *reading)
{
	xfrm_address(&reading->sa->care_of, reading->family, reading->value);
	report(reading->sa, SA_ATTR_CARE_OF_ADDRESS);
	return NULL;
}

static const char *
read_mark(const struct reading *reading)
{
	reading->sa->mark = get_u32(reading->value + offsetof(struct xfrm_mark, v));
	reading->sa->mark_mask = get_u32(reading->value + offsetof(struct xfrm_mark, m));
	report(reading->sa, SA_ATTR_MARK);
	return NULL;
}

static const char *
read_sa_dir(const struct reading *reading)
{
	if (reading->value[0] == XFRM_UAPI_SA_DIR_IN)
		reading->sa->direction = SA_DIRECTION_IN;
	else if (reading->value[0] == XFRM_UAPI_SA_DIR_OUT)
		reading->sa->direction = SA_DIRECTION_OUT;
	else
		return "the direction is neither in nor out";
	report(reading->sa, SA_ATTR_DIRECTION);
	return NULL;
}

/* XFRMA_SA_DIR counts for more than the device's direction; they stand in any order. */
static const char *
read_offload(const struct reading *reading)
{
	struct sa *sa = reading->sa;
	struct xfrm_user_offload offload;

	memcpy(&offload, reading->value, sizeof(offload));
	sa->offload = offload.flags & XFRM_UAPI_OFFLOAD_PACKET ? SA_OFFLOAD_PACKET : SA_OFFLOAD_CRYPTO;
	sa->offload_interface_index = (uint32_t)offload.ifindex;
	report(sa, SA_ATTR_OFFLOAD);
	if (!sa_reports(sa, SA_ATTR_DIRECTION)) {
		sa->direction = offload.flags & XFRM_OFFLOAD_INBOUND ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
		report(sa, SA_ATTR_DIRECTION);
	}
	return NULL;
}

static const char *
read_lastused(const struct reading *reading)
{
	uint64_t lastused;

	memcpy(&lastused, reading->value, sizeof(lastused));
	reading->sa->idle_seconds = xfrm_elapsed_seconds(reading->now_seconds, lastused);
	report(reading->sa, SA_ATTR_IDLE);
	return NULL;
}

static void
report_sequence(const struct reading *reading, uint64_t sent, uint64_t received, uint64_t bitmap)
{
	reading->result->sent_sequence = sent;
	reading->result->received_sequence = received;
	reading->sa->replay_bitmap = bitmap;
	report(reading->sa, SA_ATTR_SEQUENCE);
	report(reading->sa, SA_ATTR_REPLAY_BITMAP);
}

static const char *
read_replay(const struct reading *reading)
{
	struct xfrm_replay_state replay;

	memcpy(&replay, reading->value, sizeof(replay));
	/* Bit n is packet seq - n already: net/xfrm/xfrm_replay.c, xfrm_replay_advance(). */
	report_sequence(reading, replay.oseq, replay.seq, replay.bitmap);
	return NULL;
}

/*
 * The newest packets of the kernel's circular bitmap, in which packet number s has bit (s - 1) modulo window:
 * net/xfrm/xfrm_replay.c, xfrm_replay_advance_bmp() and _esn().
 */
static uint64_t
newest_packets(const uint8_t *bitmap, uint32_t window, uint32_t sequence)
{
	const unsigned packets = window < 64 ? window : 64;
	uint64_t newest = 0;
	uint32_t bit;

	if (window == 0)
		return 0;
	bit = (sequence - 1) % window;
	for (unsigned n = 0; n < packets; n++) {
		const uint32_t word = get_u32(bitmap + (size_t)(bit / 32) * sizeof(uint32_t));

		newest |= (uint64_t)(word >> (bit % 32) & 1) << n;
		bit = bit == 0 ? window - 1 : bit - 1;
	}
	return newest;
}

static const char *
read_replay_esn(const struct reading *reading)
{
	struct xfrm_replay_state_esn replay;
	const size_t head = sizeof(replay);

	memcpy(&replay, reading->value, head);
	if ((reading->length - head) / sizeof(uint32_t) < replay.bmp_len)
		return "the replay bitmap is longer than its attribute";
	if ((uint64_t)replay.bmp_len * 32 < replay.replay_window)
		return "the replay window is larger than its bitmap";
	reading->sa->replay_window = replay.replay_window;
	report_sequence(reading, (uint64_t)replay.oseq_hi << 32 | replay.oseq,
			(uint64_t)replay.seq_hi << 32 | replay.seq,
			newest_packets(reading->value + head, replay.replay_window, replay.seq));
	return NULL;
}

/* clang-format off */
#define U32(member, attr) {read_u32, sizeof(uint32_t), (attr), offsetof(struct sa, member)}
#define KNOWN {skip, 0, 0, 0} /* but without a field in struct sa */
#define READ(function, type) {(function), sizeof(type), 0, 0}

static const struct attribute attributes_known[] = {
	[XFRMA_ALG_AUTH] = READ(read_alg_auth, struct xfrm_algo),
	[XFRMA_ALG_CRYPT] = READ(read_alg_crypt, struct xfrm_algo),
	[XFRMA_ALG_COMP] = READ(read_alg_comp, struct xfrm_algo),
	[XFRMA_ENCAP] = READ(read_encap, struct xfrm_encap_tmpl),
	[XFRMA_SA] = KNOWN, /* of XFRM_MSG_DELSA; it has become .info */
	[XFRMA_SEC_CTX] = KNOWN,
	[XFRMA_LTIME_VAL] = KNOWN,
	[XFRMA_REPLAY_VAL] = READ(read_replay, struct xfrm_replay_state),
	[XFRMA_REPLAY_THRESH] = KNOWN,
	[XFRMA_ETIMER_THRESH] = KNOWN,
	[XFRMA_SRCADDR] = KNOWN,
	[XFRMA_COADDR] = READ(read_coaddr, xfrm_address_t),
	[XFRMA_LASTUSED] = READ(read_lastused, uint64_t),
	[XFRMA_ALG_AEAD] = READ(read_alg_aead, struct xfrm_algo_aead),
	[XFRMA_ALG_AUTH_TRUNC] = READ(read_alg_auth, struct xfrm_algo_auth),
	[XFRMA_MARK] = READ(read_mark, struct xfrm_mark),
	[XFRMA_TFCPAD] = U32(tfc_padding_octets, SA_ATTR_TFC_PADDING),
	[XFRMA_REPLAY_ESN_VAL] = READ(read_replay_esn, struct xfrm_replay_state_esn),
	[XFRMA_SA_EXTRA_FLAGS] = U32(extra_flags, SA_ATTR_EXTRA_FLAGS),
	[XFRMA_PAD] = KNOWN,
	[XFRMA_OFFLOAD_DEV] = READ(read_offload, struct xfrm_user_offload),
	[XFRMA_SET_MARK] = U32(output_mark, SA_ATTR_OUTPUT_MARK),
	[XFRMA_SET_MARK_MASK] = U32(output_mark_mask, SA_ATTR_OUTPUT_MARK),
	[XFRMA_IF_ID] = U32(if_id, SA_ATTR_IF_ID),
	[XFRMA_MTIMER_THRESH] = U32(nat_mapping_threshold_seconds, SA_ATTR_NAT_MAPPING_THRESHOLD),
	[XFRM_UAPI_SA_DIR] = READ(read_sa_dir, uint8_t),
	[XFRM_UAPI_NAT_KEEPALIVE_INTERVAL] = U32(nat_keepalive_seconds, SA_ATTR_NAT_KEEPALIVE),
	[XFRM_UAPI_SA_PCPU] = U32(cpu, SA_ATTR_CPU),
	[XFRM_UAPI_IPTFS_DROP_TIME] = KNOWN,
	[XFRM_UAPI_IPTFS_REORDER_WINDOW] = KNOWN,
	[XFRM_UAPI_IPTFS_DONT_FRAG] = KNOWN,
	[XFRM_UAPI_IPTFS_INIT_DELAY] = KNOWN,
	[XFRM_UAPI_IPTFS_MAX_QSIZE] = KNOWN,
	[XFRM_UAPI_IPTFS_PKT_SIZE] = KNOWN,
};
/* clang-format on */

enum {
	ATTRIBUTE_TYPE_MASK = 0x3fff, /* linux/netlink.h, NLA_TYPE_MASK, which is negative there */
	ATTRIBUTES_KNOWN = sizeof(attributes_known) / sizeof(attributes_known[0]),
};

/* --- walking them ------------------------------------------------------------------------------ */

/*
 * One attribute at *from, before `end`; moves *from past it.  libmnl's own walk would end silently where an
 * attribute is cut short.
 */
static bool
next_attribute(const uint8_t **from, const uint8_t *end, struct nlattr *head, const uint8_t **value)
{
	const size_t left = (size_t)(end - *from);
	size_t whole;

	if (left < sizeof(*head))
		return false;
	memcpy(head, *from, sizeof(*head));
	if (head->nla_len < sizeof(*head) || head->nla_len > left)
		return false;
	*value = *from + sizeof(*head);
	whole = NLA_ALIGN(head->nla_len);
	*from = whole < left ? *from + whole : end;
	return true;
}

static const char *
read_attributes(struct reading *reading, const uint8_t *from, size_t length)
{
	const uint8_t *const end = from + length;

	while (from < end) {
		struct nlattr head;
		const char *reason;
		uint16_t type;

		if (!next_attribute(&from, end, &head, &reading->value))
			return "an attribute is cut short";
		type = head.nla_type & ATTRIBUTE_TYPE_MASK;
		if (type >= ATTRIBUTES_KNOWN || !attributes_known[type].read) {
			reading->result->unknown_attributes++;
			continue;
		}
		reading->attribute = &attributes_known[type];
		reading->length = head.nla_len - sizeof(head);
		if (reading->length < reading->attribute->minimum)
			return "an attribute is shorter than its value";
		reason = reading->attribute->read(reading);
		if (reason)
			return reason;
	}
	return NULL;
}

const char *
xfrm_attributes_read(const void *attributes, size_t length, uint16_t family, int64_t now_seconds,
		     struct sa *sa, struct xfrm_message_result *result)
{
	struct reading reading = {.sa = sa, .result = result, .family = family, .now_seconds = now_seconds};

	return read_attributes(&reading, attributes, length);
}

const void *
xfrm_attributes_find(const void *attributes, size_t length, uint16_t type, size_t minimum,
		     size_t *value_length)
{
	const uint8_t *from = attributes, *const end = from + length, *value;
	struct nlattr head;

	while (from < end && next_attribute(&from, end, &head, &value)) {
		if ((head.nla_type & ATTRIBUTE_TYPE_MASK) != type)
			continue;
		*value_length = head.nla_len - sizeof(head);
		return *value_length >= minimum ? value : NULL;
	}
	return NULL;
}
