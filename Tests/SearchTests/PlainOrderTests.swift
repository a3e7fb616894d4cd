// The best by plain BM25, found without scoring the others, are those of a sort of everything.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct PlainOrderTests {
    /// Scores every record by the words of `PlainOrder`'s definition.
    private struct SlowOrder {
        let records: [SearchCorpus.Record]
        let oracle: ScanOracle

        private func inverse(_ piece: [UInt16]) -> Float {
            let df = Float(records.count { record in record.zones.contains { ScanOracle.contains($0.units, piece) } })
            return naturalLogarithm(1 + (Float(records.count) - df + 0.5) / (df + 0.5))
        }

        private func weight(_ piece: [UInt16]) -> Float { max(1, (inverse(piece) * 256).rounded()) / 256 }

        private func pairs(_ units: [UInt16]) -> Set<[UInt16]> { Set((1..<units.count).map { [units[$0 - 1], units[$0]] }) }

        func scores(_ node: QueryNode) -> [UInt64: Float] {
            let length = Float(records.reduce(0) { $0 + $1.document.units.count }) / Float(records.count)
            let matches = Set(oracle.matches(node))
            var parts: [(piece: [UInt16], weight: Float)] = []
            for part in Set(node.positiveParts.map { $0.isLiteral || Understanding.isLiteralOnly($0.part.units) ? [$0.part.units] : pairs($0.part.units).sorted { $0.lexicographicallyPrecedes($1) } }) {
                for piece in part {
                    parts.append((piece, piece.count == 1 ? inverse(piece) : pairs(piece).reduce(0) { $0 + weight($1) }))
                }
            }
            var scores: [UInt64: Float] = [:]
            for record in records where matches.contains(record.sequence.rawValue) {
                let held = parts.filter { part in record.zones.contains { ScanOracle.contains($0.units, part.piece) } }
                let gain = QueryTerms.gain(1, relativeLength: Float(record.document.units.count) / max(1, length))
                scores[record.sequence.rawValue] = held.reduce(0) { $0 + $1.weight } * gain
            }
            return scores
        }
    }

    /// The seed at the end asks for one text literally and otherwise at once, which counted once and not twice.
    @Test(arguments: Seed.sample(24) + [Seed(427_911_356)]) func `the best are those of a sort of all`(start: Seed) throws {
        let corpus = SearchCorpus(250, start)
        let slow = SlowOrder(records: corpus.records, oracle: ScanOracle(records: corpus.records))
        var random = RandomQuery(records: corpus.records, seed: start)
        let folder = TemporaryFolder()
        for layout in SearchCorpus.Layout.allCases {
            var corpus = corpus
            let generation = try corpus.index(layout, in: folder)
            defer { generation.close() }
            let searcher = try generation.searcher(corpus.records)
            for _ in 0..<25 {
                let node = Self.node(&random)
                let expected = slow.scores(node).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let limit = random.number(1...20)
                let hits = try searcher.search(node, sort: .relevance, ranking: .plain, isCounted: false, limit: limit).hits
                #expect(hits.count == min(limit, expected.count), "\(node)")
                for (hit, wanted) in zip(hits, expected) {
                    // Sums in another order differ in the last bits: then two records may change places.
                    #expect(abs(hit.score - wanted.value) <= 1e-4 * wanted.value, "\(node)")
                }
                #expect(Set(hits.map(\.sequence)).count == hits.count)
            }
        }
    }

    /// Lists of many blocks, most of which are not read.
    @Test(arguments: Seed.sample(2)) func `the shortest of a long list are those of a sort of all`(start: Seed) throws {
        let corpus = SearchCorpus(4_000, start)
        let slow = SlowOrder(records: corpus.records, oracle: ScanOracle(records: corpus.records))
        var random = RandomQuery(records: corpus.records, seed: start)
        let folder = TemporaryFolder()
        for layout in [SearchCorpus.Layout.one, .many, .withDead] {
            var corpus = corpus
            let generation = try corpus.index(layout, in: folder)
            defer { generation.close() }
            let searcher = try generation.searcher(corpus.records)
            for character in ["投", "诉", "停", "\u{20BB7}", "投诉", "诉投"] {
                let node = QueryNode.literal(QueryPart(text: character, units: Array(character.utf16), range: 0..<1))
                let expected = slow.scores(node).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let limit = random.number(1...6)
                let hits = try searcher.search(node, sort: .relevance, ranking: .plain, isCounted: false, limit: limit).hits
                #expect(hits.map(\.sequence.rawValue) == expected.prefix(limit).map(\.key), "\(layout) \(node) \(start)")
            }
        }
    }

    /// Some are found in the blocks with the shortest documents, others only by going through all lists.
    @Test(arguments: Seed.sample(2)) func `of long lists the shortest documents that hold several pieces are those of a sort of all`(start: Seed) throws {
        let corpus = SearchCorpus(6_000, start)
        let slow = SlowOrder(records: corpus.records, oracle: ScanOracle(records: corpus.records))
        var random = RandomQuery(records: corpus.records, seed: start)
        let folder = TemporaryFolder()
        for layout in [SearchCorpus.Layout.one, .many, .withDead] {
            var corpus = corpus
            let generation = try corpus.index(layout, in: folder)
            defer { generation.close() }
            let searcher = try generation.searcher(corpus.records)
            for number in 0..<24 {
                let pieces = (0...(number % 3)).map { _ in QueryNode.literal(random.piece(changed: false)) }
                let node = pieces.count == 1 ? pieces[0] : .and(pieces)
                let expected = slow.scores(node).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                let limit = random.number(1...6)
                searcher.longList = random.number(1...8)
                let hits = try searcher.search(node, sort: .relevance, ranking: .plain, isCounted: false, limit: limit).hits
                searcher.longList = .max
                let others = try searcher.search(node, sort: .relevance, ranking: .plain, isCounted: false, limit: limit).hits
                #expect(hits.map(\.sequence) == others.map(\.sequence), "\(layout) \(node) \(start)")
                #expect(hits.map(\.score) == others.map(\.score))
                #expect(hits.count == min(limit, expected.count))
                for (hit, wanted) in zip(hits, expected) { #expect(abs(hit.score - wanted.value) <= 1e-4 * wanted.value, "\(node)") }
            }
        }
    }

    private static func node(_ random: inout RandomQuery) -> QueryNode {
        func literal() -> QueryNode { .literal(random.piece()) }
        switch random.number(0...6) {
        case 0: return literal()
        case 1: return .and([literal(), literal()])
        case 2: return .or([literal(), literal(), literal()])
        case 3: return .pasted(random.piece())
        case 4: return .and([literal(), random.node(depth: 0), .not(literal())])
        case 5: return .or([literal(), .and([literal(), literal()])])
        default: return .and([.understood(random.piece()), literal()])
        }
    }
}
