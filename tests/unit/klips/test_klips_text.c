/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "klips/klips_text.h"

#define DATA "tests/data/klips/"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The shortest line there is, and what it has before its fields. */
#define HEAD "esp0x100@192.0.2.1 ESP_3DES_HMAC_MD5:"
#define LINE HEAD " dir=out life(c,s,h)="

static void
parse(const char *line, struct sa *sa)
{
	struct klips_text_result result;

	if (!klips_text_parse(line, strlen(line), sa, &result))
		fail_msg("%s\ncolumn %zu: %s", line, result.column, result.reason);
	assert_null(result.reason);
}

static void
assert_prints(const struct sa *sa, enum klips_text_format format, const char *expected)
{
	char printed[KLIPS_TEXT_LINE_SIZE];
	const size_t length = klips_text_print(sa, format, printed);

	assert_int_equal(strlen(printed), length);
	assert_int_equal(printed[length - 1], '\n');
	printed[length - 1] = '\0';
	assert_string_equal(printed, expected);
}

static void
assert_identity(const char *line)
{
	struct sa sa;

	parse(line, &sa);
	assert_prints(&sa, KLIPS_TEXT_AUTO, line);
}

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

/* --- the data files ---------------------------------------------------------------------------- */

static size_t
for_each_line(const char *path, void (*visit)(const char *line))
{
	char line[KLIPS_TEXT_LINE_SIZE];
	FILE *file = fopen(path, "r");
	size_t lines = 0;

	if (!file)
		fail_msg("cannot open %s: run the tests from the top of the tree", path);
	for (; fgets(line, sizeof(line), file); lines++) {
		line[strcspn(line, "\n")] = '\0';
		visit(line);
	}
	fclose(file);
	return lines;
}

static void
prints_whole_lines_back(void **state)
{
	static const struct {
		const char *path;
		size_t lines;
	} files[] = {
		{DATA "all-lines.txt", 207}, {DATA "freeswan-1.txt", 1},  {DATA "freeswan-2.txt", 11},
		{DATA "manual.txt", 2},	     {DATA "openswan-2.txt", 61}, {DATA "openswan-2-generated.txt", 120},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++)
		assert_int_equal(for_each_line(files[i].path, assert_identity), files[i].lines);
}

/* What a torn read leaves is refused, or it is a line of its own; never something that changes on the way. */
static void
assert_prefixes_are_safe(const char *line)
{
	char once[KLIPS_TEXT_LINE_SIZE], twice[KLIPS_TEXT_LINE_SIZE];
	struct klips_text_result result;
	struct sa sa;

	for (size_t length = 0; length < strlen(line); length++) {
		if (!klips_text_parse(line, length, &sa, &result)) {
			assert_non_null(result.reason);
			assert_in_range(result.column, 1, length + 1);
			continue;
		}
		klips_text_print(&sa, KLIPS_TEXT_AUTO, once);
		assert_int_equal(strlen(once), length + 1);
		assert_memory_equal(once, line, length);
		assert_true(klips_text_parse(once, strlen(once) - 1, &sa, &result));
		klips_text_print(&sa, KLIPS_TEXT_AUTO, twice);
		assert_string_equal(once, twice);
	}
}

static void
survives_every_cut(void **state)
{
	(void)state;
	for_each_line(DATA "all-lines.txt", assert_prefixes_are_safe);
	for_each_line(DATA "openswan-2-generated.txt", assert_prefixes_are_safe);
	for_each_line(DATA "manual.txt", assert_prefixes_are_safe);
}

#define NO_LIFETIME "a lifetime is none of alloc() bytes() addtime() add() usetime() use() packets()"

/* In the order of cut-short.txt.  Six were cut at the end of a field or lifetime: they are lines like any. */
/* clang-format off */
static const struct {
	size_t column; /* 0: understood */
	const char *reason;
} cut_short[] = {
	{0, NULL}, /* its IV is in capitals, which print small */
	{0, NULL},
	{232, NO_LIFETIME}, /* ...usetime(99,0,0)packet */
	{231, NO_LIFETIME}, /* ...usetime(99,0,0)packets */
	{201, NO_LIFETIME},
	{231, NO_LIFETIME},
	{0, NULL},
	{0, NULL},
	{0, NULL},
	{188, "half of a pair is missing: natsport= natdport=, reftable= refentry="},
	{0, NULL},
};
/* clang-format on */

