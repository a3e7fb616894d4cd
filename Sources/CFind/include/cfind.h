// Looking for a short needle in many short texts, sixteen or thirty-two places at a time.
#ifndef CFIND_H
#define CFIND_H
#include <stddef.h>
#include <stdint.h>
#include "cblock.h"
#include "cmarks.h"
#include "cwindow.h"

/// First place of `needle` in `text`, or NULL.
///
/// `placeA` and `placeB` are places in the needle (they may be the same): the bytes there are looked for first, so they should
/// be rare ones. Uses AVX2 where the processor has it.
const uint8_t *_Nullable cfind_first(
    const uint8_t *_Nonnull text, size_t textCount, const uint8_t *_Nonnull needle, size_t needleCount, size_t placeA,
    size_t placeB);

/// The same by the narrowest way, for tests.
const uint8_t *_Nullable cfind_firstNarrow(
    const uint8_t *_Nonnull text, size_t textCount, const uint8_t *_Nonnull needle, size_t needleCount, size_t placeA,
    size_t placeB);

#endif
