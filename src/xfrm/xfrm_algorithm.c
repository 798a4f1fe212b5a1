/* SPDX-License-Identifier: BSD-3-Clause */
#include "xfrm_algorithm.h"

#include <string.h>

#include "sa/algorithm.h"
#include "xfrm_uapi.h"

/* The members of struct xfrm_algo, xfrm_algo_auth and xfrm_algo_aead before the key; xfrm_algo has no ICV. */
struct algorithm_head {
	char name[64];
	uint32_t key_bits;
	uint32_t icv_bits;
};
enum {
	HEAD_WITHOUT_ICV = offsetof(struct algorithm_head, icv_bits),
	HEAD_WITH_ICV = sizeof(struct algorithm_head),
};
_Static_assert(offsetof(struct xfrm_algo, alg_key) == HEAD_WITHOUT_ICV, "linux/xfrm.h");
_Static_assert(offsetof(struct xfrm_algo_auth, alg_key) == HEAD_WITH_ICV, "linux/xfrm.h");
_Static_assert(offsetof(struct xfrm_algo_aead, alg_key) == HEAD_WITH_ICV, "linux/xfrm.h");

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
read_head(struct algorithm_head *head, size_t octets, const struct xfrm_reading *reading)
{
	size_t name_length;

	memset(head, 0, sizeof(*head));
	memcpy(head, reading->value, octets);
	name_length = strnlen(head->name, sizeof(head->name));
	if (name_length == sizeof(head->name) || !is_printable(head->name, name_length))
		return "an algorithm's name is malformed";
	return NULL;
}

static const char *
read_keyed_head(struct algorithm_head *head, size_t octets, const struct xfrm_reading *reading)
{
	const char *reason = read_head(head, octets, reading);

	if (!reason && (head->key_bits + UINT64_C(7)) / 8 > reading->length - octets)
		reason = "an algorithm's key is longer than its attribute";
	return reason;
}

static uint16_t
saturate16(uint32_t number)
{
	return number < UINT16_MAX ? (uint16_t)number : UINT16_MAX;
}

/* A name that is too long is truncated. */
static void
set_name(char *to, size_t size, const char *name)
{
	const size_t length = strnlen(name, size - 1);

	memcpy(to, name, length);
	memset(to + length, 0, size - length);
}

static void
set_cipher(const struct xfrm_reading *reading, const struct algorithm_head *head, enum algorithm_kind kind)
{
	const struct algorithm *algorithm = algorithm_find(kind, head->name);
	struct sa *sa = reading->sa;
	uint32_t key_bits = head->key_bits;

	set_name(sa->encryption, sizeof(sa->encryption), head->name);
	xfrm_report(reading, SA_ATTR_ENCRYPTION);
	if (algorithm) {
		key_bits -= key_bits > algorithm->salt_bits ? algorithm->salt_bits : 0;
		sa->iv_bits = algorithm->iv_bits;
		xfrm_report(reading, SA_ATTR_IV_BITS);
	}
	sa->encr_key_bits = saturate16(key_bits);
	xfrm_report(reading, SA_ATTR_ENCR_KEY_BITS);
}

static void
set_authenticator(const struct xfrm_reading *reading, const struct algorithm_head *head)
{
	struct sa *sa = reading->sa;

	set_name(sa->authentication, sizeof(sa->authentication), head->name);
	xfrm_report(reading, SA_ATTR_AUTHENTICATION);
	sa->auth_key_bits = saturate16(head->key_bits);
	xfrm_report(reading, SA_ATTR_AUTH_KEY_BITS);
}

static void
set_icv_bits(const struct xfrm_reading *reading, uint32_t icv_bits)
{
	reading->sa->icv_bits = saturate16(icv_bits);
	xfrm_report(reading, SA_ATTR_ICV_BITS);
}

const char *
xfrm_read_alg_crypt(const struct xfrm_reading *reading)
{
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, HEAD_WITHOUT_ICV, reading);

	if (!reason)
		set_cipher(reading, &head, ALGORITHM_ENCR);
	return reason;
}

const char *
xfrm_read_alg_aead(const struct xfrm_reading *reading)
{
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, HEAD_WITH_ICV, reading);

	if (reason)
		return reason;
	set_cipher(reading, &head, ALGORITHM_AEAD);
	set_icv_bits(reading, head.icv_bits);
	return NULL;
}

const char *
xfrm_read_alg_auth_trunc(const struct xfrm_reading *reading)
{
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, HEAD_WITH_ICV, reading);

	if (reason)
		return reason;
	set_authenticator(reading, &head);
	set_icv_bits(reading, head.icv_bits);
	return NULL;
}

/* Without the ICV's length, which is then the table's; the two attributes come in any order. */
const char *
xfrm_read_alg_auth(const struct xfrm_reading *reading)
{
	const struct algorithm *algorithm;
	struct algorithm_head head;
	const char *reason = read_keyed_head(&head, HEAD_WITHOUT_ICV, reading);

	if (reason)
		return reason;
	set_authenticator(reading, &head);
	algorithm = algorithm_find(ALGORITHM_AUTH, head.name);
	if (algorithm && !sa_reports(reading->sa, SA_ATTR_ICV_BITS))
		set_icv_bits(reading, algorithm->icv_bits);
	return NULL;
}

/* There is no key, but before Linux 6.8 the header could claim one. */
const char *
xfrm_read_alg_comp(const struct xfrm_reading *reading)
{
	struct sa *sa = reading->sa;
	struct algorithm_head head;
	const char *reason = read_head(&head, HEAD_WITHOUT_ICV, reading);

	if (reason)
		return reason;
	set_name(sa->compression, sizeof(sa->compression), head.name);
	xfrm_report(reading, SA_ATTR_COMPRESSION);
	return NULL;
}
