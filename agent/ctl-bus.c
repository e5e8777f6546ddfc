// SPDX-License-Identifier: GPL-2.0
/* The connection, and what its failures mean to the person who asked. */

#include "ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* To stderr, or into the report that is being made. */
__attribute__((format(printf, 3, 4)))
static int fail(struct ctl *ctl, int code, const char *format, ...)
{
	char text[CTL_TOLD_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!ctl->told)
		return ctl_fail(code, "%s", text);
	memcpy(ctl->told, text, sizeof(text));
	return code;
}

int ctl_connect(struct ctl *ctl)
{
	int r;

	r = sd_bus_open_system(&ctl->bus);
	if (r == -EACCES || r == -EPERM)
		return fail(ctl, CTL_UNKNOWN, "no permission to use the system bus at %s",
			    bus_address());
	if (r < 0)
		return fail(ctl, CTL_UNKNOWN, "no system bus at %s: %s; start it with: systemctl start dbus",
			    bus_address(), strerror(-r));
	return 0;
}

/* What the bus itself says: how many of its rules it went through. */
static bool is_of_policy(const sd_bus_error *error)
{
	return strncmp(error->message, "Rejected ", strlen("Rejected ")) == 0;
}

int ctl_call_failed(struct ctl *ctl, const sd_bus_error *error, int r)
{
	static const struct {
		const char *error;
		int code;
		const char *text;	/* NULL: that of the error */
	} rows[] = {
		{ SD_BUS_ERROR_SERVICE_UNKNOWN, CTL_UNKNOWN,
		  "dualhomed is not on the bus; if it does not run, start it with: systemctl start dualhomed" },
		{ SD_BUS_ERROR_NAME_HAS_NO_OWNER, CTL_UNKNOWN,
		  "dualhomed is not on the bus; if it does not run, start it with: systemctl start dualhomed" },
		{ SD_BUS_ERROR_NO_REPLY, CTL_UNKNOWN,
		  "dualhomed does not answer; see: systemctl status dualhomed" },
		{ SD_BUS_ERROR_TIMEOUT, CTL_UNKNOWN,
		  "dualhomed does not answer; see: systemctl status dualhomed" },
		{ BUS_ERROR_NO_SUCH_BOND, CTL_USAGE, NULL },
		{ BUS_ERROR_NO_SUCH_PORT, CTL_USAGE, NULL },
		{ SD_BUS_ERROR_ACCESS_DENIED, CTL_DENIED, NULL },
		{ SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED, CTL_DENIED,
		  NULL },
	};

	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) &&
	    is_of_policy(error))
		return fail(ctl, CTL_DENIED, "the bus does not let you talk to dualhomed; is its policy installed and read? systemctl reload dbus");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (sd_bus_error_has_name(error, rows[i].error))
			return fail(ctl, rows[i].code, "%s", rows[i].text ?
				    rows[i].text : error->message);
	if (sd_bus_error_is_set(error))
		return fail(ctl, CTL_UNKNOWN, "dualhomed: %s",
			    error->message ? error->message : error->name);
	return fail(ctl, CTL_UNKNOWN, "the system bus at %s fails: %s",
		    bus_address(), strerror(-r));
}

/* Never started for the asking: whether it runs is the administrator's word. */
int ctl_call(struct ctl *ctl, const char *path, const char *interface,
	     const char *member, sd_bus_message **reply)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	r = sd_bus_message_new_method_call(ctl->bus, &message, BUS_NAME, path,
					   interface, member);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, false);
	if (r >= 0)
		r = sd_bus_call(ctl->bus, message, 0, &error, reply);
	return r < 0 ? ctl_call_failed(ctl, &error, r) : 0;
}
