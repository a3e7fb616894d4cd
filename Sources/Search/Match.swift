// What a query tree, or a part of it, matches in one segment: what posting lists alone can say, and what is still to
// be looked up in texts. A list of ten hits needs few texts, an exact count all that are in doubt.

import Index
import Records

/// - Invariant: what matches is among `possible`, and all of `certain` matches.
final class Match {
    enum Kind {
        /// All of `possible` matches.
        case known
        /// The text, or one zone of it, holds the piece.
        case literal(TextPiece, TextZone?)
        /// As `literal`, but not within a longer number.
        case number(WholeNumber, TextZone?)
        /// The same at the end of a longer number.
        case tail(NumberTail, TextZone?)
        /// The zone holds enough pairs.
        case understood(Understanding, TextZone)
        case near(Nearness)
        case all([Match])
        case any([Match])
        case none(Match)
    }

    let kind: Kind
    let possible: DocSet
    /// Nil: as `possible`.
    let certain: DocSet?

    init(_ kind: Kind, possible: DocSet, certain: DocSet? = nil) {
        self.kind = kind
        self.possible = possible
        self.certain = certain
    }

    static func known(_ docs: DocSet) -> Match { Match(.known, possible: docs) }

    var isKnown: Bool { certain == nil }

    /// What surely matches.
    var least: DocSet { certain ?? possible }

    /// Whether one of the possible documents matches.
    func holds(_ doc: UInt32, in segment: SegmentReader) throws -> Bool {
        guard let certain else { return possible.contains(doc) }
        guard possible.contains(doc) else { return false }
        if certain.contains(doc) { return true }
        switch kind {
        case .known: return true
        case .literal(let piece, nil): return try segment.text(of: doc).contains(piece)
        case .literal(let piece, let zone):
            return DocumentZones(try segment.text(of: doc)).contains { $0.zone == zone && $0.text.contains(piece) }
        case .number(let number, let zone):
            return DocumentZones(try segment.text(of: doc)).contains { (zone == nil || $0.zone == zone) && number.stands(in: $0.text) }
        case .tail(let tail, let zone):
            return DocumentZones(try segment.text(of: doc)).contains { (zone == nil || $0.zone == zone) && tail.stands(in: $0.text) }
        case .understood(let understanding, let zone):
            return DocumentZones(try segment.text(of: doc)).contains { $0.zone == zone && understanding.holds($0.text) }
        case .near(let nearness): return nearness.holds(try segment.text(of: doc))
        case .all(let parts): return try parts.allSatisfy { try $0.holds(doc, in: segment) }
        case .any(let parts): return try parts.contains { try $0.holds(doc, in: segment) }
        case .none(let part): return try !part.holds(doc, in: segment)
        }
    }

    /// Exactly what matches.
    func resolved(in segment: SegmentReader) throws -> DocSet {
        guard let certain else { return possible }
        let kept = try filter(inDoubt: possible.subtracting(certain), in: segment)
        return certain.isEmpty ? DocSet(sorted: kept, docCount: possible.docCount) : certain.union(DocSet(sorted: kept, docCount: possible.docCount))
    }

    /// How many documents match.
    func count(in segment: SegmentReader) throws -> Int {
        guard let certain else { return possible.count }
        return try certain.count + filter(inDoubt: possible.subtracting(certain), in: segment).count
    }

    /// Those of the ascending `docs` that match: as `holds` one by one, but texts are read side by side.
    func filter(_ docs: [UInt32], in segment: SegmentReader) throws -> [UInt32] {
        if docs.isEmpty { return docs }
        let asked = DocSet(sorted: docs, docCount: possible.docCount)
        let mayMatch = asked.intersection(possible)
        guard let certain else { return mayMatch.array }
        let found = try filter(inDoubt: mayMatch.subtracting(certain), in: segment)
        let sure = mayMatch.intersection(certain)
        return sure.isEmpty ? found : sure.union(DocSet(sorted: found, docCount: possible.docCount)).array
    }

    /// Those that match of some that are possible and not certain.
    private func filter(inDoubt: DocSet, in segment: SegmentReader) throws -> [UInt32] {
        if inDoubt.isEmpty { return [] }
        switch kind {
        case .literal(let piece, nil): return try Self.inPieces(inDoubt.array) { try segment.filter($0, holding: piece) }
        case .all(let parts): return try parts.reduce(inDoubt.array) { try $1.filter($0, in: segment) }
        case .any(let parts):
            var left = inDoubt
            var kept = DocSet(empty: possible.docCount)
            for part in parts {
                let more = DocSet(sorted: try part.filter(left.array, in: segment), docCount: possible.docCount)
                kept = kept.union(more)
                left = left.subtracting(more)
            }
            return kept.array
        case .none(let part):
            return inDoubt.subtracting(
                DocSet(sorted: try part.filter(inDoubt.array, in: segment), docCount: possible.docCount)
            ).array
        default: return try Self.inPieces(inDoubt.array) { try $0.filter { try holds($0, in: segment) } }
        }
    }

