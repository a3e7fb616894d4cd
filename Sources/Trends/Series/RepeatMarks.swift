// Which documents say again what an earlier one said: near-copies of long texts within two months. One insistent writer
// is no outbreak.
//
// A text's sketch is eight minima of a hash over its runs of four characters (Broder 1997). Two texts are near-copies when
// at least seven of the eight agree, which they do at 95 in 100 runs in common. Short texts are never taken for copies: two
// callers say 路灯不亮 in the same words. Who swaps in a better notion of a matter sets the bits otherwise
// (`ComplaintSeries` takes any).

import Index

package struct RepeatMarks: Sendable {
    /// A bit for each document of each segment.
    package private(set) var words: [[UInt64]]

    package init(docCounts: [Int]) { words = docCounts.map { [UInt64](repeating: 0, count: ($0 + 63) / 64) } }

    package mutating func insert(segment: Int, doc: UInt32) { words[segment][Int(doc >> 6)] |= 1 << UInt64(doc & 63) }

    @inline(__always)
    package func contains(segment: Int, doc: UInt32) -> Bool { words[segment][Int(doc >> 6)] >> UInt64(doc & 63) & 1 == 1 }

    package var count: Int { words.reduce(0) { $0 + $1.reduce(0) { $0 + $1.nonzeroBitCount } } }

    /// Shorter texts, in characters, are not compared.
    static let lengthMin = 40
    static let daysMax = 60
    private static let agreeing = 7

    /// Near-copies among the live documents received on `days`.
    package static func nearCopies(in snapshot: IndexSnapshot, days: ClosedRange<Int>) throws -> RepeatMarks {
        let alike = try candidates(in: snapshot)
        let sketches = try snapshot.segments.indices.map { number in
            try TextSketch.all(in: snapshot.segments[number], days: days, only: alike?.words[number])
        }
        var all: [Entry] = []
        for (segment, found) in sketches.enumerated() {
            for one in found { all.append(Entry(segment: segment, doc: one.doc, day: one.day, sketch: one.sketch)) }
        }
        all.sort { ($0.day, $0.segment, $0.doc) < ($1.day, $1.segment, $1.doc) }
        var marks = RepeatMarks(docCounts: snapshot.segments.map(\.docCount))
        // Two bands of four minima: of seven that agree one band is whole.
        var seen: [[UInt64: Int32]] = [[:], [:]]
        seen[0].reserveCapacity(all.count)
        seen[1].reserveCapacity(all.count)
        for (number, entry) in all.enumerated() {
            for band in 0..<2 {
                let key = entry.band(band)
                if let earlier = seen[band][key], entry.day - all[Int(earlier)].day <= Self.daysMax,
                    entry.agreement(all[Int(earlier)]) >= Self.agreeing
                {
                    marks.insert(segment: entry.segment, doc: entry.doc)
                }
                seen[band][key] = Int32(number)
            }
        }
        return marks
    }

    /// Documents that share one of the first bands of their stored sketches with another: of near-copies all but two in ten
    /// thousand. Reading all texts takes twenty times as long. Nil where a segment has no sketches.
    private static func candidates(in snapshot: IndexSnapshot) throws -> RepeatMarks? {
        let segments = snapshot.segments
        guard segments.allSatisfy({ $0.hasSketches || $0.docCount == 0 }) else { return nil }
        var marks = RepeatMarks(docCounts: segments.map(\.docCount))
        for band in 0..<bandsAsked {
            // The segments' bands side by side, lowest hash first.
            var cursors = try segments.map { try $0.bandEntries(band) }
            var heads: [(hash: UInt32, doc: UInt32)?] = []
            for number in cursors.indices { heads.append(try cursors[number].next()) }
            var last: (hash: UInt32, segment: Int, doc: UInt32)?
            while true {
                var least = -1
                for (number, head) in heads.enumerated() {
                    guard let head else { continue }
                    if least < 0 || head.hash < heads[least]!.hash { least = number }
                }
                guard least >= 0, let head = heads[least] else { break }
                if let last, last.hash == head.hash {
                    marks.insert(segment: last.segment, doc: last.doc)
                    marks.insert(segment: least, doc: head.doc)
                }
                last = (head.hash, least, head.doc)
                heads[least] = try cursors[least].next()
            }
        }
        return marks
    }

    /// At 95 in 100 runs in common a band is shared in 77 of 100 cases.
    private static let bandsAsked = 6

    private struct Entry {
        let segment: Int
        let doc: UInt32
        let day: Int
        let sketch: SIMD8<UInt32>

        func band(_ number: Int) -> UInt64 {
            var key: UInt64 = 0
            for i in 0..<4 { key = (key ^ UInt64(sketch[number * 4 + i])) &* 0x9E37_79B9_7F4A_7C15 }
            return key
        }

        func agreement(_ other: Entry) -> Int {
            var count = 0
            for i in 0..<8 where sketch[i] == other.sketch[i] { count += 1 }
            return count
        }
    }
}

/// Eight minima over the hashed runs of four characters of a text.
struct TextSketch: Sendable {
    let doc: UInt32
    let day: Int
    let sketch: SIMD8<UInt32>

    private static let multipliers = SIMD8<UInt32>(
        0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1, 0xD3A2_646D, 0xFD70_46C5, 0xB55A_4F09)

    static func sketch(_ units: [UInt16]) -> SIMD8<UInt32> {
        var least = SIMD8<UInt32>(repeating: .max)
        var window: UInt64 = 0
        for (place, unit) in units.enumerated() {
            window = window << 16 | UInt64(unit)
            guard place >= 3 else { continue }
            var hash = window &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            let mixed = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: hash)) &* multipliers
            let folded = mixed ^ (mixed &>> 15)
            least.replace(with: folded, where: folded .< least)
        }
        return least
    }

    /// Of the live documents of a segment.
    ///
    /// - Parameter only: a bit for each document that is asked for; nil asks for all.
    static func all(in segment: SegmentReader, days: ClosedRange<Int>, only: [UInt64]?) throws -> [TextSketch] {
        var asked: [(doc: UInt32, day: Int, text: StoredText)] = []
        var moments = segment.receivedAtColumn
        var lengths = segment.lengthColumn
        for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
            if let only, only[Int(doc >> 6)] >> UInt64(doc & 63) & 1 == 0 { continue }
            guard try lengths.number(of: doc) >= RepeatMarks.lengthMin else { continue }
            let day = PeriodGrid.day(ofSeconds: try moments.number(of: doc))
            guard days.contains(day) else { continue }
            asked.append((doc, day, try segment.text(of: doc)))
        }
        let pieces = (asked.count + textsPerPiece - 1) / textsPerPiece
        return withExtendedLifetime(segment) {
            Parallelism.map(pieces) { piece in
                var units: [UInt16] = []
                return asked[(piece * textsPerPiece)..<min(asked.count, (piece + 1) * textsPerPiece)].map { one in
                    one.text.decode(into: &units)
                    return TextSketch(doc: one.doc, day: one.day, sketch: sketch(units))
                }
            }.flatMap { $0 }
        }
    }

    private static let textsPerPiece = 1_000
}
