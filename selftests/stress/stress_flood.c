// SPDX-License-Identifier: GPL-2.0
/*
 * Sends neighbor packets to a device until it is told to stop; the device may
 * come, go and come again meanwhile. Prints what it sent then. It leaves most of
 * the time to others, however slow the kernel is: starved, they would test nothing.
 *
 * With KINDs these are exact frames (see bond_frame.h), with -u the kernel is
 * made to solicit: a datagram to one address of the link after the other.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bond_frame.h"

#define KINDS_MAX	16
#define BURST		32	/* frames between two pauses */
#define PAUSE_MIN_USEC	1000

struct flood {
	struct frame_tag tags[FRAME_TAGS_MAX];
	size_t tag_count;
	int kinds[KINDS_MAX];
	size_t kind_count;
	bool bypass;
	const char *dev;
	struct sockaddr_storage to;
	unsigned int addresses;
	unsigned int pause;	/* lasts as many times as the burst worked */
	int fd;
	unsigned long long sent, refused;
};

static const char usage[] =
	"usage: stress_flood [OPTION]... DEV KIND...\n"
	"       stress_flood [OPTION]... -u ADDRESS DEV\n"
	"  -t TPID.TCI  put a tag into the frame (hex.decimal; outer first)\n"
	"  -b           go around the device's queueing discipline\n"
	"  -u ADDRESS   datagrams to the addresses from this one on\n"
	"  -n COUNT     so many of them (4096)\n"
	"  -p TIMES     pause as many times as long as a burst works (4)\n";

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void count(struct flood *f, ssize_t result)
{
	if (result < 0)
		f->refused++;
	else
		f->sent++;
}

static void send_frames(struct flood *f, unsigned int *number)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(f->dev),
	};
	struct frame frame;
	unsigned int i;

	for (i = 0; i < BURST; i++, ++*number) {
		frame_build(&frame, f->kinds[*number % f->kind_count],
			    *number / f->kind_count % FRAME_NUMBERS,
			    f->tags, f->tag_count, 0);
		count(f, sendto(f->fd, frame.data, frame.len, MSG_DONTWAIT,
				(struct sockaddr *)&to, sizeof(to)));
	}
}

/* The last two bytes of the address are what changes. */
static void send_datagrams(struct flood *f, unsigned int *number)
{
	struct sockaddr_storage to = f->to;
	struct sockaddr_in6 *in6 = (void *)&to;
	struct sockaddr_in *in = (void *)&to;
	unsigned int i;

	/* Fails while there is no such device. */
	setsockopt(f->fd, SOL_SOCKET, SO_BINDTODEVICE, f->dev, strlen(f->dev));
	if (to.ss_family == AF_INET6)
		in6->sin6_scope_id = if_nametoindex(f->dev);
	for (i = 0; i < BURST; i++) {
		*number = (*number + 1) % f->addresses;
		if (to.ss_family == AF_INET6) {
			in6->sin6_addr.s6_addr[14] = *number >> 8;
			in6->sin6_addr.s6_addr[15] = *number;
		} else {
			in->sin_addr.s_addr &= htonl(0xffff0000);
			in->sin_addr.s_addr |= htonl(*number);
		}
		count(f, sendto(f->fd, "", 1, MSG_DONTWAIT,
				(struct sockaddr *)&to, sizeof(to)));
	}
}

/* Time of this process: that others take, it need not leave to them again. */
static uint64_t used_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

static void pause_after(const struct flood *f, uint64_t start)
{
	uint64_t usec = (used_usec() - start) * f->pause;

	usleep(usec < PAUSE_MIN_USEC ? PAUSE_MIN_USEC : usec);
}

static int parse_address(struct flood *f, const char *text)
{
	struct sockaddr_in6 *in6 = (void *)&f->to;
	struct sockaddr_in *in = (void *)&f->to;

	if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons(9);
	} else if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(9);
	} else {
		fprintf(stderr, "%s: not an address\n", text);
		return -1;
	}
	return 0;
}

static int parse_tag(struct flood *f, const char *text)
{
	unsigned int tpid, tci;

	if (f->tag_count == FRAME_TAGS_MAX ||
	    sscanf(text, "%4x.%5u", &tpid, &tci) != 2 || tci > UINT16_MAX) {
		fprintf(stderr, "%s: not a tag like 8100.10, or too many\n",
			text);
		return -1;
	}
	f->tags[f->tag_count++] = (struct frame_tag){ tpid, tci };
	return 0;
}

static int parse_number(unsigned int *number, const char *text)
{
	if (sscanf(text, "%5u", number) == 1 && *number > 0 &&
	    *number <= 1 << 16)
		return 0;
	fprintf(stderr, "%s: not a number from 1 to 65536\n", text);
	return -1;
}

static int parse_kinds(struct flood *f, char **names)
{
	for (; *names; names++) {
		f->kinds[f->kind_count] = frame_kind(*names);
		if (f->kinds[f->kind_count] < 0 ||
		    ++f->kind_count == KINDS_MAX) {
			fprintf(stderr, "%s: no such kind, or too many\n",
				*names);
			return -1;
		}
	}
	return 0;
}

static int parse(struct flood *f, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "t:bu:n:p:")) != -1) {
		switch (option) {
		case 't':
			if (parse_tag(f, optarg))
				return -1;
			break;
		case 'b':
			f->bypass = true;
			break;
		case 'u':
			if (parse_address(f, optarg))
				return -1;
			break;
		case 'n':
			if (parse_number(&f->addresses, optarg))
				return -1;
			break;
		case 'p':
			if (parse_number(&f->pause, optarg))
				return -1;
			break;
		default:
			fputs(usage, stderr);
			return -1;
		}
	}
	f->dev = argv[optind];
	if (!f->dev || !f->to.ss_family == !argv[optind + 1]) {
		fputs(usage, stderr);
		return -1;
	}
	return parse_kinds(f, argv + optind + 1);
}

static int open_socket(struct flood *f)
{
	int on = 1;

	if (f->to.ss_family)
		f->fd = socket(f->to.ss_family, SOCK_DGRAM, 0);
	else
		f->fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (f->fd < 0 ||
	    (f->bypass && setsockopt(f->fd, SOL_PACKET, PACKET_QDISC_BYPASS,
				     &on, sizeof(on)))) {
		perror("stress_flood");
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	struct flood f = { .addresses = 4096, .pause = 4 };
	unsigned int number = 0;
	uint64_t start;

	if (parse(&f, argc, argv) || open_socket(&f))
		return 2;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	while (!stopped) {
		start = used_usec();
		if (f.kind_count)
			send_frames(&f, &number);
		else
			send_datagrams(&f, &number);
		pause_after(&f, start);
	}
	printf("%llu sent, %llu refused\n", f.sent, f.refused);
	return 0;
}
