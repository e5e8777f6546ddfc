// SPDX-License-Identifier: GPL-2.0
/* The connection, and what its failures mean to the person who asked. */

#include "ctl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

int ctl_connect(struct ctl *ctl)
{
	int r;

	r = sd_bus_open_system(&ctl->bus);
	if (r < 0)
		return ctl_fail(CTL_UNKNOWN, "no system bus at %s: %s; start it with: systemctl start dbus",
				bus_address(), strerror(-r));
	return 0;
}

int ctl_call_failed(const sd_bus_error *error, int r)
{
	static const char *const absent[] = {
		SD_BUS_ERROR_SERVICE_UNKNOWN, SD_BUS_ERROR_NAME_HAS_NO_OWNER,
	};

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (sd_bus_error_has_name(error, absent[i]))
			return ctl_fail(CTL_UNKNOWN, "dualhomed is not running; start it with: systemctl start dualhomed");
	if (sd_bus_error_has_name(error, BUS_ERROR_NO_SUCH_BOND))
		return ctl_fail(CTL_USAGE, "%s", error->message);
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED) ||
	    sd_bus_error_has_name(error,
			SD_BUS_ERROR_INTERACTIVE_AUTHORIZATION_REQUIRED))
		return ctl_fail(CTL_DENIED, "%s", error->message);
	if (sd_bus_error_is_set(error))
		return ctl_fail(CTL_UNKNOWN, "dualhomed: %s",
				error->message ? error->message : error->name);
	return ctl_fail(CTL_UNKNOWN, "the system bus at %s fails: %s",
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
	return r < 0 ? ctl_call_failed(&error, r) : 0;
}
