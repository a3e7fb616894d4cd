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

    /// Keeps the first rows, and those of totals.
    ///
    /// - Returns: how many were left out.
    package mutating func cut(to rowsMax: Int?) -> Int {
        let inner = rows.count { !$0.isTotal }
        guard let rowsMax, inner > rowsMax else { return 0 }
        var count = 0
        rows = rows.filter { row in
            if !row.isTotal { count += 1 }
            return row.isTotal || count <= rowsMax
        }
        return inner - rowsMax
    }
}