static size_t cut_short_at;

static void
assert_as_expected_of_cut(const char *line)
{
	struct sa sa;

	assert_true(cut_short_at < COUNT(cut_short));
	if (cut_short[cut_short_at].column > 0)
		assert_rejected(line, strlen(line), cut_short[cut_short_at].column, cut_short[cut_short_at].reason);
	else if (cut_short_at > 0)
		assert_identity(line);
	else
		parse(line, &sa);
	cut_short_at++;
}

static void
tells_what_cut_lines_lack(void **state)
{
	(void)state;
	cut_short_at = 0;
	assert_int_equal(for_each_line(DATA "cut-short.txt", assert_as_expected_of_cut), COUNT(cut_short));
}

/* --- what kernels print and the data files lack ------------------------------------------------ */

/* clang-format off */
static const char *const kernel_lines[] = {
	/* SAIDs */
	"%pass UNKNOWN_proto: dir=out life(c,s,h)=",
	"%drop UNKNOWN_proto: dir=out life(c,s,h)=",
	"%reject UNKNOWN_proto: dir=in  life(c,s,h)=",
	"%hold UNKNOWN_proto: dir=out life(c,s,h)=",
	"%trap UNKNOWN_proto: dir=out life(c,s,h)=",
	"%trapsubnet UNKNOWN_proto: dir=out life(c,s,h)=",
	"%unk-0 UNKNOWN_proto: dir=out life(c,s,h)=",
	"%unk-255 UNKNOWN_proto: dir=out life(c,s,h)=",
	"%unk-1234 UNKNOWN_proto: dir=out life(c,s,h)=", /* cut by the kernel */
	"%unk--123 UNKNOWN_proto: dir=out life(c,s,h)=",
	"%unk--256 UNKNOWN_proto: dir=out life(c,s,h)=",
	"%passthrough4 IPIP: dir=out life(c,s,h)=",
	"%passthrough6 IPIP: dir=out life(c,s,h)=",
	"%passthrough IPIP: dir=out life(c,s,h)=add(1,0,0)", /* satoa.c */
	"%passthrough IPIP: dir=out life(c,s,h)=addtime(1,0,0)",
	"esp0x100@<invalid> ESP: dir=out src=<invalid> life(c,s,h)=",
	"unk990xffffffff@<invalid> UNKNOWN_proto: dir=out life(c,s,h)=",
	"int0x1ff@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"int0x104@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"int0x1ff@0.0.0.0 UNKNOWN_proto: dir=out life(c,s,h)=", /* satoa.c: %-names for 0.0.0.0 and known SPIs only */
	"int0x1ff@:: UNKNOWN_proto: dir=out life(c,s,h)=",	/* satot.c before it had %unk-N */
	"unk00x100@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"unk410x100@2001:db8::1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"unk41:100@2001:db8::1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"unk990x0@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"unk2000xffffffff@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	"unk99.0@192.0.2.1 UNKNOWN_proto: dir=out life(c,s,h)=",
	" (error) ESP_3DES_HMAC_MD5: dir=out life(c,s,h)=",
	" (error) UNKNOWN_proto: dir=out life(c,s,h)=",
	" (error) AH: dir=out life(c,s,h)=",
	"tun0x0@192.0.2.1 IPIP: dir=out life(c,s,h)=",
	"esp0x0@0.0.0.0 ESP: dir=out life(c,s,h)=",
	"esp0x0@:: ESP: dir=out life(c,s,h)=",
	"esp0x1@1::2:0:0:0:3 ESP: dir=out life(c,s,h)=",
	"esp0x1@::ffff:c000:201 ESP: dir=out src=::c000:201 life(c,s,h)=",
	"esp0x1@0:1:0:1:0:1:0:1 ESP: dir=out life(c,s,h)=",
	/* transforms */
	"esp0x1@1.2.3.4 ESP_NULL_HMAC_SHA2_512: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_HMAC_MD5: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_ID249_ID251: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_ID255_HMAC_SHA1: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_UNKNOWN_encr_UNKNOWN_auth: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_DES_HMAC_MD5: dir=out life(c,s,h)=",
	/* ipsec_xform.h of FreeS/WAN 1 with modular algorithms */
	"esp0x1@1.2.3.4 ESP_RC5_HMAC_RIPEMD: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_3IDEA_ID9: dir=out life(c,s,h)=",
	"ah0x1@1.2.3.4 AH_BLOWFISH_HMAC_RIPEMD: dir=out life(c,s,h)=",
	"ah0x1@1.2.3.4 AH_3DES_HMAC_MD5: dir=out life(c,s,h)=",
	"ah0x1@1.2.3.4 AH_ID4_ID5: dir=out life(c,s,h)=",
	"comp0x1@1.2.3.4 COMP_LZS_HMAC_MD5: dir=out life(c,s,h)=",
	"comp0x1@1.2.3.4 COMP_UNKNOWN_comp_ID9: dir=out life(c,s,h)=",
	"comp0x1@1.2.3.4 COMP_NONE: dir=out life(c,s,h)=",
	"tun0x1@1.2.3.4 IPIP_ID7: dir=out life(c,s,h)=",
	"unk990x1@1.2.3.4 UNKNOWN_proto_3DES_HMAC_MD5: dir=out life(c,s,h)=",
	"%trap UNKNOWN_proto_UNKNOWN_encr_UNKNOWN_auth: dir=out life(c,s,h)=",
	/* fields */
	LINE,
	LINE "alloc(0,0,0)bytes(0,0,0)addtime(0,0,0)usetime(0,0,0)packets(0,0,0) idle=0",
	LINE "alloc(18446744073709551615,9223372036854775808,1) idle=-1 ratio=-9223372036854775808:9223372036854775807",
	HEAD " dir=out ooowin=255 ooo_errs=-1 seq=-2147483648 bit=0xffffffffffffffff max_seq_diff=2147483647 life(c,s,h)=",
	HEAD " dir=out flags=0xffffffff<> alen=65535 aklen=65535 auth_errs=-1 eklen=65535 life(c,s,h)=",
	HEAD " dir=out bit=0x0000000ff life(c,s,h)=", /* Linux 2.2 */
	HEAD " dir=out bit=0x0ffffffff life(c,s,h)=add(1,0,0)",
	HEAD " dir=out bit=0x100000000 life(c,s,h)=",
	LINE "alloc(-1,0,0)bytes(-9223372036854775808,9223372036854775807,-2)add(-1,0,0)", /* %Ld, FreeS/WAN 1 */
	LINE "alloc(-5,-2147483648,2147483647)add(1,0,0)", /* %d, FreeS/WAN 1.9 */
	HEAD " dir=out encr_size_errs=-1 encr_pad_errs=1 jiffies=18446744073709551615 life(c,s,h)=",
	HEAD " dir=out iv_bits=4bits iv=0x life(c,s,h)=",
	HEAD " dir=out iv_bits=8bits iv=0x0cf0 life(c,s,h)=", /* CONFIG_KLIPS_OCF makes IVs up, of 2 octets at least */
	HEAD " dir=out iv_bits=256bits iv=0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f life(c,s,h)=",
	HEAD " dir=out policy=0.0.0.0/0->255.255.255.255/32 life(c,s,h)=",
	HEAD " dir=out policy=16.0.0.0/255.0.255.0->16.0.0.0/0.0.0.1 life(c,s,h)=",
	HEAD " dir=out policy=::/0->::1/128 life(c,s,h)=",
	HEAD " dir=out policy=::/ffff:f0f0::->::/::1 life(c,s,h)=",
	LINE " natencap=na refcount=-2147483648 ref=2147483647 refhim=-1",
	LINE " natencap=na refcount=3[1,0,2,0,0,0,255,0] ref=1 refhim=0", /* IPSEC_SA_RECOUNT_DEBUG */
	LINE " natencap=unknown natsport=0 natdport=65535 refcount=1 ref=1 refhim=0 outif=ipsec0:1:255",
	LINE " natencap=nonike natsport=65535 natdport=1 refcount=1 ref=1 reftable=18446744073709551615 refentry=0",
	/* printed by this program for XFRM */
	HEAD " dir=unknown life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_AES_GCM_16: dir=out life(c,s,h)=",
	"esp0x1@1.2.3.4 ESP_AES_AES_XCBC: dir=out life(c,s,h)=",
};
/* clang-format on */

