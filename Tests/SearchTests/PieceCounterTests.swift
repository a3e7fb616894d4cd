// What is counted by a small table, without the documents that cannot matter, is what counting all of them says.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct PieceCounterTests {
    let folder = TemporaryFolder()

    /// Every document of the lists, one by one.
    private func counted(
        _ pairs: [(pair: UInt32, weight: Float)], _ segment: SegmentReader, hitsMin: Int, heaviest: Int
    ) throws -> [PieceCandidate] {
        var counts: [UInt32: (hits: Int, weight: Float)] = [:]
        var block = PostingBlock()
        for (pair, weight) in pairs {
            try segment.postings(of: PieceSearch.term(pair))?.forEach(using: &block) { doc, _ in
                counts[doc, default: (0, 0)].hits += 1
                counts[doc]!.weight += weight
            }
        }
        for doc in counts.keys where segment.dead.contains(doc) { counts[doc] = nil }
        let weights = counts.values.map(\.weight).sorted(by: >)
        let bestLeast = weights.count < heaviest ? 0 : weights[heaviest - 1]
        let least = hitsMin > 1 ? min(4, hitsMin) : 4
        var lengths = segment.lengthColumn
        return try counts.sorted { $0.key < $1.key }.compactMap { doc, count in
            guard count.hits >= least || count.weight >= bestLeast else { return nil }
            let isShort = try count.hits >= 4 && count.hits * 4 >= Int(lengths.number(of: doc))
            guard isShort || count.weight >= bestLeast || hitsMin > 1 && count.hits >= hitsMin else { return nil }
            return PieceCandidate(segment: 0, doc: doc, hits: count.hits, weight: count.weight, isShort: isShort)
        }
    }

    @Test(arguments: Seed.sample(12)) func `counts are those of every document`(start: Seed) throws {
        var corpus = SearchCorpus(200 + Int(start.start % 700), start)
        var random = RandomQuery(records: corpus.records, seed: start)
        let generation = try corpus.index(SearchCorpus.Layout.allCases.randomElement(using: &random.seed)!, in: folder)
        defer { generation.close() }
        let snapshot = try generation.snapshot()
        let units = SearchCorpus.alphabet.flatMap { $0 }
        let all = units.flatMap { first in units.map { UInt32(first) << 16 | UInt32($0) } }
        var counter = PieceCounter()
        var left = 0
        for _ in 0..<60 {
            // As they come from a text: each once, the rarer ones first.
            let pairs = try Set((0..<random.number(1...24)).map { _ in all.randomElement(using: &random.seed)! })
                .map { pair in
                    (pair, try snapshot.segments.reduce(0) { $0 + (try $1.postings(of: PieceSearch.term(pair))?.docCount ?? 0) })
                }
                .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
                .map { (pair: $0.0, weight: 0.1 + 1 / Float(1 + $0.1)) }
            let (hitsMin, heaviest) = (random.number(1...6), random.number(1...40))
            for (number, segment) in snapshot.segments.enumerated() {
                var found: [PieceCandidate] = []
                try counter.count(pairs, number, in: snapshot, hitsMin: hitsMin, heaviest: heaviest, into: &found)
                let expected = try counted(pairs, segment, hitsMin: hitsMin, heaviest: heaviest)
                #expect(found.map(\.doc) == expected.map(\.doc), "\(pairs.count) pairs, hits \(hitsMin), heaviest \(heaviest)")
                #expect(found.map(\.weight) == expected.map(\.weight))
                #expect(found.map(\.hits) == expected.map(\.hits))
                #expect(found.map(\.isShort) == expected.map(\.isShort))
                left += found.count
            }
        }
        #expect(left > 0)
    }
}
