// What the public may not see, it must not be able to work out.

import Testing

@testable import Trends

@Suite struct FigureTableTests {
    private func table(_ counts: [Int]) -> FigureTable {
        var table = FigureTable(title: "", columns: ["", "件", "占比"])
        for (place, count) in counts.enumerated() {
            table.rows.append(.init(cells: [.text("\(place)"), .integer(count), .share(0.1)], query: "x"))
        }
        table.rows.append(.init(cells: [.text("all"), .integer(counts.reduce(0, +)), .share(1)], isTotal: true))
        return table.published(counts: [1])
    }

    private func hidden(_ table: FigureTable) -> [Int] {
        table.rows.indices.filter { table.rows[$0].cells[1] == .suppressed }
    }

    @Test func `one small number takes the next smallest with it`() {
        #expect(hidden(table([40, 3, 12, 9])) == [1, 3])
    }

    @Test func `several small numbers hide each other when they are many together`() {
        #expect(hidden(table([40, 4, 3])) == [1, 2])
        // 1 and 1 make 2, which is small itself: with 40 it is not.
        #expect(hidden(table([40, 1, 1, 20])) == [1, 2, 3])
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
}
