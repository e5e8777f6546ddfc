// SPDX-License-Identifier: GPL-2.0
/*
 * One table of keys: section, key, what is accepted, how to read it. The first
 * mistake of a file is reported with its line; then nothing of it is used.
 *
 * Peers= may be repeated, because inih reads at most 200 bytes of a line: the
 * lines of one file add up, those of a later file replace them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-files.h"
#include "config.h"
#include "util.h"

#define INTERVAL_SEC_MIN 1
#define INTERVAL_SEC_MAX 300
#define INTERVAL_SEC_DEFAULT 60

/* A file while it is read. */
struct reader {
	FILE *stream;
	const char *path;
	unsigned int line;
	struct config *config;
	char *error;			/* the first mistake, "" = none yet */
	size_t size;
	unsigned int error_line;
};

/* Always 0, which inih understands as a refusal. */
static int refuse(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(struct reader *reader, const char *format, ...)
{
	va_list args;
	int used;

	if (reader->error[0])
		return 0;
	reader->error_line = reader->line;
	used = snprintf(reader->error, reader->size, "%s:%u: ", reader->path,
			reader->line);
	if (used < 0 || (size_t)used >= reader->size)
		return 0;
	va_start(args, format);
	vsnprintf(reader->error + used, reader->size - used, format, args);
	va_end(args);
	return 0;
}

static struct bond_policy *find_policy(const struct config *config,
				       const char *name)
{
	struct bond_policy *policy;

	for (policy = config->policies; policy; policy = policy->next)
		if (strcmp(policy->name, name) == 0)
			return policy;
	return NULL;
}

static struct bond_policy *get_policy(struct config *config, const char *name)
{
	struct bond_policy *policy = find_policy(config, name);

	if (policy)
		return policy;
	policy = malloc(sizeof(*policy));
	if (!policy)
		return NULL;
	*policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	snprintf(policy->name, sizeof(policy->name), "%s", name);
	policy->next = config->policies;
	config->policies = policy;
	return policy;
}

static bool parse_address(const char *word, struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->family = strchr(word, ':') ? AF_INET6 : AF_INET;
	return inet_pton(address->family, word, &address->in6) == 1 &&
	       address_is_unicast(address);
}

static int add_peer(struct bond_policy *policy, const struct address *address)
{
	struct address *peers;

	for (size_t i = 0; i < policy->peer_count; i++)
		if (address_equal(&policy->peers[i], address))
			return 0;
	peers = reallocarray(policy->peers, policy->peer_count + 1,
			     sizeof(*peers));
	if (!peers)
		return -ENOMEM;
	policy->peers = peers;
	policy->peers[policy->peer_count++] = *address;
	return 0;
}

/*
 * A time as systemd writes them: a number is seconds, others carry a unit, and
 * several add up ("1min 30s"). Whole milliseconds, at most a day.
 */
static int64_t parse_msec(const char *value)
{
	static const struct {
		const char *unit;
		int64_t msec;
	} units[] = {
		{ "", 1000 }, { "s", 1000 }, { "sec", 1000 }, { "ms", 1 },
		{ "msec", 1 }, { "min", 60000 }, { "m", 60000 }, { "h", 3600000 },
	};
	const int64_t day = 24 * 3600000;
	int64_t sum = 0, number;
	size_t length, i;
	char *end;

	do {
		if (*value < '0' || *value > '9')
			return -EINVAL;
		errno = 0;
		number = strtoll(value, &end, 10);
		value = end + strspn(end, " \t");
		length = strspn(value, "abcdefghijklmnopqrstuvwxyz");
		for (i = 0; i < ARRAY_SIZE(units); i++)
			if (strlen(units[i].unit) == length &&
			    memcmp(units[i].unit, value, length) == 0)
				break;
		if (errno || number > day || i == ARRAY_SIZE(units))
			return -EINVAL;
		sum += number * units[i].msec;
		value += length;
		value += strspn(value, " \t");
	} while (*value && sum <= day);
	return sum <= day ? sum : -EINVAL;
}

static int read_interval(struct reader *reader, struct bond_policy *policy,
			 const char *value)
{
	int64_t msec = parse_msec(value);

	(void)policy;
	if (msec < INTERVAL_SEC_MIN * 1000 || msec > INTERVAL_SEC_MAX * 1000)
		return -EINVAL;
	reader->config->keepalive_interval_usec = msec * USEC_PER_MSEC;
	return 0;
}

static int read_miimon(struct reader *reader, struct bond_policy *policy,
		       const char *value)
{
	int64_t msec = parse_msec(value);

	(void)reader;
	if (msec < 0)
		return -EINVAL;
	policy->miimon_msec = msec;
	return 0;
}

/* Options of the bond, by the words of ip-link(8) */
#define DEFINE_READ_OPTION(option, member)				\
	static int read_##option(struct reader *reader,			\
				 struct bond_policy *policy,		\
				 const char *value)			\
	{								\
		int number = option##_from_string(value);		\
									\
		(void)reader;						\
		if (number >= 0)					\
			policy->member = number;			\
		return number < 0 ? -EINVAL : 0;			\
	}

