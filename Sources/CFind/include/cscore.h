// Scores of many documents side by side: what a word adds to each, and which of them can still reach the best.
#ifndef CSCORE_H
#define CSCORE_H
#include <stddef.h>
#include <stdint.h>

/// By level, 0 to 15, a term of a sum: weight · (above / (below + rest) + floor) for a document of that rest; level 0 adds nothing.
typedef struct {
    float above[16], below[16];
    float floor;
} cscore_gains;

/// Adds to each of `count` sums what `weight` gives by its level and rest. Uses AVX2 where the processor has it.
void cscore_add(
    const cscore_gains *_Nonnull gains, float weight, const uint8_t *_Nonnull levels, const float *_Nonnull rests, size_t count,
    float *_Nonnull sums);

/// Moves those to the front whose sum, with `left` times the gain of the highest level, times `slack` is `least` or more, in their order.
///
/// - Returns: how many they are. Uses AVX2 where the processor has it.
size_t cscore_keep(
    const cscore_gains *_Nonnull gains, float left, float slack, float least, uint32_t *_Nonnull docs, float *_Nonnull rests,
    float *_Nonnull sums, size_t count);

/// The same a number at a time, for tests and other processors.
void cscore_addPlain(
    const cscore_gains *_Nonnull gains, float weight, const uint8_t *_Nonnull levels, const float *_Nonnull rests, size_t count,
    float *_Nonnull sums);
size_t cscore_keepPlain(
    const cscore_gains *_Nonnull gains, float left, float slack, float least, uint32_t *_Nonnull docs, float *_Nonnull rests,
    float *_Nonnull sums, size_t count);

#endif
