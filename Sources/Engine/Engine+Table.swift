// Records as rows of a spreadsheet: any number of them, one after the other.

import Archive
import Records
import Tables

extension Engine {
    /// Writes the matches (all records without a query) as a table, in order of arrival.
    ///
    /// - Returns: how many records were written, and how many cells had to be cut.
    package func exportTable(
        _ request: SearchRequest?, to path: String, _ format: TableFormat, columns: [RecordColumn], in language: Language,
        report: ProgressReport
    ) throws -> (records: Int, cutCells: Int) {
        try require(\.mayExport, "export")
        try audit(.export, durable: true) {
            $0.query = try request.map { try self.auditText($0.query, self.root(of: $0)) }
            $0.detail = "table"
        }
        let table = try TableFile(
            path, format, sheet: language == .chinese ? "投诉举报" : "complaints",
            columns: columns.map { $0.spreadsheetColumn(in: language) })
        try forEachMatch(request) { version, total in
            let reader = ColumnReader(try Self.complaint(version))
            try table.append(columns.map { reader.cell($0, snippet: "", score: 0) })
            if table.rowCount % 1_000 == 0 { report(Progress(.exporting, done: table.rowCount, total: total)) }
        }
        try table.finish()
        return (table.rowCount, table.cutCellCount)
    }

    /// Writes the hits of one search as a table, in their order.
    ///
    /// - Returns: how many cells had to be cut.
    package func writeTable(
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
            let total = Int(try snapshot.liveCount)
            let visible = try viewer().isUnrestricted ? nil : Set(try allSequences(.all))
            try snapshot.forEachVersion { version in
                if let visible, !visible.contains(version.sequence) { return true }
                if try !version.header.isWithdrawn && snapshot.isHead(version.sequence) { try body(version, total) }
                return true
            }
        }
    }
}
