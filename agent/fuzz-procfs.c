// SPDX-License-Identifier: GPL-2.0
/* What /proc/self/net/bonding may say; see run-fuzz. */
#include <stdlib.h>
#include <string.h>

#include "proc-bonding.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void port_found(const char *name, const struct proc_port *port,
		       void *userdata)
{
	static const uint8_t nobody[MAC_LEN];
	unsigned int *ports = userdata;

	if (!name[0] || strnlen(name, IFNAMSIZ) == IFNAMSIZ ||
	    strchr(name, '\n') ||
	    (port->has_churn && (port->actor_churn > LACP_NO_CHURN ||
				 port->partner_churn > LACP_NO_CHURN)) ||
	    (port->has_partner &&
	     memcmp(port->partner.system, nobody, MAC_LEN) == 0))
		abort();
	++*ports;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proc_bond bond = { 0 };
	unsigned int ports = 0;
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	proc_bonding_parse(text, &bond, port_found, &ports);
	if (ports > size / sizeof("Slave Interface:"))
		abort();
	free(text);
	return 0;
}
