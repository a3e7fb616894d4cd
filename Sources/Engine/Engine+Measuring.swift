// What the measuring tools ask, beside what people ask.

import Archive
import Index
import Records
import Search
import Similarity
import TextAnalysis

extension Engine {
    /// Ids of the best records for a text taken as it is, without operators.
    package func rankedIDs(text: String, limit: Int, depth: Int? = nil) throws -> [String] {
        guard let root = Self.pasted(text) else { return [] }
        let searcher = try view().searcher
        if let depth { searcher.depth = depth }
        return try searcher.search(root, sort: .relevance, limit: limit).hits.compactMap { hit in
            try records.version(at: hit.sequence).map { try Self.complaint($0).archiveID }
        }
    }

    /// The same text as a tree; nil where nothing of it is left to look for.
    package static func pasted(_ text: String) -> QueryNode? {
        let units = Normalizer.shared.fold(text)
        return units.isEmpty ? nil : .pasted(QueryPart(text: text, units: units, range: 0..<text.unicodeScalars.count))
    }

    package func archiveID(at sequence: RecordSequence) throws -> String? {
        try records.version(at: sequence).map { try Self.complaint($0).archiveID }
    }

    /// A searcher over the newest state, for timing the search alone.
    package func searcher() throws -> Searcher { try view().searcher }

    /// The conditions of a request as the search gets them, around a tree made by hand.
    package func tree(_ root: QueryNode, of request: SearchRequest) throws -> QueryNode {
        .conjunction([root] + (try conditions(of: request)))
    }

    /// The record version as the index sees it.
    package func indexedRecord(at sequence: RecordSequence) throws -> IndexedRecord? {
        guard let version = try records.version(at: sequence) else { return nil }
        return try Self.complaint(version).indexed(sequence: sequence, recordNumber: version.recordNumber)
    }

    /// Where the bytes of the index in use go, and the bytes of its file.
    package func indexSizes() throws -> (rows: [IndexSize], fileBytes: Int) {
        let size = indexFolder.current.flatMap { SmallFile.size(indexFolder.path(of: $0)) } ?? 0
        return (try index().sizes(), Int(size))
    }

    /// Visits the newest version of every record, as the index sees it.
    package func forEachIndexedRecord(_ body: (IndexedRecord) throws -> Void) throws {
        let snapshot = try records.snapshot()
        try snapshot.forEachVersion { version in
            if try !version.header.isWithdrawn && snapshot.isHead(version.sequence) {
                try body(
                    try Self.complaint(version).indexed(
                        sequence: version.sequence, recordNumber: version.recordNumber))
            }
            return true
        }
    }
}

/// What each source of candidates finds, for measuring it alone.
package final class CandidateSource {
    private let engine: Engine
    private let checker: Checker

    init(_ engine: Engine) throws {
        self.engine = engine
        checker = try engine.checker()
    }

    package var common: CommonPairs { checker.common }
    package var documentCount: Int { checker.snapshot.liveDocCount }

    /// The compared text of every record, in the order of arrival.
    package func forEachText(max: Int, _ body: (RecordSequence, [UInt16]) throws -> Void) throws {
        var units: [UInt16] = []
        var count = 0
        for segment in checker.snapshot.segments {
            for doc in 0..<UInt32(segment.docCount) where !segment.dead.contains(doc) && count < max {
                count += 1
                try segment.text(of: doc).decode(into: &units)
                try body(segment.sequence(of: doc), Array(units[ComparedText.range(in: units.span)]))
            }
        }
    }

    /// Some records, drawn by `draw`, which gives a number below the one it is given.
    package func sample(_ count: Int, _ draw: (Int) -> Int) throws -> [RecordSequence] {
        var sequences: [RecordSequence] = []
        for _ in 0..<count {
            let segment = checker.snapshot.segments[draw(checker.snapshot.segments.count)]
            sequences.append(try segment.sequence(of: UInt32(draw(segment.docCount))))
        }
        return sequences
    }

    private func prepared(_ sequence: RecordSequence) throws -> CheckedFiling {
        guard let version = try engine.records.version(at: sequence) else { throw EngineError.recordUnknown(id: "\(sequence)") }
        let complaint = try engine.complaintWithIdentity(version)
        return try checker.prepare(ReadRecord(complaint), complaint, own: version.recordNumber)
    }

    package func sketchCandidates(of sequence: RecordSequence) throws -> Set<RecordSequence> {
        try checker.candidates(of: prepared(sequence), bands: true, pieces: false)
    }

    package func pieceCandidates(of sequence: RecordSequence) throws -> Set<RecordSequence> {
        try checker.candidates(of: prepared(sequence), bands: false, pieces: true)
    }

    package func candidates(of sequence: RecordSequence) throws -> Set<RecordSequence> {
        try checker.candidates(of: prepared(sequence), bands: true, pieces: true)
    }
}

extension Engine {
    package func candidateSource() throws -> CandidateSource { try CandidateSource(self) }

    /// A stored record with its persons, as it could come again.
    package func recordObject(at sequence: RecordSequence) throws -> JSONObject {
        guard let version = try records.version(at: sequence) else { throw EngineError.recordUnknown(id: "\(sequence)") }
        return try complaintWithIdentity(version).json
    }
}
