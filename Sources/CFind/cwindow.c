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
