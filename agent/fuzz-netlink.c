// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of rtnetlink, one behind the other as in a datagram; see run-fuzz.
 * What says of itself that it is sound goes on into the model.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "rtnl-parse.h"
#include "rtnl-stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static bool is_sound(int r, const char *name)
{
	if (r != 1 && r != 0 && r != -EBADMSG)
		abort();
	if (r == 1 && name && strnlen(name, IFNAMSIZ) == IFNAMSIZ)
		abort();
	return r == 1;
}

/* By type, as rtnl.c calls them */
static void parse_link(struct bonds *bonds, const struct nlmsghdr *message)
{
	struct stack_info stack = { 0 };
	struct link_info link = { 0 };

	is_sound(rtnl_parse_stack(message, &stack), NULL);
	if (!is_sound(rtnl_parse_link(message, &link), link.name))
		return;
	if (message->nlmsg_type == RTM_NEWLINK)
		bonds_link_changed(bonds, &link);
	else
		bonds_link_removed(bonds, link.ifindex);
}

static void parse_message(struct bonds *bonds, const struct nlmsghdr *message)
{
	struct gateway_info gateways[4];
	struct neighbor_info neighbor;
	struct lacp_counters counters;
	struct address_info address;
	struct fdb_info fdb;

	switch (message->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		parse_link(bonds, message);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		is_sound(rtnl_parse_address(message, &address), NULL);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		is_sound(rtnl_parse_neighbor(message, &neighbor), NULL);
		is_sound(rtnl_parse_fdb(message, &fdb), NULL);
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		if (rtnl_parse_gateways(message, gateways, 4) > 4)
			abort();
		break;
	case RTM_NEWSTATS:
		is_sound(rtnl_parse_lacp_counters(message, &counters), NULL);
		break;
	}
}

/* The first @count messages: their length */
static size_t messages(const uint8_t *data, size_t size, unsigned int count)
{
	const struct nlmsghdr *message = (const void *)data;
	int left = size;

	while (count-- && rtnl_message_ok(message, left))
		message = mnl_nlmsg_next(message, &left);
	return left > 0 ? size - left : size;
}

/* @bytes off the end, and off each length that reaches up to there */
static size_t shorten(uint8_t *data, size_t size, uint16_t bytes)
{
	uint16_t length;

	for (size_t i = 0; i + sizeof(length) <= size; i += NLA_ALIGNTO) {
		memcpy(&length, data + i, sizeof(length));
		if (length <= bytes || i + length != size)
			continue;
		length -= bytes;
		memcpy(data + i, &length, sizeof(length));
	}
	return size - bytes;
}

/*
 * Nests that are cut off together with what contains them: lengths that agree
 * with each other are hardly ever found by chance.
 */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
			       unsigned int seed)
{
	size_t kept;

	if (seed % 2)
		return LLVMFuzzerMutate(data, size, max);
	kept = messages(data, size, 1 + seed / 2 % 4);
	seed = 1 + seed / 8 % 32;
	return kept > seed ? shorten(data, kept, seed) : kept;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nlmsghdr *message = (const void *)data;
	int left = size;
	struct bonds bonds;

	bonds_init(&bonds, NULL, NULL);
	bonds_dump_begin(&bonds);
	for (; rtnl_message_ok(message, left);
	     message = mnl_nlmsg_next(message, &left))
		parse_message(&bonds, message);
	bonds_dump_end(&bonds);
	bonds_clear(&bonds);
	return 0;
}
