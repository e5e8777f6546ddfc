// SPDX-License-Identifier: GPL-2.0
/* org.freedesktop.LogControl1: `systemctl service-log-level dualhomed debug` */

#include "bus-private.h"

#include <string.h>

#include "log.h"

static const char *const levels[] = {
	[LOG_EMERG]	= "emerg",
	[LOG_ALERT]	= "alert",
	[LOG_CRIT]	= "crit",
	[LOG_ERR]	= "err",
	[LOG_WARNING]	= "warning",
	[LOG_NOTICE]	= "notice",
	[LOG_INFO]	= "info",
	[LOG_DEBUG]	= "debug",
};

/* log.c writes to stderr; the service manager decides where that leads. */
static const char *target(void)
{
	return getenv("JOURNAL_STREAM") ? "journal" : "console";
}

static int get_level(sd_bus *connection, const char *path,
		     const char *interface, const char *property,
		     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	int level = LOG_DEBUG;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata, (void)error;
	while (level > LOG_EMERG && !(setlogmask(0) & LOG_MASK(level)))
		level--;
	return sd_bus_message_append(reply, "s", levels[level]);
}

static int set_level(sd_bus *connection, const char *path,
		     const char *interface, const char *property,
		     sd_bus_message *value, void *userdata, sd_bus_error *error)
{
	const char *word;
	int r;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata;
	r = sd_bus_message_read(value, "s", &word);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(levels[i], word) != 0)
			continue;
		setlogmask(LOG_UPTO(i));
		return 0;
	}
	return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
				 "no log level '%s'; known: emerg alert crit err warning notice info debug",
				 word);
}

static int get_target(sd_bus *connection, const char *path,
		      const char *interface, const char *property,
		      sd_bus_message *reply, void *userdata,
		      sd_bus_error *error)
{
	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata, (void)error;
	return sd_bus_message_append(reply, "s", target());
}

static int set_target(sd_bus *connection, const char *path,
		      const char *interface, const char *property,
		      sd_bus_message *value, void *userdata,
		      sd_bus_error *error)
{
	const char *word;
	int r;

	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata;
	r = sd_bus_message_read(value, "s", &word);
	if (r < 0)
		return r;
	if (strcmp(word, target()) == 0 || strcmp(word, "auto") == 0)
		return 0;
	return sd_bus_error_setf(error, SD_BUS_ERROR_NOT_SUPPORTED,
				 "the log target is %s and cannot be changed while running",
				 target());
}

static int get_identifier(sd_bus *connection, const char *path,
			  const char *interface, const char *property,
			  sd_bus_message *reply, void *userdata,
			  sd_bus_error *error)
{
	(void)connection, (void)path, (void)interface, (void)property;
	(void)userdata, (void)error;
	return sd_bus_message_append(reply, "s", "dualhomed");
}

/* Writing is for root: that is sd-bus's rule for what is not UNPRIVILEGED. */
const sd_bus_vtable bus_log_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_WRITABLE_PROPERTY("LogLevel", "s", get_level, set_level, 0, 0),
	SD_BUS_WRITABLE_PROPERTY("LogTarget", "s", get_target, set_target, 0, 0),
	BUS_CONST("SyslogIdentifier", "s", get_identifier, 0),
	SD_BUS_VTABLE_END
};
