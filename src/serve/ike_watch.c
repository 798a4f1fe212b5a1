/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike_watch.h"

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/fd_event_manager.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ike/vici_session.h"
#include "snmp/timer.h"
#include "snmp/turn.h"
#include "ike_names.h"
#include "tunnel_watch.h"

enum { SECOND_US = 1000000 };
enum {
	ROUND_US = 30 * SECOND_US,    /* from the end of one to the next, unless something causes it sooner */
	GATHER_US = SECOND_US / 5,    /* changes within this time cause one round */
	RETRY_US = 2 * SECOND_US,     /* to a daemon that is missing */
	NONSENSE_US = 60 * SECOND_US, /* to one that sends invalid data */
	PATIENCE_US =
		10 * SECOND_US,	 /* for an answer, before the daemon counts as silent; never longer than its data are
				  * valid */
	DENIALS_UNSAID = 3,	 /* in a row: a daemon that has just started, whose socket the agent may use soon */
	SHARE = 10,		 /* rounds take at most one part in this number of the time */
	LOOKED_AT = 500,	 /* IKE SAs at once */
	READ_OCTETS = 32 * 1024, /* octets taken at once: some hundred microseconds of work */
};

struct ike_watch {
	struct namespace_choice place;
	struct tunnel_watch *tunnels;
	const struct event_sink *sink;
	struct ike_choice choice;
	uint64_t stale_after_us;
	struct ike_sas *sas;
	struct vici_session *session; /* NULL: there is no connection */
	int fd;
	enum ike_status status;
	char error[ERROR_LINE_SIZE]; /* of .status */
	char told[ERROR_LINE_SIZE];  /* the last report; empty: all was well */
	bool was_ok;		     /* since the start, or since it was gone */
	bool is_stale;
	unsigned denials;	/* in a row */
	uint64_t heard_us;	/* when it last sent something, or was asked after being idle */
	uint64_t round_us;	/* when the round began */
	uint64_t round_took_us; /* the last complete one */
	uint64_t next_us;	/* when to connect, or to begin a round; UINT64_MAX: on request */
	uint64_t longest_us;
	struct timer tick;
	struct ike_names names;
	struct turn look; /* progress in the content of a round: first its IKE SAs, then its children */
	bool ending;	  /* the first of them */
	bool held, missed_look;
};

static void on_tick(void *data);

/* Sets the timer to what is due first. */
static void
wait_on(struct ike_watch *watch, uint64_t peers_us)
{
	const uint64_t now_us = clock_monotonic_us();
	uint64_t after_us = watch->next_us > now_us ? watch->next_us - now_us : 0;

	/* To notice silence. */
	if (watch->session && after_us > SECOND_US)
		after_us = SECOND_US;
	if (peers_us < after_us)
		after_us = peers_us;
	if (watch->choice.kind != IKE_NONE || peers_us != UINT64_MAX)
		timer_set(&watch->tick, after_us > 1000 ? after_us : 1000);
}

/* --- reports ----------------------------------------------------------------------------------- */

static void
set_status(struct ike_watch *watch, enum ike_status status, const char *error)
{
	const bool is_ok = status == IKE_STATUS_OK;

	watch->status = status;
	snprintf(watch->error, sizeof(watch->error), "%s", error);
	tunnels_await_labels(tunnel_watch_tunnels(watch->tunnels), is_ok);
	if (is_ok && error[0] == '\0' && (watch->told[0] != '\0' || !watch->was_ok))
		snmp_log(LOG_NOTICE, "connected to the IKE daemon at %s\n", watch->choice.socket);
	else if (error[0] != '\0' && strcmp(error, watch->told) != 0)
		snmp_log(LOG_WARNING, "the IKE daemon at %s: %s%s\n", watch->choice.socket, error,
			 is_ok ? "" : "; going on without its names and IKE SAs");
	watch->was_ok = watch->was_ok || is_ok;
	if (is_ok || error[0] != '\0')
		snprintf(watch->told, sizeof(watch->told), "%s", error);
}

/* --- the connection ---------------------------------------------------------------------------- */

static void
disconnect(struct ike_watch *watch)
{
	if (watch->fd >= 0) {
		unregister_readfd(watch->fd);
		close(watch->fd);
	}
	watch->fd = -1;
	vici_session_free(watch->session);
	watch->session = NULL;
	watch->ending = false;
}

