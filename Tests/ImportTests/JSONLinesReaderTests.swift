import Testing
import TestSupport

@testable import Import

@Suite struct JSONLinesReaderTests {
    private func rows(_ text: String, chunk: Int = 1 << 16) throws -> [String] {
        try cut(TemporaryFile(text, ".jsonl"), chunk: chunk).rows.map { "\($0.line) \($0.problem ?? $0.cells[0])" }
    }

    @Test(arguments: [1, 2, 3, 1000]) func `lines are cut, blank ones skipped`(chunk: Int) throws {
        #expect(try rows("{\"a\":1}\n\n  {\"b\":2}  \r\n\t\n{\"c\":3}", chunk: chunk) == ["1 {\"a\":1}", "3 {\"b\":2}", "5 {\"c\":3}"])
        #expect(try rows("", chunk: chunk).isEmpty)
        #expect(try rows(" \n\n", chunk: chunk).isEmpty)
        #expect(try rows("\u{FEFF}{\"a\":1}\n", chunk: chunk) == ["1 {\"a\":1}"])
    }

    @Test(arguments: [1, 2, 3, 1000]) func `one array of objects is cut into its elements`(chunk: Int) throws {
        let text = "\n[ {\"a\": \"]}\\\"\"},\n  {\n  \"b\": [1, {\"c\": 2}]\n  } , 5, {\"d\":1}]\n"
        #expect(
            try rows(text, chunk: chunk)
                == ["2 {\"a\": \"]}\\\"\"}", "3 {\n  \"b\": [1, {\"c\": 2}]\n  }", "5 5", "5 {\"d\":1}"])
        #expect(try rows("[]", chunk: chunk).isEmpty)
        #expect(try rows("[{\"a\":1}", chunk: chunk) == ["1 {\"a\":1}", "1 arrayUnclosed"])
        #expect(try rows("[{\"a\":1},\n{\"b\":", chunk: chunk) == ["1 {\"a\":1}", "2 arrayUnclosed"])
        #expect(try rows("[{\"a\":1}]\nrest\n", chunk: chunk) == ["1 {\"a\":1}", "2 notAnObject"])
        #expect(
            try rows("[{\"a\":\"x},\n{\"b\":2},\n{\"c\":3}]", chunk: chunk)
                == ["1 quoteUnclosed", "2 {\"b\":2}", "3 {\"c\":3}"])
    }

    @Test func `a line of a hundred megabytes is rejected and the next one read`() throws {
        var bytes = Array("{\"a\":1}\n{\"x\":\"".utf8)
        bytes += Array(repeating: UInt8(ascii: "y"), count: 100 << 20)
        bytes += Array("\"}\n{\"b\":2}\n".utf8)
        let file = TemporaryFile(bytes, ".jsonl")
        bytes = []
        let found = try cut(file, chunk: 1 << 18).rows
        #expect(found.map(\.problem) == [nil, "lineTooLong", nil])
        #expect(found.map(\.line) == [1, 2, 3])
    }

    @Test func `damaged lines are rejected one by one with their reason`() throws {
        let bytes =
            Array("{\"id\":\"1\"}\n{\"id\":\n[1]\n{\"id\":\"".utf8) + [0xFF] + Array("\"}\n{\"id\":\"".utf8) + [0] + Array("\"}\nnull\n".utf8)
        var reader = try opened(TemporaryFile(bytes, ".jsonl"), decodes: true)
        let codes = try reader.next().map { row -> String in
            switch row.result {
            case .success: "ok"
            case .failure(let rejection): "\(rejection.line) \(rejection.reason.code)"
            }
        }
        #expect(codes == ["ok", "2 jsonUnreadable", "3 notAnObject", "4 bytesUnreadable", "5 nulByte", "6 notAnObject"])
    }

    @Test(arguments: Seed.sample(60)) func `chunks do not matter and reading resumes anywhere`(seed: Seed) throws {
        var seed = seed
        let pieces = ["{\"a\":1}", "{", "}", "\"", "\\", "\n", "\n", ",", "[", "]", " ", "中", "{\"b\":\"x\"}", "\r\n"]
        var text = Bool.random(using: &seed) ? "[" : ""
        for _ in 0..<Int.random(in: 0...120, using: &seed) { text += pieces.randomElement(using: &seed)! }
        for bytes in [Array(text.utf8), Encoded.utf16(text, mark: true)] {
            let file = TemporaryFile(bytes, ".jsonl")
            let whole = try cut(file, rowsAtOnce: 1)
            for chunk in [1, 2, 3, 17] {
                #expect(try cut(file, chunk: chunk).rows == whole.rows, "\(seed), chunks of \(chunk)")
            }
            for (index, point) in whole.points.enumerated() {
                #expect(try cut(file, chunk: 40, from: point).rows == Array(whole.rows[(index + 1)...]), "\(seed), \(index), \(point.json.text) \(text.debugDescription)")
            }
        }
    }
}
