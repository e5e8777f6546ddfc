// SPDX-License-Identifier: GPL-2.0
/*
 * Sends exact frames on an interface and counts the copies of each one on
 * others, which may be in other namespaces. A copy counts only if every byte
 * of it, tags included, is as expected.
 *
 * A line a kind: its name, then for each frame the number of copies on each
 * watched interface ("1:0"), X where a copy was not as sent, - where the
 * interface refused to send it. With -s, how many frames had the same counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bond_frame.h"
#include "bond_sniff.h"

#define KINDS_MAX	64
#define LEN_MAX		9000
#define COPIES_CHANGED	UINT8_MAX
#define HOPS_MAX	4	/* VM, bridge, bond, leaf: two, and some to spare */

struct run {
	struct sniff sniffs[SNIFF_MAX];
	size_t sniff_count;
	struct frame_tag sent_tags[FRAME_TAGS_MAX];
	size_t sent_tag_count;
	/* what the path in front of the bond adds */
	struct frame_tag added_tags[FRAME_TAGS_MAX];
	size_t added_tag_count;
	int kinds[KINDS_MAX];
	size_t kind_count;
	unsigned int count;
	unsigned int gap_usec;
	size_t min_len;
	bool summary;
	const char *dev;
	int fd, loop;
	bool *refused;		/* [kind][number] */
	uint8_t *copies;	/* [kind][number][sniff] */
};

static const char usage[] =
	"usage: bond_frames [OPTION]... [NETNS/]DEV KIND...\n"
	"  -r [NETNS/]DEV  count copies received there\n"
	"  -x [NETNS/]DEV  count copies sent there\n"
	"  -t TPID.TCI     put a tag into the frame (hex.decimal; outer first)\n"
	"  -a TPID.TCI     expect a tag that DEV adds (outer first)\n"
	"  -n COUNT        frames of each kind (16)\n"
	"  -g USEC         pause between two frames (0)\n"
	"  -l LEN          pad the frames to this length\n"
	"  -s              print sums only\n";

static size_t frame_index(const struct run *run, size_t kind, unsigned int n)
{
	return kind * run->count + n;
}

static uint8_t *copies_of(const struct run *run, size_t kind, unsigned int n)
{
	return run->copies + frame_index(run, kind, n) * run->sniff_count;
}

static void build_expected(const struct run *run, struct frame *f, int kind,
			   unsigned int number)
{
	struct frame_tag tags[2 * FRAME_TAGS_MAX];
	size_t count = run->added_tag_count;

	memcpy(tags, run->added_tags, sizeof(run->added_tags));
	memcpy(tags + count, run->sent_tags, sizeof(run->sent_tags));
	frame_build(f, kind, number, tags, count + run->sent_tag_count,
		    run->min_len ? run->min_len + 4 * count : 0);
}

static void count_copy(struct run *run, size_t sniff, const uint8_t *data,
		       size_t len)
{
	unsigned int number;
	struct frame want;
	uint8_t *copies;
	size_t i;
	int kind;

	if (!frame_name(data, len, &kind, &number) || number >= run->count)
		return;
	for (i = 0; i < run->kind_count && run->kinds[i] != kind; i++)
		;
	if (i == run->kind_count)
		return;
	copies = copies_of(run, i, number) + sniff;
	build_expected(run, &want, kind, number);
	if (len != want.len || memcmp(data, want.data, len))
		*copies = COPIES_CHANGED;
	else if (*copies < COPIES_CHANGED - 1)
		(*copies)++;
}

static void drain(struct run *run)
{
	uint8_t data[SNIFF_FRAME_MAX];
	size_t i, len;

	for (i = 0; i < run->sniff_count; i++) {
		while ((len = sniff_read(&run->sniffs[i], data)))
			count_copy(run, i, data, len);
	}
}

/* A UDP socket that sends to itself */
static int open_loop(void)
{
	struct sockaddr_in self = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval patience = { .tv_sec = 30 };
	socklen_t len = sizeof(self);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&self, len) ||
	    getsockname(fd, (struct sockaddr *)&self, &len) ||
	    connect(fd, (struct sockaddr *)&self, len) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)))
		return -1;
	return fd;
}

/*
 * Until all frames have arrived, however slow the machine is: what this CPU
 * sends is received on it, in order and once for each device on the way. So
 * they are in when a datagram on lo has gone round that often behind them.
 */
static int settle(struct run *run)
{
	unsigned int round;
	char byte = 0;

	for (round = 0; round < HOPS_MAX; round++) {
		if (send(run->loop, &byte, 1, 0) != 1 ||
		    recv(run->loop, &byte, 1, 0) != 1) {
			perror("lo");
			return -1;
		}
		drain(run);
	}
	return 0;
}

static void send_frame(struct run *run, size_t kind, unsigned int number)
{
	struct frame f;

	frame_build(&f, run->kinds[kind], number, run->sent_tags,
		    run->sent_tag_count, run->min_len);
	if (send(run->fd, f.data, f.len, 0) == (ssize_t)f.len)
		return;
	run->refused[frame_index(run, kind, number)] = true;
}

/* The queue of a CPU is short: it is empty before the next number. */
static int send_all(struct run *run)
{
	unsigned int number;
	size_t kind;

	for (number = 0; number < run->count; number++) {
		for (kind = 0; kind < run->kind_count; kind++) {
			send_frame(run, kind, number);
			if (run->gap_usec)
				usleep(run->gap_usec);
		}
		if (settle(run))
			return -1;
	}
	return 0;
}

