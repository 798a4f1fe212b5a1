/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_attributes.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/utf8.h"
#include "xfrm_algorithm.h"
#include "xfrm_reading.h"
#include "xfrm_replay.h"
#include "xfrm_uapi.h"
#include "xfrm_value.h"

struct xfrm_attribute {
	xfrm_reader *read; /* NULL: this build does not know the attribute */
	uint16_t minimum;  /* length of the value in octets */
	uint8_t reports;   /* enum sa_attribute, for read_number() */
	uint16_t field;	   /* of struct sa, for read_number() */
};

/* --- pieces ------------------------------------------------------------------------------------ */

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
skip(const struct xfrm_reading *reading)
{
	(void)reading;
	return NULL;
}

/* Reads a value into a field of the same size. */
static const char *
read_number(const struct xfrm_reading *reading)
{
	const struct xfrm_attribute *attribute = reading->attribute;

	memcpy((uint8_t *)reading->sa + attribute->field, reading->value, attribute->minimum);
	xfrm_report(reading, attribute->reports);
	return NULL;
}

static uint8_t
nat_encap_of(uint16_t type)
{
	return type == SA_NAT_NONIKE || type == SA_NAT_NONESP || type == SA_NAT_TCP ? (uint8_t)type : SA_NAT_UNKNOWN;
}

static const char *
read_encap(const struct xfrm_reading *reading)
{
	struct sa *sa = reading->sa;
	struct xfrm_encap_tmpl encap;

	memcpy(&encap, reading->value, sizeof(encap));
	sa->nat_encap = nat_encap_of(encap.encap_type);
	sa->nat_src_port = ntohs(encap.encap_sport);
	sa->nat_dst_port = ntohs(encap.encap_dport);
	xfrm_report(reading, SA_ATTR_NAT_ENCAP);
	xfrm_report(reading, SA_ATTR_NAT_PORTS);
	if (any_nonzero(&encap.encap_oa, sizeof(encap.encap_oa))) {
		xfrm_address(&sa->nat_original, reading->family, &encap.encap_oa);
		xfrm_report(reading, SA_ATTR_NAT_ORIGINAL_ADDRESS);
	}
	return NULL;
}

static const char *
read_coaddr(const struct xfrm_reading *reading)
{
	xfrm_address(&reading->sa->care_of, reading->family, reading->value);
	xfrm_report(reading, SA_ATTR_CARE_OF_ADDRESS);
	return NULL;
}

static const char *
read_mark(const struct xfrm_reading *reading)
{
	struct xfrm_mark mark;

	memcpy(&mark, reading->value, sizeof(mark));
	reading->sa->mark = mark.v;
	reading->sa->mark_mask = mark.m;
	xfrm_report(reading, SA_ATTR_MARK);
	return NULL;
}

/* The text may end in any number of NULs.  Text that is too long is truncated; invalid text is left out. */
static const char *
read_sec_ctx(const struct xfrm_reading *reading)
{
	struct sa *sa = reading->sa;
	struct xfrm_user_sec_ctx head;
	const uint8_t *text = reading->value + sizeof(head);
	size_t length;

	memcpy(&head, reading->value, sizeof(head));
	if (head.ctx_len > reading->length - sizeof(head))
		return "the security context is longer than its attribute";
	length = strnlen((const char *)text, head.ctx_len);
	if (length >= sizeof(sa->security_context))
		length = sizeof(sa->security_context) - 1;
	if (!utf8_is_printable(text, length))
		return NULL;
	memset(sa->security_context, 0, sizeof(sa->security_context));
	memcpy(sa->security_context, text, length);
	xfrm_report(reading, SA_ATTR_SECURITY_CONTEXT);
	return NULL;
}

static const char *
read_sa_dir(const struct xfrm_reading *reading)
{
	if (reading->value[0] == XFRM_UAPI_SA_DIR_IN)
		reading->sa->direction = SA_DIRECTION_IN;
	else if (reading->value[0] == XFRM_UAPI_SA_DIR_OUT)
		reading->sa->direction = SA_DIRECTION_OUT;
	else
		return "the direction is neither in nor out";
	xfrm_report(reading, SA_ATTR_DIRECTION);
	return NULL;
}

