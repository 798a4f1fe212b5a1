/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_kernel.h"

#include <string.h>

#include "random_values.h"

void
fake_kernel_init(struct fake_kernel *kernel)
{
	*kernel = (struct fake_kernel){
		.now_seconds = 1700000000,
		.next_spi = 0x1000,
		.queue_room = FAKE_QUEUE,
	};
}

/* Each four tunnels have the same addresses, and differ in reqid or if_id. */
void
fake_kernel_tunnel(unsigned tunnel, struct sa_address *local, struct sa_address *remote, uint32_t *reqid,
		   uint32_t *if_id)
{
	*local = (struct sa_address){SA_ADDRESS_IPV4, {192, 0, 2, (uint8_t)(1 + tunnel / 4 % 2)}};
	*remote = (struct sa_address){SA_ADDRESS_IPV4, {198, 51, 100, (uint8_t)(1 + tunnel / 4)}};
	*reqid = 1 + tunnel / 2 % 2;
	*if_id = tunnel % 2 ? 7 : 0;
}

static bool
has_companions(unsigned tunnel)
{
	return tunnel < FAKE_TUNNELS && tunnel % 4 == 1;
}

/* In place of a tunnel: one to a peer of its own, and one that has no addresses. */
enum { PHANTOM = FAKE_TUNNELS, NOWHERE };

static void
ends_of(unsigned tunnel, struct sa_address *local, struct sa_address *remote, uint32_t *reqid, uint32_t *if_id)
{
	if (tunnel < FAKE_TUNNELS) {
		fake_kernel_tunnel(tunnel, local, remote, reqid, if_id);
		return;
	}
	*local = *remote = (struct sa_address){SA_ADDRESS_IPV4, {0}};
	*reqid = *if_id = 0;
	if (tunnel == PHANTOM) {
		*local = (struct sa_address){SA_ADDRESS_IPV4, {192, 0, 2, 1}};
		*remote = (struct sa_address){SA_ADDRESS_IPV4, {203, 0, 113, 99}};
	}
}

bool
fake_kernel_is_phantom(const struct sa_address *remote)
{
	return remote->octets[0] == 0 || remote->octets[3] == 99;
}

/* --- SAs as they are told ---------------------------------------------------------------------- */

static void
show(const struct fake_sa *fake, bool with_direction, struct sa *sa)
{
	struct sa_address local, remote;
	uint32_t reqid, if_id;

	ends_of(fake->tunnel, &local, &remote, &reqid, &if_id);
	*sa = (struct sa){.if_id = if_id, .reqid = fake->reqid};
	sa->reported = SA_ATTR_BIT(SA_ATTR_BYTES) | SA_ATTR_BIT(SA_ATTR_PACKETS) | SA_ATTR_BIT(SA_ATTR_ADD);
	sa->said.dst = fake->way ? remote : local;
	sa->src = fake->way ? local : remote;
	sa->said.protocol = fake->protocol;
	sa->said.spi = fake->spi;
	sa->direction =
		(uint8_t)(with_direction ? (fake->way ? SA_DIRECTION_OUT : SA_DIRECTION_IN) : SA_DIRECTION_UNKNOWN);
	sa->state = (uint8_t)(fake->larval ? SA_STATE_LARVAL : SA_STATE_MATURE);
	sa->life[SA_LIFE_BYTES].current = fake->now.bytes;
	sa->life[SA_LIFE_PACKETS].current = fake->now.packets;
	sa->replay_errors = (uint32_t)fake->now.errors;
}

static uint64_t
elapsed(int64_t now_seconds, int64_t then_seconds)
{
	return then_seconds == 0 || then_seconds >= now_seconds ? 0 : (uint64_t)(now_seconds - then_seconds);
}

/* A message has times; ages are computed when it is read. */
static void
show_ages(struct sa *sa, int64_t now_seconds, int64_t born_seconds, int64_t used_seconds)
{
	sa->life[SA_LIFE_ADD].current = elapsed(now_seconds, born_seconds);
	sa->life[SA_LIFE_USE].current = elapsed(now_seconds, used_seconds);
}