static void
prints_back_what_kernels_can_print(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(kernel_lines); i++)
		assert_identity(kernel_lines[i]);
}

/* What is spelt otherwise than the kernels do, and loses nothing when it is spelt as they do. */
/* clang-format off */
static const struct {
	const char *read, *printed;
} tolerated[] = {
	{LINE "\r", LINE},
	{"esp0x00000ABC@192.0.2.1 ESP: dir=out life(c,s,h)=", "esp0xabc@192.0.2.1 ESP: dir=out life(c,s,h)="},
	{"esp0x1@2001:0DB8:0::0:192.0.2.1 ESP: dir=out life(c,s,h)=",
	 "esp0x1@2001:db8::c000:201 ESP: dir=out life(c,s,h)="},
	{"tun0x0@0.0.0.0 IPIP: dir=out life(c,s,h)=", "%passthrough4 IPIP: dir=out life(c,s,h)="},
	{HEAD " dir=in life(c,s,h)=", HEAD " dir=in  life(c,s,h)="},
	{HEAD " bit=0x00ffffffff dir=out life(c,s,h)=", HEAD " dir=out bit=0xffffffff life(c,s,h)="},
	{HEAD " dir=out iv=0xABcd flags=0x00000008<> life(c,s,h)=", HEAD " dir=out iv=0xabcd flags=0x8<> life(c,s,h)="},
	{HEAD " refcount=1 life(c,s,h)=packets(1,2,3)bytes(4,5,6) dir=in  src=::1",
	 HEAD " dir=in  src=::1 life(c,s,h)=bytes(4,5,6)packets(1,2,3) refcount=1"},
	{HEAD " dir=out policy=10.0.0.0/255.0.0.0->::/ffff:: life(c,s,h)=",
	 HEAD " dir=out policy=10.0.0.0/8->::/16 life(c,s,h)="},
	{HEAD " dir=out src=9a35fc02@3049:1::2 life(c,s,h)=", HEAD " dir=out src=3049:1::2 life(c,s,h)="}, /* ipsec_spi(5) */
	{HEAD " dir=out src=0@192.0.2.1 life(c,s,h)=", HEAD " dir=out src=192.0.2.1 life(c,s,h)="},
	{LINE " later=1 x-y(z)=\xc3\xa9 empty=", LINE},
};
/* clang-format on */

