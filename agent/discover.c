// SPDX-License-Identifier: GPL-2.0
/*
 * The set of peers is gathered as a whole, 100 ms after the first change, and
 * not again within a second however much changes: 10,000 neighbors take a few
 * milliseconds. What tells no change (IPVS, the bridges' tables, who sends to
 * us) is looked at every 10 s, and gathered if it is not what it was.
 *
 * Order decides who has a place when there are too many: the administrator's
 * peers, gateways, real servers, senders, and the neighbors last.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-event.h>

#include "agent.h"
#include "discover.h"
#include "foreign.h"
#include "ipvs.h"
#include "log.h"
#include "prober.h"
#include "senders.h"
#include "siphash.h"
#include "util.h"

#define SOON_USEC (100 * USEC_PER_MSEC)
#define PAUSE_USEC USEC_PER_SEC
#define POLL_USEC (10 * USEC_PER_SEC)

/* Of IPVS. */
struct servers {
	struct address *list;
	size_t count;
};

struct discover {
	struct agent *agent;
	sd_event_source *timer;
	struct senders *senders;
	uint64_t last_usec;		/* when it was looked at last */
	bool stale;			/* something told a change, or failed */
	uint64_t polled;		/* digest of what tells none */
	bool gateways_stale;
	struct gateway_info *gateways;
	size_t gateway_count;
	struct servers servers;
	struct foreigners foreigners;
	int ipvs_error;			/* of the last attempt, said once */
	bool full;			/* there are too many, ... */
	bool was_full;			/* ... and there were: said once */
};

/* Room for one more in a list that holds @count; -ENOMEM. */
static int make_room(void **list, size_t count, size_t size)
{
	void *new;

	if (count & (count + 1))		/* room up to the next 2^n - 1 */
		return 0;
	new = reallocarray(*list, 2 * count + 1, size);
	if (!new)
		return -ENOMEM;
	*list = new;
	return 0;
}

static void want(struct discover *discover, int bond,
		 const struct bond_policy *policy, int interface,
		 const struct address *peer, enum peer_source source)
{
	const struct config *config = discover->agent->config;
	struct target target = {
		.bond = bond,
		.keepalive = {
			.interface = interface,
			.peer = *peer,
			.method = policy->method,
			.sources = PEER_BIT(source),
		},
	};
	int r;

	if (source == PEER_SENDER)
		target.keepalive.method = KEEPALIVE_ANNOUNCE;
	if (source == PEER_GATEWAY)
		target.keepalive.interval_msec =
			config->gateway_interval_usec / USEC_PER_MSEC;
	r = targets_want(discover->agent->targets, &target);
	if (r == -ENOSPC && !discover->full && !discover->was_full)
		log_warning("more than %d peers: the rest is not probed; IncludePrefixes= and PeerSources= choose among them",
			    TARGETS_MAX);
	else if (r < 0 && r != -ENOSPC)
		log_error("peers: %s", strerror(-r));
	discover->full |= r == -ENOSPC;
	discover->stale |= r < 0 && r != -ENOSPC;
}

/* The bond below @interface and its policy, if @source is wanted there. */
static const struct bond_policy *policy_for(const struct discover *discover,
					    int interface,
					    enum peer_source source,
					    struct way *way)
{
	const struct agent *agent = discover->agent;
	const struct bond_policy *policy;
	const struct bond *bond;

	if (topology_way(agent->topology, interface, way) < 0)
		return NULL;
	bond = bonds_find(&agent->bonds, way->bond);
	if (!bond)
		return NULL;
	policy = config_bond(agent->config, bond->name);
	return policy->peer_sources & PEER_BIT(source) ? policy : NULL;
}

/*
 * Of the interfaces of @bond (0 = of all bonds), the one whose network holds
 * the peer; 0 if there is none.
 */
static int interface_of(const struct agent *agent, int bond,
			const struct address *peer)
{
	const struct stack_info *link;
	int best = 0, longest = -1, length;
	struct way way;
	size_t i = 0;

	while ((link = topology_next(agent->topology, &i))) {
		if (link->kind <= LINK_HOST ||
		    topology_way(agent->topology, link->ifindex, &way) < 0 ||
		    (bond && way.bond != bond))
			continue;
		length = peers_prefix_length(agent->peers, link->ifindex, peer);
		if (length <= longest)
			continue;
		longest = length;
		best = link->ifindex;
	}
	return best;
}

