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

/// The disk begins to write a piece of an open file; does not wait for it.
void cgnu_beginWriting(int descriptor, size_t start, size_t count);

/// Disk space for a piece of an open file, whose length stays. 0, or the error number.
int cgnu_reserve(int descriptor, size_t start, size_t count);

/// From now on `malloc` makes no more than so many arenas, of which it otherwise makes eight a processor: what one thread takes and
/// another gives back stays in the first one's.
void cgnu_limitArenas(int count);

/// The system gets back what `malloc` holds and nobody uses.
void cgnu_giveBackMemory(void);

/// Pages of this size, on borders of it, for memory that is used place by place in no order: a look-up in small pages waits
/// for the page's entry too. The system gives them where it has them; else this is memory as any.
#define CGNU_LARGE_PAGE ((size_t)2 << 20)

/// Zero bits. `bytes`: a multiple of `CGNU_LARGE_PAGE`. NULL: there is none.
void *_Nullable cgnu_takeLarge(size_t bytes);

/// More of what `cgnu_takeLarge` gave, moved by its pages where it has to move; what is new is zero bits. NULL: there is no more,
/// and `memory` is as it was.
void *_Nullable cgnu_growLarge(void *_Nonnull memory, size_t bytes, size_t wanted);

void cgnu_giveLarge(void *_Nonnull memory, size_t bytes);

/// 0: a limit of this process leaves no room for the stacks of a thread a core. libdispatch would wait for it for ever.
int cgnu_hasRoomForThreads(void);

/// From now on the calling thread, and those it makes, run where nobody else would (SCHED_IDLE), as long as they live: only a
/// privileged program could take that back.
void cgnu_runWhenIdle(void);

/// From now on a process that is about to be ended by SIGABRT, SIGILL or SIGTRAP (a Swift trap; an allocation that failed) while there
/// is no memory to be had writes `notice` to standard error and ends with exit code 2. Whatever else ends it is as before.
///
/// `notice`: kept, not copied.
void cgnu_tellExhaustion(const char *_Nonnull notice);

#endif