static void
respells_what_is_spelt_otherwise(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tolerated); i++) {
		struct sa sa, again;

		parse(tolerated[i].read, &sa);
		assert_prints(&sa, KLIPS_TEXT_AUTO, tolerated[i].printed);
		parse(tolerated[i].printed, &again);
		assert_memory_equal(&sa, &again, sizeof(sa));
	}
}

static void
counts_unknown_fields(void **state)
{
	static const char line[] = LINE " a=1 b=2 natencap=none c==";
	struct klips_text_result result;
	struct sa sa;

	(void)state;
	assert_true(klips_text_parse(line, strlen(line), &sa, &result));
	assert_int_equal(result.unknown_fields, 3);
	assert_int_equal(sa.dialect, SA_DIALECT_OPENSWAN);
}

/* --- from one dialect to another --------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *automatic; /* as it came */
	const char *openswan, *freeswan, *manual;
} conversions[] = {
	/* FreeS/WAN 1 */
	{"tun0x12@192.1.2.45 IPIP: dir=out src=192.1.2.23 life(c,s,h)=alloc(1,0,0)add(0,0,0)use(1,2,3) idle=4",
	 "tun0x12@192.1.2.45 IPIP: dir=out src=192.1.2.23 life(c,s,h)=alloc(1,0,0)addtime(0,0,0)usetime(1,2,3) idle=4",
	 "tun0x12@192.1.2.45 IPIP: dir=out src=192.1.2.23 life(c,s,h)=alloc(1,0,0)add(0,0,0)use(1,2,3) idle=4",
	 "tun.12@192.1.2.45 IPIP: dir=out src=192.1.2.23 life(c,s,h)=alloc(1,0,0)add(0,0,0)use(1,2,3) idle=4"},
	/* FreeS/WAN 2: nothing says that NAT traversal is off, so openswan does not either */
	{"tun0x12@::2 IPIP: dir=in  policy=::/0->::1/128 flags=0x8<> life(c,s,h)=addtime(6,0,0) refcount=4 ref=9",
	 "tun0x12@::2 IPIP: dir=in  policy=::/0->::1/128 flags=0x8<> life(c,s,h)=addtime(6,0,0) refcount=4 ref=9",
	 "tun0x12@::2 IPIP: dir=in  policy=::/0->::1/128 flags=0x8<> life(c,s,h)=addtime(6,0,0) refcount=4 ref=9",
	 "tun:12@::2 IPIP: dir=in  policy=::/0->::1/128 flags=0x8<> life(c,s,h)=add(6,0,0)"},
	/* Openswan without NAT traversal, and all that Openswan has */
	{LINE "usetime(0,0,0) idle=0 ratio=1:2 natencap=none natsport=0 natdport=0 refcount=4 ref=2 refhim=0",
	 LINE "usetime(0,0,0) idle=0 ratio=1:2 natencap=none natsport=0 natdport=0 refcount=4 ref=2 refhim=0",
	 LINE "usetime(0,0,0) idle=0 ratio=1:2 refcount=4 ref=2",
	 "esp.100@192.0.2.1 ESP_3DES_HMAC_MD5: dir=out life(c,s,h)=use(0,0,0) idle=0 ratio=1:2"},
	{HEAD " dir=out jiffies=1 life(c,s,h)= natencap=na refcount=2 ref=3 refhim=1 outif=ipsec0:1 reftable=2 refentry=4",
	 HEAD " dir=out jiffies=1 life(c,s,h)= natencap=na refcount=2 ref=3 refhim=1 outif=ipsec0:1 reftable=2 refentry=4",
	 HEAD " dir=out life(c,s,h)= refcount=2 ref=3 reftable=2 refentry=4",
	 "esp.100@192.0.2.1 ESP_3DES_HMAC_MD5: dir=out life(c,s,h)="},
	/* with it */
	{LINE " natencap=nonesp natsport=4500 natdport=0 refcount=2 ref=3 refhim=1",
	 LINE " natencap=nonesp natsport=4500 natdport=0 refcount=2 ref=3 refhim=1",
	 LINE " natencap=nonesp natsport=4500 natdport=0 refcount=2 ref=3",
	 "esp.100@192.0.2.1 ESP_3DES_HMAC_MD5: dir=out life(c,s,h)="},
	/* what kernels of one dialect spell in two ways is spelt as the dialect's latest has it */
	{"%passthrough IPIP: dir=out bit=0x0000000ff life(c,s,h)=bytes(-1,0,0)add(1,0,0)",
	 "%passthrough4 IPIP: dir=out bit=0xff life(c,s,h)=bytes(18446744073709551615,0,0)addtime(1,0,0)",
	 "%passthrough IPIP: dir=out bit=0x0000000ff life(c,s,h)=bytes(-1,0,0)add(1,0,0)",
	 "%passthrough4 IPIP: dir=out bit=0xff life(c,s,h)=bytes(18446744073709551615,0,0)add(1,0,0)"},
	{LINE " natencap=none natsport=0 natdport=0 refcount=9[0,1,2,3,4,5,6,7] ref=3 refhim=1",
	 LINE " natencap=none natsport=0 natdport=0 refcount=9[0,1,2,3,4,5,6,7] ref=3 refhim=1",
	 LINE " refcount=9 ref=3",
	 "esp.100@192.0.2.1 ESP_3DES_HMAC_MD5: dir=out life(c,s,h)="},
	/* ipsec_spi(5) */
	{"tun.12a@192.168.43.1 IPIP: dir=out src=192.168.43.2 life(c,s,h)=add(269,0,0)use(149,0,0) idle=23",
	 "tun0x12a@192.168.43.1 IPIP: dir=out src=192.168.43.2 life(c,s,h)=addtime(269,0,0)usetime(149,0,0) idle=23",
	 "tun0x12a@192.168.43.1 IPIP: dir=out src=192.168.43.2 life(c,s,h)=addtime(269,0,0)usetime(149,0,0) idle=23",
	 "tun.12a@192.168.43.1 IPIP: dir=out src=192.168.43.2 life(c,s,h)=add(269,0,0)use(149,0,0) idle=23"},
	/* What has one spelling has it everywhere. */
	{"%trap UNKNOWN_proto: dir=out life(c,s,h)=", "%trap UNKNOWN_proto: dir=out life(c,s,h)=",
	 "%trap UNKNOWN_proto: dir=out life(c,s,h)=", "%trap UNKNOWN_proto: dir=out life(c,s,h)="},
	/* A field that no such kernel has is kept as long as nobody asks for another dialect. */
	{HEAD " dir=out policy=1.2.3.4/32->0.0.0.0/0 life(c,s,h)=add(1,0,0) natencap=na refcount=1",
	 HEAD " dir=out policy=1.2.3.4/32->0.0.0.0/0 life(c,s,h)=addtime(1,0,0) natencap=na refcount=1",
	 HEAD " dir=out life(c,s,h)=add(1,0,0)",
	 "esp.100@192.0.2.1 ESP_3DES_HMAC_MD5: dir=out policy=1.2.3.4/32->0.0.0.0/0 life(c,s,h)=add(1,0,0)"},
};
/* clang-format on */

