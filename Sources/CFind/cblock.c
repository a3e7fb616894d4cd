// A lane's gaps lie one behind the other in every eighth word, so that a shift unpacks eight of them at once.
#include "cblock.h"
#include <string.h>

enum { rows = 32, lanes = 8 };

void cblock_unpackPlain(const uint8_t *packed, int bits, uint32_t *gaps) {
    const uint64_t mask = (1ull << bits) - 1;
    for (int row = 0; row < rows; row++) {
        const int bit = row * bits, shift = bit % 32;
        for (int lane = 0; lane < lanes; lane++) {
            uint64_t word = 0;
            if (bits > 0) {
                uint32_t low, high = 0;
                memcpy(&low, packed + 4 * (bit / 32 * lanes + lane), 4);
                if (shift + bits > 32) memcpy(&high, packed + 4 * ((bit / 32 + 1) * lanes + lane), 4);
                word = ((uint64_t)high << 32 | low) >> shift & mask;
            }
            gaps[row * lanes + lane] = (uint32_t)word;
        }
    }
}

void cblock_sumPlain(uint32_t *gaps, uint32_t base) {
    uint32_t next = base;
    for (int i = 0; i < rows * lanes; i++) {
        gaps[i] += next;
        next = gaps[i] + 1;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static void unpackWide(const uint8_t *packed, int bits, uint32_t *gaps) {
    if (bits == 0) {
        memset(gaps, 0, sizeof(uint32_t) * rows * lanes);
        return;
    }
    const __m256i mask = _mm256_set1_epi32((int)(uint32_t)((1ull << bits) - 1));
    __m256i word = _mm256_loadu_si256((const __m256i *)packed);
    packed += 32;
    int shift = 0;
    for (int row = 0; row < rows; row++) {
        __m256i gap = _mm256_srl_epi32(word, _mm_cvtsi32_si128(shift));
        shift += bits;
        if (shift >= 32 && row < rows - 1) {
            word = _mm256_loadu_si256((const __m256i *)packed);
            packed += 32;
            shift -= 32;
            // Of a gap that crosses, the rest is in the next word; a shift by all 32 bits leaves nothing.
            gap = _mm256_or_si256(gap, _mm256_sll_epi32(word, _mm_cvtsi32_si128(bits - shift)));
        }
        _mm256_storeu_si256((__m256i *)(gaps + row * lanes), _mm256_and_si256(gap, mask));
    }
}

__attribute__((target("avx2"))) static void sumWide(uint32_t *gaps, uint32_t base) {
    const __m256i one = _mm256_set1_epi32(1), last = _mm256_set1_epi32(7);
    __m256i carry = _mm256_set1_epi32((int)(base - 1));
    for (int row = 0; row < rows; row++) {
        __m256i x = _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(gaps + row * lanes)), one);
        x = _mm256_add_epi32(x, _mm256_slli_si256(x, 4));
        x = _mm256_add_epi32(x, _mm256_slli_si256(x, 8));
        // What the lower four are in all is added to the upper four.
        const __m256i low = _mm256_permute2x128_si256(x, x, 0x08);
        x = _mm256_add_epi32(x, _mm256_shuffle_epi32(low, 0xFF));
        x = _mm256_add_epi32(x, carry);
        carry = _mm256_permutevar8x32_epi32(x, last);
        _mm256_storeu_si256((__m256i *)(gaps + row * lanes), x);
    }
}

void cblock_unpack(const uint8_t *packed, int bits, uint32_t *gaps) {
    if (__builtin_cpu_supports("avx2")) unpackWide(packed, bits, gaps);
    else cblock_unpackPlain(packed, bits, gaps);
}

void cblock_sum(uint32_t *gaps, uint32_t base) {
    if (__builtin_cpu_supports("avx2")) sumWide(gaps, base);
    else cblock_sumPlain(gaps, base);
}
#else
void cblock_unpack(const uint8_t *packed, int bits, uint32_t *gaps) { cblock_unpackPlain(packed, bits, gaps); }
void cblock_sum(uint32_t *gaps, uint32_t base) { cblock_sumPlain(gaps, base); }
#endif
