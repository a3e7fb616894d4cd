#include "cicu_words.h"
#include <unicode/ubrk.h>

cicu_words *cicu_openWords(const char *locale) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *opened = ubrk_open(UBRK_WORD, locale, NULL, 0, &status);
    return U_SUCCESS(status) ? (cicu_words *)opened : NULL;
}

cicu_words *cicu_cloneWords(const cicu_words *words) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *clone = ubrk_clone((const UBreakIterator *)words, &status);
    return U_SUCCESS(status) ? (cicu_words *)clone : NULL;
}

void cicu_closeWords(cicu_words *words) { ubrk_close((UBreakIterator *)words); }

int32_t cicu_wordBreaks(
    cicu_words *words, const uint16_t *text, int32_t length, int32_t *pairs, int32_t capacity) {
    if (length == 0) return 0;
    UBreakIterator *iterator = (UBreakIterator *)words;
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(iterator, (const UChar *)text, length, &status);
    if (U_FAILURE(status)) return -1;
    int32_t count = 0;
    for (int32_t end = ubrk_next(iterator); end != UBRK_DONE; end = ubrk_next(iterator)) {
        if (count < capacity) {
            pairs[2 * count] = end;
            pairs[2 * count + 1] = ubrk_getRuleStatus(iterator);
        }
        count++;
    }
    return count;
}
