// SPDX-License-Identifier: GPL-2.0
/* dualhomectl on a terminal: its pager, and who closes the pipe first. */
#include "test-ctl.h"

#include <poll.h>
#include <pty.h>
#include <systemd/sd-login.h>

#include "log.h"

static const char *const variables[] = {
	"PAGER", "SYSTEMD_PAGER", "SYSTEMD_LESS", "SYSTEMD_PAGERSECURE", "TERM",
	"LESS", "LESSSECURE", "SYSTEMD_LESSCHARSET", "LESSCHARSET",
};

struct screen {
	int code;
	char text[8192];		/* what the terminal shows */
	char paged[8192];		/* what the pager got, and its variables */
};

/* The pager of the tests: keeps what it gets. */
static void write_pager(struct daemon *d, char path[100])
{
	FILE *file;

	snprintf(path, 100, "%s/less", d->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\ncat >%s/paged\n"
		"echo \"$*,$LESS,$LESSSECURE,$LESSCHARSET,\" >>%s/paged\n",
		d->folder, d->folder);
	fclose(file);
	assert_int_equal(chmod(path, 0755), 0);
}

static void read_paged(struct daemon *d, struct screen *screen)
{
	char path[100];

	screen->paged[0] = '\0';
	snprintf(path, sizeof(path), "%s/paged", d->folder);
	if (access(path, F_OK) == 0)
		slurp(path, screen->paged, sizeof(screen->paged));
}

/* Run it with a terminal as its output until it ends. */
static void run_on_terminal(struct daemon *d, const char *line,
			    struct screen *screen)
{
	char *args[] = { "dualhomectl", (char *)line, "--no-legend", NULL };
	struct pollfd poller = { .events = POLLIN };
	int terminal, status, done = 0;
	size_t used = 0;
	ssize_t n;
	pid_t child;

	child = forkpty(&terminal, NULL, NULL, NULL);
	assert_true(child >= 0);
	if (child == 0)
		run_child(NULL, NULL, args);
	poller.fd = terminal;
	do {
		if (!done)
			done = waitpid(child, &status, WNOHANG);
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
		n = 0;
		if (poll(&poller, 1, 0) == 1)
			n = read(terminal, screen->text + used,
				 sizeof(screen->text) - 1 - used);
		used += n > 0 ? n : 0;
	} while (!done || n > 0);
	screen->text[used] = '\0';
	close(terminal);
	screen->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	read_paged(d, screen);
}

static int setup_terminal(void **state)
{
	char pager[100];
	int r = setup(state);

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	setenv("TERM", "vt100", 1);
	setenv("SYSTEMD_COLORS", "0", 1);
	setenv("SYSTEMD_PAGERSECURE", "0", 1);
	write_pager(*state, pager);
	setenv("PAGER", pager, 1);
	return r;
}

static int teardown_terminal(void **state)
{
	struct daemon *d = *state;
	char pager[100];

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	snprintf(pager, sizeof(pager), "%s/less", d->folder);
	unlink(pager);
	return teardown(state);
}

static void assert_ends(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	if (length < wanted || strcmp(text + length - wanted, end) != 0)
		fail_msg("'%s' does not end with '%s'", text, end);
}

static void test_paged(void **state)
{
	struct daemon *d = *state;
	struct screen screen;

	cut_cable(d);
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	setenv("LESSSECURE", "1", 1);
	run_on_terminal(d, "status", &screen);
	assert_int_equal(screen.code, 1);
	assert_string_equal(screen.text, "");
	assert_memory_equal(screen.paged, "bond0 degraded: eth1 has", 24);
	assert_ends(screen.paged, "\n,FRSXMK,,,\n");
}

/* SYSTEMD_PAGER= wins, with arguments; less gets what it is asked for. */
static void test_variables(void **state)
{
	struct screen screen;
	char line[128];

	snprintf(line, sizeof(line), "%s  -a  b", getenv("PAGER"));
	setenv("SYSTEMD_PAGER", line, 1);
	setenv("PAGER", "false", 1);
	setenv("SYSTEMD_LESS", "FRX", 1);
	setenv("SYSTEMD_LESSCHARSET", "latin1", 1);
	setenv("SYSTEMD_PAGERSECURE", "1", 1);
	run_on_terminal(*state, "list", &screen);
	assert_int_equal(screen.code, 0);
	assert_memory_equal(screen.paged, "bond0 ok", 8);
	assert_ends(screen.paged, "\n-a b,FRX,1,latin1,\n");
}

