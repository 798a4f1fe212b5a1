/* SPDX-License-Identifier: BSD-3-Clause */
#include "metric.h"

#include <string.h>

static bool
is_one_of(const char *name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}
#define IS_ONE_OF(name, names) is_one_of(name, names, COLUMN_COUNT(names))

/* Texts that do not change; others would create a new time series at each change. */
static const char *const texts[] = {"ipsecAgentVersion", "ipsecTunnelName", "ipsecTunnelLocalText",
				    "ipsecTunnelRemoteText", "ipsecTunnelConnection"};
/* ipsecTunnelStateAge has the same, whatever the clocks show. */
static const char *const passed_over[] = {"ipsecTunnelSince"};
/* An IKE SA exists for hours, and each is a new time series: only these of its columns are metrics. */
static const char *const of_ike_sas[] = {"ipsecIkeState", "ipsecIkeRekeyIn", "ipsecIkeReauthIn"};
static const char *const infos[] = {"ipsecIkeState"};

static bool
is_passed_over(const char *name)
{
	static const char ike[] = "ipsecIke";

	return IS_ONE_OF(name, passed_over) ||
	       (strncmp(name, ike, sizeof(ike) - 1) == 0 && !IS_ONE_OF(name, of_ike_sas));
}

static enum metric_kind
kind_of_number(const struct column_syntax *syntax)
{
	if (syntax->type == COLUMN_COUNTER32 || strcmp(syntax->name, "Counter64") == 0)
		return METRIC_COUNTER;
	if (strcmp(syntax->name, "Gauge32") == 0)
		return METRIC_GAUGE;
	/* The type of an address is not a state, and an Unsigned32 is a name or a setting. */
	return syntax->labels && strcmp(syntax->name, "InetAddressType") != 0 ? METRIC_STATES : METRIC_NONE;
}

enum metric_kind
metric_kind(const struct column *column)
{
	if (is_passed_over(column->name))
		return METRIC_NONE;
	if (IS_ONE_OF(column->name, infos))
		return METRIC_INFO;
	switch (column->syntax->format) {
	case COLUMN_FORMAT_NUMBER:
		return kind_of_number(column->syntax);
	case COLUMN_FORMAT_DATE:
		return METRIC_DATE;
	case COLUMN_FORMAT_TEXT:
		return IS_ONE_OF(column->name, texts) ? METRIC_TEXT : METRIC_NONE;
	default:
		return METRIC_NONE;
	}
}
