// Tables that go out: a CSV byte for byte, and what must never happen to a spreadsheet's reader.

import Glibc
import Records
import TestSupport
import Testing

@testable import Tables

@Suite struct TableFileTests {
    private func bytes(_ path: String) -> [UInt8] {
        guard let file = unsafe fopen(path, "r") else { return [] }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
        return Array(bytes.prefix(count))
    }

    @Test func `a CSV is written as RFC 4180 has it, with a mark for spreadsheets`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("table.csv")
        let table = try TableFile(path, .csv, sheet: "x", columns: [TableColumn("编号"), TableColumn("内容")])
        try table.append([.text("A1"), .text("他说\"不退\",\n走了")])
        try table.append([.integer(3), .decimal(2.5)])
        try table.append([.date(CalendarDate(year: 2024, month: 1, day: 5)!), .empty])
        #expect(unsafe access(path, F_OK) != 0, "nothing under its name before it is whole")
        try table.finish()
        let expected = "\u{FEFF}编号,内容\r\nA1,\"他说\"\"不退\"\",\n走了\"\r\n3,2.5\r\n2024-01-05,\r\n"
        #expect(bytes(path) == Array(expected.utf8))
        #expect(unsafe access(path + ".part", F_OK) != 0)
    }

    @Test(arguments: [
        ("=HYPERLINK(\"x\")", true), ("@SUM(A1)", true), ("+1+cmd|'x'", true), ("-2+3", true), ("-12.5", false), ("+86", false),
        ("-", false), ("投诉=举报", false),
    ])
    func `no cell of a CSV runs as a formula`(text: String, guarded: Bool) {
        var out: [UInt8] = []
        CSVBody.append([.text(text)], to: &out)
        let line = String(decoding: out, as: UTF8.self)
        #expect((line.hasPrefix("'") || line.hasPrefix("\"'")) == guarded, "\(line)")
    }

    @Test func `a workbook is a zip, and a text too long for a cell is cut with a mark`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("table.xlsx")
        let table = try TableFile(path, .xlsx, sheet: "投诉/2024", columns: [TableColumn("内容", width: 40)])
        try table.append([.text(String(repeating: "长", count: 40_000))])
        try table.append([.text("=1+1")])
        try table.append([.date(CalendarDate(year: 2024, month: 1, day: 5)!)])
        try table.finish()
        #expect(table.cutCellCount == 1 && table.rowCount == 3)
        #expect(bytes(path).starts(with: Array("PK".utf8)))
        #expect(unsafe access(path + ".part", F_OK) != 0)
    }

    @Test(arguments: TableFormat.allCases)
    func `a table that was given up leaves nothing, and the old one stays`(format: TableFormat) throws {
        let folder = TemporaryFolder()
        let path = folder.file("table.\(format.rawValue)")
        let old = try TableFile(path, format, sheet: "x", columns: [TableColumn("a")])
        try old.append([.text("old")])
        try old.finish()
        let before = bytes(path)
        do {
            let table = try TableFile(path, format, sheet: "x", columns: [TableColumn("a")])
            try table.append([.text("new")])
        }
        #expect(bytes(path) == before)
        #expect(unsafe access(path + ".part", F_OK) != 0)
    }

    @Test func `a folder that is not there is named`() {
        #expect(throws: TableError.self) {
            let table = try TableFile("/nonexistent/table.csv", .csv, sheet: "x", columns: [TableColumn("a")])
            try table.finish()
        }
        #expect(throws: TableError.self) {
            let table = try TableFile("/nonexistent/table.xlsx", .xlsx, sheet: "x", columns: [TableColumn("a")])
            try table.finish()
        }
        #expect(TableFormat(path: "/a.b/c.XLSX") == .xlsx && TableFormat(path: "x.jsonl") == nil)
    }
}