/* The daemon is gone, or invalid: its data are withdrawn. */
static void
lose(struct ike_watch *watch, enum ike_status status, const char *error, uint64_t after_us)
{
	const uint64_t now_us = clock_monotonic_us();

	disconnect(watch);
	ike_sas_clear(watch->sas, true, now_us);
	watch->next_us = now_us + after_us;
	set_status(watch, status, error);
}

static void
lose_by_errno(struct ike_watch *watch, int number)
{
	const bool is_denied = number == EACCES || number == EPERM;
	char error[ERROR_LINE_SIZE];

	watch->denials = is_denied ? watch->denials + 1 : 0;
	if (is_denied && watch->denials <= DENIALS_UNSAID)
		snprintf(error, sizeof(error), "%s", watch->told);
	else if (is_denied)
		snprintf(error, sizeof(error),
			 "not allowed to use its socket; let the agent in by "
			 "\"systemctl enable --now ipsec-spi-agent-strongswan\" (ipsec-spi-agent.conf(5), ike)");
	else
		snprintf(error, sizeof(error), "%s", strerror(number));
	lose(watch, IKE_STATUS_FAILED, error, RETRY_US);
}

static void
flush(struct ike_watch *watch)
{
	const uint8_t *octets;
	const size_t length = vici_session_output(watch->session, &octets);
	const ssize_t sent = length > 0 ? send(watch->fd, octets, length, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;

	/* What does not fit goes with the next tick. */
	if (sent > 0)
		vici_session_sent(watch->session, (size_t)sent);
	else if (sent < 0 && errno != EAGAIN)
		lose(watch, IKE_STATUS_FAILED, "it has closed the connection", RETRY_US);
}

static void
note_step(struct ike_watch *watch, uint64_t begun_us)
{
	const uint64_t took_us = clock_monotonic_us() - begun_us;

	if (took_us > watch->longest_us)
		watch->longest_us = took_us;
}

static void
take(struct ike_watch *watch)
{
	static uint8_t octets[READ_OCTETS]; /* used within the call only */
	const ssize_t length = recv(watch->fd, octets, sizeof(octets), MSG_DONTWAIT);
	char error[ERROR_LINE_SIZE];

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		lose(watch, IKE_STATUS_FAILED, "it has closed the connection", RETRY_US);
		return;
	}
	watch->heard_us = clock_monotonic_us();
	if (!vici_session_input(watch->session, octets, (size_t)length, error))
		lose(watch, IKE_STATUS_FAILED, error, NONSENSE_US);
	else
		flush(watch);
}

static void
on_readable(int fd, void *data)
{
	struct ike_watch *const watch = data;
	const uint64_t begun_us = clock_monotonic_us();

	(void)fd;
	take(watch);
	note_step(watch, begun_us);
	wait_on(watch, ike_sas_tick(watch->sas, clock_monotonic_us()));
}

/* --- its data ---------------------------------------------------------------------------------- */

static void
on_sa(void *data, const struct ike_sa *sa)
{
	struct ike_watch *const watch = data;

	ike_sas_take_sa(watch->sas, sa);
}

static void
on_child(void *data, const struct ike_child *child)
{
	struct ike_watch *const watch = data;

	ike_sas_take_child(watch->sas, child);
}

static void
on_configured(void *data, const struct ike_configured_child *child)
{
	struct ike_watch *const watch = data;

	ike_sas_take_configured(watch->sas, child);
}

/* A round is over.  True: all of it is processed. */
static bool
end_round(struct ike_watch *watch, size_t budget)
{
	char error[ERROR_LINE_SIZE] = "";

	if (!ike_sas_end(watch->sas, budget, clock_monotonic_us(), time(NULL)))
		return false;
	watch->ending = watch->is_stale = false;
	if (ike_sas_left_out(watch->sas) > 0)
		snprintf(error, sizeof(error), "it has more IKE SAs, children or connections than the agent keeps");
	set_status(watch, IKE_STATUS_OK, error);
	watch->names = (struct ike_names){.child = 0};
	return true;
}

static void
on_begun(void *data)
{
	struct ike_watch *const watch = data;

	while (watch->ending && !end_round(watch, SIZE_MAX))
		;
	watch->round_us = clock_monotonic_us();
	ike_sas_begin(watch->sas);
}

static void
on_ended(void *data)
{
	struct ike_watch *const watch = data;
	const uint64_t now_us = clock_monotonic_us();

	watch->round_took_us = now_us - watch->round_us;
	watch->next_us = now_us + ROUND_US;
	watch->ending = true;
	turn_request(&watch->look);
}