static void want_static(struct discover *discover)
{
	struct agent *agent = discover->agent;
	const struct bond_policy *policy;
	const struct bond *bond;
	int interface;

	TAILQ_FOREACH(bond, &agent->bonds.list, entry) {
		policy = config_bond(agent->config, bond->name);
		for (size_t i = 0; i < policy->peer_count; i++) {
			interface = interface_of(agent, bond->ifindex,
						 &policy->peers[i]);
			/* from the bond it is told why that does not work */
			want(discover, bond->ifindex, policy,
			     interface ? interface : bond->ifindex,
			     &policy->peers[i], PEER_STATIC);
		}
	}
}

static void on_gateway(const struct gateway_info *info, void *userdata)
{
	struct discover *discover = userdata;

	if (make_room((void **)&discover->gateways, discover->gateway_count,
		      sizeof(*info)) == 0)
		discover->gateways[discover->gateway_count++] = *info;
}

static void want_gateways(struct discover *discover)
{
	const struct gateway_info *gateway;
	const struct bond_policy *policy;
	struct way way;
	int r = 0;

	if (discover->gateways_stale) {
		discover->gateway_count = 0;
		r = rtnl_list_gateways(discover->agent->rtnl, on_gateway,
				       discover);
		if (r < 0 && r != -EINTR)
			log_warning("rtnetlink: reading the default routes failed: %s",
				    strerror(-r));
		discover->gateways_stale = r < 0;
		discover->stale |= r < 0;
	}
	for (size_t i = 0; i < discover->gateway_count; i++) {
		gateway = &discover->gateways[i];
		policy = policy_for(discover, gateway->ifindex, PEER_GATEWAY,
				    &way);
		if (policy && address_is_unicast(&gateway->address))
			want(discover, way.bond, policy, gateway->ifindex,
			     &gateway->address, PEER_GATEWAY);
	}
}

static void on_server(const struct address *server, void *userdata)
{
	struct servers *servers = userdata;

	if (make_room((void **)&servers->list, servers->count,
		      sizeof(*server)) == 0)
		servers->list[servers->count++] = *server;
}

/* If that fails, they are those that they were. */
static void read_servers(struct discover *discover)
{
	struct servers new = {};
	int r;

	r = ipvs_list(on_server, &new);
	if (r < 0 && r != discover->ipvs_error)
		log_warning("IPVS: reading the real servers failed: %s",
			    strerror(-r));
	discover->ipvs_error = r;
	if (r < 0) {
		free(new.list);
		return;
	}
	free(discover->servers.list);
	discover->servers = new;
}

static void want_servers(struct discover *discover)
{
	const struct bond_policy *policy;
	const struct address *server;
	struct way way;
	int interface;

	for (size_t i = 0; i < discover->servers.count; i++) {
		server = &discover->servers.list[i];
		interface = interface_of(discover->agent, 0, server);
		if (!interface)
			continue;
		policy = policy_for(discover, interface, PEER_IPVS, &way);
		if (policy)
			want(discover, way.bond, policy, interface, server,
			     PEER_IPVS);
	}
}

/* One that sends rarely is seen rarely. */
static uint64_t sender_age(const struct discover *discover)
{
	return 5 * (discover->agent->config->keepalive_interval_usec +
		    60 * USEC_PER_SEC);
}

/* Strangers are who sends and is in no neighbor table. */
static void on_acquaintance(const struct neighbor_info *neighbor, void *userdata)
{
	senders_known(((struct discover *)userdata)->senders, neighbor->ifindex,
		      neighbor->mac);
}

static void want_senders(struct discover *discover)
{
	struct agent *agent = discover->agent;
	const uint64_t age = sender_age(discover);
	const struct bond_policy *policy;
	struct address peer = { .family = AF_PACKET };
	const struct stack_info *link;
	const struct sender *sender;
	struct way way;
	size_t i = 0;

	senders_begin(discover->senders);
	while ((link = topology_next(agent->topology, &i)))
		if (link->kind > LINK_HOST &&
		    policy_for(discover, link->ifindex, PEER_SENDER, &way))
			senders_watch(discover->senders, link->ifindex);
	senders_end(discover->senders);

	peers_each_neighbor(agent->peers, on_acquaintance, discover);
	i = 0;
	while ((sender = senders_next(discover->senders, age, &i))) {
		policy = policy_for(discover, sender->interface, PEER_SENDER,
				    &way);
		if (!policy || foreigners_have(&discover->foreigners, way.bridge,
					       sender->mac))
			continue;
		memcpy(peer.mac, sender->mac, MAC_LEN);
		want(discover, way.bond, policy, sender->interface, &peer,
		     PEER_SENDER);
	}
}

static bool holds_any(const struct config_prefixes *prefixes,
		      const struct address *address)
{
	for (size_t i = 0; i < prefixes->count; i++)
		if (prefix_holds(&prefixes->list[i], address))
			return true;
	return false;
}

