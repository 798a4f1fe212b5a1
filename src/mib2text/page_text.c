/* SPDX-License-Identifier: BSD-3-Clause */
#include "page_text.h"

#include <string.h>

char
page_text_octet(char octet, const char *also)
{
	const unsigned char number = (unsigned char)octet;

	return number < ' ' || number == 0x7f || strchr("<>&", octet) || strchr(also, octet) ? '_' : octet;
}
