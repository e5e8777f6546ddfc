// SPDX-License-Identifier: GPL-2.0
/* dualhomectl as it is run, against the daemon of test-daemon.h. */
#include "test-ctl.h"

#include "log.h"
#include "report.h"

static void publish(struct daemon *d)
{
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	bus_manager_changed(d->agent.bus);
}

#define FACTS(usable)							\
	"  802.3ad, " usable " of 2 ports usable, partner "		\
	"02:00:00:00:aa:bb\n"						\
	"  neighbor broadcast on (dkms), 1 of 2 peers reachable\n"

static void test_status(void **state)
{
	static const char ok[] =
		"bond0 ok, 2 of 2 ports usable\n"
		FACTS("2")
		"  PORT LINK LACP PARTNER           SWITCH PORT SINCE\n"
		"  eth0 25G  ok   02:00:00:00:aa:bb -           -\n"
		"  eth1 25G  ok   -                 -           -\n";

	assert_run(*state, "", 0, ok, "");
	assert_run(*state, "status", 0, ok, "");
	assert_run(*state, "--no-pager --json=off status bond0", 0, ok, "");
}

/* What LLDP says, and the first line is what STATUS says. */
static void test_status_degraded(void **state)
{
	struct daemon *d = *state;
	struct frame_lldp *lldp = calloc(1, sizeof(*lldp));
	struct port *port = bonds_find_port(&d->agent.bonds, 2);
	char status[512];

	free(port->lldp);
	port->lldp = lldp;
	strcpy(lldp->system_name, "leaf1.dc1.example");
	lldp->port = (struct lldp_id) { 5, 7, "Ten0/17" };
	cut_cable(d);
	publish(d);
	assert_run(d, "", 1,
		"bond0 degraded: eth1 has no carrier since 00:00:00\n"
		FACTS("1")
		"  PORT LINK LACP PARTNER           SWITCH PORT   SINCE\n"
		"  eth0 25G  ok   02:00:00:00:aa:bb leaf1 Ten0/17 -\n"
		"  eth1 down -    -                 -             1970-01-02 00:00:00\n"
		"  degraded port-down since 1970-01-02 00:00:00: eth1 has no carrier\n",
		"");
	report_describe(&d->agent.bonds, status, sizeof(status));
	assert_string_equal(status,
		"bond0 degraded: eth1 has no carrier since 00:00:00");
}

/* The longest words that an operator is likely to have fit into 80 columns. */
static void test_status_width(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct link_info link = port_link(2, "ens2f1np1", 10);
	struct port *port;
	struct result result;
	const char *line;

	link.port.partner_state = 0x05;
	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
	port = bonds_find_port(&d->agent.bonds, 2);
	free(port->lldp);
	port->lldp = calloc(1, sizeof(*port->lldp));
	strcpy(port->lldp->system_name, "leaf1.dc1.example");
	port->lldp->port = (struct lldp_id) { 5, 6, "Eth1/7" };
	bond->problems.count = 1;
	bond->problems.list[0] = port_down();
	bond->problems.list[0].ifindex = 2;
	strcpy(bond->problems.list[0].object, "ens2f1np1");
	bond->problems.list[0].since.real_usec = now_usec(CLOCK_REALTIME);
	publish(d);
	finish(d, start(d, "status"), &result);
	assert_non_null(strstr(result.out,
			       " partner not in sync 02:00:00:00:aa:bb leaf1 Eth1/7 "));
	for (line = result.out; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > 80)
			fail_msg("too wide: %s", line);
}

