/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_PORT_SOCKET_H
#define DUALHOME_PORT_SOCKET_H

/*
 * One AF_PACKET socket per port: sends a frame on exactly that port, whatever
 * the bond's hash says, and hears what the kernel's filter lets through:
 * LACPDUs, LLDPDUs and echo replies to us. Opened with protocol 0, then
 * filtered, then bound, so that no unfiltered frame is ever queued.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct port;
struct port_socket;
struct sd_event;

/*
 * A frame was heard on @port; @bytes starts at the destination MAC. The filter
 * only guesses: parse it. The outer VLAN tag is not in it any more. The handler
 * may change the bytes; it must not free the socket.
 */
typedef void (*port_socket_handler)(struct port *port, uint8_t *bytes,
				    size_t length, void *userdata);

/* The port may be down: it sends and hears as soon as it is up. */
int port_socket_open(struct port_socket **socket, struct sd_event *event,
		     struct port *port, port_socket_handler handler,
		     void *userdata);
struct port_socket *port_socket_free(struct port_socket *socket);

/*
 * Send frames on the port, each in one piece: how many left before one did not,
 * or why the first one did not (-ENETDOWN: the port is down).
 */
int port_socket_send(struct port_socket *socket, const struct iovec *frames,
		     unsigned int count);

#endif
