// Counts how much one text shares with others, one after the other, without sorting them: what `ShingleSet.overlap` says,
// many times as fast. A check compares one text with a hundred.

package struct ShingleProbe: Sendable {
    /// Shingles of the one text: a table with open addressing, 0 where nothing is.
    private var own: [UInt64]
    private let ownCount: Int
    /// Shingles of the text that is compared now, each with the round in its upper 16 bits: those of another round are left from
    /// earlier texts.
    private var seen: [UInt64]
    private var round: UInt64 = 0

    package init(_ set: ShingleSet) {
        ownCount = set.count
        own = [UInt64](repeating: 0, count: Self.room(for: set.count))
        seen = [UInt64](repeating: 0, count: 1 << 10)
        for key in set.keys {
            var place = Self.place(of: key, own.count)
            while own[place] != 0 { place = (place + 1) & (own.count - 1) }
            own[place] = key
        }
    }

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