/* False: the queue is full.  The figures in an update are not those of the SA. */
static bool
tell(struct fake_kernel *kernel, enum sa_event_kind kind, const struct fake_sa *fake, bool hard)
{
	struct fake_event *const told = &kernel->queue[(kernel->queue_begin + kernel->queue_length) % FAKE_QUEUE];

	if (kernel->queue_length >= kernel->queue_room) {
		kernel->lost++;
		return false;
	}
	kernel->queue_length++;
	*told = (struct fake_event){.event = {.kind = kind, .hard = hard}};
	if (fake) {
		show(fake, fake->tells_direction, &told->event.sa);
		told->born_seconds = fake->born_seconds;
		told->used_seconds = fake->used_seconds;
		told->serial = fake->serial;
		told->has_figures = kind != SA_EVENT_UPDATED;
		told->figures = fake->now;
	}
	return true;
}

static void
note_heard(struct fake_kernel *kernel, const struct fake_event *told)
{
	for (size_t i = 0; i < FAKE_SAS && told->serial > 0; i++) {
		struct fake_sa *const fake = &kernel->all[i];

		if (fake->serial != told->serial)
			continue;
		fake->heard_at = kernel->taken;
		if (told->has_figures)
			fake->heard = told->figures;
	}
}

bool
fake_kernel_event(struct fake_kernel *kernel, struct sa_event *event)
{
	const struct fake_event *const told = &kernel->queue[kernel->queue_begin];

	if (kernel->queue_length == 0)
		return false;
	*event = told->event;
	show_ages(&event->sa, kernel->now_seconds, told->born_seconds, told->used_seconds);
	kernel->queue_begin = (kernel->queue_begin + 1) % FAKE_QUEUE;
	kernel->queue_length--;
	kernel->taken++;
	note_heard(kernel, told);
	return true;
}

/* --- choosing ---------------------------------------------------------------------------------- */

static struct fake_sa *
any(struct fake_kernel *kernel, bool larval)
{
	const size_t first = random_below(FAKE_SAS);

	for (size_t i = 0; i < FAKE_SAS; i++) {
		struct fake_sa *fake = &kernel->all[(first + i) % FAKE_SAS];

		if (fake->lives && fake->larval == larval && fake->protocol == SA_PROTOCOL_ESP)
			return fake;
	}
	return NULL;
}

static struct fake_sa *
vacant(struct fake_kernel *kernel)
{
	for (size_t i = 0; i < FAKE_SAS; i++) {
		if (!kernel->all[i].lives)
			return &kernel->all[i];
	}
	return NULL;
}

static struct fake_sa *
make(struct fake_kernel *kernel, unsigned tunnel, unsigned way, uint8_t protocol)
{
	struct sa_address local, remote;
	struct fake_sa *fake = vacant(kernel);
	uint32_t reqid, if_id;

	if (!fake)
		return NULL;
	fake_kernel_tunnel(tunnel, &local, &remote, &reqid, &if_id);
	*fake = (struct fake_sa){
		.lives = true,
		.tells_direction = kernel->tells_directions || !once_in(3),
		.tunnel = (uint8_t)tunnel,
		.way = (uint8_t)way,
		.spi = kernel->next_spi++,
		.reqid = reqid,
		.protocol = protocol,
		.serial = ++kernel->serial,
		.born_seconds = kernel->now_seconds,
		.companion = -1,
		.lost_before = kernel->lost,
	};
	return fake;
}

/* --- ends -------------------------------------------------------------------------------------- */

/* The last figures of an SA that were sent in an event, whether the listener has taken it yet or not. */
static struct fake_figures
told_of(const struct fake_kernel *kernel, const struct fake_sa *fake)
{
	struct fake_figures figures = fake->heard;

	for (size_t i = 0; i < kernel->queue_length; i++) {
		const struct fake_event *const told = &kernel->queue[(kernel->queue_begin + i) % FAKE_QUEUE];

		if (told->serial == fake->serial && told->has_figures)
			figures = told->figures;
	}
	return figures;
}

/* What it has counted beyond what the listener knows. */
static void
add_unknowable(struct fake_kernel *kernel, const struct fake_sa *fake, const struct fake_figures *heard)
{
	struct fake_traffic *const unknowable = &kernel->unknowable[fake->tunnel];

	if (fake->protocol != SA_PROTOCOL_ESP)
		return;
	unknowable->bytes[fake->way] += fake->now.bytes - heard->bytes;
	unknowable->packets[fake->way] += fake->now.packets - heard->packets;
	unknowable->errors[fake->way] += fake->now.errors - heard->errors;
}

