// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent.h"
#include "log.h"
#include "startup.h"
#include "util.h"

static const char usage[] =
	"Usage: dualhomed [OPTION]...\n"
	"Watches the bonds of this network namespace; see dualhomed(8).\n"
	"\n"
	"  --config-root=DIR  read the configuration below DIR\n"
	"  --check            only say whether the configuration is right\n"
	"  --no-bus           do not offer org.dualhome1 on D-Bus\n"
	"  --debug            log more\n"
	"  --help, --version\n";

struct arguments {
	const char *root;
	bool check;
	bool no_bus;
};

/* 0 to go on, 1 if all is said, -EINVAL (getopt has said what is wrong). */
static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
	static const struct option options[] = {
		{ "config-root", required_argument, NULL, 'r' },
		{ "check", no_argument, NULL, 'c' },
		{ "no-bus", no_argument, NULL, 'n' },
		{ "debug", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			arguments->root = optarg;
			break;
		case 'c':
			arguments->check = true;
			break;
		case 'n':
			arguments->no_bus = true;
			break;
		case 'd':
			setlogmask(LOG_UPTO(LOG_DEBUG));
			break;
		case 'h':
			fputs(usage, stdout);
			return 1;
		case 'v':
			puts("dualhomed " VERSION);
			return 1;
		default:
			return -EINVAL;
		}
	}
	if (optind == argc)
		return 0;
	fprintf(stderr, "dualhomed: unexpected argument '%s'; see --help\n",
		argv[optind]);
	return -EINVAL;
}

DEFINE_CLEANUP(agent, agent_free)

int main(int argc, char **argv)
{
	_cleanup_(agent_freep) struct agent *agent = NULL;
	struct arguments arguments = { .root = "" };
	int r;

	setlogmask(LOG_UPTO(LOG_INFO));
	r = parse_arguments(argc, argv, &arguments);
	if (r)
		return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;

	if (arguments.check)
		return startup_check_config(arguments.root) < 0;
	r = agent_new(&agent, arguments.root);
	if (r < 0)
		return EXIT_FAILURE;
	agent->no_bus = arguments.no_bus;
	if (agent_start(agent) < 0)
		return EXIT_FAILURE;
	return agent_run(agent) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
