/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * steady_gets ADDRESS OID A_SECOND SECONDS
 *
 * GETs of one object at a steady rate, one after the other; prints the latency of each in nanoseconds.
 */
#include "session.h"

#include <string.h>

#include "clocks.h"

static void
wait_until(uint64_t ns)
{
	const struct timespec until = {(time_t)(ns / 1000000000), (long)(ns % 1000000000)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void
look(const netsnmp_pdu *answer)
{
	(void)answer;
}

int
main(int argc, char **argv)
{
	struct session session;
	oid name[MAX_OID_LEN];
	size_t length = MAX_OID_LEN;
	uint64_t next, period, *latencies;
	unsigned long count;

	if (argc != 5) {
		fprintf(stderr, "usage: steady_gets ADDRESS OID A_SECOND SECONDS\n");
		return 2;
	}
	session_open(&session, "steady_gets", argv[1], look);
	if (!read_objid(argv[2], name, &length)) {
		snmp_perror("steady_gets");
		return 1;
	}
	period = 1000000000 / strtoul(argv[3], NULL, 10);
	count = strtoul(argv[3], NULL, 10) * strtoul(argv[4], NULL, 10);
	latencies = calloc(count, sizeof(*latencies));
	if (!latencies)
		return 1;
	next = clock_ns(CLOCK_MONOTONIC);
	for (unsigned long i = 0; i < count; i++, next += period) {
		netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GET);
		uint64_t sent;

		wait_until(next);
		snmp_add_null_var(request, name, length);
		sent = clock_ns(CLOCK_MONOTONIC);
		session_ask(&session, request);
		latencies[i] = clock_ns(CLOCK_MONOTONIC) - sent;
	}
	for (unsigned long i = 0; i < count; i++)
		printf("%llu\n", (unsigned long long)latencies[i]);
	snmp_sess_close(session.handle);
	return 0;
}
