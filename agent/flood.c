// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel counts: a packet socket whose filter lets only frames for others
 * through (PACKET_OTHERHOST) counts in PACKET_STATISTICS what it would have
 * queued, also when the queue is full. The queue is tiny and nobody waits for
 * it; so a flood costs a run of three instructions per frame, whatever its
 * rate: no copy, no wakeup.
 *
 * The few frames in the queue, read once a second, are a sample of destination
 * MACs. Under a bridge the card is promiscuous, and what is for the machines
 * behind the bridge comes as OTHERHOST as well; the sample tells which share of
 * the count is theirs. Ours are the MACs of all links here, the addresses that
 * a card was told to let through (macvlan, also of a container), and what a
 * bridge has learned elsewhere than towards a bond. They are asked for only
 * when the count is that of a flood.
 *
 * The limit: a switch sends the first frame for a quiet host everywhere, and
 * nobody minds; 10/s (of full frames, 120 kbit/s) that last are a host that is
 * spoken to and not heard. A topology change makes switches forget everything
 * and learn it again with the next frame of each host: 15 s are longer.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "agent.h"
#include "flood.h"
#include "log.h"
#include "tap.h"
#include "util.h"

#define TICK_USEC USEC_PER_SEC
#define TICKS 5				/* a window */
#define FRAMES_PER_SEC 10
#define WINDOWS 3
#define QUEUE_BYTES (16 * 1024)		/* some 10 to 30 frames */
#define SAMPLES 32			/* read in a tick */
#define EVIDENCE 3			/* less is chance */

struct sample {
	uint8_t mac[MAC_LEN];
	bool ours;
	unsigned int frames;
};

struct counter {
	TAILQ_ENTRY(counter) entry;
	int port;			/* ifindex */
	int fd;				/* negative: could not be opened */
	uint64_t frames;		/* in this window */
	unsigned int sampled;		/* of them */
	struct sample samples[SAMPLES * TICKS];
	unsigned int count;		/* of different MACs in it */
	unsigned int bad;		/* windows in a row */
};

struct flood {
	struct agent *agent;
	sd_event_source *timer;
	unsigned int ticks;
	uint64_t began_usec;		/* this window */
	TAILQ_HEAD(, counter) counters;
};

/* Six bytes of a frame are its destination. */
static const struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
	BPF_JUMP(BPF_JMP | BPF_JEQ, PACKET_OTHERHOST, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, MAC_LEN),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

static struct sample *find_sample(struct counter *counter, const uint8_t *mac)
{
	for (unsigned int i = 0; i < counter->count; i++)
		if (mac_equal(counter->samples[i].mac, mac))
			return &counter->samples[i];
	return NULL;
}

static void add_sample(struct counter *counter, const uint8_t *mac)
{
	struct sample *sample = find_sample(counter, mac);

	if (!sample && counter->count == ARRAY_SIZE(counter->samples))
		return;
	if (!sample) {
		sample = &counter->samples[counter->count++];
		memset(sample, 0, sizeof(*sample));
		memcpy(sample->mac, mac, MAC_LEN);
	}
	sample->frames++;
	counter->sampled++;
}

/* What the kernel counted starts anew with each look. */
static void read_counter(struct counter *counter)
{
	struct tpacket_stats stats = {};
	socklen_t size = sizeof(stats);
	uint8_t mac[MAC_LEN];
	ssize_t n;

	if (counter->fd < 0)
		return;
	if (getsockopt(counter->fd, SOL_PACKET, PACKET_STATISTICS, &stats,
		       &size) == 0)
		counter->frames += stats.tp_packets;
	for (int i = 0; i < SAMPLES; i++) {
		n = recv(counter->fd, mac, sizeof(mac), MSG_DONTWAIT);
		if (n < 0 && errno == ENETDOWN)	/* told once, in its place */
			continue;
		if (n < 0)
			break;
		if (n == sizeof(mac))
			add_sample(counter, mac);
	}
}

static void ours(struct flood *flood, const uint8_t *mac)
{
	struct counter *counter;
	struct sample *sample;

	TAILQ_FOREACH(counter, &flood->counters, entry) {
		sample = find_sample(counter, mac);
		if (sample)
			sample->ours = true;
	}
}

/* A bridge learns hosts of the network, too: behind its leg to the bond. */
static void on_fdb(const struct fdb_info *info, void *userdata)
{
	struct flood *flood = userdata;
	struct way way;

	if (info->local ||
	    (info->bridge &&
	     topology_way(flood->agent->topology, info->port, &way) == -ENODEV))
		ours(flood, info->mac);
}

/* -EINTR: there may be gaps. */
static int find_ours(struct flood *flood)
{
	const struct stack_info *link;
	size_t i = 0;

	while ((link = topology_next(flood->agent->topology, &i)))
		ours(flood, link->mac);
	return rtnl_list_fdb(flood->agent->rtnl, 0, on_fdb, flood);
}

/* Frames per second for others in this window; whom most of them are for. */
static uint32_t rate_of(const struct counter *counter, uint64_t span_usec,
			const struct sample **most)
{
	const struct sample *sample;
	unsigned int foreign = 0;
	double frames;

	*most = NULL;
	for (unsigned int i = 0; i < counter->count; i++) {
		sample = &counter->samples[i];
		if (sample->ours)
			continue;
		foreign += sample->frames;
		if (!*most || sample->frames > (*most)->frames)
			*most = sample;
	}
	if (foreign < EVIDENCE)
		return 0;
	frames = (double)counter->frames * foreign / counter->sampled;
	return frames * USEC_PER_SEC / span_usec;
}

