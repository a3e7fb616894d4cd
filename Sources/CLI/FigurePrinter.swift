// Figures on the terminal, and as JSON: one row an object.

import Answers
import Engine
import Records
import Trends

struct FigurePrinter {
    let terminal: Terminal

    func print(_ report: Report, to output: inout Output) {
        output.line(terminal.bold(Terminal.line(report.title)))
        output.line(terminal.dim(say("快照 \(report.snapshot)", "snapshot \(report.snapshot)")))
        for table in report.tables where !table.rows.isEmpty {
            output.line("")
            print(table, to: &output)
        }
    }

    private func print(_ table: FigureTable, to output: inout Output) {
        output.line(terminal.bold(Terminal.line(table.title)))
        let rows = table.rows.map { $0.cells.map { EastAsianWidth.fit(Terminal.line(Self.text($0)), columns: 36) } }
        let widths = table.columns.indices.map { column in
            max(
                EastAsianWidth.columns(of: table.columns[column]),
                rows.map { column < $0.count ? EastAsianWidth.columns(of: $0[column]) : 0 }.max() ?? 0)
        }
        func line(_ cells: [String]) -> String {
            cells.indices.map { column in
                let cell = cells[column]
                let gap = String(repeating: " ", count: max(0, widths[column] - EastAsianWidth.columns(of: cell)))
                // The first column is a name, all others are figures.
                return column == 0 || table.name == "corrections" ? cell + gap : gap + cell
            }.joined(separator: "  ")
        }
        output.line(terminal.dim(line(table.columns)))
        for (row, cells) in zip(table.rows, rows) { output.line(row.isTotal ? terminal.bold(line(cells)) : line(cells)) }
    }

    static func text(_ cell: FigureTable.Cell) -> String {
        switch cell {
        case .empty: "–"
        case .text(let text): text
        case .integer(let number): Figures.count(number)
        case .decimal(let number): number.magnitude < 0.05 && number != 0 ? TrendAlarm.small(number) : Figures.tenths(number)
        case .share(let share): Figures.tenths(share * 100) + "%"
        case .suppressed: "*"
        }
    }

    static func objects(_ table: FigureTable, _ report: Report) -> [JSONObject] {
        table.rows.map { row in
            var values = JSONObject()
            for (title, cell) in zip(table.columns, row.cells) { values.set(title, to: value(cell)) }
            var object: JSONObject = [
                "table": .string(table.name), "title": .string(table.title), "snapshot": .string(report.snapshot),
                "total": .bool(row.isTotal), "values": .object(values),
            ]
            if let query = row.query { object.set("query", to: .string(query)) }
            return object
        }
    }

    private static func value(_ cell: FigureTable.Cell) -> JSONValue {
        switch cell {
        case .empty: .null
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        case .decimal(let number): .decimal(number, places: 4)
        case .share(let share): .decimal(share, places: 4)
        case .suppressed: .string("*")
        }
    }
}