static void format_copies(const struct run *run, size_t kind, unsigned int n,
			  char *text, size_t size)
{
	const uint8_t *copies = copies_of(run, kind, n);
	size_t i, at = 0;

	if (run->refused[frame_index(run, kind, n)]) {
		snprintf(text, size, "-");
		return;
	}
	for (i = 0; i < run->sniff_count; i++) {
		at += snprintf(text + at, size - at, i ? ":" : "%s", "");
		if (copies[i] == COPIES_CHANGED)
			at += snprintf(text + at, size - at, "X");
		else
			at += snprintf(text + at, size - at, "%u", copies[i]);
	}
}

struct sum {
	char text[64];
	unsigned int frames;
};

static void print_summary(const struct run *run, size_t kind)
{
	struct sum sums[32] = { 0 };
	unsigned int n;
	char text[64];
	size_t i;

	for (n = 0; n < run->count; n++) {
		format_copies(run, kind, n, text, sizeof(text));
		for (i = 0; i < 31 && sums[i].frames; i++)
			if (!strcmp(sums[i].text, text))
				break;
		strcpy(sums[i].text, sums[i].frames && i == 31 ? "?" : text);
		sums[i].frames++;
	}
	for (i = 0; i < 32 && sums[i].frames; i++)
		printf(" %s=%u", sums[i].text, sums[i].frames);
}

static void print_result(const struct run *run)
{
	unsigned int n;
	char text[64];
	size_t kind;

	for (kind = 0; kind < run->kind_count; kind++) {
		printf("%s", frame_kind_name(run->kinds[kind]));
		if (run->summary) {
			print_summary(run, kind);
		} else {
			for (n = 0; n < run->count; n++) {
				format_copies(run, kind, n, text, sizeof(text));
				printf(" %s", text);
			}
		}
		putchar('\n');
	}
}

static int parse_tag(const char *text, struct frame_tag *tags, size_t *count)
{
	unsigned int tpid, tci;

	if (*count == FRAME_TAGS_MAX ||
	    sscanf(text, "%x.%u", &tpid, &tci) != 2 ||
	    tpid > UINT16_MAX || tci > UINT16_MAX) {
		fprintf(stderr, "%s: not a tag like 8100.10, or too many\n",
			text);
		return -1;
	}
	tags[(*count)++] = (struct frame_tag){ tpid, tci };
	return 0;
}

static int parse_number(const char *text, unsigned long max,
			unsigned int *value)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (!*text || *end || v > max) {
		fprintf(stderr, "%s: not a number up to %lu\n", text, max);
		return -1;
	}
	*value = v;
	return 0;
}

static int parse_option(struct run *run, int option)
{
	unsigned int len;

	switch (option) {
	case 'r':
	case 'x':
		if (run->sniff_count == SNIFF_MAX)
			return -1;
		return sniff_open(&run->sniffs[run->sniff_count++], optarg,
				  option == 'x');
	case 't':
		return parse_tag(optarg, run->sent_tags, &run->sent_tag_count);
	case 'a':
		return parse_tag(optarg, run->added_tags,
				 &run->added_tag_count);
	case 'n':
		return parse_number(optarg, FRAME_NUMBERS, &run->count);
	case 'g':
		return parse_number(optarg, 1000000, &run->gap_usec);
	case 'l':
		if (parse_number(optarg, LEN_MAX, &len))
			return -1;
		run->min_len = len;
		return 0;
	case 's':
		run->summary = true;
		return 0;
	}
	fputs(usage, stderr);
	return -1;
}

static int parse_arguments(struct run *run, int argc, char **argv)
{
	int option, kind;

	while ((option = getopt(argc, argv, "r:x:t:a:n:g:l:s")) != -1)
		if (parse_option(run, option))
			return -1;
	if (argc - optind < 2 || argc - optind - 1 > KINDS_MAX ||
	    !run->sniff_count) {
		fputs(usage, stderr);
		return -1;
	}
	run->dev = argv[optind++];
	while (optind < argc) {
		kind = frame_kind(argv[optind]);
		if (kind < 0) {
			fprintf(stderr, "%s: no such kind\n", argv[optind]);
			return -1;
		}
		run->kinds[run->kind_count++] = kind;
		optind++;
	}
	return 0;
}

static int open_sender(struct run *run)
{
	struct sockaddr_ll addr;

	run->fd = packet_open(run->dev, &addr);
	if (run->fd < 0)
		return -1;
	if (bind(run->fd, (struct sockaddr *)&addr, sizeof(addr))) {
		perror(run->dev);
		return -1;
	}
	return 0;
}

/* settle() relies on it. */
static void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	struct run run = { .count = 16 };
	size_t frames, i;

	if (parse_arguments(&run, argc, argv) || open_sender(&run))
		return 1;
	frames = run.kind_count * run.count;
	run.refused = calloc(frames, sizeof(*run.refused));
	run.copies = calloc(frames, run.sniff_count);
	if (!run.refused || !run.copies) {
		perror("bond_frames");
		return 1;
	}
	run.loop = open_loop();
	if (run.loop < 0) {
		perror("lo");
		return 1;
	}
	stay_on_this_cpu();
	if (send_all(&run))
		return 1;
	for (i = 0; i < run.sniff_count; i++) {
		if (sniff_dropped(&run.sniffs[i])) {
			fprintf(stderr, "%s: the kernel dropped frames\n",
				run.sniffs[i].name);
			return 1;
		}
	}
	print_result(&run);
	return 0;
}
