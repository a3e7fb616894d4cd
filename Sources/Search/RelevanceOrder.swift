// The order that users see: what holds every part as written, then what holds it in another spelling, then what holds
// enough of it; in each of these by the first score; and the best of all of them in the order of the close look.
//
// An archive has far more matches than anybody reads. So each level is entered only if those above leave room, the texts
// of a level are asked only for documents that can still come in, and of what is merely understood the sums
// of pairs decide who is looked at.

import Index
import Records

/// A record in an order of results.
struct RankedDoc {
    var segment: Int
    var doc: UInt32
    var sequence: RecordSequence
    var tier = Tier.literal
    var score: Float = 0
    var key: Int64 = 0

    /// What stands before what.
    enum Tier: Int { case understood, variant, literal }

    /// Puts the best first: by tier, then by score, then by sequence.
    ///
    /// - Precondition: within a tier they stand by sequence.
    static func sort(_ docs: inout [RankedDoc], _ range: Range<Int>) {
        // Whole numbers are sorted several times as fast.
        let keys = range.map { place in
            let bits = docs[place].score.bitPattern
            let ascending = bits >> 31 == 0 ? bits | 1 << 31 : ~bits
            return UInt64(docs[place].tier.rawValue) << 62 | UInt64(ascending) << 30 | UInt64((1 << 30) - 1 - (place - range.lowerBound))
        }
        let sorted = keys.sorted(by: >).map { docs[range.lowerBound + (1 << 30) - 1 - Int($0 & ((1 << 30) - 1))] }
        docs.replaceSubrange(range, with: sorted)
    }
}

final class RelevanceOrder {
    /// How many of the first order are looked at closely …
    static let depth = 200
    /// … and of the order by a long text, which says so much that the first order errs less.
    static let longTextDepth = 80

    /// What matches a tree in a segment, among some of its documents.
    typealias Matching = (_ node: QueryNode, _ segment: Int, _ within: DocSet?, _ tier: RankedDoc.Tier) throws -> Match

    private let node: QueryNode
    private let terms: QueryTerms
    private let statistics: IndexStatistics
    private let match: Matching
    private let isCounted: Bool
    /// As many are put in order.
    private let limit: Int
    private let depth: Int
    /// So many documents of a segment are scored without a look at their lengths.
    var shortestFirst = 1_024

    private var ranked: [RankedDoc] = []
    /// By segment, the documents that came into `ranked`; all of their levels as long as there is room for more.
    private var taken: [[UInt32]]
    private var total: Int?

    private var snapshot: IndexSnapshot { statistics.snapshot }
    private var hasRoom: Bool { ranked.count < limit }

    init(
        _ node: QueryNode, _ terms: QueryTerms, _ statistics: IndexStatistics, isCounted: Bool, upTo limit: Int, depth: Int,
        match: @escaping Matching
    ) {
        self.node = node
        self.terms = terms
        self.statistics = statistics
        self.isCounted = isCounted
        self.limit = max(limit, depth)
        self.depth = depth
        self.match = match
        taken = Array(repeating: [], count: statistics.snapshot.segments.count)
    }

    /// By the first order: the best `depth` at least, if there are as many; and how many match, if that was asked.
    func best() throws -> (ranked: [RankedDoc], total: Int?) {
        let parts = node.positiveParts
        let hasVariants = parts.contains { $0.part.variant != nil }
        let isLiteral = parts.allSatisfy { $0.isLiteral || Understanding.isLiteralOnly($0.part.units) }
        let isUniform = !PlainOrder.hasChoice(node)
        if isLiteral, !hasVariants {
            if isUniform, try rankTerm() { return (ranked, total) }
            let matches = try matches(.understood)
            try rank(matches, .literal, isUniform: isUniform)
        } else if let (part, conditions) = Self.understoodPart(of: node) {
            try rankUnderstood(part, .conjunction(conditions), isUniform: isUniform)
        } else {
            let matches = try matches(.understood)
            try rankAny(matches, hasVariants: hasVariants)
        }
        return (ranked, total)
    }

    /// What matches in each segment; exactly, and counted, if that was asked.
    private func matches(_ tier: RankedDoc.Tier) throws -> [Match] {
        var matches = try snapshot.segments.indices.map { try match(node, $0, nil, tier) }
        if isCounted, tier == .understood {
            matches = try zip(matches, snapshot.segments).map { .known(try $0.resolved(in: $1)) }
            total = matches.reduce(0) { $0 + $1.possible.count }
        }
        return matches
    }

