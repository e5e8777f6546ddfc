// SPDX-License-Identifier: GPL-2.0
/* Configuration files; see run-fuzz. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config-private.h"
#include "text.h"
#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* It goes to the journal, to a terminal and over D-Bus. */
static void check_error(const char *error)
{
	size_t length;

	for (; *error; error += length) {
		length = utf8_length(error);
		if (length == 0 || (*error < ' ' && *error >= 0 && *error != '\n'))
			abort();
	}
}

static void check_policy(const struct bond_policy *policy)
{
	size_t length = strnlen(policy->name, IFNAMSIZ);

	if (length == 0 || length == IFNAMSIZ || strchr(policy->name, '/'))
		abort();
	for (size_t i = 0; i < policy->peer_count; i++)
		if (!address_is_ip(&policy->peers[i]) ||
		    !address_is_unicast(&policy->peers[i]))
			abort();
	if (!neighbor_policy_to_string(policy->neighbor_broadcast) ||
	    policy->miimon_msec < -1 || policy->mode < -1 || policy->mode > 6)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = calloc(1, sizeof(*config));
	char *text = malloc(size + 1);
	char error[512] = "";
	struct config_mistakes mistakes = {
		.text = error, .size = sizeof(error),
	};
	struct bond_policy *policy;

	if (!config || !text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	config->keepalive_interval_usec = USEC_PER_SEC;
	config_read_text(config, "f", text, size, &mistakes);
	if (memchr(error, '\0', sizeof(error)) == NULL)
		abort();
	check_error(error);
	for (policy = config->policies; policy; policy = policy->next)
		check_policy(policy);
	if (config->keepalive_interval_usec < USEC_PER_SEC ||
	    config->keepalive_interval_usec > 300 * USEC_PER_SEC)
		abort();
	free(text);
	config_free(config);
	return 0;
}
