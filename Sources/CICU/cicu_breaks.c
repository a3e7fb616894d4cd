#include "cicu_breaks.h"
#include <unicode/uchar.h>
#include <unicode/ubrk.h>
#include <unicode/ucptrie.h>
#include <unicode/udata.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

int32_t cicu_breakRules(cicu_words *words, uint8_t *rules, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t needed = ubrk_getBinaryRules((UBreakIterator *)words, rules, capacity, &status);
    return U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR ? -1 : needed;
}

cicu_dictionary *cicu_openDictionary(void) {
    UErrorCode status = U_ZERO_ERROR;
    UDataMemory *opened = udata_open(U_ICUDATA_NAME "-brkitr", "dict", "cjdict", &status);
    return U_SUCCESS(status) ? (cicu_dictionary *)opened : NULL;
}

const int32_t *cicu_dictionaryStart(const cicu_dictionary *dictionary) {
    return (const int32_t *)udata_getMemory((UDataMemory *)dictionary);
}

void cicu_closeDictionary(cicu_dictionary *dictionary) { udata_close((UDataMemory *)dictionary); }

cicu_codePointMap *cicu_openCodePointMap(const void *bytes, int32_t length) {
    UErrorCode status = U_ZERO_ERROR;
    UCPTrie *map = ucptrie_openFromBinary(UCPTRIE_TYPE_ANY, UCPTRIE_VALUE_BITS_ANY, bytes, length, NULL, &status);
    return U_SUCCESS(status) ? (cicu_codePointMap *)map : NULL;
}

uint32_t cicu_mappedValue(const cicu_codePointMap *map, uint32_t codePoint) {
    return ucptrie_get((const UCPTrie *)map, (UChar32)codePoint);
}

void cicu_closeCodePointMap(cicu_codePointMap *map) { ucptrie_close((UCPTrie *)map); }

bool cicu_isPlainHan(uint32_t codePoint) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCInstance(&status);
    return uscript_getScript((UChar32)codePoint, &status) == USCRIPT_HAN && U_SUCCESS(status)
        && unorm2_isInert(form, (UChar32)codePoint);
}

bool cicu_hasBreakEngine(uint32_t codePoint) {
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript((UChar32)codePoint, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return true;
    case USCRIPT_HANGUL:
        return codePoint >= 0xAC00 && codePoint <= 0xD7A3;
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
        return u_getIntPropertyValue((UChar32)codePoint, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT;
    default:
        // The prolonged sound mark and the half-width marks of kana, of no script, belong to the Chinese engine.
        return codePoint == 0x30FC || codePoint == 0xFF70 || codePoint == 0xFF9E || codePoint == 0xFF9F;
    }
}
