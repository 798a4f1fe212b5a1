/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/field.h"

static const char *
set_source(struct settings *settings, const char *value)
{
	static const char *const names[] = {[CHOOSE_AUTO] = "auto", [CHOOSE_XFRM] = "xfrm", [CHOOSE_KLIPS] = "klips"};

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
		return "is too long: a path has at most 255 octets";
	strcpy(settings->klips_file, value);
	return NULL;
}

static const char *
set_state_directory(struct settings *settings, const char *value)
{
	if (strcmp(value, "none") != 0 && value[0] != '/')
		return "is neither none nor an absolute path";
	if (strlen(value) >= sizeof(settings->state_directory))
		return "is too long: a path has at most 255 octets";
	strcpy(settings->state_directory, value);
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

	if (settings->namespace_count == SETTINGS_NAMESPACES_MAX)
		return "is one too many: an agent watches at most 64 namespaces";
	if (name_length == 0 || name_length >= sizeof(place->netns))
		return "does not begin with a name or path of 1 to 255 octets";
	if (strlen(context) >= sizeof(place->context))
		return "has a context of more than 32 octets; give a shorter one after \"=\"";
	for (size_t i = 0; i < settings->namespace_count; i++) {
		if (strcmp(settings->namespaces[i].context, context) == 0)
			return "has the context of a namespace given before; give another after \"=\"";
	}
	memcpy(place->netns, value, name_length);
	place->netns[name_length] = '\0';
	strcpy(place->context, context);
	settings->namespace_count++;
	return NULL;
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
set_yes_or_no(bool *yes, const char *value)
{
	*yes = strcmp(value, "yes") == 0;
	return *yes || strcmp(value, "no") == 0 ? NULL : "is not yes or no";
}

static const char *
set_event_syslog(struct settings *settings, const char *value)
{
	return set_yes_or_no(&settings->event_policy.say, value);
}

static const char *
set_agentx_direct(struct settings *settings, const char *value)
{
	return set_yes_or_no(&settings->agentx_direct, value);
}

/* The next word at *at, which is terminated there; NULL: none. */
static char *
next_word(char **at)
{
	char *word;

	do {
		word = strsep(at, " \t");
	} while (word && word[0] == '\0');
	return word;
}

static const char *
set_ike_socket(struct ike_choice *choice, const char *word)
{
	static const char scheme[] = "unix://"; /* as in strongswan.conf(5) */
	const char *const path = strncmp(word, scheme, strlen(scheme)) == 0 ? word + strlen(scheme) : word;

	if (choice->kind != IKE_STRONGSWAN || choice->is_given || path[0] != '/')
		return "has a word too many; give strongswan [SOCKET], none or auto, and \"context NAME\"";
	if (strlen(path) >= sizeof(choice->socket))
		return "is too long: the path of a socket has at most 107 octets";
	strcpy(choice->socket, path);
	choice->is_given = true;
	return NULL;
}

static const char *
set_ike_context(struct ike_choice *choice, const char *word)
{
	if (choice->has_context || !word || strlen(word) >= sizeof(choice->context))
		return "needs one context of 1 to 32 octets after \"context\"";
	strcpy(choice->context, word);
	choice->has_context = true;
	return NULL;
}

static const char *
read_ike(struct ike_choice *choice, char *line)
{
	static const char *const kinds[] = {[IKE_AUTO] = "auto", [IKE_NONE] = "none", [IKE_STRONGSWAN] = "strongswan"};
	const char *word = next_word(&line), *reason = NULL;
	size_t kind = 0;

	while (word && kind < sizeof(kinds) / sizeof(kinds[0]) && strcmp(word, kinds[kind]) != 0)
		kind++;
	if (!word || kind == sizeof(kinds) / sizeof(kinds[0]))
		return "is not strongswan, none or auto";
	choice->kind = (enum ike_kind)kind;
	while (!reason && (word = next_word(&line)))
		reason = strcmp(word, "context") == 0 ? set_ike_context(choice, next_word(&line))
						      : set_ike_socket(choice, word);
	return reason;
}

static const char *
set_ike(struct settings *settings, const char *value)
{
	struct ike_choice choice = {.kind = IKE_AUTO};
	char line[SETTINGS_PATH_SIZE + SETTINGS_CONTEXT_SIZE];
	const char *reason;

	if (settings->ike_count == sizeof(settings->ike) / sizeof(settings->ike[0]))
		return "is one too many: an agent asks at most one daemon for each namespace";
	if (strlen(value) >= sizeof(line))
		return "is too long";
	strcpy(line, value);
	reason = read_ike(&choice, line);
	for (size_t i = 0; !reason && i < settings->ike_count; i++) {
		if (strcmp(settings->ike[i].context, choice.context) == 0)
			reason = "has the context of an earlier line";
	}
	if (!reason)
		settings->ike[settings->ike_count++] = choice;
	return reason;
}

static const char *
set_ike_identities(struct settings *settings, const char *value)
{
	return set_yes_or_no(&settings->ike_identities, value);
}

static const char *
set_oid_root(struct settings *settings, const char *value)
{
	return mib_oid_parse_root(value, &settings->oid_root)
		       ? NULL
		       : "is not a numeric object identifier, such as .1.3.6.1.4.1.8072.9999.9999.4301";
}

static const char *
set_tunnel(struct settings *settings, const char *value)
{
	return tunnel_names_add(&settings->tunnels.names, value);
}

/* Fails to compile for a field of another type. */
#define FIELD(field) _Generic(((struct settings *)0)->field, uint32_t: offsetof(struct settings, field))
#define NUMBER(field, least, most, unit)                                                                               \
	NULL,                                                                                                          \
	{                                                                                                              \
		FIELD(field), least, most, unit                                                                        \
	}

const struct config_word config_words[] = {
	/* net-snmp searches its list linearly: here is the one that may occur 10000 times. */
	{"tunnel",
	 "NAME remote ADDRESS[/PREFIX] [local ADDRESS[/PREFIX]] [reqid N] [if-id N] [context NAME]",
	 set_tunnel,
	 {0}},
	{"source", "xfrm|klips|auto", set_source, {0}},
	{"klips-file", "PATH", set_klips_file, {0}},
	{"netns", "NETNS[=CONTEXT]", set_netns, {0}},
	{"interval", "SECONDS", NUMBER(interval_seconds, 1, 3600, "seconds")},
	{"idle-interval", "SECONDS", NUMBER(idle_interval_seconds, 0, 86400, "seconds")},
	{"read-share", "PERCENT", NUMBER(read_share_percent, 1, 100, "percent")},
	{"stale-after", "SECONDS", NUMBER(stale_after_seconds, 1, 86400, "seconds")},
	{"event-backlog", "OCTETS", NUMBER(event_backlog_octets, 4096, 1 << 30, "octets")},
	{"agentx-direct", "yes|no", set_agentx_direct, {0}},
	{"oid-root", "OID", set_oid_root, {0}},
	{"event-log", "NUMBER", NUMBER(event_log.events, 1, EVENT_LOG_MAX, "events")},
	{"event-log-changes", "NUMBER", NUMBER(event_log.changes, 0, EVENT_LOG_MAX, "events")},
	{"event-syslog", "yes|no", set_event_syslog, {0}},
	{"notify-soft", "all|none|volume|LIMITS", set_notify_soft, {0}},
	{"notify-hard", "all|none|volume|LIMITS", set_notify_hard, {0}},
	{"notify-rate", "NUMBER", NUMBER(notify.per_second, 1, 10000, "notifications a second")},
	{"notify-queue", "NUMBER", NUMBER(notify.limit, 1, 1000000, "notifications")},
	{"state-directory", "PATH|none", set_state_directory, {0}},
	{"state-interval", "SECONDS", NUMBER(state_interval_seconds, 1, 86400, "seconds")},
	{"ike", "strongswan [SOCKET]|none|auto [context NAME]", set_ike, {0}},
	{"ike-identities", "yes|no", set_ike_identities, {0}},
	{"alarm-one-way", "SECONDS", NUMBER(alarms.one_way_seconds, 0, 86400, "seconds")},
	{"alarm-sequence", "PERCENT", NUMBER(alarms.sequence_percent, 0, 100, "percent")},
	{"alarm-drops", "NUMBER", NUMBER(alarms.drops, 0, 1000000000, "packets in five minutes")},
	{"alarm-late-rekey", "PERCENT", NUMBER(alarms.late_rekey_percent, 0, 100, "percent")},
	{"alarm-rekeys", "NUMBER", NUMBER(alarms.rekeys, 0, 1000000, "rekeys in ten minutes")},
	{"tunnel-grace", "SECONDS", NUMBER(tunnels.grace_seconds, 0, 3600, "seconds")},
	{"tunnel-linger", "SECONDS", NUMBER(tunnels.linger_seconds, 0, 31536000, "seconds")},
	{"tunnel-errors", "NUMBER", NUMBER(tunnels.errors_per_minute, 0, 1000000, "errors a minute")},
	{"tunnel-quiet", "SECONDS", NUMBER(tunnels.quiet_seconds, 0, 86400, "seconds")},
};
const size_t config_words_count = sizeof(config_words) / sizeof(config_words[0]);

static const char *
set_number(struct settings *settings, const struct config_number *number, const char *value)
{
	static char reason[80];
	uint64_t read;

	if (decimal_read(value, strlen(value), number->least, number->most, &read)) {
		field_store((char *)settings + number->offset, sizeof(uint32_t), read);
		return NULL;
	}
	snprintf(reason, sizeof(reason), "is not a number of %s from %u to %u", number->unit, (unsigned)number->least,
		 (unsigned)number->most);
	return reason;
}

const char *
config_word_set(struct settings *settings, const char *word, const char *value)
{
	for (size_t i = 0; i < config_words_count; i++) {
		if (strcmp(config_words[i].word, word) == 0)
			return config_words[i].set ? config_words[i].set(settings, value)
						   : set_number(settings, &config_words[i].number, value);
	}
	return "is an unknown word";
}
