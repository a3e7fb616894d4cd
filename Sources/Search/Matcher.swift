// Which documents of one segment a query tree matches. Scores play no part here, so counts are exact and cheap.

import Index
import Records

struct Matcher {
    let statistics: IndexStatistics
    let resolver: any RecordResolver
    let number: Int
    private let segment: SegmentReader
    /// Understood parts match as literal ones: the set that stands first in the order of results.
    let literalOnly: Bool

    init(_ statistics: IndexStatistics, segment number: Int, resolver: any RecordResolver, literalOnly: Bool) {
        self.statistics = statistics
        self.number = number
        self.resolver = resolver
        self.literalOnly = literalOnly
        segment = statistics.snapshot.segments[number]
    }

    private var docCount: Int { segment.docCount }

    /// Every live document.
    func alive() -> DocSet {
        var words = DocSet(all: docCount).words
        segment.dead.remove(from: &words)
        return DocSet(bits: words, docCount: docCount)
    }

    /// The live documents that match.
    func match(_ node: QueryNode) throws -> DocSet {
        let found = try evaluate(node)
        guard !segment.dead.isEmpty else { return found }
        return found.intersection(alive())
    }

    private func evaluate(_ node: QueryNode) throws -> DocSet {
        switch node {
        case .all: return DocSet(all: docCount)
        case .literal(let part): return try literal(part.units, zone: nil)
        case .understood(let part), .pasted(let part): return try understood(part.units, zone: nil)
        case .and(let children): return try conjunction(children)
        case .or(let children):
            return try children.reduce(DocSet(empty: docCount)) { $0.union(try evaluate($1)) }
        case .not(let child): return DocSet(all: docCount).subtracting(try evaluate(child))
        case .near(let a, let b, let distance): return try near(a, b, distance)
        case .exists(let field): return try exists(field)
        case .field(let field, let condition): return try evaluate(field, condition)
        }
    }

    /// Negations last: they only take away from what the others found.
    private func conjunction(_ children: [QueryNode]) throws -> DocSet {
        var found: DocSet?
        for child in children {
            if case .not = child { continue }
            let next = try evaluate(child)
            found = found.map { $0.intersection(next) } ?? next
            if found!.isEmpty { return found! }
        }
        var result = found ?? DocSet(all: docCount)
        for case .not(let child) in children { result = result.subtracting(try evaluate(child)) }
        return result
    }

    // MARK: Text

    /// Documents whose text (or one zone of it) holds `units`.
    func literal(_ units: [UInt16], zone: TextZone?) throws -> DocSet {
        var block = PostingBlock()
        if units.count == 1 {
            return try verified(docs(.unigram(units[0]), &block), units, zone, certain: true)
        }
        var lists: [PostingList] = []
        var seen: Set<TermKey> = []
        for i in 1..<units.count {
            let term = TermKey.bigram(units[i - 1], units[i])
            guard seen.insert(term).inserted else { continue }
            guard let list = try statistics.postings(of: term)[number] else { return DocSet(empty: docCount) }
            lists.append(list)
        }
        if lists.count == 1, units.count == 2 {
            return try verified(docs(lists[0], &block), units, zone, certain: true)
        }
        lists.sort { $0.docCount < $1.docCount }
        var candidates = docs(lists[0], &block)
        for list in lists.dropFirst() {
            // Looking into a text costs about as much as decoding a block or two.
            if candidates.count <= 8 { break }
            var kept: [UInt32] = []
            list.intersect(candidates, using: &block) { index, _ in kept.append(candidates[index]) }
            candidates = kept
        }
        return try verified(candidates, units, zone, certain: false)
    }

    private func docs(_ term: TermKey, _ block: inout PostingBlock) throws -> [UInt32] {
        guard let list = try statistics.postings(of: term)[number] else { return [] }
        return docs(list, &block)
    }

    private func docs(_ list: PostingList, _ block: inout PostingBlock) -> [UInt32] {
        var docs: [UInt32] = []
        docs.reserveCapacity(list.docCount)
        list.forEach(using: &block) { doc, _ in docs.append(doc) }
        return docs
    }

