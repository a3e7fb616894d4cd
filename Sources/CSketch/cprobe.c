#include "cprobe.h"
#include <string.h>

// As `CommonPairs`, `ShingleProbe` and `LikenessProbe` place what they put into the tables.
static inline uint32_t pairHash(uint32_t pair) { return pair * 0x9E3779B1u; }
static inline size_t shingleHash(uint64_t shingle) { return (size_t)((shingle * 0x9E3779B97F4A7C15u) >> 32); }
static inline int has(const uint64_t *bits, size_t bit) { return (int)(bits[bit >> 6] >> (bit & 63) & 1); }

static inline int isCommon(const cprobe_common *common, uint32_t pair) {
    size_t place = pairHash(pair) >> 16;
    if (!has(common->bits, place)) return 0;
    for (place &= common->mask; common->pairs[place]; place = (place + 1) & common->mask)
        if (common->pairs[place] == pair) return 1;
    return 0;
}

// All pairs of a left out shingle are common.
static inline int isLeftOut(const cprobe_common *common, uint64_t shingle) {
    return isCommon(common, (uint32_t)shingle) && (!(shingle >> 32) || isCommon(common, (uint32_t)(shingle >> 16)));
}

// Runs `body` with each `shingle`: three letters side by side, or the two of a run that has no more.
#define EACH_SHINGLE(body)                                        \
    {                                                             \
        uint64_t last = 0;                                        \
        unsigned run = 0;                                         \
        for (size_t i = 0; i < count; i++) {                      \
            if (classes[units[i]] & 1) {                          \
                last = (last << 16 | units[i]) & 0xFFFFFFFFFFFFu; \
                if (++run < 3) continue;                          \
            } else {                                              \
                int isPair = run == 2;                            \
                run = 0;                                          \
                if (!isPair) continue;                            \
                last &= 0xFFFFFFFFu;                              \
            }                                                     \
            const uint64_t shingle = last;                        \
            body                                                  \
        }                                                         \
        if (run == 2) {                                           \
            const uint64_t shingle = last & 0xFFFFFFFFu;          \
            do body while (0);                                    \
        }                                                         \
    }

size_t cprobe_ownPlaces(const uint16_t *units, size_t count, const uint8_t *classes, const uint64_t *ownBits) {
    size_t places = 0;
    EACH_SHINGLE({ places += (size_t)has(ownBits, shingleHash(shingle) & (cprobe_bits - 1)); })
    return places;
}

int cprobe_hasMore(const uint16_t *units, size_t count, const uint8_t *classes, const cprobe_common *common, uint64_t *bits,
                   size_t most) {
    memset(bits, 0, cprobe_bits / 8);
    size_t found = 0;
    EACH_SHINGLE({
        const size_t bit = shingleHash(shingle) & (cprobe_bits - 1);
        if (has(bits, bit) || isLeftOut(common, shingle)) continue;
        bits[bit >> 6] |= (uint64_t)1 << (bit & 63);
        if (++found > most) return 1;
    })
    return 0;
}

cprobe_counts cprobe_count(const uint16_t *units, size_t count, const uint8_t *classes, const cprobe_common *common,
                           const cprobe_shingles *probe) {
    cprobe_counts counts = {0, 0};
    const uint64_t *const own = probe->own, *const ownBits = probe->ownBits;
    uint64_t *const seen = probe->seen;
    const size_t ownMask = probe->ownMask, seenMask = probe->seenMask;
    const uint64_t round = probe->round;
    EACH_SHINGLE({
        const size_t hash = shingleHash(shingle);
        if (has(ownBits, hash & (cprobe_bits - 1))) {
            size_t place = hash & ownMask;
            while (own[place] && own[place] != shingle) place = (place + 1) & ownMask;
            if (own[place]) {
                // What the one text has is not left out, unless it has nothing else.
                if (probe->ownRounds[place] == round || (probe->ownIsCommon && common && isLeftOut(common, shingle))) continue;
                probe->ownRounds[place] = (uint32_t)round;
                counts.shared++;
                counts.others++;
                continue;
            }
        }
        if (common && isLeftOut(common, shingle)) continue;
        const uint64_t marked = round << 48 | shingle;
        size_t place = hash & seenMask;
        while (seen[place] >> 48 == round && seen[place] != marked) place = (place + 1) & seenMask;
        if (seen[place] == marked) continue;
        seen[place] = marked;
        counts.others++;
    })
    return counts;
}

void cprobe_part(const uint16_t *units, size_t count, const uint8_t *classes, uint32_t zone, uint64_t round, const cprobe_own *own,
                 size_t ownMask, const uint64_t *ownBits, uint64_t *ownZones, int32_t *shared, size_t *sharedCount, uint32_t *others,
                 size_t *othersCount) {
    size_t sharedEnd = *sharedCount, othersEnd = *othersCount;
    uint32_t last = 0;
    int wasCounted = 0;
    for (size_t i = 0; i < count; i++) {
        const int counts = classes[units[i]] >> 1 & wasCounted;
        wasCounted = classes[units[i]] >> 1;
        last = last << 16 | units[i];
        if (!counts) continue;
        const uint32_t hash = pairHash(last);
        if (has(ownBits, hash >> 19)) {
            size_t place = hash >> 8 & ownMask;
            while (own[place].weight > 0 && own[place].pair != last) place = (place + 1) & ownMask;
            if (own[place].weight > 0) {
                if (ownZones[place] >> 2 == round) {
                    ownZones[place] |= zone;
                } else {
                    ownZones[place] = round << 2 | zone;
                    shared[sharedEnd++] = (int32_t)place;
                }
                continue;
            }
        }
        others[othersEnd++] = last;
    }
    *sharedCount = sharedEnd;
    *othersCount = othersEnd;
}

size_t cprobe_gather(const uint32_t *pairs, size_t count, size_t titleCount, uint32_t round, cprobe_seen *seen, size_t mask,
                     int32_t *places) {
    size_t end = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t zone = i < titleCount ? 1 : 2;
        size_t place = pairHash(pairs[i]) >> 8 & mask;
        while (seen[place].round == round && seen[place].pair != pairs[i]) place = (place + 1) & mask;
        if (seen[place].round == round) {
            seen[place].zones |= zone;
        } else {
            seen[place] = (cprobe_seen){pairs[i], round, zone};
            places[end++] = (int32_t)place;
        }
    }
    return end;
}