static void
on_look(void *data)
{
	struct ike_watch *const watch = data;
	const uint64_t begun_us = clock_monotonic_us();

	watch->missed_look = watch->held;
	if (watch->held)
		return;
	if (watch->ending) {
		end_round(watch, LOOKED_AT);
		turn_request(&watch->look);
	} else if (!ike_names_step(&watch->names, watch->sas, tunnel_watch_tunnels(watch->tunnels))) {
		turn_request(&watch->look);
	}
	note_step(watch, begun_us);
}

/* Soon, but not so often that the daemon has little else to do. */
static void
on_changed(void *data, const struct ike_sa *sa, bool up)
{
	struct ike_watch *const watch = data;
	const uint64_t now_us = clock_monotonic_us();
	const uint64_t pause_us = SHARE * watch->round_took_us;
	const uint64_t due_us = now_us + (pause_us > GATHER_US ? pause_us : GATHER_US);

	if (sa)
		ike_sas_take_event(watch->sas, sa, up);
	if (due_us < watch->next_us)
		watch->next_us = due_us;
}

/* There are new tunnels that may need a label. */
static void
on_tunnels(void *data)
{
	struct ike_watch *const watch = data;

	if (!watch->session)
		return;
	on_changed(watch, NULL, false);
	wait_on(watch, UINT64_MAX);
}

static void
on_peer(void *data, const struct ike_sa *sa, bool up, const char *reason)
{
	struct ike_watch *const watch = data;
	struct event event = {.kind = up ? EVENT_IKE_UP : EVENT_IKE_DOWN, .src = sa->local};
	char remote[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(&sa->remote, remote);
	memcpy(event.connection, sa->connection, sizeof(event.connection));
	memcpy(event.identity, ike_sa_peer(sa), sizeof(event.identity));
	snprintf(event.detail, sizeof(event.detail), "%s%s%s", remote, reason[0] != '\0' ? ": " : "", reason);
	event_send(watch->sink, &event);
}

/* --- time -------------------------------------------------------------------------------------- */

/*
 * The place in strongSwan's recipe for a named network namespace, in which /etc/ipsec.d is /etc/netns/NAME/ipsec.d
 * (ip-netns(8)). The daemon at any other socket may be in any namespace.
 */
static bool
find_socket_of_namespace(struct ike_watch *watch)
{
	char *const at = watch->choice.socket;
	const size_t size = sizeof(watch->choice.socket);

	return !strchr(watch->place.netns, '/') &&
	       (size_t)snprintf(at, size, "/etc/netns/%s/ipsec.d/run/charon.vici", watch->place.netns) < size &&
	       access(at, F_OK) == 0;
}

/* strongSwan's default. */
static bool
find_default_socket(struct ike_watch *watch)
{
	static const char *const sockets[] = {"/run/charon.vici", "/var/run/charon.vici"};

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		snprintf(watch->choice.socket, sizeof(watch->choice.socket), "%s", sockets[i]);
		if (access(sockets[i], F_OK) == 0)
			return true;
	}
	snprintf(watch->choice.socket, sizeof(watch->choice.socket), "%s", sockets[0]);
	return false;
}

static bool
find_socket(struct ike_watch *watch)
{
	if (watch->choice.is_given)
		return true;
	if (watch->choice.kind == IKE_AUTO && watch->place.netns[0] != '\0')
		return find_socket_of_namespace(watch);
	return find_default_socket(watch) || watch->choice.kind == IKE_STRONGSWAN;
}

/* With a Unix socket this succeeds or fails at once: EAGAIN means that the backlog is full. */
static void
open_connection(struct ike_watch *watch)
{
	const struct vici_session_listener listener = {
		{on_sa, on_child, on_configured, watch}, on_begun, on_ended, on_changed};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, watch->choice.socket, sizeof(address.sun_path));
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		const int number = errno;

		if (fd >= 0)
			close(fd);
		lose_by_errno(watch, number);
		return;
	}
	watch->denials = 0;
	watch->fd = fd;
	watch->session = vici_session_new(&listener);
	if (!watch->session) {
		close(fd);
		watch->fd = -1;
		lose_by_errno(watch, ENOMEM);
		return;
	}
	register_readfd(fd, on_readable, watch);
	watch->status = IKE_STATUS_CONNECTING;
	watch->heard_us = clock_monotonic_us();
	watch->next_us = UINT64_MAX;
	vici_session_ask(watch->session);
	flush(watch);
}

