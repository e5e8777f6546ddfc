// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <systemd/sd-event.h>

#include "agent.h"
#include "frame-neighbor.h"
#include "log.h"
#include "mtu.h"
#include "port-socket.h"
#include "probe.h"
#include "siphash.h"
#include "util.h"

#define TICK_USEC USEC_PER_SEC		/* also the time for an answer */
#define AGAIN_USEC (600 * USEC_PER_SEC)
#define LOST_AGAIN_USEC (60 * USEC_PER_SEC)	/* so that a repair shows */
#define MISSES 3

#define KEY1 0x66756c6c2073697aULL	/* second half of the SipHash key */

struct subject {
	TAILQ_ENTRY(subject) entry;
	int port;			/* ifindex */
	uint64_t next_usec;
	unsigned int misses;
	uint64_t cookie;		/* of the echo in flight, 0 = none */
	uint16_t sequence;
	uint16_t packet_size;
	struct address peer;
};

struct mtu {
	struct agent *agent;
	sd_event_source *timer;
	uint64_t secret;
	uint64_t counter;
	uint16_t identifier;
	TAILQ_HEAD(, subject) subjects;
	uint8_t bytes[FRAME_MAX];
};

/*
 * A peer that answers small echoes on this port right now, behind the interface
 * with the largest MTU, for that is what must fit; a gateway if there is one.
 */
static const struct keepalive_path *choose(const struct agent *agent,
					   const struct port *port)
{
	const struct keepalive_path *path, *best = NULL;
	uint32_t best_mtu = 0;
	struct way way;
	size_t i = 0;

	while ((path = keepalive_path(agent->keepalive, port->bond->ifindex,
				      &i))) {
		if (path->port != port->ifindex ||
		    path->method != KEEPALIVE_ECHO || !path->answered ||
		    path->misses ||
		    topology_way(agent->topology, path->interface, &way) < 0 ||
		    way.mtu < best_mtu)
			continue;
		if (way.mtu == best_mtu && best &&
		    (best->sources & PEER_BIT(PEER_GATEWAY) ||
		     !(path->sources & PEER_BIT(PEER_GATEWAY))))
			continue;
		best = path;
		best_mtu = way.mtu;
	}
	return best;
}

/*
 * A port takes one tag more than its MTU, and not two: the IP packet of an
 * interface with two tags must be shorter.
 */
static uint16_t packet_size(const struct agent *agent, const struct way *way)
{
	const struct stack_info *bond = topology_find(agent->topology, way->bond);
	uint32_t size = way->mtu;

	if (bond && way->tags.count > 1 && size > bond->mtu - 4)
		size = bond->mtu - 4;
	if (size > FRAME_MAX - 14 - 4 * FRAME_TAGS_MAX)
		size = FRAME_MAX - 14 - 4 * FRAME_TAGS_MAX;
	return size;
}

static int send_full(struct mtu *mtu, struct subject *subject,
		     const struct port *port, const struct keepalive_path *path)
{
	struct frame_echo echo = {
		.destination = path->peer,
		.identifier = mtu->identifier,
		.sequence = ++subject->sequence,
		.cookie = siphash(mtu->secret, KEY1, ++mtu->counter) | 1,
		.sent_usec = now_usec(CLOCK_MONOTONIC),
	};
	struct iovec frame = { .iov_base = mtu->bytes };
	struct probe_ends ends;
	int r;

	r = probe_find_ends(mtu->agent, path, &ends);
	if (r < 0)
		return r;
	echo.source = ends.source;
	memcpy(echo.source_mac, ends.way.mac, MAC_LEN);
	memcpy(echo.destination_mac, ends.mac, MAC_LEN);
	echo.packet_size = packet_size(mtu->agent, &ends.way);
	r = frame_build_echo(&echo, mtu->bytes, sizeof(mtu->bytes));
	if (r >= 0)
		r = frame_add_tags(&ends.way.tags, mtu->bytes, r,
				   sizeof(mtu->bytes));
	if (r < 0)
		return r;
	frame.iov_len = r;
	subject->cookie = echo.cookie;
	subject->packet_size = echo.packet_size;
	subject->peer = path->peer;
	r = port_socket_send(port->socket, &frame, 1);
	if (r < 0)
		subject->cookie = 0;
	return r;
}

