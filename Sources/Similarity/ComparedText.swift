// Which part of a record is compared: what the complainant said, not what was answered.

import Records

package enum ComparedText {
    /// Whether a zone may be what is compared. These are the first zones of a document.
    package static func isCompared(_ zone: TextZone) -> Bool { zone.rawValue <= TextZone.demand.rawValue }

    /// The units that are compared: the content; where there is none, the title; else the demand.
    ///
    /// - Parameter units: zones one after the other, each led by `zoneMark` and its number.
    package static func range(in units: Span<UInt16>) -> Range<Int> {
        var chosen: (rank: Int, range: Range<Int>)?
        var start = 0
        while start < units.count, units[start] == zoneMark, start + 1 < units.count {
            let zone = units[start + 1]
            var end = start + 2
            var hasLetter = false
            while end < units.count, units[end] != zoneMark {
                if Shingles.isLetter(units[end]) {
                    hasLetter = true
                    break
                }
                end += 1
            }
            end = nextMark(in: units, from: end)
            let rank = zone == UInt16(TextZone.content.rawValue) ? 0 : zone == UInt16(TextZone.title.rawValue) ? 1 : 2
            if hasLetter, zone <= UInt16(TextZone.demand.rawValue), rank < chosen?.rank ?? 3 {
                chosen = (rank, start + 2..<end)
            }
            start = end
        }
        return chosen?.range ?? 0..<0
    }

    /// The first mark from `start` on; the count of units where there is none.
    private static func nextMark(in units: Span<UInt16>, from start: Int) -> Int {
        guard start < units.count else { return max(start, units.count) }
        return unsafe units.withUnsafeBytes { raw in
            var place = start
            // Four at a time: of the complement a unit of 0 is a mark, and the lowest that is found is a true one (Warren,
            // Hacker's Delight, 6-1).
            while place + 4 <= raw.count / 2 {
                // Holds: eight bytes are there.
                let word = ~(unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * place, as: UInt64.self)))
                let found = (word &- 0x0001_0001_0001_0001) & ~word & 0x8000_8000_8000_8000
                if found != 0 { return place + found.trailingZeroBitCount / 16 }
                place += 4
            }
            while place < raw.count / 2, unsafe raw.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self) != zoneMark { place += 1 }
            return place
        }
    }

    /// Leads each zone of a document, as in the index.
    static let zoneMark: UInt16 = 0xFFFF

    /// The units of one zone; empty if it is not there.
    package static func range(of zone: TextZone, in units: Span<UInt16>) -> Range<Int> {
        var start = 0
        while start + 1 < units.count {
            let end = nextMark(in: units, from: start + 2)
            if units[start] == zoneMark, units[start + 1] == UInt16(zone.rawValue) { return start + 2..<end }
            start = end
        }
        return 0..<0
    }
}
