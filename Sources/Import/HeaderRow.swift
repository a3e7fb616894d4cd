// Which row names the columns. Registers often begin with a title that stands in one merged cell, so the header is the
// first row with two cells or more; a table of one column has its first row.

struct HeaderRow {
    /// Rows looked at before giving up.
    static let searchRows = 30

    /// Columns by the header's cells: blanks at the ends cut off, empty names numbered, a repeated name told apart.
    static func names(_ cells: [String]) -> [String] {
        var cells = cells.map { name in
            String(RecordDecoder.trimmed(name).unicodeScalars.filter { $0 != "\n" && $0 != "\r" })
        }
        while let last = cells.last, last.isEmpty { cells.removeLast() }
        var seen: [String: Int] = [:]
        return cells.enumerated().map { index, name in
            let base = name.isEmpty ? "column\(index + 1)" : name
            let count = (seen[base] ?? 0) + 1
            seen[base] = count
            return count == 1 ? base : "\(base)(\(count))"
        }
    }

    static func mayBeHeader(_ cells: [String]) -> Bool {
        cells.lazy.filter { !RecordDecoder.trimmed($0).isEmpty }.prefix(2).count == 2
    }
}
