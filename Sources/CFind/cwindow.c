// Most stretches of eight hold nothing large: they cost a load, two comparisons and a store.
#include "cwindow.h"

/// From `from` on; what was found before stands in front.
static size_t takeFrom(
    size_t from, int32_t *sums, size_t count, int32_t least, int32_t needed, uint32_t *places, int32_t *values, size_t found,
    size_t *counted) {
    for (size_t place = from; place < count; place++) {
        const int32_t sum = sums[place];
        *counted += sum >= needed;
        if (sum >= least) {
            places[found] = (uint32_t)place;
            values[found++] = sum;
        }
        sums[place] = 0;
    }
    return found;
}

size_t cwindow_takePlain(
    int32_t *sums, size_t count, int32_t least, int32_t needed, uint32_t *places, int32_t *values, size_t *counted) {
    *counted = 0;
    return takeFrom(0, sums, count, least, needed, places, values, 0, counted);
}

// A comparison for each bit instead of a step: compilers make it four or eight at a time of any processor.
static const uint32_t bits[32] = {
    1u << 0,  1u << 1,  1u << 2,  1u << 3,  1u << 4,  1u << 5,  1u << 6,  1u << 7,  1u << 8,  1u << 9,  1u << 10,
    1u << 11, 1u << 12, 1u << 13, 1u << 14, 1u << 15, 1u << 16, 1u << 17, 1u << 18, 1u << 19, 1u << 20, 1u << 21,
    1u << 22, 1u << 23, 1u << 24, 1u << 25, 1u << 26, 1u << 27, 1u << 28, 1u << 29, 1u << 30, 1u << 31,
};

void cwindow_clear(int32_t *sums, size_t count, const uint64_t *words, size_t wordCount) {
    for (size_t word = 0; word < wordCount && word * 64 < count; word++) {
        if (words[word] == 0) continue;
        for (size_t half = 0; half < 2; half++) {
            const size_t at = word * 64 + half * 32;
            const uint32_t set = (uint32_t)(words[word] >> (half * 32));
            if (at + 32 <= count) {
                for (size_t i = 0; i < 32; i++) sums[at + i] &= -(int32_t)((set & bits[i]) == 0);
            } else {
                for (size_t i = 0; at + i < count; i++) sums[at + i] &= -(int32_t)((set & bits[i]) == 0);
            }
        }
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,popcnt,bmi"))) static size_t takeWide(
    int32_t *sums, size_t count, int32_t least, int32_t needed, uint32_t *places, int32_t *values, size_t *counted) {
    const __m256i below = _mm256_set1_epi32(least - 1), unneeded = _mm256_set1_epi32(needed - 1);
    size_t found = 0, at = 0;
    *counted = 0;
    for (; at + 8 <= count; at += 8) {
        __m256i eight = _mm256_loadu_si256((const __m256i *)(sums + at));
        *counted += (size_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(eight, unneeded))));
        uint32_t large = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(eight, below)));
        while (large) {
            const size_t place = at + (size_t)__builtin_ctz(large);
            places[found] = (uint32_t)place;
            values[found++] = sums[place];
            large &= large - 1;
        }
        _mm256_storeu_si256((__m256i *)(sums + at), _mm256_setzero_si256());
    }
    return takeFrom(at, sums, count, least, needed, places, values, found, counted);
}

size_t cwindow_take(
    int32_t *sums, size_t count, int32_t least, int32_t needed, uint32_t *places, int32_t *values, size_t *counted) {
    if (__builtin_cpu_supports("avx2")) return takeWide(sums, count, least, needed, places, values, counted);
    return cwindow_takePlain(sums, count, least, needed, places, values, counted);
}
#else
size_t cwindow_take(
    int32_t *sums, size_t count, int32_t least, int32_t needed, uint32_t *places, int32_t *values, size_t *counted) {
    return cwindow_takePlain(sums, count, least, needed, places, values, counted);
}
#endif
