/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike/ike_sas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/row_list.h"

enum { MICROSECONDS = 1000000 };

/* The content of one round. */
struct round {
	struct row_list sas, children, configured;
	struct row_list order;	       /* of struct rank, by number */
	struct hash_table names;       /* of .configured */
	struct hash_table connections; /* the same, one for each connection */
	size_t left_out;
};

struct rank {
	uint32_t id, row;
};

struct peer_key {
	char connection[IKE_NAME_SIZE], remote_id[IKE_IDENTITY_SIZE], eap_id[IKE_IDENTITY_SIZE];
	struct sa_address remote; /* if there is no identity */
};

struct peer {
	struct peer_key key;
	uint32_t device;    /* of those with that key */
	struct ike_sa last; /* of its IKE SAs, or of the last one that it had */
	bool is_up;	    /* that was reported */
	bool has_sa;	    /* number of those that are established */
	bool is_seen;	    /* in the round that ends */
	uint64_t lost_us;   /* since when it has none */
	uint32_t replacements;
	char reason[80];
};

struct ike_sas {
	struct ike_sas_listener listener;
	uint64_t grace_us;
	bool identities;
	struct round rounds[2];
	unsigned current;  /* the current round; the other one is filled */
	uint64_t ended_us; /* when that was reported */
	bool had_round;
	bool comparing;	 /* the new round with what was known */
	size_t compared; /* this number of rows is done, in order, once for each way to find a peer */
	struct row_list peers;
	struct hash_table peer_hash;
};

static void
round_init(struct round *round)
{
	round->sas.row_size = sizeof(struct ike_sa);
	round->children.row_size = sizeof(struct ike_child);
	round->configured.row_size = sizeof(struct ike_configured_child);
	round->order.row_size = sizeof(struct rank);
	hash_table_init(&round->names);
	hash_table_init(&round->connections);
}

static void
round_clear(struct round *round)
{
	round->sas.count = round->children.count = round->configured.count = round->order.count = 0;
	round->left_out = 0;
	hash_table_clear(&round->names);
	hash_table_clear(&round->connections);
}

static void
round_free(struct round *round)
{
	row_list_free(&round->sas);
	row_list_free(&round->children);
	row_list_free(&round->configured);
	row_list_free(&round->order);
	hash_table_free(&round->names);
	hash_table_free(&round->connections);
}

struct ike_sas *
ike_sas_new(const struct ike_sas_listener *listener)
{
	struct ike_sas *const sas = calloc(1, sizeof(*sas));

	if (!sas)
		return NULL;
	sas->listener = *listener;
	sas->identities = true;
	round_init(&sas->rounds[0]);
	round_init(&sas->rounds[1]);
	sas->peers.row_size = sizeof(struct peer);
	hash_table_init(&sas->peer_hash);
	return sas;
}

void
ike_sas_free(struct ike_sas *sas)
{
	if (!sas)
		return;
	round_free(&sas->rounds[0]);
	round_free(&sas->rounds[1]);
	row_list_free(&sas->peers);
	hash_table_free(&sas->peer_hash);
	free(sas);
}

void
ike_sas_configure(struct ike_sas *sas, uint32_t grace_seconds, bool identities)
{
	sas->grace_us = (uint64_t)grace_seconds * MICROSECONDS;
	sas->identities = identities;
}

static const struct round *
shown(const struct ike_sas *sas)
{
	return &sas->rounds[sas->current];
}

static struct round *
filled(struct ike_sas *sas)
{
	return &sas->rounds[1 - sas->current];
}

/* --- peers ------------------------------------------------------------------------------------- */

static void
make_peer_key(struct peer_key *key, const struct ike_sa *sa)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->connection, sa->connection, sizeof(key->connection));
	memcpy(key->remote_id, sa->remote_id, sizeof(key->remote_id));
	memcpy(key->eap_id, sa->eap_id, sizeof(key->eap_id));
	if (sa->remote_id[0] == '\0')
		key->remote = sa->remote;
}

