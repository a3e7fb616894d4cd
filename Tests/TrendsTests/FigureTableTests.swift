// What the public may not see, it must not be able to work out.

import TestSupport
import Testing

@testable import Trends

@Suite struct FigureTableTests {
    private func table(_ counts: [Int], closed: [Int]? = nil) -> FigureTable {
        var table = FigureTable(title: "", columns: ["", "件", "占比", "办结"])
        let closed = closed ?? counts
        for (place, count) in counts.enumerated() {
            table.rows.append(.init(cells: [.text("\(place)"), .integer(count), .share(0.1), .integer(closed[place])], query: "x"))
        }
        table.rows.append(
            .init(cells: [.text("all"), .integer(counts.reduce(0, +)), .share(1), .integer(closed.reduce(0, +))], isTotal: true))
        return table.published(counts: [1, 3], wholeRow: 1)
    }

    private func hidden(_ table: FigureTable, _ column: Int = 1) -> [Int] {
        table.rows.indices.filter { table.rows[$0].cells[column] == .suppressed }
    }

    @Test func `one small number takes the next smallest with it`() {
        #expect(hidden(table([40, 3, 12, 9])) == [1, 3])
    }

    @Test func `several small numbers take one that is not small`() {
        // 4 + 4 = 8 would give both of them away.
        #expect(hidden(table([40, 4, 4])) == [0, 1, 2])
        #expect(hidden(table([40, 1, 1, 20])) == [1, 2, 3])
    }

    @Test func `where all are small the total goes as well`() {
        #expect(hidden(table([4, 4])) == [0, 1, 2])
        #expect(hidden(table([3])) == [0, 1])
    }

    @Test func `nothing small, nothing hidden; a nought is no secret; queries go`() {
        let table = table([40, 0, 12])
        #expect(hidden(table).isEmpty)
        #expect(table.rows.allSatisfy { $0.query == nil })
    }

    @Test func `shares of a hidden number go with it`() {
        let table = table([40, 3, 12, 9])
        #expect(table.rows[1].cells[2] == .suppressed)
        #expect(table.rows[0].cells[2] == .share(0.1))
    }

    @Test func `a small number in any other column is hidden too, with a partner of its own`() {
        let table = table([40, 30, 20], closed: [40, 2, 15])
        #expect(hidden(table).isEmpty)
        #expect(hidden(table, 3) == [1, 2])
    }

    @Test func `a hidden number hides what would give it away`() {
        var table = FigureTable(title: "", columns: ["", "older", "newer", "difference"])
        for (older, newer) in [(40, 50), (3, 60), (9, 8)] {
            table.rows.append(.init(cells: [.text(""), .integer(older), .integer(newer), .integer(newer - older)]))
        }
        table.rows.append(.init(cells: [.text("all"), .integer(52), .integer(118), .integer(66)], isTotal: true))
        let shown = table.published(counts: [1, 2], wholeRow: nil, followers: [1: [3], 2: [3]])
        #expect(hidden(shown, 1) == [1, 2] && hidden(shown, 2).isEmpty && hidden(shown, 3) == [1, 2])
    }

    /// The oracle solves nothing: it looks for another table with the same shown numbers, for each hidden cell.
    @Test(arguments: Seed.sample(40)) func `no hidden cell of a cross table follows from what is shown`(seed: Seed) {
        var random = seed
        let (rows, columns) = (Int.random(in: 1...6, using: &random), Int.random(in: 2...6, using: &random))
        let counts = (0..<rows).map { _ in (0..<columns).map { _ in [0, 1, 3, 5, 8, 30].randomElement(using: &random)! } }
        var table = FigureTable(title: "", columns: [""] + (0...columns).map { "\($0)" })
        for line in counts {
            table.rows.append(.init(cells: [.text("")] + line.map { .integer($0) } + [.integer(line.reduce(0, +))]))
        }
        let below = (0..<columns).map { column in counts.reduce(0) { $0 + $1[column] } }
        table.rows.append(.init(cells: [.text("all")] + below.map { .integer($0) } + [.integer(below.reduce(0, +))], isTotal: true))
        let shown = table.publishedCross()
        for row in shown.rows {
            for cell in row.cells { if case .integer(let count) = cell { #expect(count == 0 || count >= 5, "\(seed)") } }
        }
        // A hidden cell is known if all rows and columns add up for one value of it only: so it is no bridge between the rows
        // and columns that its fellows connect.
        let hidden = shown.rows.indices.flatMap { row in
            (1...(columns + 1)).filter { shown.rows[row].cells[$0] == .suppressed }.map { (row, $0) }
        }
        for (row, column) in hidden {
            var reached: Set<Int> = [row]
            var next = [row]
            while let node = next.popLast() {
                for (r, c) in hidden where (r, c) != (row, column) {
                    let ends = (r, 1_000 + c)
                    for (from, to) in [(ends.0, ends.1), (ends.1, ends.0)] where from == node && reached.insert(to).inserted {
                        next.append(to)
                    }
                }
            }
            #expect(reached.contains(1_000 + column), "\(seed): row \(row), column \(column)")
        }
    }
}