    /// With a look at the clock between two pieces.
    private static func inPieces(_ docs: [UInt32], _ filter: ([UInt32]) throws -> [UInt32]) throws -> [UInt32] {
        let length = 4_096
        try TimeLimit.check()
        if docs.count <= length { return try filter(docs) }
        var found: [UInt32] = []
        for from in stride(from: 0, to: docs.count, by: length) {
            try TimeLimit.check()
            found += try filter(Array(docs[from..<min(docs.count, from + length)]))
        }
        return found
    }

    func subtracting(_ dead: DeadDocuments) -> Match {
        Match(kind, possible: possible.subtracting(dead), certain: certain?.subtracting(dead))
    }
}

/// A piece that is, or begins or ends with, a number: 500元 does not stand in 3500元, nor 五百元 in 三千五百元.
struct WholeNumber {
    private let units: [UInt16]
    private let piece: TextPiece

    init(_ units: [UInt16]) {
        self.units = units
        piece = TextPiece(units)
    }

    func stands(in text: StoredText) -> Bool {
        guard text.contains(piece) else { return false }
        let text = text.units
        guard text.count >= units.count else { return false }
        for start in 0...(text.count - units.count) where text[start] == units[0] && text[start...].starts(with: units) {
            let end = start + units.count
            if !Self.goesOn(text, across: start), !Self.goesOn(text, across: end) { return true }
        }
        return false
    }

    private static let numerals = Set("零〇一二两三四五六七八九十百千万亿".utf16)

    /// Whether what stands before and at `border` belongs to one number: digits, Chinese numerals, a point between digits,
    /// a comma before a group of three.
    private static func goesOn(_ text: [UInt16], across border: Int) -> Bool {
        guard border > 0, border < text.count else { return false }
        let (before, at) = (text[border - 1], text[border])
        if isDigit(before), isDigit(at) { return true }
        if numerals.contains(before), numerals.contains(at) { return true }
        if isDigit(at) { return isWithin(text, mark: border - 1) }
        return isDigit(before) && isWithin(text, mark: border)
    }

    private static func isDigit(_ unit: UInt16) -> Bool { (0x30...0x39).contains(unit) }

    /// Whether a point or comma is part of a number, and no mark between two.
    private static func isWithin(_ text: [UInt16], mark: Int) -> Bool {
        guard mark > 0, isDigit(text[mark - 1]) else { return false }
        let digits = text[(mark + 1)...].prefix(4).prefix(while: isDigit).count
        return switch text[mark] {
        case 0x2E: digits > 0
        case 0x2C: digits == 3
        default: false
        }
    }
}

/// Two pieces in one zone, at most `distance` characters between them, in either order.
struct Nearness {
    let left: [UInt16]
    let right: [UInt16]
    let zone: TextZone?
    let distance: Int

    func holds(_ text: StoredText) -> Bool {
        for (zone, text) in DocumentZones(text) where self.zone == nil || zone == self.zone {
            if holds(text.units) { return true }
        }
        return false
    }

    private func holds(_ units: [UInt16]) -> Bool {
        let others = Self.occurrences(of: right, in: units)
        var next = 0
        for from in Self.occurrences(of: left, in: units) {
            while next < others.count, others[next] < from { next += 1 }
            // Of the others only the nearest on each side matter.
            if next < others.count, isNear(units, from + left.count, others[next]) { return true }
            if next > 0, isNear(units, others[next - 1] + right.count, from) { return true }
        }
        return false
    }

    /// Whether at most `distance` characters lie between two places.
    private func isNear(_ units: [UInt16], _ from: Int, _ to: Int) -> Bool {
        if to - from <= distance { return true }
        guard (to - from) / 2 <= distance else { return false }  // a character has at most two units
        return units[from..<to].count { $0 & 0xFC00 != 0xDC00 } <= distance
    }

    private static func occurrences(of piece: [UInt16], in units: [UInt16]) -> [Int] {
        guard units.count >= piece.count else { return [] }
        return (0...(units.count - piece.count)).filter { units[$0...].starts(with: piece) }
    }
}
