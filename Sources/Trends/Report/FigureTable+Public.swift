// The public version of a table: what is hidden must not come back by subtraction.
//
// A count of 1 to 4 is hidden. Where rows add up to a total, a second one goes with it, one that is not small itself, so
// that the total less what is shown leaves only a sum. In a table with totals on both sides every hidden cell stands on a
// rectangle of hidden cells: its corners can take from one another what they like, so no row or column gives one away.
// (Complementary suppression: Hundepool et al., "Statistical Disclosure Control", 2012, §4; an exact optimum is a linear
// programme, a hidden cell on a cycle is enough.)

extension FigureTable {
    /// Numbers below this are not published.
    package static let publicMin = 5

    private static func isSmall(_ cell: Cell) -> Bool {
        if case .integer(let number) = cell { return number > 0 && number < publicMin }
        return false
    }

    private func number(_ row: Int, _ column: Int) -> Int? {
        if case .integer(let number) = rows[row].cells[column] { return number }
        return nil
    }

    /// Without the queries, which name records.
    private var withoutQueries: FigureTable {
        var table = self
        for row in table.rows.indices { table.rows[row].query = nil }
        return table
    }

    /// - Parameters:
    ///   - counts: columns that add up to the total row.
    ///   - wholeRow: the column that, hidden, takes all others of its row with it.
    ///   - followers: columns that would give a hidden one away: its share, its difference.
    package func published(counts: [Int], wholeRow: Int?, followers: [Int: [Int]] = [:]) -> FigureTable {
        var table = withoutQueries
        func hide(_ row: Int, _ column: Int) {
            table.rows[row].cells[column] = .suppressed
            for other in followers[column] ?? [] { table.rows[row].cells[other] = .suppressed }
            if column == wholeRow {
                for other in table.columns.indices.dropFirst() { table.rows[row].cells[other] = .suppressed }
            }
        }
        let inner = table.rows.indices.filter { !table.rows[$0].isTotal }
        for column in counts.sorted() {
            for row in table.rows.indices where Self.isSmall(table.rows[row].cells[column]) { hide(row, column) }
            let hidden = inner.filter { table.rows[$0].cells[column] == .suppressed }
            guard !hidden.isEmpty else { continue }
            // Their sum follows from the total: one of them must be able to hold any part of it.
            let sizes = hidden.map { number($0, column) ?? 0 }
            guard hidden.count < 2 || !sizes.contains(where: { $0 >= Self.publicMin }) else { continue }
            let shown = inner.compactMap { row in table.number(row, column).map { (count: $0, row: row) } }
            // A nought will do where there is nothing else.
            let partner = shown.min { ($0.count == 0 ? Int.max : $0.count, $0.row) < ($1.count == 0 ? Int.max : $1.count, $1.row) }
            if let partner {
                hide(partner.row, column)
            } else {
                // Nothing else to hide behind: the total is the number itself.
                for row in table.rows.indices where table.rows[row].isTotal { hide(row, column) }
            }
        }
        return table
    }

    /// Of counts by two fields, the total row last and the total column at the right.
    package func publishedCross() -> FigureTable {
        var table = withoutQueries
        let (rowCount, columnCount) = (rows.count, columns.count)
        guard rowCount > 1, columnCount > 2 else { return published(counts: Array(1..<max(2, columnCount)), wholeRow: nil) }
        var hidden = rows.map { $0.cells.map { Self.isSmall($0) } }
        let first = hidden
        for row in 0..<rowCount {
            for column in 1..<columnCount where first[row][column] {
                /// What it costs the reader to lose this cell.
                func cost(_ r: Int, _ c: Int) -> Int {
                    if hidden[r][c] { return 0 }
                    let edges = (r == rowCount - 1 ? 1 : 0) + (c == columnCount - 1 ? 1 : 0)
                    // A nought lends nothing.
                    let count = number(r, c) ?? 0
                    return 1 + min(count, 1_000_000) + (count == 0 ? 3_000_000 : 0) + edges * 10_000_000
                }
                var best = (cost: Int.max, row: 0, column: 0)
                var others = Array(max(0, row - Self.rowsNear)..<min(rowCount, row + Self.rowsNear + 1))
                if others.last != rowCount - 1 { others.append(rowCount - 1) }
                for otherRow in others where otherRow != row {
                    for otherColumn in 1..<columnCount where otherColumn != column {
                        let sum = cost(row, otherColumn) + cost(otherRow, column) + cost(otherRow, otherColumn)
                        if sum < best.cost { best = (sum, otherRow, otherColumn) }
                    }
                }
                guard best.cost < Int.max else { continue }
                hidden[row][best.column] = true
                hidden[best.row][column] = true
                hidden[best.row][best.column] = true
            }
        }
        for row in 0..<rowCount {
            for column in 1..<columnCount where hidden[row][column] { table.rows[row].cells[column] = .suppressed }
        }
        return table
    }

    /// Partners are looked for among so many rows above and below.
    private static let rowsNear = 40
}
