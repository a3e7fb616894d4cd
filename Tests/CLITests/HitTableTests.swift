// How answers look on a terminal: columns that line up, facets as a tree.

import Engine
import Records
import Testing

@testable import CLI

@Suite struct HitTableTests {
    @Test func `a path stands below the one it belongs to, and no count is lost`() {
        let counts = [("市场监管", 70), ("市场监管/网络消费", 41), ("公用事业", 3), ("市场监管/预付消费", 18), ("孤儿/路径", 1)]
        let rows = FacetPrinter.tree(counts.map { (value: $0.0, count: $0.1) })
        #expect(rows == [
            .init(name: "市场监管", depth: 0, count: 70), .init(name: "网络消费", depth: 1, count: 41),
            .init(name: "预付消费", depth: 1, count: 18), .init(name: "公用事业", depth: 0, count: 3),
            .init(name: "孤儿/路径", depth: 0, count: 1),
        ])
    }

    @Test func `a narrow terminal cuts long texts first, and no line is wider than it`() {
        let rows = [["C000000001", "2024-01-05", String(repeating: "停车", count: 30), "某某物业管理有限公司", "已办结"]]
        let titles = ["编号", "日期", "题名", "被投诉人", "状态"]
        let isText = [false, false, true, false, false]
        for width in [60, 80, 100, 120, 300] {
            let widths = HitTable(terminal: Terminal(.never), width: width).widths(titles, rows, isText: isText)
            #expect(widths.reduce(0, +) + 8 <= width)
        }
        #expect(HitTable(terminal: Terminal(.never), width: 80).widths(titles, rows, isText: isText) == [10, 10, 26, 20, 6])
        #expect(HitTable(terminal: Terminal(.never), width: nil).widths(titles, rows, isText: isText) == [10, 10, 120, 20, 6])
    }

    @Test func `shares are of the whole`() {
        #expect(Figures.share(1, of: 3) == "33.3%")
        #expect(Figures.share(3, of: 3) == "100.0%")
    }
}
