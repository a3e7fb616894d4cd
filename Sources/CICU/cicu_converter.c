#include "cicu_converter.h"
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

cicu_converter *cicu_openConverter(const char *name) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(name, &status);
    if (U_FAILURE(status)) return NULL;
    ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    if (U_FAILURE(status)) {
        ucnv_close(converter);
        return NULL;
    }
    return (cicu_converter *)converter;
}

void cicu_closeConverter(cicu_converter *converter) { ucnv_close((UConverter *)converter); }

void cicu_resetConverter(cicu_converter *converter) { ucnv_resetToUnicode((UConverter *)converter); }

int32_t cicu_convertToUTF16(cicu_converter *converter, const uint8_t **source, const uint8_t *sourceEnd,
                            uint16_t **target, const uint16_t *targetEnd, bool flush) {
    UErrorCode status = U_ZERO_ERROR;
    ucnv_toUnicode((UConverter *)converter, (UChar **)target, (const UChar *)targetEnd, (const char **)source,
                   (const char *)sourceEnd, NULL, flush, &status);
    if (U_SUCCESS(status)) return cicu_convertedAll;
    if (status == U_BUFFER_OVERFLOW_ERROR) return cicu_targetFull;
    if (status == U_ILLEGAL_CHAR_FOUND || status == U_INVALID_CHAR_FOUND || status == U_TRUNCATED_CHAR_FOUND ||
        status == U_ILLEGAL_ESCAPE_SEQUENCE || status == U_UNSUPPORTED_ESCAPE_SEQUENCE)
        return cicu_bytesUnreadable;
    return cicu_convertFailed;
}

int32_t cicu_detectEncoding(const uint8_t *bytes, int32_t length, char *name, int32_t nameCapacity) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t confidence = -1;
    UCharsetDetector *detector = ucsdet_open(&status);
    if (U_FAILURE(status)) return -1;
    ucsdet_setText(detector, (const char *)bytes, length, &status);
    const UCharsetMatch *match = U_SUCCESS(status) ? ucsdet_detect(detector, &status) : NULL;
    if (match != NULL && U_SUCCESS(status)) {
        const char *found = ucsdet_getName(match, &status);
        if (U_SUCCESS(status) && (int32_t)strlen(found) < nameCapacity) {
            strcpy(name, found);
            confidence = ucsdet_getConfidence(match, &status);
            if (U_FAILURE(status)) confidence = -1;
        }
    }
    ucsdet_close(detector);
    return confidence;
}