/* XFRMA_SA_DIR takes precedence over the device's direction; they come in any order. */
static const char *
read_offload(const struct xfrm_reading *reading)
{
	struct sa *sa = reading->sa;
	struct xfrm_user_offload offload;

	memcpy(&offload, reading->value, sizeof(offload));
	sa->offload = offload.flags & XFRM_UAPI_OFFLOAD_PACKET ? SA_OFFLOAD_PACKET : SA_OFFLOAD_CRYPTO;
	sa->offload_interface_index = (uint32_t)offload.ifindex;
	xfrm_report(reading, SA_ATTR_OFFLOAD);
	if (!sa_reports(sa, SA_ATTR_DIRECTION)) {
		sa->direction = offload.flags & XFRM_OFFLOAD_INBOUND ? SA_DIRECTION_IN : SA_DIRECTION_OUT;
		xfrm_report(reading, SA_ATTR_DIRECTION);
	}
	return NULL;
}

static const char *
read_lastused(const struct xfrm_reading *reading)
{
	uint64_t lastused;

	memcpy(&lastused, reading->value, sizeof(lastused));
	reading->sa->idle_seconds = xfrm_elapsed_seconds(reading->now_seconds, lastused);
	xfrm_report(reading, SA_ATTR_IDLE);
	return NULL;
}

/* A flag, which is present or not. */
static const char *
read_iptfs_dont_frag(const struct xfrm_reading *reading)
{
	reading->sa->iptfs_dont_fragment = true;
	xfrm_report(reading, SA_ATTR_IPTFS_SENDING);
	return NULL;
}

/* clang-format off */
#define NUMBER(member, attr) {read_number, sizeof(((struct sa *)0)->member), (attr), offsetof(struct sa, member)}
#define KNOWN {skip, 0, 0, 0} /* not of SAs, but of other messages (XFRM_MSG_NEWAE), or only padding */
#define READ(function, type) {(function), sizeof(type), 0, 0}

