// SPDX-License-Identifier: GPL-2.0
/*
 * A client that calls as fast as it can and never reads: what the daemon is for
 * comes first, and memory has a bound. Counts, not times: it holds on a slow
 * machine, too.
 */
#include "test-client.h"

#include <malloc.h>

#include "bus-private.h"
#include "log.h"

#define CALLS 5000
#define FLUSH_PRIORITY (SD_EVENT_PRIORITY_NORMAL + 10)	/* as in flush.c */
#define PROBE_PRIORITY SD_EVENT_PRIORITY_NORMAL		/* timers of prober.c */

/* The greatest answers there are, all of them asked for at once. */
static void flood(void)
{
	sd_bus_message *message;
	sd_bus *bus;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (sd_bus_new(&bus) < 0 ||
	    sd_bus_set_address(bus, getenv("DBUS_SYSTEM_BUS_ADDRESS")) < 0 ||
	    sd_bus_set_bus_client(bus, true) < 0 || sd_bus_start(bus) < 0)
		_exit(1);
	for (unsigned int i = 0; i < CALLS; i++) {
		if (sd_bus_message_new_method_call(bus, &message, BUS_NAME,
				BUS_ROOT, "org.freedesktop.DBus.ObjectManager",
				"GetManagedObjects") < 0 ||
		    sd_bus_send(bus, message, NULL) < 0)
			_exit(2);
		sd_bus_message_unref(message);
		/* the queue of this client is its own */
		if (i % 100 == 0 && sd_bus_flush(bus) < 0)
			_exit(3);
	}
	sd_bus_flush(bus);
	pause();
	_exit(0);
}

struct duty {
	unsigned int done;
};

static int on_duty(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct duty *duty = userdata;

	(void)source, (void)usec;
	duty->done++;
	return 0;
}

static int on_call(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)error;
	if (sd_bus_message_is_method_call(message, NULL, "GetManagedObjects"))
		++*(unsigned int *)userdata;
	return 0;
}

/* Due now: how many calls are answered before it is its turn? */
static void assert_first(struct daemon *d, int priority, unsigned int *calls)
{
	struct duty duty = { 0 };
	unsigned int before = *calls;
	sd_event_source *source;

	assert_true(sd_event_add_time(d->agent.event, &source, CLOCK_MONOTONIC,
				      now_usec(CLOCK_MONOTONIC), 1, on_duty,
				      &duty) >= 0);
	assert_true(sd_event_source_set_priority(source, priority) >= 0);
	while (!duty.done)
		step(d);
	sd_event_source_unref(source);
	if (*calls - before > 1)
		fail_msg("%u calls came before it", *calls - before);
}

static void test_flood(void **state)
{
	struct daemon *d = *state;
	unsigned int calls = 0, turns = 0;
	uint64_t waiting, most = 0;
	size_t before, grown;
	sd_bus_slot *slot;
	pid_t child;

	settle(d);
	assert_true(sd_bus_add_filter(d->agent.bus->bus, &slot, on_call,
				      &calls) >= 0);
	before = mallinfo2().uordblks;
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		flood();
	/* the bus daemon throws out who takes nothing: then no more calls come */
	while (calls < CALLS && sd_event_run(d->agent.event, 2000000) > 0) {
		assert_first(d, FLUSH_PRIORITY, &calls);
		assert_first(d, PROBE_PRIORITY, &calls);
		turns++;
		if (sd_bus_get_n_queued_write(d->agent.bus->bus, &waiting) >= 0 &&
		    waiting > most)
			most = waiting;
	}
	grown = mallinfo2().uordblks - before;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	sd_bus_slot_unref(slot);
	print_message("%u calls, %u turns, %u messages waited, %zu bytes\n",
		      calls, turns, (unsigned int)most, grown);
	assert_in_range(calls, 100, CALLS);
	assert_true(most <= 4096);
	assert_true((ssize_t)grown < 4 << 20);
	/* and the daemon is there for others */
	settle(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flood),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
