// Unpacking a block of a posting list (Index/FORMAT.md, "Posting list"): 256 gaps, side by side in eight lanes.
#ifndef CBLOCK_H
#define CBLOCK_H
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

#endif
