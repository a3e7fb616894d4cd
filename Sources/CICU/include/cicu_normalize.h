// Normalisation and character properties, for the slow path of folding and for making its tables.
// Text is UTF-16 in native byte order.
#ifndef CICU_NORMALIZE_H
#define CICU_NORMALIZE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// NFC of `text` into `result`: the length needed (which may exceed `capacity`), or -1 on failure.
int32_t cicu_nfc(const uint16_t *_Nonnull text, int32_t length, uint16_t *_Nullable result, int32_t capacity);

/// NFKC_Casefold of `text` into `result`; returns as `cicu_nfc`.
int32_t cicu_nfkcCasefold(const uint16_t *_Nonnull text, int32_t length, uint16_t *_Nullable result, int32_t capacity);

/// True when text may be cut before (after) `codePoint` without changing its NFKC_Casefold form.
bool cicu_hasBoundaryBefore(uint32_t codePoint);
bool cicu_hasBoundaryAfter(uint32_t codePoint);

/// True when `codePoint` continues the grapheme cluster before it (Grapheme_Extend, spacing marks, ZWJ).
bool cicu_isGraphemeExtend(uint32_t codePoint);

/// Unicode version in which the code point was assigned, as major * 256 + minor; 0 when unassigned.
int32_t cicu_age(uint32_t codePoint);

/// General category as ICU numbers it, and the four-letter script code ("Hani").
int32_t cicu_generalCategory(uint32_t codePoint);
const char *_Nonnull cicu_script(uint32_t codePoint);

/// ICU's Traditional-Simplified transliterator. Takes 25 ms to open: for making tables, never for a query.
typedef struct cicu_simplifier cicu_simplifier;
cicu_simplifier *_Nullable cicu_openSimplifier(void);
int32_t cicu_simplify(
    cicu_simplifier *_Nonnull simplifier, const uint16_t *_Nonnull text, int32_t length,
    uint16_t *_Nonnull result, int32_t capacity);
void cicu_closeSimplifier(cicu_simplifier *_Nullable simplifier);

#endif