/* The number that is told is not worth an event as long as it is about right. */
static bool about_equal(uint32_t a, uint32_t b)
{
	return a < 2 * b && b < 2 * a;
}

/*
 * Under Open vSwitch, whose tables rtnetlink does not show, it cannot be told
 * what is for the machines behind it.
 */
static bool is_hidden(const struct topology *topology, const struct bond *bond)
{
	const struct stack_info *link, *master;
	struct way way;
	size_t i = 0;

	while ((link = topology_next(topology, &i))) {
		master = link->master ? topology_find(topology, link->master) :
					NULL;
		if (master && master->kind == LINK_SWITCH &&
		    topology_way(topology, link->ifindex, &way) != -ENODEV &&
		    way.bond == bond->ifindex)
			return true;
	}
	return false;
}

static void judge(struct flood *flood, struct counter *counter,
		  uint64_t span_usec)
{
	struct port *port = bonds_find_port(&flood->agent->bonds, counter->port);
	const struct sample *most;
	uint32_t rate = rate_of(counter, span_usec, &most);
	struct port_paths *paths;

	if (!port)
		return;
	paths = &port->paths;
	if (rate && is_hidden(flood->agent->topology, port->bond))
		rate = 0;
	counter->bad = rate >= FRAMES_PER_SEC ? counter->bad + 1 : 0;
	if (paths->flood_per_sec ? rate < FRAMES_PER_SEC / 2 :
				   counter->bad < WINDOWS)
		rate = 0;
	if (rate == paths->flood_per_sec || about_equal(rate, paths->flood_per_sec))
		return;
	paths->flood_per_sec = rate;
	if (rate)
		memcpy(paths->flood_mac, most->mac, MAC_LEN);
	agent_mark_dirty(flood->agent, port->bond);
}

static bool is_suspicious(const struct counter *counter, uint64_t span_usec)
{
	return counter->frames * USEC_PER_SEC >= FRAMES_PER_SEC * span_usec;
}

static void begin_window(struct flood *flood, uint64_t now)
{
	struct tap tap = { .type = SOCK_RAW, .queue = QUEUE_BYTES };
	struct counter *counter;

	flood->ticks = 0;
	flood->began_usec = now;
	TAILQ_FOREACH(counter, &flood->counters, entry) {
		counter->frames = 0;
		counter->sampled = 0;
		counter->count = 0;
		if (counter->fd >= 0)
			continue;
		tap.ifindex = counter->port;
		counter->fd = tap_open(&tap, filter, ARRAY_SIZE(filter));
	}
}

static void end_window(struct flood *flood, uint64_t now)
{
	const uint64_t span = now - flood->began_usec;
	struct counter *counter;
	bool suspicious = false;
	int r = 0;

	TAILQ_FOREACH(counter, &flood->counters, entry)
		suspicious |= is_suspicious(counter, span);
	if (suspicious)
		r = find_ours(flood);
	if (r < 0)				/* it proves nothing */
		log_debug("the MACs of this host cannot be read: %s",
			  strerror(-r));
	else
		TAILQ_FOREACH(counter, &flood->counters, entry)
			judge(flood, counter, span);
	begin_window(flood, now);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct flood *flood = userdata;
	struct counter *counter;

	(void)usec;
	sd_event_source_set_time(source, now + TICK_USEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	TAILQ_FOREACH(counter, &flood->counters, entry)
		read_counter(counter);
	if (++flood->ticks >= TICKS)
		end_window(flood, now);
	return 0;
}

static struct counter *find(const struct flood *flood, const struct port *port)
{
	struct counter *counter;

	TAILQ_FOREACH(counter, &flood->counters, entry)
		if (counter->port == port->ifindex)
			return counter;
	return NULL;
}

static void drop(struct flood *flood, struct counter *counter)
{
	TAILQ_REMOVE(&flood->counters, counter, entry);
	if (counter->fd >= 0)
		close(counter->fd);
	free(counter);
}

/* It is counted from the next window on, which is a whole one. */
void flood_port_added(struct flood *flood, const struct port *port)
{
	struct counter *counter;

	if (find(flood, port))			/* it was renamed */
		return;
	counter = calloc(1, sizeof(*counter));
	if (!counter)
		return;
	counter->port = port->ifindex;
	counter->fd = -1;
	TAILQ_INSERT_TAIL(&flood->counters, counter, entry);
}

void flood_port_removed(struct flood *flood, const struct port *port)
{
	struct counter *counter = find(flood, port);

	if (counter)
		drop(flood, counter);
}

int flood_new(struct flood **flood, struct agent *agent)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct flood *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	new->began_usec = now;
	new->ticks = TICKS - 1;			/* open them with the first */
	TAILQ_INIT(&new->counters);
	r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
			      now + TICK_USEC, 100 * USEC_PER_MSEC, on_timer,
			      new);
	if (r < 0) {
		free(new);
		return r;
	}
	*flood = new;
	return 0;
}

struct flood *flood_free(struct flood *flood)
{
	if (!flood)
		return NULL;
	while (!TAILQ_EMPTY(&flood->counters))
		drop(flood, TAILQ_FIRST(&flood->counters));
	sd_event_source_disable_unref(flood->timer);
	free(flood);
	return NULL;
}
