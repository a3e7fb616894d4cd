import Glibc
import Records
import Testing
import TestSupport

@testable import Import

@Suite struct RejectWriterTests {
    @Test func `rejects name place and reason and tell no person`() throws {
        let file = TemporaryFile("编号,受理时间,来电人,备用电话,内容\n1,昨天,某甲,13800138000,请拨 138 0013 8000 或 0571-87654321 找我\n")
        var options = options(file)
        options.map = try FieldMap.parse("fields:\n  id: 编号\n  receivedAt: 受理时间\n  complainants[0].name: 来电人\n  content: 内容\n")
        var reader = try opened(options, file, decodes: true)
        var writer = try RejectWriter(path: file.path + ".rejects.jsonl", language: .english)
        for row in try reader.next() { try writer.write(row) }
        try writer.finish()
        let text = String(decoding: try #require(contents(of: writer.path)), as: UTF8.self)
        #expect(
            text == #"{"line":2,"field":"receivedAt","column":"受理时间","code":"dateUnreadable","reason":"a date that cannot be read","row":{"编号":"1","受理时间":"昨天","内容":"请拨 *** **** **** 或 ****-******** 找我"}}"# + "\n")
    }

    @Test func `rows that could not be cut are not quoted`() throws {
        let file = TemporaryFile("id,receivedAt,title\n1,\"张三,13800138000\n")
        var reader = try opened(file, decodes: true)
        let row = try #require(try reader.next().first)
        #expect(row.rejectedRow == nil)
    }

    @Test func `what the row says of a person is hidden in its text too`() {
        let row: JSONObject = [
            "content": "我叫钱初九，住在云麓区枫叶路3号，要求退款", "extra": ["who": "钱初九本人"],
            "complainants": [["name": "钱初九", "address": "云麓区枫叶路3号"]],
        ]
        let text = Redaction().redacted(row).text
        #expect(!text.contains("钱初九") && !text.contains("枫叶路") && text.contains("要求退款"))
    }

    @Test func `record JSON loses its identity too`() {
        let row: JSONObject = ["id": "1", "complainants": [["name": "某"]], "respondents": [["unit": "厂", "phone": "1"]], "agent": "某", "n": ["联系电话": "1", "k": 2]]
        #expect(Redaction().redacted(row).text == #"{"id":"1","respondents":[{"unit":"厂"}],"n":{"k":2}}"#)
    }

    @Test(arguments: [
        ("13800138000", "***********"), ("身份证44010619900101001X。", "身份证******************。"), ("+86 138-0013-8000", "+** ***-****-****"),
        ("2024-01-05", "2024-01-05"), ("20240105", "20240105"), ("订单 1234", "订单 1234"), ("１３８００１３８０００", "***********"), ("工单2018010112345678", "工单2018010112345678"),
    ])
    func `numbers of persons are masked`(text: String, masked: String) { #expect(Redaction.masked(text) == masked) }

    @Test func `the list appears whole, goes on when resumed, and goes when there is nothing to tell`() throws {
        let file = TemporaryFile("")
        let path = file.path + ".rejects.jsonl"
        func write(_ writer: inout RejectWriter, _ line: Int) throws {
            try writer.write(line: line, field: "id", code: "missing", reason: "r", row: nil)
        }
        var first = try RejectWriter(path: path, language: .chinese)
        try write(&first, 1)
        try first.sync()
        let position = first.position
        try write(&first, 2)
        try first.sync()
        #expect(contents(of: path) == nil)

        var second = try RejectWriter(path: path, language: .chinese, resumingAt: position)
        try write(&second, 3)
        try second.finish()
        let lines = try #require(contents(of: path)).split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.count == 2 && lines[0].hasPrefix("{\"line\":1,") && lines[1].hasPrefix("{\"line\":3,"))

        var third = try RejectWriter(path: path, language: .chinese)
        try third.finish()
        #expect(contents(of: path) == nil)
    }

    @Test func `every error speaks three lines in two languages`() throws {
        let errors: [ImportError] = [
            .cannotOpen(path: "f", reason: "r"), .readFailed(path: "f", reason: "r"), .writeFailed(path: "f", reason: "r"),
            .formatNotRead(path: "f", looksLike: .pdf), .encodingUnknown(name: "x"), .workbookDamaged(path: "f", part: "p"),
            .workbookTooLarge(path: "f", part: "p"), .sheetUnknown(path: "f", sheet: "s"), .mapNeeded(path: "f"),
            .map(MapError(.targetUnreadable("x"), line: 1, column: 2), path: "m"), .headerMissing(path: "f"),
        ]
        for error in errors {
            for language in [Language.chinese, .english] { #expect(error.notice(in: language).split(separator: "\n").count == 3) }
        }
        #expect(throws: ImportError.self) { _ = try RecordReader(ImportOptions(path: "/nowhere/at/all")) }
        #expect(throws: ImportError.self) { _ = try RecordReader(ImportOptions(path: "/tmp")) }
    }
}
