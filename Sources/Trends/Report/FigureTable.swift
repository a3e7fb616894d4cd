// A table of figures, each row with the query that opens it to its records. How it looks is decided elsewhere.

import Records

package struct FigureTable: Sendable {
    package enum Cell: Hashable, Sendable {
        case empty
        case text(String)
        case integer(Int)
        case decimal(Double)
        /// A share between 0 and 1.
        case share(Double)
        /// A small number that the public does not see.
        case suppressed
    }

    package struct Row: Sendable {
        package var cells: [Cell]
        /// Finds the records behind the row; nil where there is no single query.
        package var query: String?
        package var isTotal: Bool

        package init(cells: [Cell], query: String? = nil, isTotal: Bool = false) {
            self.cells = cells
            self.query = query
            self.isTotal = isTotal
        }
    }

    package var title: String
    package var columns: [String]
    package var rows: [Row] = []
    /// What each row is about, in English: for JSON.
    package var name: String

    package init(title: String, columns: [String], name: String = "") {
        self.title = title
        self.columns = columns
        self.name = name
    }

    /// Numbers below this are not published.
    package static let publicMin = 5

    /// The public version: small counts go, and where a single one went beside a total, the next smallest goes with it,
    /// so that no subtraction brings it back. Queries, which name records, go as well.
    package func published(counts: Set<Int>) -> FigureTable {
        var table = self
        for column in counts {
            func count(_ row: Int) -> Int? {
                if case .integer(let number) = table.rows[row].cells[column] { return number }
                return nil
            }
            let inner = table.rows.indices.filter { !table.rows[$0].isTotal }
            var hidden = inner.filter { count($0).map { $0 > 0 && $0 < Self.publicMin } ?? false }
            let rest = inner.filter { !hidden.contains($0) && (count($0) ?? 0) > 0 }
            let hiddenSum = hidden.reduce(0) { $0 + (count($1) ?? 0) }
            if !hidden.isEmpty, hidden.count == 1 || hiddenSum < Self.publicMin,
                let next = rest.min(by: { (count($0)!, $0) < (count($1)!, $1) })
            {
                hidden.append(next)
            }
            // A total that is small itself.
            hidden += table.rows.indices.filter { table.rows[$0].isTotal && (count($0).map { $0 > 0 && $0 < Self.publicMin } ?? false) }
            for row in hidden { table.rows[row].cells[column] = .suppressed }
        }
        for row in table.rows.indices {
            table.rows[row].query = nil
            guard table.rows[row].cells.contains(.suppressed) else { continue }
            // Another measure of the same records, or a share of them, would give the hidden one away.
            for place in table.rows[row].cells.indices where place > 0 {
                switch table.rows[row].cells[place] {
                case .share, .decimal: table.rows[row].cells[place] = .suppressed
                case .integer where !table.rows[row].isTotal || !counts.contains(place):
                    table.rows[row].cells[place] = .suppressed
                default: break
                }
            }
        }
        return table
    }
}
