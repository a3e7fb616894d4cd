// One search over one snapshot: match, count, order, facets.

import Index
import Records

package enum SortOrder: String, Sendable, CaseIterable {
    case relevance, newest, oldest
}

/// What the order by relevance rests on.
package enum Ranking: Sendable {
    /// Literal matches first; pairs, words and characters, then a close look at the best.
    case full
    /// BM25 over pairs of characters alone, each counted once a record: for comparison with other engines.
    case plain
}

package struct SearchHit: Sendable {
    package let sequence: RecordSequence
    package let recordNumber: RecordNumber
    package let receivedAtSeconds: Int64
    /// 0 where the order is by date or the query has no text.
    package let score: Float
    /// Every part stands in the record as written.
    package let isLiteral: Bool
}

package struct FacetCounts: Sendable {
    package let field: Field
    /// Most frequent first; equal counts by value.
    package let counts: [(value: String, count: Int)]
}

package final class Searcher {
    let statistics: IndexStatistics
    private let resolver: any RecordResolver
    let findWords: WordFinder

    package init(_ snapshot: IndexSnapshot, resolver: any RecordResolver, words: @escaping WordFinder) throws {
        statistics = try IndexStatistics(snapshot)
        self.resolver = RememberingResolver(resolver)
        findWords = words
    }

    package var snapshot: IndexSnapshot { statistics.snapshot }

    /// The words of folded text, as queries are cut.
    package func words(of units: [UInt16]) -> [Range<Int>] { findWords(units) }

    private var segmentCount: Int { statistics.snapshot.segments.count }

    private func matches(_ node: QueryNode, literalOnly: Bool) throws -> [DocSet] {
        try (0..<segmentCount).map { number in
            try Matcher(statistics, segment: number, resolver: resolver, literalOnly: literalOnly).match(node)
        }
    }

    /// How many records match. Always exact.
    package func count(_ node: QueryNode) throws -> Int {
        try matches(node, literalOnly: false).reduce(0) { $0 + $1.count }
    }

    /// Exact counts of every value of a field among the matches.
    package func facets(_ node: QueryNode, by field: Field) throws -> FacetCounts {
        var totals: [[UInt8]: Int] = [:]
        var block = PostingBlock()
        for (number, set) in try matches(node, literalOnly: false).enumerated() where !set.isEmpty {
            let segment = statistics.snapshot.segments[number]
            let isArray: [UInt32]? = if case .array(let docs) = set.form { docs } else { nil }
            let ordinals = try segment.facetOrdinals(prefix: [field.code])
            try segment.forEachFacet(in: ordinals) { ordinal, list throws(IndexError) in
                var count = 0
                if let docs = isArray {
                    list.intersect(docs, using: &block) { _, _ in count += 1 }
                } else {
                    list.forEach(using: &block) { doc, _ in if set.contains(doc) { count += 1 } }
                }
                if count > 0 { totals[try segment.facetName(ordinal), default: 0] += count }
            }
        }
        let counts = totals.map { (value: FacetName.value($0.key), count: $0.value) }
        return FacetCounts(field: field, counts: counts.sorted { ($1.count, $0.value) < ($0.count, $1.value) })
    }

    package struct Page: Sendable {
        package let hits: [SearchHit]
        /// All matches, exact.
        package let total: Int
    }

    /// Hits `offset ..< offset + limit` of the whole order.
    package func search(_ node: QueryNode, sort: SortOrder, ranking: Ranking = .full, offset: Int = 0, limit: Int) throws -> Page {
        let sets = try matches(node, literalOnly: false)
        let total = sets.reduce(0) { $0 + $1.count }
        guard offset < total, limit > 0 else { return Page(hits: [], total: total) }
        let end = offset + min(limit, total - offset)
        let order = sort == .relevance ? try byRelevance(node, sets, ranking, upTo: end) : nil
        let ranked = try order ?? byDate(sets, newestFirst: sort != .oldest, upTo: end)
        let hits = try ranked.dropFirst(offset).prefix(limit).map { entry in
            let segment = statistics.snapshot.segments[entry.segment]
            return SearchHit(
                sequence: entry.sequence, recordNumber: try segment.recordNumber(of: entry.doc),
                receivedAtSeconds: try segment.receivedAt(of: entry.doc), score: entry.score,
                isLiteral: entry.isLiteral)
        }
        return Page(hits: hits, total: total)
    }

    /// Every match in order of arrival, without scores: for export.
    package func allSequences(_ node: QueryNode) throws -> [RecordSequence] {
        var found: [RecordSequence] = []
        for (number, set) in try matches(node, literalOnly: false).enumerated() {
            let segment = statistics.snapshot.segments[number]
            for doc in set.array { found.append(try segment.sequence(of: doc)) }
        }
        return found
    }

    // MARK: Orders

    private struct Ranked {
        var segment: Int
        var doc: UInt32
        var sequence: RecordSequence
        var isLiteral = false
        var score: Float = 0
        var key: Int64 = 0
    }

    /// Newest first, equal moments by arrival, latest first; or the other way round.
    private func byDate(_ sets: [DocSet], newestFirst: Bool, upTo limit: Int) throws -> [Ranked] {
        var best = TopList<Ranked>(limit: limit) { a, b in
            if a.key != b.key { return a.key > b.key }
            return newestFirst ? a.sequence > b.sequence : a.sequence < b.sequence
        }
        for (number, set) in sets.enumerated() {
            let segment = statistics.snapshot.segments[number]
            var moments = segment.receivedAtColumn
            for doc in set.array {
                let moment = try moments.number(of: doc)
                let key = newestFirst ? moment : -moment
                if let least = best.least, best.isFull, key < least.key { continue }
                best.insert(Ranked(segment: number, doc: doc, sequence: try segment.sequence(of: doc), key: key))
            }
        }
        return best.sorted
    }

    /// Literal matches first, then by score, then by arrival. Nil when the query has no text to score by: such
    /// lists are newest first.
    private func byRelevance(_ node: QueryNode, _ sets: [DocSet], _ ranking: Ranking, upTo limit: Int) throws -> [Ranked]? {
        var terms = try QueryTerms(node.positiveParts.map(\.part.units), statistics, words: findWords)
        guard !terms.isEmpty else { return nil }
        if ranking == .plain { terms = terms.pairsOnly }
        let literal = ranking == .plain ? nil : try literalSets(node, sets)
        var best = TopList<Ranked>(
            limit: ranking == .plain ? limit : max(limit, CloseScore.depth), isBetter: Self.isBetter)
        let first = FirstScore(terms, statistics)
        for (number, set) in sets.enumerated() where !set.isEmpty {
            let segment = statistics.snapshot.segments[number]
            let docs = set.array
            for (doc, score) in zip(docs, try first.scores(docs, inSegment: number)) {
                let isLiteral = literal?[number].contains(doc) ?? true
                if best.isFull, let least = best.least, (isLiteral ? 1 : 0, score) < (least.isLiteral ? 1 : 0, least.score) {
                    continue
                }
                best.insert(
                    Ranked(
                        segment: number, doc: doc, sequence: try segment.sequence(of: doc), isLiteral: isLiteral,
                        score: score))
            }
        }
        var ranked = best.sorted
        guard ranking == .full else { return ranked }
        let depth = min(CloseScore.depth, ranked.count)
        let close = CloseScore(terms, meanLength: statistics.meanLength)
        for i in 0..<depth {
            ranked[i].score = close.score(try statistics.snapshot.segments[ranked[i].segment].text(of: ranked[i].doc))
        }
        ranked[..<depth].sort(by: Self.isBetter)
        return ranked
    }

    private static func isBetter(_ a: Ranked, _ b: Ranked) -> Bool {
        if a.isLiteral != b.isLiteral { return a.isLiteral }
        if a.score != b.score { return a.score > b.score }
        return a.sequence < b.sequence
    }

    /// The matches in which every part stands as written; nil when that is all of them.
    private func literalSets(_ node: QueryNode, _ sets: [DocSet]) throws -> [DocSet]? {
        let mayDiffer = node.positiveParts.contains { !$0.isLiteral && !Understanding.isLiteralOnly($0.part.units) }
        guard mayDiffer else { return nil }
        let literal = try matches(node, literalOnly: true)
        return zip(sets, literal).map { $0.intersection($1) }
    }
}
