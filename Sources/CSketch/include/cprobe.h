// The inner loops of comparing one text with many, which every check runs through a hundred times: some ten instructions a letter,
// where the same loops in Swift take forty.
//
// All tables are open addressing with a power of two of places, some of them empty; masks are places - 1. A text is an array of folded
// UTF-16 units; `classes` has for each of the 65,536 units bit 0 if it is a letter, bit 1 if it is a letter or a digit.
#ifndef CPROBE_H
#define CPROBE_H
#include <stddef.h>
#include <stdint.h>

enum { cprobe_bits = 1 << 13 };

/// Pairs of letters that tell nothing: the table (0 where nothing is), and a bit for each place of 65,536 that one may have.
typedef struct {
    const uint32_t *_Nonnull pairs;
    size_t mask;
    const uint64_t *_Nonnull bits;
} cprobe_common;

/// The shingles of the one text (0 where nothing is), a bit for each place of `cprobe_bits` that one may have, and for each place
/// of the table the round in which it was found last.
typedef struct {
    const uint64_t *_Nonnull own;
    size_t ownMask;
    const uint64_t *_Nonnull ownBits;
    uint32_t *_Nonnull ownRounds;
    /// Shingles of the other text that the one has not, with the round in the upper 16 bits.
    uint64_t *_Nonnull seen;
    size_t seenMask;
    /// 1 … 65,535; greater than all that stand in the tables.
    uint32_t round;
    /// The one text has nothing but what is common.
    int ownIsCommon;
} cprobe_shingles;

typedef struct {
    size_t shared, others;
} cprobe_counts;

/// Places of a text at which a shingle of the one text may stand: no fewer than it shares with it.
size_t cprobe_ownPlaces(const uint16_t *_Nonnull units, size_t count, const uint8_t *_Nonnull classes, const uint64_t *_Nonnull ownBits);

/// 1 if a text has more than `most` different shingles that are not common, told by the places they take of `cprobe_bits`; 0 if it may
/// have no more. `bits` are cleared first.
int cprobe_hasMore(const uint16_t *_Nonnull units, size_t count, const uint8_t *_Nonnull classes, const cprobe_common *_Nonnull common,
                   uint64_t *_Nonnull bits, size_t most);

/// Different shingles of a text, without common ones, and how many of them the one text has. `common` may be missing: then all count.
/// `seen` has room for twice as many as the text has units.
cprobe_counts cprobe_count(const uint16_t *_Nonnull units, size_t count, const uint8_t *_Nonnull classes,
                           const cprobe_common *_Nullable common, const cprobe_shingles *_Nonnull probe);

/// A pair of the one text with its weight (0 where nothing is) and rarity.
typedef struct {
    uint32_t pair;
    float weight, rarity;
} cprobe_own;

/// A pair of the other text, the round in which it was seen, and the zones it stands in: 1 the title, 2 the content.
typedef struct {
    uint32_t pair, round, zones;
} cprobe_seen;

/// Appends the pairs of letters and digits of one zone that the one text has not to `others`, as often as they come, and the
/// places of those that it has to `shared`, each once in a round; their zones are noted in `ownZones` as round << 2 | zones.
void cprobe_part(const uint16_t *_Nonnull units, size_t count, const uint8_t *_Nonnull classes, uint32_t zone, uint64_t round,
                 const cprobe_own *_Nonnull own, size_t ownMask, const uint64_t *_Nonnull ownBits, uint64_t *_Nonnull ownZones,
                 int32_t *_Nonnull shared, size_t *_Nonnull sharedCount, uint32_t *_Nonnull others, size_t *_Nonnull othersCount);

/// Each of the pairs once, the first `titleCount` of them as the title's: their places in `seen`, in the order of the pairs.
/// Returns how many they are.
size_t cprobe_gather(const uint32_t *_Nonnull pairs, size_t count, size_t titleCount, uint32_t round, cprobe_seen *_Nonnull seen,
                     size_t mask, int32_t *_Nonnull places);

#endif
