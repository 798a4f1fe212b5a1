/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa/source.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "netlink.h"
#include "netns.h"
#include "rtnetlink.h"
#include "xfrm_direction.h"
#include "xfrm_event.h"
#include "xfrm_message.h"
#include "xfrm_policy.h"
#include "xfrm_uapi.h"

/*
 * A read is three dumps, one after the other: addresses, then policies, which determine the direction of SAs that do
 * not report it themselves, then SAs.  Routes are queried one by one, and only if all that does not suffice: a dump of
 * them takes a tenth of a second where there are half a million, in one call.  The sockets are kept from read to read,
 * since opening them in another namespace needs a privilege that may be gone by then.  The caller waits on an epoll
 * descriptor, which stays the same while the sockets take turns.  Events have a separate socket.
 */

/* A receive is at most 64 KiB, about two hundred SAs; a step takes a fraction of a millisecond. */
enum { RECEIVES_A_STEP = 2 };
/* A policy may begin a tunnel, which takes longer than an SA. */
enum { RECEIVES_OF_POLICIES_A_STEP = 1 };
/* Each event is received separately. */
enum { EVENTS_A_STEP = 128 };

enum link { LINK_ROUTE, LINK_XFRM, DUMP_LINKS, LINK_EVENTS = DUMP_LINKS, LINK_ASK, LINKS };
enum phase { ADDRESSES, POLICIES, SAS, PHASES };

struct xfrm_source {
	struct source source;
	char *netns; /* NULL: that of the process */
	struct netns_identity identity;
	struct netlink links[LINKS];
	int epoll;
	uint32_t event_backlog_octets;
	uint8_t *buffer;

	struct snapshot *into;
	/* Evidence of directions: from the last complete read, and from the one under way. */
	struct xfrm_direction directions[2], *direction, *next_direction;
	enum phase phase;
	bool requested;	   /* the dump of the current phase; otherwise the socket is still busy with an abandoned one */
	uint64_t messages; /* number of SAs in this read, for complaints */

	uint64_t events; /* number of events received, for complaints */
	bool migrated;	 /* since listen() was called: the only notice of SAs and policies whose addresses changed */
	void (*take_event)(const struct sa_event *event, void *data);
	void *take_event_data;
};

static struct xfrm_source *
xfrm(struct source *source)
{
	return (struct xfrm_source *)source;
}

/* --- what can go wrong ------------------------------------------------------------------------- */

enum { WHERE_SIZE = 128 };

static void
explain_permission(char error[ERROR_LINE_SIZE], const char *where)
{
	char program[100];
	const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	program[length > 0 ? length : 0] = '\0';
	snprintf(error, ERROR_LINE_SIZE,
		 "XFRM%s: reading SAs needs CAP_NET_ADMIN; run as root, or \"setcap cap_net_admin=ep %s\", or "
		 "AmbientCapabilities=CAP_NET_ADMIN in the unit",
		 where, program);
}

static void
explain(char error[ERROR_LINE_SIZE], const char *netns, int negative_errno)
{
	char where[WHERE_SIZE] = "";

	if (netns)
		snprintf(where, sizeof(where), " in network namespace \"%.80s\"", netns);
	if (negative_errno == -EPERM || negative_errno == -EACCES)
		explain_permission(error, where);
	else if (negative_errno == -EPROTONOSUPPORT)
		snprintf(error, ERROR_LINE_SIZE,
			 "XFRM%s: this kernel does not offer it; \"modprobe xfrm_user\", or take a kernel with "
			 "CONFIG_XFRM_USER",
			 where);
	else
		snprintf(error, ERROR_LINE_SIZE, "XFRM%s: %s", where, strerror(-negative_errno));
}

static bool
refuse(struct xfrm_source *self, int negative_errno)
{
	explain(self->source.error, self->netns, negative_errno);
	return false;
}

static void
complain(struct xfrm_source *self, const char *what, uint64_t number, const char *reason)
{
	struct source *source = &self->source;

	source->not_understood++;
	if (source->complaint[0] == '\0')
		snprintf(source->complaint, sizeof(source->complaint), "%s %llu: %s", what, (unsigned long long)number,
			 reason);
}

/* --- sockets ----------------------------------------------------------------------------------- */

static void
close_links(struct xfrm_source *self)
{
	for (int i = 0; i < LINKS; i++)
		netlink_close(&self->links[i]);
	if (self->epoll >= 0)
		close(self->epoll);
	self->epoll = self->source.news_fd = -1;
}

