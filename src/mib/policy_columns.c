/* SPDX-License-Identifier: BSD-3-Clause */
#include "mib/policy_columns.h"

#include <string.h>

#include "mib/column_codec.h"
#include "mib/column_syntax.h"
#include "sa/sa_transform.h"

static const struct column_label direction_labels[] = {{POLICY_IN, "in"},
						       {POLICY_OUT, "out"},
						       {POLICY_FORWARD, "forward"},
						       {POLICY_SOCKET_IN, "socketIn"},
						       {POLICY_SOCKET_OUT, "socketOut"},
						       {0, NULL}};

static const struct column_label action_labels[] = {{POLICY_ALLOW, "allow"}, {POLICY_BLOCK, "block"}, {0, NULL}};

static const struct column_label type_labels[] = {{POLICY_MAIN, "main"}, {POLICY_SUB, "sub"}, {0, NULL}};

/* clang-format off */
static const struct column_syntax direction_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, direction_labels};
static const struct column_syntax action_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, action_labels};
static const struct column_syntax type_enum = {"INTEGER", COLUMN_INTEGER32, COLUMN_FORMAT_NUMBER, type_labels};

#define FIELD(member) COLUMN_ALWAYS, COLUMN_FIELD(struct policy_row, member)
#define NUMBER(name, syntax, units, member) {name, &syntax, &column_number_codec, units, FIELD(member)}
#define ADDRESS(name, member) \
	{name "AddressType", &syntax_address_type, &column_address_type_codec, NULL, FIELD(member)}, \
	{name "Address", &syntax_address, &column_address_codec, NULL, FIELD(member)}
#define SUBNET(name, member) \
	ADDRESS(name, member.address), \
	{name "PrefixLength", &syntax_prefix_length, &column_prefix_length_codec, "bits", FIELD(member)}
#define TEXT(name, member) {name, &syntax_admin_string, &column_any_text_codec, NULL, FIELD(member)}

static const struct column columns[] = {
	NUMBER("ipsecPolicyIndex", syntax_unsigned32, NULL, policy.index),
	NUMBER("ipsecPolicyDirection", direction_enum, NULL, policy.direction),
	NUMBER("ipsecPolicyAction", action_enum, NULL, policy.action),
	NUMBER("ipsecPolicyPriority", syntax_unsigned32, NULL, policy.priority),
	NUMBER("ipsecPolicyType", type_enum, NULL, policy.type),
	NUMBER("ipsecPolicyFlags", syntax_unsigned32, NULL, policy.flags),
	TEXT("ipsecPolicySelector", selector_text),
	SUBNET("ipsecPolicySrc", policy.selector.src),
	SUBNET("ipsecPolicyDst", policy.selector.dst),
	NUMBER("ipsecPolicyProtocol", syntax_unsigned32, NULL, policy.selector.protocol),
	NUMBER("ipsecPolicySrcPort", syntax_port_number, NULL, policy.selector.src_port),
	NUMBER("ipsecPolicySrcPortMask", syntax_unsigned32, NULL, policy.selector.src_port_mask),
	NUMBER("ipsecPolicyDstPort", syntax_port_number, NULL, policy.selector.dst_port),
	NUMBER("ipsecPolicyDstPortMask", syntax_unsigned32, NULL, policy.selector.dst_port_mask),
	NUMBER("ipsecPolicyInterface", syntax_unsigned32, NULL, policy.selector.interface_index),
	NUMBER("ipsecPolicyMark", syntax_unsigned32, NULL, policy.mark),
	NUMBER("ipsecPolicyMarkMask", syntax_unsigned32, NULL, policy.mark_mask),
	NUMBER("ipsecPolicyIfId", syntax_unsigned32, NULL, policy.if_id),
	NUMBER("ipsecPolicyTemplateCount", syntax_unsigned32, "templates", policy.template_count),
	TEXT("ipsecPolicyTemplates", templates_text),
	ADDRESS("ipsecPolicyTemplateSrc", policy.templates[0].src),
	NUMBER("ipsecPolicyTemplateSrcPrefixLength", syntax_prefix_length, "bits", policy.templates[0].src_prefix_length),
	ADDRESS("ipsecPolicyTemplateDst", policy.templates[0].dst),
	NUMBER("ipsecPolicyTemplateDstPrefixLength", syntax_prefix_length, "bits", policy.templates[0].dst_prefix_length),
	NUMBER("ipsecPolicyTemplateProtocol", syntax_unsigned32, NULL, policy.templates[0].protocol),
	NUMBER("ipsecPolicyTemplateMode", syntax_sa_mode, NULL, policy.templates[0].mode),
	NUMBER("ipsecPolicyTemplateReqid", syntax_unsigned32, NULL, policy.templates[0].reqid),
	NUMBER("ipsecPolicyAge", syntax_gauge32, "seconds", age_seconds),
	NUMBER("ipsecPolicyIdle", syntax_gauge32, "seconds", idle_seconds),
	NUMBER("ipsecPolicyTunnelIndex", syntax_unsigned32, NULL, tunnel_index),
};
/* clang-format on */

