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
            while end < units.count, units[end] != zoneMark { end += 1 }
            let rank = zone == UInt16(TextZone.content.rawValue) ? 0 : zone == UInt16(TextZone.title.rawValue) ? 1 : 2
            if hasLetter, zone <= UInt16(TextZone.demand.rawValue), rank < chosen?.rank ?? 3 {
                chosen = (rank, start + 2..<end)
            }
            start = end
        }
        return chosen?.range ?? 0..<0
    }

    /// Leads each zone of a document, as in the index.
    static let zoneMark: UInt16 = 0xFFFF

    /// The units of one zone; empty if it is not there.
    package static func range(of zone: TextZone, in units: Span<UInt16>) -> Range<Int> {
        var start = 0
        while start + 1 < units.count {
            var end = start + 2
            while end < units.count, units[end] != zoneMark { end += 1 }
            if units[start] == zoneMark, units[start + 1] == UInt16(zone.rawValue) { return start + 2..<end }
            start = end
        }
        return 0..<0
    }
}
