// A generation in a folder of its own beside the plain list of the documents that must be live in it.

import Records
import Store
import TestSupport
import Testing

@testable import Index

final class IndexArchive {
    static let stamp = AnalysisStamp(text: "test 1")

    private let folder = TemporaryFolder()
    private(set) var generation: IndexGeneration
    /// By record sequence.
    private(set) var live: [UInt64: IndexableDocument] = [:]
    private(set) var watermark = RecordSequence(0)

    var path: String { folder.file("gen.lmdb") }

    init() throws {
        generation = try IndexGeneration(at: folder.file("gen.lmdb"), stamp: Self.stamp, creating: true, durable: false)
    }

    func reopen() throws {
        generation.close()
        generation = try IndexGeneration(at: path, stamp: Self.stamp, durable: false)
    }

    func add(_ documents: [IndexableDocument], replacing replaced: [RecordSequence] = []) throws {
        var builder = SegmentBuilder()
        for document in documents {
            builder.add(document)
            live[document.sequence.rawValue] = document
        }
        for sequence in replaced { live[sequence.rawValue] = nil }
        watermark = max(watermark, documents.last?.sequence ?? watermark, replaced.max() ?? watermark)
        try generation.add(builder, replacing: replaced, watermark: watermark)
    }

    /// What would be there after an `add`.
    func expected(adding documents: [IndexableDocument], replacing replaced: [RecordSequence]) -> IndexContents {
        var after = live
        for document in documents { after[document.sequence.rawValue] = document }
        for sequence in replaced { after[sequence.rawValue] = nil }
        return IndexContents(after.keys.sorted().map { after[$0]! })
    }

    var expected: IndexContents { IndexContents(live.keys.sorted().map { live[$0]! }) }

    func contents() throws -> IndexContents {
        let snapshot = try generation.snapshot()
        return try withExtendedLifetime(snapshot) { try IndexContents(snapshot) }
    }

    /// The whole index equals the plain list.
    func check(_ place: SourceLocation = #_sourceLocation) throws {
        let (found, expected) = (try contents(), expected)
        #expect(found.documents == expected.documents, sourceLocation: place)
        #expect(found.terms == expected.terms, sourceLocation: place)
        #expect(found.facets == expected.facets, sourceLocation: place)
        #expect(found.bands == expected.bands, sourceLocation: place)
        #expect(found.textUnits == expected.textUnits, sourceLocation: place)
        #expect(try generation.snapshot().liveDocCount == live.count, sourceLocation: place)
        #expect(try generation.watermark == watermark, sourceLocation: place)
    }

    /// Every row of a table, as the file holds it.
    func rows(of table: String) throws -> [(key: [UInt8], value: [UInt8])] {
        try withEnvironment { environment, table in
            var rows: [(key: [UInt8], value: [UInt8])] = []
            try environment.read { transaction in
                try transaction.forEach(in: table) { key, value in
                    rows.append((key.bytesCopied, value.bytesCopied))
                    return true
                }
            }
            return rows
        } (table)
    }

    /// Puts a row as it is, without a new checksum; nil deletes it.
    func set(_ table: String, key: [UInt8], value: [UInt8]?) throws {
        try withEnvironment { environment, table in
            try environment.write { transaction in
                if let value { try transaction.put(in: table, key: key, value: value) }
                else { try transaction.delete(in: table, key: key) }
            }
        } (table)
    }

    private func withEnvironment<Result>(
        _ body: @escaping (Environment, Table) throws -> Result
    ) -> (String) throws -> Result {
        { table in
            var options = Environment.Options()
            options.durable = false
            let environment = try Environment(at: self.path, options: options)
            defer { environment.close() }
            return try body(environment, try environment.table(table))
        }
    }

    /// Numbers of the segments that have chunks in the file.
    func storedSegments() throws -> Set<SegmentID> {
        Set(try rows(of: "chunk").map { $0.key.span.number(bigEndianAt: 0)! })
    }
}
