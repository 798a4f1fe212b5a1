/* SPDX-License-Identifier: BSD-3-Clause */
#include "librenms.h"

#include <inttypes.h>
#include <string.h>

#include "json_text.h"
#include "page_text.h"
#include "walk_file.h"

/* Up to that number of octets: the longest is a reason. */
static void
print_member(FILE *out, const char *name, const char *text)
{
	char harmless[WALK_FILE_WORDS];
	size_t length = 0;

	for (; length < sizeof(harmless) && text[length]; length++)
		harmless[length] = page_text_octet(text[length], "");
	fprintf(out, "\"%s\":", name);
	json_text_print(out, (const uint8_t *)harmless, length);
	putc(',', out);
}

/* An agent that is too old to serve the description has at least an index. */
static void
print_name(FILE *out, const struct tunnel *tunnel)
{
	char name[sizeof("tunnel4294967295")];

	snprintf(name, sizeof(name), "tunnel%" PRIu32, tunnel->index);
	print_member(out, "name", tunnel->descr[0] ? tunnel->descr : name);
	print_member(out, "descr", tunnel->name[0] ? tunnel->name : tunnel->descr);
}

static void
print_tunnel(FILE *out, const struct tunnel *tunnel)
{
	char peer[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(&tunnel->remote, peer);
	putc('{', out);
	print_name(out, tunnel);
	print_member(out, "peer", peer);
	fprintf(out, "\"state\":%d,\"children\":%" PRIu32 ",", tunnel->state == TUNNEL_UP, tunnel->sas_out);
	fprintf(out, "\"bytes_in\":%" PRIu64 ",\"bytes_out\":%" PRIu64 ",", tunnel->in_bytes, tunnel->out_bytes);
	fprintf(out, "\"pkts_in\":%" PRIu64 ",\"pkts_out\":%" PRIu64 ",", tunnel->in_packets, tunnel->out_packets);
	fprintf(out, "\"reestablishes\":%" PRIu32 "}", tunnel->ups);
}

/* What the application calls "invalid_spi" are packets for unknown SAs. */
static void
print_global(FILE *out, const struct xfrm_stat *stat, const struct tunnel *tunnels, size_t count)
{
	uint64_t rekeys = 0;

	for (size_t i = 0; i < count; i++)
		rekeys += tunnels[i].rekeys;
	fprintf(out, "{\"child_rekey\":%" PRIu64, rekeys);
	if (stat->known >> XFRM_STAT_InNoStates & 1)
		fprintf(out, ",\"invalid_spi\":%" PRIu64, stat->counters[XFRM_STAT_InNoStates]);
	putc('}', out);
}

void
librenms_print(FILE *out, const struct agent_state *state, const struct xfrm_stat *stat, const struct tunnel *tunnels,
	       size_t count)
{
	const char *separator = "";
	char words[512];

	if (agent_state_judge(state, words) == AGENT_UNUSABLE) {
		librenms_print_failure(out, words);
		return;
	}
	fputs("{\"version\":1,\"error\":0,\"errorString\":\"\",\"data\":{\"global\":", out);
	print_global(out, stat, tunnels, count);
	fputs(",\"tunnels\":[", out);
	for (size_t i = 0; i < count; i++) {
		if (tunnels[i].state == TUNNEL_UNKNOWN)
			continue;
		fputs(separator, out);
		print_tunnel(out, &tunnels[i]);
		separator = ",";
	}
	fputs("]}}\n", out);
}

void
librenms_print_failure(FILE *out, const char *reason)
{
	fputs("{\"version\":1,\"error\":1,", out);
	print_member(out, "errorString", reason);
	fputs("\"data\":{}}\n", out);
}