static void on_neighbor(const struct neighbor_info *neighbor, void *userdata)
{
	struct discover *discover = userdata;
	const struct bond_policy *policy;
	struct way way;

	/* the kernel lists multicast groups as neighbors, too */
	if (!address_is_unicast(&neighbor->address) || neighbor->mac[0] & 1)
		return;
	policy = policy_for(discover, neighbor->ifindex, PEER_NEIGHBOR, &way);
	if (!policy || foreigners_have(&discover->foreigners, way.bridge,
				       neighbor->mac) ||
	    (policy->include.count &&
	     !holds_any(&policy->include, &neighbor->address)) ||
	    holds_any(&policy->exclude, &neighbor->address))
		return;
	want(discover, way.bond, policy, neighbor->ifindex, &neighbor->address,
	     PEER_NEIGHBOR);
}

static void on_removed(const struct target *target, void *userdata)
{
	prober_target_removed(((struct discover *)userdata)->agent->prober,
			      target);
}

static void on_wanted(const struct target *target, void *userdata)
{
	prober_target_wanted(((struct discover *)userdata)->agent->prober,
			     target);
}

static uint64_t digest(uint64_t sum, int number, const void *bytes, size_t size)
{
	uint64_t words[2] = {};

	memcpy(words, bytes, size);
	sum = siphash(sum, number, words[0]);
	return siphash(sum, number, words[1]);
}

/* Read what tells no change; false if it is what it was. */
static bool poll_changed(struct discover *discover)
{
	const uint64_t before = discover->polled, age = sender_age(discover);
	const struct foreigners *foreigners = &discover->foreigners;
	const struct servers *servers = &discover->servers;
	const struct sender *sender;
	uint64_t sum = 0;
	size_t i = 0;

	foreigners_read(&discover->foreigners, discover->agent);
	read_servers(discover);
	for (size_t n = 0; n < foreigners->count; n++)
		sum = digest(sum, foreigners->list[n].bridge,
			     foreigners->list[n].mac, MAC_LEN);
	for (size_t n = 0; n < servers->count; n++)
		sum = digest(sum, servers->list[n].family,
			     &servers->list[n].in6,
			     address_length(&servers->list[n]));
	while ((sender = senders_next(discover->senders, age, &i)))
		sum = digest(sum, sender->interface, sender->mac, MAC_LEN);
	discover->polled = sum;
	return sum != before;
}

static void gather(struct discover *discover)
{
	struct agent *agent = discover->agent;

	discover->stale = false;
	discover->was_full = discover->full;
	discover->full = false;
	targets_begin(agent->targets);
	want_static(discover);
	want_gateways(discover);
	want_servers(discover);
	want_senders(discover);
	peers_each_neighbor(agent->peers, on_neighbor, discover);
	targets_end(agent->targets, on_removed, on_wanted, discover);
	prober_targets_changed(agent->prober);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct discover *discover = userdata;

	(void)usec;
	discover->last_usec = now_usec(CLOCK_MONOTONIC);
	sd_event_source_set_time(source, discover->last_usec + POLL_USEC);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	if (poll_changed(discover) || discover->stale)
		gather(discover);
	return 0;
}

void discover_soon(struct discover *discover)
{
	uint64_t soon = now_usec(CLOCK_MONOTONIC) + SOON_USEC, next;

	discover->stale = true;
	if (soon < discover->last_usec + PAUSE_USEC)
		soon = discover->last_usec + PAUSE_USEC;
	if (sd_event_source_get_time(discover->timer, &next) == 0 && next > soon)
		sd_event_source_set_time(discover->timer, soon);
}

void discover_gateways_changed(struct discover *discover)
{
	discover->gateways_stale = true;
	discover_soon(discover);
}

static void on_senders_changed(void *userdata)
{
	discover_soon(userdata);
}

int discover_new(struct discover **discover, struct agent *agent)
{
	struct discover *new = calloc(1, sizeof(*new));
	int r;

	if (!new)
		return -ENOMEM;
	new->agent = agent;
	new->stale = new->gateways_stale = true;
	r = sd_event_add_time(agent->event, &new->timer, CLOCK_MONOTONIC,
			      now_usec(CLOCK_MONOTONIC) + SOON_USEC,
			      10 * USEC_PER_MSEC, on_timer, new);
	if (r >= 0)
		r = senders_new(&new->senders, agent->event, on_senders_changed,
				new);
	if (r < 0) {
		discover_free(new);
		return r;
	}
	*discover = new;
	return 0;
}

struct discover *discover_free(struct discover *discover)
{
	if (!discover)
		return NULL;
	sd_event_source_disable_unref(discover->timer);
	senders_free(discover->senders);
	free(discover->gateways);
	free(discover->servers.list);
	foreigners_clear(&discover->foreigners);
	free(discover);
	return NULL;
}
