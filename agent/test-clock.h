/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_TEST_CLOCK_H
#define DUALHOME_TEST_CLOCK_H

#include <time.h>

#include "util.h"

/* All clocks of the test say @usec, a variable. */
#define DEFINE_TEST_CLOCK(usec)						\
int clock_gettime(clockid_t clock, struct timespec *now)		\
{									\
	(void)clock;							\
	now->tv_sec = (usec) / USEC_PER_SEC;				\
	now->tv_nsec = (usec) % USEC_PER_SEC * 1000;			\
	return 0;							\
}

#endif
