// SPDX-License-Identifier: GPL-2.0
/*
 * What is sent is an ARP request or NS for a peer whose MAC is known, to that
 * MAC, from the peer's interface: so the tags of a VLAN device are the kernel's
 * own. Interfaces take turns. It carries a mark that the driver copies with the
 * packet; a tap on all links lets only frames with that mark through, so neither
 * the kernel's ARP nor the frames that this agent sends on single ports count.
 * The tap is there for a tenth of a second: as long as it is, the kernel clones
 * whatever is sent.
 *
 * What is seen on no port at all proves nothing: a filter may drop ARP, or
 * change marks. One that does so on one of the ports does what is reported.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "agent.h"
#include "frame-neighbor.h"
#include "log.h"
#include "probe.h"
#include "tap.h"
#include "util.h"
#include "wire.h"

#define TICK_USEC USEC_PER_SEC
#define SEEN_USEC (100 * USEC_PER_MSEC)	/* queues of ports are far shorter */
#define SETTLE_USEC (2 * USEC_PER_SEC)	/* after a change */
#define AGAIN_USEC (600 * USEC_PER_SEC)
#define BAD_AGAIN_USEC (60 * USEC_PER_SEC)	/* so that a repair shows */
#define NOBODY_USEC (10 * USEC_PER_SEC)	/* until somebody is resolved */
#define MISSES 3
#define QUEUE_BYTES (128 * 1024)	/* 50 ports and more, with bond and VLANs */
#define PORTS_MAX 64			/* of more, the first */

struct wire {
	struct agent *agent;
	sd_event_source *timer;
	int tap;			/* negative: nothing is on its way */
	int bond;			/* ifindex, whose turn it is */
	int interface;
	struct port *usable[PORTS_MAX];	/* of this look only */
};

static bool is_on(const struct bond *bond)
{
	return bond->attrs.mode == BOND_MODE_8023AD &&
	       neighbor_state(bond) == NEIGHBOR_ON;
}

static unsigned int list_usable(struct wire *wire, const struct bond *bond)
{
	unsigned int count = 0;
	struct port *port;

	TAILQ_FOREACH(port, &bond->ports, entry)
		if (port_is_usable(port) && count < PORTS_MAX)
			wire->usable[count++] = port;
	return count;
}

/*
 * The interface after @last that has a peer to ask, or the first one. Not above
 * a bridge: that would show the frame to the machines behind it.
 */
static const struct keepalive_path *choose(const struct agent *agent,
					   const struct bond *bond, int last)
{
	const struct keepalive_path *path, *first = NULL, *next = NULL;
	uint8_t mac[MAC_LEN];
	struct way way;
	size_t i = 0;

	while ((path = keepalive_path(agent->keepalive, bond->ifindex, &i))) {
		if (!address_is_ip(&path->peer) ||
		    (first && path->interface >= first->interface &&
		     (path->interface <= last ||
		      (next && path->interface >= next->interface))) ||
		    topology_way(agent->topology, path->interface, &way) < 0 ||
		    way.bridge || peers_mac(agent->peers, path->interface,
					    &path->peer, mac) < 0)
			continue;
		if (!first || path->interface < first->interface)
			first = path;
		if (path->interface > last &&
		    (!next || path->interface < next->interface))
			next = path;
	}
	return next ? next : first;
}

static int build(struct agent *agent, const struct keepalive_path *path,
		 uint8_t *bytes, size_t size)
{
	struct frame_neighbor neighbor = {
		.kind = FRAME_SOLICIT, .target = path->peer,
	};
	struct probe_ends ends;
	int r;

	r = probe_find_ends(agent, path, &ends);
	if (r < 0)
		return r;
	neighbor.source = ends.source;
	memcpy(neighbor.source_mac, ends.way.mac, MAC_LEN);
	memcpy(neighbor.destination_mac, ends.mac, MAC_LEN);
	return frame_build_neighbor(&neighbor, bytes, size);
}

/* Not from the tap: a socket never hears what it sent itself. */
static int send_marked(const struct keepalive_path *path, uint32_t mark,
		       const uint8_t *bytes, size_t length)
{
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(path->peer.family == AF_INET ? ETH_P_ARP :
								     ETH_P_IPV6),
		.sll_ifindex = path->interface,
	};
	int fd, r = 0;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0 ||
	    sendto(fd, bytes, length, 0, (const struct sockaddr *)&address,
		   sizeof(address)) < 0)
		r = -errno;
	close(fd);
	return r;
}

static int open_tap(uint32_t mark)
{
	const struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (__u32)(SKF_AD_OFF + SKF_AD_MARK)),
		BPF_JUMP(BPF_JMP | BPF_JEQ, mark, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 (__u32)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ, PACKET_OUTGOING, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),	/* the link comes besides */
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct tap tap = {
		.type = SOCK_DGRAM, .queue = QUEUE_BYTES, .outgoing = true,
	};

	return tap_open(&tap, filter, ARRAY_SIZE(filter));
}

static void end(struct wire *wire)
{
	if (wire->tap >= 0)
		close(wire->tap);
	wire->tap = -1;
}

