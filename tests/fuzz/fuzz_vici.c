/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Any octets as what an IKE daemon answers, in pieces: the first octet says how long those are.  Whatever it says, it is sent
 * nothing but what vici_request.h has, and what is made of it fits and can be printed.
 */

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "ike/ike_sas.h"
#include "ike/vici_request.h"
#include "ike/vici_session.h"

static void
require_text(const char *text, size_t size)
{
	const size_t length = strnlen(text, size);

	require(length < size && utf8_is_printable((const uint8_t *)text, length));
}

static void
on_sa(void *data, const struct ike_sa *sa)
{
	require_text(sa->connection, sizeof(sa->connection));
	require_text(sa->remote_id, sizeof(sa->remote_id));
	require_text(sa->eap_id, sizeof(sa->eap_id));
	require_text(sa->encryption, sizeof(sa->encryption));
	require_text(sa->child_names, sizeof(sa->child_names));
	require(sa->id > 0);
	ike_sas_take_sa(data, sa);
}

static void
on_child(void *data, const struct ike_child *child)
{
	require_text(child->name, sizeof(child->name));
	ike_sas_take_child(data, child);
}

static void
on_configured(void *data, const struct ike_configured_child *child)
{
	require_text(child->connection, sizeof(child->connection));
	require_text(child->name, sizeof(child->name));
	ike_sas_take_configured(data, child);
}

static void
on_begun(void *data)
{
	ike_sas_begin(data);
}

static void
on_ended(void *data)
{
	struct ike_sa sa;

	while (!ike_sas_end(data, 1, 1, 1))
		;
	for (size_t rank = 0; rank < ike_sas_count(data); rank++)
		ike_sas_at(data, rank, 2, &sa);
}

static void
on_changed(void *data, const struct ike_sa *sa, bool up)
{
	if (sa)
		ike_sas_take_event(data, sa, up);
}

static void
on_peer(void *data, const struct ike_sa *sa, bool up, const char *reason)
{
	(void)data;
	(void)sa;
	require(!up || reason[0] == '\0');
}

static void
take_output(struct vici_session *session)
{
	const uint8_t *octets;
	const size_t length = vici_session_output(session, &octets);
	bool is_known = length == 0;

	for (unsigned i = 0; i < VICI_REQUESTS; i++) {
		uint8_t packet[VICI_REQUEST_SIZE];

		is_known |= vici_request_build((enum vici_request)i, packet) == length &&
			    memcmp(packet, octets, length) == 0;
	}
	require(is_known);
	vici_session_sent(session, length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ike_sas *const sas = ike_sas_new(&(struct ike_sas_listener){on_peer, NULL});
	const struct vici_session_listener listener = {
		{on_sa, on_child, on_configured, sas}, on_begun, on_ended, on_changed};
	struct vici_session *const session = vici_session_new(&listener);
	const size_t piece = size > 0 && data[0] > 0 ? data[0] : 1;
	char error[ERROR_LINE_SIZE] = "";
	bool goes_on = true;

	require(sas && session);
	vici_session_ask(session);
	take_output(session);
	for (size_t at = 1; goes_on && at < size; at += piece) {
		goes_on = vici_session_input(session, data + at, size - at < piece ? size - at : piece, error);
		require(goes_on == (error[0] == '\0'));
		take_output(session);
	}
	ike_sas_tick(sas, 100);
	vici_session_free(session);
	ike_sas_free(sas);
	return 0;
}
