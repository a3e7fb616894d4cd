// Records as rows of a spreadsheet: any number of them, one after the other.

import Archive
import Records
import Tables

extension Engine {
    /// Writes the matches (all records without a query) as a table, in order of arrival.
    ///
    /// - Returns: how many records were written, and how many cells had to be cut.
    func unloggedExportTable(
        _ request: SearchRequest?, to path: String, _ format: TableFormat, columns: [RecordColumn], in language: Language,
        recipient: String?, report: ProgressReport
    ) throws -> (records: Int, cutCells: Int) {
        try require(\.mayExport, "export")
        _ = try request.map { try root(of: $0) }
        try audit(.export, durable: true) { $0.detail = "table → \(path)" + (recipient.map { " → \($0)" } ?? "") }
        let note = openNote
        let table = try TableFile(
            path, format, sheet: language == .chinese ? "投诉举报" : "complaints",
            columns: columns.map { $0.spreadsheetColumn(in: language) })
        try forEachMatch(request) { version, total in
            let reader = ColumnReader(try Self.complaint(version))
            try refuseRespondent(recipient, records: [reader.complaint], verb: "export")
            note?.give([reader.complaint.archiveID])
            try table.append(columns.map { reader.cell($0, snippet: "", score: 0) })
            if table.rowCount % 1_000 == 0 { report(Progress(.exporting, done: table.rowCount, total: total)) }
        }
        if let note { try settle(note, durable: true) }
        try table.finish()
        return (table.rowCount, table.cutCellCount)
    }

    /// Writes the hits of one search as a table, in their order.
    ///
    /// - Returns: how many cells had to be cut.
    func unloggedWriteTable(
        _ answer: SearchAnswer, columns: [RecordColumn], to path: String, _ format: TableFormat, in language: Language
    ) throws -> Int {
        try require(\.mayExport, "search --to")
        try audit(.export, durable: true) { $0.records = answer.hits.map(\.id) }
        let table = try TableFile(
            path, format, sheet: language == .chinese ? "检索结果" : "hits",
            columns: columns.map { $0.spreadsheetColumn(in: language) })
        for hit in answer.hits { try table.append(hit.cells) }
        try table.finish()
        return table.cutCellCount
    }

    /// Visits the newest version of every match, or of every record that is not withdrawn, with the number of them where
    /// that is known.
    func forEachMatch(_ request: SearchRequest?, _ body: (StoredVersion, Int?) throws -> Void) throws {
        if let request {
            let sequences = try allSequences(root(of: request))
            for sequence in sequences {
                guard let version = try records.version(at: sequence) else { continue }
                try body(version, sequences.count)
            }
        } else {
            let snapshot = try records.snapshot()
            let sight = try sight()
            let total = sight.isWhole ? Int(try snapshot.liveCount) : nil
            try snapshot.forEachVersion { version in
                // What came after it is not known to be visible.
                guard version.sequence <= sight.newest || sight.isWhole else { return false }
                guard sight.sees(version.recordNumber) else { return true }
                if try !version.header.isWithdrawn && snapshot.isHead(version.sequence) { try body(version, total) }
                return true
            }
        }
    }
}
