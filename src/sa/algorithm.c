/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/algorithm.h"

#include <string.h>

#include "base/text_writer.h"

/*
 * Names, compatible names and default ICV lengths are those of net/xfrm/xfrm_algo.c (Linux 6.x; rows that it once had
 * are kept).  An IV is one block in CBC modes, and 8 octets in counter modes: RFC 3686, 4106, 4309, 4543, 7634; the
 * salts are from the same RFCs, and are the last octets of the kernel's key.
 */
static const struct algorithm algorithms[] = {
	/* kind, kernel name, compatible name, transform name, IV, salt, ICV, ICV in name */
	{ALGORITHM_AEAD, "rfc4106(gcm(aes))", NULL, "AES_GCM", 64, 32, 128, true},
	{ALGORITHM_AEAD, "rfc4309(ccm(aes))", NULL, "AES_CCM", 64, 24, 128, true},
	{ALGORITHM_AEAD, "rfc4543(gcm(aes))", NULL, "NULL_AES_GMAC", 64, 32, 128, false},
	{ALGORITHM_AEAD, "rfc7539esp(chacha20,poly1305)", NULL, "CHACHA20_POLY1305", 64, 32, 128, false},

	{ALGORITHM_AUTH, "digest_null", NULL, "", 0, 0, 0, false},
	{ALGORITHM_AUTH, "hmac(md5)", "md5", "HMAC_MD5", 0, 0, 96, false},
	{ALGORITHM_AUTH, "hmac(sha1)", "sha1", "HMAC_SHA1", 0, 0, 96, false},
	{ALGORITHM_AUTH, "hmac(sha256)", "sha256", "HMAC_SHA2_256", 0, 0, 96, false},
	{ALGORITHM_AUTH, "hmac(sha384)", NULL, "HMAC_SHA2_384", 0, 0, 192, false},
	{ALGORITHM_AUTH, "hmac(sha512)", NULL, "HMAC_SHA2_512", 0, 0, 256, false},
	{ALGORITHM_AUTH, "hmac(rmd160)", "rmd160", "HMAC_RMD160", 0, 0, 96, false},
	{ALGORITHM_AUTH, "xcbc(aes)", NULL, "AES_XCBC", 0, 0, 96, false},
	{ALGORITHM_AUTH, "cmac(aes)", NULL, "AES_CMAC", 0, 0, 96, false},
	{ALGORITHM_AUTH, "hmac(sm3)", "sm3", "HMAC_SM3", 0, 0, 256, false},

	{ALGORITHM_ENCR, "ecb(cipher_null)", "cipher_null", "NULL", 0, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(des)", "des", "DES", 64, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(des3_ede)", "des3_ede", "3DES", 64, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(cast5)", "cast5", "CAST", 64, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(blowfish)", "blowfish", "BLOWFISH", 64, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(aes)", "aes", "AES", 128, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(serpent)", "serpent", "SERPENT", 128, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(camellia)", "camellia", "CAMELLIA", 128, 0, 0, false},
	{ALGORITHM_ENCR, "cbc(aria)", "aria", "ARIA", 128, 0, 0, false},
	{ALGORITHM_ENCR, "rfc3686(ctr(aria))", NULL, "ARIA_CTR", 64, 32, 0, false},
	{ALGORITHM_ENCR, "cbc(twofish)", "twofish", "TWOFISH", 128, 0, 0, false},
	{ALGORITHM_ENCR, "rfc3686(ctr(aes))", NULL, "AES_CTR", 64, 32, 0, false},
	{ALGORITHM_ENCR, "cbc(sm4)", "sm4", "SM4", 128, 0, 0, false},

	{ALGORITHM_COMP, "deflate", NULL, "DEFLATE", 0, 0, 0, false},
	{ALGORITHM_COMP, "lzs", NULL, "LZS", 0, 0, 0, false},
	{ALGORITHM_COMP, "lzjh", NULL, "LZJH", 0, 0, 0, false},
	/* What KLIPS prints for an algorithm without a name (ipsec_xform.h); its only names with small letters. */
	{ALGORITHM_COMP, "UNKNOWN_comp", NULL, "UNKNOWN_comp", 0, 0, 0, false},
	{ALGORITHM_ENCR, "UNKNOWN_encr", NULL, "UNKNOWN_encr", 0, 0, 0, false},
	{ALGORITHM_AUTH, "UNKNOWN_auth", NULL, "UNKNOWN_auth", 0, 0, 0, false},
};

enum { ALGORITHMS = sizeof(algorithms) / sizeof(algorithms[0]) };

/* Few names begin alike, and the names of each SA are looked up. */
static bool
same_name(const char *a, const char *b)
{
	return a[0] == b[0] && strcmp(a, b) == 0;
}

static bool
has_name(const struct algorithm *algorithm, const char *name)
{
	return same_name(name, algorithm->kernel_name) ||
	       (algorithm->compat_name != NULL && same_name(name, algorithm->compat_name));
}

const struct algorithm *
algorithm_find(enum algorithm_kind kind, const char *kernel_name)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (algorithms[i].kind == kind && has_name(&algorithms[i], kernel_name))
			return &algorithms[i];
	}
	return NULL;
}

static const struct algorithm *
find_of_any_kind(const char *name)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (has_name(&algorithms[i], name))
			return &algorithms[i];
	}
	return NULL;
}

/* ASCII only, whatever the locale. */
static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool
is_name_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/*
 * Whether the name is in upper case already: no kernel name in the table is, but KLIPS's own, on each line of its text,
 * are.
 */
static bool
is_upper_cased(const char *name, size_t length)
{
	size_t letters = 0;

	while (letters < length && is_name_letter(name[letters]))
		letters++;
	return letters == length;
}

static size_t
upper_cased(const char *name, char text[ALGORITHM_TRANSFORM_NAME_SIZE])
{
	size_t length = 0;
	bool gap = false;

	for (; *name != '\0'; name++) {
		const char c = upper(*name);
		const bool fills_gap = gap && length > 0;

		if (!is_name_letter(c)) {
			gap = true;
			continue;
		}
		if (length + fills_gap + 1 >= ALGORITHM_TRANSFORM_NAME_SIZE)
			break;
		if (fills_gap)
			text[length++] = '_';
		text[length++] = c;
		gap = false;
	}
	text[length] = '\0';
	return length;
}

size_t
algorithm_transform_name(const char *kernel_name, uint16_t icv_bits, char text[ALGORITHM_TRANSFORM_NAME_SIZE])
{
	struct text_writer writer = {.text = text, .size = ALGORITHM_TRANSFORM_NAME_SIZE};
	const bool may_be_listed = !is_upper_cased(kernel_name, strlen(kernel_name));
	const struct algorithm *const algorithm = may_be_listed ? find_of_any_kind(kernel_name) : NULL;

	if (!algorithm)
		return upper_cased(kernel_name, text);
	text_put_string(&writer, algorithm->transform_name);
	if (algorithm->icv_in_name && icv_bits > 0) {
		text_put_octet(&writer, '_');
		text_put_unsigned(&writer, icv_bits / 8U);
	}
	return text_end(&writer);
}

bool
algorithm_is_transform_name(const char *name, size_t length)
{
	if (is_upper_cased(name, length))
		return length > 0;
	for (size_t i = 0; i < ALGORITHMS; i++) {
		const struct algorithm *const algorithm = &algorithms[i];

		if (strcmp(algorithm->kernel_name, algorithm->transform_name) == 0 &&
		    strlen(algorithm->kernel_name) == length && memcmp(algorithm->kernel_name, name, length) == 0)
			return true;
	}
	return false;
}
