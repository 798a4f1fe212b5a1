/* SPDX-License-Identifier: BSD-3-Clause */
#include "events/event.h"

#include <stdio.h>
#include <string.h>

#include "census/census.h"
#include "tunnels/tunnels.h"

void
event_set_tunnel(struct event *event, const struct tunnel *tunnel)
{
	memcpy(event->tunnel, tunnel->name, sizeof(event->tunnel));
	memcpy(event->tunnel_descr, tunnel->descr, sizeof(event->tunnel_descr));
	event->tunnel_index = tunnel->index;
	memcpy(event->connection, tunnel->connection, sizeof(event->connection));
	memcpy(event->identity, tunnel->remote_id, sizeof(event->identity));
}

/* A tunnel without a name of the operator's is described by its connection and, if many peers share that, who this one is. */
void
event_forget_identity(struct event *event)
{
	const size_t connection = strlen(event->connection);
	char *peer;

	if (event->identity[0] == '\0')
		return;
	memset(event->identity, 0, sizeof(event->identity));
	if (event->tunnel[0] != '\0' || connection == 0 || connection > strlen(event->tunnel_descr))
		return;
	peer = strchr(event->tunnel_descr + connection, ':');
	if (peer)
		memset(peer, 0, strlen(peer));
}

void
event_send_sa(const struct event_sender *sender, const struct census_sa *record, const struct sa *sa,
	      struct event *event)
{
	const struct tunnel *const tunnel = sender->tunnels ? tunnels_of(sender->tunnels, record) : NULL;

	sa_key_said(&record->key, &event->said);
	event->direction = record->direction;
	if (sa && sa->direction != SA_DIRECTION_UNKNOWN)
		event->direction = sa->direction;
	if (sa)
		event->src = sa->src;
	event->larval = (sa ? sa->state : record->state) == SA_STATE_LARVAL;
	snprintf(event->transform, sizeof(event->transform), "%s", census_transform(sender->census, record));
	if (tunnel)
		event_set_tunnel(event, tunnel);
	event_send(&sender->sink, event);
}