/* The devices of a key. */
struct devices {
	struct peer *all[IKE_DEVICES_MOST];
	size_t count;
};

static void
find_devices(const struct ike_sas *sas, const struct peer_key *key, struct devices *devices)
{
	uint32_t number = hash_table_first(&sas->peer_hash, hash_table_hash(&sas->peer_hash, key, sizeof(*key)));

	devices->count = 0;
	for (; number != HASH_TABLE_NONE; number = hash_table_next(&sas->peer_hash, number)) {
		struct peer *const peer = row_list_at(&sas->peers, number);

		if (memcmp(&peer->key, key, sizeof(*key)) == 0)
			devices->all[devices->count++] = peer;
	}
}

/* The lowest number that none of them has. */
static uint32_t
free_device(const struct devices *devices)
{
	uint64_t taken = 0;
	uint32_t device = 1;

	for (size_t i = 0; i < devices->count; i++)
		taken |= UINT64_C(1) << (devices->all[i]->device - 1);
	while (taken >> (device - 1) & 1)
		device++;
	return device;
}

/* Makes room for one more device.  NULL: no memory. */
static struct peer *
add_peer(struct ike_sas *sas, const struct peer_key *key, const struct devices *devices)
{
	const uint32_t device = free_device(devices);
	struct peer *const peer = sas->peers.count < IKE_SAS_MOST ? row_list_add(&sas->peers) : NULL;

	if (!peer)
		return NULL;
	*peer = (struct peer){.key = *key, .device = device};
	if (hash_table_add(&sas->peer_hash, (uint32_t)sas->peers.count - 1,
			   hash_table_hash(&sas->peer_hash, key, sizeof(*key))))
		return peer;
	sas->peers.count--;
	return NULL;
}

/* The last one takes its place. */
static void
drop_peer(struct ike_sas *sas, size_t number)
{
	const size_t last = sas->peers.count - 1;
	struct peer *const peer = row_list_at(&sas->peers, number);

	hash_table_remove(&sas->peer_hash, (uint32_t)number);
	if (number != last) {
		hash_table_remove(&sas->peer_hash, (uint32_t)last);
		*peer = *(const struct peer *)row_list_at(&sas->peers, last);
		/* There is room: it was there under another number. */
		hash_table_add(&sas->peer_hash, (uint32_t)number,
			       hash_table_hash(&sas->peer_hash, &peer->key, sizeof(peer->key)));
	}
	sas->peers.count--;
}

/* An IKE SA that carries its children, also while another one replaces it. */
static bool
is_established(const struct ike_sa *sa)
{
	return sa->state == IKE_ESTABLISHED || sa->state == IKE_REKEYING || sa->state == IKE_REKEYED ||
	       sa->state == IKE_PASSIVE;
}

/* --- the device of an IKE SA: ways to find it, the surest first, each for all before the next one --- */

/* That of the device that had it before. */
static struct peer *
device_of_number(struct ike_sas *sas, const struct ike_sa *sa, const struct peer_key *key,
		 const struct devices *devices)
{
	const struct ike_sa *const before = ike_sas_find(sas, sa->id);

	(void)key;
	for (size_t i = 0; before && i < devices->count; i++) {
		if (devices->all[i]->device == before->device)
			return devices->all[i];
	}
	return NULL;
}

/* It replaces another one, or will. */
static struct peer *
device_of_address(struct ike_sas *sas, const struct ike_sa *sa, const struct peer_key *key,
		  const struct devices *devices)
{
	(void)sas;
	(void)key;
	for (size_t i = 0; i < devices->count; i++) {
		const struct ike_sa *const last = &devices->all[i]->last;

		if (sa_address_equal(&last->remote, &sa->remote) && last->remote_port == sa->remote_port)
			return devices->all[i];
	}
	return NULL;
}

static const struct ike_configured_child *any_child_of(const struct round *round, const char *connection);