static void
look_for_daemon(struct ike_watch *watch)
{
	if (find_socket(watch)) {
		open_connection(watch);
		return;
	}
	watch->next_us = clock_monotonic_us() + RETRY_US;
	watch->was_ok = false;
	watch->told[0] = '\0';
	set_status(watch, IKE_STATUS_NONE, "");
}

/* A daemon that is stopped, or busy, keeps the connection; its data are withdrawn when they are too old. */
static void
look_for_silence(struct ike_watch *watch, uint64_t now_us)
{
	const uint64_t silent_us = now_us - watch->heard_us;

	if (!vici_session_waits(watch->session)) {
		watch->heard_us = now_us;
		return;
	}
	flush(watch);
	if (!watch->session || silent_us < (watch->stale_after_us < PATIENCE_US ? watch->stale_after_us : PATIENCE_US))
		return;
	set_status(watch, IKE_STATUS_SILENT, "it does not answer");
	if (silent_us >= watch->stale_after_us && !watch->is_stale) {
		ike_sas_clear(watch->sas, false, now_us);
		watch->is_stale = true;
	}
}

static void
on_tick(void *data)
{
	struct ike_watch *const watch = data;
	const uint64_t now_us = clock_monotonic_us();

	if (!watch->session && watch->choice.kind != IKE_NONE && now_us >= watch->next_us) {
		look_for_daemon(watch);
	} else if (watch->session) {
		look_for_silence(watch, now_us);
		if (watch->session && now_us >= watch->next_us) {
			watch->next_us = UINT64_MAX;
			vici_session_ask(watch->session);
			flush(watch);
		}
	}
	note_step(watch, now_us);
	wait_on(watch, ike_sas_tick(watch->sas, clock_monotonic_us()));
}

/* --- beginning and end ------------------------------------------------------------------------- */

static void
configure(struct ike_watch *watch, const struct settings *settings)
{
	watch->stale_after_us = (uint64_t)settings->stale_after_seconds * SECOND_US;
	ike_sas_configure(watch->sas, settings->tunnels.grace_seconds, settings->ike_identities);
}

struct ike_watch *
ike_watch_start(const struct settings *settings, const struct namespace_choice *place, struct tunnel_watch *tunnels,
		const struct event_sink *sink)
{
	struct ike_watch *const watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->fd = -1;
	watch->place = *place;
	watch->sink = sink;
	watch->tunnels = tunnels;
	watch->sas = ike_sas_new(&(struct ike_sas_listener){on_peer, watch});
	if (!watch->sas) {
		free(watch);
		return NULL;
	}
	watch->choice = settings_ike(settings, place);
	watch->status = IKE_STATUS_NONE;
	watch->tick = (struct timer){.on_time = on_tick, .data = watch};
	watch->look = (struct turn){.take = on_look, .data = watch};
	configure(watch, settings);
	tunnel_watch_listen(tunnels, on_tunnels, watch);
	wait_on(watch, UINT64_MAX);
	return watch;
}

void
ike_watch_configure(struct ike_watch *watch, const struct settings *settings)
{
	const struct ike_choice choice = settings_ike(settings, &watch->place);
	const bool is_other = choice.kind != watch->choice.kind || choice.is_given != watch->choice.is_given ||
			      (choice.is_given && strcmp(choice.socket, watch->choice.socket) != 0);

	configure(watch, settings);
	if (is_other) {
		disconnect(watch);
		ike_sas_forget(watch->sas);
		watch->choice = choice;
		watch->was_ok = watch->is_stale = false;
		watch->told[0] = '\0';
		watch->next_us = 0;
		set_status(watch, IKE_STATUS_NONE, "");
	} else if (watch->session) {
		watch->next_us = 0;
	}
	wait_on(watch, 0);
}

void
ike_watch_stop(struct ike_watch *watch)
{
	if (!watch)
		return;
	timer_cancel(&watch->tick);
	turn_cancel(&watch->look);
	tunnel_watch_listen(watch->tunnels, NULL, NULL);
	disconnect(watch);
	ike_sas_free(watch->sas);
	free(watch);
}

void
ike_watch_hold(struct ike_watch *watch, bool held)
{
	watch->held = held;
	if (!held && watch->missed_look)
		turn_request(&watch->look);
}

const struct ike_sas *
ike_watch_sas(const struct ike_watch *watch)
{
	return watch->sas;
}

enum ike_status
ike_watch_status(const struct ike_watch *watch)
{
	return watch->status;
}

const char *
ike_watch_error(const struct ike_watch *watch)
{
	return watch->error;
}

uint64_t
ike_watch_longest_us(const struct ike_watch *watch)
{
	return watch->longest_us;
}