DEFINE_READ_OPTION(bond_mode, mode)
DEFINE_READ_OPTION(lacp_rate, lacp_rate)
DEFINE_READ_OPTION(xmit_hash_policy, xmit_hash_policy)

static int read_neighbor_broadcast(struct reader *reader,
				   struct bond_policy *policy, const char *value)
{
	int word = neighbor_policy_from_string(value);

	(void)reader;
	if (word < 0)
		return word;
	policy->neighbor_broadcast = word;
	return 0;
}

static int read_peers(struct reader *reader, struct bond_policy *policy,
		      const char *value)
{
	_cleanup_(freep) char *words = strdup(value);
	struct address address;
	char *word, *next;
	int r = 0;

	if (!words)
		return -ENOMEM;
	if (policy->peers_path != reader->path) {
		policy->peer_count = 0;
		policy->peers_path = reader->path;
	}
	for (word = strtok_r(words, " \t", &next); word && r == 0;
	     word = strtok_r(NULL, " \t", &next))
		r = parse_address(word, &address) ?
		    add_peer(policy, &address) : -EINVAL;
	return r;
}

enum section { SECTION_KEEPALIVE, SECTION_BOND };

static const struct key {
	enum section section;
	const char *name;
	const char *accepted;
	int (*read)(struct reader *reader, struct bond_policy *policy,
		    const char *value);
} keys[] = {
	{ SECTION_KEEPALIVE, "IntervalSec", "1 to 300 seconds, as in 60, 90s or 5min",
	  read_interval },
	{ SECTION_BOND, "NeighborBroadcast", "yes, no, keep",
	  read_neighbor_broadcast },
	{ SECTION_BOND, "Peers",
	  "unicast IPv4 and IPv6 addresses, separated by spaces", read_peers },
	{ SECTION_BOND, "Mode",
	  "balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb",
	  read_bond_mode },
	{ SECTION_BOND, "LACPTransmitRate", "slow, fast", read_lacp_rate },
	{ SECTION_BOND, "MIIMonitorSec", "a time, as in 100ms or 1s",
	  read_miimon },
	{ SECTION_BOND, "TransmitHashPolicy",
	  "layer2, layer2+3, layer3+4, encap2+3, encap3+4, vlan+srcmac",
	  read_xmit_hash_policy },
};

static int unknown_key(struct reader *reader, enum section wanted,
		       const char *section, const char *name)
{
	char accepted[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].section == wanted)
			used += snprintf(accepted + used,
					 sizeof(accepted) - used, "%s%s",
					 used ? ", " : "", keys[i].name);
	return refuse(reader, "unknown key '%s' in [%s]; accepted: %s", name,
		      section, accepted);
}

/* The name behind "Bond ", NULL if that can be no interface. */
static const char *bond_of_section(const char *section)
{
	const char *name = section + strlen("Bond ");

	if (strncmp(section, "Bond ", strlen("Bond ")) != 0)
		return NULL;
	if (!*name || strlen(name) >= IFNAMSIZ || strpbrk(name, " \t/:"))
		return NULL;
	return name;
}

/* 1, or 0 if there is no such section. @policy is NULL for [Keepalive]. */
static int enter_section(struct reader *reader, const char *section,
			 struct bond_policy **policy)
{
	const char *bond = bond_of_section(section);

