// A block of places is compared with two bytes of the needle at once; where both stand the needle is compared whole
// (Muła, "SIMD-friendly algorithms for substring searching", 2016, with rare bytes instead of the first and last).
//
// The last block overlaps the one before it, so that nothing is read behind the text and no tail is left over.
#define _GNU_SOURCE
#include "cfind.h"
#include <string.h>

static const uint8_t *plain(const uint8_t *text, size_t textCount, const uint8_t *needle, size_t needleCount) {
    return memmem(text, textCount, needle, needleCount);
}

#define FIND(NAME, WIDTH, MASK, ATTRIBUTE)                                                                               \
    ATTRIBUTE static const uint8_t *NAME(                                                                                \
        const uint8_t *text, size_t textCount, const uint8_t *needle, size_t needleCount, size_t a, size_t b) {          \
        if (textCount < needleCount) return NULL;                                                                        \
        const size_t places = textCount - needleCount + 1; /* where the needle may begin */                              \
        if (places < WIDTH) return plain(text, textCount, needle, needleCount);                                          \
        size_t at = 0;                                                                                                   \
        for (;;) {                                                                                                       \
            uint32_t both = MASK(text + at + a, needle[a], text + at + b, needle[b]);                                    \
            while (both) {                                                                                               \
                const uint8_t *place = text + at + __builtin_ctz(both);                                                  \
                if (memcmp(place, needle, needleCount) == 0) return place;                                               \
                both &= both - 1;                                                                                        \
            }                                                                                                            \
            if (at + WIDTH >= places) return NULL;                                                                       \
            at = at + 2 * WIDTH <= places ? at + WIDTH : places - WIDTH;                                                 \
        }                                                                                                                \
    }

#if defined(__x86_64__)
#include "masks.h"

FIND(find16, 16, mask16, )
FIND(find32, 32, mask32, __attribute__((target("avx2"))))

const uint8_t *cfind_first(
    const uint8_t *text, size_t textCount, const uint8_t *needle, size_t needleCount, size_t placeA, size_t placeB) {
    if (__builtin_cpu_supports("avx2")) return find32(text, textCount, needle, needleCount, placeA, placeB);
    return find16(text, textCount, needle, needleCount, placeA, placeB);
}
#else
// Compilers make vector code of this loop where there is any.
static inline uint32_t mask8(const uint8_t *a, uint8_t byteA, const uint8_t *b, uint8_t byteB) {
    uint32_t mask = 0;
    for (int place = 0; place < 8; place++) mask |= (uint32_t)((a[place] == byteA) & (b[place] == byteB)) << place;
    return mask;
}

FIND(find16, 8, mask8, )

const uint8_t *cfind_first(
    const uint8_t *text, size_t textCount, const uint8_t *needle, size_t needleCount, size_t placeA, size_t placeB) {
    return find16(text, textCount, needle, needleCount, placeA, placeB);
}
#endif

const uint8_t *cfind_firstNarrow(
    const uint8_t *text, size_t textCount, const uint8_t *needle, size_t needleCount, size_t placeA, size_t placeB) {
    return find16(text, textCount, needle, needleCount, placeA, placeB);
}
