// The order by BM25 over pairs of characters alone: `weight of what the record holds · BM25(once, length)`. Made for
// comparison with other engines, and the fastest order there is: the best are found without scoring the others.

import Index
import Records

/// A literal part weighs the idf of its distinct pairs (or of its one character) if the record holds it; an understood
/// part weighs the idf of those of its pairs that the record holds.
struct PlainOrder {
    let statistics: IndexStatistics
    /// A list of at least so many blocks is read from its shortest documents on; for tests.
    var longList = 64
    private let match: (QueryNode, Int, DocSet?) throws -> Match
    var best: TopList<RankedDoc>

    /// - Parameter match: what a tree matches in a segment, among a set of its documents.
    init(
        _ statistics: IndexStatistics, limit: Int, match: @escaping (QueryNode, Int, DocSet?) throws -> Match
    ) {
        self.statistics = statistics
        self.match = match
        best = TopList(limit: limit) { $0.score != $1.score ? $0.score > $1.score : $0.sequence < $1.sequence }
    }

    /// Nil when the query has no text to score by.
    mutating func best(_ node: QueryNode) throws -> [RankedDoc]? {
        let parts = node.positiveParts
        guard !parts.isEmpty else { return nil }
        let isLiteral = parts.allSatisfy { $0.isLiteral || Understanding.isLiteralOnly($0.part.units) }
        switch node {
        case .understood(let part) where !isLiteral, .pasted(let part) where !isLiteral:
            try rankUnderstood(try Understanding(part.units, statistics))
        case .or(let children) where isLiteral && children.allSatisfy(Self.isPart): try rankAny(children)
        default:
            if isLiteral, !Self.hasChoice(node) { try rankAll(node, parts) } else { try rankEach(node, parts) }
        }
        return best.sorted
    }

    static func isPart(_ node: QueryNode) -> Bool {
        switch node {
        case .literal, .understood, .pasted: true
        default: false
        }
    }

    static func hasChoice(_ node: QueryNode) -> Bool {
        switch node {
        case .or: true
        case .and(let children): children.contains(where: hasChoice)
        case .field(_, .literal), .field(_, .understood): true  // the text, or the facet
        default: false
        }
    }

    private func weight(_ units: [UInt16]) throws -> Float {
        if units.count == 1 { return try statistics.inverseDocFrequency(of: .unigram(units[0])) }
        return Float(try Understanding(units, statistics).weight) / Understanding.weightUnit
    }

    static func gain(_ length: UInt32, _ meanLength: Float) -> Float {
        QueryTerms.gain(1, relativeLength: Float(length) / meanLength)
    }

    /// No text is so short that it counts more.
    static let gainMax = QueryTerms.gain(1, relativeLength: 0)

    /// Lengths from here on cannot reach the list, if what a record holds weighs at most `weight`.
    func lengthLimit(_ weight: Float) -> UInt32 {
        guard best.isFull, let least = best.least else { return .max }
        let gain = least.score / weight - QueryTerms.delta
        guard gain > 0 else { return .max }
        let relative = ((QueryTerms.k1 + 1) / gain - 1) / QueryTerms.k1 - (1 - QueryTerms.b)
        let length = relative / QueryTerms.b * statistics.meanLength
        // A little more than it takes, for what rounding does.
        return length < 0 ? 1 : UInt32(min(length + 2, 4e9))
    }

    func isBelowList(_ score: Float, _ segment: SegmentReader, _ doc: UInt32) throws -> Bool {
        guard best.isFull, let least = best.least else { return false }
        if score != least.score { return score < least.score }
        return try segment.sequence(of: doc) > least.sequence
    }

    mutating func insert(_ score: Float, _ doc: UInt32, _ number: Int, _ segment: SegmentReader) throws {
        best.insert(
            RankedDoc(segment: number, doc: doc, sequence: try segment.sequence(of: doc), score: score))
    }

    // MARK: All parts

    /// Every match holds all parts, so that only lengths differ, and only the shortest texts are looked into.
    private mutating func rankAll(_ node: QueryNode, _ parts: [QueryNode.PositivePart]) throws {
        let units = parts.map(\.part.units)
        // In their order: sums in another one differ in their last bits.
        let weight = try units.indices.reduce(Float(0)) { units[..<$1].contains(units[$1]) ? $0 : $0 + (try self.weight(units[$1])) }
        let term = Self.onlyTerm(node)
        let pieces = Self.pieces(of: node, parts)
        for (number, segment) in statistics.snapshot.segments.enumerated() {
            if let term, let list = try statistics.postings(of: term)[number],
                try rankShortest(of: list, weight: weight, number, segment)
            { continue }
            if let pieces, try rankShortest(holding: pieces, weight: weight, number, segment) { continue }
            let match = try match(node, number, nil)
            try rank(match, weight: weight, number, segment)
        }
    }

    private mutating func rank(_ match: Match, weight: Float, _ number: Int, _ segment: SegmentReader) throws {
        let docs = match.possible.array
        guard !docs.isEmpty else { return }
        var column = segment.lengthColumn
        let lengths = try column.numbers(of: docs)
        var limit = lengthLimit(weight)
        for i in docs.indices where lengths[i] < limit {
            let score = weight * Self.gain(lengths[i], statistics.meanLength)
            if try isBelowList(score, segment, docs[i]) { continue }
            if !match.isKnown, try !match.holds(docs[i], in: segment) { continue }
            try insert(score, docs[i], number, segment)
            limit = lengthLimit(weight)
        }
    }

