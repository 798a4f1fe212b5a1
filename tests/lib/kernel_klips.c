/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel_klips.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the line and what it means ---------------------------------------------------------------- */

static char text[KLIPS_TEXT_LINE_SIZE];
static size_t used;
static struct sa expected;

static void __attribute__((format(printf, 1, 2)))
put(const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text + used, sizeof(text) - used, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof(text) - used)
		abort();
	used += (size_t)length;
}

static void
means(enum sa_attribute attribute)
{
	expected.reported |= SA_ATTR_BIT(attribute);
}

/* addrtot.c, normal6(): all groups between colons; then the first ":0:0:" and zeros after it become "::". */
static void
put_ipv6(const uint8_t octets[16])
{
	char groups[50] = ":";
	char *zeros, *after;
	size_t length = 1;

	for (unsigned i = 0; i < 16; i += 2)
		length += (size_t)snprintf(groups + length, sizeof(groups) - length,
					   "%x:", octets[i] * 256 + octets[i + 1]);
	zeros = strstr(groups, ":0:0:");
	if (!zeros) {
		put("%.*s", (int)length - 2, groups + 1);
		return;
	}
	for (after = zeros + 1; strncmp(after, "0:", 2) == 0;)
		after += 2;
	*zeros = '\0';
	put("%s::", groups[0] == ':' ? groups + 1 : "");
	if (*after != '\0')
		put("%.*s", (int)strlen(after) - 1, after);
}

static void
put_address(const struct sa_address *address)
{
	const uint8_t *o = address->octets;

	if (address->type == SA_ADDRESS_IPV4)
		put("%d.%d.%d.%d", o[0], o[1], o[2], o[3]);
	else
		put_ipv6(o);
}

/* The kernels, by what they print. */
static const struct kernel {
	bool manual_said, short_times, satoa, signed_life, linux22;
	bool jiffies, nat_if_used, nat, nat_na, references, uses, him, table;
} kernels[] = {
	{.manual_said = true, .short_times = true},				     /* ipsec_spi(5) */
	{.short_times = true, .satoa = true, .signed_life = true},		     /* FreeS/WAN 1.9 */
	{.short_times = true, .satoa = true, .linux22 = true},			     /* on Linux 2.2 */
	{.satoa = true},							     /* FreeS/WAN 1.95 */
	{.satoa = true, .linux22 = true, .nat_if_used = true, .references = true},   /* Openswan 1.0 */
	{.references = true},							     /* FreeS/WAN 2 */
	{.nat_if_used = true, .references = true},				     /* with NAT traversal */
	{.references = true, .table = true},					     /* with debugging */
	{.linux22 = true, .nat = true, .references = true},			     /* Openswan 2.3, 2.4 */
	{.nat = true, .references = true, .him = true},				     /* Openswan 2.6 */
	{.nat_na = true, .references = true, .him = true},			     /* without NAT traversal */
	{.nat = true, .references = true, .uses = true, .him = true, .table = true}, /* with debugging */
	{.jiffies = true, .nat = true, .references = true, .him = true},	     /* libreswan 3 */
};

/* --- SAID and transform ------------------------------------------------------------------------ */

/* satot.c, protocol "int": a name, or what fits in ten octets of "%unk-" and the number. */
static void
put_shunt(void)
{
	static const char *const names[] = {"%pass", "%drop", "%reject", "%hold", "%trap", "%trapsubnet"};
	const unsigned spi = once_in(2) ? 256 + random_below(6) : random32();
	char unknown[10];

	expected.said.protocol = 61;
	expected.said.spi = spi;
	if (spi >= 256 && spi <= 261) {
		put("%s ", names[spi - 256]);
		return;
	}
	if (snprintf(unknown, sizeof(unknown), "%%unk-%d", (int)spi) >= (int)sizeof(unknown))
		expected.said.spi = (uint32_t)atoi(unknown + strlen("%unk-")); /* the rest is lost */
	put("%s ", unknown);
}

static const char *
protocol_text(uint8_t protocol, char unknown[8])
{
	switch (protocol) {
	case 50:
		return "esp";
	case 51:
		return "ah";
	case 4:
		return "tun";
	case 108:
		return "comp";
	case 61:
		return "int";
	default:
		snprintf(unknown, 8, "unk%u", protocol);
		return unknown;
	}
}

static uint8_t
any_protocol(void)
{
	static const uint8_t usual[] = {50, 50, 50, 51, 51, 4, 4, 108, 108, 61, 41};

	return once_in(6) ? (uint8_t)random_any64() : usual[random_below(COUNT(usual))];
}

