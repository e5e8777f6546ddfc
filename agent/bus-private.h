/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_BUS_PRIVATE_H
#define DUALHOME_BUS_PRIVATE_H

/*
 * Shared by bus*.c only. What D-Bus shows is a copy of the model, taken at the
 * end of each batch: a property never differs from what PropertiesChanged last
 * said, and what changed is what differs between two copies. Counters are not
 * announced and read from the model.
 */

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/queue.h>
#include <systemd/sd-bus.h>

#include "agent.h"
#include "bus.h"
#include "bus-names.h"
#include "util.h"

#define MAC_TEXT_MAX		18
#define BUS_PROPERTIES_MAX	16	/* of one interface */

struct published_problem {
	const char *code;
	const char *severity;
	char object[BUS_PATH_MAX];
	uint64_t since_usec;		/* realtime */
	char text[256];
};

struct bond_values {
	char name[BUS_NAME_TEXT_MAX];
	int32_t ifindex;
	const char *mode;
	const char *health;
	char verdict[512];		/* as in STATUS= */
	struct published_problem *problems;
	size_t problem_count;
	const char *neighbor;
	const char *neighbor_source;
	char partner_system[MAC_TEXT_MAX];
	uint16_t aggregator;
	uint32_t usable_ports;
	char (*ports)[BUS_PATH_MAX];
	size_t port_count;
	uint32_t peers_total;
	uint32_t peers_reachable;
};

struct port_values {
	char name[BUS_NAME_TEXT_MAX];
	int32_t ifindex;
	char bond[BUS_PATH_MAX];
	int link_up;			/* D-Bus booleans are int */
	uint32_t speed_mbps;
	int usable;
	int drained;
	uint16_t aggregator;
	uint8_t actor_state;
	uint8_t partner_state;
	char partner_system[MAC_TEXT_MAX];
	uint16_t partner_key;
	uint16_t partner_port;
	uint32_t link_failures;
	char switch_name[BUS_NAME_TEXT_MAX];	/* by LLDP, "" = not heard */
	char switch_port[BUS_NAME_TEXT_MAX];
	const char *health;
};

/* What a bond or port is found by: first in its struct. */
struct bus_object {
	int ifindex;
	char path[BUS_PATH_MAX];
};

struct published_bond {
	struct bus_object object;
	TAILQ_ENTRY(published_bond) entry;
	struct bus *bus;
	struct bond_values values;
};

struct published_port {
	struct bus_object object;
	TAILQ_ENTRY(published_port) entry;
	struct bus *bus;
	const struct port *port;	/* lives longer than this */
	struct port_values values;
};

TAILQ_HEAD(bus_requests, bus_request);

struct bus_index {
	void *by_ifindex;
	void *by_path;
};

TAILQ_HEAD(published_bonds, published_bond);
TAILQ_HEAD(published_ports, published_port);

struct bus {
	struct agent *agent;
	sd_bus *bus;			/* NULL while there is none */
	sd_event_source *retry;
	uint64_t retry_usec;		/* to wait before the next attempt */
	bool complained;		/* that there is no bus */
	bool settled;			/* the name was given or refused */
	const char *health;		/* of the Manager */
	struct published_bonds bonds;
	struct published_ports ports;
	struct bus_index bond_index;
	struct bus_index port_index;
	struct bus_requests requests;
};

/* bus-index.c: objects by ifindex and by path; NULL if there is none. */
__attribute__((nonnull))
int bus_index_add(struct bus_index *index, struct bus_object *object);
void bus_index_remove(struct bus_index *index, struct bus_object *object);
void *bus_index_by_ifindex(const struct bus_index *index, int ifindex);
void *bus_index_by_path(const struct bus_index *index, const char *path);

/* bus-values.c: from the model to D-Bus, and what differs. */
int bond_values_read(struct bond_values *values, const struct agent *agent,
		     const struct bond *bond);
void bond_values_clear(struct bond_values *values);
void bond_values_diff(const struct bond_values *a, const struct bond_values *b,
		      const char *changed[BUS_PROPERTIES_MAX]);
int port_values_read(struct port_values *values, const struct port *port);
void port_values_diff(const struct port_values *a, const struct port_values *b,
		      const char *changed[BUS_PROPERTIES_MAX]);
