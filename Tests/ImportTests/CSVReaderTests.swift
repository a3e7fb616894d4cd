import Testing
import TestSupport

@testable import Import

@Suite struct CSVReaderTests {
    @Test func `RFC 4180 rows`() throws {
        let text = "a,b,c\r\n1,\"x, \"\"y\"\"\",3\r\n\"line\r\nbreak\",,\r\n"
        #expect(try cells(text) == [["1", "x, \"y\"", "3"], ["line\r\nbreak", "", ""]])
    }

    @Test(arguments: [1, 2, 3, 7, 4096]) func `what Excel really writes`(chunk: Int) throws {
        #expect(try cells("sep=;\r\na;b\r\n1,5;2\r\n", chunk: chunk) == [["1,5", "2"]])
        #expect(try cells("a,b\r\n=\"00123\",\"=\"\"0456\"\"\"\r\n", chunk: chunk) == [["00123", "0456"]])
        #expect(try cells("a,b,,\r\n1,2,,\r\n,,,\r\n3\t,4,,\r\n", chunk: chunk) == [["1", "2", "", ""], ["3\t", "4", "", ""]])
        #expect(try cells("a\tb\n1\t\"x\ty\"\n", chunk: chunk) == [["1", "x\ty"]])
        #expect(try cells("a|b\n1|2", chunk: chunk) == [["1", "2"]])
        #expect(try cells("a,b\r1,2\r3,4\r", chunk: chunk) == [["1", "2"], ["3", "4"]])
        #expect(try cells("a,b\n1,x\ry\n", chunk: chunk) == [["1", "x\ry"]])
        #expect(try cells("a,b\n\"1\" , \"2\" \n", chunk: chunk) == [["1", "2"]])
        #expect(try cells("\u{FEFF}a,b\n1,2\n", chunk: chunk) == [["1", "2"]])
    }

    @Test func `a title above the header is no header`() throws {
        let file = TemporaryFile("投诉登记表,,\n\n编号,标题,内容\n1,t,c\n")
        let found = try cut(file)
        #expect(found.columns == ["编号", "标题", "内容"])
        #expect(found.rows == [CutRow(line: 4, cells: ["1", "t", "c"])])
    }

    @Test func `names of columns are told apart`() {
        #expect(HeaderRow.names(["电话", "电话", " ", "a\nb", ""]) == ["电话", "电话(2)", "column3", "ab"])
    }

    @Test func `quotes that nobody doubled stay in the text`() throws {
        #expect(try cells("a,b\n\"he said \"no\" twice\",2\n5\"disk,3\n") == [["he said \"no\" twice", "2"], ["5\"disk", "3"]])
    }

    @Test(arguments: [1, 5, 4096]) func `a lost quote costs one row`(chunk: Int) throws {
        let text = "a,b,c\n1,\"lost,3\n4,\"five\",6\n7,8,9\n"
        #expect(try cells(text, chunk: chunk) == [["!quoteUnclosed"], ["4", "five", "6"], ["7", "8", "9"]])
        let atEnd = "a,b\n1,2\n3,\"lost\n4,5\n"
        #expect(try cells(atEnd, chunk: chunk) == [["1", "2"], ["!quoteUnclosed"], ["4", "5"]])
    }

    @Test func `a NUL byte rejects its row`() throws {
        #expect(try cells("a,b\n1,2\u{0}\n3,4\n") == [["!nulByte"], ["3", "4"]])
    }

    @Test func `a quoted cell without end is given up after its limit`() throws {
        var bytes = Array("a,b\n1,\"".utf8)
        bytes += Array(repeating: UInt8(ascii: "x"), count: CSVReader.quotedLimitBytes + 1000)
        bytes += Array("\n3,4\n".utf8)
        let rows = try cut(TemporaryFile(bytes)).rows
        #expect(rows == [CutRow(line: 2, cells: [], problem: "quoteUnclosed"), CutRow(line: 3, cells: ["3", "4"])])
    }

    @Test func `a row of a hundred megabytes is rejected in bounded memory`() throws {
        var bytes = Array("a,b\n1,2\n".utf8)
        bytes += Array(repeating: UInt8(ascii: "x"), count: 100 << 20)
        bytes += Array("\n3,4\n".utf8)
        let file = TemporaryFile(bytes)
        bytes = []
        var reader = try opened(file, chunk: 1 << 18)
        let batch = try #require(try reader.nextRawBatch())
        #expect(batch.rows.map { $0.problem?.code } == [nil, "rowTooLong", nil])
        #expect(batch.rows.map(\.line) == [2, 3, 4])
    }

