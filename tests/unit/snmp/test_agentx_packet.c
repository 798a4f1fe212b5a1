/* SPDX-License-Identifier: BSD-3-Clause */

/* AgentX packets through net-snmp's parser and builder: what is relied on holds, and what they would not stand is refused. */

#include "snmp/agentx_packet.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "snmp/agentx_protocol.h"

/* One that cannot send: what is refused is answered in vain. */
static netsnmp_session session = {.version = AGENTX_SESSION_VERSION, .sessid = 7};

static u_char packet[100000];
static size_t length;

static void
put_number(uint32_t number)
{
	const uint32_t octets = htonl(number);

	memcpy(packet + length, &octets, sizeof(octets));
	length += sizeof(octets);
}

static void
begin(u_char type, u_char flags)
{
	length = 0;
	put_number(1u << 24 | (uint32_t)type << 16 | (uint32_t)(flags | AGENTX_NETWORK_BYTE_ORDER) << 8);
	put_number(7);
	put_number(8);
	put_number(9);
	put_number(0);
}

/* The context's octets, said to be so many. */
static void
put_context(const char *octets, size_t size, uint32_t said)
{
	put_number(said);
	memset(packet + length, 0, (size + 3) / 4 * 4);
	memcpy(packet + length, octets, size);
	length += (size + 3) / 4 * 4;
}

/* .1.3.6.1.4.LAST */
static void
put_name(uint32_t last)
{
	put_number(1u << 24 | 4u << 16);
	put_number(last);
}

static int
parse(netsnmp_pdu **pdu)
{
	const uint32_t payload = htonl((uint32_t)(length - AGENTX_HEADER_OCTETS));
	u_char *const octets = malloc(length); /* of its exact size, so that a sanitizer sees what reads beyond */
	int result;

	memcpy(packet + 16, &payload, sizeof(payload));
	memcpy(octets, packet, length);
	*pdu = snmp_pdu_create(0);
	result = agentx_packet_parse(&session, *pdu, octets, length);
	free(octets);
	return result;
}

static void
assert_refused(void)
{
	netsnmp_pdu *pdu;

	assert_int_not_equal(parse(&pdu), SNMP_ERR_NOERROR);
	snmp_free_pdu(pdu);
}

static void
does_what_is_relied_on(void **state)
{
	(void)state;
	assert_true(agentx_packet_is_as_expected());
}

static void
sub_identifiers_have_32_bits(void **state)
{
	static const uint32_t lasts[] = {0, 1, INT32_MAX, 1u << 31, UINT32_MAX};
	netsnmp_pdu *pdu;

	(void)state;
	for (size_t i = 0; i < sizeof(lasts) / sizeof(lasts[0]); i++) {
		begin(AGENTX_GETNEXT, 0);
		put_name(lasts[i]);
		put_name(lasts[i]);
		assert_int_equal(parse(&pdu), SNMP_ERR_NOERROR);
		assert_int_equal(pdu->variables->name_length, 6);
		assert_int_equal(pdu->variables->name[5], lasts[i]);
		assert_int_equal(pdu->variables->val.objid[5], lasts[i]);
		snmp_free_pdu(pdu);
	}
}

static void
contexts_are_told_apart(void **state)
{
	netsnmp_pdu *pdu;

	(void)state;
	begin(AGENTX_GET, AGENTX_NON_DEFAULT_CONTEXT);
	put_context("blue", 4, 4);
	put_name(1);
	put_name(0);
	assert_int_equal(parse(&pdu), SNMP_ERR_NOERROR);
	assert_true(agentx_packet_is_in_context(pdu, "blue"));
	assert_false(agentx_packet_is_in_context(pdu, "blu"));
	assert_false(agentx_packet_is_in_context(pdu, "blues"));
	assert_false(agentx_packet_is_in_context(pdu, ""));
	snmp_free_pdu(pdu);
	begin(AGENTX_GET, 0);
	put_name(1);
	put_name(0);
	assert_int_equal(parse(&pdu), SNMP_ERR_NOERROR);
	assert_true(agentx_packet_is_in_context(pdu, ""));
	assert_false(agentx_packet_is_in_context(pdu, "blue"));
	snmp_free_pdu(pdu);
}

static void
contexts_that_would_be_copied_wrongly_are_refused(void **state)
{
	static const char zeros[2000];

	(void)state;
	begin(AGENTX_GETNEXT, AGENTX_NON_DEFAULT_CONTEXT);
	put_context(zeros, sizeof(zeros), sizeof(zeros));
	put_name(1);
	put_name(2);
	assert_refused();
	begin(AGENTX_GETNEXT, AGENTX_NON_DEFAULT_CONTEXT);
	put_context("bl\0e", 4, 4);
	assert_refused();
	begin(AGENTX_GETNEXT, AGENTX_NON_DEFAULT_CONTEXT);
	put_context("blue", 4, 5);
	assert_refused();
	begin(AGENTX_GETNEXT, AGENTX_NON_DEFAULT_CONTEXT);
	put_context("blue", 4, UINT32_MAX);
	assert_refused();
	begin(AGENTX_GETNEXT, AGENTX_NON_DEFAULT_CONTEXT);
	assert_refused();
}

