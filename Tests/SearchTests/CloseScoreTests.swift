// The close look equals one that decodes every text, to the last bit; the order equals one that scores everything.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct CloseScoreTests {
    let folder = TemporaryFolder()

    /// Records of up to three zones, some of several passages.
    private static func corpus(_ count: Int, _ seed: inout Seed) -> SearchCorpus {
        let records = (1...count).map { number in
            let zones = [TextZone.title, .content, .reply].filter { _ in Int.random(in: 0...3, using: &seed) > 0 }
            return SearchCorpus.Record(
                UInt64(number),
                zones.map { zone in
                    let length = Int.random(in: 0...(zone == .title ? 12 : 150), using: &seed)
                    return (zone, (0..<length).map { _ in
                        String(decoding: SearchCorpus.alphabet.randomElement(using: &seed)!, as: UTF16.self)
                    }.joined())
                }, receivedAt: 0)
        }
        return SearchCorpus(records)
    }

    @Test(arguments: Seed.sample(12)) func `what is seen is what a decoded text has`(start: Seed) throws {
        var seed = start
        var corpus = Self.corpus(80, &seed)
        let generation = try corpus.index(.one, in: folder)
        defer { generation.close() }
        let snapshot = try generation.snapshot()
        let statistics = IndexStatistics(try IndexFacts(snapshot))
        let titles = try TitleSample(snapshot)
        var random = RandomQuery(records: corpus.records, seed: seed)
        for _ in 0..<15 {
            let parts = (0..<random.number(1...3)).map { _ in random.piece() }
            let terms = try QueryTerms(parts, statistics, words: SearchCorpus.words)
            guard !terms.isEmpty else { continue }
            var fast = CloseScore(terms, meanLength: statistics.meanLength, titles: titles, weights: .standard)
            let slow = SlowCloseScore(terms, meanLength: statistics.meanLength, titles: titles, weights: .standard)
            for doc in 0..<UInt32(snapshot.segments[0].docCount) {
                let text = try snapshot.segments[0].text(of: doc)
                let (found, wanted) = (fast.features(text), slow.features(text))
                #expect(found == wanted, "\(start) \(parts.map(\.text)) \(doc)")
            }
        }
    }

    // MARK: The order

    private struct Line {
        var sequence: RecordSequence
        var tier: Int
        var first: Float
        var close: Float = 0
        var receivedAt: Int64
    }

    /// Every match by its first score, the best looked at closely.
    private static func order(
        _ node: QueryNode, _ searcher: Searcher, _ oracle: ScanOracle, depth: Int
    ) throws -> [RecordSequence] {
        let statistics = IndexStatistics(searcher.facts)
        let parts = node.positiveParts
        let terms = try QueryTerms(parts.map(\.part), statistics, words: SearchCorpus.words)
        let understood = parts.first { !$0.isLiteral && !Understanding.isLiteralOnly($0.part.units) }
        let records = Dictionary(uniqueKeysWithValues: oracle.records.map { ($0.sequence, $0) })
        let understanding = try understood.map { try Understanding($0.part.units, statistics) }
        var lines: [Line] = []
        var texts: [RecordSequence: StoredText] = [:]
        for (number, segment) in searcher.snapshot.segments.enumerated() {
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) {
                let sequence = try segment.sequence(of: doc)
                guard let record = records[sequence], oracle.holds(node, record) else { continue }
                let text = try segment.text(of: doc)
                texts[sequence] = text
                let isLiteral = understood.map { oracle.holds(.literal($0.part), record) } ?? true
                let gain = QueryTerms.gain(1, relativeLength: Float(try segment.length(of: doc)) / statistics.meanLength)
                let first = isLiteral
                    ? try FirstScore(terms, statistics).scores([doc], inSegment: number)[0]
                    : Float(understanding!.weight(of: text)) / Understanding.weightUnit * gain
                lines.append(
                    Line(sequence: sequence, tier: isLiteral ? 1 : 0, first: first, receivedAt: try segment.receivedAt(of: doc)))
            }
        }
        lines.sort { ($1.tier, $1.first, $0.sequence) < ($0.tier, $0.first, $1.sequence) }
        let slow = SlowCloseScore(
            terms, meanLength: statistics.meanLength, titles: try TitleSample(searcher.snapshot), weights: .standard)
        let near = min(depth, lines.count)
        for i in 0..<near { lines[i].close = slow.score(texts[lines[i].sequence]!) }
        lines[..<near].sort {
            ($1.tier, $1.close, $1.receivedAt, $0.sequence) < ($0.tier, $0.close, $0.receivedAt, $1.sequence)
        }
        return lines.map(\.sequence)
    }

    private static func node(_ random: inout RandomQuery) -> QueryNode {
        let condition = QueryNode.field(.channel, .equals(SearchCorpus.channels.randomElement(using: &random.seed)!))
        func literal() -> QueryNode { .literal(random.piece(changed: false)) }
        switch random.number(0...7) {
        case 0: return .literal(RandomQuery.part(Array(random.piece(changed: false).units.prefix(2))))
        case 1: return literal()
        case 2: return .and([literal(), literal()])
        case 3: return .or([literal(), literal()])
        case 4: return .and([literal(), condition])
        case 5: return .and([.understood(random.piece()), condition])
        case 6: return .and([.understood(random.piece()), .not(literal())])
        default: return .understood(random.piece())
        }
    }

    @Test(arguments: Seed.sample(24)) func `the order is that of scores of everything`(start: Seed) throws {
        var corpus = SearchCorpus(100 + Int(start.start % 300), start)
        let oracle = ScanOracle(records: corpus.records)
        var random = RandomQuery(records: corpus.records, seed: start)
        let layout = SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!
        let generation = try corpus.index(layout, in: folder)
        defer { generation.close() }
        let searcher = try generation.searcher(corpus.records)
        for _ in 0..<25 {
            let node = Self.node(&random)
            searcher.depth = random.number(1...30)
            // What has no text to score by is ordered by date.
            let terms = try QueryTerms(
                node.positiveParts.map(\.part), IndexStatistics(searcher.facts), words: SearchCorpus.words)
            if terms.isEmpty { continue }
            let expected = try Self.order(node, searcher, oracle, depth: searcher.depth)
            let whole = try searcher.search(node, sort: .relevance, limit: .max)
            #expect(whole.hits.map(\.sequence) == expected, "\(start) \(layout) depth \(searcher.depth) \(node)")
            #expect(whole.total == expected.count)
            // As many as a screen shows.
            let isCounted = random.number(0...1) == 0
            let first = try searcher.search(node, sort: .relevance, isCounted: isCounted, limit: 10)
            #expect(first.hits.map(\.sequence) == Array(expected.prefix(10)), "\(start) \(layout) \(node)")
            #expect(first.total == (isCounted ? expected.count : nil))
        }
    }

    /// So many pairs that the most frequent of them do not count.
    @Test(arguments: Seed.sample(6)) func `a long text finds what a scan by its rare pairs finds`(start: Seed) throws {
        var seed = start
        var characters = Array("投诉停车费物业小区噪音扰民垃圾路灯电梯漏水拖欠工资退款发票医院学校公交地铁施工夜间商铺油烟井盖绿化".utf16)
        characters += "的了是在我不有和这个".utf16
        let records = (1...120).map { number in
            let text = (0..<90).map { _ in
                characters[min(Int.random(in: 0..<characters.count, using: &seed), Int.random(in: 0..<characters.count, using: &seed))]
            }
            return SearchCorpus.Record(UInt64(number), [(.content, String(decoding: text, as: UTF16.self))], receivedAt: 0)
        }
        var corpus = SearchCorpus(records)
        let oracle = ScanOracle(records: records)
        let generation = try corpus.index(.many, in: folder)
        defer { generation.close() }
        let searcher = try generation.searcher(records)
        for _ in 0..<6 {
            let part = RandomQuery.part(records.randomElement(using: &seed)!.zones[0].units)
            let node = QueryNode.pasted(part)
            let statistics = IndexStatistics(searcher.facts)
            let understanding = try Understanding(part.units, statistics)
            #expect(understanding.countedPairs < Set(zip(part.units, part.units.dropFirst()).map { [$0, $1] }).count)
            let hits = try searcher.search(node, sort: .relevance, limit: .max)
            let expected = oracle.matches(node)
            #expect(hits.hits.map(\.sequence.rawValue).sorted() == expected)
            #expect(hits.total == expected.count)
        }
    }
}