static void
add_overcount(struct fake_kernel *kernel, const struct fake_sa *fake)
{
	struct fake_traffic *const overcount = &kernel->overcount[fake->tunnel];

	overcount->bytes[fake->way] += fake->now.bytes;
	overcount->packets[fake->way] += fake->now.packets;
	overcount->errors[fake->way] += fake->now.errors;
}

/* What was not reported by now never will be. */
static void
end_unseen(struct fake_kernel *kernel, const struct fake_sa *fake)
{
	const struct fake_figures told = told_of(kernel, fake);

	if (fake->larval)
		return;
	add_unknowable(kernel, fake, &told);
	kernel->unseen_ends++;
}

static void
end_companion(struct fake_kernel *kernel, struct fake_sa *fake)
{
	struct fake_sa *const companion = &kernel->all[fake->companion];

	if (!tell(kernel, SA_EVENT_DELETED, companion, false))
		end_unseen(kernel, companion);
	companion->lives = false;
	/* A listener that missed the birth of the SA that counts may have taken the other for it. */
	if (kernel->lost != companion->lost_before)
		add_overcount(kernel, companion);
}

/* Whether it was reported. */
static bool
end(struct fake_kernel *kernel, struct fake_sa *fake, enum sa_event_kind kind)
{
	const bool told = tell(kernel, kind, fake, kind == SA_EVENT_EXPIRED);

	if (!told)
		end_unseen(kernel, fake);
	fake->lives = false;
	if (fake->companion >= 0)
		end_companion(kernel, fake);
	return told;
}

/* --- what may happen --------------------------------------------------------------------------- */

static void
use(const struct fake_kernel *kernel, struct fake_sa *fake, unsigned packets, unsigned bytes)
{
	if (fake->used_seconds == 0)
		fake->used_seconds = kernel->now_seconds;
	fake->now.packets += packets;
	fake->now.bytes += bytes;
}

void
fake_kernel_traffic(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, false);
	struct fake_traffic *truth;
	const unsigned packets = 1 + random_below(50), bytes = packets * (20 + random_below(1400));
	const unsigned errors = once_in(20) ? 1 + random_below(3) : 0;

	if (!fake)
		return;
	truth = &kernel->truth[fake->tunnel];
	truth->packets[fake->way] += packets;
	truth->bytes[fake->way] += bytes;
	truth->errors[fake->way] += errors;
	use(kernel, fake, packets, bytes);
	fake->now.errors += errors;
	if (fake->companion >= 0)
		use(kernel, &kernel->all[fake->companion], packets, bytes);
}

static void
create_in(struct fake_kernel *kernel, unsigned tunnel, unsigned way)
{
	struct fake_sa *const fake = make(kernel, tunnel, way, SA_PROTOCOL_ESP);
	struct fake_sa *companion;

	if (!fake)
		return;
	tell(kernel, SA_EVENT_NEW, fake, false);
	companion = has_companions(tunnel) ? make(kernel, tunnel, way, SA_PROTOCOL_AH) : NULL;
	if (!companion)
		return;
	fake->companion = (int)(companion - kernel->all);
	companion->lost_before = fake->lost_before;
	tell(kernel, SA_EVENT_NEW, companion, false);
}

void
fake_kernel_create(struct fake_kernel *kernel)
{
	create_in(kernel, random_below(FAKE_TUNNELS), random_below(2));
}

void
fake_kernel_create_pair(struct fake_kernel *kernel, unsigned tunnel)
{
	create_in(kernel, tunnel, 0);
	create_in(kernel, tunnel, 1);
}

/*
 * A dump never has them: they come and go between two of its slices.  All have one direction: two that did not would be
 * a tunnel.
 */
