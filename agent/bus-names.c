// SPDX-License-Identifier: GPL-2.0

#include "bus-names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>

#include "text.h"
#include "util.h"

const char *bus_address(void)
{
	const char *address = secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");

	return address && *address ? address :
				     "unix:path=/run/dbus/system_bus_socket";
}

int bus_path(char path[BUS_PATH_MAX], const char *prefix, const char *name)
{
	_cleanup_(freep) char *encoded = NULL;
	int r;

	r = sd_bus_path_encode(prefix, name, &encoded);
	if (r < 0)
		return r;
	r = snprintf(path, BUS_PATH_MAX, "%s", encoded);
	return r < BUS_PATH_MAX ? 0 : -ENAMETOOLONG;
}

const char *bus_path_name(const char *path, char *name, unsigned int size)
{
	static const char *const prefixes[] = { BUS_BONDS, BUS_PORTS };
	char *decoded;

	*name = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (sd_bus_path_decode(path, prefixes[i], &decoded) <= 0)
			continue;
		text_clean(name, size, decoded);
		free(decoded);
		break;
	}
	return name;
}