    private func verified(_ docs: [UInt32], _ units: [UInt16], _ zone: TextZone?, certain: Bool) throws -> DocSet {
        if certain, zone == nil { return DocSet(sorted: docs, docCount: docCount) }
        let needle = units.littleEndianBytes
        var kept: [UInt32] = []
        for doc in docs {
            let text = try segment.text(of: doc)
            if let zone {
                if DocumentZones(text).contains(where: { $0.zone == zone && $0.text.contains(needle) }) {
                    kept.append(doc)
                }
            } else if text.contains(needle) {
                kept.append(doc)
            }
        }
        return DocSet(sorted: kept, docCount: docCount)
    }

    /// Documents that hold `units` literally or enough of their pairs. The rule is in QUERY.md, "Understood parts".
    private func understood(_ units: [UInt16], zone: TextZone?) throws -> DocSet {
        let literal = try literal(units, zone: zone)
        if literalOnly || Understanding.isLiteralOnly(units) { return literal }
        let understanding = try Understanding(units, statistics)
        let candidates = try understanding.matches(inSegment: number)
        guard let zone else { return literal.union(DocSet(sorted: candidates, docCount: docCount)) }
        var kept: [UInt32] = []
        for doc in candidates {
            let zones = DocumentZones(try segment.text(of: doc))
            if zones.contains(where: { $0.zone == zone && understanding.holds($0.text) }) { kept.append(doc) }
        }
        return literal.union(DocSet(sorted: kept, docCount: docCount))
    }

    // MARK: Nearness

    private func near(_ a: QueryNode, _ b: QueryNode, _ distance: Int) throws -> DocSet {
        guard let (left, leftZone) = Self.literalPart(a), let (right, rightZone) = Self.literalPart(b) else {
            return DocSet(empty: docCount)
        }
        if let leftZone, let rightZone, leftZone != rightZone { return DocSet(empty: docCount) }
        let both = try evaluate(a).intersection(try evaluate(b))
        let (leftNeedle, rightNeedle) = (left.littleEndianBytes, right.littleEndianBytes)
        var kept: [UInt32] = []
        for doc in both.array {
            let isNear = DocumentZones(try segment.text(of: doc)).contains { zone, text in
                if let wanted = leftZone ?? rightZone, zone != wanted { return false }
                return Self.isNear(text, leftNeedle, rightNeedle, distance)
            }
            if isNear { kept.append(doc) }
        }
        return DocSet(sorted: kept, docCount: docCount)
    }

    private static func literalPart(_ node: QueryNode) -> ([UInt16], TextZone?)? {
        switch node {
        case .literal(let part): (part.units, nil)
        case .field(let field, .literal(let part)): (part.units, field.zone)
        default: nil
        }
    }

    private static func isNear(_ text: Bytes, _ a: [UInt8], _ b: [UInt8], _ distance: Int) -> Bool {
        let others = occurrences(of: b, in: text)
        var next = 0
        for from in occurrences(of: a, in: text) {
            while next < others.count, others[next] < from { next += 1 }
            // Of the others only the nearest on each side matter.
            if next < others.count, holds(text, from + a.count, others[next], atMost: distance) { return true }
            if next > 0, holds(text, others[next - 1] + b.count, from, atMost: distance) { return true }
        }
        return false
    }

    /// Whether at most `distance` characters lie between two offsets.
    private static func holds(_ text: Bytes, _ from: Int, _ to: Int, atMost distance: Int) -> Bool {
        let units = (to - from) / 2
        if units <= distance { return true }
        guard units / 2 <= distance else { return false }  // a character has at most two units
        var characters = 0
        for offset in stride(from: from, to: to, by: 2) where text.u16(offset) & 0xFC00 != 0xDC00 { characters += 1 }
        return characters <= distance
    }

    private static func occurrences(of needle: [UInt8], in text: Bytes) -> [Int] {
        var found: [Int] = []
        var from = 0
        while let offset = text.firstOffset(of: needle, from: from) {
            found.append(offset)
            from = offset + 2
        }
        return found
    }

    // MARK: Fields

