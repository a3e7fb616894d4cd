// The inner loop of MinHash in vectors of eight 16-bit lanes: what Swift's own vectors do not reliably become.
#ifndef CSKETCH_H
#define CSKETCH_H
#include "cprobe.h"
#include <stddef.h>
#include <stdint.h>

/// For each of `functions` hash functions (a multiple of 32) the least value over all elements.
///
/// Function i of an element is multipliers[2i] · its low half + multipliers[2i + 1] · its high half, modulo 2^16,
/// compared as a signed number. With no elements all minima are 32767. Uses AVX2 where the processor has it.
void csketch_minima(const uint32_t *_Nonnull elements, size_t count, const int16_t *_Nonnull multipliers,
                    size_t functions, int16_t *_Nonnull minima);

/// The same in vectors that every processor has, for tests and other processors.
void csketch_minimaPlain(const uint32_t *_Nonnull elements, size_t count, const int16_t *_Nonnull multipliers,
                         size_t functions, int16_t *_Nonnull minima);

#endif
