// The passage that shows why a record was found: cut from the untouched original, hits marked, no character cut.

import Index
import Records
import TextAnalysis

package struct Snippet: Hashable, Sendable {
    package var text: String
    /// Hits in `text`: start and length in Unicode characters (code points), ascending, apart from each other.
    package var matches: [Range<Int>]
    /// Where the passage stands; nil for a record without text.
    package var zone: TextZone?

    package init(text: String, matches: [Range<Int>], zone: TextZone? = nil) {
        self.text = text
        self.matches = matches
        self.zone = zone
    }
}

package struct SnippetMaker {
    /// Units of folded text that a snippet shows at most.
    package static let lengthMax = 90
    /// Hits of one text looked at: enough to find the best passage of a long letter.
    private static let hitsMax = 2_000

    /// Something to mark: a part as written, or a word or pair of it.
    private struct Item {
        var needle: [UInt8]
        var unitCount: Int
        var weight: Int
    }

    private struct Part {
        var whole: Item
        var pieces: [Item]
        var zone: TextZone?
    }

    private var parts: [Part] = []
    private let mask: (String) -> String
    private let rarity: (([UInt16]) -> Double)?

    /// - Parameters:
    ///   - mask: hides telephone and id numbers, one character for one.
    ///   - rarity: what a piece says about a record that holds it: a passage with the rare pieces beats one with more
    ///     common ones. Nil goes by length alone.
    package init(
        _ node: QueryNode, words find: WordFinder, rarity: (([UInt16]) -> Double)? = nil,
        mask: @escaping (String) -> String
    ) {
        self.mask = mask
        self.rarity = rarity
        for positive in node.positiveParts {
            let units = positive.part.units
            var pieces: [Item] = []
            if !positive.isLiteral, !Understanding.isLiteralOnly(units) {
                for range in find(units) where range.count >= 2 { pieces.append(item(Array(units[range]))) }
                for i in units.indices.dropFirst() { pieces.append(item([units[i - 1], units[i]])) }
            }
            parts.append(Part(whole: item(units), pieces: pieces, zone: positive.field?.zone))
        }
    }

    /// Weights are whole numbers, so that sums do not depend on their order.
    private static let weightUnit = 16.0

    private func item(_ units: [UInt16]) -> Item {
        var weight = Double(units.count * units.count) * Self.weightUnit
        if let rarity { weight *= rarity(units) }
        return Item(needle: units.littleEndianBytes, unitCount: units.count, weight: max(1, Int(weight)))
    }

    /// The best passage over the zones of a record; the title only when nothing else holds a hit.
    package func snippet(of zones: [IndexedRecord.Zone]) -> Snippet {
        var best: (passage: Passage, folded: FoldedZone, zone: TextZone)?
        for zone in zones {
            let folded = FoldedZone(zone.text)
            let hits = hits(in: folded.units, zone: zone.zone)
            guard !hits.isEmpty else { continue }
            var passage = Self.bestPassage(hits)
            if zone.zone == .title { passage.weight = 0 }
            if passage.weight > best?.passage.weight ?? -1 { best = (passage, folded, zone.zone) }
        }
        if let best { return cut(best.folded, best.passage, of: best.zone) }
        let first = zones.first { $0.zone == .content } ?? zones.first
        guard let first else { return Snippet(text: "", matches: []) }
        return cut(FoldedZone(first.text), Passage(start: 0, hits: [], weight: 0), of: first.zone)
    }

    /// Every hit in one text, in code points of the original.
    package func matches(in text: String, zone: TextZone) -> [Range<Int>] {
        let folded = FoldedZone(text)
        let ranges = Self.joined(hits(in: folded.units, zone: zone).map(\.range))
        return folded.codePointRanges(ranges)
    }

    // MARK: Hits

    private struct Hit {
        var range: Range<Int>
        var item: Int
        var weight: Int
    }

    private func hits(in units: [UInt16], zone: TextZone) -> [Hit] {
        var hits: [Hit] = []
        let bytes = units.littleEndianBytes
        var number = 0
        for part in parts where part.zone == nil || part.zone == zone {
            let before = hits.count
            collect(part.whole, number, in: bytes, &hits)
            number += 1
            if hits.count == before {
                for piece in part.pieces {
                    collect(piece, number, in: bytes, &hits)
                    number += 1
                }
            }
        }
        return hits.sorted { ($0.range.lowerBound, -$0.range.count) < ($1.range.lowerBound, -$1.range.count) }
    }

    private func collect(_ item: Item, _ number: Int, in bytes: [UInt8], _ hits: inout [Hit]) {
        var from = 0
        unsafe bytes.withUnsafeBytes { buffer in
            let text = unsafe Bytes(buffer)
            while hits.count < Self.hitsMax, let offset = text.firstOffset(of: item.needle, from: from) {
                let start = offset / 2
                hits.append(Hit(range: start..<(start + item.unitCount), item: number, weight: item.weight))
                from = offset + 2
            }
        }
    }

    // MARK: Passage

    private struct Passage {
        var start: Int
        var hits: [Range<Int>]
        var weight: Int
    }

    /// The window of `lengthMax` units whose different hits weigh most; the earliest of equals.
    private static func bestPassage(_ hits: [Hit]) -> Passage {
        var best = Passage(start: 0, hits: [], weight: -1)
        /// By item, the passage that held it last.
        var seen = [Int](repeating: -1, count: 1 + (hits.lazy.map(\.item).max() ?? 0))
        for first in hits.indices {
            let start = hits[first].range.lowerBound
            var weight = 0
            for hit in hits[first...] {
                guard hit.range.upperBound <= start + lengthMax else {
                    if hit.range.lowerBound >= start + lengthMax { break }
                    continue
                }
                guard seen[hit.item] != first else { continue }
                seen[hit.item] = first
                weight += hit.weight
            }
            if weight > best.weight { best = Passage(start: start, hits: [], weight: weight) }
            if first > 200 { break }
        }
        best.hits = joined(hits.map(\.range))
        return best
    }

    private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var joined: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }

    // MARK: Cutting

    private func cut(_ zone: FoldedZone, _ passage: Passage, of name: TextZone) -> Snippet {
        let start = Self.roomyStart(zone.units, Self.sentenceStart(zone.units, before: passage.start))
        let end = min(zone.units.count, start + Self.lengthMax)
        let window = zone.codePointRange(start..<end)
        let hits = zone.codePointRanges(passage.hits.compactMap { hit in
            let shown = hit.clamped(to: start..<end)
            return shown.isEmpty ? nil : shown
        })
        // A number that crosses the border of the window must still be seen whole to be hidden.
        let margin = 40
        let wide = max(0, window.lowerBound - margin)..<min(zone.codePoints.count, window.upperBound + margin)
        let text = mask(String(scalars: zone.codePoints[wide]))
        let shown = Array(text.unicodeScalars)[(window.lowerBound - wide.lowerBound)..<(window.upperBound - wide.lowerBound)]
        let leads = window.lowerBound > 0
        var out: [Unicode.Scalar] = leads ? ["…"] : []
        for character in shown { out.append(character.isWhite || character.value < 0x20 ? " " : character) }
        if window.upperBound < zone.codePoints.count { out.append("…") }
        let shift = (leads ? 1 : 0) - window.lowerBound
        return Snippet(text: String(scalars: out), matches: hits.map { ($0.lowerBound + shift)..<($0.upperBound + shift) }, zone: name)
    }

    /// A passage near the end begins earlier, so that there is something to read; behind a sentence end or comma.
    private static func roomyStart(_ units: [UInt16], _ start: Int) -> Int {
        let earliest = max(0, units.count - lengthMax)
        guard start > earliest else { return start }
        if earliest == 0 { return 0 }
        return (earliest..<start).first { sentenceEnds.contains(units[$0]) }.map { $0 + 1 } ?? start
    }

    private static let sentenceEnds: Set<UInt16> = [0x3002, 0x21, 0x3F, 0x3B, 0x2C, 0x3A, 0x2029]

    /// At most 24 units before the hit, behind the last sentence end or comma there.
    private static func sentenceStart(_ units: [UInt16], before hit: Int) -> Int {
        let earliest = max(0, hit - 24)
        if earliest == 0 { return 0 }
        for place in stride(from: hit - 1, through: earliest, by: -1) where sentenceEnds.contains(units[place]) {
            return place + 1
        }
        var start = earliest
        while start < hit, units[start] & 0xFC00 == 0xDC00 { start += 1 }
        return start
    }
}