static const struct xfrm_attribute attributes_known[] = {
	[XFRMA_ALG_AUTH] = READ(xfrm_read_alg_auth, struct xfrm_algo),
	[XFRMA_ALG_CRYPT] = READ(xfrm_read_alg_crypt, struct xfrm_algo),
	[XFRMA_ALG_COMP] = READ(xfrm_read_alg_comp, struct xfrm_algo),
	[XFRMA_ENCAP] = READ(read_encap, struct xfrm_encap_tmpl),
	[XFRMA_SA] = KNOWN, /* of XFRM_MSG_DELSA; it has become .info */
	[XFRMA_SEC_CTX] = READ(read_sec_ctx, struct xfrm_user_sec_ctx),
	[XFRMA_LTIME_VAL] = KNOWN,
	[XFRMA_REPLAY_VAL] = READ(xfrm_read_replay, struct xfrm_replay_state),
	[XFRMA_REPLAY_THRESH] = KNOWN,
	[XFRMA_ETIMER_THRESH] = KNOWN,
	[XFRMA_SRCADDR] = KNOWN,
	[XFRMA_COADDR] = READ(read_coaddr, xfrm_address_t),
	[XFRMA_LASTUSED] = READ(read_lastused, uint64_t),
	[XFRMA_ALG_AEAD] = READ(xfrm_read_alg_aead, struct xfrm_algo_aead),
	[XFRMA_ALG_AUTH_TRUNC] = READ(xfrm_read_alg_auth_trunc, struct xfrm_algo_auth),
	[XFRMA_MARK] = READ(read_mark, struct xfrm_mark),
	[XFRMA_TFCPAD] = NUMBER(tfc_padding_octets, SA_ATTR_TFC_PADDING),
	[XFRMA_REPLAY_ESN_VAL] = READ(xfrm_read_replay_esn, struct xfrm_replay_state_esn),
	[XFRMA_SA_EXTRA_FLAGS] = NUMBER(extra_flags, SA_ATTR_EXTRA_FLAGS),
	[XFRMA_PAD] = KNOWN,
	[XFRMA_OFFLOAD_DEV] = READ(read_offload, struct xfrm_user_offload),
	[XFRMA_SET_MARK] = NUMBER(output_mark, SA_ATTR_OUTPUT_MARK),
	[XFRMA_SET_MARK_MASK] = NUMBER(output_mark_mask, SA_ATTR_OUTPUT_MARK),
	[XFRMA_IF_ID] = NUMBER(if_id, SA_ATTR_IF_ID),
	[XFRMA_MTIMER_THRESH] = NUMBER(nat_mapping_threshold_seconds, SA_ATTR_NAT_MAPPING_THRESHOLD),
	[XFRM_UAPI_SA_DIR] = READ(read_sa_dir, uint8_t),
	[XFRM_UAPI_NAT_KEEPALIVE_INTERVAL] = NUMBER(nat_keepalive_seconds, SA_ATTR_NAT_KEEPALIVE),
	[XFRM_UAPI_SA_PCPU] = NUMBER(cpu, SA_ATTR_CPU),
	/*
	 * The kernel reports the first two for an SA that receives, the others for one that sends:
	 * net/xfrm/xfrm_iptfs.c.
	 */
	[XFRM_UAPI_IPTFS_DROP_TIME] = NUMBER(iptfs_drop_time_us, SA_ATTR_IPTFS_RECEIVING),
	[XFRM_UAPI_IPTFS_REORDER_WINDOW] = NUMBER(iptfs_reorder_window, SA_ATTR_IPTFS_RECEIVING),
	[XFRM_UAPI_IPTFS_DONT_FRAG] = {read_iptfs_dont_frag, 0, 0, 0},
	[XFRM_UAPI_IPTFS_INIT_DELAY] = NUMBER(iptfs_init_delay_us, SA_ATTR_IPTFS_SENDING),
	[XFRM_UAPI_IPTFS_MAX_QSIZE] = NUMBER(iptfs_max_queue_octets, SA_ATTR_IPTFS_SENDING),
	[XFRM_UAPI_IPTFS_PKT_SIZE] = NUMBER(iptfs_packet_octets, SA_ATTR_IPTFS_SENDING),
};
/* clang-format on */

enum {
	ATTRIBUTE_TYPE_MASK = 0x3fff, /* linux/netlink.h, NLA_TYPE_MASK, which is negative there */
	ATTRIBUTES_KNOWN = sizeof(attributes_known) / sizeof(attributes_known[0]),
};

/* --- walking them ------------------------------------------------------------------------------ */

/*
 * One attribute at *from, before `end`; moves *from past it.  libmnl's iterator would end silently at an attribute that
 * is cut short.
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
	whole = (size_t)NLA_ALIGN(head->nla_len);
	*from = whole < left ? *from + whole : end;
	return true;
}

static const char *
read_attributes(struct xfrm_reading *reading, const uint8_t *from, size_t length)
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
xfrm_attributes_read(const void *attributes, size_t length, uint16_t family, int64_t now_seconds, struct sa *sa,
		     struct xfrm_message_result *result)
{
	struct xfrm_reading reading = {.sa = sa, .result = result, .family = family, .now_seconds = now_seconds};

	return read_attributes(&reading, attributes, length);
}

const void *
xfrm_attributes_find(const void *attributes, size_t length, uint16_t type, size_t minimum, size_t *value_length)
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

bool
xfrm_attributes_are_whole(const void *attributes, size_t length)
{
	const uint8_t *from = attributes, *const end = from + length, *value;
	struct nlattr head;

	while (from < end) {
		if (!next_attribute(&from, end, &head, &value))
			return false;
	}
	return true;
}
