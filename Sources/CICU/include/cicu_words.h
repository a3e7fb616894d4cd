// ICU's word breaks of a whole text in one call.
#ifndef CICU_WORDS_H
#define CICU_WORDS_H
#include <stdbool.h>
#include <stdint.h>

/// One word break iterator. Not shareable: each thread clones its own.
typedef struct cicu_words cicu_words;

cicu_words *_Nullable cicu_openWords(const char *_Nonnull locale);
cicu_words *_Nullable cicu_cloneWords(const cicu_words *_Nonnull words);
void cicu_closeWords(cicu_words *_Nullable words);

/// Writes the breaks of `text` (UTF-16) as pairs: end of the piece in units, rule status of the piece (0 none,
/// 100 number, 200 letters, 300 kana, 400 ideographs). The pieces cover the text without a gap. Returns the
/// number of pairs the text has (never more than `length`); only the first `capacity` are written; -1 on failure.
int32_t cicu_wordBreaks(
    cicu_words *_Nonnull words, const uint16_t *_Nullable text, int32_t length,
    int32_t *_Nullable pairs, int32_t capacity);

#endif
