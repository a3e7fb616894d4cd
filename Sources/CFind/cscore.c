// Of a piece that half of the archive holds, hundreds of thousands of documents are scored: no step here depends on what a level is.
#include "cscore.h"

// One rounding for each operation, as everywhere: so that both ways give the same sums.
#pragma STDC FP_CONTRACT OFF

static void addFrom(
    size_t from, const cscore_gains *gains, float weight, const uint8_t *levels, const float *rests, size_t count, float *sums) {
    for (size_t i = from; i < count; i++) {
        const unsigned level = levels[i] & 15;
        const float gain = gains->above[level] / (gains->below[level] + rests[i]) + gains->floor;
        sums[i] += level != 0 ? weight * gain : 0;
    }
}

void cscore_addPlain(
    const cscore_gains *gains, float weight, const uint8_t *levels, const float *rests, size_t count, float *sums) {
    addFrom(0, gains, weight, levels, rests, count, sums);
}

static size_t keepFrom(
    size_t from, size_t kept, const cscore_gains *gains, float left, float slack, float least, uint32_t *docs, float *rests,
    float *sums, size_t count) {
    for (size_t i = from; i < count; i++) {
        const float gain = gains->above[15] / (gains->below[15] + rests[i]) + gains->floor;
        const float bound = (sums[i] + left * gain) * slack;
        docs[kept] = docs[i];
        rests[kept] = rests[i];
        sums[kept] = sums[i];
        kept += bound >= least;
    }
    return kept;
}

size_t cscore_keepPlain(
    const cscore_gains *gains, float left, float slack, float least, uint32_t *docs, float *rests, float *sums, size_t count) {
    return keepFrom(0, 0, gains, left, slack, least, docs, rests, sums, count);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static inline __m256 byLevel(const float *table, __m256i level) {
    const __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), level);
    const __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), level);
    // The bit of eight goes where a blend looks.
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(level, 28)));
}

__attribute__((target("avx2"))) static void addWide(
    const cscore_gains *gains, float weight, const uint8_t *levels, const float *rests, size_t count, float *sums) {
    const __m256 factor = _mm256_set1_ps(weight), floor = _mm256_set1_ps(gains->floor);
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256i level = _mm256_and_si256(
            _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(levels + i))), _mm256_set1_epi32(15));
        const __m256 rest = _mm256_loadu_ps(rests + i);
        __m256 gain = _mm256_div_ps(byLevel(gains->above, level), _mm256_add_ps(byLevel(gains->below, level), rest));
        gain = _mm256_mul_ps(factor, _mm256_add_ps(gain, floor));
        gain = _mm256_andnot_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(level, _mm256_setzero_si256())), gain);
        _mm256_storeu_ps(sums + i, _mm256_add_ps(_mm256_loadu_ps(sums + i), gain));
    }
    addFrom(i, gains, weight, levels, rests, count, sums);
}

__attribute__((target("avx2"))) static size_t keepWide(
    const cscore_gains *gains, float left, float slack, float least, uint32_t *docs, float *rests, float *sums, size_t count) {
    const __m256 above = _mm256_set1_ps(gains->above[15]), below = _mm256_set1_ps(gains->below[15]);
    const __m256 floor = _mm256_set1_ps(gains->floor), more = _mm256_set1_ps(left), wide = _mm256_set1_ps(slack);
    const __m256 border = _mm256_set1_ps(least);
    size_t i = 0, kept = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256 rest = _mm256_loadu_ps(rests + i), sum = _mm256_loadu_ps(sums + i);
        const __m256 gain = _mm256_add_ps(_mm256_div_ps(above, _mm256_add_ps(below, rest)), floor);
        const __m256 bound = _mm256_mul_ps(_mm256_add_ps(sum, _mm256_mul_ps(more, gain)), wide);
        unsigned stays = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(bound, border, _CMP_GE_OQ));
        for (; stays != 0; stays &= stays - 1) {
            const size_t place = i + (size_t)__builtin_ctz(stays);
            docs[kept] = docs[place];
            rests[kept] = rests[place];
            sums[kept++] = sums[place];
        }
    }
    return keepFrom(i, kept, gains, left, slack, least, docs, rests, sums, count);
}

void cscore_add(
    const cscore_gains *gains, float weight, const uint8_t *levels, const float *rests, size_t count, float *sums) {
    if (__builtin_cpu_supports("avx2")) addWide(gains, weight, levels, rests, count, sums);
    else cscore_addPlain(gains, weight, levels, rests, count, sums);
}

size_t cscore_keep(
    const cscore_gains *gains, float left, float slack, float least, uint32_t *docs, float *rests, float *sums, size_t count) {
    if (__builtin_cpu_supports("avx2")) return keepWide(gains, left, slack, least, docs, rests, sums, count);
    return cscore_keepPlain(gains, left, slack, least, docs, rests, sums, count);
}
#else
void cscore_add(
    const cscore_gains *gains, float weight, const uint8_t *levels, const float *rests, size_t count, float *sums) {
    cscore_addPlain(gains, weight, levels, rests, count, sums);
}
size_t cscore_keep(
    const cscore_gains *gains, float left, float slack, float least, uint32_t *docs, float *rests, float *sums, size_t count) {
    return cscore_keepPlain(gains, left, slack, least, docs, rests, sums, count);
}
#endif
