// Rows of short texts, lined up by columns of the terminal.

enum TextTable {
    private static let gap = "  "

    /// - Parameter rows: the heading first; all of one length.
    static func print(_ rows: [[String]], to output: inout Output) {
        guard let heading = rows.first else { return }
        let widths = heading.indices.map { place in rows.reduce(0) { max($0, EastAsianWidth.columns(of: $1[place])) } }
        for row in rows {
            output.line(
                zip(row, widths).enumerated().map { place, cell in
                    place == row.count - 1 ? cell.0 : EastAsianWidth.padded(cell.0, to: cell.1)
                }.joined(separator: gap))
        }
    }
}
