/* SPDX-License-Identifier: BSD-3-Clause */
#include "serve/settings.h"

#include <stdlib.h>
#include <string.h>

void
settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	settings->source = CHOOSE_AUTO;
	settings->interval_seconds = 5;
	settings->read_share_percent = 10;
	settings->stale_after_seconds = 60;
	settings->event_log = (struct event_log_sizes){.events = 1000, .changes = 1000};
	settings->event_policy = (struct event_policy){.soft = EVENT_LIMITS_ALL, .hard = EVENT_LIMITS_ALL};
	settings->notify = (struct notify_queue_settings){.limit = 20000, .per_second = 200};
	settings->event_backlog_octets = 16 << 20;
	settings->state_interval_seconds = 60;
	settings->agentx_direct = true;
	settings->ike_identities = true;
	alarm_settings_init(&settings->alarms);
	tunnel_settings_init(&settings->tunnels);
	settings->oid_root = mib_default_root;
}

const char *
settings_state_directory(const struct settings *settings)
{
	const char *const unit = getenv("STATE_DIRECTORY");

	if (strcmp(settings->state_directory, "none") == 0)
		return "";
	if (settings->state_directory[0] != '\0')
		return settings->state_directory;
	return unit && unit[0] != '\0' ? unit : "/var/lib/ipsec-spi-agent";
}

struct ike_choice
settings_ike(const struct settings *settings, const struct namespace_choice *place)
{
	struct ike_choice choice = {.kind = IKE_AUTO};

	for (size_t i = 0; i < settings->ike_count; i++) {
		const struct ike_choice *const given = &settings->ike[i];

		if (!given->has_context && !choice.has_context)
			choice = *given;
		if (given->has_context && strcmp(given->context, place->context) == 0)
			choice = *given;
	}
	return choice;
}

const char *
settings_conflict(const struct settings *settings)
{
	if (settings->namespace_count > 0 && settings->source == CHOOSE_KLIPS)
		return "namespaces (-n, netns) and source klips: KLIPS has one file, not one for each "
		       "namespace";
	return NULL;
}