    // MARK: Any part

    /// The heaviest part first: what holds only lighter ones often cannot reach the list any more.
    private mutating func rankAny(_ children: [QueryNode]) throws {
        var parts: [(units: [UInt16], node: QueryNode, weight: Float)] = []
        for positive in QueryNode.or(children).positiveParts
        where !parts.contains(where: { $0.units == positive.part.units }) {
            let units = positive.part.units
            parts.append((units, .literal(positive.part), try weight(units)))
        }
        parts.sort { $0.weight > $1.weight }
        for place in parts.indices {
            let rest = Array(parts[place...])
            let most = rest.reduce(Float(0)) { $0 + $1.weight }
            if best.isFull, let least = best.least, most * Self.gainMax < least.score { return }
            for (number, segment) in statistics.snapshot.segments.enumerated() {
                try rankAny(rest, before: parts[..<place].map(\.node), number, segment)
            }
        }
    }

    /// Documents that hold the first of `parts` and none of those before.
    private mutating func rankAny(
        _ parts: [(units: [UInt16], node: QueryNode, weight: Float)], before: [QueryNode], _ number: Int,
        _ segment: SegmentReader
    ) throws {
        let match = try match(parts[0].node, number, nil)
        var docs = match.possible.array
        guard !docs.isEmpty else { return }
        let most = parts.reduce(Float(0)) { $0 + $1.weight }
        var column = segment.lengthColumn
        var lengths = try column.numbers(of: docs)
        var limit = lengthLimit(most)
        if limit < .max {
            var kept = 0
            for i in docs.indices where lengths[i] < limit {
                docs[kept] = docs[i]
                lengths[kept] = lengths[i]
                kept += 1
            }
            docs.removeLast(docs.count - kept)
        }
        let set = DocSet(sorted: docs, docCount: segment.docCount)
        let others = try parts.dropFirst().map { ($0.weight, try self.match($0.node, number, set)) }
        let earlier = try before.map { try self.match($0, number, set) }
        for i in docs.indices where lengths[i] < limit {
            let (doc, gain) = (docs[i], Self.gain(lengths[i], statistics.meanLength))
            let possible = others.reduce(parts[0].weight) { $0 + ($1.1.possible.contains(doc) ? $1.0 : 0) }
            if try isBelowList(possible * gain, segment, doc) { continue }
            if try earlier.contains(where: { try $0.holds(doc, in: segment) }) { continue }
            guard try match.holds(doc, in: segment) else { continue }
            let weight = try others.reduce(parts[0].weight) { $0 + (try $1.1.holds(doc, in: segment) ? $1.0 : 0) }
            if try isBelowList(weight * gain, segment, doc) { continue }
            try insert(weight * gain, doc, number, segment)
            limit = lengthLimit(most)
        }
    }

    // MARK: Enough pairs

    private mutating func rankUnderstood(_ understanding: Understanding) throws {
        let unit = Understanding.weightUnit
        for (number, segment) in statistics.snapshot.segments.enumerated() {
            var column = segment.lengthColumn
            var order = self
            try understanding.forEachWindow(ofSegment: number, atLeast: {
                guard order.best.isFull, let least = order.best.least else { return understanding.needed }
                return max(understanding.needed, Int(least.score / Self.gainMax * unit))
            }) { docs, sums throws(IndexError) in
                let lengths = try column.numbers(of: docs)
                for place in docs.indices where !segment.dead.contains(docs[place]) {
                    let doc = docs[place]
                    let score = Float(sums[place]) / unit * Self.gain(lengths[place], order.statistics.meanLength)
                    if let least = order.best.least, order.best.isFull, score < least.score { continue }
                    order.best.insert(
                        RankedDoc(segment: number, doc: doc, sequence: try segment.sequence(of: doc), score: score))
                }
            }
            self = order
        }
    }

    // MARK: Any other tree

    /// Looks into the text of every match.
    private mutating func rankEach(_ node: QueryNode, _ parts: [QueryNode.PositivePart]) throws {
        var literal: [(piece: TextPiece, weight: Float)] = []
        var understood: [Understanding] = []
        // The same text may be asked for both ways; each counts once.
        var (seenLiteral, seenUnderstood): (Set<[UInt16]>, Set<[UInt16]>) = ([], [])
        for part in parts {
            let units = part.part.units
            if part.isLiteral || Understanding.isLiteralOnly(units) {
                if seenLiteral.insert(units).inserted { literal.append((TextPiece(units), try weight(units))) }
            } else if seenUnderstood.insert(units).inserted {
                understood.append(try Understanding(units, statistics))
            }
        }
        for (number, segment) in statistics.snapshot.segments.enumerated() {
            for doc in try match(node, number, nil).resolved(in: segment).array {
                let text = try segment.text(of: doc)
                var weight = literal.reduce(Float(0)) { $0 + (text.contains($1.piece) ? $1.weight : 0) }
                for part in understood { weight += Float(part.weight(of: text)) / Understanding.weightUnit }
                let score = weight * Self.gain(try segment.length(of: doc), statistics.meanLength)
                if try !isBelowList(score, segment, doc) { try insert(score, doc, number, segment) }
            }
        }
    }
}
