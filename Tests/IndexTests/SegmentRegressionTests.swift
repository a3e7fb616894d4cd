// Defects that were there once. Each test tells its story.

import Records
import TestSupport
import Testing

@testable import Index

@Suite struct SegmentRegressionTests {
    private static func document(_ sequence: UInt64, _ text: String, zone: TextZone? = .content) -> IndexableDocument {
        let head = zone.map { [DocumentText.zoneMark, UInt16($0.rawValue)] } ?? []
        return IndexableDocument(
            sequence: RecordSequence(sequence), recordNumber: RecordNumber(sequence), receivedAtSeconds: 0,
            units: head + Array(text.utf16), words: [], facets: [], quantities: [])
    }

    /// A snapshot held its segments and they held it: none was ever let go, and after 510 of them nobody could
    /// read any more. Merging and replacing take snapshots too.
    @Test func `a snapshot ends with its last user`() throws {
        let archive = try IndexArchive()
        try archive.add([Self.document(1, "甲")])
        for _ in 0..<600 { #expect(try archive.generation.snapshot().liveDocCount == 1) }
        weak var gone: IndexSnapshot?
        do {
            let snapshot = try archive.generation.snapshot()
            gone = snapshot
            #expect(snapshot.liveDocCount == 1)
        }
        #expect(gone == nil)
    }

    /// A document without text was put where the next chunk of text would begin, and when no text came after it,
    /// there was no such chunk: reading the document reported damage.
    @Test func `documents without text are read`() throws {
        let archive = try IndexArchive()
        try archive.add([Self.document(1, "", zone: nil), Self.document(2, "", zone: nil)])
        try archive.check()
        let long = String(repeating: "长", count: 40_000)
        try archive.add([Self.document(3, long), Self.document(4, "", zone: nil)])
        try archive.check()
        _ = try archive.generation.mergeOnce(all: true)
        try archive.check()
    }
}
