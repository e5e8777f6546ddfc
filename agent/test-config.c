// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <ftw.h>
#include <net/if.h>
#include <linux/if_bonding.h>	/* gives way to net/if.h only after it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "util.h"

/* A root of our own, in which a test writes files. */
struct fixture {
	char root[32];
	struct config *config;
	char error[CONFIG_ERROR_MAX];
};

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	strcpy(f.root, "/tmp/test-config.XXXXXX");
	*state = &f;
	return mkdtemp(f.root) ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	f->config = config_free(f->config);
	return nftw(f->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_bytes(struct fixture *f, const char *name, const void *bytes,
			size_t length)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", f->root, name);
	for (char *slash = path + strlen(f->root) + 1;
	     (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path, 0700);
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static void write_file(struct fixture *f, const char *name, const char *text)
{
	write_bytes(f, name, text, strlen(text));
}

#define MAIN "/etc/dualhome/dualhome.conf"
#define DROPIN "/dualhome/dualhome.conf.d/"

static int load(struct fixture *f)
{
	f->config = config_free(f->config);
	return config_load(f->root, &f->config, f->error, sizeof(f->error));
}

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
		   "\n"
		   "[Bond bond0]\n"
		   "NeighborBroadcast=yes\n"
		   "Peers=192.0.2.1 2001:db8::1\n"
		   "Peers=192.0.2.2 192.0.2.1\n"
		   "Mode=802.3ad\n"
		   "LACPTransmitRate=fast\n"
		   "MIIMonitorSec=100ms\n"
		   "TransmitHashPolicy=layer3+4\n"
		   "[Bond *]\n"
		   "NeighborBroadcast=no\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 5 * USEC_PER_SEC);

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

	policy = config_bond(f->config, "bond1");
	assert_int_equal(policy->neighbor_broadcast, NEIGHBOR_POLICY_NO);
	assert_int_equal(policy->lacp_rate, -1);
}

/* Order of names over all folders; /etc shadows /run shadows /usr/lib. */
static void test_dropins(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Keepalive]\nIntervalSec=2\n"
		   "[Bond b]\nPeers=192.0.2.1\n");
	write_file(f, "/usr/lib" DROPIN "50-a.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "10-b.conf", "[Keepalive]\nIntervalSec=4\n"
		   "[Bond b]\nPeers=192.0.2.2\nPeers=192.0.2.3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 2);

	write_file(f, "/run" DROPIN "50-a.conf", "[Keepalive]\nIntervalSec=5\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 5 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "50-a.conf", "");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 4 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "60-c.conf", "[Keepalive]\nIntervalSec=6\n");
	write_file(f, "/usr/lib" DROPIN "55-d.conf",
		   "[Keepalive]\nIntervalSec=7\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 6 * USEC_PER_SEC);

	write_file(f, "/etc" DROPIN "99-z.conf.bak", "[Nonsense]\nx=y\n");
	assert_int_equal(load(f), 0);
}

static void link_file(struct fixture *f, const char *name, const char *target)
{
	char path[256];

	write_file(f, name, "");
	snprintf(path, sizeof(path), "%s%s", f->root, name);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(target, path), 0);
}

/* A link to /dev/null hides the file of that name in the other folders. */
static void test_masked(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/usr/lib" DROPIN "50-a.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	link_file(f, "/run" DROPIN "50-a.conf", "/dev/null");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 60 * USEC_PER_SEC);

	link_file(f, "/run" DROPIN "40-b.conf", "50-c.conf");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "40-b.conf: a link to nothing; /dev/null masks a file"));
}

/* Of the main file as well only the first one counts. */
static void test_main_file(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/usr/lib/dualhome/dualhome.conf",
		   "[Keepalive]\nIntervalSec=2\n[Bond *]\nMode=802.3ad\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 2 * USEC_PER_SEC);
	write_file(f, "/run/dualhome/dualhome.conf",
		   "[Keepalive]\nIntervalSec=3\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 3 * USEC_PER_SEC);
	assert_int_equal(config_bond(f->config, "b")->mode, -1);
	link_file(f, MAIN, "/dev/null");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->config->keepalive_interval_usec, 60 * USEC_PER_SEC);
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
		  ":2: bad value '0' of IntervalSec= in [Keepalive]; accepted: 1 to 240 seconds, as in 60, 90s or 2min (switches forget after 300 s)" },
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

