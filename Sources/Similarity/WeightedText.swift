// Likeness of two texts in other words: pairs of neighbouring letters and digits, rare ones weighing more, those of the
// title most. Measured on letters of different citizens about one matter.

import Glibc
import Records

/// The pairs of a text, each with its weight; of unit length taken as a vector.
package struct WeightedText: Sendable {
    /// Ascending.
    private var pairs: [UInt32] = []
    private var weights: [Float] = []

    /// A pair of the title counts as so many of the content.
    static let titleShare: Float = 3

    package var isEmpty: Bool { pairs.isEmpty }

    /// Letters and digits: in `A7县` or `3号线` the digit names the place.
    @inline(__always)
    static func isCounted(_ unit: UInt16) -> Bool { Shingles.isLetter(unit) || (0x30...0x39).contains(unit) }

    /// - Parameter rarity: of a pair in the archive: the logarithm of records over records that have it; 0 leaves it out.
    package init(title: Span<UInt16>, text: Span<UInt16>, rarity: (UInt32) throws -> Float) rethrows {
        let inTitle = Self.pairs(of: title)
        let inText = Self.pairs(of: text)
        var (i, j) = (0, 0)
        var squares: Float = 0
        while i < inTitle.count || j < inText.count {
            let a = i < inTitle.count ? inTitle[i] : .max
            let b = j < inText.count ? inText[j] : .max
            let pair = min(a, b)
            var count: Float = 0
            if a == pair {
                count += Self.titleShare
                i += 1
            }
            if b == pair {
                count += 1
                j += 1
            }
            let weight = Self.damped(count) * (try rarity(pair))
            guard weight > 0 else { continue }
            pairs.append(pair)
            weights.append(weight)
            squares += weight * weight
        }
        guard squares > 0 else { return }
        let length = squares.squareRoot()
        for place in weights.indices { weights[place] /= length }
    }

    /// log(1 + count) of the three counts there are.
    private static func damped(_ count: Float) -> Float { count == 1 ? 0.693 : count == 3 ? 1.386 : 1.609 }

    private static func pairs(of units: Span<UInt16>) -> [UInt32] {
        var pairs: [UInt32] = []
        pairs.reserveCapacity(units.count)
        for place in units.indices.dropFirst() where isCounted(units[place - 1]) && isCounted(units[place]) {
            pairs.append(CommonPairs.key(units[place - 1], units[place]))
        }
        pairs.sort()
        var kept = 0
        for place in pairs.indices where place == 0 || pairs[place] != pairs[place - 1] {
            pairs[kept] = pairs[place]
            kept += 1
        }
        pairs.removeLast(pairs.count - kept)
        return pairs
    }

    /// 0 … 1: the cosine.
    package func likeness(to other: WeightedText) -> Double {
        var (i, j): (Int, Int) = (0, 0)
        var sum: Float = 0
        let (a, b) = (pairs.span, other.pairs.span)
        while i < a.count, j < b.count {
            let (x, y) = (a[i], b[j])
            if x == y { sum += weights[i] * other.weights[j] }
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        return Double(min(sum, 1))
    }

    /// The heaviest pairs, heaviest first: by which others are looked for.
    package func heaviest(_ count: Int) -> [(pair: UInt32, weight: Float)] {
        pairs.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : pairs[$0] < pairs[$1] }
            .prefix(count).map { (pairs[$0], weights[$0]) }
    }
}

package enum TextRarity {
    /// How much a pair tells that stands in `docCount` of `total` records.
    package static func weight(docCount: Int, of total: Int) -> Float { logf(Float(total) / Float(max(1, docCount))) }
}

