// Hits as a table: as wide as the terminal, columns cut where they must be, Chinese characters counted as two columns.

import Engine
import Records

struct HitTable {
    let terminal: Terminal
    /// Columns there are; nil leaves every cell whole.
    let width: Int?

    private static let gap = "  "
    /// No column is cut below this; a running text not below `narrowText` while another column is wider than `narrow`.
    private static let (narrowText, narrow, narrowest) = (24, 14, 8)

    func print(_ hits: [SearchAnswer.Hit], columns: [RecordColumn], to output: inout Output) throws {
        let rows = hits.map { hit in hit.cells.map { Terminal.line($0.text) } }
        let titles = columns.map { $0.title(in: .ofUser) }
        let widths = widths(titles, rows, isText: columns.map(\.isRunningText))
        func line(_ cells: [String]) -> String {
            zip(cells, widths).enumerated().map { place, cell in
                let text = EastAsianWidth.fit(cell.0, columns: cell.1)
                return place == cells.count - 1 ? text : EastAsianWidth.padded(text, to: cell.1)
            }.joined(separator: Self.gap)
        }
        output.line(terminal.bold(line(titles)))
        output.line(terminal.dim(widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap)))
        for row in rows {
            output.line(line(row))
            try output.flushIfLarge()
        }
    }

    /// Running texts give way first, then the widest of the others.
    func widths(_ titles: [String], _ rows: [[String]], isText: [Bool]) -> [Int] {
        var widths = titles.indices.map { place in
            rows.reduce(EastAsianWidth.columns(of: titles[place])) { max($0, EastAsianWidth.columns(of: $1[place])) }
        }
        guard let width else { return widths }
        let room = width - Self.gap.utf8.count * (titles.count - 1)
        func shrink(_ places: [Int], to least: Int) {
            while widths.reduce(0, +) > room,
                let widest = places.max(by: { widths[$0] < widths[$1] }), widths[widest] > least
            {
                let over = widths.reduce(0, +) - room
                let next = places.filter { $0 != widest }.map { widths[$0] }.max() ?? least
                // Down to the next widest in one step, else columns of thousands of characters take as many.
                widths[widest] -= max(1, min(over, widths[widest] - max(next, least)))
            }
        }
        shrink(titles.indices.filter { isText[$0] }, to: Self.narrowText)
        shrink(titles.indices.filter { !isText[$0] }, to: Self.narrow)
        shrink(Array(titles.indices), to: Self.narrowest)
        return widths
    }
}