static bool
is_unspecified(const struct sa_address *address)
{
	static const uint8_t zeros[16];

	return memcmp(address->octets, zeros, sizeof(zeros)) == 0;
}

/* satoa.c gave up on protocols that it did not know. */
static void
put_error(void)
{
	char unknown[8];

	expected.said.protocol = any_protocol();
	if (expected.said.protocol == 61 || protocol_text(expected.said.protocol, unknown) == unknown)
		expected.said.protocol = 0;
	put(" (error) ");
}

/* satoa.c, which knew no IPv6, and satot.c. */
static void
put_passthrough(const struct kernel *kernel, uint8_t type)
{
	if (type == SA_ADDRESS_IPV4 && kernel->satoa) {
		means(SA_ATTR_PLAIN_PASSTHROUGH);
		put("%%passthrough ");
	} else {
		put("%%passthrough%c ", type == SA_ADDRESS_IPV4 ? '4' : '6');
	}
}

static void
put_said(const struct kernel *kernel)
{
	const uint8_t type = once_in(2) ? SA_ADDRESS_IPV4 : SA_ADDRESS_IPV6;
	char unknown[8];

	if (once_in(12)) {
		put_shunt();
		return;
	}
	if (!kernel->manual_said && once_in(64)) {
		put_error();
		return;
	}
	expected.said.protocol = any_protocol();
	expected.said.spi = random32();
	expected.said.dst = random_address(type);
	if (expected.said.protocol == 4 && once_in(16)) {
		expected.said.spi = 0;
		expected.said.dst = (struct sa_address){.type = type};
	}
	if (expected.said.protocol == 4 && expected.said.spi == 0 && is_unspecified(&expected.said.dst)) {
		put_passthrough(kernel, type);
		return;
	}
	put("%s%s%x@", protocol_text(expected.said.protocol, unknown),
	    !kernel->manual_said      ? "0x"
	    : type == SA_ADDRESS_IPV4 ? "."
				      : ":",
	    expected.said.spi);
	if (type == SA_ADDRESS_IPV6 && expected.said.spi != 0 && expected.said.protocol != 61 && once_in(64)) {
		expected.said.dst = (struct sa_address){0}; /* addrtot.c, an address of neither family */
		put("<invalid>");
	} else {
		put_address(&expected.said.dst);
	}
	put(" ");
}

/* ipsec_xform.h, of every time. */
static const char *
encryption_text(char unknown[8])
{
	static const char *const names[] = {
		"",	"NULL", "3DES", "AES",	    "SERPENT", "TWOFISH", "DES", "RC5",
		"IDEA", "CAST", "RC4",	"BLOWFISH", "3IDEA",   "MARS",	  "RC6", "UNKNOWN_encr",
	};

	if (!once_in(4))
		return names[random_below(COUNT(names))];
	snprintf(unknown, 8, "ID%u", 1 + random_below(255));
	return unknown;
}

static const char *
authentication_text(char unknown[8])
{
	static const char *const names[] = {"",
					    "HMAC_MD5",
					    "HMAC_SHA1",
					    "HMAC_SHA2_256",
					    "HMAC_SHA2_384",
					    "HMAC_SHA2_512",
					    "HMAC_RIPEMD",
					    "UNKNOWN_auth"};

	if (!once_in(4))
		return names[random_below(COUNT(names))];
	snprintf(unknown, 8, "ID%u", 1 + random_below(255));
	return unknown;
}

static void
name_means(char *name, enum sa_attribute attribute, const char *value)
{
	strcpy(name, value);
	if (value[0] != '\0')
		means(attribute);
}

/* One name can be either's; it is then the encryption's, but for AH the authentication's. */
static void
put_names(const char *encryption, const char *authentication)
{
	const bool is_ah = expected.said.protocol == 51;

	put("%s%s%s%s", encryption[0] ? "_" : "", encryption, authentication[0] ? "_" : "", authentication);
	if (is_ah && authentication[0] == '\0') {
		authentication = encryption;
		encryption = "";
	} else if (!is_ah && encryption[0] == '\0' && strncmp(authentication, "ID", 2) == 0) {
		encryption = authentication;
		authentication = "";
	}
	name_means(expected.encryption, SA_ATTR_ENCRYPTION, encryption);
	name_means(expected.authentication, SA_ATTR_AUTHENTICATION, authentication);
}

