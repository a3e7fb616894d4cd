// What decides the order: titles, early words, passages, and what happens where records rank alike.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct RankingTests {
    let folder = TemporaryFolder()

    /// Sequences of the hits for one understood part.
    private func order(_ records: [SearchCorpus.Record], _ query: String, anonymous: Set<UInt64> = []) throws -> [UInt64] {
        var corpus = SearchCorpus(records)
        let generation = try corpus.index(.one, in: folder)
        defer { generation.close() }
        let searcher = try Searcher(
            try generation.snapshot(), resolver: Signatures(anonymous: anonymous), words: { SearchCorpus.words($0) })
        let node = QueryNode.understood(RandomQuery.part(Array(query.utf16)))
        return try searcher.search(node, sort: .relevance, limit: 100).hits.map(\.sequence.rawValue)
    }

    private struct Signatures: RecordResolver {
        var anonymous: Set<UInt64>
        func sequences(_ field: Field, _ condition: FieldCondition) -> [RecordSequence] { [] }
        func isAnonymous(_ sequence: RecordSequence) -> Bool { anonymous.contains(sequence.rawValue) }
    }

    private static func record(_ sequence: UInt64, title: String? = nil, _ content: String, day: Int64 = 0) -> SearchCorpus.Record {
        var zones: [(TextZone, String)] = []
        if let title { zones.append((.title, title)) }
        zones.append((.content, content))
        return SearchCorpus.Record(sequence, zones, receivedAt: day * 86_400)
    }

    @Test func `what the title says counts more than what the text says`() throws {
        let filler = "本月起业主陆续反映多项问题"
        let found = try order(
            [
                Self.record(1, title: "关于绿化的来信", filler + "电梯经常故障" + filler),
                Self.record(2, title: "电梯经常故障", filler + "关于绿化的来信" + filler),
                Self.record(3, title: "关于路灯的来信", filler + filler),
            ], "电梯故障问题")
        #expect(found.first == 2)
    }

    @Test func `early words count more than late ones`() throws {
        let filler = String(repeating: "小区里还有别的事情要说", count: 12)
        let found = try order(
            [Self.record(1, filler + "噪音扰民严重"), Self.record(2, "噪音扰民严重" + filler), Self.record(3, filler)], "夜间噪音扰民")
        #expect(found.prefix(2) == [2, 1])
    }

    @Test func `one passage that holds all beats pieces far apart`() throws {
        let far = String(repeating: "另有其他情况一并说明如下", count: 10)
        let found = try order(
            [
                Self.record(1, "开头" + far + "公交" + far + "改线" + far + "通知"),
                Self.record(2, "开头" + far + far + "公交改线通知" + far),
            ], "公交线路改线的通知")
        #expect(found.first == 2)
    }

    @Test func `characters that stand apart still count`() throws {
        let found = try order(
            [Self.record(1, "物业公司水泵坏停"), Self.record(2, "物业公司停了水"), Self.record(3, "物业公司水")], "物业公司停水")
        #expect(found.first == 2)
    }

    private static let equal = (1...4).map { record(UInt64($0), "路灯不亮已有半月", day: Int64($0)) }

    @Test func `of equal records the newest comes first`() throws {
        #expect(try order(Self.equal, "路灯不亮") == [4, 3, 2, 1])
    }

    /// R99: signed first, but nothing is left out.
    @Test func `of equal records the signed ones come before the anonymous`() throws {
        #expect(try order(Self.equal, "路灯不亮", anonymous: [4, 2]) == [3, 1, 4, 2])
    }

    @Test func `the sample of titles does not depend on segments`() throws {
        var corpus = SearchCorpus(2_500, Seed(5))
        var samples: [(count: Int, mean: Float)] = []
        for layout in SearchCorpus.Layout.allCases {
            let generation = try corpus.index(layout, in: folder)
            defer { generation.close() }
            let sample = try TitleSample(try generation.snapshot())
            samples.append((sample.count, sample.meanLength))
        }
        let first = try #require(samples.first)
        #expect(first.count > 500)
        let areSame = samples.allSatisfy { $0.count == first.count && $0.mean == first.mean }
        #expect(areSame)
    }
}