static void
converts_between_dialects(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(conversions); i++) {
		struct sa sa;

		parse(conversions[i].automatic, &sa);
		assert_prints(&sa, KLIPS_TEXT_AUTO, conversions[i].automatic);
		assert_prints(&sa, KLIPS_TEXT_OPENSWAN, conversions[i].openswan);
		assert_prints(&sa, KLIPS_TEXT_FREESWAN, conversions[i].freeswan);
		assert_prints(&sa, KLIPS_TEXT_MANUAL, conversions[i].manual);
	}
}

static void
tells_dialects_apart(void **state)
{
	static const struct {
		const char *line;
		enum sa_dialect dialect;
	} lines[] = {
		{LINE, SA_DIALECT_FREESWAN2},
		{LINE "add(1,0,0)", SA_DIALECT_FREESWAN1},
		{LINE "use(1,0,0) natencap=na", SA_DIALECT_FREESWAN1},
		{LINE "addtime(1,0,0)", SA_DIALECT_FREESWAN2},
		{LINE " refcount=1 ref=2", SA_DIALECT_FREESWAN2},
		{LINE " natencap=none", SA_DIALECT_OPENSWAN},
		{LINE " refhim=0", SA_DIALECT_OPENSWAN},
		{LINE " outif=eth0:0", SA_DIALECT_OPENSWAN},
		{LINE " refcount=1 ref=2 reftable=0 refentry=0", SA_DIALECT_FREESWAN2},
		{HEAD " dir=out jiffies=0 life(c,s,h)=", SA_DIALECT_OPENSWAN},
		{"ah.1@1.2.3.4 AH: dir=out life(c,s,h)= natencap=na", SA_DIALECT_MANUAL},
		{"ah:1@::1 AH: dir=out life(c,s,h)=", SA_DIALECT_MANUAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct sa sa;

		parse(lines[i].line, &sa);
		assert_int_equal(sa.dialect, lines[i].dialect);
	}
}

/* --- values ------------------------------------------------------------------------------------ */

static void
reports_exactly_what_the_line_has(void **state)
{
	const uint64_t expected = SA_ATTR_BIT(SA_ATTR_DIRECTION) | SA_ATTR_BIT(SA_ATTR_ENCRYPTION) |
				  SA_ATTR_BIT(SA_ATTR_AUTHENTICATION) | SA_ATTR_BIT(SA_ATTR_ADD) |
				  SA_ATTR_BIT(SA_ATTR_NAT_PORTS) | SA_ATTR_BIT(SA_ATTR_REF);
	struct sa sa;

	(void)state;
	parse(HEAD " dir=in  life(c,s,h)=addtime(0,0,0) natsport=1 natdport=2 ref=0", &sa);
	assert_true(sa.reported == expected);
	assert_string_equal(sa.encryption, "3DES");
	assert_string_equal(sa.authentication, "HMAC_MD5");
	assert_int_equal(sa.direction, SA_DIRECTION_IN);
	parse("comp0x1@1.2.3.4 COMP_DEFLATE: dir=unknown life(c,s,h)=", &sa);
	assert_true(sa.reported == SA_ATTR_BIT(SA_ATTR_COMPRESSION));
	assert_string_equal(sa.compression, "DEFLATE");
}

static void
splits_transforms(void **state)
{
	static const struct {
		const char *said, *transform, *encryption, *authentication, *compression;
	} transforms[] = {
		{"esp0x1@::", "ESP", "", "", ""},
		{"esp0x1@::", "ESP_ID9", "ID9", "", ""},
		{"esp0x1@::", "ESP_ID249_ID251", "ID249", "ID251", ""},
		{"esp0x1@::", "ESP_NULL_HMAC_SHA2_256", "NULL", "HMAC_SHA2_256", ""},
		{"esp0x1@::", "ESP_UNKNOWN_encr_UNKNOWN_auth", "UNKNOWN_encr", "UNKNOWN_auth", ""},
		{"esp0x1@::", "ESP_AES_GCM_16", "AES_GCM_16", "", ""},
		{"esp0x1@::", "ESP_AES_AES_CMAC", "AES", "AES_CMAC", ""},
		{"ah0x1@::", "AH_ID9", "", "ID9", ""},
		{"ah0x1@::", "AH_AES_XCBC", "", "AES_XCBC", ""},
		{"comp0x1@::", "COMP_UNKNOWN_comp", "", "", "UNKNOWN_comp"},
		{"comp0x1@::", "COMP_LZS_HMAC_SHA1", "", "HMAC_SHA1", "LZS"},
		{"comp0x1@::", "COMP_NONE_ID3", "", "ID3", "NONE"},
	};
	char line[KLIPS_TEXT_LINE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(transforms); i++) {
		struct sa sa;

		snprintf(line, sizeof(line), "%s %s: dir=out life(c,s,h)=", transforms[i].said,
			 transforms[i].transform);
		parse(line, &sa);
		assert_string_equal(sa.encryption, transforms[i].encryption);
		assert_string_equal(sa.authentication, transforms[i].authentication);
		assert_string_equal(sa.compression, transforms[i].compression);
	}
}

/* --- SAs of XFRM ------------------------------------------------------------------------------- */

static struct sa
xfrm_sa(void)
{
	struct sa sa = {
		.reported = SA_ATTR_BIT(SA_ATTR_COUNT) - 1,
		.said.dst = {SA_ADDRESS_IPV4, {192, 0, 2, 1}},
		.said.protocol = SA_PROTOCOL_ESP,
		.said.spi = 0x9a35fc02,
		.src = {SA_ADDRESS_IPV4, {192, 0, 2, 2}},
		.direction = SA_DIRECTION_OUT,
		.encryption = "cbc(aes)",
		.authentication = "hmac(sha1)",
		.icv_bits = 96,
		.sequence = UINT32_MAX,
		.iv_bits = 128,
	};

	sa.life[SA_LIFE_BYTES].hard = UINT64_MAX;
	sa.selector.src.address.type = sa.selector.dst.address.type = SA_ADDRESS_IPV4;
	/* What only KLIPS has, XFRM cannot report. */
	for (unsigned attribute = SA_ATTR_RATIO; attribute < SA_ATTR_COUNT; attribute++)
		sa.reported &= ~SA_ATTR_BIT(attribute);
	return sa;
}

static void
prints_xfrm_as_openswan_would(void **state)
{
	struct sa sa = xfrm_sa();

	(void)state;
	assert_prints(&sa, KLIPS_TEXT_AUTO,
		      "esp0x9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.2 seq=-1"
		      " alen=96 life(c,s,h)=bytes(0,0,18446744073709551615)addtime(0,0,0) idle=0 natencap=none "
		      "natsport=0 natdport=0");
	assert_prints(&sa, KLIPS_TEXT_FREESWAN,
		      "esp0x9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.2 seq=-1"
		      " alen=96 life(c,s,h)=bytes(0,0,18446744073709551615)addtime(0,0,0) idle=0");
	assert_prints(&sa, KLIPS_TEXT_MANUAL,
		      "esp.9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.2 seq=-1"
		      " alen=96 life(c,s,h)=bytes(0,0,18446744073709551615)add(0,0,0) idle=0");
	/* A kernel prints policy= of tunnels only. */
	sa.selector.dst.mask[0] = 0xff;
	sa.reported = SA_ATTR_BIT(SA_ATTR_SELECTOR);
	sa.direction = SA_DIRECTION_UNKNOWN;
	assert_prints(&sa, KLIPS_TEXT_OPENSWAN,
		      "esp0x9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=unknown life(c,s,h)= natencap=none natsport=0"
		      " natdport=0");
}

static void
prints_what_only_xfrm_has(void **state)
{
	struct sa sa = xfrm_sa();

	(void)state;
	sa.reported = SA_ATTR_BIT(SA_ATTR_SEQUENCE) | SA_ATTR_BIT(SA_ATTR_NAT_ENCAP) | SA_ATTR_BIT(SA_ATTR_NAT_PORTS) |
		      SA_ATTR_BIT(SA_ATTR_SELECTOR) | SA_ATTR_BIT(SA_ATTR_IV) | SA_ATTR_BIT(SA_ATTR_REPLAY_WINDOW);
	sa.said.protocol = SA_PROTOCOL_IPV6;
	sa.said.dst.type = SA_ADDRESS_IPV6;
	sa.encryption[0] = sa.authentication[0] = '\0';
	sa.sequence = UINT64_C(1) << 32;
	sa.replay_window = 4096;
	sa.nat_encap = SA_NAT_TCP;
	sa.nat_src_port = 4500;
	sa.iv_octets = 2;
	sa.selector.dst.mask[0] = 0x80;
	assert_prints(&sa, KLIPS_TEXT_AUTO,
		      "tun0x9a35fc02@c000:201:: IPIP: dir=out policy=0.0.0.0/0->0.0.0.0/1 iv=0x0000 ooowin=4096"
		      " seq=4294967296 life(c,s,h)= natencap=unknown natsport=4500 natdport=0");
}

/*
 * No KLIPS prints "life(c,s,h)=" and nothing after it, and Openswan's policy.pl does not understand that: an SA has an age from
 * its first second on.
 */
static void
an_sa_of_xfrm_has_an_age_in_its_first_second(void **state)
{
	static const char young[] = "esp0x9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.2 seq=-1"
				    " alen=96 life(c,s,h)=addtime(0,0,0) idle=0 natencap=none natsport=0 natdport=0";
	struct sa sa = xfrm_sa(), again;

	(void)state;
	sa.life[SA_LIFE_BYTES].hard = 0;
	assert_prints(&sa, KLIPS_TEXT_AUTO, young);
	assert_prints(&sa, KLIPS_TEXT_OPENSWAN, young);
	assert_prints(&sa, KLIPS_TEXT_MANUAL,
		      "esp.9a35fc02@192.0.2.1 ESP_AES_HMAC_SHA1: dir=out src=192.0.2.2 seq=-1"
		      " alen=96 life(c,s,h)=add(0,0,0) idle=0");
	parse(young, &again);
	assert_prints(&again, KLIPS_TEXT_AUTO, young);
}

/* The text of any struct sa fits, even of one that no source could have made. */
static void
always_fits(void **state)
{
	char line[KLIPS_TEXT_LINE_SIZE];
	size_t longest = 0;

	(void)state;
	for (unsigned octet = 1; octet <= UINT8_MAX; octet++) {
		for (unsigned format = KLIPS_TEXT_AUTO; format <= KLIPS_TEXT_MANUAL; format++) {
			struct sa sa;
			size_t length;

			memset(&sa, (int)octet, sizeof(sa));
			sa.reported = UINT64_MAX;
			sa.said.dst.type = sa.src.type = SA_ADDRESS_IPV6;
			sa.selector.src.address.type = sa.selector.dst.address.type = SA_ADDRESS_IPV6;
			sa.selector.src.mask[0] = sa.selector.dst.mask[0] = 0x11;
			sa.iv_octets = UINT8_MAX;
			sa.encryption[sizeof(sa.encryption) - 1] = '\0';
			sa.authentication[sizeof(sa.authentication) - 1] = '\0';
			sa.compression[sizeof(sa.compression) - 1] = '\0';
			length = klips_text_print(&sa, (enum klips_text_format)format, line);
			assert_int_equal(length, strlen(line));
			assert_int_equal(line[length - 1], '\n');
			longest = length > longest ? length : longest;
		}
	}
	assert_in_range(longest, 1000, KLIPS_TEXT_LINE_SIZE - 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_whole_lines_back),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(tells_what_cut_lines_lack),
		cmocka_unit_test(prints_back_what_kernels_can_print),
		cmocka_unit_test(respells_what_is_spelt_otherwise),
		cmocka_unit_test(counts_unknown_fields),
		cmocka_unit_test(converts_between_dialects),
		cmocka_unit_test(tells_dialects_apart),
		cmocka_unit_test(reports_exactly_what_the_line_has),
		cmocka_unit_test(splits_transforms),
		cmocka_unit_test(prints_xfrm_as_openswan_would),
		cmocka_unit_test(prints_what_only_xfrm_has),
		cmocka_unit_test(an_sa_of_xfrm_has_an_age_in_its_first_second),
		cmocka_unit_test(always_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
