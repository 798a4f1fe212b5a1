/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/sa_transform.h"

#include "sa/algorithm.h"

/* clang-format off */
const struct sa_protocol_name sa_protocol_names[] = {
	{SA_PROTOCOL_ESP, "esp", "ESP"},
	{SA_PROTOCOL_AH, "ah", "AH"},
	{SA_PROTOCOL_IPIP, "tun", "IPIP"},
	{SA_PROTOCOL_COMP, "comp", "COMP"},
	{SA_PROTOCOL_IPV6, "tun", "IPIP"},
	{SA_PROTOCOL_INT, "int", SA_TRANSFORM_UNKNOWN},
};
/* clang-format on */

const size_t sa_protocol_names_count = sizeof(sa_protocol_names) / sizeof(sa_protocol_names[0]);

const struct sa_protocol_name *
sa_protocol_name(uint8_t protocol)
{
	for (size_t i = 0; i < sa_protocol_names_count; i++) {
		if (sa_protocol_names[i].protocol == protocol)
			return &sa_protocol_names[i];
	}
	return NULL;
}

static void
put_algorithm(struct text_writer *writer, const char *kernel_name, uint16_t icv_bits)
{
	char name[ALGORITHM_TRANSFORM_NAME_SIZE];
	const size_t length = kernel_name[0] ? algorithm_transform_name(kernel_name, icv_bits, name) : 0;

	if (length == 0)
		return;
	text_put_octet(writer, '_');
	text_put(writer, name, length);
}

void
sa_transform_put_algorithms(struct text_writer *writer, const struct sa *sa)
{
	put_algorithm(writer, sa->compression, 0);
	put_algorithm(writer, sa->encryption, sa->icv_bits);
	put_algorithm(writer, sa->authentication, sa->icv_bits);
}

size_t
sa_transform_print(const struct sa *sa, char text[SA_TRANSFORM_TEXT_SIZE])
{
	struct text_writer writer = {.text = text, .size = SA_TRANSFORM_TEXT_SIZE};
	const struct sa_protocol_name *name = sa_protocol_name(sa->said.protocol);

	text_put_string(&writer, name ? name->transform : SA_TRANSFORM_UNKNOWN);
	sa_transform_put_algorithms(&writer, sa);
	return text_end(&writer);
}
