// Numbers for the values of facets in order of first sight, while a segment is gathered. A document has some fifteen, most
// of them seen before, so a look-up makes no array.

import Records

struct FacetNumbers: Sendable {
    /// All names one after the other (`FacetName`), and where each ends.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Open addressing, half full at most.
    private var slots = [UInt32](repeating: .max, count: 1 << 10)

    var count: Int { ends.count }
    var bytesHeld: Int { bytes.count + ends.count * 8 + slots.count * 4 }

    func name(_ number: Int) -> ArraySlice<UInt8> { bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]] }

    /// Calls `body` with the number of the value and, for a path `A/B/C`, with those of `A` and `A/B`.
    mutating func forEachNumber(of facet: IndexedRecord.FacetValue, _ body: (UInt32) -> Void) {
        var value = facet.value
        value.makeContiguousUTF8()
        let utf8 = value.utf8.span
        if FacetName.isPath(facet.field.code) {
            for place in utf8.indices where place > 0 && utf8[place] == UInt8(ascii: "/") {
                body(number(of: facet.field.code, utf8.extracting(0..<place)))
            }
        }
        body(number(of: facet.field.code, utf8))
    }

    /// - Parameter name: one that another's `name` gave.
    mutating func number(ofName name: ArraySlice<UInt8>) -> UInt32 {
        let value = name.dropFirst()
        return number(of: name.first!, kept: value.span)
    }

    private mutating func number(of code: UInt8, _ value: Span<UInt8>) -> UInt32 {
        number(of: code, kept: value.extracting(0..<FacetName.keptCount(of: value)))
    }

    private mutating func number(of code: UInt8, kept value: Span<UInt8>) -> UInt32 {
        var hash = UInt64(code)
        for place in value.indices { hash = (hash ^ UInt64(value[place])) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
        var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
        while slots[slot] != .max {
            if holds(Int(slots[slot]), code, value) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(ends.count)
        bytes.append(code)
        for place in value.indices { bytes.append(value[place]) }
        ends.append(bytes.count)
        hashes.append(hash)
        slots[slot] = number
        if ends.count * 2 > slots.count { grow() }
        return number
    }

    private var hashes: [UInt64] = []

    private func holds(_ number: Int, _ code: UInt8, _ value: Span<UInt8>) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == value.count + 1, bytes[start] == code else { return false }
        for place in value.indices where bytes[start + 1 + place] != value[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: .max, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1)
            while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number)
        }
    }
}
