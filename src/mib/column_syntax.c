/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/column_syntax.h"

#include "sa/sa.h"

static const struct column_label truth_labels[] = {{1, "true"}, {2, "false"}, {0, NULL}};

static const struct column_label address_type_labels[] = {
	{SA_ADDRESS_NONE, "unknown"}, {SA_ADDRESS_IPV4, "ipv4"}, {SA_ADDRESS_IPV6, "ipv6"}, {0, NULL}};

static const struct column_label direction_labels[] = {
	{SA_DIRECTION_UNKNOWN, "unknown"}, {SA_DIRECTION_IN, "in"}, {SA_DIRECTION_OUT, "out"}, {0, NULL}};

static const struct column_label dialect_labels[] = {
	{SA_DIALECT_NONE, "none"},	   {SA_DIALECT_FREESWAN1, "freeswan1"}, {SA_DIALECT_FREESWAN2, "freeswan2"},
	{SA_DIALECT_OPENSWAN, "openswan"}, {SA_DIALECT_MANUAL, "manual"},	{0, NULL}};

static const struct column_label sa_state_labels[] = {{SA_STATE_UNKNOWN, "unknown"}, {SA_STATE_LARVAL, "larval"},
						      {SA_STATE_MATURE, "mature"},   {SA_STATE_DYING, "dying"},
						      {SA_STATE_DEAD, "dead"},	     {0, NULL}};

static const struct column_label mode_labels[] = {
	{SA_MODE_UNKNOWN, "unknown"},	   {SA_MODE_TRANSPORT, "transport"},
	{SA_MODE_TUNNEL, "tunnel"},	   {SA_MODE_ROUTE_OPTIMIZATION, "routeOptimization"},
	{SA_MODE_IN_TRIGGER, "inTrigger"}, {SA_MODE_BEET, "beet"},
	{SA_MODE_IPTFS, "iptfs"},	   {0, NULL}};

/* clang-format off */
const struct column_syntax syntax_integer32 = {"Integer32", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_unsigned32 = {"Unsigned32", COLUMN_UNSIGNED32, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_gauge32 = {"Gauge32", COLUMN_UNSIGNED32, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_counter32 = {"Counter32", COLUMN_COUNTER32, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_counter64 = {"Counter64", COLUMN_COUNTER64, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_gauge64 = {"CounterBasedGauge64", COLUMN_COUNTER64, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_prefix_length = {"InetAddressPrefixLength", COLUMN_UNSIGNED32, COLUMN_FORMAT_NUMBER, NULL};
const struct column_syntax syntax_port_number = {"InetPortNumber", COLUMN_UNSIGNED32, COLUMN_FORMAT_NUMBER, NULL};

const struct column_syntax syntax_octet_string = {"OCTET STRING", COLUMN_OCTETS, COLUMN_FORMAT_OCTETS, NULL};
const struct column_syntax syntax_admin_string = {"SnmpAdminString", COLUMN_OCTETS, COLUMN_FORMAT_TEXT, NULL};
const struct column_syntax syntax_decimal = {"IpsecSpiDecimal", COLUMN_OCTETS, COLUMN_FORMAT_TEXT, NULL};
const struct column_syntax syntax_address = {"InetAddress", COLUMN_OCTETS, COLUMN_FORMAT_ADDRESS, NULL};
const struct column_syntax syntax_date = {"DateAndTime", COLUMN_OCTETS, COLUMN_FORMAT_DATE, NULL};

const struct column_syntax syntax_truth_value = {"TruthValue", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, truth_labels};
const struct column_syntax syntax_address_type = {"InetAddressType", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, address_type_labels};
const struct column_syntax syntax_direction = {"IpsecSpiDirection", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, direction_labels};
const struct column_syntax syntax_dialect = {"IpsecSpiDialect", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, dialect_labels};
const struct column_syntax syntax_sa_mode = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, mode_labels};
const struct column_syntax syntax_sa_state = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, sa_state_labels};
/* clang-format on */
