// SPDX-License-Identifier: GPL-2.0
/*
 * The connection. The daemon's work does not need a bus, so a bus that is not
 * there, goes away or comes back is a normal event: it is said once, and tried
 * again after a wait that doubles from RETRY_MIN to RETRY_MAX.
 *
 * A lost connection is not torn down inside of its own callback: the timer
 * does that, first of all, when it connects anew.
 */

#include "bus-private.h"

#include <errno.h>
#include <string.h>

#include "log.h"

#define RETRY_MIN_USEC (250 * USEC_PER_MSEC)
#define RETRY_MAX_USEC (16 * USEC_PER_SEC)

/*
 * What the bus has not taken yet. Three changes of 400 ports with their bonds
 * make less; with more, the bus hangs, and memory would grow without end.
 */
#define WAITING_MAX 4096

/* How long the start waits for the name; the work goes on without it. */
#define START_MAX_USEC (2 * USEC_PER_SEC)

#define POLICY PREFIX "/share/dbus-1/system.d/" BUS_NAME ".conf"
#define LOCAL "org.freedesktop.DBus.Local"

static void retry_later(struct bus *bus)
{
	int r;

	r = sd_event_source_set_time_relative(bus->retry, bus->retry_usec);
	if (r >= 0)
		r = sd_event_source_set_enabled(bus->retry, SD_EVENT_ONESHOT);
	if (r < 0)
		log_error("cannot wait for the system bus: %s", strerror(-r));

	bus->retry_usec *= 2;
	if (bus->retry_usec > RETRY_MAX_USEC)
		bus->retry_usec = RETRY_MAX_USEC;
}

static int on_disconnected(sd_bus_message *message, void *userdata,
			   sd_bus_error *error)
{
	struct bus *bus = userdata;

	(void)message, (void)error;
	bus->settled = true;
	if (!bus->complained)
		log_warning("lost the system bus; running on without it");
	bus->complained = true;
	retry_later(bus);
	return 0;
}

/* The connection is torn down by the timer: somebody may be inside of it. */
bool bus_may_signal(struct bus *bus)
{
	uint64_t waiting = 0;

	if (!bus->bus || sd_bus_is_ready(bus->bus) <= 0)
		return false;
	if (sd_bus_get_n_queued_write(bus->bus, &waiting) < 0 ||
	    waiting < WAITING_MAX)
		return true;
	log_warning("the system bus takes no more messages; connecting anew");
	bus->complained = true;
	sd_bus_close(bus->bus);
	retry_later(bus);
	return false;
}

static void name_acquired(struct bus *bus)
{
	if (bus->complained)
		log_notice("back on the system bus as " BUS_NAME);
	bus->complained = false;
	bus->retry_usec = RETRY_MIN_USEC;
}

/* The bus gives us the name that we had to queue for. */
static int on_name_acquired(sd_bus_message *message, void *userdata,
			    sd_bus_error *error)
{
	const char *name;

	(void)error;
	if (sd_bus_message_read(message, "s", &name) >= 0 &&
	    strcmp(name, BUS_NAME) == 0)
		name_acquired(userdata);
	return 0;
}

/* Replies of RequestName in the D-Bus specification */
enum { NAME_PRIMARY_OWNER = 1, NAME_IN_QUEUE = 2, NAME_ALREADY_OWNER = 4 };

static int on_name_reply(sd_bus_message *message, void *userdata,
			 sd_bus_error *error)
{
	const sd_bus_error *problem = sd_bus_message_get_error(message);
	struct bus *bus = userdata;
	uint32_t reply = 0;

	(void)error;
	bus->settled = true;
	if (problem) {
		/* A loss is on_disconnected()'s to tell. */
		if (sd_bus_is_ready(bus->bus) <= 0)
			return 1;
		if (!bus->complained)
			log_error("cannot take the name " BUS_NAME " yet: %s (is " POLICY " there?)",
				  problem->message ? problem->message :
						     problem->name);
		bus->complained = true;
		/* the bus may not have loaded our policy yet */
		retry_later(bus);
		return 1;
	}
	if (sd_bus_message_read(message, "u", &reply) < 0)
		return 1;
	if (reply == NAME_PRIMARY_OWNER || reply == NAME_ALREADY_OWNER) {
		name_acquired(bus);
	} else if (reply == NAME_IN_QUEUE) {
		log_warning("another process owns the name " BUS_NAME "; waiting for it to go");
		bus->complained = true;
	}
	return 1;
}

