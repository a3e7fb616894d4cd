#include "cicu_normalize.h"
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utrans.h>

static int32_t normalize(
    const UNormalizer2 *form, const uint16_t *text, int32_t length, uint16_t *result, int32_t capacity,
    UErrorCode status) {
    int32_t needed = unorm2_normalize(form, (const UChar *)text, length, (UChar *)result, capacity, &status);
    return U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR ? -1 : needed;
}

int32_t cicu_nfc(const uint16_t *text, int32_t length, uint16_t *result, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFCInstance(&status);
    return normalize(form, text, length, result, capacity, status);
}

int32_t cicu_nfkcCasefold(const uint16_t *text, int32_t length, uint16_t *result, int32_t capacity) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    return normalize(form, text, length, result, capacity, status);
}

bool cicu_hasBoundaryBefore(uint32_t codePoint) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    return U_SUCCESS(status) && unorm2_hasBoundaryBefore(form, (UChar32)codePoint);
}

bool cicu_hasBoundaryAfter(uint32_t codePoint) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKCCasefoldInstance(&status);
    return U_SUCCESS(status) && unorm2_hasBoundaryAfter(form, (UChar32)codePoint);
}

bool cicu_isGraphemeExtend(uint32_t codePoint) {
    switch (u_getIntPropertyValue((UChar32)codePoint, UCHAR_GRAPHEME_CLUSTER_BREAK)) {
    case U_GCB_EXTEND:
    case U_GCB_SPACING_MARK:
    case U_GCB_ZWJ:
        return true;
    default:
        return false;
    }
}

int32_t cicu_age(uint32_t codePoint) {
    UVersionInfo version;
    u_charAge((UChar32)codePoint, version);
    return version[0] * 256 + version[1];
}

int32_t cicu_generalCategory(uint32_t codePoint) { return u_charType((UChar32)codePoint); }

const char *cicu_script(uint32_t codePoint) {
    UErrorCode status = U_ZERO_ERROR;
    UScriptCode script = uscript_getScript((UChar32)codePoint, &status);
    const char *name = U_SUCCESS(status) ? uscript_getShortName(script) : NULL;
    return name ? name : "Zzzz";
}

cicu_simplifier *cicu_openSimplifier(void) {
    static const UChar id[] = u"Traditional-Simplified";
    UErrorCode status = U_ZERO_ERROR;
    UTransliterator *opened = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    return U_SUCCESS(status) ? (cicu_simplifier *)opened : NULL;
}

int32_t cicu_simplify(
    cicu_simplifier *simplifier, const uint16_t *text, int32_t length, uint16_t *result, int32_t capacity) {
    if (length > capacity) return -1;
    memcpy(result, text, (size_t)length * sizeof(uint16_t));
    UErrorCode status = U_ZERO_ERROR;
    int32_t limit = length;
    utrans_transUChars(
        (const UTransliterator *)simplifier, (UChar *)result, &length, capacity, 0, &limit, &status);
    return U_SUCCESS(status) ? length : -1;
}

void cicu_closeSimplifier(cicu_simplifier *simplifier) { utrans_close((UTransliterator *)simplifier); }