void
fake_kernel_phantom(struct fake_kernel *kernel)
{
	struct fake_sa phantom = {
		.tells_direction = true,
		.tunnel = once_in(2) ? PHANTOM : NOWHERE,
		.larval = once_in(3),
		.spi = kernel->next_spi++,
		.protocol = SA_PROTOCOL_ESP,
		.serial = ++kernel->serial,
		.born_seconds = kernel->now_seconds,
	};

	if (!phantom.larval)
		tell(kernel, SA_EVENT_NEW, &phantom, false);
	if (once_in(2))
		phantom.now.packets = phantom.now.bytes = 7;
	if (phantom.larval && once_in(2))
		tell(kernel, SA_EVENT_EXPIRED, &phantom, true);
	else
		tell(kernel, SA_EVENT_DELETED, &phantom, false);
}

void
fake_kernel_rekey(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, false);

	if (!fake)
		return;
	create_in(kernel, fake->tunnel, fake->way);
	if (once_in(2))
		end(kernel, fake, SA_EVENT_DELETED);
}

/* The kernel sends no event for that; SAs that IKE daemons allocate may lack the reqid. */
void
fake_kernel_allocate_spi(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = make(kernel, random_below(FAKE_TUNNELS), 0, SA_PROTOCOL_ESP);

	if (!fake)
		return;
	fake->larval = true;
	if (once_in(2))
		fake->reqid = 0;
}

/* A larval SA is replaced by one that has keys (xfrm_state_update() in net/xfrm/xfrm_state.c). */
void
fake_kernel_give_keys(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, true);
	struct sa_address local, remote;
	uint32_t if_id;

	if (!fake)
		return;
	fake_kernel_tunnel(fake->tunnel, &local, &remote, &fake->reqid, &if_id);
	fake->larval = false;
	fake->serial = ++kernel->serial;
	fake->born_seconds = kernel->now_seconds;
	tell(kernel, SA_EVENT_UPDATED, fake, false);
}

/* The event of an update has what was requested, which has no counters. */
void
fake_kernel_update(struct fake_kernel *kernel)
{
	const struct fake_sa *const fake = any(kernel, false);
	struct fake_sa asked;

	if (!fake)
		return;
	asked = *fake;
	asked.now = (struct fake_figures){.bytes = 0};
	asked.born_seconds = kernel->now_seconds;
	asked.used_seconds = 0;
	tell(kernel, SA_EVENT_UPDATED, &asked, false);
}

void
fake_kernel_delete(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, false);

	if (fake)
		end(kernel, fake, SA_EVENT_DELETED);
}

void
fake_kernel_delete_tunnel(struct fake_kernel *kernel, unsigned tunnel)
{
	for (size_t i = 0; i < FAKE_SAS; i++) {
		struct fake_sa *const fake = &kernel->all[i];

		if (fake->lives && !fake->larval && fake->tunnel == tunnel && fake->protocol == SA_PROTOCOL_ESP)
			end(kernel, fake, SA_EVENT_DELETED);
	}
}

/* With the same key, at once. */
void
fake_kernel_recreate(struct fake_kernel *kernel)
{
	static const struct fake_figures nothing;
	struct fake_sa *const fake = any(kernel, false);
	struct fake_sa *again, old;
	bool told;

	if (!fake || fake->companion >= 0)
		return;
	old = *fake;
	told = end(kernel, fake, SA_EVENT_DELETED);
	again = make(kernel, old.tunnel, old.way, old.protocol);
	again->spi = old.spi;
	again->tells_direction = old.tells_direction;
	told = tell(kernel, SA_EVENT_NEW, again, false) && told;
	/* A listener that gets the events of only one of the two may take it for the other. */
	if (!told)
		add_unknowable(kernel, &old, &nothing);
}

/* As IKE daemons do when a peer's address or port changes: a new SA that has the counters of the old one. */
void
fake_kernel_inherit(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, false);
	struct fake_sa *heir, old;

	if (!fake || fake->companion >= 0 || kernel->now_seconds - fake->born_seconds < 4)
		return;
	old = *fake;
	end(kernel, fake, SA_EVENT_DELETED);
	heir = make(kernel, old.tunnel, old.way, old.protocol);
	heir->now.bytes = old.now.bytes;
	heir->now.packets = old.now.packets;
	heir->born_seconds = old.born_seconds;
	heir->used_seconds = old.used_seconds;
	if (!tell(kernel, SA_EVENT_NEW, heir, false))
		add_overcount(kernel, heir);
}

