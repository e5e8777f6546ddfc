// SPDX-License-Identifier: GPL-2.0
/* What keys and sections accept; see test-config-files.c for the files. */
#include "test-config.h"

#include <net/if.h>
#include <linux/if_bonding.h>	/* gives way to net/if.h only after it */

static void test_defaults(void **state)
{
	struct fixture *f = *state;
	const struct bond_policy *policy;

	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 60 * USEC_PER_SEC);
	policy = config_bond(f->config, "bond0");
	assert_string_equal(policy->name, "*");
	assert_int_equal(policy->neighbor_broadcast, NEIGHBOR_POLICY_KEEP);
	assert_int_equal(policy->peer_count, 0);
	assert_int_equal(policy->mode, -1);
	assert_int_equal(policy->lacp_rate, -1);
	assert_int_equal(policy->xmit_hash_policy, -1);
	assert_int_equal(policy->miimon_msec, -1);
	assert_int_equal(f->config->gateway_interval_usec, 0);
	assert_int_equal(f->config->packets_per_sec, 500);
	assert_int_equal(policy->peer_sources, PEER_SOURCES_DEFAULT);
	assert_int_equal(policy->method, KEEPALIVE_ECHO);
	assert_int_equal(policy->include.count, 0);
	assert_int_equal(policy->exclude.count, 0);
	assert_true(policy->announce);
	assert_true(policy->announce_virtual);
}