/* Each of these has the terminal for itself. */
static void test_not_paged(void **state)
{
	static const struct {
		const char *variable, *value, *argument;
	} rows[] = {
		{ "SYSTEMD_PAGER", "", "list" },
		{ "SYSTEMD_PAGER", "cat", "list" },
		{ "TERM", "dumb", "list" },
		{ "SYSTEMD_LESS", "", "--no-pager" },
	};
	struct screen screen;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		setenv(rows[i].variable, rows[i].value, 1);
		run_on_terminal(*state, rows[i].argument, &screen);
		assert_int_equal(screen.code, 0);
		assert_memory_equal(screen.text, "bond0 ok", 8);
		assert_string_equal(screen.paged, "");
		unsetenv(rows[i].variable);
		setenv("TERM", "vt100", 1);
	}
}

static void test_no_terminal(void **state)
{
	struct screen screen;

	assert_run(*state, "list --no-legend", 0,
		"bond0 ok     802.3ad     2      2 on       dkms   02:00:00:00:aa:bb     2         1\n", "");
	read_paged(*state, &screen);
	assert_string_equal(screen.paged, "");
}

/* Of somebody else's session, no variable may choose a program: less it is. */
static void test_foreign_session(void **state)
{
	struct daemon *d = *state;
	char path[4096], *before;
	struct screen screen;
	uid_t owner;

	if (sd_pid_get_owner_uid(0, &owner) >= 0 && owner == geteuid())
		skip();
	unsetenv("SYSTEMD_PAGERSECURE");
	setenv("PAGER", "true", 1);
	before = strdup(getenv("PATH"));
	snprintf(path, sizeof(path), "%s:%s", d->folder, before);
	setenv("PATH", path, 1);
	run_on_terminal(d, "list", &screen);
	setenv("PATH", before, 1);
	free(before);
	assert_int_equal(screen.code, 0);
	assert_memory_equal(screen.paged, "bond0 ok", 8);
	assert_ends(screen.paged, "\n,FRSXMK,1,,\n");
}

/* A pager that reads nothing, none at all: the exit code is the verb's. */
static void test_bad_pagers(void **state)
{
	struct daemon *d = *state;
	char *path = strdup(getenv("PATH"));
	struct screen screen;

	cut_cable(d);
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	setenv("PAGER", "true", 1);
	run_on_terminal(d, "status", &screen);
	assert_int_equal(screen.code, 1);
	assert_string_equal(screen.text, "");
	setenv("PAGER", "no-such-pager", 1);
	setenv("PATH", "/nowhere", 1);
	run_on_terminal(d, "status", &screen);
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(screen.code, 1);
	assert_memory_equal(screen.text, "bond0 degraded: eth1 has", 24);
}

/* Runs `dualhomectl LINE` with @out as its output, for its exit code. */
static int code_with_output(struct daemon *d, char *line, int out)
{
	char *args[] = { "dualhomectl", line, NULL };
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		dup2(out, STDOUT_FILENO);
		run_child(NULL, "/dev/null", args);
	}
	while (waitpid(child, &status, WNOHANG) == 0)
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* `status | true` has the health, a full disk is an error. */
static void test_broken_pipe(void **state)
{
	struct daemon *d = *state;
	int pipes[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	cut_cable(d);
	bus_bond_changed(d->agent.bus, bonds_find(&d->agent.bonds, 10));
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	close(pipes[0]);
	assert_int_equal(code_with_output(d, "status", pipes[1]), 1);
	assert_int_equal(code_with_output(d, "diagnose", pipes[1]), 0);
	close(pipes[1]);
	assert_true(full >= 0);
	assert_int_equal(code_with_output(d, "status", full), 3);
	assert_int_equal(code_with_output(d, "diagnose", full), 3);
	close(full);
}

#define TERMINAL_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_terminal, teardown_terminal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TERMINAL_TEST(test_paged),
		TERMINAL_TEST(test_variables),
		TERMINAL_TEST(test_not_paged),
		TERMINAL_TEST(test_no_terminal),
		TERMINAL_TEST(test_foreign_session),
		TERMINAL_TEST(test_bad_pagers),
		TEST(test_broken_pipe),
	};

	setlogmask(LOG_UPTO(LOG_EMERG));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