static void
what_is_cut_or_too_long_is_refused(void **state)
{
	(void)state;
	begin(AGENTX_GETNEXT, 0);
	put_name(1);
	put_name(2);
	while ((length -= 4) > AGENTX_HEADER_OCTETS)
		assert_refused();
	begin(AGENTX_GETNEXT, 0);
	while (length <= 65536) {
		put_name(1);
		put_name(2);
	}
	assert_refused();
	length = AGENTX_HEADER_OCTETS - 1;
	assert_int_not_equal(agentx_packet_parse(&session, NULL, packet, length), SNMP_ERR_NOERROR);
}

/* RFC 2741, section 7.2.4.1: of a session that is none (any more). */
static void
requests_for_another_session_are_refused(void **state)
{
	netsnmp_pdu *pdu;

	(void)state;
	begin(AGENTX_GET, 0);
	put_name(1);
	put_name(2);
	session.sessid = 6;
	assert_refused();
	session.sessid = 7;
	assert_int_equal(parse(&pdu), SNMP_ERR_NOERROR);
	snmp_free_pdu(pdu);
}

static void
nothing_can_be_written(void **state)
{
	static const u_char types[] = {AGENTX_TESTSET, AGENTX_COMMITSET, AGENTX_UNDOSET, AGENTX_CLEANUPSET};

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		begin(types[i], 0);
		assert_refused();
	}
}

static void
refusing_is_for_requests(void **state)
{
	(void)state;
	begin(AGENTX_RESPONSE, 0);
	assert_refused();
	begin(99, 0);
	assert_refused();
}

/* --- to the master ------------------------------------------------------------------------------- */

static netsnmp_pdu *
pdu_of(int command, size_t octets)
{
	static const oid name[] = {1, 3, 6, 1, 4, 1};
	netsnmp_pdu *const pdu = snmp_pdu_create(command);

	pdu->version = AGENTX_SESSION_VERSION;
	pdu->msgMaxSize = 65535;
	snmp_pdu_add_variable(pdu, name, OID_LENGTH(name), ASN_OCTET_STR, packet, octets);
	return pdu;
}

static size_t
built(netsnmp_pdu *pdu)
{
	u_char *buffer = NULL;
	size_t size = 0, used = 0;

	assert_int_equal(agentx_packet_build(&session, pdu, &buffer, &size, &used), 0);
	free(buffer);
	return used;
}

/* Of such an answer: its header, sysUpTime and error, the type, the name, and the length of the value. */
enum { AROUND_THE_VALUE = AGENTX_HEADER_OCTETS + 8 + 4 + 8 + 4 };

#define MIN_OF(a, b) ((size_t)(a) < (b) ? (size_t)(a) : (b))

/* The master's parser takes 65,536 octets, whatever the transport would take. */
static void
an_answer_without_room_is_an_error(void **state)
{
	static const long rooms[] = {65535, 65536, INT32_MAX};
	netsnmp_pdu *pdu;

	(void)state;
	for (size_t octets = 65400; octets < 65600; octets += 4) {
		for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
			pdu = pdu_of(AGENTX_RESPONSE, octets);
			pdu->errstat = 0;
			pdu->msgMaxSize = rooms[i];
			assert_true(built(pdu) <= MIN_OF(rooms[i], 65536));
			assert_int_equal(pdu->errstat, pdu->variables ? SNMP_ERR_NOERROR : SNMP_ERR_TOOBIG);
			assert_int_equal(pdu->variables != NULL, octets + AROUND_THE_VALUE <= MIN_OF(rooms[i], 65536));
			snmp_free_pdu(pdu);
		}
	}
	pdu = pdu_of(AGENTX_NOTIFY, 70000); /* nobody waits for it */
	assert_true(built(pdu) > 65535);
	snmp_free_pdu(pdu);
}

static void
a_context_goes_with_a_request(void **state)
{
	netsnmp_pdu *pdu = pdu_of(AGENTX_PING, 0);
	const size_t without = built(pdu);

	(void)state;
	assert_true(agentx_packet_set_context(pdu, ""));
	assert_int_equal(built(pdu), without);
	assert_true(agentx_packet_set_context(pdu, "green"));
	assert_int_equal(built(pdu), without + 4 + 8);
	snmp_free_pdu(pdu);
}

static void
errors_have_words(void **state)
{
	char number[40];

	(void)state;
	assert_string_equal(agentx_error_text(AGENTX_REQUEST_DENIED, number), "it does not allow it (requestDenied)");
	assert_string_equal(agentx_error_text(5, number), "error 5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_is_relied_on),
		cmocka_unit_test(sub_identifiers_have_32_bits),
		cmocka_unit_test(contexts_are_told_apart),
		cmocka_unit_test(contexts_that_would_be_copied_wrongly_are_refused),
		cmocka_unit_test(what_is_cut_or_too_long_is_refused),
		cmocka_unit_test(requests_for_another_session_are_refused),
		cmocka_unit_test(nothing_can_be_written),
		cmocka_unit_test(refusing_is_for_requests),
		cmocka_unit_test(an_answer_without_room_is_an_error),
		cmocka_unit_test(a_context_goes_with_a_request),
		cmocka_unit_test(errors_have_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
