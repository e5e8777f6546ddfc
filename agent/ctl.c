// SPDX-License-Identifier: GPL-2.0
/* dualhomectl: arguments and the table of verbs. */

#include "ctl.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

static const struct verb {
	const char *name;
	int max_args;
	int (*run)(struct ctl *ctl, int argc, char **argv);
} verbs[] = {
	{ "status",	1, ctl_status },
	{ "list",	0, ctl_list },
	{ "ports",	1, ctl_ports },
	{ "peers",	1, ctl_peers },
	{ "monitor",	0, ctl_monitor },
	{ "describe",	1, ctl_describe },
	{ "reload",	0, ctl_reload },
	{ "set-neighbor-broadcast", 2, ctl_set_neighbor_broadcast },
};

static const char help[] =
	"Usage: dualhomectl [OPTION...] [VERB]\n"
	"\n"
	"Show what dualhomed knows about this host's bonds.\n"
	"\n"
	"  status [BOND]    how each bond is and why (default)\n"
	"  list             one line per bond\n"
	"  ports [BOND]     one line per port: LACP, and the switch by LLDP\n"
	"  peers [BOND]     keepalives by peer and port\n"
	"  monitor          what is raised and cleared, as it happens\n"
	"  describe [BOND]  all that is known, in JSON\n"
	"  reload           read the configuration again\n"
	"  set-neighbor-broadcast BOND on|off\n"
	"\n"
	"  --json[=pretty|short|off]  JSON instead of text\n"
	"  --no-legend      no headings\n"
	"  --no-pager       for uniformity: there is no pager\n"
	"  -h, --help       this text\n"
	"  --version        the version\n"
	"\n"
	"Exit code of status: 0 ok, 1 degraded, 2 critical, 3 unknown or no daemon;\n"
	"64 for a wrong argument, 77 without permission, with any verb. See dualhomectl(1).\n";

int ctl_fail(int code, const char *format, ...)
{
	va_list args;

	fputs("dualhomectl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	putc('\n', stderr);
	return code;
}

static bool is_no(const char *word)
{
	static const char *const words[] = { "0", "n", "no", "f", "false", "off" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcasecmp(words[i], word) == 0)
			return true;
	return false;
}

/* https://no-color.org, and systemd's variable, which wins */
static bool want_color(void)
{
	const char *systemd = getenv("SYSTEMD_COLORS");
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (systemd && *systemd)
		return !is_no(systemd);
	if (no_color && *no_color)
		return false;
	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

static int parse_json(struct ctl *ctl, const char *word)
{
	if (!word || strcmp(word, "pretty") == 0)
		ctl->json = JSON_PRETTY;
	else if (strcmp(word, "short") == 0)
		ctl->json = JSON_SHORT;
	else if (strcmp(word, "off") == 0)
		ctl->json = JSON_OFF;
	else
		return ctl_fail(CTL_USAGE, "no JSON style '%s'; known: pretty, short, off",
				word);
	return 0;
}

enum option_key { OPTION_JSON = 256, OPTION_LEGEND, OPTION_PAGER, OPTION_VERSION };

static const struct option options[] = {
	{ "json",	optional_argument, NULL, OPTION_JSON },
	{ "no-legend",	no_argument, NULL, OPTION_LEGEND },
	{ "no-pager",	no_argument, NULL, OPTION_PAGER },
	{ "help",	no_argument, NULL, 'h' },
	{ "version",	no_argument, NULL, OPTION_VERSION },
	{ NULL,		0, NULL, 0 }
};

/* -1: go on; else the exit code. */
static int parse_options(struct ctl *ctl, int argc, char **argv)
{
	int key;

	while ((key = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (key) {
		case OPTION_JSON:
			if (parse_json(ctl, optarg))
				return CTL_USAGE;
			break;
		case OPTION_LEGEND:
			ctl->no_legend = true;
			break;
		case OPTION_PAGER:
			break;
		case 'h':
			fputs(help, stdout);
			return CTL_OK;
		case OPTION_VERSION:
			puts("dualhomectl " VERSION);
			return CTL_OK;
		default:	/* getopt_long() has named it */
			fputs("Try: dualhomectl --help\n", stderr);
			return CTL_USAGE;
		}
	}
	return -1;
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	fprintf(stderr, "dualhomectl: no verb '%s'; known:", name);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(stderr, "%s %s", i ? "," : "", verbs[i].name);
	putc('\n', stderr);
	return NULL;
}

static int run_verb(struct ctl *ctl, int argc, char **argv)
{
	char *status[] = { "status", NULL };
	const struct verb *verb;
	int code;

	if (argc == 0) {
		argc = 1;
		argv = status;
	}
	verb = find_verb(argv[0]);
	if (!verb)
		return CTL_USAGE;
	if (argc - 1 > verb->max_args)
		return ctl_fail(CTL_USAGE, "%s takes no '%s'", verb->name,
				argv[verb->max_args + 1]);

	code = ctl_connect(ctl);
	if (code == 0)
		code = verb->run(ctl, argc, argv);
	sd_bus_close_unref(ctl->bus);
	if (fflush(stdout) != 0)
		return ctl_fail(CTL_UNKNOWN, "cannot write: %m");
	return code;
}

int main(int argc, char **argv)
{
	struct ctl ctl = { .color = want_color() };
	int code;

	code = parse_options(&ctl, argc, argv);
	if (code >= 0)
		return code;
	return run_verb(&ctl, argc - optind, argv + optind);
}
