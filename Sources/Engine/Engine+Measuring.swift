// What the measuring tools ask, beside what people ask.

import Archive
import Index
import Records
import Search
import TextAnalysis

extension Engine {
    /// Ids of the best records for a text taken as it is, without operators.
    package func rankedIDs(text: String, limit: Int) throws -> [String] {
        try similar(toText: text, limit: limit).hits.map(\.id)
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
