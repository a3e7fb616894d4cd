#include "csketch.h"
#include <string.h>

typedef int16_t lanes __attribute__((vector_size(16)));

// Four vectors of minima and eight of multipliers stay in registers while all elements pass by.
enum { vectors = 4, laneCount = 8 };

void csketch_minima(const uint32_t *elements, size_t count, const int16_t *multipliers, size_t functions,
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
