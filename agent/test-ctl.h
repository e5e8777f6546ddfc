/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_CTL_H
#define DUALHOME_TEST_CTL_H

/* Runs dualhomectl against the daemon of test-daemon.h. */

#include "test-daemon.h"

#include <fcntl.h>
#include <libgen.h>
#include <limits.h>

#define ARGS_MAX 6

struct result {
	int code;
	char out[65536];
	char error[1024];
};

/* dualhomectl lies beside this test. NULL: output stays where it goes. */
static inline void run_child(const char *out, const char *error, char *const *args)
{
	char path[PATH_MAX], *folder;
	ssize_t length;

	length = readlink("/proc/self/exe", path, sizeof(path) - 16);
	if (length < 0)
		_exit(126);
	path[length] = '\0';
	folder = dirname(path);
	strcat(folder, "/dualhomectl");
	if ((out && !freopen(out, "w", stdout)) ||
	    (error && !freopen(error, "w", stderr)))
		_exit(126);
	execv(folder, args);
	_exit(127);
}

static inline void slurp(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
	unlink(path);
}

static inline pid_t start(struct daemon *d, const char *line)
{
	char *args[ARGS_MAX + 2] = { "dualhomectl" }, *copy = strdup(line);
	char out[100], error[100], *save = copy, *word;
	size_t count = 1;
	pid_t child;

	while ((word = strsep(&save, " ")) && count <= ARGS_MAX)
		if (*word)
			args[count++] = word;
	snprintf(out, sizeof(out), "%s/out", d->folder);
	snprintf(error, sizeof(error), "%s/error", d->folder);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		run_child(out, error, args);
	free(copy);
	return child;
}

static inline void finish(struct daemon *d, pid_t child, struct result *result)
{
	char path[100];
	int status;

	while (waitpid(child, &status, WNOHANG) == 0)
		assert_true(sd_event_run(d->agent.event, 10000) >= 0);
	result->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	snprintf(path, sizeof(path), "%s/out", d->folder);
	slurp(path, result->out, sizeof(result->out));
	snprintf(path, sizeof(path), "%s/error", d->folder);
	slurp(path, result->error, sizeof(result->error));
}

static inline void assert_run(struct daemon *d, const char *line, int code,
		       const char *out, const char *error)
{
	struct result result;

	finish(d, start(d, line), &result);
	assert_string_equal(result.error, error);
	assert_string_equal(result.out, out);
	assert_int_equal(result.code, code);
}

static inline int setup(void **state)
{
	static struct daemon d;

	setenv("TZ", "UTC", 1);	/* of the daemon's sentences, too */
	prepare(&d);
	start_dbus(&d);
	assert_int_equal(bus_new(&d.agent.bus, &d.agent), 0);
	unsetenv("SYSTEMD_COLORS");
	unsetenv("NO_COLOR");
	*state = &d;
	return 0;
}

static inline int teardown(void **state)
{
	unsetenv("SYSTEMD_COLORS");
	cleanup(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