static int
watch(struct xfrm_source *self)
{
	struct epoll_event event = {.events = EPOLLIN};

	self->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (self->epoll < 0)
		return -errno;
	for (int i = 0; i < DUMP_LINKS; i++) {
		if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, netlink_fd(&self->links[i]), &event) < 0)
			return -errno;
	}
	return 0;
}

static int
open_events(struct xfrm_source *self)
{
	struct netlink *link = &self->links[LINK_EVENTS];
	int error = netlink_open(link, NETLINK_XFRM);

	if (error)
		return error;
	netlink_set_backlog(link, self->event_backlog_octets);
	error = netlink_join(link, XFRMNLGRP_SA);
	if (!error)
		error = netlink_join(link, XFRMNLGRP_EXPIRE);
	if (!error)
		error = netlink_join(link, XFRMNLGRP_POLICY);
	if (!error)
		error = netlink_join(link, XFRMNLGRP_MIGRATE);
	if (error)
		return error;
	self->source.news_fd = netlink_fd(link);
	self->source.openings++;
	return 0;
}

static int
open_here(struct xfrm_source *self)
{
	int error = netlink_open(&self->links[LINK_ROUTE], NETLINK_ROUTE);

	if (!error)
		error = netlink_open(&self->links[LINK_XFRM], NETLINK_XFRM);
	if (!error)
		error = netlink_open(&self->links[LINK_ASK], NETLINK_ROUTE);
	if (!error)
		error = watch(self);
	if (!error)
		error = open_events(self);
	if (error)
		close_links(self);
	return error;
}

static bool
open_links(struct xfrm_source *self)
{
	struct netns_visit visit;
	int error;

	if (!netns_enter(&visit, self->netns, self->source.error))
		return false;
	self->identity = visit.identity;
	error = open_here(self);
	netns_leave(&visit);
	return error ? refuse(self, error) : true;
}

/* An open socket would keep a deleted namespace, and its SAs, alive without anybody noticing. */
static bool
ensure_links(struct xfrm_source *self)
{
	if (self->netns && self->epoll >= 0 && !netns_is(self->netns, &self->identity, self->source.error))
		close_links(self);
	return self->epoll >= 0 || open_links(self);
}

/* --- what the dumps bring ---------------------------------------------------------------------- */

static int
take_address(const struct nlmsghdr *message, void *data)
{
	struct xfrm_source *self = data;
	struct sa_address address;

	if (!rtnetlink_read_address(message, &address))
		return 0;
	return host_addresses_add(self->next_direction->addresses, &address);
}

static int
take_route(const struct nlmsghdr *message, void *data)
{
	bool *const is_local = data;

	*is_local = rtnetlink_is_local_route(message);
	return 0;
}

static bool
ask_route(void *data, const struct sa_address *address)
{
	struct xfrm_source *self = data;
	uint64_t room[RTNETLINK_REQUEST_SIZE / 8];
	bool is_local = false;

	/* If there is no route, the reply is an error. */
	netlink_request(&self->links[LINK_ASK], rtnetlink_ask_route(room, address), take_route, &is_local);
	return is_local;
}

static void
report_policy(const struct xfrm_source *self, const struct policy_event *event)
{
	if (self->source.take_policy && event->kind != POLICY_EVENT_NONE)
		self->source.take_policy(self->source.take_policy_data, event);
}

static int
take_policy(const struct nlmsghdr *message, void *data)
{
	struct xfrm_source *self = data;
	struct policy_event event;
	const struct policy *const policy = &event.policy;
	const char *reason;
	int error = 0;

	self->messages++;
	if (!xfrm_policy_read(message, &event, &reason)) {
		complain(self, "policy", self->messages, reason);
		return 0;
	}
	if (event.kind != POLICY_EVENT_SET)
		return 0;
	event.kind = POLICY_EVENT_READ;
	report_policy(self, &event);
	for (unsigned i = 0; i < policy->template_count && !error; i++)
		error = xfrm_templates_add(self->next_direction->templates, &policy->templates[i],
					   policy_sa_direction(policy));
	if (error != -ENOSPC)
		return error;
	complain(self, "policy", self->messages,
		 "its prefixes have lengths that no other's have, and 256 such pairs are looked at");
	return 0;
}

