// Looking for many units at once in a stored text (Index/FORMAT.md, "Text"), thirty-two bytes at a time.
#ifndef CMARKS_H
#define CMARKS_H
#include <stddef.h>
#include <stdint.h>

/// A place at which one of the units stands, or at which a zone begins.
typedef struct {
    /// Units of the text before it; heads of zones are none.
    uint32_t place;
    /// What the unit is called; 0 where a zone begins.
    uint16_t number;
    /// The number of the zone that begins.
    uint16_t zone;
} cmarks_mark;

/// What to look for.
typedef struct {
    /// By code: 222 units of one byte, then 31 times 222 of two. 0: not looked for.
    const uint16_t *_Nonnull numbers;
    /// 32 bytes: bit h of byte l, bit h - 8 of byte 16 + l say that a code looked for begins with byte 16 * h + l.
    const uint8_t *_Nonnull beginnings;
    /// Codes of three bytes: unit and number by turns.
    const uint16_t *_Nullable others;
    size_t othersCount;
} cmarks_table;

/// Writes the marks of a text in its order, and how many units it has.
///
/// There must be room for a mark a byte. Uses AVX2 where the processor has it.
size_t cmarks_find(
    const uint8_t *_Nonnull text, size_t count, const cmarks_table *_Nonnull table, cmarks_mark *_Nonnull marks,
    uint32_t *_Nonnull units);

/// The same a byte at a time, for tests and other processors.
size_t cmarks_findPlain(
    const uint8_t *_Nonnull text, size_t count, const cmarks_table *_Nonnull table, cmarks_mark *_Nonnull marks,
    uint32_t *_Nonnull units);

#endif
