// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "heap.h"
#include "util.h"

#define ABSENT UINT64_MAX

/* The first one is what a look at all of them finds. */
static void check(const struct heap *heap, const struct heap_entry *entries,
		  size_t count)
{
	const struct heap_entry *first = heap_first(heap);
	uint64_t earliest = ABSENT;

	for (size_t i = 0; i < count; i++)
		if (entries[i].due < earliest)
			earliest = entries[i].due;
	if (earliest == ABSENT)
		assert_null(first);
	else
		assert_true(first->due == earliest);
}

static void test_random_changes(void **state)
{
	struct heap_entry entries[100];
	struct heap heap = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		entries[i].due = ABSENT;
	srandom(1);
	for (int i = 0; i < 20000; i++) {
		struct heap_entry *entry = &entries[random() % ARRAY_SIZE(entries)];
		const uint64_t due = random() % 1000;

		if (entry->due == ABSENT) {
			assert_int_equal(heap_add(&heap, entry, due), 0);
		} else if (random() % 2) {
			heap_set_due(&heap, entry, due);
		} else {
			heap_remove(&heap, entry);
			entry->due = ABSENT;
		}
		check(&heap, entries, ARRAY_SIZE(entries));
	}
	heap_clear(&heap);
	assert_null(heap_first(&heap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