    private func append(_ top: inout TopScores, _ tier: RankedDoc.Tier) throws {
        let first = ranked.count
        var sequences: (segment: Int, column: ColumnCursor)?
        for entry in top.inOrderOfDocuments() {
            if sequences?.segment != entry.segment {
                sequences = (entry.segment, snapshot.segments[entry.segment].sequenceColumn)
            }
            let sequence = RecordSequence(UInt64(bitPattern: try sequences!.column.number(of: entry.doc)))
            ranked.append(RankedDoc(segment: entry.segment, doc: entry.doc, sequence: sequence, tier: tier, score: entry.score))
        }
        // What is looked at closely is put in order then.
        if ranked.count > depth { RankedDoc.sort(&ranked, first..<ranked.count) }
    }

    // MARK: As written

    /// One level by the first score.
    ///
    /// - Parameter among: what all levels match.
    private func rank(_ matches: [Match], _ tier: RankedDoc.Tier, isUniform: Bool, among all: [Match]? = nil) throws {
        guard hasRoom else { return }
        var matches = matches
        let possibleCount = matches.reduce(0) { $0 + $1.possible.count }
        if possibleCount <= 4 * depth {
            // So few are read side by side.
            matches = try zip(matches, snapshot.segments).map { .known(try $0.resolved(in: $1)) }
        }
        // Those that are all looked at closely need no first score.
        let isScored = ranked.count + possibleCount > depth
        let first = FirstScore(terms, statistics)
        var top = TopScores(limit: limit - ranked.count, snapshot: snapshot)
        let before = zip(taken, snapshot.segments).map { DocSet(sorted: $0, docCount: $1.docCount) }
        for group in try groups(of: matches, first, isUniform: isUniform, isDivided: isScored && !isUniform) {
            let number = group.segment
            let (match, segment, before) = (matches[number], snapshot.segments[number], before[number])
            func offer(_ docs: [UInt32], _ scores: [Float]) throws {
                try TimeLimit.check()
                if match.isKnown, all == nil, before.isEmpty {
                    for i in docs.indices where scores[i] >= top.least { top.offer(scores[i], number, docs[i]) }
                    return taken[number] += docs
                }
                try top.offer(scores, number, docs) { docs in
                    var docs = before.isEmpty ? docs : docs.filter { !before.contains($0) }
                    if let all { docs = try all[number].filter(docs, in: segment) }
                    if !match.isKnown { docs = try match.filter(docs, in: segment) }
                    taken[number] += docs
                    return docs
                }
            }
            func scores(_ docs: [UInt32]) throws -> [Float] {
                if !isScored { return [Float](repeating: 0, count: docs.count) }
                return group.isUniform ? try first.uniformScores(docs, inSegment: number) : try first.scores(docs, inSegment: number)
            }
            var docs = group.docs.array
            if isScored, docs.count > shortestFirst || top.least > 0 {
                // A short text scores high: after the shortest, many of the others cannot come in, and are not scored.
                var column = segment.lengthColumn
                var lengths = try column.numbers(of: docs)
                let border = top.least > 0 ? 0 : Self.length(ofShortest: shortestFirst / 2, lengths)
                if border > 0 {
                    var (shortest, theirLengths) = (docs, lengths)
                    ScoredDocs.keep(&shortest, &theirLengths, from: 0, below: border)
                    try offer(shortest, scores(shortest))
                    top.settle()
                }
                let limit = first.lengthLimit(reaching: top.least, group.most)
                ScoredDocs.keep(&docs, &lengths, from: border, below: limit)
                if top.least > 0 {
                    let best =
                        if group.isUniform {
                            try first.uniformScores(docs, lengths: lengths, reaching: top.least, inSegment: number)
                        } else {
                            try first.scores(docs, lengths: lengths, reaching: top.least, group.most, inSegment: number)
                        }
                    try offer(best.docs, best.scores)
                } else {
                    try offer(docs, scores(docs))
                }
            } else {
                try offer(docs, scores(docs))
            }
            top.settle()
        }
        for number in taken.indices { taken[number].sort() }
        try append(&top, tier)
    }

    /// Documents of a segment, and what they may hold at most.
    private struct Group {
        var segment: Int
        var docs: DocSet
        var most: FirstScore.Most
        /// Others of the segment match as well.
        var isPart: Bool
        /// Each holds all pairs and characters of the query.
        var isUniform: Bool
    }