/// One zone's text, folded, with the way back to the original's characters.
private struct FoldedZone {
    let codePoints: [Unicode.Scalar]
    let units: [UInt16]
    /// For each unit, the code point of the original that it came from.
    private let origins: [Int]

    init(_ text: String) {
        codePoints = Array(text.unicodeScalars)
        var text = text
        text.makeContiguousUTF8()
        var units: [UInt16] = []
        var offsets: [UInt32] = []
        Normalizer.shared.fold(text.utf8.span, into: &units, offsets: &offsets)
        self.units = units
        var origins: [Int] = []
        origins.reserveCapacity(offsets.count)
        var codePoint = 0
        var byte = 0
        for offset in offsets {
            while byte < Int(offset), codePoint < codePoints.count {
                byte += UTF8.width(codePoints[codePoint])
                codePoint += 1
            }
            origins.append(codePoint)
        }
        self.origins = origins
    }

    /// Where units stand in the original, whole characters with the marks that belong to them.
    func codePointRange(_ range: Range<Int>) -> Range<Int> {
        guard !range.isEmpty else { return 0..<0 }
        let from = range.lowerBound == 0 ? 0 : origins[range.lowerBound]
        let last = origins[range.upperBound - 1]
        var next = range.upperBound
        while next < origins.count, origins[next] == last { next += 1 }
        var to = next < origins.count ? origins[next] : codePoints.count
        if range.upperBound < units.count {
            while to > last + 1, codePoints[to - 1].isWhite { to -= 1 }
        }
        return from..<to
    }