/// Likeness of one text to others, one after the other: what `WeightedText.likeness` says, without sorting them. Rarities
/// that were looked up stay in the same table.
package struct LikenessProbe: Sendable {
    private struct Entry {
        /// 0 where nothing is.
        var pair: UInt32 = 0
        /// Records of the archive that have it, and how much it tells.
        var records: UInt32 = 0
        var rarity: Float = 0
        /// Weight in the one text, if that is the one of `ownRound`.
        var own: Float = 0
        var ownRound: UInt32 = 0
        /// Last text that had the pair, and whether its title and its content did.
        var round: UInt32 = 0
        var zones: UInt32 = 0
    }

    private let total: Int
    private var entries = [Entry](repeating: Entry(), count: 1 << 13)
    private var count = 0
    private var round: UInt32 = 0
    private var ownRound: UInt32 = 0
    private var touched: [Int32] = []
    /// Of more it forgets all: 48 MiB.
    private static let countMax = 1 << 20

    /// - Parameter total: records of the archive.
    package init(total: Int) { self.total = total }

    @inline(__always)
    private func place(of pair: UInt32) -> Int {
        var place = Int((pair &* 0x9E37_79B1) >> 8) & (entries.count - 1)
        while entries[place].pair != 0, entries[place].pair != pair { place = (place + 1) & (entries.count - 1) }
        return place
    }

    private mutating func note(_ pair: UInt32, at place: Int, _ docCount: (UInt32) throws -> Int) rethrows {
        let records = try docCount(pair)
        entries[place].records = UInt32(clamping: records)
        // What only one has tells nothing of two.
        entries[place].rarity = records < 2 ? 0 : TextRarity.weight(docCount: records, of: total)
        entries[place].pair = pair
        count += 1
    }

    /// How many records have a pair, and how much it tells.
    package mutating func rarity(
        of pair: UInt32, docCount: (UInt32) throws -> Int
    ) rethrows -> (records: Int, weight: Float) {
        makeRoom(for: 1)
        let place = place(of: pair)
        if entries[place].pair == 0 { try note(pair, at: place, docCount) }
        return (Int(entries[place].records), entries[place].rarity)
    }

    private mutating func makeRoom(for more: Int) {
        if count + more > Self.countMax {
            entries = [Entry](repeating: Entry(), count: 1 << 13)
            count = 0
        }
        var room = entries.count
        while (count + more) * 2 > room { room *= 2 }
        guard room > entries.count else { return }
        let known = entries
        entries = [Entry](repeating: Entry(), count: room)
        for entry in known where entry.pair != 0 { entries[place(of: entry.pair)] = entry }
    }

    /// The pairs of a text into `touched`.
    private mutating func gather(
        _ title: Span<UInt16>, _ text: Span<UInt16>, _ docCount: (UInt32) throws -> Int
    ) rethrows {
        makeRoom(for: title.count + text.count)
        round += 1
        touched.removeAll(keepingCapacity: true)
        try gather(title, zone: 1, docCount)
        try gather(text, zone: 2, docCount)
    }

    private mutating func gather(_ units: Span<UInt16>, zone: UInt32, _ docCount: (UInt32) throws -> Int) rethrows {
        var (before, wasCounted): (UInt16, Bool) = (0, false)
        for place in units.indices {
            let unit = units[place]
            let isCounted = WeightedText.isCounted(unit)
            defer { (before, wasCounted) = (unit, isCounted) }
            guard isCounted, wasCounted else { continue }
            let pair = CommonPairs.key(before, unit)
            let place = self.place(of: pair)
            if entries[place].pair == 0 {
                try note(pair, at: place, docCount)
            }
            if entries[place].round != round {
                entries[place].round = round
                entries[place].zones = zone
                touched.append(Int32(place))
            } else {
                entries[place].zones |= zone
            }
        }
    }

    /// A pair of the content alone, of the title alone, of both: as `WeightedText` damps them.
    @inline(__always)
    private static func weight(_ entry: Entry) -> Float {
        (entry.zones == 2 ? 0.693 : entry.zones == 1 ? 1.386 : 1.609) * entry.rarity
    }

    /// Takes another text as the one that others are compared with.
    package mutating func begin(
        title: Span<UInt16>, text: Span<UInt16>, docCount: (UInt32) throws -> Int
    ) rethrows {
        try gather(title, text, docCount)
        ownRound = round
        var squares = 0.0
        for place in touched {
            let weight = Double(Self.weight(entries[Int(place)]))
            squares += weight * weight
        }
        let length = squares > 0 ? squares.squareRoot() : 1
        for place in touched {
            entries[Int(place)].own = Float(Double(Self.weight(entries[Int(place)])) / length)
            entries[Int(place)].ownRound = ownRound
        }
    }

    /// 0 … 1: the cosine.
    package mutating func likeness(
        title: Span<UInt16>, text: Span<UInt16>, docCount: (UInt32) throws -> Int
    ) rethrows -> Double {
        try gather(title, text, docCount)
        var (sum, squares) = (0.0, 0.0)
        for place in touched {
            let entry = entries[Int(place)]
            let weight = Double(Self.weight(entry))
            squares += weight * weight
            if entry.ownRound == ownRound { sum += weight * Double(entry.own) }
        }
        return squares > 0 ? min(1, sum / squares.squareRoot()) : 0
    }
}