static int
take_sa(const struct nlmsghdr *message, void *data)
{
	struct xfrm_source *self = data;
	struct xfrm_message_result result;
	struct sa sa;

	self->messages++;
	if (!xfrm_message_sa(message, self->source.read_seconds, &sa, &result)) {
		complain(self, "SA", self->messages, result.reason);
		return 0;
	}
	self->source.unknown_parts += result.unknown_attributes;
	if (!sa_reports(&sa, SA_ATTR_DIRECTION))
		xfrm_message_set_direction(&sa, xfrm_direction_of(self->next_direction, &sa), &result);
	return snapshot_add(self->into, &sa);
}

static const struct {
	enum link link;
	uint16_t request;
	size_t header_octets;
	int (*take)(const struct nlmsghdr *message, void *data);
} dumps[PHASES] = {
	[ADDRESSES] = {LINK_ROUTE, RTM_GETADDR, sizeof(struct ifaddrmsg), take_address},
	[POLICIES] = {LINK_XFRM, XFRM_MSG_GETPOLICY, sizeof(struct xfrm_userpolicy_id), take_policy},
	[SAS] = {LINK_XFRM, XFRM_MSG_GETSA, sizeof(struct xfrm_usersa_id), take_sa},
};

/* --- a read ------------------------------------------------------------------------------------ */

static int
enter_phase(struct xfrm_source *self, enum phase phase)
{
	struct netlink *link = &self->links[dumps[phase].link];
	int error = 0;

	self->phase = phase;
	self->messages = 0;
	self->requested = !link->dumping;
	if (self->requested)
		error = netlink_request_dump(link, dumps[phase].request, dumps[phase].header_octets);
	/* A dump of SAs contains none that is created after it was requested. */
	self->source.read_seconds = time(NULL);
	return error;
}

static bool
xfrm_begin(struct source *source, struct snapshot *into)
{
	struct xfrm_source *self = xfrm(source);
	int error;

	source->fd = -1;
	source->complaint[0] = '\0';
	source->dialect = SA_DIALECT_NONE;
	self->into = into;
	xfrm_direction_clear(self->next_direction);
	if (!ensure_links(self))
		return false;
	error = enter_phase(self, ADDRESSES);
	if (error)
		return refuse(self, error);
	source->fd = self->epoll;
	return true;
}

/* The kernel ends a dump that it refuses; a socket that failed otherwise may never be readable again. */
static enum source_step
fail(struct xfrm_source *self, const struct netlink_slice *slice)
{
	refuse(self, slice->error);
	self->source.fd = -1;
	if (!slice->ended)
		close_links(self);
	return SOURCE_FAILED;
}

/* A list of addresses that changed during the dump is good enough: it lacks only the change, and so will the next. */
static bool
is_spoilt(const struct xfrm_source *self, const struct netlink_slice *slice)
{
	return slice->interrupted && self->requested && self->phase != ADDRESSES;
}

static int
end_phase(struct xfrm_source *self)
{
	if (!self->requested)
		return enter_phase(self, self->phase);
	return enter_phase(self, self->phase + 1);
}

static enum source_step
finish(struct xfrm_source *self)
{
	struct xfrm_direction *used = self->direction;

	self->direction = self->next_direction;
	self->next_direction = used;
	self->source.fd = -1;
	return SOURCE_DONE;
}

static enum source_step
receive(struct xfrm_source *self)
{
	struct netlink *link = &self->links[dumps[self->phase].link];
	struct netlink_slice slice =
		netlink_receive(link, self->buffer, self->requested ? dumps[self->phase].take : NULL, self);

	if (slice.cut)
		complain(self, "message", self->messages, "what follows it is cut short");
	if (!self->requested && slice.ended)
		slice.error = 0; /* of an abandoned dump */
	if (slice.error)
		return fail(self, &slice);
	if (is_spoilt(self, &slice)) {
		self->source.interrupted++;
		self->source.fd = -1;
		return SOURCE_INTERRUPTED;
	}
	if (!slice.ended)
		return SOURCE_AGAIN;
	if (self->requested && self->phase == SAS)
		return finish(self);
	slice.error = end_phase(self);
	return slice.error ? fail(self, &slice) : SOURCE_AGAIN;
}

static enum source_step
xfrm_step(struct source *source)
{
	struct xfrm_source *self = xfrm(source);
	const int receives = self->phase == POLICIES ? RECEIVES_OF_POLICIES_A_STEP : RECEIVES_A_STEP;
	enum source_step step = SOURCE_AGAIN;

	for (int i = 0; i < receives && step == SOURCE_AGAIN; i++)
		step = receive(self);
	return step;
}

