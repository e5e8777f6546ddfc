/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_ADDRESS_H
#define DUALHOME_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * An IPv4 or IPv6 address; family is AF_INET or AF_INET6. Of a peer whose
 * address nobody knows there is the MAC: AF_PACKET.
 */
struct address {
	int family;
	union {
		struct in_addr in;
		struct in6_addr in6;
		uint8_t mac[6];
	};
};

static inline bool address_is_ip(const struct address *address)
{
	return address->family == AF_INET || address->family == AF_INET6;
}

static inline size_t address_length(const struct address *address)
{
	switch (address->family) {
	case AF_INET:
		return sizeof(address->in);
	case AF_PACKET:
		return sizeof(address->mac);
	default:
		return sizeof(address->in6);
	}
}

/* Unicast, and of a host that is not this one by its kind. */
static inline bool address_is_unicast(const struct address *address)
{
	const struct in6_addr *in6 = &address->in6;
	uint32_t network;

	if (address->family == AF_INET6)
		return !IN6_IS_ADDR_UNSPECIFIED(in6) &&
		       !IN6_IS_ADDR_LOOPBACK(in6) &&
		       !IN6_IS_ADDR_MULTICAST(in6) && !IN6_IS_ADDR_V4MAPPED(in6);
	if (address->family != AF_INET)
		return false;
	network = ntohl(address->in.s_addr) >> 24;
	return network != 0 && network != IN_LOOPBACKNET && network < 224;
}

/* Orders by family, then by value; the unused part of the union is ignored. */
static inline int address_compare(const struct address *a,
				  const struct address *b)
{
	uint32_t x, y;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->family == AF_INET) {	/* what trees and lists mostly hold */
		x = ntohl(a->in.s_addr);
		y = ntohl(b->in.s_addr);
		return (x > y) - (x < y);
	}
	return memcmp(&a->in6, &b->in6, address_length(a));
}

static inline bool address_equal(const struct address *a,
				 const struct address *b)
{
	return address_compare(a, b) == 0;
}

struct prefix {
	struct address address;
	uint8_t length;			/* in bits */
};

static inline bool prefix_holds(const struct prefix *prefix,
				const struct address *address)
{
	const uint8_t *a = (const uint8_t *)&prefix->address.in6;
	const uint8_t *b = (const uint8_t *)&address->in6;
	const unsigned int bytes = prefix->length / 8;
	const unsigned int bits = prefix->length % 8;

	if (prefix->address.family != address->family ||
	    prefix->length > 8 * address_length(address) || memcmp(a, b, bytes))
		return false;
	return !bits || (a[bytes] ^ b[bytes]) >> (8 - bits) == 0;
}

/* Room for the longest address or MAC; empty if it is neither. */
#define ADDRESS_TEXT_SIZE INET6_ADDRSTRLEN

static inline const char *address_to_text(const struct address *address,
					  char text[ADDRESS_TEXT_SIZE])
{
	const uint8_t *mac = address->mac;

	text[0] = '\0';
	if (address->family == AF_PACKET)
		snprintf(text, ADDRESS_TEXT_SIZE,
			 "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
			 mac[2], mac[3], mac[4], mac[5]);
	else if (address_is_ip(address))
		inet_ntop(address->family, &address->in6, text,
			  ADDRESS_TEXT_SIZE);
	return text;
}

#endif
