// Counts how much one text shares with others, one after the other, without sorting them: what `ShingleSet.overlap` says,
// many times as fast. A check compares one text with a hundred.

package struct ShingleProbe: Sendable {
    /// Shingles of the one text: a table with open addressing, 0 where nothing is.
    private var own: [UInt64]
    private let ownCount: Int
    /// A bit for each place that one of them may have here.
    private var ownBits: [UInt64]
    /// The same of the text that is compared now.
    private var otherBits: [UInt64]
    /// Shingles of the text that is compared now, each with the round in its upper 16 bits: those of another round are left from
    /// earlier texts.
    private var seen: [UInt64]
    private var round: UInt64 = 0

    package init(_ set: ShingleSet) {
        ownCount = set.count
        own = [UInt64](repeating: 0, count: Self.room(for: set.count))
        seen = [UInt64](repeating: 0, count: 1 << 10)
        ownBits = [UInt64](repeating: 0, count: Self.bits / 64)
        otherBits = ownBits
        for key in set.keys {
            let bit = Self.place(of: key, Self.bits)
            ownBits[bit >> 6] |= 1 << UInt64(bit & 63)
            var place = Self.place(of: key, own.count)
            while own[place] != 0 { place = (place + 1) & (own.count - 1) }
            own[place] = key
        }
    }

    private static let bits = 1 << 13

    private static func room(for count: Int) -> Int {
        var room = 64
        while room < 3 * count { room *= 2 }
        return room
    }

    @inline(__always)
    private static func place(of key: UInt64, _ room: Int) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (room - 1) }

    /// - Parameter common: as for the one text's set.
    package mutating func overlap(with units: Span<UInt16>, without common: CommonPairs) -> Overlap {
        if seen.count < 2 * units.count {
            let room = Self.room(for: units.count)
            seen = [UInt64](repeating: 0, count: room)
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
        // No more are shared than there are places at which one of the own may stand, and the other text has no fewer than the
        // different places that its own would take.
        var (sharedMax, othersMin) = (0, 0)
        for word in otherBits.indices { otherBits[word] = 0 }
        Shingles.forEach(in: units) { key, _ in
            let bit = Self.place(of: key, Self.bits)
            let mask: UInt64 = 1 << UInt64(bit & 63)
            if ownBits[bit >> 6] & mask != 0 { sharedMax &+= 1 }
            if otherBits[bit >> 6] & mask != 0 { return }
            let (first, second, third) = (
                UInt16(truncatingIfNeeded: key >> 32), UInt16(truncatingIfNeeded: key >> 16), UInt16(truncatingIfNeeded: key)
            )
            if common.contains(second, third), first == 0 || common.contains(first, second) { return }
            otherBits[bit >> 6] |= mask
            othersMin &+= 1
        }
        if othersMin > 0, Double(sharedMax) / Double(max(1, ownCount)) < least, Double(sharedMax) / Double(othersMin) < least { return nil }
        let overlap = overlap(with: units, without: common)
        return overlap.containment < least ? nil : overlap
    }

    private mutating func count(_ units: Span<UInt16>, without common: CommonPairs?) -> (shared: Int, others: Int) {
        if round == 0xFFFF {
            for place in seen.indices { seen[place] = 0 }
            round = 0
        }
        round += 1
        let round = round << 48
        var (shared, others) = (0, 0)
        Shingles.forEach(in: units) { key, _ in
            var place = Self.place(of: key, seen.count)
            while seen[place] >> 48 == round >> 48 {
                if seen[place] == round | key { return }
                place = (place + 1) & (seen.count - 1)
            }
            if let common {
                let (first, second, third) = (
                    UInt16(truncatingIfNeeded: key >> 32), UInt16(truncatingIfNeeded: key >> 16), UInt16(truncatingIfNeeded: key)
                )
                if common.contains(second, third), first == 0 || common.contains(first, second) { return }
            }
            seen[place] = round | key
            others += 1
            var ownPlace = Self.place(of: key, own.count)
            while own[ownPlace] != 0 {
                if own[ownPlace] == key {
                    shared += 1
                    return
                }
                ownPlace = (ownPlace + 1) & (own.count - 1)
            }
        }
        return (shared, others)
    }
}
