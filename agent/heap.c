// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "heap.h"

static void place(struct heap *heap, size_t i, struct heap_entry *entry)
{
	heap->entries[i] = entry;
	entry->place = i;
}

/* The due time of @entry is new: move it up or down from its place. */
static void fix(struct heap *heap, struct heap_entry *entry)
{
	struct heap_entry **entries = heap->entries;
	size_t i = entry->place, child;

	for (; i > 0 && entries[(i - 1) / 2]->due > entry->due; i = (i - 1) / 2)
		place(heap, i, entries[(i - 1) / 2]);
	for (; (child = 2 * i + 1) < heap->count; i = child) {
		if (child + 1 < heap->count &&
		    entries[child + 1]->due < entries[child]->due)
			child++;
		if (entries[child]->due >= entry->due)
			break;
		place(heap, i, entries[child]);
	}
	place(heap, i, entry);
}

int heap_add(struct heap *heap, struct heap_entry *entry, uint64_t due)
{
	if (heap->count == heap->capacity) {
		size_t capacity = heap->capacity ? 2 * heap->capacity : 16;
		struct heap_entry **entries;

		entries = reallocarray(heap->entries, capacity, sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		heap->entries = entries;
		heap->capacity = capacity;
	}
	entry->due = due;
	place(heap, heap->count++, entry);
	fix(heap, entry);
	return 0;
}

void heap_remove(struct heap *heap, struct heap_entry *entry)
{
	struct heap_entry *last = heap->entries[--heap->count];

	if (last == entry)
		return;
	place(heap, entry->place, last);
	fix(heap, last);
}

void heap_set_due(struct heap *heap, struct heap_entry *entry, uint64_t due)
{
	entry->due = due;
	fix(heap, entry);
}

struct heap_entry *heap_first(const struct heap *heap)
{
	return heap->count ? heap->entries[0] : NULL;
}

void heap_clear(struct heap *heap)
{
	free(heap->entries);
	*heap = (struct heap) {};
}
