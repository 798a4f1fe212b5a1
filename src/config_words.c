/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_words.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A plain decimal number, nothing before or behind it. */
static bool
parse_number(const char *text, unsigned long least, unsigned long most, uint32_t *number)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (*end != '\0' || errno != 0 || value < least || value > most)
		return false;
	*number = (uint32_t)value;
	return true;
}

static const char *
set_source(struct settings *settings, const char *value)
{
	static const char *const names[] = {
		[CHOOSE_AUTO] = "auto", [CHOOSE_XFRM] = "xfrm", [CHOOSE_KLIPS] = "klips"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], value) == 0) {
			settings->source = (enum source_choice)i;
			return NULL;
		}
	}
	return "is not xfrm, klips or auto";
}

static const char *
set_klips_file(struct settings *settings, const char *value)
{
	if (value[0] == '\0')
		return "names no file";
	if (strlen(value) >= sizeof(settings->klips_file))
		return "is too long a path (at most 255 octets)";
	strcpy(settings->klips_file, value);
	return NULL;
}

/* The context is what follows "=", or the namespace's name. */
static const char *
set_netns(struct settings *settings, const char *value)
{
	struct namespace_choice *place = &settings->namespaces[settings->namespace_count];
	const char *equals = strchr(value, '=');
	const size_t name_length = equals ? (size_t)(equals - value) : strlen(value);
	const char *slash = memrchr(value, '/', name_length);
	const char *context = equals ? equals + 1 : slash ? slash + 1 : value;

	if (settings->namespace_count == OPTION_NAMESPACES_MAX)
		return "is one too many: an agent watches at most 64 namespaces";
	if (name_length == 0 || name_length >= sizeof(place->netns))
		return "does not begin with a name or path of 1 to 255 octets";
	if (strlen(context) >= sizeof(place->context))
		return "has a context of more than 32 octets: give a shorter one after \"=\"";
	for (size_t i = 0; i < settings->namespace_count; i++) {
		if (strcmp(settings->namespaces[i].context, context) == 0)
			return "has the context of a namespace given before: give another after \"=\"";
	}
	memcpy(place->netns, value, name_length);
	place->netns[name_length] = '\0';
	strcpy(place->context, context);
	settings->namespace_count++;
	return NULL;
}

static const char *
set_interval(struct settings *settings, const char *value)
{
	return parse_number(value, 1, 3600, &settings->interval_seconds) ? NULL
									 : "is not a number of seconds from 1 to 3600";
}

static const char *
set_idle_interval(struct settings *settings, const char *value)
{
	return parse_number(value, 0, 86400, &settings->idle_interval_seconds)
		       ? NULL
		       : "is not a number of seconds from 0 to 86400";
}

static const char *
set_read_share(struct settings *settings, const char *value)
{
	return parse_number(value, 1, 100, &settings->read_share_percent) ? NULL
									  : "is not a number of percent from 1 to 100";
}

static const char *
set_stale_after(struct settings *settings, const char *value)
{
	return parse_number(value, 1, 86400, &settings->stale_after_seconds)
		       ? NULL
		       : "is not a number of seconds from 1 to 86400";
}

static const char *
set_event_backlog(struct settings *settings, const char *value)
{
	return parse_number(value, 4096, 1 << 30, &settings->event_backlog_octets)
		       ? NULL
		       : "is not a number of octets from 4096 to 1073741824";
}

static const char *
set_event_log(struct settings *settings, const char *value)
{
	return parse_number(value, 1, EVENT_LOG_MAX, &settings->event_log.events)
		       ? NULL
		       : "is not a number of events from 1 to 100000";
}

static const char *
set_event_log_changes(struct settings *settings, const char *value)
{
	return parse_number(value, 0, EVENT_LOG_MAX, &settings->event_log.changes)
		       ? NULL
		       : "is not a number of events from 0 to 100000";
}

static const char *
set_notify_soft(struct settings *settings, const char *value)
{
	return event_policy_parse_limits(value, &settings->event_policy.soft);
}

static const char *
set_notify_hard(struct settings *settings, const char *value)
{
	return event_policy_parse_limits(value, &settings->event_policy.hard);
}

static const char *
set_notify_rate(struct settings *settings, const char *value)
{
	return parse_number(value, 1, 10000, &settings->notify.per_second)
		       ? NULL
		       : "is not a number of notifications a second from 1 to 10000";
}