char *mac_to_text(char text[MAC_TEXT_MAX], const uint8_t mac[MAC_LEN]);

/* bus-peers.c: the paths of a bond, grouped by peer. */
struct bus_peer {
	int interface;			/* ifindex */
	struct address address;
	const struct keepalive_path **paths;
	size_t path_count;
	bool reachable;
};

struct bus_peers {
	struct bus_peer *list;
	size_t count;
	const struct keepalive_path **paths;
};

struct bus_peer_text {
	char peer[ADDRESS_TEXT_SIZE];
	char interface[IFNAMSIZ];
	char source[INET6_ADDRSTRLEN];	/* "" = we have no address for it */
	char mac[MAC_TEXT_MAX];		/* "" = not resolved */
};

int bus_peers_read(struct bus_peers *peers, const struct agent *agent,
		   int bond);
void bus_peers_clear(struct bus_peers *peers);
void bus_peer_describe(struct bus_peer_text *text, const struct agent *agent,
		       const struct bus_peer *peer);

/* Of the bond: its peers in short, and all that is known of them. */
#define BUS_PEERS "a(ssssa(otttt))"
#define BUS_PEER_DETAILS "a(sssssasa(ottttttt))"
int bus_method_list_peers(sd_bus_message *message, void *userdata,
			  sd_bus_error *error);
int bus_method_list_peer_details(sd_bus_message *message, void *userdata,
				 sd_bus_error *error);
uint64_t bus_since_answer(const struct agent *agent,
			  const struct keepalive_path *path);
uint64_t bus_average_rtt(const struct keepalive_path *path);	/* 0 = none */

/* bus.c: somebody is there who takes signals. */
bool bus_may_signal(struct bus *bus);

/* bus-publish.c: the published objects. */
struct published_bond *bus_find_bond(struct bus *bus, int ifindex);
struct published_port *bus_find_port(struct bus *bus, int ifindex);
void bus_publish_all(struct bus *bus);
void bus_forget_all(struct bus *bus);

/* bus-describe.c: JSON in memory that the caller frees, or -errno. */
int bus_describe_bond(const struct published_bond *bond, char **text);
int bus_describe_manager(struct bus *bus, char **text);

/* A property that PropertiesChanged announces, one that never changes. */
#define BUS_SHOWN(name, type, get, offset)				\
	SD_BUS_PROPERTY(name, type, get, offset,			\
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define BUS_CONST(name, type, get, offset)				\
	SD_BUS_PROPERTY(name, type, get, offset, SD_BUS_VTABLE_PROPERTY_CONST)

/* The interfaces, and how sd-bus finds the objects that have them. */
extern const sd_bus_vtable bus_manager_vtable[];
extern const sd_bus_vtable bus_bond_vtable[];
extern const sd_bus_vtable bus_port_vtable[];
extern const sd_bus_vtable bus_log_vtable[];
int bus_bond_find(sd_bus *connection, const char *path, const char *interface,
		  void *userdata, void **found, sd_bus_error *error);
int bus_bond_enumerate(sd_bus *connection, const char *prefix, void *userdata,
		       char ***nodes, sd_bus_error *error);
int bus_port_find(sd_bus *connection, const char *path, const char *interface,
		  void *userdata, void **found, sd_bus_error *error);
int bus_port_enumerate(sd_bus *connection, const char *prefix, void *userdata,
		       char ***nodes, sd_bus_error *error);

/* Appends the char array that a property's offset points at. */
int bus_get_text(sd_bus *connection, const char *path, const char *interface,
		 const char *property, sd_bus_message *reply, void *userdata,
		 sd_bus_error *error);

/*
 * bus-auth.c: @granted runs, now or later, if the caller of @message may change
 * something; it replies, or returns what sd-bus makes an error of. What the
 * method was called on may have gone by then: look it up again.
 */
typedef int (*bus_granted_t)(struct bus *bus, sd_bus_message *message,
			     sd_bus_error *error);
int bus_authorize(struct bus *bus, sd_bus_message *message,
		  bus_granted_t granted, sd_bus_error *error);
void bus_auth_forget_all(struct bus *bus);

#endif