static int add_objects(struct bus *bus)
{
	sd_bus *c = bus->bus;
	int r;

	r = sd_bus_add_object_manager(c, NULL, BUS_ROOT);
	if (r >= 0)
		r = sd_bus_add_object_vtable(c, NULL, BUS_ROOT, BUS_MANAGER,
					     bus_manager_vtable, bus);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(c, NULL, BUS_BONDS, BUS_BOND,
					       bus_bond_vtable, bus_bond_find,
					       bus);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(c, NULL, BUS_BONDS,
					       bus_bond_enumerate, bus);
	if (r >= 0)
		r = sd_bus_add_fallback_vtable(c, NULL, BUS_PORTS, BUS_PORT,
					       bus_port_vtable, bus_port_find,
					       bus);
	if (r >= 0)
		r = sd_bus_add_node_enumerator(c, NULL, BUS_PORTS,
					       bus_port_enumerate, bus);
	if (r >= 0)
		r = sd_bus_add_object_vtable(c, NULL,
					     "/org/freedesktop/LogControl1",
					     "org.freedesktop.LogControl1",
					     bus_log_vtable, bus);
	return r;
}

static int start(struct bus *bus)
{
	sd_bus *c = bus->bus;
	int r;

	r = sd_bus_set_address(c, bus_address());
	if (r >= 0)
		r = sd_bus_set_bus_client(c, true);
	if (r >= 0)
		r = sd_bus_start(c);
	if (r >= 0)
		r = sd_bus_match_signal_async(c, NULL, LOCAL, NULL, LOCAL,
					      "Disconnected", on_disconnected,
					      NULL, bus);
	if (r >= 0)
		r = sd_bus_match_signal_async(c, NULL, "org.freedesktop.DBus",
					      "/org/freedesktop/DBus",
					      "org.freedesktop.DBus",
					      "NameAcquired", on_name_acquired,
					      NULL, bus);
	if (r >= 0)
		r = add_objects(bus);
	if (r >= 0)
		r = sd_bus_request_name_async(c, NULL, BUS_NAME,
					      SD_BUS_NAME_QUEUE, on_name_reply,
					      bus);
	/* after the diagnosis: see flush.c */
	if (r >= 0)
		r = sd_bus_attach_event(c, bus->agent->event,
					SD_EVENT_PRIORITY_IDLE);
	return r;
}

static void connect_bus(struct bus *bus)
{
	int r;

	bus_auth_forget_all(bus);
	bus->bus = sd_bus_close_unref(bus->bus);
	r = sd_bus_new(&bus->bus);
	if (r >= 0)
		r = start(bus);
	if (r >= 0)
		return;

	bus->bus = sd_bus_close_unref(bus->bus);
	if (!bus->complained)
		log_warning("no system bus at %s: %s; running on without it",
			    bus_address(), strerror(-r));
	bus->complained = true;
	retry_later(bus);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source, (void)usec;
	connect_bus(userdata);
	return 0;
}

/*
 * Who is told that the daemon is ready may call it right away: the name should
 * be there by then.
 */
static void wait_for_name(struct bus *bus)
{
	uint64_t now = now_usec(CLOCK_MONOTONIC);
	const uint64_t end = now + START_MAX_USEC;
	int r;

	while (bus->bus && !bus->settled && now < end) {
		r = sd_bus_process(bus->bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus->bus, end - now);
		if (r < 0)
			return;
		now = now_usec(CLOCK_MONOTONIC);
	}
}

int bus_new(struct bus **result, struct agent *agent)
{
	struct bus *bus;
	int r;

	bus = calloc(1, sizeof(*bus));
	if (!bus)
		return -ENOMEM;
	bus->agent = agent;
	bus->retry_usec = RETRY_MIN_USEC;
	TAILQ_INIT(&bus->bonds);
	TAILQ_INIT(&bus->ports);
	TAILQ_INIT(&bus->requests);

	r = sd_event_add_time(agent->event, &bus->retry, CLOCK_MONOTONIC,
			      UINT64_MAX, 0, on_retry, bus);
	if (r >= 0)
		r = sd_event_source_set_enabled(bus->retry, SD_EVENT_OFF);
	if (r < 0) {
		bus_free(bus);
		return r;
	}
	bus_publish_all(bus);
	connect_bus(bus);
	wait_for_name(bus);
	*result = bus;
	return 0;
}

struct bus *bus_free(struct bus *bus)
{
	if (!bus)
		return NULL;
	sd_event_source_disable_unref(bus->retry);
	bus_auth_forget_all(bus);
	sd_bus_flush_close_unref(bus->bus);
	bus_forget_all(bus);
	free(bus);
	return NULL;
}
