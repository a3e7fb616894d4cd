// Unpacking a block of a posting list (Index/FORMAT.md, "Posting list"), 256 gaps side by side in eight lanes; and which of
// some documents stand in it.
#ifndef CBLOCK_H
#define CBLOCK_H
#include <stddef.h>
#include <stdint.h>

/// Unpacks 32 rows of eight gaps of `bits` bits each, 0 to 32.
///
/// `packed` has `32 * bits` bytes, `gaps` room for 256. Uses AVX2 where the processor has it.
void cblock_unpack(const uint8_t *_Nonnull packed, int bits, uint32_t *_Nonnull gaps);

/// Turns 256 gaps into documents, the first of which is `base` plus its gap, each next one its gap and one more behind.
void cblock_sum(uint32_t *_Nonnull gaps, uint32_t base);

/// The same a number at a time, for tests and other processors.
void cblock_unpackPlain(const uint8_t *_Nonnull packed, int bits, uint32_t *_Nonnull gaps);
void cblock_sumPlain(uint32_t *_Nonnull gaps, uint32_t base);

/// Writes what two ascending runs have in common, and returns how many that are.
///
/// `found` has room for one more than the shorter run. Uses AVX2 where the processor has it.
size_t cblock_intersect(
    const uint32_t *_Nonnull a, size_t aCount, const uint32_t *_Nonnull b, size_t bCount, uint32_t *_Nonnull found);

/// Writes those of the ascending `docs` whose bit is set, counted from `base`, and returns how many they are.
///
/// `bits` has `wordCount` words of eight bytes, least significant first; what lies behind them is not set. `found` has
/// room for one more than are set.
size_t cblock_test(
    const uint32_t *_Nonnull docs, size_t count, const uint8_t *_Nonnull bits, size_t wordCount, uint32_t base,
    uint32_t *_Nonnull found);

/// The same a number at a time, for tests and other processors.
size_t cblock_intersectPlain(
    const uint32_t *_Nonnull a, size_t aCount, const uint32_t *_Nonnull b, size_t bCount, uint32_t *_Nonnull found);

#endif