static void test_everything(void **state)
{
	struct fixture *f = *state;
	const struct bond_policy *policy;
	struct in6_addr six;

	write_file(f, MAIN,
		   "# comment\n"
		   "[Keepalive]\n"
		   "IntervalSec = 5\n"
		   "GatewayIntervalSec=2min\n"
		   "PacketsPerSec=10000\n"
		   "\n"
		   "[Bond bond0]\n"
		   "NeighborBroadcast=yes\n"
		   "Peers=192.0.2.1 2001:db8::1\n"
		   "Peers=192.0.2.2 192.0.2.1\n"
		   "PeerSources=ipvs  gateway\n"
		   "Method=solicit\n"
		   "AnnounceOnRecovery=no\n"
		   "AnnounceVirtual=no\n"
		   "Mode=802.3ad\n"
		   "LACPTransmitRate=fast\n"
		   "MIIMonitorSec=100ms\n"
		   "TransmitHashPolicy=layer3+4\n"
		   "[Bond *]\n"
		   "NeighborBroadcast=no\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 5 * USEC_PER_SEC);
	assert_int_equal(f->config->gateway_interval_usec, 120 * USEC_PER_SEC);
	assert_int_equal(f->config->packets_per_sec, 10000);

	policy = config_bond(f->config, "bond0");
	assert_int_equal(policy->neighbor_broadcast, NEIGHBOR_POLICY_YES);
	assert_int_equal(policy->peer_count, 3);
	assert_int_equal(policy->peers[0].family, AF_INET);
	assert_int_equal(policy->peers[0].in.s_addr, htonl(0xc0000201));
	assert_int_equal(policy->peers[1].family, AF_INET6);
	six = (struct in6_addr) { .s6_addr = { 0x20, 0x01, 0x0d, 0xb8,
					       [15] = 1 } };
	assert_memory_equal(&policy->peers[1].in6, &six, sizeof(six));
	assert_int_equal(policy->peers[2].in.s_addr, htonl(0xc0000202));
	assert_int_equal(policy->mode, BOND_MODE_8023AD);
	assert_int_equal(policy->lacp_rate, 1);
	assert_int_equal(policy->miimon_msec, 100);
	assert_int_equal(policy->xmit_hash_policy, BOND_XMIT_POLICY_LAYER34);
	assert_int_equal(policy->peer_sources,
			 PEER_BIT(PEER_IPVS) | PEER_BIT(PEER_GATEWAY));
	assert_int_equal(policy->method, KEEPALIVE_SOLICIT);
	assert_false(policy->announce);
	assert_false(policy->announce_virtual);

	policy = config_bond(f->config, "bond1");
	assert_int_equal(policy->neighbor_broadcast, NEIGHBOR_POLICY_NO);
	assert_int_equal(policy->lacp_rate, -1);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{ "[Bond bond0]\nFoo=1\n",
		  ":2: unknown key 'Foo' in [Bond bond0]; accepted: NeighborBroadcast, Peers, PeerSources, IncludePrefixes, ExcludePrefixes, Method, AnnounceOnRecovery, AnnounceVirtual, Mode, LACPTransmitRate, MIIMonitorSec, TransmitHashPolicy" },
		{ "[Keepalive]\n\nPeers=192.0.2.1\n",
		  ":3: unknown key 'Peers' in [Keepalive]; Peers= belongs to [Bond NAME]; accepted: IntervalSec" },
		{ "[Keepalives]\nIntervalSec=1\n",
		  ":1: unknown section [Keepalives]; accepted: [Keepalive], [Bond NAME], [Bond *]" },
		{ "[Bond]\nPeers=192.0.2.1\n", ":1: unknown section [Bond]" },
		{ "[Bond bond0 bond1]\nPeers=192.0.2.1\n",
		  ":1: unknown section [Bond bond0 bond1]" },
		{ "[Bond sixteenletters16]\nPeers=192.0.2.1\n",
		  ":1: unknown section [Bond sixteenletters16]" },
		{ "IntervalSec=1\n",
		  ":1: 'IntervalSec' stands before the first [Section]" },
		{ "[Keepalive]\nIntervalSec=0\n",
		  ":2: bad value '0' of IntervalSec= in [Keepalive]; accepted: 1 to 230 seconds, as in 60, 90s or 2min (switches forget after 300 s)" },
		{ "[Keepalive]\nIntervalSec=231\n", ":2: bad value '231'" },
		{ "[Keepalive]\nIntervalSec=241\n", ":2: bad value '241'" },
		{ "[Keepalive]\nIntervalSec=\n", ":2: bad value ''" },
		{ "[Keepalive]\nIntervalSec=6min\n", ":2: bad value '6min'" },
		{ "[Keepalive]\nIntervalSec=500ms\n", ":2: bad value '500ms'" },
		{ "[Keepalive]\nIntervalSec=-5\n", ":2: bad value '-5'" },
		{ "[Keepalive]\nIntervalSec=5 minutes\n", ":2: bad value" },
		{ "[Keepalive]\nIntervalSec=99999999999999999999\n",
		  ":2: bad value" },
		{ "[Bond *]\nMode=lacp\n",
		  ":2: bad value 'lacp' of Mode= in [Bond *]; accepted: balance-rr, " },
		{ "[Bond *]\nLACPTransmitRate=1\n",
		  ":2: bad value '1' of LACPTransmitRate= in [Bond *]; accepted: slow, fast" },
		{ "[Bond *]\nMIIMonitorSec=-1\n",
		  ":2: bad value '-1' of MIIMonitorSec= in [Bond *]; accepted: a time of at most " },
		{ "[Bond *]\nMIIMonitorSec=25h\n", ":2: bad value '25h'" },
		{ "[Bond *]\nTransmitHashPolicy=layer34\n",
		  ":2: bad value 'layer34' of TransmitHashPolicy= in [Bond *]; accepted: layer2, " },
		{ "[Bond *]\nNeighborBroadcast=on\n",
		  ":2: bad value 'on' of NeighborBroadcast= in [Bond *]; accepted: yes, no, keep" },
		{ "[Bond *]\nPeers=192.0.2.1 192.0.2\n",
		  ":2: bad value '192.0.2' of Peers= in [Bond *]; accepted: unicast IPv4" },
		{ "[Bond *]\nPeers=224.0.0.1\n", ":2: bad value" },
		{ "[Bond *]\nPeers=0.0.0.0\n", ":2: bad value" },
		{ "[Bond *]\nPeers=127.0.0.1\n", ":2: bad value" },
		{ "[Bond *]\nPeers=255.255.255.255\n", ":2: bad value" },
		{ "[Bond *]\nPeers=ff02::1\n", ":2: bad value" },
		{ "[Bond *]\nPeers=::1\n", ":2: bad value" },
		{ "[Bond *]\nPeers=::\n", ":2: bad value" },
		{ "[Bond *]\nPeers=::ffff:192.0.2.1\n", ":2: bad value" },
		{ "[Bond *]\nPeers=gateway.example\n", ":2: bad value" },
		{ "[Bond *\nPeers=192.0.2.1\n", ":1: ']' is missing: [Bond *" },
		{ "[Keepalive]\nIntervalSec\nFoo=1\n",
		  ":2: neither [Section] nor Key=value" },
		{ "[Keepalive]\nIntervalsec=1\n",
		  ":2: unknown key 'Intervalsec' in [Keepalive]; did you mean IntervalSec=? accepted: IntervalSec" },
		{ "[Bond b]\nNeighbourBroadcast=yes\n",
		  "did you mean NeighborBroadcast=? accepted: " },
		{ "[Bond b]\nPeer = 192.0.2.1\n", "did you mean Peers=? " },
		{ "[Bond b]\nPe=192.0.2.1\n",
		  ":2: unknown key 'Pe' in [Bond b]; accepted: " },
		{ "[Bond b]\nIntervalSec=1\n",
		  ":2: unknown key 'IntervalSec' in [Bond b]; IntervalSec= belongs to [Keepalive]; accepted: " },
		{ "[Bond b]\n=1\n", ":2: unknown key ''" },
		{ "[Bond b] Mode=802.3ad\n",
		  ":1: 'Mode=802.3ad' behind the section's name; keys stand on lines of their own" },
		{ "[Bond bond*]\n", ":1: unknown section [Bond bond*]" },
		{ "[Bond b]\nPeers=fe80::1%b\n",
		  ":2: bad value 'fe80::1%b' of Peers=: no zone is needed" },
		{ "[Bond b]\nPeers=192.0.2.1\n\t192.0.2.2\n",
		  ":3: neither [Section] nor Key=value" },
		{ "[Bond b]\nMode=a\033[31m\n", ":2: bad value 'a\\x1b[31m'" },
		{ "[Bond b]\n# caf\xe9\n", ":2: this is not UTF-8" },
		{ "[Bond b\xc3]\n", ":1: this is not UTF-8" },
		{ "[Bond b]\nMode", ":2: neither [Section] nor Key=value" },
		{ "[Keepalive]\nGatewayIntervalSec=0\n",
		  ":2: bad value '0' of GatewayIntervalSec= in [Keepalive]; accepted: 1 to 230 seconds" },
		{ "[Keepalive]\nPacketsPerSec=9\n",
		  ":2: bad value '9' of PacketsPerSec= in [Keepalive]; accepted: 10 to 10000" },
		{ "[Keepalive]\nPacketsPerSec=10001\n", ":2: bad value" },
		{ "[Keepalive]\nPacketsPerSec=100/s\n", ":2: bad value" },
		{ "[Keepalive]\nPacketsPerSec=-100\n", ":2: bad value" },
		{ "[Bond b]\nPeerSources=gateway static\n",
		  ":2: bad value 'gateway static' of PeerSources= in [Bond b]; accepted: any of gateway, " },
		{ "[Bond b]\nMethod=ping\n",
		  ":2: bad value 'ping' of Method= in [Bond b]; accepted: echo, solicit, announce" },
		{ "[Bond b]\nAnnounceOnRecovery=true\n",
		  ":2: bad value 'true' of AnnounceOnRecovery= in [Bond b]; accepted: yes, no" },
		{ "[Bond b]\nAnnounceVirtual=1\n",
		  ":2: bad value '1' of AnnounceVirtual= in [Bond b]; accepted: yes, no" },
		{ "[Bond b]\nIncludePrefixes=192.0.2.0/33\n",
		  ":2: bad value '192.0.2.0/33' of IncludePrefixes= in [Bond b]; accepted: up to 256 prefixes" },
		{ "[Bond b]\nExcludePrefixes=2001:db8::/129\n", ":2: bad value" },
		{ "[Bond b]\nExcludePrefixes=192.0.2.0/\n", ":2: bad value" },
		{ "[Bond b]\nExcludePrefixes=192.0.2.0/+8\n", ":2: bad value" },
		{ "[Bond b]\nExcludePrefixes=192.0.2/24\n", ":2: bad value" },
	};
	struct fixture *f = *state;
	struct config *before;

	assert_int_equal(load(f), 0);
	before = f->config;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		write_file(f, MAIN, rows[i].text);
		assert_int_equal(config_load(f->root, &f->config, f->error,
					     sizeof(f->error)), -EINVAL);
		if (!strstr(f->error, MAIN) || !strstr(f->error, rows[i].error))
			fail_msg("row %zu: %s", i, f->error);
		assert_ptr_equal(f->config, before);
	}
}

