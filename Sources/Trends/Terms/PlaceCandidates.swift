// Places that the newest weeks name often enough for a series: what stands under 发生地点, whole and without its house number.
//
// A place is what it says: 滨海大道 is every record whose place holds these characters, 滨海大道12号 among them. So a road
// rises when its houses do, and nobody has to keep a list of roads.

import Index
import Records

package enum PlaceCandidates {
    static let lengthMin = 2
    static let lengthMax = 30
    /// The most frequent of the newest weeks.
    static let placesMax = 1_000

    package static func places(in series: ComplaintSeries) throws -> [String] {
        let first = max(0, series.grid.count - ComplaintSeries.recentPeriods)
        var counts: [[UInt16]: Int] = [:]
        var units: [UInt16] = []
        for place in series.places(periods: first..<series.grid.count).suffix(TermCandidates.docsReadMax) where !series.isRepeat(place) {
            var zones = DocumentZones(try series.snapshot.segments[place.segment].text(of: place.doc))
            var inDocument: Set<[UInt16]> = []
            while let (zone, text) = zones.next() {
                guard zone == .incidentPlace else { continue }
                text.decode(into: &units)
                for name in names(of: units) { inDocument.insert(name) }
            }
            for name in inDocument { counts[name, default: 0] += 1 }
        }
        let kept = counts.filter { $0.value >= TermCandidates.docsMin }
            .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key) }
        return kept.prefix(placesMax).map { String(decoding: $0.key, as: UTF16.self) }
    }

    /// A place, and what stands before its first number.
    static func names(of units: [UInt16]) -> [[UInt16]] {
        let isNumber = { (unit: UInt16) in (0x30...0x39).contains(unit) || (0xE000...0xF8FF).contains(unit) }
        // A blank or a quote would be read as such in the query that opens the figure.
        guard !units.contains(0x20), !units.contains(0x22) else { return [] }
        let road = Array(units.prefix { !isNumber($0) })
        var names: [[UInt16]] = []
        for name in [units, road] where (lengthMin...lengthMax).contains(name.count) && !names.contains(name) {
            // A hidden telephone is no place.
            if !name.contains(where: { (0xE000...0xF8FF).contains($0) }) { names.append(name) }
        }
        return names
    }
}
