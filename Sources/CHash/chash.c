#define XXH_INLINE_ALL
#include <xxhash.h>
#include "chash.h"

uint64_t chash_checksum64(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }
