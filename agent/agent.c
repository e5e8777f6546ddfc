// SPDX-License-Identifier: GPL-2.0
/*
 * rtnetlink ──rtnl.c──struct link_info──► bond.c (model) ──mark dirty──► flush
 *                                            ▲    │                        │
 * LACPDU, replies ──port-socket.c, listen.c──┤    │ port added/removed     ▼
 *                                            │    ▼                    health.c
 *                              prober.c ◄────┴─ keepalive.c                │
 *                                                          report.c ◄──────┤
 *                                                             bus.c ◄──────┘
 *
 * flush.c says when and what is published, refresh.c when the kernel is asked.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "agent.h"
#include "announce.h"
#include "discover.h"
#include "drain.h"
#include "flood.h"
#include "flush.h"
#include "listen.h"
#include "log.h"
#include "mtu.h"
#include "neighbor.h"
#include "observe.h"
#include "prober.h"
#include "refresh.h"
#include "report.h"
#include "since.h"
#include "startup.h"
#include "util.h"
#include "wire.h"

static void bond_added(struct bond *bond, void *userdata)
{
	struct agent *agent = userdata;

	bus_bond_added(agent->bus, bond);
	agent_mark_dirty(agent, bond);
}

static void bond_removed(struct bond *bond, void *userdata)
{
	struct agent *agent = userdata;

	flush_bond_removed(agent, bond);
	bus_bond_removed(agent->bus, bond);
}

static void port_added(struct port *port, void *userdata)
{
	struct agent *agent = userdata;

	observe_speed(port);
	drain_port_added(agent->drain, port);
	listen_port_added(agent, port);
	prober_port_added(agent->prober, port);
	announce_port_added(agent->announce, port);
	mtu_port_added(agent->mtu, port);
	flood_port_added(agent->flood, port);
	bus_port_added(agent->bus, port);
	agent_mark_dirty(agent, port->bond);
	agent_refresh_soon(agent);
}

static void port_removed(struct port *port, void *userdata)
{
	struct agent *agent = userdata;

	drain_port_removed(agent->drain, port);
	prober_port_removed(agent->prober, port);
	announce_port_removed(agent->announce, port);
	mtu_port_removed(agent->mtu, port);
	flood_port_removed(agent->flood, port);
	listen_port_removed(port);
	bus_port_removed(agent->bus, port);
	agent_mark_dirty(agent, port->bond);
}

static void port_changed(struct port *port, void *userdata)
{
	struct agent *agent = userdata;

	observe_speed(port);
	drain_port_changed(port);
	prober_port_changed(agent->prober, port);
	announce_port_changed(agent->announce, port);
	agent_mark_dirty(agent, port->bond);
	agent_refresh_soon(agent);
}

static const struct bond_ops bond_ops = {
	.bond_added = bond_added,
	.bond_removed = bond_removed,
	.port_added = port_added,
	.port_removed = port_removed,
	.port_changed = port_changed,
};

static void dump_begin(void *userdata)
{
	struct agent *agent = userdata;

	bonds_dump_begin(&agent->bonds);
	topology_dump_begin(agent->topology);
	peers_dump_begin(agent->peers);
}

static void link_changed(const struct link_info *info, void *userdata)
{
	struct agent *agent = userdata;
	int r = bonds_link_changed(&agent->bonds, info);

	if (r < 0)
		log_error("%s: %s", info->name, strerror(-r));
	else if (r > 0)
		sd_event_source_set_enabled(agent->flush, SD_EVENT_ONESHOT);
}

static void link_stacked(const struct stack_info *info, void *userdata)
{
	struct agent *agent = userdata;
	int r = topology_link_changed(agent->topology, info);

	if (r < 0)
		log_error("%s: %s", info->name, strerror(-r));
	else if (r > 0)
		discover_soon(agent->discover);
}

static void gateways_changed(void *userdata)
{
	discover_gateways_changed(((struct agent *)userdata)->discover);
}

static void link_removed(int ifindex, void *userdata)
{
	struct agent *agent = userdata;

	bonds_link_removed(&agent->bonds, ifindex);
	peers_link_removed(agent->peers, ifindex);
	if (topology_link_removed(agent->topology, ifindex))
		discover_soon(agent->discover);
}

static void address_changed(const struct address_info *info, void *userdata)
{
	struct agent *agent = userdata;
	int r = peers_address_changed(agent->peers, info);

	if (r < 0)
		log_error("addresses of the host: %s", strerror(-r));
	else if (r > 0)
		discover_soon(agent->discover);
}

static void neighbor_changed(const struct neighbor_info *info, void *userdata)
{
	struct agent *agent = userdata;
	int r = peers_neighbor_changed(agent->peers, info);

	if (r < 0)
		log_error("neighbors of the host: %s", strerror(-r));
	else if (r > 0)
		discover_soon(agent->discover);
	if (r > 0 && info->has_mac && !info->removed)
		prober_peer_resolved(agent->prober, info->ifindex,
				     &info->address);
}

static void dump_end(void *userdata)
{
	struct agent *agent = userdata;

	bonds_dump_end(&agent->bonds);
	topology_dump_end(agent->topology);
	peers_dump_end(agent->peers);
	discover_soon(agent->discover);
	agent_mark_all_dirty(agent);
}

static const struct rtnl_ops rtnl_ops = {
	.dump_begin = dump_begin,
	.link_changed = link_changed,
	.link_stacked = link_stacked,
	.gateways_changed = gateways_changed,
	.link_removed = link_removed,
	.address_changed = address_changed,
	.neighbor_changed = neighbor_changed,
	.dump_end = dump_end,
};

enum health agent_health(const struct agent *agent)
{
	enum health worst = HEALTH_UNKNOWN, health;
	const struct bond *bond;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry) {
		health = health_of_bond(bond);
		if (health > worst)
			worst = health;
	}
	return worst;
}

int agent_set_neighbor_broadcast(struct agent *agent, struct bond *bond, bool on)
{
	int r = neighbor_set(agent->rtnl, bond, on);

	agent_mark_dirty(agent, bond);
	return r;
}

int agent_reload(struct agent *agent, char *error, size_t size)
{
	struct config *before = agent->config;
	struct bond *bond;
	int r;

	r = config_load(agent->root, &agent->config, error, size);
	if (r < 0)
		return r;
	prober_config_changed(agent->prober);
	discover_soon(agent->discover);
	TAILQ_FOREACH(bond, &agent->bonds.list, entry)
		bond->appeared = true;
	agent_mark_all_dirty(agent);
	config_free(before);
	return 0;
}

static int on_reload(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *userdata)
{
	struct agent *agent = userdata;
	char error[CONFIG_ERROR_MAX];

	(void)source;
	(void)info;
	sd_notify(0, "RELOADING=1");
	if (agent_reload(agent, error, sizeof(error)) < 0) {
		log_lines(LOG_ERR, error);
		log_error("the configuration in force stays");
	} else {
		log_info("configuration read again");
	}
	sd_notify(0, "READY=1");
	return 0;
}

static int on_stop(sd_event_source *source,
		   const struct signalfd_siginfo *info, void *userdata)
{
	struct agent *agent = userdata;

	(void)source;
	(void)info;
	return sd_event_exit(agent->event, 0);
}

static int add_sources(struct agent *agent)
{
	sigset_t signals;
	int r;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -errno;

	r = sd_event_new(&agent->event);
	if (r >= 0)
		r = sd_event_set_watchdog(agent->event, true);
	if (r >= 0)
		r = sd_event_add_signal(agent->event, NULL, SIGTERM, on_stop,
					agent);
	if (r >= 0)
		r = sd_event_add_signal(agent->event, NULL, SIGINT, on_stop,
					agent);
	if (r >= 0)
		r = sd_event_add_signal(agent->event, NULL, SIGHUP, on_reload,
					agent);
	if (r >= 0)
		r = flush_new(agent);
	if (r >= 0)
		r = refresh_new(agent);
	return r;
}

static int add_parts(struct agent *agent)
{
	uint64_t seed;
	int r;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		return -errno;
	r = topology_new(&agent->topology);
	if (r >= 0)
		r = peers_new(&agent->peers);
	if (r >= 0)
		r = targets_new(&agent->targets);
	if (r >= 0)
		r = discover_new(&agent->discover, agent);
	if (r >= 0)
		r = keepalive_new(&agent->keepalive,
				  agent->config->keepalive_interval_usec, seed);
	if (r >= 0)
		r = prober_new(&agent->prober, agent);
	if (r >= 0)
		r = announce_new(&agent->announce, agent);
	if (r >= 0)
		r = drain_new(&agent->drain, agent);
	if (r >= 0)
		r = mtu_new(&agent->mtu, agent);
	if (r >= 0)
		r = flood_new(&agent->flood, agent);
	if (r >= 0)
		r = wire_new(&agent->wire, agent);
	if (r >= 0)
		r = report_new(&agent->report, agent->event);
	return r;
}

DEFINE_CLEANUP(agent, agent_free)

int agent_new(struct agent **agent, const char *root)
{
	_cleanup_(agent_freep) struct agent *new = NULL;
	char error[CONFIG_ERROR_MAX];
	int r;

	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->root = root;
	new->lock = -1;
	bonds_init(&new->bonds, &bond_ops, new);

	r = config_load(root, &new->config, error, sizeof(error));
	if (r < 0) {
		log_lines(LOG_ERR, error[0] ? error : strerror(-r));
		return r;
	}
	r = startup_check_capabilities();
	if (r < 0)
		return r;
	r = add_sources(new);
	if (r >= 0)
		r = add_parts(new);
	if (r < 0) {
		log_error("cannot start: %s", strerror(-r));
		return r;
	}
	*agent = new;
	new = NULL;
	return 0;
}

int agent_start(struct agent *agent)
{
	int r;

	agent->lock = startup_lock();
	if (agent->lock < 0)
		return agent->lock;
	since_load(&agent->since, agent->lock, now_usec(CLOCK_MONOTONIC));
	r = rtnl_new(&agent->rtnl, agent->event, &rtnl_ops, agent);
	if (r < 0) {
		log_error("rtnetlink: %s", strerror(-r));
		return r;
	}
	/* the policy first: the bus may take its time */
	flush_now(agent);
	if (!agent->no_bus) {
		r = bus_new(&agent->bus, agent);
		if (r < 0) {
			log_error("D-Bus: %s", strerror(-r));
			return r;
		}
	}
	sd_notify(0, "READY=1");
	return 0;
}

