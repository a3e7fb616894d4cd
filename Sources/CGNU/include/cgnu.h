// What the C library has but shows to Swift only under _GNU_SOURCE.
#ifndef CGNU_H
#define CGNU_H
#include <stddef.h>

/// First place of `needle` in `text`, or NULL.
const void *_Nullable cgnu_find(
    const void *_Nonnull text, size_t textCount, const void *_Nonnull needle, size_t needleCount);

/// Two names, of files or folders, change what they stand for, in one step. 0, or the error number: EINVAL where the file
/// system cannot.
int cgnu_exchange(const char *_Nonnull a, const char *_Nonnull b);

/// The disk space of a piece of an open file is free again; zeros are read there. 0, or the error number: EOPNOTSUPP where the
/// file system cannot.
int cgnu_giveBack(int descriptor, size_t start, size_t count);

/// Disk space for a piece of an open file, whose length stays. 0, or the error number.
int cgnu_reserve(int descriptor, size_t start, size_t count);

/// From now on `malloc` makes no more than so many arenas, of which it otherwise makes eight a processor: what one thread takes and
/// another gives back stays in the first one's.
void cgnu_limitArenas(int count);

#endif
