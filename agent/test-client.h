/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_CLIENT_H
#define DUALHOME_TEST_CLIENT_H

/*
 * The other end of the bus, in the same event loop: calls and signals, written
 * down as text that a test compares.
 */

#include "test-daemon.h"

struct seen {
	unsigned int signals;
	char text[1024];		/* all of them, in words */
};

static inline int on_reply(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)error;
	*(sd_bus_message **)userdata = sd_bus_message_ref(message);
	return 1;
}

/* Send @message and run daemon and client until the reply is here. */
static inline sd_bus_message *wait_reply(struct daemon *d, sd_bus_message *message)
{
	sd_bus_message *reply = NULL;

	assert_true(sd_bus_call_async(d->client, NULL, message, on_reply,
				      &reply, TIMEOUT_USEC) >= 0);
	sd_bus_message_unref(message);
	while (!reply)
		step(d);
	return reply;
}

static inline sd_bus_message *request(struct daemon *d, const char *path,
			       const char *interface, const char *member)
{
	sd_bus_message *message;

	assert_true(sd_bus_message_new_method_call(d->client, &message, BUS_NAME,
						   path, interface, member) >= 0);
	return message;
}

static inline sd_bus_message *call(struct daemon *d, const char *path,
			    const char *interface, const char *member)
{
	sd_bus_message *reply = wait_reply(d, request(d, path, interface, member));

	if (sd_bus_message_is_method_error(reply, NULL))
		fail_msg("%s: %s", member,
			 sd_bus_message_get_error(reply)->message);
	return reply;
}

static inline void assert_error(sd_bus_message *reply, const char *name,
			 const char *text)
{
	const sd_bus_error *error = sd_bus_message_get_error(reply);

	assert_non_null(error);
	assert_string_equal(error->name, name);
	assert_string_equal(error->message, text);
	sd_bus_message_unref(reply);
}

static inline char *call_string(struct daemon *d, const char *path,
			 const char *interface, const char *member)
{
	sd_bus_message *reply = call(d, path, interface, member);
	const char *text;
	char *copy;

	assert_true(sd_bus_message_read(reply, "s", &text) >= 0);
	copy = strdup(text);
	sd_bus_message_unref(reply);
	return copy;
}

/* Write a message down: "a(so)" becomes [("bond0" "/org/...")]. */
static inline void dump(FILE *out, sd_bus_message *message)
{
	static const char open[] = "a(ve", openers[] = "[(<{", closers[] = "])>}";
	const char *contents, *where;
	char type;

	while (sd_bus_message_peek_type(message, &type, &contents) > 0) {
		where = strchr(open, type == 'r' ? '(' : type);
		if (where) {
			putc(openers[where - open], out);
			assert_true(sd_bus_message_enter_container(message, type,
								   contents) >= 0);
			dump(out, message);
			assert_true(sd_bus_message_exit_container(message) >= 0);
			putc(closers[where - open], out);
			continue;
		}
		union {
			const char *s;
			uint8_t y;
			uint16_t q;
			int32_t i;
			uint32_t u;
			uint64_t t;
			int b;
		} value = { 0 };

		assert_true(sd_bus_message_read_basic(message, type, &value) > 0);
		switch (type) {
		case 's': case 'o': fprintf(out, "'%s' ", value.s); break;
		case 'y': fprintf(out, "0x%02x ", value.y); break;
		case 'q': fprintf(out, "%u ", value.q); break;
		case 'i': fprintf(out, "%d ", value.i); break;
		case 'u': fprintf(out, "%u ", value.u); break;
		case 'b': fprintf(out, value.b ? "true " : "false "); break;
		case 't': fprintf(out, "%llu ", (unsigned long long)value.t); break;
		default: fail_msg("type %c", type);
		}
	}
}

/* The body of @message in words; the message is released. */
static inline char *words(sd_bus_message *message)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	dump(out, message);
	fclose(out);
	sd_bus_message_unref(message);
	return text;
}

static inline char *get_all(struct daemon *d, const char *path, const char *interface)
{
	sd_bus_message *message = request(d, path, "org.freedesktop.DBus.Properties",
					  "GetAll");

	assert_true(sd_bus_message_append(message, "s", interface) >= 0);
	return words(wait_reply(d, message));
}

static inline int on_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct seen *seen = userdata;
	size_t used = strlen(seen->text);
	char *text = words(sd_bus_message_ref(message));

	(void)error;
	seen->signals++;
	snprintf(seen->text + used, sizeof(seen->text) - used, "%s %s %s\n",
		 sd_bus_message_get_path(message),
		 sd_bus_message_get_member(message), text);
	free(text);
	return 0;
}

/* A round trip to the daemon: what it said before has arrived. */
static inline void settle(struct daemon *d)
{
	sd_bus_message_unref(call(d, BUS_ROOT, "org.freedesktop.DBus.Peer", "Ping"));
}

static inline void watch(struct daemon *d, struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
	assert_true(sd_bus_add_match(d->client, NULL,
				     "type='signal',sender='" BUS_NAME "'",
				     on_signal, seen) >= 0);
}

static inline void forget(struct seen *seen)
{
	memset(seen, 0, sizeof(*seen));
}

static inline int on_owner(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *name, *before, *after;

	(void)error;
	assert_true(sd_bus_message_read(message, "sss", &name, &before,
					&after) >= 0);
	*(bool *)userdata = *after;
	return 0;
}

/* Wait until the name is owned on the bus that the client is on. */
static inline void wait_for_owner(struct daemon *d)
{
	sd_bus_message *message;
	sd_bus_slot *slot;
	bool owned = false;
	int has = 0;

	assert_true(sd_bus_match_signal(d->client, &slot, "org.freedesktop.DBus",
					NULL, NULL, "NameOwnerChanged",
					on_owner, &owned) >= 0);
	assert_true(sd_bus_message_new_method_call(d->client, &message,
			"org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus", "NameHasOwner") >= 0);
	assert_true(sd_bus_message_append(message, "s", BUS_NAME) >= 0);
	message = wait_reply(d, message);
	assert_true(sd_bus_message_read(message, "b", &has) >= 0);
	sd_bus_message_unref(message);
	while (!has && !owned)
		step(d);
	sd_bus_slot_unref(slot);
}

static inline int setup(void **state)
{
	static struct daemon d;

	setenv("TZ", "UTC", 1);
	prepare(&d);
	start_dbus(&d);
	assert_int_equal(bus_new(&d.agent.bus, &d.agent), 0);
	connect_client(&d);
	*state = &d;
	return 0;
}

static inline int teardown(void **state)
{
	cleanup(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
