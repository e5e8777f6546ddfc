// SPDX-License-Identifier: GPL-2.0
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "util.h"

/* A raised fault's entry is explained in dualhome.catalog under this id. */
static const struct {
	const char *code;
	const char *id;
} ids[] = {
	{ "port-down",
	  "d07c232643fc46b08435ffa8ce5e90cc" },
	{ "port-flapping",
	  "c49d6761f71a4fdd92d20ee17f6fcff0" },
	{ "port-drained",
	  "e99e0ea5fa584b829315b7d85b29a83d" },
	{ "bond-down",
	  "b9f4b500ad304d7c9f7d1ffda221f97b" },
	{ "lacp-no-partner",
	  "54b6b27f1de54802b3dad486b3456fc9" },
	{ "lacp-partner-silent",
	  "6a4066bd277e435f8ac0edeade1b4f2f" },
	{ "lacp-one-way",
	  "da623ae7eb7d44ee9e71afc74c651aef" },
	{ "port-not-usable",
	  "2c0728eaa82c46538c52b9288ad6ae2f" },
	{ "aggregator-split",
	  "b1a70fe2fdc74d3fa2468aa4dac14514" },
	{ "partner-system-mismatch",
	  "3a4e3da6a6dc40008ef538ae9e327f90" },
	{ "partner-key-mismatch",
	  "ff5458716b3a4e089b102dd2a966e6d8" },
	{ "partner-system-changed",
	  "86ee14fb6b4f49ce876787c98a044f6a" },
	{ "same-switch",
	  "2fb0261cd78d40eea1304a2b536f24e0" },
	{ "lacp-loopback",
	  "918abcc422e4452cb9789a7f16fe7928" },
	{ "lacp-churn",
	  "47cb7c5605dc4acdbabee406566aa3ee" },
	{ "carrier-without-port",
	  "3ec1de023c6d465a95d6af2ab364ff72" },
	{ "min-links",
	  "c4bc20e3c8dd44bbb468e0efcc84106c" },
	{ "speed-mismatch",
	  "78fe1fc9e858403b8de5530ebfd936a9" },
	{ "mtu-mismatch",
	  "5aae51ca822845958865e72f2d7e193f" },
	{ "leaf-isolated",
	  "bc719bb8bf334d7688e4a0c2efb51754" },
	{ "gateway-unreachable",
	  "abfaa7bfa32c428ba71a37f82946b0ac" },
	{ "peer-unreachable",
	  "3fc8cea3b2f84e4297afe3339b01da6a" },
	{ "unicast-flood",
	  "9887643fc52b453facbdc91d6307fe0e" },
	{ "neighbor-broadcast-off",
	  "55bd69c60b3640ea8e13b0b616f42ced" },
	{ "module-not-active",
	  "bc4fe12b74a2441a8c053ef579f796d8" },
	{ "config-drift",
	  "fde8caeea47d434faec60065e348592b" },
};

const char *journal_id(const char *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (strcmp(ids[i].code, code) == 0)
			return ids[i].id;
	return NULL;
}

/* Fields that fit, as sd_journal_sendv() wants them. */
struct fields {
	struct iovec list[10];
	int count;
	char text[2048];
	size_t used;
};

__attribute__((format(printf, 2, 3)))
static void add(struct fields *fields, const char *format, ...)
{
	size_t room = sizeof(fields->text) - fields->used;
	char *start = fields->text + fields->used;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(start, room, format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= room)
		return;
	fields->list[fields->count++] = (struct iovec){ start, length };
	fields->used += length + 1;
}

static void add_name(struct fields *fields, const char *field, const char *name)
{
	char clean[4 * IFNAMSIZ];

	add(fields, "%s=%s", field, text_clean(clean, sizeof(clean), name));
}

void journal_send(const struct journal_entry *entry)
{
	const struct problem *problem = entry->problem;
	const char *code = fault_code_to_string(problem->code);
	const char *id = entry->raised ? journal_id(code) : JOURNAL_ID_CLEARED;
	struct fields fields = { 0 };

	add(&fields, "MESSAGE=%s", entry->message);
	if (id)
		add(&fields, "MESSAGE_ID=%s", id);
	add(&fields, "PRIORITY=%d", entry->priority);
	add(&fields, "CODE=%s", code);
	add(&fields, "SEVERITY=%s", entry->raised ?
	    severity_to_string(problem->severity) : "ok");
	add(&fields, "SINCE_USEC=%" PRIu64, problem->since.real_usec);
	add_name(&fields, "BOND", entry->bond);
	if (entry->is_port)
		add_name(&fields, "PORT", problem->object);
	sd_journal_sendv(fields.list, fields.count);
}
