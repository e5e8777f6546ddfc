// SPDX-License-Identifier: GPL-2.0
/* Configuration files; see run-fuzz. */
#include <dlfcn.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config-private.h"
#include "text.h"
#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * inih has its line on the stack, where nobody sees a byte too many: the reader
 * gets one of its own, of the size that it is told.
 */
struct guard {
	ini_reader read;
	void *stream;
};

static char *read_guarded(char *line, int size, void *userdata)
{
	const struct guard *guard = userdata;
	char *own = malloc(size), *got;

	if (!own)
		abort();
	got = guard->read(own, size, guard->stream);
	if (got)
		memcpy(line, got, strlen(got) + 1);
	free(own);
	return got ? line : NULL;
}

int ini_parse_stream(ini_reader reader, void *stream, ini_handler handler,
		     void *user)
{
	struct guard guard = { reader, stream };
	int (*real)(ini_reader, void *, ini_handler, void *) =
		dlsym(RTLD_NEXT, "ini_parse_stream");

	return real(read_guarded, &guard, handler, user);
}

/* It goes to the journal, to a terminal and over D-Bus. */
static void check_error(const char *error)
{
	size_t length;

	for (; *error; error += length) {
		length = utf8_length(error);
		if (length == 0 || *error == 0x7f ||
		    (*error < ' ' && *error >= 0 && *error != '\n') ||
		    (*error == '\xc2' && error[1] < '\xa0'))
			abort();
	}
}

static void check_prefixes(const struct config_prefixes *prefixes)
{
	for (size_t i = 0; i < prefixes->count; i++)
		if (prefixes->list[i].length >
		    8 * address_length(&prefixes->list[i].address))
			abort();
}

/* What dualhome.conf(5) says that a key accepts */
static void check_policy(const struct bond_policy *policy)
{
	size_t length = strnlen(policy->name, IFNAMSIZ);

	if (length == 0 || length == IFNAMSIZ || strchr(policy->name, '/'))
		abort();
	for (size_t i = 0; i < policy->peer_count; i++)
		if (!address_is_ip(&policy->peers[i]) ||
		    !address_is_unicast(&policy->peers[i]))
			abort();
	check_prefixes(&policy->include);
	check_prefixes(&policy->exclude);
	if (!neighbor_policy_to_string(policy->neighbor_broadcast) ||
	    policy->peer_sources & PEER_BIT(PEER_STATIC) ||
	    policy->miimon_msec < -1 || policy->miimon_msec > 24 * 3600000 ||
	    policy->mode < -1 || policy->mode > 6 ||
	    policy->lacp_rate < -1 || policy->lacp_rate > 1)
		abort();
}

static void check_interval(uint64_t usec)
{
	if (usec < USEC_PER_SEC || usec > 230 * USEC_PER_SEC)
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
	config->gateway_interval_usec = USEC_PER_SEC;
	config->packets_per_sec = 10;
	config_read_text(config, "f", text, size, &mistakes);
	if (memchr(error, '\0', sizeof(error)) == NULL)
		abort();
	check_error(error);
	for (policy = config->policies; policy; policy = policy->next)
		check_policy(policy);
	check_interval(config->keepalive_interval_usec);
	check_interval(config->gateway_interval_usec);
	if (config->packets_per_sec < 10 || config->packets_per_sec > 10000)
		abort();
	free(text);
	config_free(config);
	return 0;
}
