/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_DAEMON_H
#define DUALHOME_TEST_DAEMON_H

/*
 * A bus of our own with bus.c on it, over a model that the test fills by hand:
 * no link of the host is read or changed. What bus.c calls of agent.c,
 * keepalive.c and peers.c is defined here, so the linker leaves those out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "agent.h"
#include "bus.h"
#include "bus-names.h"
#include "drain.h"
#include "util.h"

#define POLKIT "org.freedesktop.PolicyKit1"	/* test-bus-auth.c plays it */
#define TIMEOUT_USEC (10 * USEC_PER_SEC)

struct daemon {
	struct agent agent;
	char folder[64];
	char config[128];
	char socket[128];
	pid_t dbus;
	sd_bus *client;
	bool refuse_calls;		/* it has one that forbids to ask us */
	bool refuse_name;		/* the bus does not know our policy */
	/* what the fake agent answers */
	int set_result;
	const char *reload_error;
	bool reloaded;
	int set_to;			/* -1 = not called */
	bool rename_while_set;
	int drain_result;		/* at once, ... */
	int drained_result;		/* ... or later */
	char drained[32];		/* "eth0", "eth0 by force", "not eth0" */
	enum health health;
	struct keepalive_path paths[8];
	struct lateness lateness;
	size_t path_count;
};

static inline struct daemon *daemon_of(const struct agent *agent)
{
	return (struct daemon *)agent;
}

/* Links as rtnetlink would describe them. */

static inline struct link_info bond_link(int ifindex, const char *name)
{
	struct link_info info = {
		.ifindex = ifindex, .is_bond = true, .up = true,
		.carrier = true, .mtu = 1500,
		.bond = {
			.mode = BOND_MODE_8023AD, .has_ad_info = true,
			.aggregator = 1, .has_broadcast_neighbor = true,
			.broadcast_neighbor = true,
			.partner_mac = { 2, 0, 0, 0, 0xaa, 0xbb },
		},
	};

	snprintf(info.name, sizeof(info.name), "%s", name);
	return info;
}

static inline void rename_bond(struct daemon *d, const char *name)
{
	struct link_info link = bond_link(10, name);

	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
}

/* The seam. A keepalive and peers pointer is the daemon itself. */

int agent_reload(struct agent *agent, char *error, size_t size)
{
	struct daemon *d = daemon_of(agent);

	d->reloaded = true;
	if (!d->reload_error)
		return 0;
	snprintf(error, size, "%s", d->reload_error);
	return -EINVAL;
}

enum health agent_health(const struct agent *agent)
{
	return daemon_of(agent)->health;
}

int agent_set_neighbor_broadcast(struct agent *agent, struct bond *bond, bool on)
{
	struct daemon *d = daemon_of(agent);

	(void)bond;
	d->set_to = on;
	if (d->rename_while_set)
		rename_bond(d, "other0");
	return d->set_result;
}

int drain_start(struct drain *drain, struct port *port, bool force,
		drain_done done, void *userdata)
{
	struct daemon *d = (struct daemon *)drain;

	snprintf(d->drained, sizeof(d->drained), "%s%s", port->name,
		 force ? " by force" : "");
	if (d->drain_result == 0)
		done(d->drained_result, userdata);
	return d->drain_result;
}

int drain_undo(struct drain *drain, struct port *port)
{
	struct daemon *d = (struct daemon *)drain;

	snprintf(d->drained, sizeof(d->drained), "not %s", port->name);
	return d->drain_result;
}

const struct lateness *keepalive_lateness(const struct keepalive *keepalive)
{
	return &((const struct daemon *)keepalive)->lateness;
}

const struct keepalive_path *keepalive_path(const struct keepalive *keepalive,
					    int bond, size_t *i)
{
	const struct daemon *d = (const struct daemon *)keepalive;

	while (*i < d->path_count) {
		const struct keepalive_path *path = &d->paths[(*i)++];

		if (!bond || path->bond == bond)
			return path;
	}
	return NULL;
}

/* 192.0.2.x is on our link, and .1 is resolved. */
int peers_source(const struct peers *peers, int ifindex,
		 const struct address *peer, struct address *source)
{
	(void)peers, (void)ifindex;
	if (peer->family != AF_INET)
		return -EADDRNOTAVAIL;
	source->family = AF_INET;
	inet_pton(AF_INET, "192.0.2.10", &source->in);
	return 0;
}

/* Who is on no network of ours sees that one. */
int peers_own_address(const struct peers *peers, int ifindex, int family,
		      struct address *source)
{
	struct address peer = { .family = family };

	return peers_source(peers, ifindex, &peer, source);
}

