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

/// A text that is looked through.
typedef struct {
    const uint8_t *_Nullable start;
    size_t count;
} cfind_text;

/// What is looked for in many texts of the code of FORMAT.md, "Text".
typedef struct {
    const uint8_t *_Nonnull bytes;
    size_t count;
    /// Places as above.
    size_t placeA, placeB;
    /// Bytes from these on begin a unit of two and of three bytes: behind them no unit begins.
    uint8_t firstLead, firstLongLead;
} cfind_piece;

/// Those of `docs` whose text, the one at the same place of `texts`, holds the piece where a unit begins; their count is returned.
/// There must be room for `count`. Later texts are fetched while one is looked through.
size_t cfind_holding(
    const cfind_piece *_Nonnull piece, const cfind_text *_Nonnull texts, const uint32_t *_Nonnull docs, size_t count,
    uint32_t *_Nonnull found);

/// The same by the narrowest way, for tests.
size_t cfind_holdingNarrow(
    const cfind_piece *_Nonnull piece, const cfind_text *_Nonnull texts, const uint32_t *_Nonnull docs, size_t count,
    uint32_t *_Nonnull found);

/// The same by the narrowest way, for tests.
const uint8_t *_Nullable cfind_firstNarrow(
    const uint8_t *_Nonnull text, size_t textCount, const uint8_t *_Nonnull needle, size_t needleCount, size_t placeA,
    size_t placeB);

#endif
