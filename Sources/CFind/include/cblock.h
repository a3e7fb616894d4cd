// Unpacking a block of a posting list (Index/FORMAT.md, "Posting list"), 256 gaps side by side in eight lanes; and which of
// some documents stand in it, and weigh enough.
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

/// Sets the bit of each of the ascending `docs` in `words`, which has a word for each 64 documents up to the last of them.
void cblock_fill(const uint32_t *_Nonnull docs, size_t count, uint64_t *_Nonnull words);

/// Sets in `words` the bits of `bits` counted from bit `base` on.
///
/// `bits` has `count` words of eight bytes, least significant first; bits behind the last of the `wordCount` words are left out.
void cblock_or(
    const uint8_t *_Nonnull bits, size_t count, uint32_t base, uint64_t *_Nonnull words, size_t wordCount);

/// Writes the weights of `count` documents, up to 256, a byte each.
///
/// `bytes` has the `size` bytes from the weights on, of a sparse block the bits first, and two weights a byte behind: half a byte
/// for each that there is. `weights` has room for eight more than the documents. Uses BMI2 where the processor has it.
void cblock_weights(const uint8_t *_Nonnull bytes, size_t size, size_t count, int sparse, uint8_t *_Nonnull weights);

/// Writes the places, up to 255, of the weights whose number in `wanted` is 255 and not 0, and returns how many they are.
///
/// `wanted` has 16 numbers, `places` room for one more than the weights. Uses AVX2 where the processor has it.
size_t cblock_places(
    const uint8_t *_Nonnull weights, size_t count, const uint8_t *_Nonnull wanted, uint8_t *_Nonnull places);

/// Writes the documents that stand at `places` among those whose bit is set, counted from `base`; returns how many there are, `count`
/// but of a damaged block.
///
/// `places` ascend strictly. Uses BMI2 where the processor has it.
size_t cblock_nth(
    const uint8_t *_Nonnull bits, size_t wordCount, uint32_t base, const uint8_t *_Nonnull places, size_t count,
    uint32_t *_Nonnull docs);

/// Writes the weight of each of the ascending `candidates` up to `last` among the documents of a block, 0 for those that are not among
/// them, and returns how many candidates that were.
///
/// `table` has `room` bytes, a power of two, all 0 before and after; documents and candidates stand from `base` on, fewer than `room` of
/// them: others (of a damaged block) get any weight.
size_t cblock_spread(
    const uint32_t *_Nonnull docs, const uint8_t *_Nonnull weights, size_t count, uint32_t base, uint32_t last,
    const uint32_t *_Nonnull candidates, size_t candidateCount, uint8_t *_Nonnull levels, uint8_t *_Nonnull table, size_t room);

/// The same a number at a time, for tests and other processors.
size_t cblock_nthPlain(
    const uint8_t *_Nonnull bits, size_t wordCount, uint32_t base, const uint8_t *_Nonnull places, size_t count,
    uint32_t *_Nonnull docs);
void cblock_weightsPlain(const uint8_t *_Nonnull bytes, size_t size, size_t count, int sparse, uint8_t *_Nonnull weights);
size_t cblock_placesPlain(
    const uint8_t *_Nonnull weights, size_t count, const uint8_t *_Nonnull wanted, uint8_t *_Nonnull places);
size_t cblock_intersectPlain(
    const uint32_t *_Nonnull a, size_t aCount, const uint32_t *_Nonnull b, size_t bCount, uint32_t *_Nonnull found);

#endif
