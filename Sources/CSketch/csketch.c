#include "csketch.h"
#include <string.h>

typedef int16_t lanes __attribute__((vector_size(16)));

// Four vectors of minima and eight of multipliers stay in registers while all elements pass by.
enum { vectors = 4, laneCount = 8 };

void csketch_minimaPlain(const uint32_t *elements, size_t count, const int16_t *multipliers, size_t functions,
                         int16_t *minima) {
    for (size_t first = 0; first < functions; first += vectors * laneCount) {
        lanes low[vectors], high[vectors], least[vectors];
        for (int v = 0; v < vectors; v++) {
            for (int lane = 0; lane < laneCount; lane++) {
                size_t function = first + (size_t)(v * laneCount + lane);
                low[v][lane] = multipliers[2 * function];
                high[v][lane] = multipliers[2 * function + 1];
                least[v][lane] = INT16_MAX;
            }
        }
        for (size_t i = 0; i < count; i++) {
            int16_t a = (int16_t)(elements[i] & 0xFFFF), b = (int16_t)(elements[i] >> 16);
            lanes x = {a, a, a, a, a, a, a, a}, y = {b, b, b, b, b, b, b, b};
            for (int v = 0; v < vectors; v++) {
                // The product wraps: lanes of unsigned numbers, whose wrapping C defines.
                typedef uint16_t wrapping __attribute__((vector_size(16)));
                lanes value = (lanes)((wrapping)x * (wrapping)low[v] + (wrapping)y * (wrapping)high[v]);
                least[v] = __builtin_elementwise_min(least[v], value);
            }
        }
        memcpy(minima + first, least, sizeof least);
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

// Twice the lanes: 64 functions in four vectors of minima, their multipliers beside them.
__attribute__((target("avx2"))) static void minimaWide(
    const uint32_t *elements, size_t count, const int16_t *multipliers, size_t functions, int16_t *minima) {
    enum { wideLanes = 16 };
    for (size_t first = 0; first < functions; first += vectors * wideLanes) {
        int16_t lowLanes[vectors * wideLanes], highLanes[vectors * wideLanes];
        for (size_t lane = 0; lane < vectors * wideLanes; lane++) {
            lowLanes[lane] = multipliers[2 * (first + lane)];
            highLanes[lane] = multipliers[2 * (first + lane) + 1];
        }
        __m256i low[vectors], high[vectors], least[vectors];
        for (int v = 0; v < vectors; v++) {
            low[v] = _mm256_loadu_si256((const __m256i *)(lowLanes + v * wideLanes));
            high[v] = _mm256_loadu_si256((const __m256i *)(highLanes + v * wideLanes));
            least[v] = _mm256_set1_epi16(INT16_MAX);
        }
        for (size_t i = 0; i < count; i++) {
            const __m256i x = _mm256_set1_epi16((int16_t)(elements[i] & 0xFFFF));
            const __m256i y = _mm256_set1_epi16((int16_t)(elements[i] >> 16));
            for (int v = 0; v < vectors; v++) {
                const __m256i value = _mm256_add_epi16(_mm256_mullo_epi16(x, low[v]), _mm256_mullo_epi16(y, high[v]));
                least[v] = _mm256_min_epi16(least[v], value);
            }
        }
        for (int v = 0; v < vectors; v++) _mm256_storeu_si256((__m256i *)(minima + first + v * wideLanes), least[v]);
    }
}
#endif

void csketch_minima(const uint32_t *elements, size_t count, const int16_t *multipliers, size_t functions,
                    int16_t *minima) {
#if defined(__x86_64__)
    if (functions % 64 == 0 && __builtin_cpu_supports("avx2")) {
        minimaWide(elements, count, multipliers, functions, minima);
        return;
    }
#endif
    csketch_minimaPlain(elements, count, multipliers, functions, minima);
}