static void
put_transform(void)
{
	static const char *const compressions[] = {"NONE", "DEFLATE", "LZS", "UNKNOWN_comp"};
	char encryption[8], authentication[8];
	const char *compression;

	switch (expected.said.protocol) {
	case 50:
		put("ESP");
		put_names(encryption_text(encryption), authentication_text(authentication));
		break;
	case 51:
		put("AH");
		put_names(once_in(8) ? encryption_text(encryption) : "", authentication_text(authentication));
		break;
	case 108:
		compression = compressions[random_below(COUNT(compressions))];
		put("COMP_%s", compression);
		name_means(expected.compression, SA_ATTR_COMPRESSION, compression);
		put_names("", once_in(8) ? "HMAC_MD5" : "");
		break;
	default:
		put("%s", expected.said.protocol == 4 ? "IPIP" : "UNKNOWN_proto");
		put_names(once_in(16) ? encryption_text(encryption) : "",
			  once_in(16) ? authentication_text(authentication) : "");
		break;
	}
	put(":");
}

/* --- fields ------------------------------------------------------------------------------------ */

static bool
is_prefix32(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

static uint32_t
word_of(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
}

/*
 * goodmask.c: in an IPv6 mask, the first of the four words that is not all ones decides, and the words after it are
 * ignored; their content is lost.
 */
static int
mask_bits(struct sa_subnet *subnet)
{
	const size_t words = sa_address_octets(subnet->address.type) / 4;
	size_t word = 0;
	int bits = 0;

	while (word < words && word_of(subnet->mask + 4 * word) == UINT32_MAX)
		word++;
	bits = (int)(32 * word);
	if (word == words)
		return bits;
	if (!is_prefix32(word_of(subnet->mask + 4 * word)))
		return -1;
	for (uint32_t mask = word_of(subnet->mask + 4 * word); mask != 0; mask <<= 1)
		bits++;
	memset(subnet->mask + 4 * (word + 1), 0, 4 * (words - word - 1));
	return bits;
}

static void
put_subnet(struct sa_subnet *subnet, uint8_t type)
{
	const size_t octets = sa_address_octets(type);
	struct sa_address mask;
	int bits;

	subnet->address = random_address(type);
	if (once_in(4)) {
		mask = random_address(type);
		memcpy(subnet->mask, mask.octets, octets);
	} else {
		for (unsigned bit = 0, length = random_below((unsigned)octets * 8 + 1); bit < length; bit++)
			subnet->mask[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	}
	bits = mask_bits(subnet);
	put_address(&subnet->address);
	put("/");
	if (bits >= 0) {
		put("%d", bits);
		return;
	}
	mask = (struct sa_address){.type = type};
	memcpy(mask.octets, subnet->mask, octets);
	put_address(&mask);
}

static void
put_selectors(void)
{
	const uint8_t type = once_in(2) ? SA_ADDRESS_IPV4 : SA_ADDRESS_IPV6;

	if (once_in(2)) {
		means(SA_ATTR_SRC);
		put(" src=");
		if (once_in(32)) {
			put("<invalid>"); /* addrtot.c, an address of neither family */
		} else {
			expected.src = random_address(once_in(2) ? SA_ADDRESS_IPV4 : SA_ADDRESS_IPV6);
			put_address(&expected.src);
		}
	}
	if (once_in(3)) {
		means(SA_ATTR_SELECTOR);
		put(" policy=");
		put_subnet(&expected.selector.src, type);
		put("->");
		put_subnet(&expected.selector.dst, type);
	}
	if (once_in(3)) {
		means(SA_ATTR_IV_BITS);
		means(SA_ATTR_IV);
		expected.iv_bits = (uint16_t)(once_in(8) ? random_below(257) : 64 * (1 + random_below(2)));
		expected.iv_octets = (uint8_t)(expected.iv_bits / 8);
		put(" iv_bits=%dbits iv=0x", expected.iv_bits);
		for (unsigned i = 0; i < expected.iv_octets; i++) {
			expected.iv[i] = (uint8_t)random_any64();
			put("%02x", expected.iv[i]);
		}
	}
}

static void
put_d32(const char *name, enum sa_attribute attribute, uint32_t *value)
{
	if (!once_in(3))
		return;
	means(attribute);
	*value = random32();
	put(" %s=%d", name, (int)*value);
}

static void
put_d16(const char *name, enum sa_attribute attribute, uint16_t *value)
{
	if (!once_in(3))
		return;
	means(attribute);
	*value = random16();
	put(" %s=%d", name, *value);
}

/* Linux 2.2 had no %Lx. */
static void
put_bitmap(bool linux22)
{
	means(SA_ATTR_REPLAY_BITMAP);
	expected.replay_bitmap = random64();
	if (!linux22) {
		put(" bit=0x%llx", (unsigned long long)expected.replay_bitmap);
		return;
	}
	if (expected.replay_bitmap >> 32 == 0)
		means(SA_ATTR_PADDED_BITMAP);
	put(" bit=0x%x%08x", (uint32_t)(expected.replay_bitmap >> 32), (uint32_t)expected.replay_bitmap);
}

static void
put_counters(const struct kernel *kernel)
{
	if (once_in(3)) {
		means(SA_ATTR_REPLAY_WINDOW);
		expected.replay_window = (uint8_t)random64();
		put(" ooowin=%d", (int)expected.replay_window);
	}
	put_d32("ooo_errs", SA_ATTR_OUT_OF_ORDER_ERRORS, &expected.out_of_order_errors);
	if (once_in(2)) {
		means(SA_ATTR_SEQUENCE);
		expected.sequence = random32();
		put(" seq=%d", (int)expected.sequence);
	}
	if (once_in(3))
		put_bitmap(kernel->linux22);
	put_d32("max_seq_diff", SA_ATTR_MAX_SEQUENCE_GAP, &expected.max_sequence_gap);
	if (once_in(3)) {
		means(SA_ATTR_FLAGS);
		expected.flags = random32();
		put(" flags=0x%x<>", expected.flags);
	}
	put_d16("alen", SA_ATTR_ICV_BITS, &expected.icv_bits);
	put_d16("aklen", SA_ATTR_AUTH_KEY_BITS, &expected.auth_key_bits);
	put_d32("auth_errs", SA_ATTR_AUTH_ERRORS, &expected.auth_errors);
	put_d16("eklen", SA_ATTR_ENCR_KEY_BITS, &expected.encr_key_bits);
	put_d32("encr_size_errs", SA_ATTR_SIZE_ERRORS, &expected.size_errors);
	put_d32("encr_pad_errs", SA_ATTR_PADDING_ERRORS, &expected.padding_errors);
	if (kernel->jiffies) {
		means(SA_ATTR_JIFFIES);
		expected.jiffies = random64();
		put(" jiffies=%llu", (unsigned long long)expected.jiffies);
	}
}

static uint64_t
put_signed_count(char before, int64_t count)
{
	if (count < 0)
		means(SA_ATTR_SIGNED_LIFE);
	put("%c%lld", before, (long long)count);
	return (uint64_t)count;
}

/* %Ld, %Lu, or on Linux 2.2 %lu of 32 bits; but allocations of FreeS/WAN 1.9 are %d. */
static uint64_t
put_count(const struct kernel *kernel, unsigned kind, char before)
{
	uint64_t count;

	if (kind == SA_LIFE_ALLOC && kernel->satoa && kernel->short_times)
		return put_signed_count(before, (int32_t)random32());
	if (kernel->signed_life)
		return put_signed_count(before, (int64_t)random64());
	count = kernel->linux22 ? random32() : random64();
	put("%c%llu", before, (unsigned long long)count);
	return count;
}

/* An absent triple, one of zeros, and any other. */
static void
put_lifetimes(const struct kernel *kernel)
{
	const char *const names[] = {"alloc", "bytes", kernel->short_times ? "add" : "addtime",
				     kernel->short_times ? "use" : "usetime", "packets"};

	put(" life(c,s,h)=");
	for (unsigned kind = 0; kind < COUNT(names); kind++) {
		struct sa_lifetime *life = &expected.life[kind];

		if (once_in(3))
			continue;
		means(SA_ATTR_ALLOC + kind);
		put("%s", names[kind]);
		if (once_in(4)) {
			put("(0,0,0)");
			continue;
		}
		life->current = put_count(kernel, kind, '(');
		life->soft = put_count(kernel, kind, ',');
		life->hard = put_count(kernel, kind, ',');
		put(")");
	}
}

static void
put_traffic(void)
{
	if (once_in(2)) {
		means(SA_ATTR_IDLE);
		expected.idle_seconds = random64();
		put(" idle=%lld", (long long)expected.idle_seconds);
	}
	if (once_in(4)) {
		means(SA_ATTR_RATIO);
		expected.ratio_plain_octets = random64();
		expected.ratio_compressed_octets = random64();
		put(" ratio=%lld:%lld", (long long)expected.ratio_plain_octets,
		    (long long)expected.ratio_compressed_octets);
	}
}

static void
put_nat(bool only_if_used)
{
	static const char *const names[] = {"none", "nonike", "nonesp", "unknown"};
	const uint8_t encap = (uint8_t)random_below(COUNT(names));

	if (only_if_used && encap == 0)
		return;
	means(SA_ATTR_NAT_ENCAP);
	means(SA_ATTR_NAT_PORTS);
	expected.nat_encap = encap;
	expected.nat_src_port = random16();
	expected.nat_dst_port = random16();
	put(" natencap=%s natsport=%d natdport=%d", names[encap], expected.nat_src_port, expected.nat_dst_port);
}

static void
put_references(bool uses, bool him)
{
	expected.refcount = (int32_t)random32();
	put(" refcount=%d", expected.refcount);
	means(SA_ATTR_REFCOUNT);
	if (uses)
		means(SA_ATTR_REF_USES);
	for (unsigned i = 0; uses && i < SA_REF_USES; i++) {
		expected.ref_uses[i] = (uint8_t)(once_in(2) ? 0 : random_any64());
		put("%s%d%s", i == 0 ? "[" : ",", expected.ref_uses[i], i == SA_REF_USES - 1 ? "]" : "");
	}
	expected.ref = (int32_t)random32();
	put(" ref=%d", expected.ref);
	means(SA_ATTR_REF);
	if (!him)
		return;
	means(SA_ATTR_REF_HIM);
	expected.ref_him = (int32_t)random32();
	put(" refhim=%d", expected.ref_him);
	if (once_in(2)) {
		static const char *const names[] = {"ipsec0", "ipsec0:1", "mast0", "a-name.of_fifte"};

		means(SA_ATTR_OUT_INTERFACE);
		strcpy(expected.out_interface, names[random_below(COUNT(names))]);
		expected.out_transport_direct = (uint8_t)random_any64();
		put(" outif=%s:%d", expected.out_interface, expected.out_transport_direct);
	}
}

static void
put_reference_table(void)
{
	means(SA_ATTR_REF_TABLE);
	expected.ref_table = random64();
	expected.ref_entry = random64();
	put(" reftable=%llu refentry=%llu", (unsigned long long)expected.ref_table,
	    (unsigned long long)expected.ref_entry);
}

static uint8_t
dialect_meant(const struct kernel *kernel)
{
	const uint64_t openswan = SA_ATTR_BIT(SA_ATTR_NAT_ENCAP) | SA_ATTR_BIT(SA_ATTR_REF_HIM) |
				  SA_ATTR_BIT(SA_ATTR_OUT_INTERFACE) | SA_ATTR_BIT(SA_ATTR_JIFFIES);

	/* The spelling of a shunt shows nothing. */
	if (kernel->manual_said && text[0] != '%')
		return SA_DIALECT_MANUAL;
	if (kernel->short_times && (strstr(text, "add(") || strstr(text, "use(")))
		return SA_DIALECT_FREESWAN1;
	return expected.reported & openswan ? SA_DIALECT_OPENSWAN : SA_DIALECT_FREESWAN2;
}

size_t
kernel_klips_line(char line[KLIPS_TEXT_LINE_SIZE], struct sa *meant)
{
	const struct kernel *kernel = &kernels[random_below(COUNT(kernels))];

	used = 0;
	memset(&expected, 0, sizeof(expected));
	put_said(kernel);
	put_transform();
	expected.direction = (uint8_t)(once_in(2) ? SA_DIRECTION_IN : SA_DIRECTION_OUT);
	means(SA_ATTR_DIRECTION);
	put(" dir=%s", expected.direction == SA_DIRECTION_IN ? "in " : "out");
	put_selectors();
	put_counters(kernel);
	put_lifetimes(kernel);
	put_traffic();
	if (kernel->nat || kernel->nat_if_used)
		put_nat(kernel->nat_if_used);
	if (kernel->nat_na) {
		means(SA_ATTR_NAT_ENCAP);
		expected.nat_encap = SA_NAT_NA;
		put(" natencap=na");
	}
	if (kernel->references)
		put_references(kernel->uses, kernel->him);
	if (kernel->table)
		put_reference_table();
	put("\n");
	expected.dialect = dialect_meant(kernel);
	memcpy(line, text, used + 1);
	*meant = expected;
	return used;
}
