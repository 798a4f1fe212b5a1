/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "klips/klips_text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The shortest line there is, and what it has before its fields. */
#define HEAD "esp0x100@192.0.2.1 ESP_3DES_HMAC_MD5:"
#define LINE HEAD " dir=out life(c,s,h)="

static void
assert_rejected(const char *line, size_t length, size_t column, const char *reason)
{
	struct klips_text_result result;
	struct sa sa;

	if (klips_text_parse(line, length, &sa, &result))
		fail_msg("accepted: %s", line);
	if (result.column != column || strcmp(result.reason, reason) != 0)
		fail_msg("%s\ncolumn %zu: %s\nexpected column %zu: %s", line, result.column, result.reason, column,
			 reason);
}

#define NO_LIFETIME "a lifetime is none of alloc() bytes() addtime() add() usetime() use() packets()"
#define D16 "is not a number from 0 to 65535"
#define D32 "is not a number from -2147483648 to 2147483647"
#define NO_WORD "not a word=value field"
#define SPI_WRONG "the SAID's SPI is not 32 bits in hexadecimal and \"@\""
#define DST_WRONG "the SAID's destination is not an address"
#define PROTOCOL_WRONG "the SAID's protocol is not ah, esp, comp, tun, int or unkN"
#define SHUNT_WRONG "the SAID is no shunt that KLIPS has"
#define NAME_WRONG "the transform has a name that no kernel prints"
#define PREFIX_WRONG "the transform is not of the SAID's protocol"
#define TRIPLE_WRONG "a lifetime is not three numbers of 64 bits: (c,s,h)"
#define SIGNS_WRONG "a lifetime below 0 stands beside one that is no signed number of 64 bits"
#define USES_WRONG "refcount= is not followed by 8 numbers from 0 to 255 in brackets"
#define REST ": dir=out life(c,s,h)="

