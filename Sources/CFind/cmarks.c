// Which bytes begin a unit follows from the lead bytes before them, so a block of thirty-two is settled by a few shifts;
// which of those begin a unit that is looked for, by two look-ups of sixteen (Langdale & Lemire, "Parsing gigabytes
// of JSON per second", 2019, the classes of characters). Only these are looked at one by one.
#include "cmarks.h"
#include <string.h>

enum { oneByteCount = 222, firstLead = 223, firstLongLead = 254 };

/// The number of the unit whose code begins at `at`, 0 if it is not looked for or cut off.
static inline uint16_t numberAt(const uint8_t *text, size_t count, size_t at, const cmarks_table *table) {
    uint8_t byte = text[at];
    if (byte < firstLead) return table->numbers[byte - 1];
    if (byte < firstLongLead) {
        if (at + 1 >= count || text[at + 1] == 0 || text[at + 1] > oneByteCount) return 0;
        return table->numbers[oneByteCount * (byte - firstLead + 1) + text[at + 1] - 1];
    }
    if (at + 2 >= count) return 0;
    uint32_t unit = ((byte - firstLongLead) * oneByteCount + (uint32_t)text[at + 1] - 1) * oneByteCount + text[at + 2] - 1;
    for (size_t i = 0; i < table->othersCount; i++)
        if (table->others[2 * i] == unit) return table->others[2 * i + 1];
    return 0;
}

size_t cmarks_findPlain(
    const uint8_t *text, size_t count, const cmarks_table *table, cmarks_mark *marks, uint32_t *units) {
    size_t found = 0;
    uint32_t place = 0;
    size_t at = 0;
    while (at < count) {
        uint8_t byte = text[at];
        if (byte == 0) {
            marks[found++] = (cmarks_mark){place, 0, at + 1 < count ? text[at + 1] : 0};
            at += 2;
            continue;
        }
        uint16_t number = numberAt(text, count, at, table);
        if (number) marks[found++] = (cmarks_mark){place, number, 0};
        place++;
        at += byte < firstLead ? 1 : byte < firstLongLead ? 2 : 3;
    }
    *units = place;
    return found;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,popcnt,bmi"))) static size_t findWide(
    const uint8_t *text, size_t count, const cmarks_table *table, cmarks_mark *marks, uint32_t *units) {
    const __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table->beginnings));
    const __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table->beginnings + 16)));
    const __m256i bits = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128));
    const __m256i lead = _mm256_set1_epi8((char)firstLead), longLead = _mm256_set1_epi8((char)firstLongLead);
    const __m256i top = _mm256_set1_epi8((char)0x80), nibble = _mm256_set1_epi8(0x0F), zero = _mm256_setzero_si256();
    size_t found = 0;
    uint32_t place = 0;
    uint64_t follow = 0; // bytes that belong to a code or head begun before them
    for (size_t base = 0; base < count; base += 32) {
        __m256i v;
        uint32_t inside = 0xFFFFFFFF;
        if (count - base >= 32) {
            v = _mm256_loadu_si256((const __m256i *)(text + base));
        } else {
            uint8_t rest[32] = {0};
            memcpy(rest, text + base, count - base);
            v = _mm256_loadu_si256((const __m256i *)rest);
            inside = (1u << (count - base)) - 1;
        }
        uint32_t leads = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(v, lead), v)) & inside;
        uint32_t longLeads = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(v, longLead), v)) & inside;
        uint32_t zeros = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, zero)) & inside;
        follow |= (uint64_t)(leads | zeros) << 1 | (uint64_t)longLeads << 2;
        uint32_t heads = zeros & ~(uint32_t)follow;
        uint32_t begins = inside & ~(uint32_t)follow & ~zeros;
        follow >>= 32;
        // The upper half of a byte chooses the bit, the lower half the byte that has it.
        __m256i row = _mm256_or_si256(_mm256_shuffle_epi8(low, v), _mm256_shuffle_epi8(high, _mm256_xor_si256(v, top)));
        __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(v, 4), nibble));
        uint32_t misses = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(row, bit), zero));
        uint32_t left = (begins & ~misses) | heads;
        while (left) {
            uint32_t i = (uint32_t)__builtin_ctz(left);
            left &= left - 1;
            uint32_t here = place + (uint32_t)__builtin_popcount(begins & ((1u << i) - 1));
            size_t at = base + i;
            if (heads >> i & 1) {
                marks[found++] = (cmarks_mark){here, 0, at + 1 < count ? text[at + 1] : 0};
            } else {
                uint16_t number = numberAt(text, count, at, table);
                marks[found] = (cmarks_mark){here, number, 0};
                found += number != 0;
            }
        }
        place += (uint32_t)__builtin_popcount(begins);
    }
    *units = place;
    return found;
}

size_t cmarks_find(const uint8_t *text, size_t count, const cmarks_table *table, cmarks_mark *marks, uint32_t *units) {
    if (__builtin_cpu_supports("avx2")) return findWide(text, count, table, marks, units);
    return cmarks_findPlain(text, count, table, marks, units);
}
#else
size_t cmarks_find(const uint8_t *text, size_t count, const cmarks_table *table, cmarks_mark *marks, uint32_t *units) {
    return cmarks_findPlain(text, count, table, marks, units);
}
#endif
