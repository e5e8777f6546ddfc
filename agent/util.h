/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_UTIL_H
#define DUALHOME_UTIL_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define USEC_PER_SEC 1000000ULL
#define USEC_PER_MSEC 1000ULL

/* DEFINE_CLEANUP(config, config_free): config_freep() for _cleanup_(). */
#define DEFINE_CLEANUP(type, destroy)					\
	static inline void destroy##p(struct type **object)		\
	{								\
		destroy(*object);					\
	}

static inline void freep(void *pointer)
{
	free(*(void **)pointer);
}

static inline uint64_t now_usec(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

#endif
