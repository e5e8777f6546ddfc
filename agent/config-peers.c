// SPDX-License-Identifier: GPL-2.0
/* Keys that say who is probed besides Peers=, how and how often. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config-private.h"
#include "util.h"

#define PREFIXES_MAX 256		/* of a list: a mistake rather than a wish */
#define PACKETS_MIN 10
#define PACKETS_MAX 10000

int config_read_sources(struct config_reader *reader, const char *value)
{
	_cleanup_(freep) char *words = strdup(value);
	unsigned int sources = 0;
	char *word, *next;
	int source;

	if (!words)
		return -ENOMEM;
	for (word = strtok_r(words, " \t", &next); word;
	     word = strtok_r(NULL, " \t", &next)) {
		source = peer_source_from_string(word);
		if (source < 0 || source == PEER_STATIC)
			return -EINVAL;
		sources |= PEER_BIT(source);
	}
	reader->policy->peer_sources = sources;
	return 0;
}

int config_read_method(struct config_reader *reader, const char *value)
{
	int method = keepalive_method_from_string(value);

	if (method >= 0)
		reader->policy->method = method;
	return method < 0 ? -EINVAL : 0;
}

static int parse_prefix(char *word, struct prefix *prefix)
{
	struct address *address = &prefix->address;
	char *slash = strchr(word, '/'), *end;
	unsigned long length;

	if (slash)
		*slash++ = '\0';
	memset(prefix, 0, sizeof(*prefix));
	address->family = strchr(word, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(address->family, word, &address->in6) != 1)
		return -EINVAL;
	length = 8 * address_length(address);
	if (slash) {
		if (*slash < '0' || *slash > '9' ||
		    strtoul(slash, &end, 10) > length || *end)
			return -EINVAL;
		length = strtoul(slash, NULL, 10);
	}
	prefix->length = length;
	return 0;
}

/* As with Peers=: the lines of one file add up. */
static int read_prefixes(struct config_reader *reader, const char *value,
			 struct config_prefixes *prefixes)
{
	_cleanup_(freep) char *words = strdup(value);
	struct prefix *list;
	char *word, *next;

	if (!words)
		return -ENOMEM;
	if (prefixes->path != reader->path || !*value) {
		prefixes->count = 0;
		prefixes->path = reader->path;
	}
	for (word = strtok_r(words, " \t", &next); word;
	     word = strtok_r(NULL, " \t", &next)) {
		if (prefixes->count == PREFIXES_MAX)
			return -EINVAL;
		list = reallocarray(prefixes->list, prefixes->count + 1,
				    sizeof(*list));
		if (!list)
			return -ENOMEM;
		prefixes->list = list;
		if (parse_prefix(word, &list[prefixes->count]) < 0)
			return -EINVAL;
		prefixes->count++;
	}
	return 0;
}

int config_read_include(struct config_reader *reader, const char *value)
{
	return read_prefixes(reader, value, &reader->policy->include);
}

int config_read_exclude(struct config_reader *reader, const char *value)
{
	return read_prefixes(reader, value, &reader->policy->exclude);
}

static int parse_boolean(const char *value, bool *boolean)
{
	if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
		return -EINVAL;
	*boolean = *value == 'y';
	return 0;
}

int config_read_announce(struct config_reader *reader, const char *value)
{
	return parse_boolean(value, &reader->policy->announce);
}

int config_read_virtual(struct config_reader *reader, const char *value)
{
	return parse_boolean(value, &reader->policy->announce_virtual);
}

int config_read_packets(struct config_reader *reader, const char *value)
{
	unsigned long packets;
	char *end;

	packets = strtoul(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || packets < PACKETS_MIN ||
	    packets > PACKETS_MAX)
		return -EINVAL;
	reader->config->packets_per_sec = packets;
	return 0;
}
