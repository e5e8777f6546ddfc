/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DUALHOME_HEAP_H
#define DUALHOME_HEAP_H

/*
 * A binary heap of entries by due time, embedded in what is due. An entry
 * knows its place, so that it can be rescheduled and removed.
 */

#include <stddef.h>
#include <stdint.h>

struct heap_entry {
	uint64_t due;
	size_t place;
};

struct heap {
	struct heap_entry **entries;
	size_t count;
	size_t capacity;
};

int heap_add(struct heap *heap, struct heap_entry *entry, uint64_t due);
void heap_remove(struct heap *heap, struct heap_entry *entry);
void heap_set_due(struct heap *heap, struct heap_entry *entry, uint64_t due);

/* The entry that is due first; NULL if the heap is empty. */
struct heap_entry *heap_first(const struct heap *heap);

/* Frees the heap, not its entries. */
void heap_clear(struct heap *heap);

#endif
