// What the measuring tools ask, beside what people ask.

import Archive
import Records
import Search
import TextAnalysis

extension Engine {
    /// Ids of the best records for a text taken as it is, without operators.
    package func rankedIDs(text: String, limit: Int) throws -> [String] {
        try similar(toText: text, limit: limit).hits.map(\.id)
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
