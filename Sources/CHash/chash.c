#define XXH_INLINE_ALL
#include <xxhash.h>
#include "chash.h"

uint64_t chash_checksum64(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }

uint64_t chash_checksum64Seeded(const void *bytes, size_t count, uint64_t seed) {
    return XXH3_64bits_withSeed(bytes, count, seed);
}