    func codePointRanges(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for range in ranges {
            guard !range.isEmpty else { continue }
            var place = codePointRange(range)
            if range.lowerBound == 0, let first = origins.first { place = first..<max(place.upperBound, first + 1) }
            while place.upperBound > place.lowerBound + 1, codePoints[place.upperBound - 1].isWhite {
                place = place.lowerBound..<(place.upperBound - 1)
            }
            if let last = found.last, place.lowerBound < last.upperBound {
                found[found.count - 1] = last.lowerBound..<max(last.upperBound, place.upperBound)
            } else {
                found.append(place)
            }
        }
        return found
    }
}

extension Unicode.Scalar {
    /// `properties.isWhitespace`, which takes a look-up for each character: behind U+3000 there is none.
    fileprivate var isWhite: Bool { value <= 0x3000 && properties.isWhitespace }
}

extension String {
    /// A `UnicodeScalarView` grows by a look-up for each.
    init(scalars: some Collection<Unicode.Scalar>) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * scalars.count)
        for scalar in scalars {
            let value = scalar.value
            switch value {
            case ..<0x80: bytes.append(UInt8(value))
            case ..<0x800: bytes += [UInt8(0xC0 | value >> 6), UInt8(0x80 | value & 0x3F)]
            case ..<0x10000:
                bytes.append(UInt8(0xE0 | value >> 12))
                bytes.append(UInt8(0x80 | value >> 6 & 0x3F))
                bytes.append(UInt8(0x80 | value & 0x3F))
            default: bytes += UTF8.encode(scalar)!
            }
        }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