/* Two bonds: the worst decides; the one that is asked for counts alone. */
static void test_status_two(void **state)
{
	struct daemon *d = *state;
	struct link_info link = bond_link(11, "bond10");
	struct bond *bond;
	struct result result;

	link.bond.mode = 1;
	assert_int_equal(bonds_link_changed(&d->agent.bonds, &link), 1);
	bond = bonds_find(&d->agent.bonds, 11);
	bond->problems.count = 2;
	bond->problems.list[0] = port_down();
	bond->problems.list[0].severity = SEVERITY_CRITICAL;
	bond->problems.list[0].code = FAULT_BOND_DOWN;
	bond->problems.list[1] = port_down();
	bond->problems.checked = bond->problems.list[0].since;
	bus_bond_changed(d->agent.bus, bond);

	finish(d, start(d, "status"), &result);
	assert_int_equal(result.code, 2);
	assert_memory_equal(result.out, "bond10 critical: eth1 has no carrier since 00:00:00 (+1 more)\n", 62);
	assert_non_null(strstr(result.out, "\n\nbond0 ok, 2 of 2 ports usable\n"));
	finish(d, start(d, "status bond0"), &result);
	assert_int_equal(result.code, 0);
	assert_null(strstr(result.out, "bond10"));
	finish(d, start(d, "status bond10"), &result);
	assert_int_equal(result.code, 2);
	assert_null(strstr(result.out, "bond0 "));

	assert_run(d, "list", 0,
		"BOND   HEALTH   MODE          PORTS USABLE NEIGHBOR SOURCE PARTNER-SYSTEM    PEERS REACHABLE\n"
		"bond0  ok       802.3ad           2      2 on       dkms   02:00:00:00:aa:bb     2         1\n"
		"bond10 critical active-backup     0      0 on       none   02:00:00:00:aa:bb     0         0\n",
		"");
}

static void test_no_bond(void **state)
{
	struct daemon *d = *state;

	assert_run(d, "status bond9", 64, "",
		   "dualhomectl: no bond 'bond9'; known: bond0\n");
	assert_run(d, "peers bond9", 64, "",
		   "dualhomectl: no bond 'bond9'; known: bond0\n");
	assert_int_equal(bonds_link_removed(&d->agent.bonds, 10), 1);
	d->health = HEALTH_UNKNOWN;
	bus_manager_changed(d->agent.bus);
	assert_run(d, "status", 3,
		   "no bonds here; dualhomed waits for one to appear\n", "");
	assert_run(d, "list --json=short", 0, "{\"bonds\":[]}\n", "");
	assert_run(d, "status bond9", 64, "",
		   "dualhomectl: no bond 'bond9'; known: none\n");
}

static void test_color(void **state)
{
	struct daemon *d = *state;
	struct result result;

	setenv("SYSTEMD_COLORS", "1", 1);
	finish(d, start(d, "status"), &result);
	assert_non_null(strstr(result.out, "bond0 \033[32mok\033[0m, 2 of 2"));
	cut_cable(d);
	publish(d);
	finish(d, start(d, "status"), &result);
	assert_non_null(strstr(result.out, "bond0 \033[33mdegraded\033[0m: eth1"));
	assert_non_null(strstr(result.out, " \033[33m1970-01-02 00:00:00"));
	assert_non_null(strstr(result.out, "  \033[33mdegraded\033[0m port-down"));
	setenv("SYSTEMD_COLORS", "off", 1);
	finish(d, start(d, "status"), &result);
	assert_null(strchr(result.out, '\033'));
}

static void test_list(void **state)
{
	assert_run(*state, "list --no-legend", 0,
		"bond0 ok     802.3ad     2      2 on       dkms   02:00:00:00:aa:bb     2         1\n", "");
	assert_run(*state, "list --json", 0,
		"{\n"
		"  \"bonds\": [\n"
		"    {\n"
		"      \"name\": \"bond0\",\n"
		"      \"health\": \"ok\",\n"
		"      \"mode\": \"802.3ad\",\n"
		"      \"ports\": 2,\n"
		"      \"usable_ports\": 2,\n"
		"      \"neighbor_broadcast\": \"on\",\n"
		"      \"neighbor_broadcast_source\": \"dkms\",\n"
		"      \"partner_system\": \"02:00:00:00:aa:bb\",\n"
		"      \"peers_total\": 2,\n"
		"      \"peers_reachable\": 1\n"
		"    }\n"
		"  ]\n"
		"}\n", "");
}

