/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/sa_alarms.h"

#include <inttypes.h>
#include <stddef.h>

#include "tunnels/tunnels.h"

static bool
is_raised(const struct sa_alarms *alarms, const struct census_sa *record, enum event_alarm alarm)
{
	return (record->notes[alarms->note] >> alarm & 1) != 0;
}

static void
note(const struct sa_alarms *alarms, struct census_sa *record, enum event_alarm alarm, bool raised)
{
	uint32_t *const bits = &record->notes[alarms->note];

	*bits = raised ? *bits | UINT32_C(1) << alarm : *bits & ~(UINT32_C(1) << alarm);
}

static void
clear(const struct sa_alarms *alarms, struct census_sa *record, const struct sa *sa, enum event_alarm alarm,
      const char *why)
{
	struct event event;

	if (!is_raised(alarms, record, alarm))
		return;
	note(alarms, record, alarm, false);
	alarm_begin(&event, alarm, false, "%s", why);
	event_send_sa(alarms->sender, record, sa, &event);
}

/* --- sequence numbers -------------------------------------------------------------------------- */

static void
look_at_sequence(const struct sa_alarms *alarms, struct census_sa *record, const struct sa *sa)
{
	const uint64_t numbers = UINT64_C(1) << 32, percent = alarms->settings.sequence_percent;
	struct event event;

	if (sa->esn || percent == 0 || sa->sequence < (numbers * percent + 99) / 100) {
		clear(alarms, record, sa, EVENT_ALARM_SEQUENCE,
		      "its sequence numbers are below the limit, or no longer watched");
		return;
	}
	if (is_raised(alarms, record, EVENT_ALARM_SEQUENCE))
		return;
	note(alarms, record, EVENT_ALARM_SEQUENCE, true);
	alarm_begin(&event, EVENT_ALARM_SEQUENCE, true,
		    "its sequence numbers have reached %" PRIu64 " %% of 2^32, and it has no extended ones",
		    sa->sequence * 100 / numbers);
	event.current = sa->sequence;
	event_send_sa(alarms->sender, record, sa, &event);
}

/* --- late rekeys ------------------------------------------------------------------------------- */

/* A limit that is this near; SA_LIFE_KINDS: none is. */
static enum sa_lifetime_kind
near_limit(const struct sa *sa, uint32_t percent)
{
	static const enum sa_lifetime_kind kinds[] = {SA_LIFE_ADD, SA_LIFE_BYTES, SA_LIFE_PACKETS};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct sa_lifetime *const life = &sa->life[kinds[i]];

		if (life->soft > 0 && life->hard > life->soft &&
		    (double)life->current >= (double)life->soft + (double)(life->hard - life->soft) * percent / 100)
			return kinds[i];
	}
	return SA_LIFE_KINDS;
}

static bool
has_successor(const struct sa_alarms *alarms, const struct census_sa *record)
{
	return !alarms->sender->tunnels || tunnels_has_another(alarms->sender->tunnels, record);
}

static void
look_at_rekey(const struct sa_alarms *alarms, struct census_sa *record, const struct sa *sa)
{
	const uint32_t percent = alarms->settings.late_rekey_percent;
	const enum sa_lifetime_kind kind = percent > 0 ? near_limit(sa, percent) : SA_LIFE_KINDS;
	struct event event;

	if (kind == SA_LIFE_KINDS) {
		clear(alarms, record, sa, EVENT_ALARM_LATE_REKEY, "its hard limit is not near, or no longer watched");
		return;
	}
	if (has_successor(alarms, record)) {
		clear(alarms, record, sa, EVENT_ALARM_LATE_REKEY, "it has a successor");
		return;
	}
	/* A limit that is already reached is reported as an expiry. */
	if (is_raised(alarms, record, EVENT_ALARM_LATE_REKEY) || sa->life[kind].current >= sa->life[kind].hard)
		return;
	note(alarms, record, EVENT_ALARM_LATE_REKEY, true);
	alarm_begin(&event, EVENT_ALARM_LATE_REKEY, true, "it is near its hard limit, and has no successor");
	event.limit = (uint8_t)(kind + 1); /* enum event_limit */
	event.current = sa->life[kind].current;
	event.soft = sa->life[kind].soft;
	event.hard = sa->life[kind].hard;
	event_send_sa(alarms->sender, record, sa, &event);
}

/* --- the census's observer --------------------------------------------------------------------- */

static void
look_at_sa(void *data, struct census_sa *record, const struct sa *sa)
{
	const struct sa_alarms *const alarms = data;

	if (sa->state == SA_STATE_LARVAL || sa->state == SA_STATE_DEAD)
		return;
	if (sa_reports(sa, SA_ATTR_SEQUENCE))
		look_at_sequence(alarms, record, sa);
	look_at_rekey(alarms, record, sa);
}

static void
look_at_new(void *data, struct census_sa *record, const struct sa *sa, bool attended)
{
	(void)attended;
	look_at_sa(data, record, sa);
}

static void
clear_all(void *data, struct census_sa *record, const struct sa *sa, enum census_end end)
{
	static const char gone[] = "the SA is gone";

	(void)end;
	clear(data, record, sa, EVENT_ALARM_SEQUENCE, gone);
	clear(data, record, sa, EVENT_ALARM_LATE_REKEY, gone);
}

static const struct census_observer observer = {
	.born = look_at_new,
	.seen = look_at_sa,
	.gone = clear_all,
};

uint32_t
sa_alarms_save(const struct sa_alarms *alarms, const struct census_sa *record)
{
	return record->notes[alarms->note];
}

void
sa_alarms_restore(const struct sa_alarms *alarms, struct census_sa *record, uint32_t saved)
{
	const uint32_t known = UINT32_C(1) << EVENT_ALARM_SEQUENCE | UINT32_C(1) << EVENT_ALARM_LATE_REKEY;

	record->notes[alarms->note] = saved & known;
}

void
sa_alarms_configure(struct sa_alarms *alarms, const struct alarm_settings *settings)
{
	alarms->settings = *settings;
}

void
sa_alarms_begin(struct sa_alarms *alarms, const struct event_sender *sender, const struct alarm_settings *settings)
{
	*alarms = (struct sa_alarms){.sender = sender, .settings = *settings};
	alarms->note = census_observe(sender->census, &observer, alarms);
}