    @Test func `files full of lost quotes are read in reasonable time`() throws {
        let line = "\"\"\"x\n"
        let file = TemporaryFile("a,b\n" + String(repeating: line, count: 60_000))
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try cut(file) }
        #expect(time < .seconds(60))
    }

    @Test func `no bytes, no rows`() throws {
        #expect(try cut(TemporaryFile("", ".csv")).rows.isEmpty)
        #expect(try cut(TemporaryFile("a,b\n", ".csv")).rows.isEmpty)
        #expect(try cut(TemporaryFile("\n\n\n", ".csv")).rows.isEmpty)
    }

    // MARK: Laws

    @Test(arguments: Seed.sample(60)) func `well-formed text is cut as the slow oracle cuts it`(seed: Seed) throws {
        var seed = seed
        let text = "h1,h2,h3\n" + wellFormed(&seed)
        let expected = oracle(text).dropFirst().filter { !$0.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value <= 0x20 } } }
        #expect(try cells(text, chunk: Int.random(in: 1...300, using: &seed)) == Array(expected), "\(seed)")
    }

    @Test(arguments: Seed.sample(60)) func `any bytes give the same rows whatever the size of the chunks`(seed: Seed) throws {
        var seed = seed
        let file = TemporaryFile(noise(&seed))
        let whole = try cut(file, chunk: 1 << 16)
        for chunk in [1, 2, 3, Int.random(in: 4...200, using: &seed)] {
            #expect(try cut(file, chunk: chunk).rows == whole.rows, "\(seed), chunks of \(chunk)")
        }
    }

    @Test(arguments: Seed.sample(40)) func `reading goes on from any resume point as if never stopped`(seed: Seed) throws {
        var seed = seed
        let file = TemporaryFile(noise(&seed))
        let whole = try cut(file, chunk: 64, rowsAtOnce: 1)
        for (index, point) in whole.points.enumerated() {
            let stored = try #require(ResumePoint(json: point.json))
            let rest = try cut(file, chunk: 50, from: stored)
            #expect(rest.rows == Array(whole.rows[(index + 1)...]), "\(seed), from row \(index + 1)")
        }
    }

    /// Three cells a row, quoted where they must be and at random.
    private func wellFormed(_ seed: inout Seed) -> String {
        let pieces = ["a", "中", "\"", ",", "\n", "\r\n", " b", "x=", "😀", "1", "é"]
        var text = ""
        for _ in 0..<Int.random(in: 1...20, using: &seed) {
            var row: [String] = []
            for _ in 0..<3 {
                let cell = (0..<Int.random(in: 0...4, using: &seed)).map { _ in pieces.randomElement(using: &seed)! }.joined()
                let mustQuote = cell.unicodeScalars.contains { "\",\n\r".unicodeScalars.contains($0) } || cell.hasPrefix(" ")
                row.append(
                    mustQuote || Bool.random(using: &seed)
                        ? "\"" + cell.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\"" : cell)
            }
            text += row.joined(separator: ",") + (Bool.random(using: &seed) ? "\n" : "\r\n")
        }
        return text
    }

    /// RFC 4180, one scalar after the other.
    private func oracle(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        let scalars = Array(text.unicodeScalars)
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            if isQuoted {
                if scalar == "\"" {
                    if place + 1 < scalars.count, scalars[place + 1] == "\"" {
                        cell.unicodeScalars.append("\"")
                        place += 1
                    } else {
                        isQuoted = false
                    }
                } else {
                    cell.unicodeScalars.append(scalar)
                }
            } else if scalar == "\"" {
                isQuoted = true
            } else if scalar == "," {
                row.append(cell)
                cell = ""
            } else if scalar == "\n" {
                row.append(cell)
                rows.append(row)
                row = []
                cell = ""
            } else if scalar != "\r" {
                cell.unicodeScalars.append(scalar)
            }
            place += 1
        }
        return rows
    }

    private func noise(_ seed: inout Seed) -> [UInt8] {
        let pieces: [[UInt8]] = [
            Array("a".utf8), Array("中文".utf8), [0x22], [0x22, 0x22], [0x2C], [0x2C], [0x0A], [0x0A], [0x0D, 0x0A], [0x0D], [0x20], [0x00],
            [0xFF], Array("=\"".utf8), Array("\",\"".utf8), [0xD6, 0xD0], Array("12".utf8),
        ]
        var bytes = Array("h1,h2,h3\n".utf8)
        for _ in 0..<Int.random(in: 0...200, using: &seed) { bytes += pieces.randomElement(using: &seed)! }
        return bytes
    }
}
