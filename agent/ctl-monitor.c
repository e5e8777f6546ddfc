// SPDX-License-Identifier: GPL-2.0
/* monitor: a line for each event, and for the daemon that comes or goes. */

#include "ctl.h"

#include <errno.h>
#include <string.h>

#include "util.h"

/* "14:02:11 degraded eth1 port-down: eth1 has no carrier" */
static int on_event(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *severity, *code, *object, *text;
	uint64_t now = now_usec(CLOCK_REALTIME);
	struct json json = { .out = stdout };
	const struct ctl *ctl = userdata;
	char words[WORDS_MAX], name[BUS_NAME_TEXT_MAX];
	int r;

	(void)error;
	r = sd_bus_message_read(message, "ssos", &severity, &code, &object,
				&text);
	if (r < 0)
		return r;
	bus_path_name(object, name, sizeof(name));
	if (!ctl->json) {
		printf("%s %s%s%s %s %s: %s\n", format_since(words, now, now),
		       ctl->color ? color_of(severity) : "", severity,
		       ctl->color ? "\033[0m" : "", name, code, text);
		return 0;
	}
	json_open(&json, NULL, '{');
	json_number(&json, "time_usec", now);
	json_string(&json, "severity", severity);
	json_string(&json, "code", code);
	json_string(&json, "object", name);
	json_string(&json, "text", text);
	json_close(&json, '}');
	putchar('\n');
	return 0;
}

static int on_owner_changed(sd_bus_message *message, void *userdata,
			    sd_bus_error *error)
{
	uint64_t now = now_usec(CLOCK_REALTIME);
	struct json json = { .out = stdout };
	const char *name, *before, *after;
	const struct ctl *ctl = userdata;
	char words[WORDS_MAX];
	int r;

	(void)error;
	r = sd_bus_message_read(message, "sss", &name, &before, &after);
	if (r < 0)
		return r;
	if (!ctl->json) {
		printf("%s dualhomed %s\n", format_since(words, now, now),
		       *after ? "has started" : "has stopped");
		return 0;
	}
	json_open(&json, NULL, '{');
	json_number(&json, "time_usec", now);
	json_string(&json, "daemon", *after ? "started" : "stopped");
	json_close(&json, '}');
	putchar('\n');
	return 0;
}

static int subscribe(struct ctl *ctl)
{
	int r;

	r = sd_bus_match_signal(ctl->bus, NULL, BUS_NAME, BUS_ROOT, BUS_MANAGER,
				"Event", on_event, ctl);
	if (r < 0)
		return r;
	return sd_bus_add_match(ctl->bus, NULL,
				"type='signal',sender='org.freedesktop.DBus',"
				"interface='org.freedesktop.DBus',"
				"member='NameOwnerChanged',arg0='" BUS_NAME "'",
				on_owner_changed, ctl);
}

/* The screen says that it works although nothing happens yet. */
static int greet(struct ctl *ctl)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	int owned = 0, r;

	r = sd_bus_call_method(ctl->bus, "org.freedesktop.DBus",
			       "/org/freedesktop/DBus", "org.freedesktop.DBus",
			       "NameHasOwner", NULL, &reply, "s", BUS_NAME);
	if (r >= 0)
		r = sd_bus_message_read(reply, "b", &owned);
	if (r >= 0)
		fprintf(stderr, owned ? "Watching dualhomed; end with ^C.\n" :
			"dualhomed is not running; waiting for it. End with ^C.\n");
	return r;
}

int ctl_monitor(struct ctl *ctl, int argc, char **argv)
{
	int r;

	(void)argc, (void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	r = subscribe(ctl);
	if (r >= 0)
		r = greet(ctl);
	while (r >= 0) {
		r = sd_bus_process(ctl->bus, NULL);
		if (r == 0)
			r = sd_bus_wait(ctl->bus, UINT64_MAX);
		if (r == -EINTR)
			r = 0;
	}
	if (r == -ENOTCONN || r == -ECONNRESET)
		return ctl_fail(CTL_UNKNOWN, "the system bus has gone");
	return ctl_fail(CTL_UNKNOWN, "the system bus fails: %s", strerror(-r));
}