/* All mistakes of all files, and what is beneath a wrong section is not judged. */
static void test_all_mistakes(void **state)
{
	static const char *const wanted[] = {
		MAIN ":1: unknown section [Bonds]; ",
		MAIN ":4: bad value 'x' of Mode= ",
		MAIN ":5: neither [Section] nor Key=value\n",
		"50-a.conf:1: 'Mode' stands before",
	};
	struct fixture *f = *state;
	const char *line;

	write_file(f, MAIN, "[Bonds]\nFoo=1\n[Bond b]\nMode=x\nBar\n");
	write_file(f, "/etc" DROPIN "50-a.conf", "Mode=802.3ad\n");
	assert_int_equal(load(f), -EINVAL);
	line = f->error;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (!strstr(line, wanted[i]))
			fail_msg("no '%s' in: %s", wanted[i], line);
		line = strchr(line, '\n');
		assert_true(i + 1 == ARRAY_SIZE(wanted) ? !line : line++ != NULL);
	}
}

static void test_more_mistakes_than_fit(void **state)
{
	struct fixture *f = *state;
	char text[4096] = "";
	unsigned int told = 0, more;
	char *line;

	while (strlen(text) < 4000)
		strcat(text, "Foo\n");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	for (line = f->error; strchr(line, '\n'); told++)
		line = strchr(line, '\n') + 1;
	assert_int_equal(sscanf(line, "and %u more mistakes", &more), 1);
	assert_true(told > 10);
	assert_int_equal(told + more, 1000);
}

