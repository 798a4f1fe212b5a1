/* SPDX-License-Identifier: BSD-3-Clause */
#include "agentx_protocol.h"

#include <stdio.h>

static const struct {
	long error;
	const char *text;
} errors[] = {
	{AGENTX_OPEN_FAILED, "it cannot open a session (openFailed)"},
	{AGENTX_NOT_OPEN, "it does not know the session (notOpen)"},
	{AGENTX_UNSUPPORTED_CONTEXT, "it does not have that context (unsupportedContext)"},
	{AGENTX_DUPLICATE_REGISTRATION, "another session has registered the same names, that of another agent, or of a "
					"lost connection that it has not noticed yet (duplicateRegistration)"},
	{AGENTX_PARSE_ERROR, "it does not understand (parseError)"},
	{AGENTX_REQUEST_DENIED, "it does not allow it (requestDenied)"},
	{AGENTX_PROCESSING_ERROR, "it has no resources for it (processingError)"},
};

const char *
agentx_error_text(long error, char buffer[40])
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].error == error)
			return errors[i].text;
	}
	snprintf(buffer, 40, "error %ld", error);
	return buffer;
}