static void decide(struct mtu *mtu, struct subject *subject, struct port *port,
		   bool lost, uint64_t now)
{
	subject->cookie = 0;
	subject->misses = 0;
	subject->next_usec = now + (lost ? LOST_AGAIN_USEC : AGAIN_USEC);
	port->paths.mtu = subject->packet_size;
	if (port->paths.mtu_lost == lost)
		return;
	port->paths.mtu_lost = lost;
	agent_mark_dirty(mtu->agent, port->bond);
}

static void check(struct mtu *mtu, struct subject *subject, uint64_t now)
{
	struct port *port = bonds_find_port(&mtu->agent->bonds, subject->port);
	const struct keepalive_path *path = NULL;
	int r;

	subject->next_usec = now + TICK_USEC;
	if (port && port->socket && port_is_usable(port))
		path = choose(mtu->agent, port);
	if (!path) {				/* then it proves nothing */
		subject->cookie = 0;
		subject->misses = 0;
		return;
	}
	if (subject->cookie && ++subject->misses == MISSES) {
		decide(mtu, subject, port, true, now);
		return;
	}
	r = send_full(mtu, subject, port, path);
	if (r >= 0)
		return;
	log_debug("%s: an echo of the MTU cannot be sent: %s", port->name,
		  strerror(-r));
	subject->misses = 0;			/* none of that is the leaf's fault */
	if (r == -EMSGSIZE)
		subject->next_usec = now + AGAIN_USEC;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct mtu *mtu = userdata;
	struct subject *subject;

	(void)usec;
	sd_event_source_set_time(source, now + TICK_USEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	TAILQ_FOREACH(subject, &mtu->subjects, entry)
		if (now >= subject->next_usec)
			check(mtu, subject, now);
	return 0;
}

void mtu_echo_heard(struct mtu *mtu, const struct frame_echo *echo)
{
	struct subject *subject;
	struct port *port;

	if (echo->identifier != mtu->identifier || !echo->cookie)
		return;
	TAILQ_FOREACH(subject, &mtu->subjects, entry) {
		if (subject->cookie != echo->cookie ||
		    subject->sequence != echo->sequence ||
		    subject->packet_size != echo->packet_size ||
		    !address_equal(&subject->peer, &echo->source))
			continue;
		port = bonds_find_port(&mtu->agent->bonds, subject->port);
		if (port)
			decide(mtu, subject, port, false,
			       now_usec(CLOCK_MONOTONIC));
		return;
	}
}

static struct subject *find(const struct mtu *mtu, const struct port *port)
{
	struct subject *subject;

	TAILQ_FOREACH(subject, &mtu->subjects, entry)
		if (subject->port == port->ifindex)
			return subject;
	return NULL;
}

void mtu_port_added(struct mtu *mtu, const struct port *port)
{
	struct subject *subject;

	if (find(mtu, port))			/* it was renamed */
		return;
	subject = calloc(1, sizeof(*subject));
	if (!subject)
		return;
	subject->port = port->ifindex;
	TAILQ_INSERT_TAIL(&mtu->subjects, subject, entry);
}

void mtu_port_removed(struct mtu *mtu, const struct port *port)
{
	struct subject *subject = find(mtu, port);

	if (!subject)
		return;
	TAILQ_REMOVE(&mtu->subjects, subject, entry);
	free(subject);
}

int mtu_new(struct mtu **mtu, struct agent *agent)
{
	struct mtu *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	TAILQ_INIT(&new->subjects);
	if (getrandom(&new->secret, sizeof(new->secret), 0) !=
	    sizeof(new->secret)) {
		free(new);
		return -EIO;
	}
	new->identifier = siphash(new->secret, KEY1, 0);
	r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
			      now_usec(CLOCK_MONOTONIC) + TICK_USEC,
			      100 * USEC_PER_MSEC, on_timer, new);
	if (r < 0) {
		free(new);
		return r;
	}
	*mtu = new;
	return 0;
}

struct mtu *mtu_free(struct mtu *mtu)
{
	struct subject *subject;

	if (!mtu)
		return NULL;
	while ((subject = TAILQ_FIRST(&mtu->subjects))) {
		TAILQ_REMOVE(&mtu->subjects, subject, entry);
		free(subject);
	}
	sd_event_source_disable_unref(mtu->timer);
	free(mtu);
	return NULL;
}