static void test_empty_peers(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Bond b]\nPeers=192.0.2.1\nPeers=\n"
		   "Peers=192.0.2.2\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 1);
	assert_int_equal(config_bond(f->config, "b")->peers[0].in.s_addr,
			 htonl(0xc0000202));
}

/* Likewise; that no line holds 256 of them is no reason to lose any. */
static void test_prefixes(void **state)
{
	struct fixture *f = *state;
	const struct bond_policy *policy;

	write_file(f, MAIN, "[Bond b]\nIncludePrefixes=192.0.2.0/24\n"
		   "IncludePrefixes=2001:db8::/64 198.51.100.7\n"
		   "ExcludePrefixes=192.0.2.0/25\nExcludePrefixes=\n");
	assert_int_equal(load(f), 0);
	policy = config_bond(f->config, "b");
	assert_int_equal(policy->include.count, 3);
	assert_int_equal(policy->include.list[0].length, 24);
	assert_int_equal(policy->include.list[1].address.family, AF_INET6);
	assert_int_equal(policy->include.list[1].length, 64);
	assert_int_equal(policy->include.list[2].length, 32);
	assert_int_equal(policy->exclude.count, 0);

	write_file(f, "/run" DROPIN "a.conf",
		   "[Bond b]\nIncludePrefixes=::/0\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(config_bond(f->config, "b")->include.count, 1);
}

static void test_too_many(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(1 << 18), *end = text;

	assert_non_null(text);
	end += sprintf(end, "[Bond b]\n");
	for (int i = 0; i <= 4096; i++)
		end += sprintf(end, "Peers=192.0.%d.%d\n", i >> 8, i & 0xff);
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	assert_string_equal(strchr(f->error, ':'), ":4098: more than 4096 peers in [Bond b]");

	end = text + sprintf(text, "[Bond b]\n");
	for (int i = 0; i <= 256; i++)
		end += sprintf(end, "IncludePrefixes=::/%d\n", i & 0x7f);
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	assert_string_equal(strchr(f->error, ':'), ":258: bad value '::/0' of IncludePrefixes= in [Bond b]; accepted: up to 256 prefixes, as in 192.0.2.0/24 2001:db8::/64");

	end = text;
	for (int i = 0; i <= 4096; i++)
		end += sprintf(end, "[Bond b%d]\n", i);
	write_file(f, MAIN, text);
	free(text);
	assert_int_equal(load(f), -EINVAL);
	assert_string_equal(strchr(f->error, ':'), ":4097: too many sections");
}

/* The text of a file beside this one */
static char *read_source(const char *name)
{
	char path[4096], *text = calloc(1, 1 << 16);
	FILE *file;

	snprintf(path, sizeof(path), "%s", __FILE__);
	snprintf(basename(path), sizeof(path) / 2, "%s", name);
	file = fopen(path, "r");
	assert_non_null(text);
	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 16) - 1, file) > 0);
	fclose(file);
	return text;
}

