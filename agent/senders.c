// SPDX-License-Identifier: GPL-2.0
/*
 * The filter draws a number for each frame and keeps it if that is small
 * enough; so the cost of a frame that is not in the sample is four
 * instructions, and nothing is copied. The queue is read once a second; when
 * more is in it than wanted the limit falls, when little is, it rises again.
 *
 * The table is sorted and small. When it is full, a newcomer replaces who was
 * seen the longest time ago, if that is a minute; else it has to wait.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "senders.h"
#include "tap.h"
#include "util.h"

#define SAMPLES 64			/* per second and interface */
#define QUEUE_BYTES (128 * 1024)	/* room for somewhat more */
#define SENDERS_MAX 512
#define STALE_USEC (60 * USEC_PER_SEC)
#define SIGHTINGS 2
#define WATCHES_MAX 256			/* interfaces */

struct watch {
	TAILQ_ENTRY(watch) entry;
	int interface;
	int fd;
	uint32_t limit;			/* numbers up to it are in the sample */
	bool wanted;
};

struct senders {
	sd_event_source *timer;
	void (*changed)(void *userdata);
	void *userdata;
	TAILQ_HEAD(, watch) watches;
	size_t watch_count;
	struct sender table[SENDERS_MAX];
	size_t count;
};

/* Filtered before it is bound; what leaves is not even looked at. */
static int listen_with_limit(struct watch *watch)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ, PACKET_HOST, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (__u32)(SKF_AD_OFF + SKF_AD_RANDOM)),
		BPF_JUMP(BPF_JMP | BPF_JGT, watch->limit, 4, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (__u32)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ, ETH_P_IP, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, ETH_P_IPV6, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),	/* the address comes besides */
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct tap tap = {
		.ifindex = watch->interface,
		.type = SOCK_DGRAM,
		.queue = QUEUE_BYTES,
	};

	if (watch->fd >= 0)
		return tap_set_filter(watch->fd, filter, ARRAY_SIZE(filter));
	watch->fd = tap_open(&tap, filter, ARRAY_SIZE(filter));
	return watch->fd < 0 ? watch->fd : 0;
}

static void close_watch(struct senders *senders, struct watch *watch)
{
	TAILQ_REMOVE(&senders->watches, watch, entry);
	senders->watch_count--;
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch);
}

void senders_begin(struct senders *senders)
{
	struct watch *watch;

	TAILQ_FOREACH(watch, &senders->watches, entry)
		watch->wanted = false;
	for (size_t i = 0; i < senders->count; i++)
		senders->table[i].known = false;
}

/* One that cannot be opened is tried again the next time. */
void senders_watch(struct senders *senders, int interface)
{
	struct watch *watch;

	TAILQ_FOREACH(watch, &senders->watches, entry) {
		if (watch->interface != interface)
			continue;
		watch->wanted = true;
		return;
	}
	if (senders->watch_count == WATCHES_MAX)
		return;
	watch = calloc(1, sizeof(*watch));
	if (!watch)
		return;
	watch->interface = interface;
	watch->fd = -1;
	watch->limit = UINT32_MAX;
	watch->wanted = true;
	TAILQ_INSERT_TAIL(&senders->watches, watch, entry);
	senders->watch_count++;
	if (listen_with_limit(watch) < 0)
		close_watch(senders, watch);
}

void senders_end(struct senders *senders)
{
	struct watch *watch, *next;

	for (watch = TAILQ_FIRST(&senders->watches); watch; watch = next) {
		next = TAILQ_NEXT(watch, entry);
		if (!watch->wanted)
			close_watch(senders, watch);
	}
}

static int compare(const struct sender *a, int interface, const uint8_t *mac)
{
	if (a->interface != interface)
		return a->interface < interface ? -1 : 1;
	return memcmp(a->mac, mac, MAC_LEN);
}

/* Where it is or belongs. */
static size_t lower_bound(const struct senders *senders, int interface,
			  const uint8_t *mac)
{
	size_t low = 0, high = senders->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&senders->table[middle], interface, mac) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct sender *find(struct senders *senders, int interface,
			   const uint8_t *mac)
{
	size_t i = lower_bound(senders, interface, mac);

	if (i == senders->count || compare(&senders->table[i], interface, mac))
		return NULL;
	return &senders->table[i];
}

