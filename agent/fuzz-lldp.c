// SPDX-License-Identifier: GPL-2.0
/* LLDP frames, and the words that are made of them; see run-fuzz. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "frame-lldp.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef char *(*words)(const struct frame_lldp *lldp, char *text, size_t size);

/* A switch may send any bytes; terminal, bus and journal get clean ones. */
static void check_words(words words, const struct frame_lldp *lldp, size_t size)
{
	char *buffer = malloc(size);	/* so that a byte too many is seen */
	const char *text;
	size_t length;

	if (!buffer)
		abort();
	text = words(lldp, buffer, size);
	if (text != buffer || strnlen(text, size) == size)
		abort();
	for (; *text; text += length) {
		length = utf8_length(text);
		if (length == 0 || (*text < ' ' && *text >= 0) ||
		    *text == 0x7f || (*text == '\xc2' && text[1] < '\xa0'))
			abort();
	}
	free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_lldp lldp;
	int r = frame_parse_lldp(data, size, &lldp);

	if (r == -EBADMSG || r == -ENOMSG)
		return 0;
	if (r != 0 || !lldp.chassis.length || !lldp.port.length ||
	    !lldp_id_equal(&lldp.chassis, &lldp.chassis))
		abort();
	/* the largest holds all of them, each octet as \xNN */
	for (size_t room = 2048; room > 0; room /= 2) {
		check_words(lldp_switch_name, &lldp, room);
		check_words(lldp_port_name, &lldp, room);
		check_words(lldp_chassis_name, &lldp, room);
	}
	return 0;
}
