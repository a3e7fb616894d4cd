// ICU's converters and charset detector behind names that stay put. No ICU type stands here; see cicu.h.
#ifndef CICU_CONVERTER_H
#define CICU_CONVERTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cicu_converter cicu_converter;

/// A converter that stops at bytes which stand for no character. NULL when ICU does not know the name.
cicu_converter *_Nullable cicu_openConverter(const char *_Nonnull name);
void cicu_closeConverter(cicu_converter *_Nonnull converter);
void cicu_resetConverter(cicu_converter *_Nonnull converter);

enum {
    cicu_convertedAll = 0,      // the source is used up
    cicu_targetFull = 1,        // call again with more room
    cicu_bytesUnreadable = 2,   // the source now stands behind bytes that mean nothing; call again to go on
    cicu_convertFailed = 3
};

/// Converts from *source towards *target (UTF-16 units) and moves both.
int32_t cicu_convertToUTF16(cicu_converter *_Nonnull converter,
                            const uint8_t *_Nonnull *_Nonnull source, const uint8_t *_Nonnull sourceEnd,
                            uint16_t *_Nonnull *_Nonnull target, const uint16_t *_Nonnull targetEnd, bool flush);

/// ICU's best guess at the encoding of `bytes`: its name into `name`, its confidence (0-100) returned; -1 for none.
int32_t cicu_detectEncoding(const uint8_t *_Nonnull bytes, int32_t length, char *_Nonnull name, int32_t nameCapacity);

#endif
