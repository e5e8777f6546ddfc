// SPDX-License-Identifier: GPL-2.0
/*
 * One table of keys: section, key, what is accepted, how to read it. A reader
 * of values returns 0, -EINVAL for a bad value, or says itself what is wrong
 * with it and returns 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config-private.h"
#include "util.h"

#define INTERVAL_SEC_MIN 1
/* With its jitter of 25 % less than 300 s, after which most switches forget. */
#define INTERVAL_SEC_MAX 230
#define PEERS_MAX 4096		/* of a bond: a mistake rather than a wish */

static int mistake(const struct config_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int mistake(const struct config_reader *reader, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	config_mistake(reader->mistakes, reader->path, reader->line, "%s", text);
	return 1;
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
	if (policy->peer_count == PEERS_MAX)
		return -E2BIG;
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

static int parse_interval(const char *value, uint64_t *interval_usec)
{
	int64_t msec = parse_msec(value);

	if (msec < INTERVAL_SEC_MIN * 1000 || msec > INTERVAL_SEC_MAX * 1000)
		return -EINVAL;
	*interval_usec = msec * USEC_PER_MSEC;
	return 0;
}

static int read_interval(struct config_reader *reader, const char *value)
{
	return parse_interval(value, &reader->config->keepalive_interval_usec);
}

static int read_gateway_interval(struct config_reader *reader, const char *value)
{
	return parse_interval(value, &reader->config->gateway_interval_usec);
}

static int read_neighbor_broadcast(struct config_reader *reader,
				   const char *value)
{
	int word = neighbor_policy_from_string(value);

	if (word >= 0)
		reader->policy->neighbor_broadcast = word;
	return word < 0 ? -EINVAL : 0;
}

/* The lines of one file add up, a later file or an empty value begins anew. */
static int read_peers(struct config_reader *reader, const char *value)
{
	struct bond_policy *policy = reader->policy;
	_cleanup_(freep) char *words = strdup(value);
	struct address address;
	char *word, *next;
	int r = 0;

	if (!words)
		return -ENOMEM;
	if (policy->peers_path != reader->path || !*value) {
		policy->peer_count = 0;
		policy->peers_path = reader->path;
	}
	for (word = strtok_r(words, " \t", &next); word && r == 0;
	     word = strtok_r(NULL, " \t", &next)) {
		if (strchr(word, '%'))
			return mistake(reader, "bad value '%s' of Peers=: no zone is needed, peers are on the bond of the section",
				       word);
		if (!parse_address(word, &address))
			return mistake(reader, "bad value '%s' of Peers= in [%s]; accepted: unicast IPv4 and IPv6 addresses, separated by spaces",
				       word, reader->section_name);
		r = add_peer(policy, &address);
		if (r == -E2BIG)
			return mistake(reader, "more than %d peers in [%s]",
				       PEERS_MAX, reader->section_name);
	}
	return r;
}

static int read_mode(struct config_reader *reader, const char *value)
{
	int mode = bond_mode_from_string(value);

	if (mode >= 0)
		reader->policy->mode = mode;
	return mode < 0 ? -EINVAL : 0;
}

static int read_lacp_rate(struct config_reader *reader, const char *value)
{
	int rate = lacp_rate_from_string(value);

	if (rate >= 0)
		reader->policy->lacp_rate = rate;
	return rate < 0 ? -EINVAL : 0;
}

static int read_miimon(struct config_reader *reader, const char *value)
{
	int64_t msec = parse_msec(value);

	if (msec >= 0)
		reader->policy->miimon_msec = msec;
	return msec < 0 ? -EINVAL : 0;
}

static int read_hash_policy(struct config_reader *reader, const char *value)
{
	int policy = xmit_hash_policy_from_string(value);

	if (policy >= 0)
		reader->policy->xmit_hash_policy = policy;
	return policy < 0 ? -EINVAL : 0;
}

#define INTERVAL_ACCEPTED \
	"1 to 230 seconds, as in 60, 90s or 2min (switches forget after 300 s)"
#define PREFIXES_ACCEPTED \
	"up to 256 prefixes, as in 192.0.2.0/24 2001:db8::/64"

static const struct key {
	enum config_section section;
	const char *name;
	const char *accepted;
	int (*read)(struct config_reader *reader, const char *value);
} keys[] = {
	{ CONFIG_SECTION_KEEPALIVE, "IntervalSec",
	  INTERVAL_ACCEPTED, read_interval },
	{ CONFIG_SECTION_KEEPALIVE, "GatewayIntervalSec",
	  INTERVAL_ACCEPTED, read_gateway_interval },
	{ CONFIG_SECTION_KEEPALIVE, "PacketsPerSec", "10 to 10000",
	  config_read_packets },
	{ CONFIG_SECTION_BOND, "NeighborBroadcast", "yes, no, keep",
	  read_neighbor_broadcast },
	{ CONFIG_SECTION_BOND, "Peers",
	  "unicast IPv4 and IPv6 addresses, separated by spaces", read_peers },
	{ CONFIG_SECTION_BOND, "PeerSources",
	  "any of gateway, neighbor, ipvs, sender; nothing for none of them",
	  config_read_sources },
	{ CONFIG_SECTION_BOND, "IncludePrefixes", PREFIXES_ACCEPTED,
	  config_read_include },
	{ CONFIG_SECTION_BOND, "ExcludePrefixes", PREFIXES_ACCEPTED,
	  config_read_exclude },
	{ CONFIG_SECTION_BOND, "Method", "echo, solicit, announce",
	  config_read_method },
	{ CONFIG_SECTION_BOND, "AnnounceOnRecovery", "yes, no",
	  config_read_announce },
	{ CONFIG_SECTION_BOND, "AnnounceVirtual", "yes, no",
	  config_read_virtual },
	{ CONFIG_SECTION_BOND, "Mode",
	  "balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb, balance-alb",
	  read_mode },
	{ CONFIG_SECTION_BOND, "LACPTransmitRate", "slow, fast",
	  read_lacp_rate },
	{ CONFIG_SECTION_BOND, "MIIMonitorSec",
	  "a time of at most a day, as in 100ms or 1s", read_miimon },
	{ CONFIG_SECTION_BOND, "TransmitHashPolicy",
	  "layer2, layer2+3, layer3+4, encap2+3, encap3+4, vlan+srcmac",
	  read_hash_policy },
};

/* How many letters to insert, remove or replace; case does not count. */
static size_t distance(const char *a, const char *b)
{
	size_t row[64], above, left, rows = strlen(b);

	if (rows >= ARRAY_SIZE(row))
		return SIZE_MAX;
	for (size_t j = 0; j <= rows; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		above = row[0]++;
		for (size_t j = 0; j < rows; j++) {
			left = above + (strncasecmp(&a[i], &b[j], 1) != 0);
			above = row[j + 1];
			row[j + 1]++;
			if (row[j] + 1 < row[j + 1])
				row[j + 1] = row[j] + 1;
			if (left < row[j + 1])
				row[j + 1] = left;
		}
	}
	return row[rows];
}

static const char *section_title(enum config_section section)
{
	return section == CONFIG_SECTION_BOND ? "Bond NAME" : "Keepalive";
}

/* Two letters are a slip, with more it is another word. */
static const struct key *nearest_key(const char *name)
{
	const struct key *nearest = NULL;
	size_t least = 3, d;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		d = distance(name, keys[i].name);
		if (d < least) {
			least = d;
			nearest = &keys[i];
		}
	}
	return nearest;
}

static void unknown_key(const struct config_reader *reader, const char *name)
{
	const struct key *near = nearest_key(name);
	char accepted[512] = "", hint[96] = "";
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].section == reader->section)
			used += snprintf(accepted + used,
					 sizeof(accepted) - used, "%s%s",
					 used ? ", " : "", keys[i].name);
	if (near && near->section != reader->section)
		snprintf(hint, sizeof(hint), "%s= belongs to [%s]; ", near->name,
			 section_title(near->section));
	else if (near)
		snprintf(hint, sizeof(hint), "did you mean %s=? ", near->name);
	mistake(reader, "unknown key '%s' in [%s]; %saccepted: %s", name,
		reader->section_name, hint, accepted);
}