void senders_known(struct senders *senders, int interface,
		   const uint8_t mac[MAC_LEN])
{
	struct sender *sender = find(senders, interface, mac);

	if (sender)
		sender->known = true;
}

static void forget(struct senders *senders, size_t i)
{
	struct sender *table = senders->table;

	memmove(table + i, table + i + 1, (--senders->count - i) * sizeof(*table));
}

/* False if the table is full of senders that are still there. */
static bool make_room(struct senders *senders, uint64_t now)
{
	size_t oldest = 0;

	if (senders->count < SENDERS_MAX)
		return true;
	for (size_t i = 1; i < senders->count; i++)
		if (senders->table[i].seen_usec < senders->table[oldest].seen_usec)
			oldest = i;
	if (now - senders->table[oldest].seen_usec < STALE_USEC)
		return false;
	forget(senders, oldest);
	return true;
}

/* Seen in the second that ends at @now; true if it is a sender from now on. */
static bool note(struct senders *senders, int interface, const uint8_t *mac,
		 uint64_t now)
{
	struct sender *sender = find(senders, interface, mac);
	size_t i;

	if (sender) {
		if (sender->seen_usec == now)
			return false;
		sender->seen_usec = now;
		return ++sender->sightings == SIGHTINGS && !sender->known;
	}
	if (mac[0] & 1 || !make_room(senders, now))
		return false;
	i = lower_bound(senders, interface, mac);
	sender = &senders->table[i];
	memmove(sender + 1, sender, (senders->count++ - i) * sizeof(*sender));
	*sender = (struct sender) {
		.interface = interface, .sightings = 1, .seen_usec = now,
	};
	memcpy(sender->mac, mac, MAC_LEN);
	return false;
}

static void adapt(struct watch *watch, unsigned int samples)
{
	const uint32_t before = watch->limit;

	if (samples >= SAMPLES)
		watch->limit /= 4;
	else if (samples < SAMPLES / 4)
		watch->limit = before > UINT32_MAX / 2 ? UINT32_MAX :
							 2 * before + 1;
	if (watch->limit != before)
		listen_with_limit(watch);
}

static bool read_watch(struct senders *senders, struct watch *watch,
		       uint64_t now)
{
	struct sockaddr_ll from = {};
	unsigned int samples;
	bool changed = false;
	socklen_t size;
	char byte;

	for (samples = 0; samples < 2 * SAMPLES; samples++) {
		size = sizeof(from);
		if (recvfrom(watch->fd, &byte, sizeof(byte), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &size) < 0)
			break;
		if (from.sll_halen == MAC_LEN)
			changed |= note(senders, watch->interface,
					from.sll_addr, now);
	}
	adapt(watch, samples);
	return changed;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct senders *senders = userdata;
	struct watch *watch;
	bool changed = false;

	(void)usec;
	sd_event_source_set_time(source, now + USEC_PER_SEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	TAILQ_FOREACH(watch, &senders->watches, entry)
		changed |= read_watch(senders, watch, now);
	if (changed)
		senders->changed(senders->userdata);
	return 0;
}

const struct sender *senders_next(const struct senders *senders,
				  uint64_t age_usec, size_t *i)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	const struct sender *sender;

	while (*i < senders->count) {
		sender = &senders->table[(*i)++];
		if (!sender->known && sender->sightings >= SIGHTINGS &&
		    now - sender->seen_usec <= age_usec)
			return sender;
	}
	return NULL;
}

int senders_new(struct senders **senders, struct sd_event *event,
		void (*changed)(void *userdata), void *userdata)
{
	struct senders *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	TAILQ_INIT(&new->watches);
	new->changed = changed;
	new->userdata = userdata;
	r = sd_event_add_time(event, &new->timer, CLOCK_MONOTONIC,
			      now_usec(CLOCK_MONOTONIC) + USEC_PER_SEC,
			      100 * USEC_PER_MSEC, on_timer, new);
	if (r < 0) {
		free(new);
		return r;
	}
	*senders = new;
	return 0;
}

struct senders *senders_free(struct senders *senders)
{
	if (!senders)
		return NULL;
	while (!TAILQ_EMPTY(&senders->watches))
		close_watch(senders, TAILQ_FIRST(&senders->watches));
	sd_event_source_disable_unref(senders->timer);
	free(senders);
	return NULL;
}
