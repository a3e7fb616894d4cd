// Counts what the process asks of the heap. See allocation_count.c.

#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Starts or stops counting; off at the start. Not counting costs one branch an allocation.
void allocation_count_set(bool on);
/// Calls of malloc, calloc, realloc and their aligned kin while counting was on.
uint64_t allocation_count(void);
/// Bytes those calls asked for.
uint64_t allocation_bytes(void);