const struct column_table policy_table = {
	.name = "ipsecPolicyTable",
	.columns = columns,
	.count = COLUMN_COUNT(columns),
	.index_columns = 1,
	.row_size = sizeof(struct policy_row),
	.suffix = {1, 7, 1},
	.suffix_length = 3,
};

const char *
policy_direction_label(uint8_t direction)
{
	const char *const label = column_label(&direction_enum, direction);

	return label ? label : "?";
}

const char *
policy_action_label(uint8_t action)
{
	const char *const label = column_label(&action_enum, action);

	return label ? label : "?";
}

/* --- a row ------------------------------------------------------------------------------------- */

static void
put_end(struct text_writer *writer, const struct sa_address *address, uint8_t prefix_length)
{
	sa_address_put(writer, address);
	if (prefix_length == sa_address_octets(address->type) * 8)
		return;
	text_put_octet(writer, '/');
	text_put_unsigned(writer, prefix_length);
}

static void
put_template(struct text_writer *writer, const struct policy_template *template)
{
	const struct sa_protocol_name *const protocol = sa_protocol_name(template->protocol);
	const char *const mode = column_label(&syntax_sa_mode, template->mode);

	if (protocol)
		text_put_string(writer, protocol->said);
	else
		text_put_unsigned(writer, template->protocol);
	text_put_octet(writer, ' ');
	text_put_string(writer, mode ? mode : "?");
	text_put_octet(writer, ' ');
	put_end(writer, &template->src, template->src_prefix_length);
	text_put_string(writer, " > ");
	put_end(writer, &template->dst, template->dst_prefix_length);
	if (template->reqid != 0) {
		text_put_string(writer, " reqid ");
		text_put_unsigned(writer, template->reqid);
	}
	if (template->optional)
		text_put_string(writer, " optional");
}

/* If there are too many templates, the text ends in three full stops. */
static void
print_templates(char text[POLICY_TEMPLATES_TEXT_SIZE], const struct policy *policy)
{
	struct text_writer writer = {text, POLICY_TEMPLATES_TEXT_SIZE - 1, 0};

	for (unsigned i = 0; i < policy->template_count; i++) {
		if (i > 0)
			text_put_string(&writer, ", ");
		put_template(&writer, &policy->templates[i]);
	}
	if (writer.used == writer.size)
		memcpy(text + writer.size - 3, "...", 3);
	writer.size++;
	text_end(&writer);
}

/* The kernel may report any number as a time: the difference of two may exceed an int64_t. */
static uint32_t
seconds_since(int64_t then, int64_t now)
{
	const uint64_t passed = (uint64_t)now - (uint64_t)then;

	return now <= then ? 0 : passed >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)passed;
}

void
policy_row_make(struct policy_row *row, const struct policy *policy, int64_t now_seconds, uint32_t tunnel_index)
{
	struct text_writer selector = {row->selector_text, sizeof(row->selector_text), 0};

	row->policy = *policy;
	sa_selector_put(&selector, &policy->selector, " > ");
	text_end(&selector);
	print_templates(row->templates_text, policy);
	row->age_seconds = seconds_since(policy->added_seconds, now_seconds);
	row->idle_seconds =
		policy->used_seconds == 0 ? POLICY_NEVER_USED : seconds_since(policy->used_seconds, now_seconds);
	row->tunnel_index = tunnel_index;
}
