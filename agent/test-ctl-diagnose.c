// SPDX-License-Identifier: GPL-2.0
/* The report, from a /sys and /proc of the test's own, and from the daemon. */
#include "test-ctl.h"

#include "ctl-diagnose.h"
#include "log.h"

int ctl_fail(int code, const char *format, ...)
{
	(void)format;
	return code;
}

/* A folder that plays the root of a host. */
static char root[64];

static void put(const char *path, const char *text)
{
	char where[300];
	FILE *file;

	snprintf(where, sizeof(where), "%s%s", root, path);
	for (char *c = where + 1; *c; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		mkdir(where, 0755);
		*c = '/';
	}
	file = fopen(where, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const char proc_text[] =
	"Ethernet Channel Bonding Driver: v6.1.0-56-amd64\n\n"
	"Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n"
	"\n802.3ad info\nLACP active: on\nSystem MAC address: 02:00:00:00:00:10\n"
	"\nSlave Interface: eth0\nMII Status: up\nAggregator ID: 1\n"
	"details actor lacp pdu:\n    system priority: 65535\n"
	"    system mac address: 02:00:00:00:00:10\n    port key: 15\n"
	"    port priority: 255\n    port number: 1\n    port state: 63\n"
	"details partner lacp pdu:\n    system priority: 127\n"
	"    system mac address: 02:00:00:00:01:01\n    oper key: 9\n"
	"    port priority: 255\n    port number: 17\n    port state: 61\n"
	"\nSlave Interface: eth1\nMII Status: down\nAggregator ID: 2\n";

static int make_host(void **state)
{
	(void)state;
	strcpy(root, "/tmp/test-diagnose-XXXXXX");
	assert_non_null(mkdtemp(root));
	put("/sys/class/net/bonding_masters", "bond0 up\033[m\n");
	put("/sys/class/net/bond0/bonding/slaves", "eth0 eth1\n");
	put("/sys/class/net/bond0/bonding/mode", "802.3ad 4\n");
	put("/sys/class/net/bond0/bonding/lacp_rate", "fast 1\n");
	put("/sys/class/net/bond0/speed", "25000\n");
	put("/sys/class/net/up\033[m/bonding/slaves", "\n");
	put("/sys/class/net/up\033[m/mtu", "9000\n");
	put("/sys/class/net/eth0/bonding_slave/ad_aggregator_id", "1\n");
	put("/sys/class/net/eth0/bonding_slave/ad_actor_oper_port_state", "63\n");
	put("/sys/class/net/eth0/bonding_slave/ad_partner_oper_port_state", "61\n");
	put("/sys/class/net/eth0/bonding_slave/perm_hwaddr", "02:00:00:00:00:77\n");
	put("/sys/class/net/eth0/duplex", "full\n");
	put("/sys/class/net/eth0/carrier_down_count", "4\n");
	put("/sys/class/net/eth1/bonding_slave/ad_actor_oper_port_state", "69\n");
	put("/sys/class/net/eth1/bonding_slave/ad_partner_oper_port_state", "1\n");
	put("/sys/class/net/eth1/speed", "-1\n");
	put("/proc/net/bonding/bond0", proc_text);
	put("/etc/os-release", "NAME=x\nPRETTY_NAME=\"Some Linux 1\"\n");
	put("/sys/module/bonding/version", "0.1.0\n");
	put("/etc/dualhome/dualhome.conf", "[Bond bond0]\nPeerz=192.0.2.1\n");
	return 0;
}

static int remove_host(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

/* What @part writes about that host, as JSON in one line without the braces. */
static char *part(void (*run)(struct diagnosis *d))
{
	struct ctl ctl = { .json = JSON_SHORT };
	struct diagnosis d = { .ctl = &ctl, .root = root };
	char *text = NULL, *pretty = NULL;
	size_t size;
	FILE *out;

	assert_int_equal(host_read(&d.host, root), 0);
	d.json.out = open_memstream(&text, &size);
	json_open(&d.json, NULL, '{');
	run(&d);
	if (d.missing)
		json_string(&d.json, "missing", d.missing);
	json_close(&d.json, '}');
	fclose(d.json.out);
	out = open_memstream(&pretty, &size);
	json_format(out, text, JSON_SHORT);
	fclose(out);
	free(text);
	free(d.missing);
	host_clear(&d.host);
	return pretty;
}

static void assert_part(void (*run)(struct diagnosis *d), const char *wanted)
{
	char *text = part(run);

	assert_string_equal(text, wanted);
	free(text);
}

#define HEALTHY "active fast aggregatable in-sync collecting distributing"

static void test_lacp(void **state)
{
	(void)state;
	assert_part(diagnose_lacp,
		"{\"lacp\":{\"ports\":["
		"{\"port\":\"eth0\",\"side\":\"actor\",\"system\":\"02:00:00:00:00:10\","
		"\"system_priority\":65535,\"key\":15,\"port_number\":1,"
		"\"aggregator_id\":1,\"state\":63,\"state_words\":\"" HEALTHY "\"},"
		"{\"port\":\"eth0\",\"side\":\"partner\",\"system\":\"02:00:00:00:01:01\","
		"\"system_priority\":127,\"key\":9,\"port_number\":17,"
		"\"aggregator_id\":1,\"state\":61,\"state_words\":\"active slow "
		"aggregatable in-sync collecting distributing\"},"
		"{\"port\":\"eth1\",\"side\":\"actor\",\"system\":null,"
		"\"system_priority\":null,\"key\":null,\"port_number\":null,"
		"\"aggregator_id\":null,\"state\":69,\"state_words\":\"active slow "
		"aggregatable OUT-OF-SYNC NOT-COLLECTING NOT-DISTRIBUTING DEFAULTED\"},"
		"{\"port\":\"eth1\",\"side\":\"partner\",\"system\":null,"
		"\"system_priority\":null,\"key\":null,\"port_number\":null,"
		"\"aggregator_id\":null,\"state\":1,\"state_words\":\"active slow "
		"individual OUT-OF-SYNC NOT-COLLECTING NOT-DISTRIBUTING\"}]},"
		"\"missing\":\"what dualhomed has heard on the ports\\n\"}\n");
}

#define NO_LINK(name, speed, duplex, mtu, downs, permanent)		\
	"{\"name\":\"" name "\",\"driver\":null,\"operstate\":null,"	\
	"\"speed_mbps\":" speed ",\"duplex\":" duplex ",\"mtu\":" mtu	\
	",\"carrier\":null,\"carrier_up_count\":null,"			\
	"\"carrier_down_count\":" downs ",\"link_failures\":null,"	\
	"\"mac\":null,\"permanent_mac\":" permanent "}"

static void test_links(void **state)
{
	(void)state;
	assert_part(diagnose_links, "{\"links\":{\"links\":["
		NO_LINK("bond0", "25000", "null", "null", "null", "null") ","
		NO_LINK("up\\\\x1b[m", "null", "null", "9000", "null", "null") ","
		NO_LINK("eth0", "null", "\"full\"", "null", "4",
			"\"02:00:00:00:00:77\"") ","
		NO_LINK("eth1", "null", "null", "null", "null", "null") "]}}\n");
}

static void test_options(void **state)
{
	(void)state;
	assert_part(diagnose_options, "{\"options\":{\"options\":["
		"{\"bond\":\"bond0\",\"option\":\"mode\",\"value\":\"802.3ad 4\"},"
		"{\"bond\":\"bond0\",\"option\":\"lacp_rate\",\"value\":\"fast 1\"}]}}\n");
	assert_part(diagnose_lldp, "{\"lldp\":{},\"missing\":"
		    "\"LLDP: only dualhomed hears it\\n\"}\n");
}

static void test_proc(void **state)
{
	char *text = part(diagnose_proc);

	(void)state;
	assert_non_null(strstr(text, "{\"proc\":{\"bond0\":\"Ethernet Channel"));
	assert_non_null(strstr(text, "\"missing\":\"/proc/net/bonding/up\\\\x1b[m\\n"));
	free(text);
}

/* As it is, with what is wrong with it. */
static void test_config(void **state)
{
	char *text = part(diagnose_config), where[200];

	(void)state;
	assert_non_null(strstr(text, "\"/etc/dualhome/dualhome.conf\":\"[Bond bond0]\\nPeerz=192.0.2.1\\n\""));
	snprintf(where, sizeof(where), "\"mistakes\":\"%s/etc/dualhome/dualhome.conf:2: ", root);
	assert_non_null(strstr(text, where));
	free(text);
	put("/etc/dualhome/dualhome.conf", "");
	assert_part(diagnose_config, "{\"configuration\":{\"/etc/dualhome/dualhome.conf\":\"\"}}\n");
}

static void test_host(void **state)
{
	char *text = part(diagnose_host);

	(void)state;
	assert_non_null(strstr(text, "\"system\":\"Some Linux 1\""));
	assert_non_null(strstr(text, "\"dualhomectl\":\"" VERSION "\""));
	assert_int_equal(!!strstr(text, "ask again as root"), geteuid() != 0);
	free(text);
	text = part(diagnose_module);
	assert_non_null(strstr(text, "{\"module_loaded\":{\"loaded\":\"yes\",\"version\":\"0.1.0\"},"));
	free(text);
}

static void test_command(void **state)
{
	static const char *const both[] = {
		"sh", "-c", "echo out; echo error >&2; echo $HOME", NULL
	}, *const fails[] = { "sh", "-c", "echo why not; exit 3", NULL },
	*const silent[] = { "false", NULL }, *const none[] = { "no-such-program", NULL },
	*const slow[] = { "sleep", "600", NULL },
	*const loud[] = { "sh", "-c", "yes | head -c 1000000", NULL };
	char why[100], *text, *path = strdup(getenv("PATH"));

	(void)state;
	/* whose it is does not choose the program */
	setenv("PATH", "/nowhere", 1);
	text = command_run(both, COMMAND_USEC, why, sizeof(why));
	assert_string_equal(text, "out\nerror\n\n");
	free(text);
	assert_null(command_run(fails, COMMAND_USEC, why, sizeof(why)));
	assert_string_equal(why, "why not");
	assert_null(command_run(silent, COMMAND_USEC, why, sizeof(why)));
	assert_string_equal(why, "false: failed without a word");
	assert_null(command_run(none, COMMAND_USEC, why, sizeof(why)));
	assert_string_equal(why, "no-such-program: No such file or directory");
	assert_null(command_run(slow, 50000, why, sizeof(why)));
	assert_string_equal(why, "sleep: does not end in time");
	text = command_run(loud, COMMAND_USEC, why, sizeof(why));
	assert_in_range(strlen(text), 200000, 300000);
	assert_non_null(strstr(text, "\n[the rest is left out]\n"));
	free(text);
	setenv("PATH", path, 1);
	free(path);
}

static void assert_in(const struct result *result, const char *text)
{
	if (!strstr(result->out, text))
		fail_msg("no '%s' in %s", text, result->out);
}

/* Not a bond of this host's kernel, but of the daemon: that is enough. */
static void test_with_daemon(void **state)
{
	struct daemon *d = *state;
	struct result result;

	cut_cable(d);
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	finish(d, start(d, "diagnose bond0"), &result);
	assert_int_equal(result.code, 0);
	assert_string_equal(result.error, "");
	assert_in(&result, "=== Verdict, faults, peers ===\nbond0 degraded: eth1 has no carrier since ");
	assert_in(&result, "=== All that dualhomed knows, as JSON ===\n{\n");
	assert_in(&result, "\"lacpdu\": {");
	assert_in(&result, "\n192.0.2.1   bond0     eth0 ");
	assert_in(&result, "\ndualhomed: " VERSION "\n");
	assert_in(&result, "\n=== Configuration ===\n");
	assert_in(&result, "\n=== Journal ===\n");
	finish(d, start(d, "diagnose --json=short"), &result);
	assert_int_equal(result.code, 0);
	assert_in(&result, "\"daemon\":{\"description\":{\"version\":\"" VERSION "\"");
	assert_in(&result, "\"missing\":[");
	finish(d, start(d, "diagnose bond9"), &result);
	assert_int_equal(result.code, 64);
	assert_string_equal(result.error, "dualhomectl: no bond 'bond9'; known: bond0\n");
	assert_string_equal(result.out, "");
}

static void test_without(void **state)
{
	struct daemon *d = *state;
	struct result result;

	d->agent.bus = bus_free(d->agent.bus);
	finish(d, start(d, "diagnose"), &result);
	assert_int_equal(result.code, 0);
	assert_string_equal(result.error, "");
	assert_in(&result, "(missing: health, faults, peers: dualhomed is not on the bus; if it does not run, start it with: systemctl start dualhomed)\n");
	stop_dbus(d);
	finish(d, start(d, "diagnose --json"), &result);
	assert_int_equal(result.code, 0);
	assert_string_equal(result.error, "");
	assert_in(&result, "\"missing\": [\n    \"");
	assert_in(&result, "health, faults, peers: no system bus at unix:path=/tmp/");
	finish(d, start(d, "diagnose bond9"), &result);
	assert_int_equal(result.code, 64);
}

#define HOST_TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOST_TEST(test_lacp),
		HOST_TEST(test_links),
		HOST_TEST(test_options),
		HOST_TEST(test_proc),
		HOST_TEST(test_config),
		HOST_TEST(test_host),
		cmocka_unit_test(test_command),
		TEST(test_with_daemon),
		TEST(test_without),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
