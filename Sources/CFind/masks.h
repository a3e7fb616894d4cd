// Where of 16 or 32 places both bytes stand, as bits: what the searches through a text skip by.
#ifndef MASKS_H
#define MASKS_H
#include <stdint.h>
#include <immintrin.h>

static inline uint32_t mask16(const uint8_t *a, uint8_t byteA, const uint8_t *b, uint8_t byteB) {
    __m128i one = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)a), _mm_set1_epi8((char)byteA));
    __m128i two = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)b), _mm_set1_epi8((char)byteB));
    return (uint32_t)_mm_movemask_epi8(_mm_and_si128(one, two));
}

__attribute__((target("avx2"))) static inline uint32_t mask32(
    const uint8_t *a, uint8_t byteA, const uint8_t *b, uint8_t byteB) {
    __m256i one = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)a), _mm256_set1_epi8((char)byteA));
    __m256i two = _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)b), _mm256_set1_epi8((char)byteB));
    return (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(one, two));
}

#endif
