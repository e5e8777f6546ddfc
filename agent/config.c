// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config-files.h"
#include "config-private.h"
#include "util.h"

#define INTERVAL_SEC_DEFAULT 60
/* Three times what 10,000 peers need, and nothing that a leaf would notice */
#define PACKETS_PER_SEC_DEFAULT 500
#define POLICIES_MAX 4096	/* they are searched one by one */

static struct bond_policy *find_policy(const struct config *config,
				       const char *name)
{
	struct bond_policy *policy;

	for (policy = config->policies; policy; policy = policy->next)
		if (strcmp(policy->name, name) == 0)
			return policy;
	return NULL;
}

struct bond_policy *config_get_policy(struct config *config, const char *name)
{
	struct bond_policy *policy = find_policy(config, name);

	if (policy)
		return policy;
	policy = config->policy_count < POLICIES_MAX ?
		 malloc(sizeof(*policy)) : NULL;
	if (!policy)
		return NULL;
	*policy = (struct bond_policy) { BOND_POLICY_DEFAULTS };
	snprintf(policy->name, sizeof(policy->name), "%s", name);
	policy->next = config->policies;
	config->policies = policy;
	config->policy_count++;
	return policy;
}

static void read_file(struct config *config, const char *path,
		      struct config_mistakes *mistakes)
{
	_cleanup_(freep) char *text = NULL;
	const char *what;
	size_t length;

	what = config_file_read(path, &text, &length);
	if (what)
		config_mistake(mistakes, path, 0, "%s", what);
	else
		config_read_text(config, path, text, length, mistakes);
}

static int read_files(struct config *config, const char *root, char *error,
		      size_t size)
{
	_cleanup_(config_files_release) struct config_files files = { 0 };
	struct config_mistakes mistakes = { .text = error, .size = size };
	struct bond_policy *policy;
	int r;

	r = config_files_find(&files, root, error, size);
	if (r < 0)
		return r;
	for (size_t i = 0; i < files.count; i++)
		read_file(config, files.list[i], &mistakes);
	for (policy = config->policies; policy; policy = policy->next)
		policy->peers_path = policy->include.path =
			policy->exclude.path = NULL;
	return error[0] ? -EINVAL : 0;
}

int config_load(const char *root, struct config **config, char *error,
		size_t size)
{
	struct config *new;
	int r;

	error[0] = '\0';
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	new->keepalive_interval_usec = INTERVAL_SEC_DEFAULT * USEC_PER_SEC;
	new->packets_per_sec = PACKETS_PER_SEC_DEFAULT;
	r = read_files(new, root, error, size);
	if (r < 0)
		config_free(new);
	else
		*config = new;
	return r;
}

struct config *config_free(struct config *config)
{
	struct bond_policy *policy;

	while (config && (policy = config->policies)) {
		config->policies = policy->next;
		free(policy->peers);
		free(policy->include.list);
		free(policy->exclude.list);
		free(policy);
	}
	free(config);
	return NULL;
}

const struct bond_policy *config_bond(const struct config *config,
				      const char *name)
{
	static const struct bond_policy defaults = { BOND_POLICY_DEFAULTS };
	const struct bond_policy *policy = find_policy(config, name);

	if (!policy)
		policy = find_policy(config, "*");
	return policy ? policy : &defaults;
}
