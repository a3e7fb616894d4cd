// Taking what is large out of a window of sums, eight at a time.
#ifndef CWINDOW_H
#define CWINDOW_H
#include <stddef.h>
#include <stdint.h>

/// Writes the places and values of the sums that are at least `least`, in their order, and sets all sums to 0.
///
/// There must be room for `count` places and values. Uses AVX2 where the processor has it.
///
/// Returns how many were written; `counted` becomes the number of sums that are at least `needed`.
/// Both borders are above the smallest number of 32 bits.
size_t cwindow_take(
    int32_t *_Nonnull sums, size_t count, int32_t least, int32_t needed, uint32_t *_Nonnull places, int32_t *_Nonnull values,
    size_t *_Nonnull counted);

/// The same a sum at a time, for tests and other processors.
size_t cwindow_takePlain(
    int32_t *_Nonnull sums, size_t count, int32_t least, int32_t needed, uint32_t *_Nonnull places, int32_t *_Nonnull values,
    size_t *_Nonnull counted);

/// Sets the sums to 0 of which `words` has a bit: one for each sum, in words of 64.
///
/// Reads no word beyond `wordCount`; sums beyond the words stay.
void cwindow_clear(int32_t *_Nonnull sums, size_t count, const uint64_t *_Nonnull words, size_t wordCount);

#endif