int peers_mac(const struct peers *peers, int ifindex,
	      const struct address *peer, uint8_t mac[MAC_LEN])
{
	static const uint8_t known[MAC_LEN] = { 2, 0, 0, 0, 0, 1 };

	(void)peers, (void)ifindex;
	if (peer->family != AF_INET || (ntohl(peer->in.s_addr) & 0xff) != 1)
		return -EHOSTUNREACH;
	memcpy(mac, known, MAC_LEN);
	return 0;
}

/* The model tells the bus, as agent.c has it. */

static inline void on_bond_added(struct bond *bond, void *userdata)
{
	bus_bond_added(((struct agent *)userdata)->bus, bond);
}

static inline void on_bond_removed(struct bond *bond, void *userdata)
{
	bus_bond_removed(((struct agent *)userdata)->bus, bond);
}

static inline void on_port_added(struct port *port, void *userdata)
{
	bus_port_added(((struct agent *)userdata)->bus, port);
}

static inline void on_port_removed(struct port *port, void *userdata)
{
	bus_port_removed(((struct agent *)userdata)->bus, port);
}

static const struct bond_ops daemon_ops = {
	.bond_added = on_bond_added,
	.bond_removed = on_bond_removed,
	.port_added = on_port_added,
	.port_removed = on_port_removed,
};

static inline struct link_info port_link(int ifindex, const char *name, int master)
{
	struct link_info info = {
		.ifindex = ifindex, .is_port = true, .up = true,
		.carrier = true, .mtu = 1500, .master = master,
		.port = {
			.mii_up = true, .active = true, .has_ad = true,
			.aggregator = 1, .actor_state = 0x3f,
			.partner_state = 0x3d,
		},
	};

	snprintf(info.name, sizeof(info.name), "%s", name);
	return info;
}

static inline struct keepalive_path *add_path(struct daemon *d, int port,
				       const char *peer)
{
	struct keepalive_path *path = &d->paths[d->path_count++];
	bool v6 = strchr(peer, ':');

	*path = (struct keepalive_path){
		.bond = 10, .port = port, .interface = 10,
	};
	path->peer.family = v6 ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton(path->peer.family, peer, &path->peer.in6), 1);
	return path;
}

/* bond0 with eth0 and eth1, two peers, one of which answers. */
static inline void fill_model(struct daemon *d)
{
	struct link_info links[] = {
		bond_link(10, "bond0"), port_link(2, "eth0", 10),
		port_link(3, "eth1", 10),
	};
	struct keepalive_path *path;
	struct port *port;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		assert_true(bonds_link_changed(&d->agent.bonds, &links[i]) > 0);
	bonds_find(&d->agent.bonds, 10)->neighbor_source = NEIGHBOR_SOURCE_DKMS;

	port = bonds_find_port(&d->agent.bonds, 2);
	port->speed_mbps = 25000;
	port->keepalives = (struct port_counters){ 7, 6, 312 };
	port->has_lacpdu = true;
	port->lacpdu.actor = (struct frame_lacp_party){
		.system = { 2, 0, 0, 0, 0xaa, 0xbb }, .key = 15, .port = 0x8001,
	};
	bonds_find_port(&d->agent.bonds, 3)->speed_mbps = 25000;
	/* the day of port_down() */
	bonds_find(&d->agent.bonds, 10)->problems.checked.real_usec =
		86400 * USEC_PER_SEC;

	for (int ifindex = 2; ifindex <= 3; ifindex++) {
		path = add_path(d, ifindex, "192.0.2.1");
		path->sent = 7;
		path->answered = 6;
		path->answered_usec = 1;
		path->rtt_usec = 312;
	}
	path = add_path(d, 2, "2001:db8::1");
	path->sent = 4;
	path->misses = 3;
}

/* The problem that a cut cable makes, with a fixed time. */
static inline struct problem port_down(void)
{
	return (struct problem){
		.code = FAULT_PORT_DOWN, .severity = SEVERITY_DEGRADED,
		.ifindex = 3, .object = "eth1",
		.since = { .mono_usec = 1, .real_usec = 86400 * USEC_PER_SEC },
		.text = "eth1 has no carrier",
	};
}

static inline void cut_cable(struct daemon *d)
{
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct link_info link = port_link(3, "eth1", 10);

	link.carrier = false;
	link.port.mii_up = false;
	link.port.link_failures = 1;
	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
	bond->problems.list[0] = port_down();
	bond->problems.count = 1;
	d->health = HEALTH_DEGRADED;
}

/* The bus daemon. As root it obeys our policy file, as on a real system. */