static const char *
set_notify_queue(struct settings *settings, const char *value)
{
	return parse_number(value, 1, 1000000, &settings->notify.limit)
		       ? NULL
		       : "is not a number of notifications from 1 to 1000000";
}

static const char *
set_event_syslog(struct settings *settings, const char *value)
{
	settings->event_policy.say = strcmp(value, "yes") == 0;
	return settings->event_policy.say || strcmp(value, "no") == 0 ? NULL : "is not yes or no";
}

/* Room is left for what follows the root: .1.2.1, a column and an index. */
static const char *
set_oid_root(struct settings *settings, const char *value)
{
	static const char reason[] = "is not a numeric object identifier, such as .1.3.6.1.4.1.8072.9999.9999.4301";
	unsigned long subids[OPTION_OID_MAX];
	size_t count = 0;

	if (*value == '.')
		value++;
	for (;; value++) {
		uint64_t subid = 0;

		if (count == OPTION_OID_MAX || !isdigit((unsigned char)*value))
			return reason;
		for (; isdigit((unsigned char)*value); value++) {
			subid = subid * 10 + (uint64_t)(*value - '0');
			if (subid > UINT32_MAX)
				return reason;
		}
		subids[count++] = (unsigned long)subid;
		if (*value == '\0')
			break;
		if (*value != '.')
			return reason;
	}
	if (count < 2 || subids[0] > 2)
		return reason;
	memcpy(settings->oid_root, subids, count * sizeof(subids[0]));
	settings->oid_root_length = count;
	return NULL;
}

static const char *
set_tunnel(struct settings *settings, const char *value)
{
	return tunnel_names_add(&settings->tunnels.names, value);
}

static const char *
set_tunnel_grace(struct settings *settings, const char *value)
{
	return parse_number(value, 0, 3600, &settings->tunnels.grace_seconds)
		       ? NULL
		       : "is not a number of seconds from 0 to 3600";
}

static const char *
set_tunnel_linger(struct settings *settings, const char *value)
{
	return parse_number(value, 0, 31536000, &settings->tunnels.linger_seconds)
		       ? NULL
		       : "is not a number of seconds from 0 to 31536000";
}

static const char *
set_tunnel_errors(struct settings *settings, const char *value)
{
	return parse_number(value, 0, 1000000, &settings->tunnels.errors_per_minute)
		       ? NULL
		       : "is not a number of errors a minute from 0 to 1000000";
}

static const char *
set_tunnel_quiet(struct settings *settings, const char *value)
{
	return parse_number(value, 0, 86400, &settings->tunnels.quiet_seconds)
		       ? NULL
		       : "is not a number of seconds from 0 to 86400";
}

const struct config_word config_words[] = {
	{"source", "xfrm|klips|auto", set_source},
	{"klips-file", "PATH", set_klips_file},
	{"netns", "NETNS[=CONTEXT]", set_netns},
	{"interval", "SECONDS", set_interval},
	{"idle-interval", "SECONDS", set_idle_interval},
	{"read-share", "PERCENT", set_read_share},
	{"stale-after", "SECONDS", set_stale_after},
	{"event-backlog", "OCTETS", set_event_backlog},
	{"oid-root", "OID", set_oid_root},
	{"event-log", "NUMBER", set_event_log},
	{"event-log-changes", "NUMBER", set_event_log_changes},
	{"event-syslog", "yes|no", set_event_syslog},
	{"notify-soft", "all|none|volume|LIMITS", set_notify_soft},
	{"notify-hard", "all|none|volume|LIMITS", set_notify_hard},
	{"notify-rate", "NUMBER", set_notify_rate},
	{"notify-queue", "NUMBER", set_notify_queue},
	{"tunnel", "NAME remote ADDRESS[/PREFIX] [local ADDRESS[/PREFIX]] [reqid N] [if-id N] [context NAME]", set_tunnel},
	{"tunnel-grace", "SECONDS", set_tunnel_grace},
	{"tunnel-linger", "SECONDS", set_tunnel_linger},
	{"tunnel-errors", "NUMBER", set_tunnel_errors},
	{"tunnel-quiet", "SECONDS", set_tunnel_quiet},
};
const size_t config_words_count = sizeof(config_words) / sizeof(config_words[0]);

const char *
config_word_set(struct settings *settings, const char *word, const char *value)
{
	for (size_t i = 0; i < config_words_count; i++) {
		if (strcmp(config_words[i].word, word) == 0)
			return config_words[i].set(settings, value);
	}
	return "is an unknown word";
}