/* The column is one behind the octets of `start`, which the line begins with, and `rest` follows. */
/* clang-format off */
static const struct {
	const char *start, *rest, *reason;
} refused[] = {
	{"", "", "the line is empty"},
	{"", "\r", "the line is empty"},
	{"esp0x1@1.2.3.4", "\x01 ESP" REST, "a control character"},
	{LINE " a=", "\x7f", "a control character"},
	/* before whatever else is wrong */
	{LINE " refcount=x a=", "\x01", "a control character"},
	{LINE " a\xc3\xa9=", "\x1f", "a control character"},
	/* the SAID */
	{"esp0x1@1.2.3.4", "", "the line ends within or after its SAID"},
	{"", " esp0x1@1.2.3.4 ESP" REST, PROTOCOL_WRONG},
	{"", "sep0x1@1.2.3.4 ESP" REST, PROTOCOL_WRONG},
	{"unk", "2560x1@1.2.3.4 UNKNOWN_proto" REST, PROTOCOL_WRONG},
	{"unk", "500x1@1.2.3.4 ESP" REST, PROTOCOL_WRONG}, /* prints as esp */
	{"unk", "x1@1.2.3.4 ESP" REST, PROTOCOL_WRONG},
	{"unk", "0990x1@1.2.3.4 UNKNOWN_proto" REST, PROTOCOL_WRONG},
	{"esp", "1@1.2.3.4 ESP" REST, "the SAID has no 0x, \".\" or \":\" before its SPI"},
	{"esp0x", "@1.2.3.4 ESP" REST, SPI_WRONG},
	{"esp0x", "123456789@1.2.3.4 ESP" REST, SPI_WRONG},
	{"esp0x1", "#1.2.3.4 ESP" REST, SPI_WRONG},
	{"esp0x1@", "1.2.3.400 ESP" REST, DST_WRONG},
	{"esp0x1@", " ESP" REST, DST_WRONG},
	{"esp0x0@", "<invalid> ESP" REST, DST_WRONG},
	{"int0x1@", "<invalid> UNKNOWN_proto" REST, DST_WRONG},
	{"esp.1@<invalid>", " ESP" REST, "the SAID has \".\" for an IPv6 or \":\" for an IPv4 destination"},
	{"esp.1@", "::1 ESP" REST, "the SAID has \".\" for an IPv6 or \":\" for an IPv4 destination"},
	{"esp:1@", "1.2.3.4 ESP" REST, "the SAID has \".\" for an IPv6 or \":\" for an IPv4 destination"},
	{"", "%forbid UNKNOWN_proto" REST, SHUNT_WRONG},
	{"", "%unk-256 UNKNOWN_proto" REST, SHUNT_WRONG}, /* prints as %pass */
	{"", "%unk-12345 UNKNOWN_proto" REST, SHUNT_WRONG},
	{"", "%unk-007 UNKNOWN_proto" REST, SHUNT_WRONG},
	{"", "%passthrough5 IPIP" REST, SHUNT_WRONG},
	{"", "%passthroug IPIP" REST, SHUNT_WRONG},
	/* the transform */
	{"esp0x1@1.2.3.4 ESP", "", "the transform does not end with \":\""},
	{"esp0x1@1.2.3.4 ESP dir=out life(c,s,h)=", "", "the transform does not end with \":\""},
	{"esp0x1@1.2.3.4 ", "AH_HMAC_MD5" REST, PREFIX_WRONG},
	{"esp0x1@1.2.3.4 ", "UNKNOWN_proto" REST, PREFIX_WRONG},
	{"unk990x1@1.2.3.4 ", "ESP" REST, PREFIX_WRONG},
	{"%trap ", "IPIP" REST, PREFIX_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP3DES" REST, PREFIX_WRONG},
	{" (error) ", "SEP" REST, PREFIX_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP_" REST, NAME_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP__HMAC_MD5" REST, NAME_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP_aes" REST, NAME_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP_3DES HMAC_MD5" REST, NAME_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP_3DES-CBC" REST, NAME_WRONG},
	{"esp0x1@1.2.3.4 ", "ESP_ABCDEFGHIJKLMNOPQRSTUVWXYZ012345" REST, "the transform has a name that is too long"},
	/* fields in general */
	{HEAD, "dir=out life(c,s,h)=", "no space before a field"},
	{HEAD " ", " dir=out life(c,s,h)=", NO_WORD},
	{HEAD " dir=in  ", " life(c,s,h)=", NO_WORD},
	{HEAD " dir=out ", " life(c,s,h)=", NO_WORD},
	{LINE " ", "", NO_WORD},
	{LINE " ", "packets", NO_WORD},
	{LINE " ", "=1", NO_WORD},
	{LINE " a", "\xc3\xa9=1", NO_WORD},
	{LINE " refcount=1 ", "refcount=1", "the field stands twice"},
	{HEAD " dir=out ", "dir=out life(c,s,h)=", "the field stands twice"},
	{HEAD " life(c,s,h)=", "", "no dir="},
	{HEAD " dir=out", "", "no life(c,s,h)="},
	{HEAD " dir=out src=1.2.3.4", "", "no life(c,s,h)="},
	/* values */
	{HEAD " dir=", " life(c,s,h)=", "dir= is neither in nor out"},
	{HEAD " dir=", "up life(c,s,h)=", "dir= is neither in nor out"},
	{HEAD " dir=out", "er life(c,s,h)=", "dir= is neither in nor out"},
	{LINE " src=", "9a35fc02@", "src= is not an address"},
	{LINE " src=", "@3049:1::2", "src= is not an address"},
	{LINE " src=", "x@3049:1::2", "src= is not an address"},
	{LINE " src=", "19a35fc02@3049:1::2", "src= is not an address"},
	{LINE " src=", "1@1@::", "src= is not an address"},
	{LINE " src=", "", "src= is not an address"},
	{LINE " src=", "1.2.3", "src= is not an address"},
	{LINE " src=", "1.2.3.", "src= is not an address"},
	{LINE " src=", "1.2.3.4.", "src= is not an address"},
	{LINE " src=", "1..3.4", "src= is not an address"},
	{LINE " src=", "1.2.3.04", "src= is not an address"},
	{LINE " src=", "256.2.3.4", "src= is not an address"},
	{LINE " src=1.2.3.4", "/32", "src= is not an address"},
	{LINE " policy=", "", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=1.2.3.4", "->1.2.3.4", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=1.2.3.4/", "33->1.2.3.4/32", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=1.2.3.4/", "::->1.2.3.4/32", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=::/", "129->::/128", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=1.2.3.4/32", "", "policy= is not SUBNET->SUBNET"},
	{LINE " policy=1.2.3.4/32->1.2.3.4/", "08", "policy= is not SUBNET->SUBNET"},
	{LINE " iv_bits=64", "", "iv_bits= is not a number from 0 to 65535 and \"bits\""},
	{LINE " iv_bits=", "65536bits", "iv_bits= is not a number from 0 to 65535 and \"bits\""},
	{LINE " iv=", "1234", "iv= is not 0x and at most 32 octets in hexadecimal"},
	{LINE " iv=0x12", "3", "iv= is not 0x and at most 32 octets in hexadecimal"},
	{LINE " iv=0x12", "3g", "iv= is not 0x and at most 32 octets in hexadecimal"},
	{LINE " iv=0x0000000000000000000000000000000000000000000000000000000000000000", "00",
	 "iv= is not 0x and at most 32 octets in hexadecimal"},
	{LINE " ooowin=", "256", "is not a number from 0 to 255"},
	{LINE " ooowin=", "-1", "is not a number from 0 to 255"},
	{LINE " ooowin=64", "x", "is not a number from 0 to 255"},
	{LINE " ooo_errs=", "-2147483649", D32},
	{LINE " max_seq_diff=", "+1", D32},
	{LINE " auth_errs=", "01", D32},
	{LINE " encr_size_errs=", "-0", D32},
	{LINE " encr_pad_errs=", "", D32},
	{LINE " seq=", "2147483648", D32},
	{LINE " seq=", "4294967295", D32},
	{LINE " seq=", "4294967296", D32},
	{LINE " bit=", "ff", "bit= is not 0x and 64 bits in hexadecimal"},
	{LINE " bit=0x", "10000000000000000", "bit= is not 0x and 64 bits in hexadecimal"},
	{LINE " flags=0x8", "", "flags= is not 0x, 32 bits in hexadecimal, and <>"},
	{LINE " flags=0x8", "<inflow>", "flags= is not 0x, 32 bits in hexadecimal, and <>"},
	{LINE " flags=0x", "100000000<>", "flags= is not 0x, 32 bits in hexadecimal, and <>"},
	{LINE " alen=", "65536", D16},
	{LINE " aklen=", "-1", D16},
	{LINE " eklen=", "x", D16},
	{LINE " jiffies=", "-1", "jiffies= is not an unsigned number of 64 bits"},
	{LINE " jiffies=", "18446744073709551616", "jiffies= is not an unsigned number of 64 bits"},
	{LINE, "bits(1,2,3)", NO_LIFETIME},
	{LINE, "bytes", NO_LIFETIME},
	{LINE "bytes(1,2,3)", ",packets(1,2,3)", NO_LIFETIME},
	{LINE "bytes(1,2", ")", TRIPLE_WRONG},
	{LINE "bytes(", "-0,2,3)", TRIPLE_WRONG},
	{LINE "bytes(1,", "-9223372036854775809,3)", TRIPLE_WRONG},
	{LINE, "bytes(-1,9223372036854775808,0)", SIGNS_WRONG},
	{LINE "alloc(9223372036854775808,0,0)", "bytes(0,-1,0)", SIGNS_WRONG},
	{LINE "bytes(1,2,", "18446744073709551616)", TRIPLE_WRONG},
	{LINE "bytes(1,2,3)", "bytes(1,2,3)", "a lifetime stands twice"},
	{LINE "addtime(1,0,0)", "add(1,0,0)", "a lifetime stands twice"},
	{LINE "add(1,0,0)", "usetime(1,0,0)", "add() and use() stand beside addtime() or usetime()"},
	{LINE " idle=", "9223372036854775808", "idle= is not a signed number of 64 bits"},
	{LINE " ratio=1", "", "ratio= is not two signed numbers of 64 bits with \":\" between"},
	{LINE " ratio=1:", "-9223372036854775809", "ratio= is not two signed numbers of 64 bits with \":\" between"},
	{LINE " natencap=", "none4", "natencap= is not none, nonike, nonesp, unknown or na"},
	{LINE " natencap=", "", "natencap= is not none, nonike, nonesp, unknown or na"},
	{LINE " natencap=none natsport=4500", "", "half of a pair is missing: natsport= natdport=, reftable= refentry="},
	{LINE " natencap=none natsport=", "65536 natdport=0", D16},
	{LINE " refcount=1[0,1", "]", USES_WRONG},
	{LINE " refcount=1[0,1,", "256,0,0,0,0,0]", USES_WRONG},
	{LINE " refcount=1[0,1,2,0,0,0,0,0", "", USES_WRONG},
	{LINE " refcount=1[0,1,2,0,0,0,0,0]", "1", D32},
	{LINE " ref=", "2147483648", D32},
	{LINE " refhim=0", "x1", D32},
	{LINE " outif=", "ipsec0", "outif= is not INTERFACE:NUMBER"},
	{LINE " outif=", ":1", "outif= is not INTERFACE:NUMBER"},
	{LINE " outif=ipsec0:", "256", "outif= is not INTERFACE:NUMBER"},
	{LINE " outif=", "abcdefghijklmnop:0", "outif= is not INTERFACE:NUMBER"},
	{LINE " outif=", "a/b:0", "outif= is not INTERFACE:NUMBER"},
	{LINE " refentry=1", "", "half of a pair is missing: natsport= natdport=, reftable= refentry="},
	{"", "esp.1@1.2.3.4 ESP: dir=out life(c,s,h)=addtime(1,0,0)",
	 "addtime() or usetime() beside a SAID that has no 0x"},
};
/* clang-format on */

static void
refuses_with_column_and_reason(void **state)
{
	char line[KLIPS_TEXT_LINE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		snprintf(line, sizeof(line), "%s%s", refused[i].start, refused[i].rest);
		assert_rejected(line, strlen(line), strlen(refused[i].start) + 1, refused[i].reason);
	}
}

static void
refuses_nul_octets(void **state)
{
	char line[] = LINE " refcount=4";

	(void)state;
	line[20] = '\0';
	assert_rejected(line, sizeof(line) - 1, 21, "a NUL octet");
	assert_rejected(line, 21, 21, "a NUL octet");
	assert_rejected("", 1, 1, "a NUL octet");
}

static void
refuses_endless_lines(void **state)
{
	static char line[10 * 1024 * 1024];
	struct klips_text_result result;
	struct sa sa;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, LINE " x=", strlen(LINE " x="));
	assert_rejected(line, sizeof(line), KLIPS_TEXT_LINE_SIZE - 1, "the line is longer than any SA's");
	assert_rejected(line, KLIPS_TEXT_LINE_SIZE - 1, KLIPS_TEXT_LINE_SIZE - 1, "the line is longer than any SA's");
	assert_true(klips_text_parse(line, KLIPS_TEXT_LINE_SIZE - 2, &sa, &result));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_with_column_and_reason),
		cmocka_unit_test(refuses_nul_octets),
		cmocka_unit_test(refuses_endless_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