static inline void write_config(struct daemon *d)
{
	char policy[256];
	FILE *file = fopen(d->config, "w");

	assert_non_null(file);
	assert_non_null(getcwd(policy, sizeof(policy)));
	fprintf(file, "<busconfig><listen>unix:path=%s</listen>"
		"<auth>EXTERNAL</auth><policy context=\"default\">"
		"<allow user=\"*\"/><allow send_type=\"signal\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"method_return\"/>"
		"<allow send_requested_reply=\"true\" send_type=\"error\"/>"
		"<allow receive_type=\"method_call\"/>"
		"<allow receive_type=\"method_return\"/>"
		"<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
		"<allow send_destination=\"org.freedesktop.DBus\"/>"
		"<allow own=\"" POLKIT "\"/>"
		"<allow send_destination=\"" POLKIT "\"/>%s</policy>"
		"<include>%s/org.dualhome1.conf</include>%s%s</busconfig>\n",
		d->socket, geteuid() ? "<allow own=\"*\"/>" : "", policy,
		d->refuse_name ? "<policy context=\"mandatory\">"
				 "<deny own=\"*\"/></policy>" : "",
		d->refuse_calls ? "<policy context=\"mandatory\">"
				  "<deny send_destination=\"" BUS_NAME
				  "\"/></policy>" : "");
	fclose(file);
}

/* The daemon says its address when it listens. */
static inline void start_dbus(struct daemon *d)
{
	char word[48], address[256];
	int ready[2];

	assert_int_equal(pipe(ready), 0);
	d->dbus = fork();
	assert_true(d->dbus >= 0);
	if (d->dbus == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* it complains that there is no user dualhome here */
		assert_non_null(freopen("/dev/null", "w", stderr));
		snprintf(word, sizeof(word), "--print-address=%d", ready[1]);
		snprintf(address, sizeof(address), "--config-file=%s", d->config);
		execlp("dbus-daemon", "dbus-daemon", "--nofork", word, address,
		       NULL);
		_exit(127);
	}
	close(ready[1]);
	assert_true(read(ready[0], address, sizeof(address)) > 0);
	close(ready[0]);
}

static inline void stop_dbus(struct daemon *d)
{
	if (d->dbus > 0) {
		kill(d->dbus, SIGKILL);
		waitpid(d->dbus, NULL, 0);
	}
	d->dbus = 0;
	unlink(d->socket);
}

static inline void step(struct daemon *d)
{
	int r = sd_event_run(d->agent.event, TIMEOUT_USEC);

	if (r == 0)
		fail_msg("nothing happened for %llu s",
			 TIMEOUT_USEC / USEC_PER_SEC);
	assert_true(r > 0);
}

static inline void connect_client(struct daemon *d)
{
	assert_true(sd_bus_new(&d->client) >= 0);
	assert_true(sd_bus_set_address(d->client,
				       getenv("DBUS_SYSTEM_BUS_ADDRESS")) >= 0);
	assert_true(sd_bus_set_bus_client(d->client, true) >= 0);
	assert_true(sd_bus_start(d->client) >= 0);
	assert_true(sd_bus_attach_event(d->client, d->agent.event, 0) >= 0);
}

static inline void prepare(struct daemon *d)
{
	char address[160];

	memset(d, 0, sizeof(*d));
	d->health = HEALTH_OK;
	d->set_to = -1;
	snprintf(d->folder, sizeof(d->folder), "/tmp/test-dualhome-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	assert_int_equal(chmod(d->folder, 0755), 0);
	snprintf(d->config, sizeof(d->config), "%s/conf", d->folder);
	snprintf(d->socket, sizeof(d->socket), "%s/bus", d->folder);
	write_config(d);
	snprintf(address, sizeof(address), "unix:path=%s", d->socket);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);

	assert_true(sd_event_new(&d->agent.event) >= 0);
	bonds_init(&d->agent.bonds, &daemon_ops, &d->agent);
	d->agent.keepalive = (struct keepalive *)d;
	d->agent.peers = (struct peers *)d;
	d->agent.drain = (struct drain *)d;
	assert_int_equal(topology_new(&d->agent.topology), 0);
	assert_int_equal(topology_link_changed(d->agent.topology,
		&(struct stack_info) { .ifindex = 10, .name = "bond0" }), 1);
	fill_model(d);
}

static inline void cleanup(struct daemon *d)
{
	d->client = sd_bus_close_unref(d->client);
	d->agent.bus = bus_free(d->agent.bus);
	d->agent.bonds.ops = NULL;
	bonds_clear(&d->agent.bonds);
	topology_free(d->agent.topology);
	sd_event_unref(d->agent.event);
	stop_dbus(d);
	unlink(d->config);
	rmdir(d->folder);
}

#endif