void
fake_kernel_expire_soft(struct fake_kernel *kernel)
{
	const struct fake_sa *const fake = any(kernel, false);

	if (fake)
		tell(kernel, SA_EVENT_EXPIRED, fake, false);
}

void
fake_kernel_expire_hard(struct fake_kernel *kernel)
{
	struct fake_sa *const fake = any(kernel, once_in(4));

	if (fake)
		end(kernel, fake, SA_EVENT_EXPIRED);
}

void
fake_kernel_flush(struct fake_kernel *kernel)
{
	for (size_t i = 0; i < FAKE_SAS; i++) {
		if (kernel->all[i].lives)
			end_unseen(kernel, &kernel->all[i]);
		kernel->all[i].lives = false;
	}
	tell(kernel, SA_EVENT_FLUSHED, NULL, false);
}

void
fake_kernel_set_clock(struct fake_kernel *kernel)
{
	enum { HOUR = 3600, MOVED_TO = 3 };

	/* An heir whose first event precedes its birth cannot be recognised as one. */
	if (kernel->is_ahead && kernel->queue_length > 0)
		return;
	kernel->is_ahead = !kernel->is_ahead;
	kernel->now_seconds += kernel->is_ahead ? HOUR : -HOUR;
	for (size_t i = 0; i < FAKE_SAS && kernel->is_ahead; i++) {
		struct fake_sa *const fake = &kernel->all[i];

		if (fake->lives && !fake->larval && once_in(2))
			fake->born_seconds = kernel->now_seconds - MOVED_TO;
	}
}

/* --- dumps ------------------------------------------------------------------------------------- */

/* New SAs come first in the kernel's list, so that a dump under way misses them. */
void
fake_kernel_begin_dump(struct fake_kernel *kernel)
{
	kernel->dump_next = UINT64_MAX;
	kernel->dump_seconds = kernel->now_seconds;
	kernel->dump_number++;
	kernel->dump_begun_at = ++kernel->taken;
}

bool
fake_kernel_dump(struct fake_kernel *kernel, struct sa *sa)
{
	struct fake_sa *next = NULL;

	for (size_t i = 0; i < FAKE_SAS; i++) {
		struct fake_sa *const fake = &kernel->all[i];

		if (fake->lives && fake->serial < kernel->dump_next && (!next || fake->serial > next->serial))
			next = fake;
	}
	if (!next)
		return false;
	kernel->dump_next = next->serial;
	next->dumped = next->now;
	next->dumped_in = kernel->dump_number;
	show(next, true, sa);
	show_ages(sa, kernel->dump_seconds, next->born_seconds, next->used_seconds);
	return true;
}

void
fake_kernel_dump_taken(struct fake_kernel *kernel)
{
	for (size_t i = 0; i < FAKE_SAS; i++) {
		struct fake_sa *const fake = &kernel->all[i];

		if (fake->lives && fake->dumped_in == kernel->dump_number && fake->heard_at < kernel->dump_begun_at)
			fake->heard = fake->dumped;
	}
}

bool
fake_kernel_has(const struct fake_kernel *kernel, unsigned tunnel, unsigned way)
{
	for (size_t i = 0; i < FAKE_SAS; i++) {
		const struct fake_sa *const fake = &kernel->all[i];

		if (fake->lives && !fake->larval && fake->tunnel == tunnel && fake->way == way &&
		    fake->protocol == SA_PROTOCOL_ESP)
			return true;
	}
	return false;
}

bool
fake_kernel_is_tunnel(unsigned tunnel, const struct tunnel *seen)
{
	struct sa_address local, remote;
	uint32_t reqid, if_id;

	fake_kernel_tunnel(tunnel, &local, &remote, &reqid, &if_id);
	return sa_address_equal(&seen->local, &local) && sa_address_equal(&seen->remote, &remote) &&
	       seen->reqid == reqid && seen->if_id == if_id;
}

void
fake_kernel_do_any(struct fake_kernel *kernel, const struct fake_doing *doings)
{
	unsigned choice = 0;

	for (const struct fake_doing *doing = doings; doing->happen; doing++)
		choice += doing->weight;
	choice = random_below(choice);
	for (; choice >= doings->weight; doings++)
		choice -= doings->weight;
	doings->happen(kernel);
}