int agent_run(struct agent *agent)
{
	int r = sd_event_loop(agent->event);

	if (r < 0)
		log_error("event loop: %s", strerror(-r));
	sd_notify(0, "STOPPING=1");
	return r;
}

struct agent *agent_free(struct agent *agent)
{
	if (!agent)
		return NULL;
	agent->bonds.ops = NULL;
	agent->drain = drain_free(agent->drain);
	agent->bus = bus_free(agent->bus);
	agent->rtnl = rtnl_free(agent->rtnl);
	for (struct bond *bond = TAILQ_FIRST(&agent->bonds.list); bond;
	     bond = TAILQ_NEXT(bond, entry))
		for (struct port *port = TAILQ_FIRST(&bond->ports); port;
		     port = TAILQ_NEXT(port, entry)) {
			prober_port_removed(agent->prober, port);
			listen_port_removed(port);
		}
	bonds_clear(&agent->bonds);
	agent->prober = prober_free(agent->prober);
	agent->announce = announce_free(agent->announce);
	agent->mtu = mtu_free(agent->mtu);
	agent->flood = flood_free(agent->flood);
	agent->wire = wire_free(agent->wire);
	agent->report = report_free(agent->report);
	agent->keepalive = keepalive_free(agent->keepalive);
	agent->discover = discover_free(agent->discover);
	agent->targets = targets_free(agent->targets);
	agent->peers = peers_free(agent->peers);
	agent->topology = topology_free(agent->topology);
	sd_event_source_disable_unref(agent->refresh_timer);
	sd_event_source_disable_unref(agent->flush);
	sd_event_source_disable_unref(agent->health_timer);
	sd_event_unref(agent->event);
	config_free(agent->config);
	if (agent->lock >= 0)
		close(agent->lock);
	free(agent);
	return NULL;
}
