/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_AGENT_H
#define DUALHOME_AGENT_H

/*
 * The one struct that everything hangs from. agent.c wires the parts together:
 * it owns the event loop's sources, the dirty list and the flush.
 */

#include <systemd/sd-event.h>

#include "bond.h"
#include "bus.h"
#include "config.h"
#include "keepalive.h"
#include "neighbor.h"
#include "peers.h"
#include "rtnl.h"
#include "since.h"
#include "targets.h"
#include "topology.h"

struct agent {
	sd_event *event;
	const char *root;		/* prefix of the configuration, "" */
	struct config *config;
	struct bonds bonds;
	struct rtnl *rtnl;
	struct topology *topology;
	struct peers *peers;
	struct targets *targets;	/* who is probed */
	struct discover *discover;
	struct keepalive *keepalive;
	bool no_bus;			/* --no-bus */
	struct bus *bus;		/* NULL with --no-bus */
	struct prober *prober;
	struct announce *announce;
	struct drain *drain;
	struct mtu *mtu;
	struct flood *flood;
	struct wire *wire;
	struct report *report;
	struct neighbor_driver driver;	/* as of the last flush or tick */
	unsigned int idle_ticks;	/* since quiet bonds were looked at */
	bool refresh_now;		/* at the next tick, idle or not */
	uint64_t refresh_rest_usec;	/* monotonic: none before that */
	int lock;			/* fd: one daemon per network namespace;
					 * what the file holds: since.h */
	struct since since;
	bool since_changed;		/* the file is out of date */
	sd_event_source *refresh_timer;
	sd_event_source *health_timer;	/* time alone changes a verdict */
	int64_t clock_offset;		/* usec, realtime - monotonic, last tick */
	sd_event_source *flush;		/* one per batch, before the bus */
};

/* Each logs its own failure, in one line. */
int agent_new(struct agent **agent, const char *root);
int agent_start(struct agent *agent);
int agent_run(struct agent *agent);
struct agent *agent_free(struct agent *agent);

/* Read the configuration again; on error the old one stays in force. */
int agent_reload(struct agent *agent, char *error, size_t size);

/* The worst health of all bonds. */
enum health agent_health(const struct agent *agent);

/* Switch the wire contract of a bond, as SetNeighborBroadcast() asks. */
int agent_set_neighbor_broadcast(struct agent *agent, struct bond *bond, bool on);

/* LACP may have moved on: ask the kernel again in a moment. */
void agent_refresh_soon(struct agent *agent);

/* A bond wants diagnosis and publication at the end of this batch. */
void agent_mark_dirty(struct agent *agent, struct bond *bond);
void agent_mark_all_dirty(struct agent *agent);

#endif
