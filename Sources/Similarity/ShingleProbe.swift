// Counts how much one text shares with others, one after the other, without sorting them: what `ShingleSet.overlap` says,
// many times as fast. A check compares one text with a hundred. The loops over letters are C (`cprobe.h`).

import CSketch

package struct ShingleProbe: Sendable {
    /// Shingles of the one text: a table with open addressing, 0 where nothing is.
    private var own: [UInt64]
    private let ownCount: Int
    /// The one text has nothing but what is common, and so all of it.
    private let isAllCommon: Bool
    /// The round in which each of these was found last.
    private var ownRounds: [UInt32]
    /// A bit for each place that one of them may have here.
    private var ownBits: [UInt64]
    /// The same of the text that is compared now.
    private var otherBits: [UInt64]
    /// Shingles of the text that is compared now which the one has not, each with the round in its upper 16 bits: those of another
    /// round are left from earlier texts.
    private var seen: [UInt64]
    private var round: UInt32 = 0

    package init(_ set: ShingleSet) {
        ownCount = set.count
        isAllCommon = set.isAllCommon
        own = [UInt64](repeating: 0, count: Self.room(for: set.count))
        ownRounds = [UInt32](repeating: 0, count: own.count)
        seen = [UInt64](repeating: 0, count: 1 << 10)
        ownBits = [UInt64](repeating: 0, count: cprobe_bits / 64)
        otherBits = ownBits
        for key in set.keys {
            let hash = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32)
            let bit = hash & (64 * ownBits.count - 1)
            ownBits[bit >> 6] |= 1 << UInt64(bit & 63)
            var place = hash & (own.count - 1)
            while own[place] != 0 { place = (place + 1) & (own.count - 1) }
            own[place] = key
        }
    }

    private static func room(for count: Int) -> Int {
        var room = 64
        while room < 3 * count { room *= 2 }
        return room
    }

    /// - Parameter common: as for the one text's set.
    package mutating func overlap(with units: Span<UInt16>, without common: CommonPairs) -> Overlap {
        if seen.count < 2 * units.count {
            seen = [UInt64](repeating: 0, count: Self.room(for: units.count))
            ownRounds = [UInt32](repeating: 0, count: own.count)
            round = 0
        }
        let counted = count(units, without: common)
        if counted.others > 0 { return Overlap(shared: counted.shared, own: ownCount, others: counted.others) }
        // Everything in it is common: then nothing is left out.
        let all = count(units, without: nil)
        return Overlap(shared: all.shared, own: ownCount, others: all.others)
    }

    /// The same where neither text stands to less than a share in the other; nil where both do, which is found out sooner.
    package mutating func overlap(with units: Span<UInt16>, without common: CommonPairs, reaching least: Double) -> Overlap? {
        // No more are shared than there are places at which one of the own may stand.
        let sharedMax = ownPlaces(in: units)
        if Double(sharedMax) / Double(max(1, ownCount)) < least, has(moreThan: Int(Double(sharedMax) / least), units, without: common) {
            return nil
        }
        let overlap = overlap(with: units, without: common)
        return overlap.containment < least ? nil : overlap
    }

    // Holds, here and below: a text's pointer is not nil where its count is not 0, tables are as large as their masks say, and there are
    // classes for all units.
    private func ownPlaces(in units: Span<UInt16>) -> Int {
        unsafe units.withUnsafeBufferPointer { units in
            guard let start = units.baseAddress else { return 0 }
            return unsafe cprobe_ownPlaces(start, units.count, Shingles.classes, ownBits)
        }
    }

    /// Whether a text has more different shingles than so many, told by the places that they take: where it says no, it may still
    /// have them.
    private mutating func has(moreThan most: Int, _ units: Span<UInt16>, without common: CommonPairs) -> Bool {
        unsafe units.withUnsafeBufferPointer { units in
            guard let start = units.baseAddress else { return false }
            return unsafe common.withTables { tables in
                unsafe withUnsafePointer(to: tables) { unsafe cprobe_hasMore(start, units.count, Shingles.classes, $0, &otherBits, most) != 0 }
            }
        }
    }

    private mutating func count(_ units: Span<UInt16>, without common: CommonPairs?) -> (shared: Int, others: Int) {
        if round == 0xFFFF {
            for place in seen.indices { seen[place] = 0 }
            for place in ownRounds.indices { ownRounds[place] = 0 }
            round = 0
        }
        round += 1
        let (round, isAllCommon, ownMask, seenMask) = (round, isAllCommon, own.count - 1, seen.count - 1)
        let counts = unsafe units.withUnsafeBufferPointer { units -> cprobe_counts in
            guard let start = units.baseAddress else { return cprobe_counts() }
            return unsafe own.withUnsafeBufferPointer { own in
                unsafe ownBits.withUnsafeBufferPointer { ownBits in
                    unsafe ownRounds.withUnsafeMutableBufferPointer { ownRounds in
                        unsafe seen.withUnsafeMutableBufferPointer { seen in
                            var probe = unsafe cprobe_shingles(
                                own: own.baseAddress!, ownMask: ownMask, ownBits: ownBits.baseAddress!, ownRounds: ownRounds.baseAddress!,
                                seen: seen.baseAddress!, seenMask: seenMask, round: round, ownIsCommon: isAllCommon ? 1 : 0)
                            guard let common else { return unsafe cprobe_count(start, units.count, Shingles.classes, nil, &probe) }
                            return unsafe common.withTables { tables in
                                unsafe withUnsafePointer(to: tables) { unsafe cprobe_count(start, units.count, Shingles.classes, $0, &probe) }
                            }
                        }
                    }
                }
            }
        }
        return (counts.shared, counts.others)
    }
}
