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
    let facts: IndexFacts
    private let resolver: any RecordResolver
    let findWords: WordFinder
    private let titles: TitleSampleKeeper

    /// - Parameter titles: one for all searches of an archive.
    package init(
        _ facts: IndexFacts, resolver: any RecordResolver, titles: TitleSampleKeeper = TitleSampleKeeper(),
        words: @escaping WordFinder
    ) {
        self.titles = titles
        self.facts = facts
        self.resolver = RememberingResolver(resolver)
        findWords = words
    }

    package convenience init(
        _ snapshot: IndexSnapshot, resolver: any RecordResolver, titles: TitleSampleKeeper = TitleSampleKeeper(),
        words: @escaping WordFinder
    ) throws {
        self.init(try IndexFacts(snapshot), resolver: resolver, titles: titles, words: words)
    }

    package var snapshot: IndexSnapshot { facts.snapshot }

    /// How many are looked at closely; for tools.
    package var depth = RelevanceOrder.depth
    /// As `RelevanceOrder.shortestFirst`; for tests.
    var shortestFirst: Int?
    /// As `PlainOrder.longList`; for tests.
    var longList: Int?
    /// How much each kind of evidence counts.
    package var weights = RankingWeights.standard
    /// Sees what the order of the best rests on; for tools/tune.
    package var observe: ((_ sequence: RecordSequence, _ isLiteral: Bool, _ features: SIMD8<Float>) -> Void)?

    /// The words of folded text, as queries are cut.
    package func words(of units: [UInt16]) -> [Range<Int>] { findWords(units) }

    func match(_ node: QueryNode, _ statistics: IndexStatistics, segment number: Int) throws -> Match {
        try Matcher(statistics, segment: number, resolver: resolver, literalOnly: false).match(node)
    }

    private func matches(
        _ node: QueryNode, _ statistics: IndexStatistics
    ) throws -> [Match] {
        try snapshot.segments.indices.map { try match(node, statistics, segment: $0) }
    }

    /// Exactly what matches, by segment. The last answer is remembered: several facets are asked of one query.
    private func matching(_ node: QueryNode) throws -> [DocSet] {
        if let lastMatching, lastMatching.node == node { return lastMatching.sets }
        let sets = try zip(matches(node, IndexStatistics(facts)), snapshot.segments).map { try $0.resolved(in: $1) }
        lastMatching = (node, sets)
        return sets
    }

    private var lastMatching: (node: QueryNode, sets: [DocSet])?

    /// How many records match. Always exact.
    package func count(_ node: QueryNode) throws -> Int {
        if let count = try listedCount(node) { return count }
        let matches = try matches(node, IndexStatistics(facts))
        return try zip(matches, snapshot.segments).reduce(0) { $0 + (try $1.0.count(in: $1.1)) }
    }

    /// How many records match, if they are so many; nil if they are fewer. That is often known without a look at texts.
    func count(_ node: QueryNode, ifAtLeast least: Int) throws -> Int? {
        var count = try listedCount(node)
        if count == nil {
            let matches = try matches(node, IndexStatistics(facts))
            // What may still match, less and less as texts are read.
            var possible = matches.reduce(0) { $0 + $1.possible.count }
            for (match, segment) in zip(matches, snapshot.segments) {
                guard possible >= least else { return nil }
                possible -= match.possible.count - (try match.count(in: segment))
            }
            count = possible
        }
        return count.flatMap { $0 >= least ? $0 : nil }
    }

    /// Of one or two characters in an index without dead documents, what the dictionaries say.
    private func listedCount(_ node: QueryNode) throws -> Int? {
        let units: [UInt16]
        switch node {
        case .literal(let part), .understood(let part), .pasted(let part): units = part.units
        default: return nil
        }
        guard units.count <= 2, snapshot.segments.allSatisfy(\.dead.isEmpty) else { return nil }
        let term: TermKey = units.count == 1 ? .unigram(units[0]) : .bigram(units[0], units[1])
        return try snapshot.segments.reduce(0) { $0 + (try $1.postings(of: term)?.docCount ?? 0) }
    }

    /// Exact counts of every value of a field among the matches.
    package func facets(_ node: QueryNode, by field: Field) throws -> FacetCounts {
        var totals: [[UInt8]: Int] = [:]
        var block = PostingBlock()
        for (number, set) in try matching(node).enumerated() where !set.isEmpty {
            let segment = snapshot.segments[number]
            if let column = try segment.facetColumn(of: field.code) {
                let counts = switch set.form {
                case .array(let docs): column.counts(of: docs)
                case .bits(let words): column.counts(ofBits: words)
                }
                for (ordinal, count) in counts { totals[try segment.facetName(Int(ordinal)), default: 0] += count }
                continue
            }
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
        /// All matches, exact; nil when they were not to be counted.
        package let total: Int?
    }

    /// Hits `offset ..< offset + limit` of the whole order.
    ///
    /// - Parameter isCounted: whether to say how many there are in all; finding the best takes less.
    package func search(
        _ node: QueryNode, sort: SortOrder, ranking: Ranking = .full, isCounted: Bool = true, offset: Int = 0,
        limit: Int
    ) throws -> Page {
        let statistics = IndexStatistics(facts)
        let reach = min(offset, 1 << 40) + min(limit, 1 << 30)
        var total: Int?
        var order: [RankedDoc]?
        if sort == .relevance, limit > 0 {
            switch ranking {
            case .full: (order, total) = try byRelevance(node, statistics, isCounted: isCounted, upTo: reach)
            case .plain: order = try plain(node, statistics, upTo: reach)
            }
        }
        var matches: [Match]?
        if isCounted, total == nil {
            matches = try zip(self.matches(node, statistics), snapshot.segments).map { .known(try $0.resolved(in: $1)) }
            total = matches!.reduce(0) { $0 + $1.possible.count }
        }
        guard offset < total ?? .max, limit > 0 else { return Page(hits: [], total: total) }
        let end = min(reach, total ?? .max)
        let ranked = try order ?? byDate(matches ?? self.matches(node, statistics), newestFirst: sort != .oldest, upTo: end)
        let hits = try ranked.dropFirst(offset).prefix(limit).map { entry in
            let segment = snapshot.segments[entry.segment]
            return SearchHit(
                sequence: entry.sequence, recordNumber: try segment.recordNumber(of: entry.doc),
                receivedAtSeconds: try segment.receivedAt(of: entry.doc), score: entry.score,
                isLiteral: entry.tier == .literal)
        }
        return Page(hits: hits, total: total)
    }

    /// Every match in order of arrival, without scores: for export.
    package func allSequences(_ node: QueryNode) throws -> [RecordSequence] {
        var found: [RecordSequence] = []
        for (number, set) in try matching(node).enumerated() {
            let segment = snapshot.segments[number]
            for doc in set.array { found.append(try segment.sequence(of: doc)) }
        }
        return found
    }

    // MARK: Orders

    private func plain(_ node: QueryNode, _ statistics: IndexStatistics, upTo limit: Int) throws -> [RankedDoc]? {
        var order = PlainOrder(statistics, limit: limit) { [resolver] node, number, within in
            try Matcher(statistics, segment: number, resolver: resolver, literalOnly: false).match(node, within: within)
        }
        if let longList { order.longList = longList }
        return try order.best(node)
    }

    /// Newest first, equal moments by arrival, latest first; or the other way round.
    private func byDate(_ matches: [Match], newestFirst: Bool, upTo limit: Int) throws -> [RankedDoc] {
        var best = TopList<RankedDoc>(limit: limit) { a, b in
            if a.key != b.key { return a.key > b.key }
            return newestFirst ? a.sequence > b.sequence : a.sequence < b.sequence
        }
        // The segments with the newest (oldest) records first; what cannot reach the list is left out.
        let segments = snapshot.segments
        let order = segments.indices.sorted {
            newestFirst
                ? segments[$0].latestReceivedAt > segments[$1].latestReceivedAt
                : segments[$0].earliestReceivedAt < segments[$1].earliestReceivedAt
        }
        for number in order {
            let segment = segments[number]
            let reach = newestFirst ? segment.latestReceivedAt : -segment.earliestReceivedAt
            if best.isFull, let least = best.least, reach < least.key { continue }
            var moments = segment.receivedAtColumn
            let docs = matches[number].possible.array
            for place in docs.indices {
                let doc = newestFirst ? docs[docs.count - 1 - place] : docs[place]
                let moment = try moments.number(of: doc)
                let key = newestFirst ? moment : -moment
                if let least = best.least, best.isFull, key < least.key {
                    if segment.isInOrderOfReceipt { break }
                    continue
                }
                guard try matches[number].holds(doc, in: segment) else { continue }
                best.insert(RankedDoc(segment: number, doc: doc, sequence: try segment.sequence(of: doc), key: key))
            }
        }
        return best.sorted
    }

    /// As `RelevanceOrder`, the best looked at closely, and what ranks alike as `breakTies` says; and how many match, if
    /// that was asked. No order when the query has no text to score by: such lists are newest first.
    private func byRelevance(
        _ node: QueryNode, _ statistics: IndexStatistics, isCounted: Bool, upTo limit: Int
    ) throws -> ([RankedDoc]?, Int?) {
        let terms = try QueryTerms(node.positiveParts.map(\.part), statistics, words: findWords)
        guard !terms.isEmpty else { return (nil, nil) }
        let isLong = terms.pairs.count >= Understanding.longPairCount
        let depthMax = isLong ? min(depth, RelevanceOrder.longTextDepth) : depth
        let order = RelevanceOrder(node, terms, statistics, isCounted: isCounted, upTo: limit, depth: depthMax) { [resolver] node, number, within, tier in
            try Matcher(
                statistics, segment: number, resolver: resolver, literalOnly: tier != .understood, withVariants: tier != .literal
            ).match(node, within: within)
        }
        if let shortestFirst { order.shortestFirst = shortestFirst }
        var (ranked, total) = try order.best()
        let depth = min(depthMax, ranked.count)
        var close = CloseScore(
            terms, meanLength: statistics.meanLength, titles: try titles.sample(facts), weights: weights)
        // All texts are on their way before the first is looked at.
        var texts: [StoredText] = []
        texts.reserveCapacity(depth)
        var cursor: (segment: Int, texts: TextCursor)?
        for entry in ranked[..<depth] {
            if cursor?.segment != entry.segment { cursor = (entry.segment, TextCursor(snapshot.segments[entry.segment])) }
            let text = try cursor!.texts.text(of: entry.doc)
            text.prefetch()
            texts.append(text)
        }
        for i in 0..<depth {
            let features = close.features(texts[i])
            observe?(ranked[i].sequence, ranked[i].tier == .literal, features)
            ranked[i].score = (features * weights.close).sum()
        }
        RankedDoc.sort(&ranked, 0..<depth)
        // Where nobody looks, nothing needs to be told apart.
        try breakTies(&ranked, upTo: min(depth, limit), of: depth)
        return (ranked, total)
    }

    /// Records that rank alike, often the same text twice: what somebody signed before what nobody did (anonymous
    /// records are never left out), then the newest first.
    ///
    /// - Parameter shown: groups that begin behind so many stay as they are.
    private func breakTies(_ ranked: inout [RankedDoc], upTo shown: Int, of depth: Int) throws {
        var from = 0
        while from < shown {
            var to = from + 1
            while to < depth, ranked[to].score == ranked[from].score, ranked[to].tier == ranked[from].tier { to += 1 }
            defer { from = to }
            guard to - from > 1 else { continue }
            let group = try ranked[from..<to].map { entry in
                (
                    entry: entry, isAnonymous: try resolver.isAnonymous(entry.sequence) ? 1 : 0,
                    receivedAt: try snapshot.segments[entry.segment].receivedAt(of: entry.doc)
                )
            }
            let sorted = group.sorted {
                ($0.isAnonymous, -$0.receivedAt, $0.entry.sequence) < ($1.isAnonymous, -$1.receivedAt, $1.entry.sequence)
            }
            for (place, element) in zip(from..<to, sorted) { ranked[place] = element.entry }
        }
    }
}
