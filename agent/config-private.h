/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_CONFIG_PRIVATE_H
#define DUALHOME_CONFIG_PRIVATE_H

/* config.c loads, config-text.c reads a text, config-keys.c knows the keys. */

#include "config.h"

enum config_section {
	CONFIG_SECTION_NONE,		/* before the first one */
	CONFIG_SECTION_REFUSED,		/* a mistake: its keys are not judged */
	CONFIG_SECTION_KEEPALIVE,
	CONFIG_SECTION_BOND,
};

/* A line for each mistake; when there is no room, how many there are more. */
struct config_mistakes {
	char *text;
	size_t size;
	size_t used;
	unsigned int omitted;
};

/* A text while it is read. */
struct config_reader {
	const char *path;
	unsigned int line;
	struct config *config;
	struct config_mistakes *mistakes;
	enum config_section section;
	char section_name[64];
	struct bond_policy *policy;	/* of a CONFIG_SECTION_BOND */
};

/* config.c: NULL without memory, or if there are too many. */
struct bond_policy *config_get_policy(struct config *config, const char *name);

/* config-text.c: "FILE:LINE: ..." or "FILE: ..." if @line is 0. */
void config_mistake(struct config_mistakes *mistakes, const char *path,
		    unsigned int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* text[length] is '\0'. */
void config_read_text(struct config *config, const char *path, const char *text,
		      size_t length, struct config_mistakes *mistakes);

/* config-peers.c: readers of values, as config-keys.c describes them. */
int config_read_sources(struct config_reader *reader, const char *value);
int config_read_method(struct config_reader *reader, const char *value);
int config_read_include(struct config_reader *reader, const char *value);
int config_read_exclude(struct config_reader *reader, const char *value);
int config_read_announce(struct config_reader *reader, const char *value);
int config_read_virtual(struct config_reader *reader, const char *value);
int config_read_packets(struct config_reader *reader, const char *value);

/* config-keys.c: both tell their mistakes themselves. */
void config_enter_section(struct config_reader *reader, const char *name);
void config_set_key(struct config_reader *reader, const char *name,
		    const char *value);

#endif
