// SPDX-License-Identifier: GPL-2.0
/* ports, describe, what changes something; and that nothing is undocumented. */
#include "test-ctl.h"

#include "log.h"

static void test_ports(void **state)
{
	struct result result;

	assert_run(*state, "ports bond0", 0,
		"PORT BOND  LINK SPEED AGG LACP ACTOR PARTNER PARTNER-SYSTEM    SWITCH SWITCH-PORT HEALTH\n"
		"eth0 bond0 up     25G   1 ok   0x3f  0x3d    02:00:00:00:aa:bb -      -           ok\n"
		"eth1 bond0 up     25G   1 ok   0x3f  0x3d    -                 -      -           ok\n",
		"");
	finish(*state, start(*state, "ports --json=short"), &result);
	assert_int_equal(result.code, 0);
	assert_non_null(strstr(result.out, "\"lacp\":\"ok\""));
}

/* The words for states that an operator meets. */
static void test_lacp_words(void **state)
{
	static const struct {
		uint8_t actor, partner;
		const char *words;
	} rows[] = {
		{ 0x3f, 0x3d, "\"ok\"" },
		{ 0x47, 0x02, "\"no partner\"" },
		{ 0x87, 0x3d, "\"partner silent\"" },
		{ 0x0f, 0x05, "\"partner not in sync\"" },
		{ 0x07, 0x3d, "\"not in sync\"" },
		{ 0x1f, 0x0d, "\"partner not collecting\"" },
		{ 0x00, 0x00, "null" },
	};
	struct daemon *d = *state;
	struct result result;
	struct port *port;
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		port = bonds_find_port(&d->agent.bonds, 2);
		port->attrs.actor_state = rows[i].actor;
		port->attrs.partner_state = rows[i].partner;
		bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
		finish(d, start(d, "ports --json=short"), &result);
		snprintf(text, sizeof(text), "\"lacp\":%s", rows[i].words);
		if (!strstr(result.out, text))
			fail_msg("no %s in %s", text, result.out);
	}
}

static void test_describe(void **state)
{
	struct result result;

	finish(*state, start(*state, "describe"), &result);
	assert_int_equal(result.code, 0);
	assert_memory_equal(result.out, "{\n  \"version\": ", 15);
	finish(*state, start(*state, "describe --json=short bond0"), &result);
	assert_int_equal(result.code, 0);
	assert_memory_equal(result.out, "{\"name\":\"bond0\",", 16);
	assert_run(*state, "describe bond9", 64, "",
		   "dualhomectl: no bond 'bond9'; known: bond0\n");
}

static void test_changes(void **state)
{
	struct daemon *d = *state;

	assert_run(d, "reload", 0, "", "");
	assert_true(d->reloaded);
	d->reload_error = "dualhome.conf:3: no key 'Peer'; known: Peers";
	assert_run(d, "reload", 3, "",
		   "dualhomectl: dualhomed: dualhome.conf:3: no key 'Peer'; known: Peers\n");
	assert_run(d, "set-neighbor-broadcast bond0 on", 0, "", "");
	assert_int_equal(d->set_to, 1);
	assert_run(d, "set-neighbor-broadcast bond0 off", 0, "", "");
	assert_int_equal(d->set_to, 0);
	assert_run(d, "set-neighbor-broadcast bond0", 64, "",
		   "dualhomectl: set-neighbor-broadcast takes BOND and on or off\n");
	assert_run(d, "set-neighbor-broadcast bond0 maybe", 64, "",
		   "dualhomectl: no 'maybe'; known: on, off\n");
}

static void test_drain(void **state)
{
	struct daemon *d = *state;

	assert_run(d, "drain eth1", 0, "", "");
	assert_string_equal(d->drained, "eth1");
	assert_run(d, "drain --force eth1", 0, "", "");
	assert_string_equal(d->drained, "eth1 by force");
	assert_run(d, "undrain eth0", 0, "", "");
	assert_string_equal(d->drained, "not eth0");
	assert_run(d, "drain", 64, "", "dualhomectl: drain takes PORT\n");
	assert_run(d, "drain eth7", 64, "",
		   "dualhomectl: no port 'eth7'; known: eth0, eth1\n");
	assert_run(d, "undrain --force eth1", 64, "",
		   "dualhomectl: undrain takes no '--force'\n");
	d->drain_result = -EBUSY;
	assert_run(d, "drain eth1", 3, "",
		   "dualhomectl: dualhomed: no other port of its bond would carry the traffic of eth1; --force drains it nevertheless\n");
}

static void assert_has(const char *path, const char *text)
{
	static char file[65536];
	FILE *in = fopen(path, "r");

	if (!in)
		fail_msg("no %s", path);
	file[fread(file, 1, sizeof(file) - 1, in)] = '\0';
	fclose(in);
	if (!strstr(file, text))
		fail_msg("%s lacks '%s'", path, text);
}

/* @word as a man page spells it: each dash is \- */
static const char *roff(char out[128], const char *word)
{
	size_t used = 0;

	for (; *word && used < 124; word++) {
		if (*word == '-')
			out[used++] = '\\';
		out[used++] = *word;
	}
	out[used] = '\0';
	return out;
}

/* Every verb is in the manual and in both completions, every code in the manual. */
static void test_documented(void **state)
{
	static const char marker[] = "known: ";
	struct result result;
	char *verb, *save, text[128];
	unsigned int count = 0;

	finish(*state, start(*state, "no-such-verb"), &result);
	save = strstr(result.error, marker);
	assert_non_null(save);
	save += strlen(marker);
	save[strcspn(save, "\n")] = '\0';
	while ((verb = strsep(&save, ", "))) {
		if (!*verb)
			continue;
		assert_has("man/dualhomectl.1", roff(text, verb));
		assert_has("completion/dualhomectl", verb);
		assert_has("completion/_dualhomectl", verb);
		count++;
	}
	assert_in_range(count, 8, 20);
	for (int code = 0; code < _FAULT_CODE_MAX; code++)
		assert_has("man/dualhomed.8",
			   roff(text, fault_code_to_string(code)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ports),
		TEST(test_lacp_words),
		TEST(test_describe),
		TEST(test_changes),
		TEST(test_drain),
		TEST(test_documented),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
