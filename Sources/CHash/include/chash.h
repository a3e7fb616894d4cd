// XXH3 of libxxhash under a name that Swift sees (the library's own are macros and inline functions).
#ifndef CHASH_H
#define CHASH_H
#include <stddef.h>
#include <stdint.h>

/// 64-bit XXH3 checksum of `count` bytes.
uint64_t chash_checksum64(const void *_Nullable bytes, size_t count);

/// The same with a seed, so that one value under two keys has two checksums.
uint64_t chash_checksum64Seeded(const void *_Nullable bytes, size_t count, uint64_t seed);

/// Has the cache line of `place` fetched; any address will do.
static inline void chash_prefetch(const void *_Nullable place) { __builtin_prefetch(place, 1); }

/// The same of memory that is only read, by several threads perhaps: none takes it from another's cache.
static inline void chash_prefetchToRead(const void *_Nullable place) { __builtin_prefetch(place, 0); }

/// The same for more than the first cache has room for: into the second.
static inline void chash_prefetchFar(const void *_Nullable place) { __builtin_prefetch(place, 0, 2); }

#endif
