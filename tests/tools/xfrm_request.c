/* SPDX-License-Identifier: BSD-3-Clause */

/*
 * Asks the kernel for SAs with attributes that this machine's ip(8) is too old to know.  Addresses are IPv4
 * if nothing else is said, the protocol is ESP, an attribute is its type and its value's octets in hexadecimal:
 *
 *   xfrm_request allocspi SRC DST REQID [TYPE=HEX]...   a larval SA in tunnel mode; prints its SPI
 *   xfrm_request amend DST SPI [uid=N] [TYPE=HEX]...    makes an SA that is there anew, with these besides; the
 *                                                       user is the selector's
 *   xfrm_request migrate DIR SRC DST OLD NEW PEER REQID moves an end of a tunnel, IPv4 or IPv6: of the policy of that
 *                                                       direction (in, out) from host SRC to host DST, and of the SAs
 *                                                       between OLD and PEER, from OLD to NEW
 */

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_OCTETS = 8192, VALUE_OCTETS = 64 };

static struct mnl_socket *kernel;

static void
fail(const char *what)
{
	fprintf(stderr, "xfrm_request: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint16_t
family_of(const char *text)
{
	return strchr(text, ':') ? AF_INET6 : AF_INET;
}

static xfrm_address_t
address(const char *text)
{
	xfrm_address_t result = {.a4 = 0};

	if (inet_pton(family_of(text), text, &result) != 1) {
		errno = EINVAL;
		fail(text);
	}
	return result;
}

static void
put_attribute(struct nlmsghdr *message, const char *text)
{
	uint8_t value[VALUE_OCTETS];
	uint16_t length = 0;
	char *end;
	const unsigned long type = strtoul(text, &end, 0);

	for (end += *end == '='; length < VALUE_OCTETS && end[0] && end[1]; end += 2) {
		const char digits[] = {end[0], end[1], '\0'};

		value[length++] = (uint8_t)strtoul(digits, NULL, 16);
	}
	mnl_attr_put(message, (uint16_t)type, length, value);
}

static struct nlmsghdr *
begin(void *room, uint16_t type, const void *header, size_t octets)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	memcpy(mnl_nlmsg_put_extra_header(message, octets), header, octets);
	return message;
}

static int
keep(const struct nlmsghdr *message, void *data)
{
	memcpy(data, message, message->nlmsg_len);
	return MNL_CB_OK;
}

/* Sends, and waits for the acknowledgement; a message that comes before it is kept in answer, MESSAGE_OCTETS of them. */
static void
ask(const struct nlmsghdr *message, const char *what, struct nlmsghdr *answer)
{
	uint64_t room[MESSAGE_OCTETS / 8];
	ssize_t length;
	int more = MNL_CB_OK;

	if (mnl_socket_sendto(kernel, message, message->nlmsg_len) < 0)
		fail(what);
	while (more > MNL_CB_STOP) {
		length = mnl_socket_recvfrom(kernel, room, sizeof(room));
		if (length < 0)
			fail(what);
		more = mnl_cb_run(room, (size_t)length, 0, mnl_socket_get_portid(kernel), answer ? keep : NULL, answer);
	}
	if (more < 0)
		fail(what);
}

static void
allocspi(char **words)
{
	uint64_t room[MESSAGE_OCTETS / 8], answer[MESSAGE_OCTETS / 8];
	struct xfrm_userspi_info wanted = {.min = 0x100, .max = 0xffffffff};
	struct xfrm_usersa_info made;
	struct nlmsghdr *message;

	wanted.info.family = AF_INET;
	wanted.info.mode = XFRM_MODE_TUNNEL;
	wanted.info.id.proto = IPPROTO_ESP;
	wanted.info.saddr = address(words[0]);
	wanted.info.id.daddr = address(words[1]);
	wanted.info.reqid = (uint32_t)strtoul(words[2], NULL, 0);
	message = begin(room, XFRM_MSG_ALLOCSPI, &wanted, sizeof(wanted));
	for (words += 3; *words; words++)
		put_attribute(message, *words);
	ask(message, "XFRM_MSG_ALLOCSPI", (struct nlmsghdr *)answer);
	memcpy(&made, mnl_nlmsg_get_payload((struct nlmsghdr *)answer), sizeof(made));
	printf("0x%x\n", ntohl(made.id.spi));
}

static void
amend(char **words)
{
	uint64_t room[MESSAGE_OCTETS / 8], answer[MESSAGE_OCTETS / 8];
	struct nlmsghdr *message = (struct nlmsghdr *)answer;
	struct xfrm_usersa_info *info = NLMSG_DATA(message);
	struct xfrm_usersa_id id = {.family = AF_INET, .proto = IPPROTO_ESP};

	id.daddr = address(words[0]);
	id.spi = htonl((uint32_t)strtoul(words[1], NULL, 0));
	ask(begin(room, XFRM_MSG_GETSA, &id, sizeof(id)), "XFRM_MSG_GETSA", message);
	ask(begin(room, XFRM_MSG_DELSA, &id, sizeof(id)), "XFRM_MSG_DELSA", NULL);
	/* What the kernel tells of an SA is what it takes to make one. */
	message->nlmsg_type = XFRM_MSG_NEWSA;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	for (words += 2; *words; words++) {
		if (strncmp(*words, "uid=", 4) == 0)
			info->sel.user = (uint32_t)strtoul(*words + 4, NULL, 0);
		else
			put_attribute(message, *words);
	}
	ask(message, "XFRM_MSG_NEWSA", NULL);
}

static void
migrate(char **words)
{
	enum { DIRECTION, SRC, DST, OLD, NEW, PEER, REQID };
	const uint16_t family = family_of(words[OLD]);
	const uint8_t bits = family_of(words[SRC]) == AF_INET6 ? 128 : 32;
	const xfrm_address_t old = address(words[OLD]), new = address(words[NEW]), peer = address(words[PEER]);
	struct xfrm_user_migrate ends[2] = {
		{.old_saddr = old, .old_daddr = peer, .new_saddr = new, .new_daddr = peer},
		{.old_saddr = peer, .old_daddr = old, .new_saddr = peer, .new_daddr = new},
	};
	struct xfrm_userpolicy_id id = {.dir = strcmp(words[DIRECTION], "in") == 0 ? XFRM_POLICY_IN : XFRM_POLICY_OUT};
	uint64_t room[MESSAGE_OCTETS / 8];
	struct nlmsghdr *message;

	id.sel.family = family_of(words[SRC]);
	id.sel.saddr = address(words[SRC]);
	id.sel.daddr = address(words[DST]);
	id.sel.prefixlen_s = id.sel.prefixlen_d = bits;
	for (unsigned i = 0; i < 2; i++) {
		ends[i].proto = IPPROTO_ESP;
		ends[i].mode = XFRM_MODE_TUNNEL;
		ends[i].reqid = (uint32_t)strtoul(words[REQID], NULL, 0);
		ends[i].old_family = ends[i].new_family = family;
	}
	message = begin(room, XFRM_MSG_MIGRATE, &id, sizeof(id));
	mnl_attr_put(message, XFRMA_MIGRATE, sizeof(ends), ends);
	ask(message, "XFRM_MSG_MIGRATE", NULL);
}

int
main(int argc, char **argv)
{
	kernel = mnl_socket_open(NETLINK_XFRM);
	if (!kernel || mnl_socket_bind(kernel, 0, MNL_SOCKET_AUTOPID) < 0)
		fail("NETLINK_XFRM");
	if (argc >= 5 && strcmp(argv[1], "allocspi") == 0)
		allocspi(argv + 2);
	else if (argc >= 5 && strcmp(argv[1], "amend") == 0)
		amend(argv + 2);
	else if (argc == 9 && strcmp(argv[1], "migrate") == 0)
		migrate(argv + 2);
	else
		return 2;
	mnl_socket_close(kernel);
	return 0;
}