/* The rest of the dump is received and discarded when the next read begins. */
static void
xfrm_abandon(struct source *source)
{
	source->fd = -1;
}

/* --- events ------------------------------------------------------------------------------------ */

/* Whether it is about a policy. */
static bool
take_policy_event(struct xfrm_source *self, const struct nlmsghdr *message)
{
	struct policy_event event;
	const char *reason;
	const bool is_good = xfrm_policy_read(message, &event, &reason);

	if (!is_good)
		complain(self, "event", self->events, reason);
	else
		report_policy(self, &event);
	return event.kind != POLICY_EVENT_NONE;
}

static void
take_event(const struct nlmsghdr *message, void *data)
{
	struct xfrm_source *self = data;
	struct xfrm_message_result result;
	struct sa_event event;

	self->events++;
	self->migrated |= message->nlmsg_type == XFRM_MSG_MIGRATE;
	if (take_policy_event(self, message))
		return;
	/* Only after it was received: the event may have happened a moment ago. */
	self->source.now_seconds = time(NULL);
	if (!xfrm_event_read(message, self->source.now_seconds, &event, &result)) {
		complain(self, "event", self->events, result.reason);
		return;
	}
	if (event.kind == SA_EVENT_NONE)
		return;
	self->source.unknown_parts += result.unknown_attributes;
	if (event.kind != SA_EVENT_FLUSHED && !sa_reports(&event.sa, SA_ATTR_DIRECTION))
		xfrm_message_set_direction(&event.sa, xfrm_direction_of(self->direction, &event.sa), &result);
	self->take_event(&event, self->take_event_data);
}

static enum source_news
xfrm_listen(struct source *source, void (*take)(const struct sa_event *, void *), void *data)
{
	struct xfrm_source *self = xfrm(source);
	int heard = 1;

	if (source->news_fd < 0)
		return SOURCE_NEWS_NONE;
	self->take_event = take;
	self->take_event_data = data;
	self->migrated = false;
	for (int i = 0; i < EVENTS_A_STEP && heard > 0; i++)
		heard = netlink_receive_events(&self->links[LINK_EVENTS], self->buffer, take_event, self);
	if (heard < 0)
		return SOURCE_NEWS_LOST;
	if (self->migrated)
		return SOURCE_NEWS_READ;
	return heard > 0 ? SOURCE_NEWS_MORE : SOURCE_NEWS_NONE;
}

static void
xfrm_close(struct source *source)
{
	struct xfrm_source *self = xfrm(source);

	close_links(self);
	for (int i = 0; i < 2; i++)
		xfrm_direction_free(&self->directions[i]);
	netlink_buffer_free(self->buffer);
	free(self->netns);
	free(self);
}

/* clang-format off */
static const struct source_ops xfrm_ops = {
    .kind = SOURCE_XFRM,
    .begin = xfrm_begin,
    .step = xfrm_step,
    .abandon = xfrm_abandon,
    .close = xfrm_close,
    .listen = xfrm_listen,
};
/* clang-format on */

static bool
init_directions(struct xfrm_source *self)
{
	bool is_done = true;

	for (int i = 0; i < 2; i++) {
		is_done = xfrm_direction_init(&self->directions[i]) && is_done;
		if (is_done)
			host_addresses_ask(self->directions[i].addresses, ask_route, self);
	}
	self->direction = &self->directions[0];
	self->next_direction = &self->directions[1];
	return is_done;
}

struct source *
source_xfrm_open(const char *netns, uint32_t event_backlog_octets, char error[ERROR_LINE_SIZE])
{
	struct xfrm_source *self = calloc(1, sizeof(*self));

	if (!self) {
		snprintf(error, ERROR_LINE_SIZE, "XFRM: out of memory");
		return NULL;
	}
	self->source.ops = &xfrm_ops;
	self->source.fd = self->source.news_fd = self->epoll = -1;
	self->event_backlog_octets = event_backlog_octets;
	self->netns = netns ? strdup(netns) : NULL;
	self->buffer = netlink_buffer_new();
	if (!init_directions(self) || !self->buffer || (netns && !self->netns))
		refuse(self, -ENOMEM);
	else if ((netns && !netns_exists(netns)) || open_links(self))
		return &self->source;
	memcpy(error, self->source.error, ERROR_LINE_SIZE);
	xfrm_close(&self->source);
	return NULL;
}