@Suite struct TopScoresTests {
    let folder = TemporaryFolder()

    @Test(arguments: Seed.sample(16)) func `the best of many are those of a sort`(start: Seed) throws {
        var corpus = SearchCorpus(300, start)
        let generation = try corpus.index(.many, in: folder)
        defer { generation.close() }
        let snapshot = try generation.snapshot()
        var seed = start
        for limit in [1, 2, 7, 30, 299, 300, 1_000] {
            var top = TopScores(limit: limit, snapshot: snapshot)
            var all: [(score: Float, segment: Int, doc: UInt32)] = []
            let levels = Int.random(in: 1...300, using: &seed)
            for (number, segment) in snapshot.segments.enumerated() {
                for doc in 0..<UInt32(segment.docCount) {
                    let score = Float(Int.random(in: 0..<levels, using: &seed)) / 7
                    all.append((score, number, doc))
                    top.offer(score, number, doc)
                }
            }
            all.sort { ($1.score, $0.segment, $0.doc) < ($0.score, $1.segment, $1.doc) }
            let best = all.prefix(limit).sorted { ($0.segment, $0.doc) < ($1.segment, $1.doc) }
            let found = top.inOrderOfDocuments()
            #expect(found.map(\.score) == best.map(\.score))
            #expect(found.map(\.doc) == best.map(\.doc))
            #expect(found.map(\.segment) == best.map(\.segment))
        }
    }
}