/* It has returned from elsewhere; or it is a new device. */
static struct peer *
device_of_vacancy(struct ike_sas *sas, const struct ike_sa *sa, const struct peer_key *key,
		  const struct devices *devices)
{
	const struct ike_configured_child *const configured = any_child_of(filled(sas), sa->connection);
	const bool is_alone = configured && !configured->for_anyone;
	struct peer *const known = device_of_address(sas, sa, key, devices);

	if (known)
		return known;
	for (size_t i = 0; i < devices->count; i++) {
		if (is_alone || !devices->all[i]->is_seen || i + 1 == IKE_DEVICES_MOST)
			return devices->all[i];
	}
	return add_peer(sas, key, devices);
}

typedef struct peer *device_finder(struct ike_sas *sas, const struct ike_sa *sa, const struct peer_key *key,
				   const struct devices *devices);
static device_finder *const device_finders[] = {device_of_number, device_of_address, device_of_vacancy};
enum { DEVICE_FINDERS = sizeof(device_finders) / sizeof(device_finders[0]) };

static void
see_peer(struct ike_sas *sas, struct ike_sa *sa, device_finder *find)
{
	struct devices devices;
	struct peer_key key;
	struct peer *peer;

	if (!is_established(sa) || sa->device != 0)
		return;
	make_peer_key(&key, sa);
	find_devices(sas, &key, &devices);
	peer = find(sas, sa, &key, &devices);
	if (!peer)
		return;
	sa->device = peer->device;
	if (peer->last.id != 0 && sa->id > peer->last.id)
		peer->replacements++;
	peer->is_seen = true;
	peer->reason[0] = '\0';
	if (sa->id >= peer->last.id || !peer->has_sa)
		peer->last = *sa;
	peer->has_sa = true;
	sa->replacements = peer->replacements;
	if (!peer->is_up) {
		peer->is_up = true;
		if (sas->had_round)
			sas->listener.peer(sas->listener.data, sa, true, "");
	}
}

static void
lose_peer(struct peer *peer, const char *reason, uint64_t now_us)
{
	if (!peer->has_sa)
		return;
	peer->has_sa = false;
	peer->lost_us = now_us;
	if (peer->reason[0] == '\0')
		snprintf(peer->reason, sizeof(peer->reason), "%s", reason);
}

uint64_t
ike_sas_tick(struct ike_sas *sas, uint64_t now_us)
{
	uint64_t next_us = UINT64_MAX;

	for (size_t i = 0; i < sas->peers.count;) {
		const struct peer *const peer = row_list_at(&sas->peers, i);
		const uint64_t since_us = now_us > peer->lost_us ? now_us - peer->lost_us : 0;

		if (!peer->has_sa && since_us >= sas->grace_us) {
			sas->listener.peer(sas->listener.data, &peer->last, false, peer->reason);
			drop_peer(sas, i);
			continue;
		}
		if (!peer->has_sa && sas->grace_us - since_us < next_us)
			next_us = sas->grace_us - since_us;
		i++;
	}
	return next_us;
}

void
ike_sas_take_event(struct ike_sas *sas, const struct ike_sa *sa, bool up)
{
	struct ike_sa known = *sa;
	struct devices devices;
	struct peer_key key;
	struct peer *peer;

	if (!sas->identities)
		known.local_id[0] = known.remote_id[0] = known.eap_id[0] = '\0';
	make_peer_key(&key, &known);
	find_devices(sas, &key, &devices);
	peer = device_of_number(sas, &known, &key, &devices);
	if (!peer)
		peer = device_of_address(sas, &known, &key, &devices);
	/* strongSwan closes an IKE SA in that state, and gives up one in any other. */
	if (peer && !up)
		snprintf(peer->reason, sizeof(peer->reason), "%s",
			 sa->state == IKE_DELETING ? "one of the two sides has closed it"
						   : "the daemon has given it up");
}

/* --- a round ----------------------------------------------------------------------------------- */

static void *
add(struct ike_sas *sas, struct row_list *list, size_t most)
{
	void *const row = list->count < most ? row_list_add(list) : NULL;

	filled(sas)->left_out += row == NULL;
	return row;
}

