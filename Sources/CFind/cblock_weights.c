// The weights of a block stand in four bits each, those of 0 left out where they are many. Of the documents of a frequent word few
// weigh enough to be looked at.
#include "cblock.h"
#include <string.h>

// Eight bytes from `at` on; behind the end stand zeros.
static inline uint64_t eight(const uint8_t *bytes, size_t size, size_t at) {
    uint64_t word = 0;
    if (at + 8 <= size) memcpy(&word, bytes + at, 8);
    else if (at < size) memcpy(&word, bytes + at, size - at);
    return word;
}

void cblock_weightsPlain(const uint8_t *bytes, size_t size, size_t count, int sparse, uint8_t *weights) {
    if (!sparse) {
        const size_t pairs = (count + 1) / 2;
        for (size_t i = 0; i < pairs; i++) {
            weights[2 * i] = bytes[i] & 15;
            weights[2 * i + 1] = bytes[i] >> 4;
        }
        return;
    }
    const size_t groups = (count + 7) / 8;
    size_t nibble = 2 * groups;
    for (size_t group = 0; group < groups; group++) {
        uint64_t rest = eight(bytes, size, nibble >> 1) >> (4 * (nibble & 1));
        for (int bit = 0; bit < 8; bit++) {
            const int held = bytes[group] >> bit & 1;
            weights[8 * group + bit] = held ? rest & 15 : 0;
            rest >>= 4 * held;
            nibble += held;
        }
    }
}

size_t cblock_placesPlain(const uint8_t *weights, size_t count, const uint8_t *wanted, uint8_t *places) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        places[n] = (uint8_t)i;
        n += wanted[weights[i] & 15] & 1;
    }
    return n;
}

size_t cblock_spread(
    const uint32_t *docs, const uint8_t *weights, size_t count, uint32_t base, uint32_t last, const uint32_t *candidates,
    size_t candidateCount, uint8_t *levels, uint8_t *table, size_t room) {
    // Side by side, whether a candidate is in the block or not would be guessed wrong every other time.
    for (size_t i = 0; i < count; i++) table[docs[i] - base & (room - 1)] = weights[i];
    size_t at = 0;
    for (; at < candidateCount && candidates[at] <= last; at++) levels[at] = table[candidates[at] - base & (room - 1)];
    for (size_t i = 0; i < count; i++) table[docs[i] - base & (room - 1)] = 0;
    return at;
}

size_t cblock_nthPlain(
    const uint8_t *bits, size_t wordCount, uint32_t base, const uint8_t *places, size_t count, uint32_t *docs) {
    size_t before = 0, n = 0;
    for (size_t at = 0; at < wordCount && n < count; at++) {
        uint64_t word;
        memcpy(&word, bits + 8 * at, 8);
        for (; word != 0 && n < count; word &= word - 1, before++) {
            if (places[n] == before) docs[n++] = base + (uint32_t)(64 * at) + (uint32_t)__builtin_ctzll(word);
        }
    }
    return n;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("bmi2,popcnt"))) static size_t nthWide(
    const uint8_t *bits, size_t wordCount, uint32_t base, const uint8_t *places, size_t count, uint32_t *docs) {
    size_t before = 0, n = 0;
    for (size_t at = 0; at < wordCount && n < count; at++) {
        uint64_t word;
        memcpy(&word, bits + 8 * at, 8);
        const size_t next = before + (size_t)__builtin_popcountll(word);
        for (; n < count && places[n] < next; n++) {
            const uint64_t bit = _pdep_u64(1ull << (places[n] - before & 63), word);
            docs[n] = base + (uint32_t)(64 * at) + (uint32_t)__builtin_ctzll(bit | 1ull << 63);
        }
        before = next;
    }
    return n;
}

__attribute__((target("bmi2,popcnt"))) static void weightsWide(
    const uint8_t *bytes, size_t size, size_t count, uint8_t *weights) {
    const size_t groups = (count + 7) / 8;
    size_t nibble = 2 * groups;
    for (size_t group = 0; group < groups; group++) {
        const uint64_t rest = eight(bytes, size, nibble >> 1) >> (4 * (nibble & 1));
        const uint64_t held = _pdep_u64(bytes[group], 0x0101010101010101ull) * 15;
        const uint64_t spread = _pdep_u64(rest, held);
        memcpy(weights + 8 * group, &spread, 8);
        nibble += (size_t)__builtin_popcount(bytes[group]);
    }
}

__attribute__((target("avx2"))) static size_t placesWide(
    const uint8_t *weights, size_t count, const uint8_t *wanted, uint8_t *places) {
    const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)wanted));
    size_t i = 0, n = 0;
    for (; i + 32 <= count; i += 32) {
        const __m256i levels = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(weights + i)), _mm256_set1_epi8(15));
        uint32_t mask = (uint32_t)_mm256_movemask_epi8(_mm256_shuffle_epi8(table, levels));
        while (mask != 0) {
            places[n++] = (uint8_t)(i + (size_t)__builtin_ctz(mask));
            mask &= mask - 1;
        }
    }
    for (; i < count; i++) {
        if (wanted[weights[i] & 15] & 1) places[n++] = (uint8_t)i;
    }
    return n;
}

void cblock_weights(const uint8_t *bytes, size_t size, size_t count, int sparse, uint8_t *weights) {
    if (sparse && __builtin_cpu_supports("bmi2")) weightsWide(bytes, size, count, weights);
    else cblock_weightsPlain(bytes, size, count, sparse, weights);
}

size_t cblock_places(const uint8_t *weights, size_t count, const uint8_t *wanted, uint8_t *places) {
    if (__builtin_cpu_supports("avx2")) return placesWide(weights, count, wanted, places);
    return cblock_placesPlain(weights, count, wanted, places);
}

size_t cblock_nth(
    const uint8_t *bits, size_t wordCount, uint32_t base, const uint8_t *places, size_t count, uint32_t *docs) {
    if (__builtin_cpu_supports("bmi2")) return nthWide(bits, wordCount, base, places, count, docs);
    return cblock_nthPlain(bits, wordCount, base, places, count, docs);
}
#else
size_t cblock_nth(
    const uint8_t *bits, size_t wordCount, uint32_t base, const uint8_t *places, size_t count, uint32_t *docs) {
    return cblock_nthPlain(bits, wordCount, base, places, count, docs);
}
void cblock_weights(const uint8_t *bytes, size_t size, size_t count, int sparse, uint8_t *weights) {
    cblock_weightsPlain(bytes, size, count, sparse, weights);
}
size_t cblock_places(const uint8_t *weights, size_t count, const uint8_t *wanted, uint8_t *places) {
    return cblock_placesPlain(weights, count, wanted, places);
}
#endif