    /// Of a query with a choice, documents that may hold the same parts are a group; those that may hold most come first.
    /// After them few of the others can come in.
    private func groups(of matches: [Match], _ first: FirstScore, isUniform: Bool, isDivided: Bool) throws -> [Group] {
        var groups: [(bound: Float, group: Group)] = []
        let parts = isDivided ? partsOfChoice : []
        let kinds = kinds(of: parts, first)
        for (number, match) in matches.enumerated() where !match.possible.isEmpty {
            guard !parts.isEmpty, match.possible.count > shortestFirst else {
                groups.append((.infinity, Group(segment: number, docs: match.possible, most: first.most, isPart: false, isUniform: isUniform)))
                continue
            }
            let holders = try parts.map { try self.match(.literal($0), number, nil, .literal).possible }
            // Nobody lacks a pair of a part who is among many holders of it.
            let isExact = zip(parts, holders).allSatisfy { $0.units.count <= 2 || $1.count > Matcher.fewCandidates }
                && node.positiveParts.allSatisfy { $0.part.variant == nil }
            var left = match.possible
            for (bits, most) in kinds where !left.isEmpty {
                let docs = parts.indices.reduce(left) { bits >> $1 & 1 == 1 ? $0.intersection(holders[$1]) : $0 }
                if docs.isEmpty { continue }
                left = left.subtracting(docs)
                let isUniform = isExact && bits == (1 << parts.count) - 1
                groups.append((first.bound(most), Group(segment: number, docs: docs, most: most, isPart: true, isUniform: isUniform)))
            }
        }
        let order = groups.indices.sorted { groups[$0].bound != groups[$1].bound ? groups[$0].bound > groups[$1].bound : $0 < $1 }
        return order.map { groups[$0].group }
    }

    /// The different texts that a hit may hold, if they are not too many.
    private var partsOfChoice: [QueryPart] {
        var parts: [QueryPart] = []
        for part in node.positiveParts.map(\.part) where part.variant == nil && !parts.contains(where: { $0.units == part.units }) {
            parts.append(part)
        }
        return parts.count > 1 && parts.count <= Self.dividingMax ? parts : []
    }

    /// By the bits of a number, who may hold which parts. What may be more than another comes before it, all parts before some of them.
    private func kinds(of parts: [QueryPart], _ first: FirstScore) -> [(bits: Int, most: FirstScore.Most)] {
        let kinds = (0..<(1 << parts.count)).map { bits in
            let lacking = parts.indices.filter { bits >> $0 & 1 == 0 }.map { parts[$0].units }
            return (bits: bits, most: first.most(without: lacking.filter { $0.count <= 2 }, broken: lacking.filter { $0.count > 2 }))
        }
        return kinds.sorted { a, b in
            let (most, other) = (first.bound(a.most), first.bound(b.most))
            return most != other ? most > other : a.bits.nonzeroBitCount > b.bits.nonzeroBitCount
        }
    }

    /// Of more parts there would be too many groups.
    private static let dividingMax = 4

    /// A length that so many are below, or some more.
    private static func length(ofShortest count: Int, _ lengths: [UInt32]) -> UInt32 {
        var counts = [Int](repeating: 0, count: 4_096)
        for length in lengths { counts[min(Int(length), counts.count - 1)] += 1 }
        var sum = 0
        for length in counts.indices.dropLast() {
            sum += counts[length]
            if sum >= count { return UInt32(length) + 1 }
        }
        return 0
    }

    /// A query of one or two characters, if its list has all there is to know.
    ///
    /// - Returns: false when it is no such query: then nothing was ranked.
    private func rankTerm() throws -> Bool {
        let units: [UInt16]
        switch node {
        case .literal(let part), .understood(let part), .pasted(let part): units = part.units
        default: return false
        }
        let first = FirstScore(terms, statistics)
        guard units.count <= 2, first.isWhole(units) else { return false }
        let term: TermKey = units.count == 1 ? .unigram(units[0]) : .bigram(units[0], units[1])
        if isCounted { total = try statistics.docFrequency(of: term) }
        var top = TopScores(limit: limit, snapshot: snapshot)
        var limits = first.lengthLimits(reaching: 0)
        let lists = try statistics.postings(of: term)
        for (number, segment) in snapshot.segments.enumerated() {
            guard let list = lists[number] else { continue }
            var lengths = segment.lengthColumn
            let dead = segment.dead
            try list.forEachShort(&limits, lengths: &lengths, using: &statistics.block) { doc, weight, length, limits throws(IndexError) in
                if !dead.isEmpty, dead.contains(doc) { return }
                if top.offer(first.uniformScore(weight, length: length), number, doc) {
                    limits = first.lengthLimits(reaching: top.least)
                }
            }
        }
        try append(&top, .literal)
        return true
    }

    // MARK: Understood