static void test_peers(void **state)
{
	struct daemon *d = *state;

	d->paths[0].answered_usec = now_usec(CLOCK_MONOTONIC);
	d->path_count = 3;
	d->paths[1] = d->paths[2];	/* its time since would run */
	d->path_count = 2;
	d->paths[0].sources = PEER_BIT(PEER_STATIC) | PEER_BIT(PEER_GATEWAY);
	d->paths[0].rtt_min_usec = 200;
	d->paths[0].rtt_sum_usec = 6 * 312;
	d->paths[0].rtt_max_usec = 500;
	assert_run(d, "peers", 0,
		"PEER        INTERFACE PORT SENT ANSWERED LOSS  RTT-MIN      AVG      MAX LAST-ANSWER WHY            METHOD SOURCE     MAC\n"
		"192.0.2.1   bond0     eth0    7        6  14% 0.200 ms 0.312 ms 0.500 ms      0s ago static,gateway echo   192.0.2.10 02:00:00:00:00:01\n"
		"2001:db8::1 bond0     eth0    4        0 100%        -        -        -           - -              echo   -          -\n",
		"");

	d->paths[0] = d->paths[1];
	d->paths[0].method = KEEPALIVE_SOLICIT;
	d->path_count = 1;
	assert_run(d, "peers bond0 --json=short", 0,
		"{\"peers\":[{\"peer\":\"2001:db8::1\",\"interface\":\"bond0\","
		"\"port\":\"eth0\",\"sent\":4,\"answered\":0,\"loss_percent\":null,"
		"\"rtt_min_usec\":null,\"rtt_avg_usec\":null,\"rtt_max_usec\":null,"
		"\"since_answer_usec\":null,\"reasons\":null,\"method\":\"solicit\","
		"\"source\":null,\"mac\":null}]}\n",
		"");
}

/* status --json is the daemon's own description, in the style asked for. */
static void test_status_json(void **state)
{
	struct daemon *d = *state;
	struct result result;

	cut_cable(d);
	publish(d);
	finish(d, start(d, "--json=short"), &result);
	assert_int_equal(result.code, 1);
	assert_memory_equal(result.out, "{\"version\":\"" VERSION "\",", 13);
	assert_non_null(strstr(result.out, ",\"bonds\":[{\"name\":\"bond0\","));
	finish(d, start(d, "--json status bond0"), &result);
	assert_int_equal(result.code, 1);
	assert_memory_equal(result.out, "{\n  \"name\": \"bond0\",\n", 21);
	assert_non_null(strstr(result.out, "\n      \"code\": \"port-down\",\n"));
}

static void test_usage(void **state)
{
	struct daemon *d = *state;
	struct result result;

	assert_run(d, "restart", 64, "",
		   "dualhomectl: no verb 'restart'; known: status, list, ports, peers, monitor, diagnose, describe, reload, drain, undrain, set-neighbor-broadcast\n");
	assert_run(d, "list bond0", 64, "",
		   "dualhomectl: list takes no 'bond0'\n");
	assert_run(d, "--json=xml", 64, "",
		   "dualhomectl: no JSON style 'xml'; known: pretty, short, off\n");
	assert_run(d, "--bogus", 64, "",
		   "dualhomectl: unrecognized option '--bogus'\n"
		   "Try: dualhomectl --help\n");
	assert_run(d, "--version", 0, "dualhomectl " VERSION "\n", "");
	finish(d, start(d, "--help"), &result);
	assert_int_equal(result.code, 0);
	assert_non_null(strstr(result.out, "  monitor "));
}

static void test_no_daemon(void **state)
{
	static const char text[] =
		"dualhomectl: dualhomed is not on the bus; if it does not run, start it with: systemctl start dualhomed\n";
	struct daemon *d = *state;

	d->agent.bus = bus_free(d->agent.bus);
	assert_run(d, "", 3, "", text);
	assert_run(d, "list --json", 3, "", text);
	assert_run(d, "peers", 3, "", text);
}

static void test_no_bus(void **state)
{
	struct daemon *d = *state;
	char text[300];

	stop_dbus(d);
	snprintf(text, sizeof(text),
		 "dualhomectl: no system bus at unix:path=%s: No such file or directory; start it with: systemctl start dbus\n",
		 d->socket);
	assert_run(d, "", 3, "", text);
	assert_run(d, "monitor", 3, "", text);
}

