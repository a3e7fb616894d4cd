// One piece in many texts: which documents hold it is asked of the text of each that the lists leave, and an exact count asks a
// hundred thousand texts. The loop is `cfind_first`'s, without a call a text and with the texts to come on their way to the
// processor; what waits for memory is most of what it costs.
#define _GNU_SOURCE
#include "cfind.h"
#include <stdbool.h>
#include <string.h>

enum { textsFar = 32, linesFar = 8, textsNear = 4, linesNear = 2, lineBytes = 64 };

// From memory into the second cache, which has far more loads under way than the first, and room for the texts of all of them.
static inline void fetchFar(cfind_text text) {
    // An address behind the text is no harm: nothing is read.
    const size_t lines = text.count / lineBytes + 1;
    for (size_t line = 0; line < (lines < linesFar ? lines : linesFar); line++) {
        __builtin_prefetch(text.start + line * lineBytes, 0, 2);
    }
}

// From there into the first: where a text begins; the processor sees by itself how it goes on.
static inline void fetchNear(cfind_text text) {
    for (size_t line = 0; line < linesNear; line++) __builtin_prefetch(text.start + line * lineBytes);
}

// Whether a unit begins here: not behind a lead byte, nor two behind a long one, nor in a zone's head.
static inline bool beginsUnit(const cfind_piece *piece, const uint8_t *start, const uint8_t *place) {
    if (place == start) return true;
    if (place[-1] == 0 || place[-1] >= piece->firstLead) return false;
    return place - start < 2 || place[-2] < piece->firstLongLead;
}

// Whether the piece stands here. Most that is looked at is: the bytes are compared where they lie, without a call.
static inline bool stands(const cfind_piece *piece, const uint8_t *place) {
    const uint8_t *bytes = piece->bytes;
    size_t left = piece->count;
    while (left >= 8) {
        uint64_t one, other;
        memcpy(&one, place, 8);
        memcpy(&other, bytes, 8);
        if (one != other) return false;
        place += 8;
        bytes += 8;
        left -= 8;
    }
    for (size_t i = 0; i < left; i++) {
        if (place[i] != bytes[i]) return false;
    }
    return true;
}

static bool holdsPlain(const cfind_piece *piece, cfind_text text) {
    const uint8_t *at = text.start, *end = text.start + text.count;
    while (at != NULL && (size_t)(end - at) >= piece->count) {
        const uint8_t *place = memmem(at, (size_t)(end - at), piece->bytes, piece->count);
        if (place == NULL) return false;
        if (beginsUnit(piece, text.start, place)) return true;
        at = place + 1;
    }
    return false;
}

// A block of places at a time, the last one over the one before it, so that nothing is read behind the text.
#define HOLDS(NAME, WIDTH, MASK, ATTRIBUTE)                                                                               \
    ATTRIBUTE static inline bool NAME(const cfind_piece *piece, cfind_text text) {                                        \
        if (text.count < piece->count + WIDTH - 1) return holdsPlain(piece, text);                                        \
        const size_t places = text.count - piece->count + 1; /* where the piece may begin */                              \
        const uint8_t *a = text.start + piece->placeA, *b = text.start + piece->placeB;                                   \
        const uint8_t byteA = piece->bytes[piece->placeA], byteB = piece->bytes[piece->placeB];                           \
        size_t at = 0;                                                                                                    \
        for (;;) {                                                                                                        \
            uint32_t both = MASK(a + at, byteA, b + at, byteB);                                                           \
            while (both) {                                                                                                \
                const uint8_t *place = text.start + at + __builtin_ctz(both);                                             \
                if (stands(piece, place) && beginsUnit(piece, text.start, place)) return true;                            \
                both &= both - 1;                                                                                         \
            }                                                                                                             \
            if (at + WIDTH >= places) return false;                                                                       \
            at = at + 2 * WIDTH <= places ? at + WIDTH : places - WIDTH;                                                  \
        }                                                                                                                 \
    }

#define HOLDING(NAME, ONE, ATTRIBUTE)                                                                                     \
    ATTRIBUTE static size_t NAME(                                                                                         \
        const cfind_piece *piece, const cfind_text *texts, const uint32_t *docs, size_t count, uint32_t *found) {         \
        size_t n = 0;                                                                                                     \
        for (size_t i = 0; i < count && i < textsFar; i++) fetchFar(texts[i]);                                            \
        for (size_t i = 0; i < count; i++) {                                                                              \
            if (i + textsFar < count) fetchFar(texts[i + textsFar]);                                                      \
            if (i + textsNear < count) fetchNear(texts[i + textsNear]);                                                   \
            /* Holds: no more are found than were looked through. */                                                      \
            found[n] = docs[i];                                                                                           \
            n += ONE(piece, texts[i]);                                                                                    \
        }                                                                                                                 \
        return n;                                                                                                         \
    }

#if defined(__x86_64__)
#include "masks.h"

HOLDS(holds16, 16, mask16, )
HOLDS(holds32, 32, mask32, __attribute__((target("avx2"))))
HOLDING(holding16, holds16, )
HOLDING(holding32, holds32, __attribute__((target("avx2"))))

size_t cfind_holding(
    const cfind_piece *piece, const cfind_text *texts, const uint32_t *docs, size_t count, uint32_t *found) {
    if (__builtin_cpu_supports("avx2")) return holding32(piece, texts, docs, count, found);
    return holding16(piece, texts, docs, count, found);
}
#else
// Compilers make vector code of this loop where there is any.
static inline uint32_t mask8(const uint8_t *a, uint8_t byteA, const uint8_t *b, uint8_t byteB) {
    uint32_t mask = 0;
    for (int place = 0; place < 8; place++) mask |= (uint32_t)((a[place] == byteA) & (b[place] == byteB)) << place;
    return mask;
}

HOLDS(holds16, 8, mask8, )
HOLDING(holding16, holds16, )

size_t cfind_holding(
    const cfind_piece *piece, const cfind_text *texts, const uint32_t *docs, size_t count, uint32_t *found) {
    return holding16(piece, texts, docs, count, found);
}
#endif

size_t cfind_holdingNarrow(
    const cfind_piece *piece, const cfind_text *texts, const uint32_t *docs, size_t count, uint32_t *found) {
    return holding16(piece, texts, docs, count, found);
}
