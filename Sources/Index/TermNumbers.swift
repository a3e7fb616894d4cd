// Numbers for terms in order of first sight, while a segment is gathered. A piece of text is looked up several hundred
// times a document, and nearly every look-up misses the cache: so each touches one place.

/// Numbers single units and pairs of units.
struct PieceNumbers {
    private(set) var count = 0
    private var units = [UInt32](repeating: .max, count: 1 << 16)
    /// Open addressing, half full at most: `pair << 32 | number`. No pair is FFFF FFFF: zone marks are in none.
    private var slots = [UInt64](repeating: .max, count: 1 << 12)
    private var pairCount = 0

    @inline(__always)
    mutating func number(ofUnit unit: UInt16) -> UInt32 {
        let known = units[Int(unit)]
        if known != .max { return known }
        units[Int(unit)] = nextNumber()
        return units[Int(unit)]
    }

    @inline(__always)
    mutating func number(ofPair pair: UInt32) -> UInt32 {
        let mask = slots.count - 1
        var slot = Self.slot(pair, mask)
        while true {
            let entry = slots[slot]
            if UInt32(truncatingIfNeeded: entry >> 32) == pair, entry != .max {
                return UInt32(truncatingIfNeeded: entry)
            }
            if entry == .max { break }
            slot = (slot + 1) & mask
        }
        let number = nextNumber()
        slots[slot] = UInt64(pair) << 32 | UInt64(number)
        pairCount += 1
        if pairCount * 2 > slots.count { grow() }
        return number
    }

    private mutating func nextNumber() -> UInt32 {
        defer { count += 1 }
        return UInt32(count)
    }

    private static func slot(_ pair: UInt32, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (UInt64(pair) &* 0x9E37_79B9_7F4A_7C15) >> 24) & mask
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: .max, count: old.count * 4)
        let mask = slots.count - 1
        for entry in old where entry != .max {
            var slot = Self.slot(UInt32(truncatingIfNeeded: entry >> 32), mask)
            while slots[slot] != .max { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// Terms with their numbers, ascending by term.
    func sorted() -> [(term: TermKey, number: UInt32)] {
        var terms: [(term: TermKey, number: UInt32)] = []
        terms.reserveCapacity(count)
        for unit in units.indices where units[unit] != .max { terms.append((.unigram(UInt16(unit)), units[unit])) }
        for entry in slots.filter({ $0 != .max }).sorted() {
            terms.append((TermKey(.bigram, entry >> 32), UInt32(truncatingIfNeeded: entry)))
        }
        return terms
    }
}

/// Numbers terms by their whole key: open addressing, half full at most.
struct TermNumbers {
    private var keys: [UInt64] = []
    private var slots = [UInt32](repeating: .max, count: 1 << 12)

    var count: Int { keys.count }

    @inline(__always)
    mutating func number(of key: TermKey) -> UInt32 {
        let key = key.rawValue
        let mask = slots.count - 1
        var slot = Self.slot(key, mask)
        while true {
            let number = slots[slot]
            if number == .max { break }
            if keys[Int(number)] == key { return number }
            slot = (slot + 1) & mask
        }
        let number = UInt32(keys.count)
        keys.append(key)
        slots[slot] = number
        if keys.count * 2 > slots.count { grow() }
        return number
    }

    private static func slot(_ key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
    }

    private mutating func grow() {
        slots = [UInt32](repeating: .max, count: slots.count * 4)
        let mask = slots.count - 1
        for (number, key) in keys.enumerated() {
            var slot = Self.slot(key, mask)
            while slots[slot] != .max { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number)
        }
    }

    /// Terms with their numbers, ascending by term.
    func sorted() -> [(term: TermKey, number: UInt32)] {
        var terms: [(term: TermKey, number: UInt32)] = []
        terms.reserveCapacity(count)
        for (number, key) in keys.enumerated() { terms.append((TermKey(rawValue: key), UInt32(number))) }
        terms.sort { $0.term.rawValue < $1.term.rawValue }
        return terms
    }
}
