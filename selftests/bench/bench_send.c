// SPDX-License-Identifier: GPL-2.0
/*
 * Sends frames on a device as fast as it can, in batches, and prints what one
 * of them cost: ticks of the CPU's time stamp counter (in a guest of vm/run -n
 * these are instructions) in the median batch, and nanoseconds in the fastest
 * tenth of the batches, for those did not wait for others.
 *
 * What is counted is the system call, the packet and the driver; what comes
 * behind the driver is up to the caller.
 */
#define _GNU_SOURCE
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "bond_frame.h"

#define FRAMES		32	/* in a system call, each to another address */
#define CALLS		8	/* in a batch */
#define WARM_UP		4	/* batches that do not count */
#define BATCHES_MAX	10000
#define TIMES_MAX	16

struct cost {
	double ticks[BATCHES_MAX];
	double nsec[BATCHES_MAX];
};

static const char usage[] =
	"usage: bench_send [OPTION]... DEV KIND BATCHES\n"
	"  -t TPID.TCI  put a tag into the frame (hex.decimal)\n"
	"  -x TIMES     send each frame so many times, as a slow driver would\n";

static double now_nsec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int send_all(int fd, struct mmsghdr *messages)
{
	int done = 0, r;

	while (done < FRAMES) {
		r = sendmmsg(fd, messages + done, FRAMES - done, 0);
		if (r < 0) {
			perror("sendmmsg");
			return -1;
		}
		done += r;
	}
	return 0;
}

static int measure(int fd, struct mmsghdr *messages, int batches, int times,
		   struct cost *cost)
{
	for (int i = -WARM_UP; i < batches; i++) {
		double nsec = now_nsec();
		uint64_t ticks = __rdtsc();

		for (int call = 0; call < CALLS * times; call++)
			if (send_all(fd, messages) < 0)
				return -1;
		ticks = __rdtsc() - ticks;
		nsec = now_nsec() - nsec;
		if (i < 0)
			continue;
		cost->ticks[i] = (double)ticks / (CALLS * FRAMES);
		cost->nsec[i] = nsec / (CALLS * FRAMES);
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void report(struct cost *cost, int batches)
{
	qsort(cost->ticks, batches, sizeof(*cost->ticks), compare);
	qsort(cost->nsec, batches, sizeof(*cost->nsec), compare);
	printf("%.2f %.1f\n", cost->ticks[batches / 2], cost->nsec[batches / 10]);
}

static int open_device(const char *name)
{
	struct sockaddr_ll address;
	int fd = packet_open(name, &address);

	if (fd < 0)
		return -1;
	address.sll_protocol = 0;	/* it hears nothing */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		perror(name);
		close(fd);
		return -1;
	}
	return fd;
}

static void build(struct frame *frames, struct iovec *parts,
		  struct mmsghdr *messages, int kind,
		  const struct frame_tag *tags, size_t tag_count)
{
	for (unsigned int i = 0; i < FRAMES; i++) {
		frame_build(&frames[i], kind, i, tags, tag_count, 60);
		parts[i] = (struct iovec){ frames[i].data, frames[i].len };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
}

int main(int argc, char **argv)
{
	static struct mmsghdr messages[FRAMES];
	static struct frame frames[FRAMES];
	static struct iovec parts[FRAMES];
	static struct cost cost;
	struct frame_tag tags[FRAME_TAGS_MAX];
	int opt, fd, kind, batches, times = 1;
	size_t tag_count = 0;

	while ((opt = getopt(argc, argv, "t:x:")) != -1) {
		if (opt == 't' && tag_count < FRAME_TAGS_MAX &&
		    sscanf(optarg, "%hx.%hu", &tags[tag_count].tpid,
			   &tags[tag_count].tci) == 2)
			tag_count++;
		else if (opt == 'x' && atoi(optarg) > 0 && atoi(optarg) <= TIMES_MAX)
			times = atoi(optarg);
		else
			return fputs(usage, stderr), 2;
	}
	if (argc - optind != 3)
		return fputs(usage, stderr), 2;
	kind = frame_kind(argv[optind + 1]);
	batches = atoi(argv[optind + 2]);
	if (kind < 0 || batches < 1 || batches > BATCHES_MAX)
		return fputs(usage, stderr), 2;
	fd = open_device(argv[optind]);
	if (fd < 0)
		return 1;
	build(frames, parts, messages, kind, tags, tag_count);
	if (measure(fd, messages, batches, times, &cost) < 0)
		return 1;
	report(&cost, batches);
	return 0;
}
