// The shingles of one text as a set, what half the archive says left out, and how much two such sets share: exactly.

import CSketch

/// Pairs of letters that stand in so many records that they tell nothing: learnt from the archive, not listed here.
package struct CommonPairs: Sendable {
    /// Few hundred of four thousand million: a table with open addressing, 0 (no pair of letters) where nothing is.
    private var pairs: [UInt32]
    /// A bit for each place a pair may have here: nearly all that are not common are known by it.
    private var bits: [UInt64]

    /// For the inner loops of `ShingleProbe`.
    @unsafe func withTables<Result>(_ body: (cprobe_common) -> Result) -> Result {
        unsafe pairs.withUnsafeBufferPointer { pairs in
            unsafe bits.withUnsafeBufferPointer { bits in
                // Holds: neither is empty.
                unsafe body(cprobe_common(pairs: pairs.baseAddress!, mask: pairs.count - 1, bits: bits.baseAddress!))
            }
        }
    }

    /// Whether a shingle is left out: all of its pairs are common.
    @inline(__always)
    func leavesOut(_ shingle: UInt64) -> Bool {
        guard contains(UInt16(truncatingIfNeeded: shingle >> 16), UInt16(truncatingIfNeeded: shingle)) else { return false }
        let first = UInt16(truncatingIfNeeded: shingle >> 32)
        return first == 0 || contains(first, UInt16(truncatingIfNeeded: shingle >> 16))
    }
    package let count: Int

    package init(_ pairs: some Sequence<UInt32> = EmptyCollection()) {
        let all = Set(pairs)
        count = all.count
        bits = [UInt64](repeating: 0, count: 1_024)
        var room = 16
        while room < 4 * all.count { room *= 2 }
        self.pairs = [UInt32](repeating: 0, count: room)
        for pair in all where pair != 0 {
            bits[Self.place(pair) >> 6] |= 1 << UInt64(Self.place(pair) & 63)
            var place = Self.place(pair) & (room - 1)
            while self.pairs[place] != 0 { place = (place + 1) & (room - 1) }
            self.pairs[place] = pair
        }
    }

    @inline(__always)
    private static func place(_ pair: UInt32) -> Int { Int((pair &* 0x9E37_79B1) >> 16) }

    @inline(__always)
    package static func key(_ first: UInt16, _ second: UInt16) -> UInt32 { UInt32(first) << 16 | UInt32(second) }

    @inline(__always)
    package func contains(_ first: UInt16, _ second: UInt16) -> Bool {
        let pair = Self.key(first, second)
        let place = Self.place(pair)
        return bits[place >> 6] >> UInt64(place & 63) & 1 == 1 && holds(pair, place)
    }

    private func holds(_ pair: UInt32, _ start: Int) -> Bool {
        var place = start & (pairs.count - 1)
        while pairs[place] != 0 {
            if pairs[place] == pair { return true }
            place = (place + 1) & (pairs.count - 1)
        }
        return false
    }
}

package struct ShingleSet: Sendable {
    /// Ascending, each once.
    package private(set) var keys: [UInt64] = []
    /// Everything in the text is common: then nothing was left out.
    package private(set) var isAllCommon = false

    package var count: Int { keys.count }

    package init() {}

    /// - Parameter common: shingles all of whose pairs are in it do not count.
    package init(_ units: Span<UInt16>, without common: CommonPairs) {
        keys.reserveCapacity(units.count)
        Shingles.forEach(in: units) { key, _ in
            if !common.leavesOut(key) { keys.append(key) }
        }
        if keys.isEmpty {
            isAllCommon = true
            Shingles.forEach(in: units) { key, _ in keys.append(key) }
        }
        keys.sort()
        var kept = 0
        for place in keys.indices where place == 0 || keys[place] != keys[place - 1] {
            keys[kept] = keys[place]
            kept += 1
        }
        keys.removeLast(keys.count - kept)
    }

    /// How many shingles two sets share.
    package func shared(with other: ShingleSet) -> Int {
        var (i, j, shared) = (0, 0, 0)
        let (a, b) = (keys.span, other.keys.span)
        while i < a.count, j < b.count {
            let (x, y) = (a[i], b[j])
            if x == y { shared += 1 }
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        return shared
    }

    package func overlap(with other: ShingleSet) -> Overlap {
        Overlap(shared: shared(with: other), own: count, others: other.count)
    }
}

/// What two sets of shingles have in common.
package struct Overlap: Sendable, Equatable {
    package var shared: Int
    package var own: Int
    package var others: Int

    package init(shared: Int, own: Int, others: Int) {
        self.shared = shared
        self.own = own
        self.others = others
    }

    /// Seen from the other text.
    package var reversed: Overlap { Overlap(shared: shared, own: others, others: own) }

    package var jaccard: Double {
        let union = own + others - shared
        return union == 0 ? 0 : Double(shared) / Double(union)
    }
    /// The share of the first text that stands in the second.
    package var containedInOther: Double { own == 0 ? 0 : Double(shared) / Double(own) }
    /// The share of the second text that stands in the first.
    package var containsOther: Double { others == 0 ? 0 : Double(shared) / Double(others) }
    /// The greater of both: a short filing of a long complaint is the normal case.
    package var containment: Double { max(containedInOther, containsOther) }
}