    private func evaluate(_ field: Field, _ condition: FieldCondition) throws -> DocSet {
        switch condition {
        case .literal(let part): return try literal(part.units, zone: field.zone).union(facet(field, part))
        case .understood(let part): return try understood(part.units, zone: field.zone).union(facet(field, part))
        case .dateRange(let from, let to): return try dates(field, from, to)
        case .numberRange(let from, let to): return try quantities(field, from, to)
        case .equals(let value):
            if field.kind == .key || field.kind == .identity { return try resolved(field, condition) }
            return try facet(FacetName.bytes(field, field.canonicalValue(value)))
        case .prefix(let value):
            if field.kind == .key || field.kind == .identity { return try resolved(field, condition) }
            return try facets(prefix: FacetName.bytes(field, value))
        }
    }

    private func resolved(_ field: Field, _ condition: FieldCondition) throws -> DocSet {
        var docs: [UInt32] = []
        for sequence in try resolver.sequences(field, condition) {
            if let doc = try segment.doc(of: sequence) { docs.append(doc) }
        }
        docs.sort()
        return DocSet(sorted: docs.reduce(into: []) { if $0.last != $1 { $0.append($1) } }, docCount: docCount)
    }

    /// Records whose value the part is, of facets that are text too: the text may lack a code of theirs.
    private func facet(_ field: Field, _ part: QueryPart) throws -> DocSet {
        if case .text = field.kind { return DocSet(empty: docCount) }
        return try facet(FacetName.bytes(field, field.canonicalValue(part.text)))
    }

    private func facet(_ name: [UInt8]) throws -> DocSet {
        var block = PostingBlock()
        guard let list = try segment.postings(ofFacet: name) else { return DocSet(empty: docCount) }
        return DocSet(sorted: docs(list, &block), docCount: docCount)
    }

    private func facets(prefix: [UInt8]) throws -> DocSet {
        var block = PostingBlock()
        var words = [UInt64](repeating: 0, count: (docCount + 63) / 64)
        try segment.forEachFacet(in: segment.facetOrdinals(prefix: prefix)) { _, list in
            list.forEach(using: &block) { doc, _ in words[Int(doc >> 6)] |= 1 << UInt64(doc & 63) }
        }
        return DocSet(bits: words, docCount: docCount)
    }

    private func exists(_ field: Field) throws -> DocSet {
        switch field.kind {
        case .facet, .path, .region: return try facets(prefix: [field.code])
        case .text(let zone):
            var kept: [UInt32] = []
            for doc in 0..<UInt32(docCount)
            where DocumentZones(try segment.text(of: doc)).contains(where: { $0.zone == zone }) { kept.append(doc) }
            return DocSet(sorted: kept, docCount: docCount)
        case .date where field.isReceivedAt: return DocSet(all: docCount)
        case .date, .number: return try quantities(field, nil, nil)
        case .key, .identity: return try resolved(field, .prefix(""))
        }
    }

    /// Days since 1970-01-01 at +08:00, both ends included.
    private func dates(_ field: Field, _ from: Int64?, _ to: Int64?) throws -> DocSet {
        guard field.isReceivedAt else { return try quantities(field, from, to) }
        let eightHours: Int64 = 8 * 3_600
        let first = from.map { $0 * 86_400 - eightHours } ?? .min
        let last = to.map { ($0 + 1) * 86_400 - eightHours - 1 } ?? .max
        if segment.earliestReceivedAt > last || segment.latestReceivedAt < first { return DocSet(empty: docCount) }
        if segment.earliestReceivedAt >= first, segment.latestReceivedAt <= last { return DocSet(all: docCount) }
        var kept: [UInt32] = []
        var moments = segment.receivedAtColumn
        for doc in 0..<UInt32(docCount) {
            let moment = try moments.number(of: doc)
            if first <= moment, moment <= last { kept.append(doc) }
        }
        return DocSet(sorted: kept, docCount: docCount)
    }

    private func quantities(_ field: Field, _ from: Int64?, _ to: Int64?) throws -> DocSet {
        var docs: [UInt32] = []
        let (low, high) = (from ?? .min, to ?? .max)
        try segment.forEachQuantity(of: field) { doc, value in
            if low <= value, value <= high, docs.last != doc { docs.append(doc) }
        }
        return DocSet(sorted: docs, docCount: docCount)
    }
}

extension Field {
    /// 接收时间 has a column of its own in the index.
    var isReceivedAt: Bool { self == .date }
}
