// SPDX-License-Identifier: GPL-2.0
/*
 * Prints a line for every ARP, RS, NS and NA that is received on interfaces,
 * which may be in other namespaces, until it gets SIGTERM or SIGINT:
 *
 *   NETNS/DEV msec=123456 mac=02:... tags=8100.10 arp op=1 from=10.0.0.1 to=10.0.0.2
 *   NETNS/DEV msec=123456 mac=02:... tags=- nd type=136 from=fe80::1 to=ff02::1 target=2001:db8::1
 *
 * "ready" comes first, when nothing can be missed any more.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "bond_sniff.h"

#define ARP_LEN		28
#define IPV6_LEN	40
#define ND_TARGET	(IPV6_LEN + 8)

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static const char *address(int family, const uint8_t *at)
{
	static char text[4][INET6_ADDRSTRLEN];
	static unsigned int next;
	char *to = text[next++ % 4];

	return inet_ntop(family, at, to, INET6_ADDRSTRLEN);
}

static void print_head(const struct sniff *s, const uint8_t *frame,
		       const uint8_t *tags, size_t tag_count)
{
	const uint8_t *mac = frame + ETH_ALEN;
	size_t i;

	printf("%s msec=%llu mac=%02x:%02x:%02x:%02x:%02x:%02x tags=%s",
	       s->name, (unsigned long long)s->usec / 1000, mac[0], mac[1],
	       mac[2], mac[3], mac[4], mac[5], tag_count ? "" : "-");
	for (i = 0; i < tag_count; i++)
		printf("%s%x.%u", i ? "," : "", get16(tags + 4 * i),
		       get16(tags + 4 * i + 2) & 0xfff);
}

static void print_arp(const uint8_t *arp)
{
	printf(" arp op=%u from=%s to=%s\n", get16(arp + 6),
	       address(AF_INET, arp + 14), address(AF_INET, arp + 24));
}

static void print_nd(const uint8_t *ip, size_t len)
{
	unsigned int type = ip[IPV6_LEN];

	printf(" nd type=%u from=%s to=%s", type, address(AF_INET6, ip + 8),
	       address(AF_INET6, ip + 24));
	if (type != 133 && len >= ND_TARGET + 16)
		printf(" target=%s", address(AF_INET6, ip + ND_TARGET));
	putchar('\n');
}

static bool is_nd(const uint8_t *ip, size_t len)
{
	if (len < IPV6_LEN + 8 || ip[6] != IPPROTO_ICMPV6)
		return false;
	switch (ip[IPV6_LEN]) {
	case 133:
	case 135:
	case 136:
		return true;
	}
	return false;
}

static void print_frame(const struct sniff *s, const uint8_t *frame,
			size_t len)
{
	const uint8_t *at = frame + 2 * ETH_ALEN;
	const uint8_t *end = frame + len;
	size_t tags = 0;

	while (at + 6 <= end && (get16(at) == ETH_P_8021Q ||
				 get16(at) == ETH_P_8021AD)) {
		at += 4;
		tags++;
	}
	if (at + 2 > end)
		return;
	if (get16(at) == ETH_P_ARP && end - at - 2 >= ARP_LEN) {
		print_head(s, frame, frame + 2 * ETH_ALEN, tags);
		print_arp(at + 2);
	} else if (get16(at) == ETH_P_IPV6 && is_nd(at + 2, end - at - 2)) {
		print_head(s, frame, frame + 2 * ETH_ALEN, tags);
		print_nd(at + 2, end - at - 2);
	}
}

static void watch(struct sniff *sniffs, size_t count)
{
	uint8_t frame[SNIFF_FRAME_MAX];
	struct pollfd fds[SNIFF_MAX];
	size_t i, len;

	sniff_poll_fds(sniffs, count, fds);
	while (!stop) {
		for (i = 0; i < count; i++)
			while ((len = sniff_read(&sniffs[i], frame)))
				print_frame(&sniffs[i], frame, len);
		fflush(stdout);
		poll(fds, count, 200);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct sniff sniffs[SNIFF_MAX];
	size_t count = argc - 1, i;

	if (!count || count > SNIFF_MAX) {
		fputs("usage: bond_watch NETNS/DEV...\n", stderr);
		return 1;
	}
	for (i = 0; i < count; i++)
		if (sniff_open(&sniffs[i], argv[i + 1], false))
			return 1;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	puts("ready");
	watch(sniffs, count);
	return 0;
}