/* Every key, as the daemon lists them, is in the example and in the man page. */
static void find_keys(struct fixture *f, const char *section, char *example,
		      const char *page)
{
	char text[128], *key, *next, *line;

	snprintf(text, sizeof(text), "[%s]\nFoo=1\n", section);
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	key = strtok_r(strstr(f->error, "accepted: ") + strlen("accepted: "),
		       ", ", &next);
	for (; key; key = strtok_r(NULL, ", ", &next)) {
		snprintf(text, sizeof(text), "\n#%s=", key);
		line = strstr(example, text);
		if (!line)
			fail_msg("%s= is not in dualhome.conf", key);
		memmove(line + 1, line + 2, strlen(line + 2) + 1);
		snprintf(text, sizeof(text), " %s=", key);
		if (!strstr(page, text))
			fail_msg("%s= is not in dualhome.conf(5)", key);
	}
}

static void test_documented(void **state)
{
	_cleanup_(freep) char *example = read_source("dualhome.conf");
	_cleanup_(freep) char *page = read_source("man/dualhome.conf.5");
	struct fixture *f = *state;

	write_file(f, MAIN, example);
	assert_int_equal(load(f), 0);
	find_keys(f, "Keepalive", example, page);
	find_keys(f, "Bond *", example, page);
	write_file(f, MAIN, example);
	if (load(f) < 0)
		fail_msg("%s", f->error);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 2);
}

static void test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t msec;
	} rows[] = {
		{ "0", 0 }, { "1", 1000 }, { "100ms", 100 }, { "100 ms", 100 },
		{ "2s", 2000 }, { "1min 30s", 90000 }, { "1m30", 90000 },
		{ "1s 500msec", 1500 }, { "24h", 86400000 },
	};
	struct fixture *f = *state;
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "[Bond *]\nMIIMonitorSec=%s\n",
			 rows[i].text);
		write_file(f, MAIN, text);
		assert_int_equal(load(f), 0);
		assert_int_equal(config_bond(f->config, "b")->miimon_msec,
				 rows[i].msec);
	}
}

/* Sections without a key: an unknown one, and one that takes [Bond *] away. */
static void test_empty_sections(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Bond *]\nNeighborBroadcast=yes\n"
		   "[Bond bond1] ; as it is\n[Bond bond2]\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(config_bond(f->config, "bond0")->neighbor_broadcast,
			 NEIGHBOR_POLICY_YES);
	assert_int_equal(config_bond(f->config, "bond2")->neighbor_broadcast,
			 NEIGHBOR_POLICY_KEEP);
	write_file(f, MAIN, "[Keepalive]\n\n[Bonds]\n");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "dualhome.conf:3: unknown section [Bonds]; accepted: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_everything),
		TEST(test_mistakes),
		TEST(test_all_mistakes),
		TEST(test_more_mistakes_than_fit),
		TEST(test_empty_peers),
		TEST(test_prefixes),
		TEST(test_too_many),
		TEST(test_documented),
		TEST(test_times),
		TEST(test_empty_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
