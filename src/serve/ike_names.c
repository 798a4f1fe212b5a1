/* SPDX-License-Identifier: BSD-3-Clause */
#include "ike_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { A_STEP = 32 };			     /* children */
enum { PEER_SIZE = IKE_IDENTITY_SIZE + 11 }; /* and a device */

/* The peer, if many share a child: its identity and device or, if identities are left out, its address and port. */
static void
print_peer(const struct ike_sa *sa, char peer[PEER_SIZE])
{
	char address[SA_ADDRESS_TEXT_SIZE];

	sa_address_print(&sa->remote, address);
	if (ike_sa_peer(sa)[0] == '\0')
		snprintf(peer, PEER_SIZE, "%s:%" PRIu16, address, sa->remote_port);
	else if (sa->device > 1)
		snprintf(peer, PEER_SIZE, "%s/%" PRIu32, ike_sa_peer(sa), sa->device);
	else
		snprintf(peer, PEER_SIZE, "%s", ike_sa_peer(sa));
}

static bool
label_sa(struct tunnels *tunnels, const struct sa_address *dst, const struct ike_child *child, uint32_t spi,
	 uint32_t mark, const struct tunnel_label *label)
{
	const struct sa_said said = {.dst = *dst, .protocol = child->protocol, .spi = spi, .qualifier = mark};
	struct sa_key key;

	sa_key_make(&key, &said);
	return tunnels_label(tunnels, &key, label);
}

/* By SPI and destination; by the reqid, if the kernel has neither: other addresses are about to be reported. */
static void
label_child(const struct ike_sas *sas, const struct ike_child *child, struct tunnels *tunnels)
{
	const struct ike_sa *const sa = ike_sas_find(sas, child->ike_id);
	const struct ike_configured_child *configured;
	struct tunnel_label label;
	char peer[PEER_SIZE];
	struct tunnel_key key;
	bool is_found;

	if (!sa || child->protocol == 0)
		return;
	configured = ike_sas_find_configured(sas, sa->connection, child->name);
	print_peer(sa, peer);
	tunnel_label_make(&label, sa->connection, child->name, ike_sa_peer(sa),
			  !configured || configured->for_anyone ? peer : NULL);
	label.is_doubtful = !configured;
	is_found = label_sa(tunnels, &sa->remote, child, child->spi_out, child->mark_out, &label);
	is_found |= label_sa(tunnels, &sa->local, child, child->spi_in, child->mark_in, &label);
	if (is_found)
		return;
	tunnel_key_make(&key, &sa->local, &sa->remote, child->reqid, child->if_id_out);
	tunnels_label_path(tunnels, &key, &label);
}

/* A connection that accepts any peer has a row for each peer that connected. */
static void
expect(const struct ike_configured_child *child, struct tunnels *tunnels)
{
	struct tunnel_label label;

	if (child->for_anyone || child->is_shunt)
		return;
	tunnel_label_make(&label, child->connection, child->name, "", NULL);
	tunnels_expect(tunnels, &label, &(struct tunnel_expected){child->local, child->remote, child->selectors});
}

static bool
step(struct ike_names *names, const struct ike_sas *sas, struct tunnels *tunnels)
{
	if (names->child < ike_sas_children(sas)) {
		label_child(sas, ike_sas_child(sas, names->child++), tunnels);
		return false;
	}
	if (!names->expecting)
		tunnels_expect_begin(tunnels);
	names->expecting = true;
	if (names->configured < ike_sas_configured(sas)) {
		expect(ike_sas_configured_child(sas, names->configured++), tunnels);
		return false;
	}
	tunnels_expect_end(tunnels);
	return true;
}

bool
ike_names_step(struct ike_names *names, const struct ike_sas *sas, struct tunnels *tunnels)
{
	bool done = false;

	for (unsigned left = A_STEP; left > 0 && !done; left--)
		done = step(names, sas, tunnels);
	tunnels_labelled(tunnels);
	return done;
}
