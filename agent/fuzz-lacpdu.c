// SPDX-License-Identifier: GPL-2.0
/* LACPDUs; see run-fuzz. */
#include <errno.h>
#include <stdlib.h>

#include "frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_lacpdu lacpdu;
	int r = frame_parse_lacpdu(data, size, &lacpdu);

	if (r != 0 && r != -EBADMSG && r != -ENOMSG)
		abort();
	/*
	 * The whole PDU: Ethernet's header, subtype and version, then actor and
	 * partner of 20 octets each, collector, padding.
	 */
	if (r == 0 && (size < 124 || data[14] != 1 || data[15] == 0 ||
		       data[16] != 1 || data[17] != 20 ||
		       data[36] != 2 || data[37] != 20 ||
		       lacpdu.source_mac[5] != data[11] ||
		       lacpdu.actor.state != data[32] ||
		       lacpdu.partner.state != data[52]))
		abort();
	return 0;
}