/* It runs, and does not answer: stopped, or stuck in something. */
static void test_no_answer(void **state)
{
	struct daemon *d = *state;
	char path[100], error[256];
	pid_t child;
	int status;

	setenv("SYSTEMD_BUS_TIMEOUT", "1", 1);
	child = start(d, "status");
	unsetenv("SYSTEMD_BUS_TIMEOUT");
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 3);
	snprintf(path, sizeof(path), "%s/error", d->folder);
	slurp(path, error, sizeof(error));
	assert_string_equal(error,
		"dualhomectl: dualhomed does not answer; see: systemctl status dualhomed\n");
	snprintf(path, sizeof(path), "%s/out", d->folder);
	unlink(path);
}

static void test_not_allowed(void **state)
{
	struct daemon *d = *state;

	stop_dbus(d);
	d->refuse_calls = true;
	write_config(d);
	start_dbus(d);
	d->agent.bus = bus_free(d->agent.bus);
	assert_int_equal(bus_new(&d->agent.bus, &d->agent), 0);
	assert_run(d, "status", 77, "",
		   "dualhomectl: the bus does not let you talk to dualhomed; is its policy installed and read? systemctl reload dbus\n");
}

/* Run the daemon until @file has a line that contains @text. */
static void wait_for(struct daemon *d, const char *file, const char *text)
{
	uint64_t end = now_usec(CLOCK_MONOTONIC) + TIMEOUT_USEC;
	char path[100], seen[2048];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", d->folder, file);
	do {
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
		in = fopen(path, "r");
		if (!in)
			continue;
		seen[fread(seen, 1, sizeof(seen) - 1, in)] = '\0';
		fclose(in);
		if (strstr(seen, text))
			return;
	} while (now_usec(CLOCK_MONOTONIC) < end);
	fail_msg("no '%s' in time", text);
}

static void test_monitor(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct problem problem = port_down();
	struct result result;
	pid_t child = start(d, "monitor");

	wait_for(d, "error", "Watching dualhomed; end with ^C.\n");
	problem.since.mono_usec = now_usec(CLOCK_MONOTONIC) - 3500000;
	bus_event(d->agent.bus, bond, &problem, true);
	bus_event(d->agent.bus, bond, &problem, false);
	wait_for(d, "out", "ok");
	d->agent.bus = bus_free(d->agent.bus);
	wait_for(d, "out", "stopped");
	assert_int_equal(bus_new(&d->agent.bus, &d->agent), 0);
	wait_for(d, "out", "started");
	stop_dbus(d);
	finish(d, child, &result);
	assert_int_equal(result.code, 3);
	assert_string_equal(result.error, "Watching dualhomed; end with ^C.\n"
			    "dualhomectl: the system bus has gone\n");
	/* each line starts with the time of day, which runs */
	for (char *line = result.out; *line; line = strchr(line, '\n') + 1)
		memcpy(line, "hh:mm:ss", 8);
	assert_string_equal(result.out,
		"hh:mm:ss degraded eth1 port-down: eth1 has no carrier\n"
		"hh:mm:ss ok eth1 port-down: port-down of eth1 is over after 3 s\n"
		"hh:mm:ss dualhomed has stopped\n"
		"hh:mm:ss dualhomed has started\n");
}

static void test_monitor_json(void **state)
{
	struct daemon *d = *state;
	struct bond *bond = bonds_find(&d->agent.bonds, 10);
	struct problem problem = port_down();
	struct result result;
	pid_t child = start(d, "monitor --json=short");
	const char *rest;

	wait_for(d, "error", "Watching");
	bus_event(d->agent.bus, bond, &problem, true);
	wait_for(d, "out", "}\n");
	kill(child, SIGINT);
	finish(d, child, &result);
	assert_int_equal(result.code, -1);
	assert_memory_equal(result.out, "{\"time_usec\":", 13);
	rest = strchr(result.out, ',');
	assert_non_null(rest);
	assert_string_equal(rest,
		",\"severity\":\"degraded\",\"code\":\"port-down\","
		"\"object\":\"eth1\",\"text\":\"eth1 has no carrier\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),
		TEST(test_status_degraded),
		TEST(test_status_width),
		TEST(test_status_two),
		TEST(test_status_json),
		TEST(test_no_bond),
		TEST(test_color),
		TEST(test_list),
		TEST(test_peers),
		TEST(test_usage),
		TEST(test_no_daemon),
		TEST(test_no_bus),
		TEST(test_no_answer),
		TEST(test_not_allowed),
		TEST(test_monitor),
		TEST(test_monitor_json),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
