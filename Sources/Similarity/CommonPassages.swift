// The passages that two texts share word for word: the evidence a person looks at.

/// A passage in both texts, in units.
package struct CommonPassage: Sendable, Equatable {
    package var start: Int
    package var otherStart: Int
    package var length: Int

    package init(start: Int, otherStart: Int, length: Int) {
        self.start = start
        self.otherStart = otherStart
        self.length = length
    }
}

package enum CommonPassages {
    /// Shorter ones are chance.
    package static let lengthMin = 8
    package static let countMax = 12
    /// Further places of a seed in the other text are not tried: a text that repeats itself would cost its square.
    private static let placesMax = 8

    /// Longest first choice from left to right; passages do not overlap in the first text. What is common everywhere is
    /// no evidence: a passage needs a seed with a rare pair in it.
    package static func find(in text: Span<UInt16>, and other: Span<UInt16>, without common: CommonPairs) -> [CommonPassage] {
        let seedLength = 4
        guard text.count >= lengthMin, other.count >= lengthMin else { return [] }
        let seeds = Seeds(other, seedLength)
        var found: [CommonPassage] = []
        var place = 0
        while place + lengthMin <= text.count {
            var best: CommonPassage?
            let wanted = seed(text, place)
            var start = seeds.first(wanted)
            var tried = 0
            while start >= 0, tried < placesMax {
                defer { start = seeds.next(start) }
                guard seed(other, start) == wanted else { continue }
                tried += 1
                var length = seedLength
                while place + length < text.count, start + length < other.count,
                    text[place + length] == other[start + length], text[place + length] != ComparedText.zoneMark
                { length += 1 }
                if length > best?.length ?? lengthMin - 1 {
                    best = CommonPassage(start: place, otherStart: start, length: length)
                }
            }
            if let best, hasRarePair(text.extracting(best.start..<(best.start + best.length)), common) {
                found.append(best)
                place = best.start + best.length
            } else {
                place += best?.length ?? 1
            }
        }
        if found.count > countMax {
            found = Array(found.sorted { $0.length > $1.length }.prefix(countMax)).sorted { $0.start < $1.start }
        }
        return found
    }

    /// Where each seed of a text stands: chains of places by hash, in ascending order.
    private struct Seeds {
        private var heads: [Int32]
        private var nexts: [Int32]

        init(_ text: Span<UInt16>, _ length: Int) {
            var room = 64
            while room < text.count { room *= 2 }
            heads = [Int32](repeating: -1, count: room)
            nexts = [Int32](repeating: -1, count: text.count)
            for place in (0...(text.count - length)).reversed() {
                let slot = Self.slot(seed(text, place), room)
                nexts[place] = heads[slot]
                heads[slot] = Int32(place)
            }
        }

        private static func slot(_ seed: UInt64, _ room: Int) -> Int {
            Int(truncatingIfNeeded: (seed &* 0x9E37_79B9_7F4A_7C15) >> 32) & (room - 1)
        }

        /// The first place that may be the seed's; -1 if there is none.
        func first(_ seed: UInt64) -> Int { Int(heads[Self.slot(seed, heads.count)]) }
        func next(_ place: Int) -> Int { Int(nexts[place]) }
    }

    private static func seed(_ units: Span<UInt16>, _ place: Int) -> UInt64 {
        UInt64(units[place]) << 48 | UInt64(units[place + 1]) << 32 | UInt64(units[place + 2]) << 16 | UInt64(units[place + 3])
    }

    private static func hasRarePair(_ units: Span<UInt16>, _ common: CommonPairs) -> Bool {
        for place in 1..<units.count
        where Shingles.isLetter(units[place - 1]) && Shingles.isLetter(units[place])
            && !common.contains(units[place - 1], units[place])
        { return true }
        return false
    }
}