void
ike_sas_begin(struct ike_sas *sas)
{
	sas->comparing = false;
	round_clear(filled(sas));
}

void
ike_sas_take_sa(struct ike_sas *sas, const struct ike_sa *sa)
{
	struct ike_sa *const row = add(sas, &filled(sas)->sas, IKE_SAS_MOST);

	if (!row)
		return;
	*row = *sa;
	row->device = 0;
	if (!sas->identities) {
		memset(row->local_id, 0, sizeof(row->local_id));
		memset(row->remote_id, 0, sizeof(row->remote_id));
		memset(row->eap_id, 0, sizeof(row->eap_id));
	}
}

void
ike_sas_take_child(struct ike_sas *sas, const struct ike_child *child)
{
	struct ike_child *const row = add(sas, &filled(sas)->children, IKE_CHILDREN_MOST);

	if (row)
		*row = *child;
}

static uint32_t
hash_of_names(const struct round *round, const char *connection, const char *child)
{
	char both[2 * IKE_NAME_SIZE];
	const int length = snprintf(both, sizeof(both), "%s/%s", connection, child);

	return hash_table_hash(&round->names, both, (size_t)length);
}

static uint32_t
hash_of_connection(const struct round *round, const char *connection)
{
	return hash_table_hash(&round->connections, connection, strlen(connection));
}

static const struct ike_configured_child *
any_child_of(const struct round *round, const char *connection)
{
	uint32_t number = hash_table_first(&round->connections, hash_of_connection(round, connection));

	for (; number != HASH_TABLE_NONE; number = hash_table_next(&round->connections, number)) {
		const struct ike_configured_child *const row = row_list_at(&round->configured, number);

		if (strcmp(row->connection, connection) == 0)
			return row;
	}
	return NULL;
}

void
ike_sas_take_configured(struct ike_sas *sas, const struct ike_configured_child *child)
{
	struct round *const round = filled(sas);
	struct ike_configured_child *const row = add(sas, &round->configured, IKE_CONFIGURED_MOST);

	if (!row)
		return;
	*row = *child;
	if (!hash_table_add(&round->names, (uint32_t)round->configured.count - 1,
			    hash_of_names(round, child->connection, child->name)))
		round->configured.count--;
	else if (!any_child_of(round, child->connection))
		hash_table_add(&round->connections, (uint32_t)round->configured.count - 1,
			       hash_of_connection(round, child->connection));
}

static int
compare_ranks(const void *left, const void *right)
{
	const struct rank *const a = left, *const b = right;

	return a->id < b->id ? -1 : a->id > b->id;
}

static void
sort_round(struct round *round)
{
	for (size_t i = 0; i < round->sas.count; i++) {
		struct rank *const rank = row_list_add(&round->order);

		if (!rank)
			return;
		*rank = (struct rank){((const struct ike_sa *)row_list_at(&round->sas, i))->id, (uint32_t)i};
	}
	if (round->order.count > 0)
		qsort(round->order.rows, round->order.count, sizeof(struct rank), compare_ranks);
}

static struct ike_sa *
sa_at(const struct round *round, size_t rank)
{
	return row_list_at(&round->sas, ((const struct rank *)row_list_at(&round->order, rank))->row);
}

static void
begin_comparison(struct ike_sas *sas)
{
	sort_round(filled(sas));
	for (size_t i = 0; i < sas->peers.count; i++)
		((struct peer *)row_list_at(&sas->peers, i))->is_seen = false;
	sas->compared = 0;
	sas->comparing = true;
}

static void
end_comparison(struct ike_sas *sas, uint64_t now_us)
{
	for (size_t i = 0; i < sas->peers.count; i++) {
		struct peer *const peer = row_list_at(&sas->peers, i);

		if (!peer->is_seen)
			lose_peer(peer, "", now_us);
	}
	sas->current = 1 - sas->current;
	sas->ended_us = now_us;
	sas->had_round = true;
	sas->comparing = false;
}

