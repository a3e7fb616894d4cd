// What is found equals a scan of all texts, whatever the query and however the records lie in segments.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct SearchLawTests {
    let folder = TemporaryFolder()

    private func withSearcher(
        _ corpus: SearchCorpus, _ layout: SearchCorpus.Layout, _ body: (Searcher) throws -> Void
    ) throws {
        var corpus = corpus
        let generation = try corpus.index(layout, in: folder)
        defer { generation.close() }
        try body(try generation.searcher(corpus.records))
    }

    private static func found(_ searcher: Searcher, _ node: QueryNode) throws -> [UInt64] {
        try searcher.allSequences(node).map(\.rawValue)
    }

    /// The first seed asks for a respondent's name with a blank before it.
    @Test(arguments: [Seed(363_949_973)] + Seed.sample(31)) func `what is found equals a scan`(start: Seed) throws {
        let corpus = SearchCorpus(50 + Int(start.start % 100), start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for _ in 0..<120 {
                let node = random.node()
                let expected = oracle.matches(node)
                #expect(try Self.found(searcher, node) == expected, "\(node)")
                #expect(try searcher.count(node) == expected.count)
            }
        }
    }

    @Test(arguments: Seed.sample(32)) func `a fragment is found where it stands and nowhere else`(start: Seed) throws {
        let corpus = SearchCorpus(150, start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for _ in 0..<150 {
                let node = QueryNode.literal(random.piece(changed: false))
                let expected = oracle.matches(node)
                #expect(!expected.isEmpty)
                #expect(try Self.found(searcher, node) == expected, "\(node)")
            }
            // The end of one zone and the start of the next are no text.
            for record in corpus.records where record.zones.count > 1 {
                let (a, b) = (record.zones[0].units, record.zones[1].units)
                guard !a.isEmpty, !b.isEmpty else { continue }
                for joint in [a.suffix(1) + b.prefix(1), a.suffix(3) + b.prefix(3), a.suffix(6) + b.prefix(6)] {
                    let node = QueryNode.literal(RandomQuery.part(Array(joint)))
                    #expect(try Self.found(searcher, node) == oracle.matches(node))
                }
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `and, or and not are those of sets`(start: Seed) throws {
        let corpus = SearchCorpus(120, start)
        var random = RandomQuery(records: corpus.records, seed: start)
        let all = Set(corpus.records.map(\.sequence.rawValue))
        try withSearcher(corpus, .withDead) { (searcher: Searcher) throws in
            for _ in 0..<60 {
                let (a, b) = (random.node(depth: 2), random.node(depth: 2))
                let (inA, inB) = (Set(try Self.found(searcher, a)), Set(try Self.found(searcher, b)))
                #expect(try Set(Self.found(searcher, .not(a))) == all.subtracting(inA))
                #expect(try Set(Self.found(searcher, .and([a, b]))) == inA.intersection(inB))
                #expect(try Set(Self.found(searcher, .or([a, b]))) == inA.union(inB))
                #expect(try Set(Self.found(searcher, .and([a, .not(b)]))) == inA.subtracting(inB))
            }
        }
    }

    @Test(arguments: Seed.sample(16)) func `each hit counts once under each value of a facet`(start: Seed) throws {
        let corpus = SearchCorpus(150, start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for _ in 0..<30 {
                let node = random.node()
                for field in [Field.category, .channel, .region, .respondent] {
                    let found = try searcher.facets(node, by: field)
                    let counts = Dictionary(uniqueKeysWithValues: found.counts.map { ($0.value, $0.count) })
                    #expect(counts == oracle.facets(node, by: field))
                    let isOrdered = zip(found.counts, found.counts.dropFirst()).allSatisfy { a, b in
                        a.count > b.count || a.count == b.count && a.value < b.value
                    }
                    #expect(isOrdered)
                    // A value of a facet counts what a filter by it finds.
                    for (value, count) in found.counts {
                        #expect(try searcher.count(.and([node, .field(field, .equals(value))])) == count)
                    }
                }
            }
        }
    }

    private struct Line: Hashable {
        var sequence: RecordSequence
        var score: Float
        var isLiteral: Bool
        init(_ hit: SearchHit) {
            sequence = hit.sequence
            score = hit.score
            isLiteral = hit.isLiteral
        }
    }

    @Test(arguments: Seed.sample(24)) func `pages join without gap or double`(start: Seed) throws {
        let corpus = SearchCorpus(300, start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let receivedAt = Dictionary(uniqueKeysWithValues: corpus.records.map { ($0.sequence, $0.document.receivedAtSeconds) })
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for _ in 0..<20 {
                let node = random.node(depth: 1)
                let sort = SortOrder.allCases.randomElement(using: &random.seed)!
                let whole = try searcher.search(node, sort: sort, limit: .max)
                let total = try #require(whole.total)
                #expect(total == whole.hits.count)
                let found = whole.hits.map(\.sequence.rawValue).sorted()
                #expect(found == oracle.matches(node))
                let areWhole = whole.hits.allSatisfy { hit in
                    hit.recordNumber.rawValue == hit.sequence.rawValue * 10
                        && hit.receivedAtSeconds == receivedAt[hit.sequence]
                }
                #expect(areWhole)
                var pages: [Line] = []
                while pages.count < total {
                    let page = try searcher.search(node, sort: sort, offset: pages.count, limit: random.number(1...90))
                    #expect(page.total == total)
                    guard !page.hits.isEmpty else { break }
                    pages += page.hits.map(Line.init)
                }
                let lines = whole.hits.map(Line.init)
                #expect(pages == lines)
                #expect(try searcher.search(node, sort: sort, offset: total, limit: 5).hits.isEmpty)
                // A cursor or a limit may come from anywhere.
                #expect(try searcher.search(node, sort: sort, offset: .max, limit: .max).hits.isEmpty)
                #expect(try searcher.search(node, sort: sort, limit: 0).total == total)
                // Where nobody asks how many there are, the best are the same.
                let uncounted = try searcher.search(node, sort: sort, isCounted: false, limit: 7)
                #expect(uncounted.total == nil)
                #expect(uncounted.hits.map(Line.init) == Array(lines.prefix(7)))
                #expect(try searcher.search(node, sort: sort, isCounted: false, offset: .max, limit: .max).hits.isEmpty)
                if sort != .relevance {
                    let wanted = whole.hits.sorted { a, b in
                        let (x, y) = sort == .newest ? (b, a) : (a, b)
                        return (x.receivedAtSeconds, x.sequence) < (y.receivedAtSeconds, y.sequence)
                    }
                    let order = lines.map(\.sequence)
                    #expect(order == wanted.map(\.sequence))
                }
            }
        }
    }

    @Test(arguments: Seed.sample(24)) func `literal matches come first and are those of a scan`(start: Seed) throws {
        let corpus = SearchCorpus(200, start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        try withSearcher(corpus, .many) { (searcher: Searcher) throws in
            for _ in 0..<20 {
                let parts = (0..<random.number(1...3)).map { _ in random.piece() }
                let hits = try searcher.search(.and(parts.map { .understood($0) }), sort: .relevance, limit: 1_000).hits
                let literal = oracle.matches(.and(parts.map { .literal($0) }))
                let found = hits.filter(\.isLiteral).map(\.sequence.rawValue).sorted()
                #expect(found == literal)
                let leads = hits.prefix(literal.count).allSatisfy(\.isLiteral)
                #expect(leads)
            }
        }
    }

    @Test(arguments: Seed.sample(32)) func `segments change neither order nor scores`(start: Seed) throws {
        let corpus = SearchCorpus(50 + Int(start.start % 350), start)
        var random = RandomQuery(records: corpus.records, seed: start)
        var nodes = (0..<12).map { _ in random.node(depth: 2) }
        nodes += (0..<12).map { _ in .understood(random.piece()) }
        var first: [[Line]] = []
        for layout in SearchCorpus.Layout.allCases {
            try withSearcher(corpus, layout) { (searcher: Searcher) throws in
                let answers = try nodes.enumerated().map { number, node in
                    let sort = SortOrder.allCases[number % 3 == 2 ? 1 : 0]
                    return try searcher.search(node, sort: sort, limit: 1_000).hits.map(Line.init)
                }
                if first.isEmpty { first = answers }
                for (number, answer) in answers.enumerated() where answer != first[number] {
                    Issue.record("\(layout): \(nodes[number])")
                }
            }
        }
    }

    @Test(arguments: Seed.sample(3)) func `five thousand records are found as by a scan`(start: Seed) throws {
        let corpus = SearchCorpus(5_000, start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let nodes = (0..<6).map { _ in random.node(depth: 1) } + (0..<10).map { _ in .literal(random.piece(changed: false)) }
        let expected = nodes.map(oracle.matches)
        for layout in [SearchCorpus.Layout.one, .withDead] {
            try withSearcher(corpus, layout) { (searcher: Searcher) throws in
                for (node, expected) in zip(nodes, expected) { #expect(try Self.found(searcher, node) == expected, "\(node)") }
            }
        }
    }
}
