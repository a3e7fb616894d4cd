// What is left out to be faster changes nothing: every shortcut beside the same done in full.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct ShortcutTests {
    let folder = TemporaryFolder()

    private func withSearcher(_ corpus: SearchCorpus, _ layout: SearchCorpus.Layout, _ body: (Searcher) throws -> Void) throws {
        var corpus = corpus
        let generation = try corpus.index(layout, in: folder)
        defer { generation.close() }
        try body(try generation.searcher(corpus.records))
    }

    private struct Line: Hashable, CustomStringConvertible {
        var sequence: UInt64
        var score: Float
        var isLiteral: Bool
        var description: String { "\(sequence) \(score) \(isLiteral)" }

        init(_ hit: SearchHit) { (sequence, score, isLiteral) = (hit.sequence.rawValue, hit.score, hit.isLiteral) }
    }

    /// The first score of every document in question, the best of them by sorting all.
    private func best(_ node: QueryNode, _ searcher: Searcher, limit: Int) throws -> [(segment: Int, doc: UInt32, score: Float)] {
        let statistics = IndexStatistics(searcher.facts)
        let terms = try QueryTerms(node.positiveParts.map(\.part), statistics, words: searcher.findWords)
        let first = FirstScore(terms, statistics)
        var all: [(segment: Int, doc: UInt32, score: Float)] = []
        for (number, segment) in searcher.snapshot.segments.enumerated() {
            let docs = try searcher.match(node, statistics, segment: number).resolved(in: segment).array
            all += zip(docs, try first.uniformScores(docs, inSegment: number)).map { (number, $0, $1) }
        }
        return Array(all.sorted { ($1.score, $0.segment, $0.doc) < ($0.score, $1.segment, $1.doc) }.prefix(limit))
    }

    @Test(arguments: Seed.sample(16)) func `the best by the first score are those of all scores`(start: Seed) throws {
        let corpus = SearchCorpus(300 + Int(start.start % 900), start)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for _ in 0..<40 {
                let node = QueryNode.literal(random.piece(changed: false))
                let statistics = IndexStatistics(searcher.facts)
                let terms = try QueryTerms(node.positiveParts.map(\.part), statistics, words: searcher.findWords)
                guard !terms.isEmpty else { continue }
                let limit = random.number(1...30)
                let order = RelevanceOrder(node, terms, statistics, isCounted: random.number(0...1) == 0, upTo: limit, depth: 1) { node, number, within, tier in
                    try Matcher(statistics, segment: number, resolver: CorpusResolver(corpus.records), literalOnly: true).match(node, within: within)
                }
                order.shortestFirst = random.number(2...60)
                let found = try order.best().ranked.map { (segment: $0.segment, doc: $0.doc, score: $0.score) }
                // Where all that there are came in, none was scored.
                let expected = try best(node, searcher, limit: limit)
                guard expected.count == limit, found.count > 1 else { continue }
                #expect(found.map(\.doc) == expected.map(\.doc), "\(node) \(limit)")
                #expect(found.map(\.segment) == expected.map(\.segment))
                if expected.last!.score > 0, found.contains(where: { $0.score > 0 }) { #expect(found.map(\.score) == expected.map(\.score)) }
            }
        }
    }

    @Test(arguments: Seed.sample(24)) func `whatever is left unscored, order, scores and counts are the same`(start: Seed) throws {
        let corpus = SearchCorpus(200 + Int(start.start % 1_000), start)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        let nodes = (0..<20).map { number -> QueryNode in
            switch number % 5 {
            case 0: random.node(depth: 2)
            case 4: Self.choice(&random)
            case 1: .literal(random.piece())
            case 2: .and([.understood(random.piece()), .field(.category, .equals("房屋"))])
            default: .understood(random.piece())
            }
        }
        try withSearcher(corpus, layout) { (searcher: Searcher) throws in
            for node in nodes {
                searcher.depth = random.number(1...12)
                let limit = random.number(1...20)
                searcher.shortestFirst = .max
                let full = try searcher.search(node, sort: .relevance, limit: limit)
                searcher.shortestFirst = random.number(2...40)
                let fast = try searcher.search(node, sort: .relevance, limit: limit)
                #expect(fast.hits.map(Line.init) == full.hits.map(Line.init), "\(node)")
                #expect(fast.total == full.total)
                #expect(fast.total == (try searcher.allSequences(node).count), "\(node)")
                #expect(fast.total == (try searcher.count(node)), "\(node)")
                let total = try #require(fast.total)
                #expect(try searcher.count(node, ifAtLeast: total) == total, "\(node)")
                #expect(try searcher.count(node, ifAtLeast: total + 1) == nil, "\(node)")
            }
        }
    }

    /// Some of the texts, with a condition beside now and then.
    private static func choice(_ random: inout RandomQuery) -> QueryNode {
        let choice = QueryNode.or((0..<random.number(2...5)).map { _ in .literal(random.piece(changed: false)) })
        return random.number(0...2) == 0 ? .and([choice, .literal(random.piece(changed: false))]) : choice
    }

    @Test(arguments: Seed.sample(16)) func `who holds enough is told without sums as with them`(start: Seed) throws {
        let corpus = SearchCorpus(200, start)
        var random = RandomQuery(records: corpus.records, seed: start)
        var decided = 0
        for layout in [SearchCorpus.Layout.many, .withDead] {
            try withSearcher(corpus, layout) { (searcher: Searcher) throws in
                for _ in 0..<40 {
                    let part = random.piece(changed: false)
                    guard !Understanding.isLiteralOnly(part.units) else { continue }
                    let statistics = IndexStatistics(searcher.facts)
                    let understanding = try Understanding(part.units, statistics)
                    guard understanding.isDecidedBySome else { continue }
                    decided += 1
                    for (number, segment) in searcher.snapshot.segments.enumerated() {
                        var found: [UInt32] = []
                        try understanding.forEachWindow(ofSegment: number, atLeast: { understanding.needed }) { docs, _ in found += docs }
                        #expect(try understanding.matches(inSegment: number).array.filter { !segment.dead.contains($0) } == found)
                        #expect(try understanding.count(inSegment: number, among: nil) == found.count)
                        let few = (0..<UInt32(segment.docCount)).filter { $0 % 3 == 0 && !segment.dead.contains($0) }
                        let set = DocSet(sorted: few, docCount: segment.docCount)
                        #expect(try understanding.count(inSegment: number, among: set) == found.count { $0 % 3 == 0 })
                    }
                }
            }
        }
        #expect(decided > 0)
    }

    @Test func `the best in doubt are asked first, and enough of them`() throws {
        var corpus = SearchCorpus(3_000, Seed(11))
        let generation = try corpus.index(.one, in: folder)
        defer { generation.close() }
        let snapshot = try generation.snapshot()
        var random = Seed(12)
        for limit in [1, 7, 100, 2_999, 5_000] {
            let docs = (0..<UInt32(3_000)).filter { _ in Int.random(in: 0...3, using: &random) > 0 }
            let scores = docs.map { _ in Float(Int.random(in: 0...40, using: &random)) }
            func holds(_ doc: UInt32) -> Bool { doc % 5 != 0 }
            var fast = TopScores(limit: limit, snapshot: snapshot), slow = fast
            var asked = 0
            fast.offer(scores, 0, docs) { docs in
                asked += docs.count
                return docs.filter(holds)
            }
            for (doc, score) in zip(docs, scores) where holds(doc) { slow.offer(score, 0, doc) }
            let (a, b) = (fast.inOrderOfDocuments(), slow.inOrderOfDocuments())
            #expect(a.map(\.doc) == b.map(\.doc))
            #expect(a.map(\.score) == b.map(\.score))
            if limit <= 100 { #expect(asked < 4 * limit + 64) }
        }
    }

    @Test func `a search ends when its time is over, and goes on where there is time`() throws {
        var corpus = SearchCorpus(200, Seed(3))
        let generation = try corpus.index(.many, in: folder)
        defer { generation.close() }
        let searcher = try generation.searcher(corpus.records)
        let part = RandomQuery.part(Array("停车费投诉".utf16))
        for node in [QueryNode.understood(part), .literal(part), .exists(.title), .near(.literal(part), .literal(part), distance: 3)] {
            #expect(throws: OutOfTime.self) { try TimeLimit.until(.now) { try searcher.search(node, sort: .relevance, limit: 10) } }
            #expect(throws: OutOfTime.self) { try TimeLimit.until(.now) { try searcher.count(node) } }
            _ = try TimeLimit.until(.now + .seconds(60)) { try searcher.search(node, sort: .relevance, limit: 10) }
        }
    }

    @Test(arguments: Seed.sample(2)) func `where texts settle what a list would not spare, answers stay as they are`(start: Seed) throws {
        var seed = start
        let filling = Array("车场收费投诉物业".unicodeScalars)
        let records = (1...3_000).map { number in
            // Nearly all that have the rare pair have the whole phrase, and all others its frequent pairs.
            var title = number % 36 != 0 ? "" : number % 720 == 0 ? "停车" : "停车场收费"
            for _ in 0..<Int.random(in: 0...9, using: &seed) { title.unicodeScalars.append(filling.randomElement(using: &seed)!) }
            return SearchCorpus.Record(
                UInt64(number), [(.title, title), (.content, number % 720 == 0 ? "无" : "车场收费")], receivedAt: Int64(number))
        }
        var taken = 0
        try withSearcher(SearchCorpus(records), .one) { (searcher: Searcher) throws in
            let oracle = ScanOracle(records: records)
            for text in ["停车场收费", "车场收费", "停车场", "停车场收", "场收费", "收费车场", "停车投诉"] {
                let node = QueryNode.literal(RandomQuery.part(Array(text.utf16)))
                #expect(try searcher.count(node) == oracle.matches(node).count, "\(text)")
                let statistics = IndexStatistics(searcher.facts)
                func possible() throws -> Int { try searcher.match(node, statistics, segment: 0).possible.count }
                if try possible() > Matcher.$mayAskTexts.withValue(false, operation: possible) { taken += 1 }
                for ranking in [Ranking.full, .plain] {
                    func lines() throws -> [Line] { try searcher.search(node, sort: .relevance, ranking: ranking, limit: 50).hits.map(Line.init) }
                    #expect(try lines() == Matcher.$mayAskTexts.withValue(false, operation: lines), "\(text)")
                }
            }
        }
        #expect(taken > 0)
    }
}