    /// The only part of a query that need not stand as written, and what must hold besides.
    private static func understoodPart(of node: QueryNode) -> (part: QueryPart, conditions: [QueryNode])? {
        switch node {
        case .understood(let part), .pasted(let part):
            return part.variant == nil && !Understanding.isLiteralOnly(part.units) ? (part, []) : nil
        case .and(let children):
            let parts = children.compactMap { understoodPart(of: $0) }
            guard parts.count == 1, parts[0].conditions.isEmpty else { return nil }
            let others = children.filter { understoodPart(of: $0) == nil }
            return others.allSatisfy(isFixed) ? (parts[0].part, others) : nil
        default: return nil
        }
    }

    /// Whether a condition means the same however strictly the query is read.
    private static func isFixed(_ node: QueryNode) -> Bool {
        switch node {
        case .literal(let part), .field(_, .literal(let part)): part.variant == nil
        case .understood(let part), .pasted(let part), .field(_, .understood(let part)):
            part.variant == nil && Understanding.isLiteralOnly(part.units)
        case .and(let children), .or(let children): children.allSatisfy(isFixed)
        case .not(let child): isFixed(child)
        case .all, .field, .near, .exists: true
        }
    }

    /// What holds the part as written first; of the others, who holds most of its pairs. One pass over the lists counts
    /// and chooses.
    private func rankUnderstood(_ part: QueryPart, _ conditions: QueryNode, isUniform: Bool) throws {
        var others: [DocSet?] = Array(repeating: nil, count: snapshot.segments.count)
        if conditions != .all {
            for (number, segment) in snapshot.segments.enumerated() {
                others[number] = try match(conditions, number, nil, .understood).resolved(in: segment)
            }
        }
        let literal = try snapshot.segments.indices.map { try match(.literal(part), $0, others[$0], .literal) }
        try rank(literal, .literal, isUniform: isUniform)
        guard hasRoom || isCounted else { return }
        let understanding = try Understanding(part.units, statistics)
        if !hasRoom, understanding.isDecidedBySome {
            total = try snapshot.segments.indices.reduce(0) { $0 + (try understanding.count(inSegment: $1, among: others[$1])) }
            return
        }
        var top = TopScores(limit: max(1, limit - ranked.count), snapshot: snapshot)
        var count = 0
        for (number, segment) in snapshot.segments.enumerated() {
            if let set = others[number], set.isEmpty { continue }
            try TimeLimit.check()
            let before = DocSet(sorted: taken[number], docCount: segment.docCount)
            var column = segment.lengthColumn
            let (hasRoom, isCounted, within) = (self.hasRoom, self.isCounted, others[number])
            let meanLength = statistics.meanLength
            try understanding.forEachWindow(
                ofSegment: number,
                atLeast: {
                    guard hasRoom else { return .max }
                    return max(understanding.needed, Int(top.least / PlainOrder.gainMax * Understanding.weightUnit) - 1)
                },
                counting: isCounted ? (within, { count += $0 }) : nil
            ) { docs, sums throws(IndexError) in
                let lengths = try column.numbers(of: docs)
                for place in docs.indices {
                    let doc = docs[place]
                    let score = Float(sums[place]) / Understanding.weightUnit
                        * QueryTerms.gain(1, relativeLength: Float(lengths[place]) / meanLength)
                    guard score >= top.least else { continue }
                    if let within, !within.contains(doc) { continue }
                    if !before.isEmpty, before.contains(doc) { continue }
                    top.offer(score, number, doc)
                }
            }
        }
        if isCounted { total = count }
        if hasRoom { try append(&top, .understood) }
    }

    // MARK: Any other tree

    private func rankAny(_ matches: [Match], hasVariants: Bool) throws {
        let isUniform = false
        try rank(self.matches(.literal), .literal, isUniform: isUniform, among: matches)
        if hasVariants { try rank(self.matches(.variant), .variant, isUniform: isUniform, among: matches) }
        guard hasRoom else { return }
        let pairs = terms.pairs.map { (term: $0.key, weight: Understanding.whole($0.weight)) }
        var top = TopScores(limit: limit - ranked.count, snapshot: snapshot)
        for (number, match) in matches.enumerated() where !match.possible.isEmpty {
            let segment = snapshot.segments[number]
            let before = DocSet(sorted: taken[number], docCount: segment.docCount)
            let docs = match.possible.array
            var column = segment.lengthColumn
            let lengths = try column.numbers(of: docs)
            let sums = try statistics.sums(of: pairs, docs, inSegment: number)
            for i in docs.indices {
                let score = Float(sums[i]) / Understanding.weightUnit
                    * QueryTerms.gain(1, relativeLength: Float(lengths[i]) / statistics.meanLength)
                guard score >= top.least else { continue }
                if !before.isEmpty, before.contains(docs[i]) { continue }
                if !match.isKnown, try !match.holds(docs[i], in: segment) { continue }
                top.offer(score, number, docs[i])
            }
        }
        try append(&top, .understood)
    }
}
