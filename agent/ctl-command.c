// SPDX-License-Identifier: GPL-2.0
/* Runs what shows more than we want to know ourselves: ip, modinfo, systemctl. */

#include "ctl-diagnose.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

#define OUTPUT_MAX (256 << 10)		/* more helps nobody */

/* Not everybody's PATH has them all, and root's may have others of the name. */
static bool find_program(const char *name, char path[256])
{
	static const char *const folders[] = {
		"/usr/sbin", "/usr/bin", "/sbin", "/bin",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, 256, "%s/%s", folders[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static pid_t spawn(const char *const argv[], int *out)
{
	char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "SYSTEMD_COLORS=0",
		"SYSTEMD_PAGER=", NULL
	};
	posix_spawn_file_actions_t actions;
	char program[256];
	int pipes[2], r;
	pid_t pid = -1;

	if (!find_program(argv[0], program))
		return -ENOENT;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, pipes[1], STDERR_FILENO);
	r = posix_spawn(&pid, program, &actions, NULL, (char *const *)argv,
			 environment);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	if (r != 0) {
		close(pipes[0]);
		return -r;
	}
	*out = pipes[0];
	return pid;
}

/* All that it says, at most until @end: 0, -ETIMEDOUT or -errno. */
static int gather(int fd, FILE *text, uint64_t end)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	size_t total = 0;
	char buffer[4096];
	uint64_t now;
	ssize_t n;

	for (;;) {
		now = now_usec(CLOCK_MONOTONIC);
		if (now >= end ||
		    poll(&poller, 1, (end - now) / USEC_PER_MSEC + 1) == 0)
			return -ETIMEDOUT;
		n = read(fd, buffer, sizeof(buffer));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		if (total < OUTPUT_MAX)
			fwrite(buffer, 1, n, text);
		if (total < OUTPUT_MAX && total + n >= OUTPUT_MAX)
			fputs("\n[the rest is left out]\n", text);
		total += n;
	}
}

char *command_run(const char *const argv[], uint64_t timeout_usec, char *why,
		  size_t size)
{
	int fd = -1, r, status = 0;
	char *text = NULL;
	size_t length;
	FILE *out;
	pid_t pid;

	out = open_memstream(&text, &length);
	pid = out ? spawn(argv, &fd) : -ENOMEM;
	if (pid < 0) {
		snprintf(why, size, "%s: %s", argv[0], strerror(-pid));
		if (out)
			fclose(out);
		free(text);
		return NULL;
	}
	r = gather(fd, out, now_usec(CLOCK_MONOTONIC) + timeout_usec);
	close(fd);
	if (r < 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	fclose(out);
	if (r == 0 && status == 0)
		return text;
	if (r < 0)
		snprintf(why, size, "%s: %s", argv[0], r == -ETIMEDOUT ?
			 "does not end in time" : strerror(-r));
	else if (*text && *text != '\n')
		snprintf(why, size, "%.*s", (int)strcspn(text, "\n"), text);
	else
		snprintf(why, size, "%s: failed without a word", argv[0]);
	free(text);
	return NULL;
}
