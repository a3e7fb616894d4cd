// What is found is written in any case, and counted only if it is: which documents two lists share no processor foresees.
#include "cblock.h"
#include <string.h>

size_t cblock_intersectPlain(const uint32_t *a, size_t aCount, const uint32_t *b, size_t bCount, uint32_t *found) {
    size_t i = 0, j = 0, n = 0;
    while (i < aCount && j < bCount) {
        const uint32_t x = a[i], y = b[j];
        found[n] = x;
        n += x == y;
        i += x <= y;
        j += y <= x;
    }
    return n;
}

size_t cblock_test(const uint32_t *docs, size_t count, const uint8_t *bits, size_t wordCount, uint32_t base, uint32_t *found) {
    size_t i = 0, n = 0;
    while (i < count && docs[i] < base) i++;
    for (; i < count; i++) {
        const uint32_t bit = docs[i] - base;
        if (bit >> 6 >= wordCount) break;
        uint64_t word;
        memcpy(&word, bits + 8 * (size_t)(bit >> 6), 8);
        found[n] = docs[i];
        n += word >> (bit & 63) & 1;
    }
    return n;
}

void cblock_fill(const uint32_t *docs, size_t count, uint64_t *words) {
    // Neighbours mostly share a word, and each would wait until the one before it has written that: four quarters of the documents go
    // side by side.
    const size_t quarter = count / 4;
    for (size_t i = 0; i < quarter; i++) {
        const uint32_t a = docs[i], b = docs[quarter + i], c = docs[2 * quarter + i], d = docs[3 * quarter + i];
        words[a >> 6] |= 1ull << (a & 63);
        words[b >> 6] |= 1ull << (b & 63);
        words[c >> 6] |= 1ull << (c & 63);
        words[d >> 6] |= 1ull << (d & 63);
    }
    for (size_t i = 4 * quarter; i < count; i++) words[docs[i] >> 6] |= 1ull << (docs[i] & 63);
}

void cblock_or(const uint8_t *bits, size_t count, uint32_t base, uint64_t *words, size_t wordCount) {
    const unsigned shift = base & 63;
    const size_t first = base >> 6;
    uint64_t over = 0;
    size_t i = 0;
    for (; i < count && first + i < wordCount; i++) {
        uint64_t word;
        memcpy(&word, bits + 8 * i, 8);
        words[first + i] |= word << shift | over;
        // A shift by all 64 bits leaves nothing.
        over = word >> 1 >> (63 - shift);
    }
    if (first + i < wordCount) words[first + i] |= over;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Eight of each side by side, each with each (Schlegel, Willhalm, Lehner, ADMS 2011).
__attribute__((target("avx2"))) static size_t intersectWide(
    const uint32_t *a, size_t aCount, const uint32_t *b, size_t bCount, uint32_t *found) {
    size_t i = 0, j = 0, n = 0;
    // Of the eight at hand those that were found: in a damaged block they may come again, and there is room for once.
    unsigned before = 0;
    const __m256i next = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 0), half = _mm256_setr_epi32(4, 5, 6, 7, 0, 1, 2, 3);
    while (i + 8 <= aCount && j + 8 <= bCount) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(a + i));
        __m256i y = _mm256_loadu_si256((const __m256i *)(b + j)), z = _mm256_permutevar8x32_epi32(y, half);
        __m256i same = _mm256_or_si256(_mm256_cmpeq_epi32(x, y), _mm256_cmpeq_epi32(x, z));
        for (int turn = 0; turn < 3; turn++) {
            y = _mm256_permutevar8x32_epi32(y, next);
            z = _mm256_permutevar8x32_epi32(z, next);
            same = _mm256_or_si256(same, _mm256_or_si256(_mm256_cmpeq_epi32(x, y), _mm256_cmpeq_epi32(x, z)));
        }
        const unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(same)) & ~before;
        if (mask != 0) {
            for (int lane = 0; lane < 8; lane++) {
                found[n] = a[i + lane];
                n += mask >> lane & 1;
            }
        }
        const uint32_t aLast = a[i + 7], bLast = b[j + 7];
        before = aLast <= bLast ? 0 : before | mask;
        i += aLast <= bLast ? 8 : 0;
        j += bLast <= aLast ? 8 : 0;
    }
    // What is left of the other side stands behind all that was found.
    if (before != 0) i += 32 - __builtin_clz(before);
    return n + cblock_intersectPlain(a + i, aCount - i, b + j, bCount - j, found + n);
}

// Of a run that is much shorter each by itself, with eight of the other at once.
__attribute__((target("avx2"))) static size_t lookUpWide(
    const uint32_t *a, size_t aCount, const uint32_t *b, size_t bCount, uint32_t *found) {
    size_t i = 0, j = 0, n = 0;
    for (; i < aCount; i++) {
        while (j + 8 <= bCount && b[j + 7] < a[i]) j += 8;
        if (j + 8 > bCount) break;
        const __m256i same = _mm256_cmpeq_epi32(
            _mm256_set1_epi32((int)a[i]), _mm256_loadu_si256((const __m256i *)(b + j)));
        found[n] = a[i];
        n += !_mm256_testz_si256(same, same);
    }
    return n + cblock_intersectPlain(a + i, aCount - i, b + j, bCount - j, found + n);
}

size_t cblock_intersect(const uint32_t *a, size_t aCount, const uint32_t *b, size_t bCount, uint32_t *found) {
    if (__builtin_cpu_supports("avx2") && aCount * 4 < bCount) return lookUpWide(a, aCount, b, bCount, found);
    if (__builtin_cpu_supports("avx2")) return intersectWide(a, aCount, b, bCount, found);
    return cblock_intersectPlain(a, aCount, b, bCount, found);
}
#else
size_t cblock_intersect(const uint32_t *a, size_t aCount, const uint32_t *b, size_t bCount, uint32_t *found) {
    return cblock_intersectPlain(a, aCount, b, bCount, found);
}
#endif