/* As editors of other systems leave them */
static void test_odd_files(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *error;
	} rows[] = {
#define TEXT(text) text, sizeof(text) - 1
		{ TEXT("[Bond b]\nMode=802.3ad"), NULL },
		{ TEXT("[Bond b]\r\nMode=802.3ad\r\n"), NULL },
		{ TEXT("\xef\xbb\xbf[Bond b]\nMode=802.3ad\n"), NULL },
		{ TEXT("  [Bond b]\n\tMode\t=\t802.3ad  \n"), NULL },
		{ TEXT("[Bond b]\nMode: 802.3ad ; as ordered\n"), NULL },
		{ TEXT("[Bond b]\n# caf\xc3\xa9\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\n[Bond c]\n[Bond b]\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\nMode=balance-rr\nMode=802.3ad\n"), NULL },
		{ TEXT("[Bond b]\nMode=802.3ad\0\n"),
		  ":2: a NUL byte: this is no text" },
		{ TEXT("\xff\xfe[\0B\0"), ":1: a NUL byte: this is no text" },
#undef TEXT
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		write_bytes(f, MAIN, rows[i].text, rows[i].length);
		if (load(f) == (rows[i].error ? 0 : -EINVAL) ||
		    (rows[i].error && !strstr(f->error, rows[i].error)))
			fail_msg("row %zu: %s", i, f->error);
		if (!rows[i].error)
			assert_int_equal(config_bond(f->config, "b")->mode,
					 BOND_MODE_8023AD);
	}
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

	end = text;
	for (int i = 0; i <= 4096; i++)
		end += sprintf(end, "[Bond b%d]\n", i);
	write_file(f, MAIN, text);
	free(text);
	assert_int_equal(load(f), -EINVAL);
	assert_string_equal(strchr(f->error, ':'), ":4097: too many sections");
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

static void test_no_such_root(void **state)
{
	struct fixture *f = *state;
	char error[256];

	assert_int_equal(config_load("/nonexistent", &f->config, error,
				     sizeof(error)), -ENOENT);
	assert_string_equal(error, "/nonexistent: No such file or directory");
}

static void test_mistake_in_dropin(void **state)
{
	struct fixture *f = *state;

	write_file(f, MAIN, "[Keepalive]\nIntervalSec=2\n");
	write_file(f, "/run" DROPIN "a.conf", "[Bond *]\nFoo=1\n");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "/run" DROPIN "a.conf:2: unknown key"));
}

/* inih reads 200 bytes with the newline and a NUL; none is ever lost. */
static void test_long_line(void **state)
{
	struct fixture *f = *state;
	char text[512] = "[Bond b]\nPeers=";
	size_t longest;

	while (strlen(text) < 300)
		strcat(text, "192.0.2.1 ");
	strcat(text, "1\n");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
	assert_int_equal(sscanf(strrchr(f->error, ':'), ": line is longer than %zu bytes; repeat the key",
				&longest), 1);

	sprintf(text, "[Bond b]\nPeers=%*s\n", (int)(longest - 6), "192.0.2.1");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), 0);
	assert_int_equal(config_bond(f->config, "b")->peer_count, 1);
	sprintf(text, "[Bond b]\nPeers=%*s\n", (int)(longest - 5), "192.0.2.1");
	write_file(f, MAIN, text);
	assert_int_equal(load(f), -EINVAL);
}

static void test_unreadable(void **state)
{
	struct fixture *f = *state;
	char path[256];
	char *large;

	write_file(f, MAIN "/file", "");
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, MAIN ": Is a directory"));

	/* nobody writes to it: to open it in earnest would take forever */
	snprintf(path, sizeof(path), "%s/run/dualhome/dualhome.conf.d", f->root);
	write_file(f, "/run" DROPIN "x", "");
	strcat(path, "/fifo.conf");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "fifo.conf: not a regular file"));

	large = calloc(1, (1 << 20) + 1);
	assert_non_null(large);
	memset(large, '\n', 1 << 20);
	write_bytes(f, "/run" DROPIN "large.conf", large, 1 << 20);
	assert_int_equal(load(f), -EINVAL);
	assert_null(strstr(f->error, "large.conf"));
	write_bytes(f, "/run" DROPIN "large.conf", large, (1 << 20) + 1);
	free(large);
	assert_int_equal(load(f), -EINVAL);
	assert_non_null(strstr(f->error, "large.conf: larger than 1 MiB"));
}

static void test_folder_is_a_file(void **state)
{
	struct fixture *f = *state;

	write_file(f, "/run/dualhome/dualhome.conf.d", "");
	assert_int_equal(load(f), -ENOTDIR);
	assert_non_null(strstr(f->error, "dualhome.conf.d: Not a directory"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults),
		TEST(test_everything),
		TEST(test_dropins),
		TEST(test_masked),
		TEST(test_main_file),
		TEST(test_mistakes),
		TEST(test_all_mistakes),
		TEST(test_more_mistakes_than_fit),
		TEST(test_odd_files),
		TEST(test_empty_peers),
		TEST(test_too_many),
		TEST(test_times),
		TEST(test_empty_sections),
		TEST(test_no_such_root),
		TEST(test_mistake_in_dropin),
		TEST(test_long_line),
		TEST(test_unreadable),
		TEST(test_folder_is_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