bool
ike_sas_end(struct ike_sas *sas, size_t budget, uint64_t now_us, int64_t now_seconds)
{
	const struct round *const round = filled(sas);

	if (!sas->comparing) {
		begin_comparison(sas);
		return false;
	}
	for (; sas->compared < DEVICE_FINDERS * round->order.count; sas->compared++) {
		struct ike_sa *const sa = sa_at(round, sas->compared % round->order.count);

		if (budget-- == 0)
			return false;
		sa->since_seconds = now_seconds - sa->age_seconds;
		see_peer(sas, sa, device_finders[sas->compared / round->order.count]);
	}
	end_comparison(sas, now_us);
	return true;
}

void
ike_sas_clear(struct ike_sas *sas, bool daemon_is_gone, uint64_t now_us)
{
	round_clear(&sas->rounds[sas->current]);
	if (daemon_is_gone)
		ike_sas_begin(sas);
	for (size_t i = 0; daemon_is_gone && i < sas->peers.count; i++) {
		struct peer *const peer = row_list_at(&sas->peers, i);

		/* Another daemon starts to count again. */
		lose_peer(peer, "the IKE daemon is gone", now_us);
		peer->last.id = 0;
	}
}

void
ike_sas_forget(struct ike_sas *sas)
{
	round_clear(&sas->rounds[sas->current]);
	ike_sas_begin(sas);
	sas->peers.count = 0;
	hash_table_clear(&sas->peer_hash);
	sas->had_round = false;
}

/* --- queries ----------------------------------------------------------------------------------- */

size_t
ike_sas_count(const struct ike_sas *sas)
{
	return shown(sas)->order.count;
}

size_t
ike_sas_seek(const struct ike_sas *sas, uint64_t id)
{
	size_t low = 0, high = ike_sas_count(sas);

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (((const struct rank *)row_list_at(&shown(sas)->order, middle))->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t
less(uint32_t seconds, uint64_t passed)
{
	if (seconds == IKE_NEVER)
		return IKE_NEVER;
	return seconds > passed ? (uint32_t)(seconds - passed) : 0;
}

void
ike_sas_at(const struct ike_sas *sas, size_t rank, uint64_t now_us, struct ike_sa *sa)
{
	const uint64_t passed = (now_us - sas->ended_us) / MICROSECONDS;

	*sa = *sa_at(shown(sas), rank);
	if (is_established(sa))
		sa->age_seconds += (uint32_t)passed;
	sa->rekey_seconds = less(sa->rekey_seconds, passed);
	sa->reauth_seconds = less(sa->reauth_seconds, passed);
}

const struct ike_sa *
ike_sas_find(const struct ike_sas *sas, uint32_t id)
{
	const size_t rank = ike_sas_seek(sas, id);
	const struct ike_sa *const sa = rank < ike_sas_count(sas) ? sa_at(shown(sas), rank) : NULL;

	return sa && sa->id == id ? sa : NULL;
}

size_t
ike_sas_children(const struct ike_sas *sas)
{
	return shown(sas)->children.count;
}

const struct ike_child *
ike_sas_child(const struct ike_sas *sas, size_t number)
{
	return row_list_at(&shown(sas)->children, number);
}

size_t
ike_sas_configured(const struct ike_sas *sas)
{
	return shown(sas)->configured.count;
}

const struct ike_configured_child *
ike_sas_configured_child(const struct ike_sas *sas, size_t number)
{
	return row_list_at(&shown(sas)->configured, number);
}

const struct ike_configured_child *
ike_sas_find_configured(const struct ike_sas *sas, const char *connection, const char *child)
{
	const struct round *const round = shown(sas);
	uint32_t number = hash_table_first(&round->names, hash_of_names(round, connection, child));

	for (; number != HASH_TABLE_NONE; number = hash_table_next(&round->names, number)) {
		const struct ike_configured_child *const row = row_list_at(&round->configured, number);

		if (strcmp(row->connection, connection) == 0 && strcmp(row->name, child) == 0)
			return row;
	}
	return NULL;
}

size_t
ike_sas_left_out(const struct ike_sas *sas)
{
	return shown(sas)->left_out;
}