static int begin(struct wire *wire, const struct bond *bond,
		 const struct keepalive_path *path)
{
	uint8_t bytes[PROBE_MAX];
	uint32_t mark;
	int length, r;

	length = build(wire->agent, path, bytes, sizeof(bytes));
	if (length < 0)
		return length;
	if (getrandom(&mark, sizeof(mark), 0) != sizeof(mark))
		return -EIO;
	mark |= 1;				/* none has 0 */
	wire->tap = open_tap(mark);
	if (wire->tap < 0)
		return wire->tap;
	wire->bond = bond->ifindex;
	wire->interface = path->interface;
	r = send_marked(path, mark, bytes, length);
	if (r < 0)
		end(wire);
	return r;
}

/* Take the ports on which it left off the list; how many those were. */
static unsigned int strike_seen(struct wire *wire, unsigned int count)
{
	struct sockaddr_ll from = {};
	unsigned int seen = 0;
	socklen_t size;
	char byte;

	while (size = sizeof(from),
	       recvfrom(wire->tap, &byte, sizeof(byte), MSG_DONTWAIT,
			(struct sockaddr *)&from, &size) >= 0)
		for (unsigned int i = 0; i < count; i++)
			if (wire->usable[i] &&
			    wire->usable[i]->ifindex == from.sll_ifindex) {
				wire->usable[i] = NULL;
				seen++;
			}
	return seen;
}

static void set_off(struct wire *wire, struct bond *bond,
		    const struct port *missing)
{
	const struct stack_info *link;
	struct bond_wire *state = &bond->wire;

	if (missing ? state->off && strcmp(state->port, missing->name) == 0 :
		      !state->off)
		return;
	state->off = missing;
	if (missing) {
		link = topology_find(wire->agent->topology, wire->interface);
		memcpy(state->port, missing->name, IFNAMSIZ);
		memcpy(state->link, link ? link->name : bond->name, IFNAMSIZ);
		state->tagged = link && link->kind == LINK_VLAN;
	}
	agent_mark_dirty(wire->agent, bond);
}

static void judge(struct wire *wire, struct bond *bond, unsigned int count,
		  uint64_t now)
{
	struct bond_wire *state = &bond->wire;
	const struct port *missing = NULL;
	unsigned int seen = strike_seen(wire, count);

	for (unsigned int i = 0; i < count && !missing; i++)
		missing = wire->usable[i];
	if (!seen && count)
		log_debug("%s: an ARP of ours is seen on no port", bond->name);
	if (seen && missing) {
		state->next_usec = now + TICK_USEC;
		if (++state->misses < MISSES)
			return;			/* the same interface again */
		state->next_usec = now + BAD_AGAIN_USEC;
		set_off(wire, bond, missing);
		return;
	}
	if (seen)
		set_off(wire, bond, NULL);
	state->misses = 0;
	/* once round, at the start, then a long pause */
	state->next_usec = now + (wire->interface > state->interface ?
				  TICK_USEC : AGAIN_USEC);
	state->interface = wire->interface;
}

static void finish(struct wire *wire, uint64_t now)
{
	struct bond *bond = bonds_find(&wire->agent->bonds, wire->bond);
	unsigned int count;

	if (bond && is_on(bond)) {
		count = list_usable(wire, bond);
		if (count == bond->wire.ports)	/* as when it was sent */
			judge(wire, bond, count, now);
	}
	end(wire);
}

/* A different bond from the last look at it: what was known is void. */
static bool is_new(struct wire *wire, struct bond *bond, uint64_t now)
{
	unsigned int ports = is_on(bond) ? list_usable(wire, bond) : 0;

	if (ports == bond->wire.ports)
		return false;
	if (ports < 2)
		set_off(wire, bond, NULL);
	bond->wire.ports = ports;
	bond->wire.misses = 0;
	bond->wire.interface = 0;
	bond->wire.next_usec = now + SETTLE_USEC;
	return true;
}

static void look(struct wire *wire, struct bond *bond, uint64_t now)
{
	const struct keepalive_path *path;
	int last = bond->wire.interface, r;

	if (is_new(wire, bond, now) || bond->wire.ports < 2 ||
	    now < bond->wire.next_usec)
		return;
	bond->wire.next_usec = now + NOBODY_USEC;
	path = choose(wire->agent, bond, last);
	if (!path)
		return;
	r = begin(wire, bond, path);
	if (r < 0)
		log_debug("%s: no ARP to look for: %s", bond->name, strerror(-r));
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	const uint64_t now = now_usec(CLOCK_MONOTONIC);
	struct wire *wire = userdata;
	struct bond *bond;

	(void)usec;
	if (wire->tap >= 0)
		finish(wire, now);
	else
		TAILQ_FOREACH(bond, &wire->agent->bonds.list, entry) {
			look(wire, bond, now);
			if (wire->tap >= 0)
				break;		/* one after the other */
		}
	sd_event_source_set_time(source, now + (wire->tap >= 0 ? SEEN_USEC :
								  TICK_USEC));
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

int wire_new(struct wire **wire, struct agent *agent)
{
	struct wire *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	new->tap = -1;
	r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
			      now_usec(CLOCK_MONOTONIC) + TICK_USEC,
			      50 * USEC_PER_MSEC, on_timer, new);
	if (r < 0) {
		free(new);
		return r;
	}
	*wire = new;
	return 0;
}

struct wire *wire_free(struct wire *wire)
{
	if (!wire)
		return NULL;
	end(wire);
	sd_event_source_disable_unref(wire->timer);
	free(wire);
	return NULL;
}
