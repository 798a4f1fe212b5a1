/* SPDX-License-Identifier: BSD-3-Clause */
#include "clear_text.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <string.h>
#include <strings.h>

enum { WORD_SIZE = 256 };

/* net-snmp's callbacks have no argument for it. */
static bool noted, warned;

static bool
begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool
is_loopback(const char *host)
{
	return begins_with(host, "127.") || begins_with(host, "localhost") || begins_with(host, "::1") ||
	       begins_with(host, "[::1]");
}

bool
clear_text_is_for_others(const char *word, const char *value)
{
	const char *rest = value;
	char source[WORD_SIZE] = "default", skipped[WORD_SIZE];

	/* com2sec [-Cn CONTEXT] NAME SOURCE COMMUNITY; rocommunity COMMUNITY [SOURCE ...] */
	if (strncasecmp(word, "com2sec", strlen("com2sec")) == 0 && begins_with(rest, "-Cn")) {
		rest = copy_nword_const(rest, skipped, sizeof(skipped));
		rest = rest ? copy_nword_const(rest, skipped, sizeof(skipped)) : NULL;
	}
	rest = rest ? copy_nword_const(rest, skipped, sizeof(skipped)) : NULL;
	if (rest)
		copy_nword_const(rest, source, sizeof(source));
	return !is_loopback(source);
}

bool
clear_text_is_reached(const char *addresses)
{
	char copy[1024];
	char *rest = copy, *address;

	snprintf(copy, sizeof(copy), "%s", addresses);
	while ((address = strsep(&rest, ",")) != NULL) {
		const size_t transport = strspn(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ6");
		const bool has_transport = transport > 0 && address[transport] == ':';

		if (address[0] == '\0' || address[0] == '/' || (has_transport && begins_with(address, "unix")))
			continue;
		if (!is_loopback(address) && !(has_transport && is_loopback(address + transport + 1)))
			return true;
	}
	return false;
}

void
clear_text_note(const char *word, const char *value)
{
	noted = noted || clear_text_is_for_others(word, value);
}

void
clear_text_warn(const char *addresses)
{
	if (!noted || warned || !clear_text_is_reached(addresses))
		return;
	warned = true;
	snmp_log(LOG_WARNING,
		 "a community of SNMPv1 and v2c is open to other hosts: it crosses the network in the clear, as do all "
		 "answers; use rouser, or give it a source (rocommunity NAME 127.0.0.1)\n");
}