	*policy = NULL;
	if (bond) {
		*policy = get_policy(reader->config, bond);
		return *policy ? 1 : refuse(reader, "out of memory");
	}
	if (strcmp(section, "Keepalive") == 0)
		return 1;
	return refuse(reader, "unknown section [%s]; accepted: [Keepalive], [Bond NAME], [Bond *]",
		      section);
}

/* Called by inih for each key: 1 = fine, 0 = refused. */
static int handle_key(void *userdata, const char *section, const char *name,
		      const char *value)
{
	struct reader *reader = userdata;
	struct bond_policy *policy;
	enum section wanted;
	int r;

	if (!enter_section(reader, section, &policy))
		return 0;
	wanted = policy ? SECTION_BOND : SECTION_KEEPALIVE;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].section != wanted || strcmp(keys[i].name, name) != 0)
			continue;
		r = keys[i].read(reader, policy, value);
		if (r == -EINVAL)
			return refuse(reader, "bad value '%s' of %s= in [%s]; accepted: %s",
				      value, name, section, keys[i].accepted);
		return r < 0 ? refuse(reader, "%s", strerror(-r)) : 1;
	}
	return unknown_key(reader, wanted, section, name);
}

/* inih tells of sections that have keys only; one without counts as well. */
static int check_header(struct reader *reader, const char *line)
{
	struct bond_policy *policy;
	char section[128];

	line += strspn(line, " \t");
	if (sscanf(line, "[%127[^]\n]]", section) != 1 || !strchr(line, ']'))
		return 1;
	return enter_section(reader, section, &policy);
}

/* Hands inih line after line, to know the number of the one in hand. */
static char *read_line(char *line, int size, void *userdata)
{
	struct reader *reader = userdata;

	if (!fgets(line, size, reader->stream))
		return NULL;
	reader->line++;
	if (!strchr(line, '\n') && !feof(reader->stream)) {
		refuse(reader, "line is longer than %d bytes; repeat the key instead",
		       size - 2);
		return NULL;
	}
	return check_header(reader, line) ? line : NULL;
}

/* 0 if read or absent; then else -errno with the reason in @error. */
static int read_file(struct config *config, const char *path, char *error,
		     size_t size)
{
	struct reader reader = {
		.path = path, .config = config, .error = error, .size = size
	};
	int r;

	reader.stream = fopen(path, "re");
	if (!reader.stream) {
		if (errno == ENOENT)
			return 0;
		r = -errno;
		snprintf(error, size, "%s: %s", path, strerror(-r));
		return r;
	}
	r = ini_parse_stream(read_line, &reader, handle_key, &reader);
	if (ferror(reader.stream)) {
		snprintf(error, size, "%s: cannot be read", path);
	} else if (r > 0 && (unsigned int)r != reader.error_line) {
		/* inih found a line that it could not hand over at all */
		error[0] = '\0';
		reader.line = r;
		refuse(&reader, "neither [Section] nor Key=value");
	}
	fclose(reader.stream);
	return error[0] ? -EINVAL : 0;
}

DEFINE_CLEANUP(config, config_free)

int config_load(const char *root, struct config **config, char *error,
		size_t size)
{
	_cleanup_(config_files_release) struct config_files files = { 0 };
	_cleanup_(config_freep) struct config *new = NULL;
	struct bond_policy *policy;
	int r;

	error[0] = '\0';
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->keepalive_interval_usec = INTERVAL_SEC_DEFAULT * USEC_PER_SEC;

	r = config_files_find(&files, root, error, size);
	for (size_t i = 0; r == 0 && i < files.count; i++)
		r = read_file(new, files.list[i], error, size);
	if (r < 0)
		return r;

	for (policy = new->policies; policy; policy = policy->next)
		policy->peers_path = NULL;
	*config = new;
	new = NULL;
	return 0;
}

struct config *config_free(struct config *config)
{
	struct bond_policy *policy;

	while (config && (policy = config->policies)) {
		config->policies = policy->next;
		free(policy->peers);
		free(policy);
	}
	free(config);
	return NULL;
}

const struct bond_policy *config_bond(const struct config *config,
				      const char *name)
{
	static const struct bond_policy defaults = { BOND_POLICY_DEFAULTS };
	const struct bond_policy *policy = find_policy(config, name);

	if (!policy)
		policy = find_policy(config, "*");
	return policy ? policy : &defaults;
}
