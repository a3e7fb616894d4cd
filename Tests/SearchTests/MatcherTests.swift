// Rules of matching that were once broken, one by one, on records written by hand.

import Index
import Records
import TestSupport
import Testing

@testable import Search

@Suite struct MatcherTests {
    private struct Record {
        var zones: [(TextZone, String)] = []
        var facets: [(Field, String)] = []
    }

    /// Sequences of the matches; each record is a segment of its own if asked.
    private func found(
        _ node: QueryNode, in records: [Record], apart: Bool = false, resolver: any RecordResolver = CorpusResolver([])
    ) throws -> [UInt64] {
        let folder = TemporaryFolder()
        let generation = try IndexGeneration(
            at: folder.file("gen.lmdb"), stamp: AnalysisStamp(text: "test"), creating: true, durable: false)
        defer { generation.close() }
        var builder = SegmentBuilder()
        for (number, record) in records.enumerated() {
            let sequence = RecordSequence(UInt64(number + 1))
            var units: [UInt16] = []
            for (zone, text) in record.zones { units += [DocumentText.zoneMark, UInt16(zone.rawValue)] + Array(text.utf16) }
            builder.add(
                IndexableDocument(
                    sequence: sequence, recordNumber: RecordNumber(1), receivedAtSeconds: 0, units: units, words: [],
                    facets: record.facets.map { .init($0.0, $0.1) }, quantities: []))
            guard apart else { continue }
            var full = SegmentBuilder()
            swap(&full, &builder)
            try generation.add(full, replacing: [], watermark: sequence)
        }
        try generation.add(builder, replacing: [], watermark: RecordSequence(UInt64(records.count)))
        let searcher = try Searcher(generation.snapshot(), resolver: resolver, words: SearchCorpus.words)
        return try searcher.allSequences(node).map(\.rawValue)
    }

    private func literal(_ text: String) -> QueryNode { .literal(RandomQuery.part(Array(text.utf16))) }

    private func literal(_ field: Field, _ text: String) -> QueryNode {
        .field(field, .literal(RandomQuery.part(Array(text.utf16))))
    }

    /// The whole value once found its pieces as well, and a piece did not find the value.
    @Test func `a facet that is text too is found by its value or by its text, as asked`() throws {
        let records = [
            Record(zones: [(.respondents, "某某公司")], facets: [(.respondent, "某某公司")]),
            Record(zones: [(.respondents, "甲某某公司")], facets: [(.respondent, "甲某某公司")]),
            Record(zones: [(.content, "某某公司")]),
            Record(facets: [(.respondent, "某某公司")]),
        ]
        #expect(try found(.field(.respondent, .equals("某某公司")), in: records) == [1, 4])
        #expect(try found(literal(.respondent, "某某公司"), in: records) == [1, 2, 4])
        let understood = QueryNode.field(.respondent, .understood(RandomQuery.part(Array("某某公司".utf16))))
        #expect(try found(understood, in: records) == [1, 2, 4])
    }

    /// `region:"330100"` asks for this code alone; a prefix asks for the area.
    @Test func `a region is found by its code, an area by its digits`() throws {
        let records = ["330100", "330102", "3301", "330200"].map { Record(facets: [(.region, $0)]) }
        #expect(try found(.field(.region, .equals("330100")), in: records) == [1])
        #expect(try found(.field(.region, .equals("3301")), in: records) == [3])
        #expect(try found(.field(.region, .prefix("3301")), in: records) == [1, 2, 3])
    }

    /// Distances were counted in UTF-16 units: a rare character or an emoji counted twice.
    @Test func `nearness counts characters`() throws {
        let records = [
            Record(zones: [(.content, "停车\u{20BB7}\u{20BB7}收费")]), Record(zones: [(.content, "停车一二三收费")]),
            Record(zones: [(.content, "收费一二停车三四五收费")]), Record(zones: [(.content, "停车收费")]),
        ]
        #expect(try found(.near(literal("停车"), literal("收费"), distance: 2), in: records) == [1, 3, 4])
        #expect(try found(.near(literal("收费"), literal("停车"), distance: 2), in: records) == [1, 3, 4])
        #expect(try found(.near(literal("停车"), literal("收费"), distance: 3), in: records) == [1, 2, 3, 4])
        #expect(try found(.near(literal("停车"), literal("收费"), distance: 0), in: records) == [4])
        #expect(try found(.near(literal("停车"), literal("收费"), distance: .max), in: records) == [1, 2, 3, 4])
    }

    /// Two zones never hold one passage; the second zone was once not looked at.
    @Test func `pieces bound to different zones are never near`() throws {
        let records = [Record(zones: [(.title, "停车收费"), (.content, "收费")])]
        #expect(try found(.near(literal(.title, "停车"), literal(.content, "收费"), distance: 9), in: records) == [])
        #expect(try found(.near(literal(.title, "停车"), literal(.title, "收费"), distance: 9), in: records) == [1])
        #expect(try found(.near(literal(.title, "停车"), literal("收费"), distance: 9), in: records) == [1])
    }

    /// The archive was asked again for each segment; `exists` of a number then read all numbers as often.
    @Test func `the archive is asked once a search`() throws {
        final class Counting: RecordResolver {
            var questions = 0
            func sequences(_ field: Field, _ condition: FieldCondition) -> [RecordSequence] {
                questions += 1
                return [RecordSequence(2), RecordSequence(5), RecordSequence(2)]
            }
        }
        let resolver = Counting()
        let records = (0..<6).map { _ in Record(zones: [(.content, "甲")]) }
        let node = QueryNode.and([literal("甲"), .field(.no, .equals("1"))])
        #expect(try found(node, in: records, apart: true, resolver: resolver) == [2, 5])
        #expect(resolver.questions == 1)
    }
}