void config_set_key(struct config_reader *reader, const char *name,
		    const char *value)
{
	const struct key *key;
	int r;

	if (reader->section == CONFIG_SECTION_REFUSED)
		return;
	if (reader->section == CONFIG_SECTION_NONE) {
		mistake(reader, "'%s' stands before the first [Section]", name);
		return;
	}
	for (key = keys; key < keys + ARRAY_SIZE(keys); key++)
		if (key->section == reader->section &&
		    strcmp(key->name, name) == 0)
			break;
	if (key == keys + ARRAY_SIZE(keys)) {
		unknown_key(reader, name);
		return;
	}
	r = key->read(reader, value);
	if (r == -EINVAL)
		mistake(reader, "bad value '%s' of %s= in [%s]; accepted: %s",
			value, name, reader->section_name, key->accepted);
	else if (r < 0)
		mistake(reader, "%s= in [%s]: %s", name, reader->section_name,
			strerror(-r));
}

/* The name behind "Bond ", NULL if that can be no interface. */
static const char *bond_of_section(const char *section)
{
	const char *name = section + strlen("Bond ");

	if (strncmp(section, "Bond ", strlen("Bond ")) != 0)
		return NULL;
	if (!*name || strlen(name) >= IFNAMSIZ || strpbrk(name, " \t/:") ||
	    (strpbrk(name, "*?") && strcmp(name, "*") != 0))
		return NULL;
	return name;
}

void config_enter_section(struct config_reader *reader, const char *name)
{
	const char *bond = bond_of_section(name);

	snprintf(reader->section_name, sizeof(reader->section_name), "%s", name);
	reader->section = CONFIG_SECTION_REFUSED;
	if (strcmp(name, "Keepalive") == 0) {
		reader->section = CONFIG_SECTION_KEEPALIVE;
	} else if (bond) {
		reader->policy = config_get_policy(reader->config, bond);
		if (reader->policy)
			reader->section = CONFIG_SECTION_BOND;
		else
			mistake(reader, "too many sections");
	} else {
		mistake(reader, "unknown section [%s]; accepted: [Keepalive], [Bond NAME], [Bond *]",
			name);
	}
}
