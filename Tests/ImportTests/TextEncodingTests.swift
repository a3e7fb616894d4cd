import Testing
import TestSupport

@testable import Import

@Suite struct TextEncodingTests {
    private static let table = """
        编号,标题,内容
        1,小区停车费投诉,"物业公司自一月起涨价，未公示。
        业主多次反映，“无人处理”。"
        2,噪音扰民,夜间施工至凌晨两点；𠮷野家楼下
        3,plain ascii,nothing else here

        """

    @Test(arguments: [1, 2, 3, 5, 64, 65536]) func `the same table in every encoding gives the same rows`(chunk: Int) throws {
        let expected = try cut(TemporaryFile(Self.table))
        let texts: [(TextEncoding, [UInt8])] = [
            (.utf8, [0xEF, 0xBB, 0xBF] + Array(Self.table.utf8)),
            (.gb18030, Encoded.gb18030(Self.table)),
            (.utf16LittleEndian, Encoded.utf16(Self.table)),
            (.utf16LittleEndian, Encoded.utf16(Self.table, mark: true)),
            (.utf16BigEndian, Encoded.utf16(Self.table, bigEndian: true)),
            (.utf16BigEndian, Encoded.utf16(Self.table, bigEndian: true, mark: true)),
        ]
        for (encoding, bytes) in texts {
            let file = TemporaryFile(bytes)
            #expect(try opened(file).detected.encoding == encoding)
            let found = try cut(file, chunk: chunk, rowsAtOnce: 1)
            #expect(found.rows == expected.rows, "\(encoding)")
            #expect(found.columns == expected.columns)
            for (index, point) in found.points.enumerated() {
                #expect(try cut(file, chunk: chunk, from: point).rows == Array(expected.rows[(index + 1)...]), "\(encoding)")
            }
        }
    }

    @Test func `the head may be ASCII for long`() throws {
        let head = "a,b\n" + String(repeating: "1,plain\n", count: 60_000)
        let tail = String(repeating: "2,市民来电反映噪音\n", count: 40_000)
        let gb = TemporaryFile(Array(head.utf8) + Encoded.gb18030(tail))
        #expect(try opened(gb).detected.encoding == .gb18030)
        let utf8 = TemporaryFile(head + tail)
        #expect(try opened(utf8).detected.encoding == .utf8)
    }

    @Test func `rows in another encoding are rejected, not the file`() throws {
        let good = "1,市民来电反映\n2,物业收费\n3,道路破损\n"
        let mixed = Array("id,标题\n".utf8) + Array(good.utf8) + Encoded.gb18030("4,垃圾清运\n") + Array("5,路灯不亮\n".utf8)
        #expect(try cut(TemporaryFile(mixed)).rows.map(\.cells) == [["1", "市民来电反映"], ["2", "物业收费"], ["3", "道路破损"], ["not UTF-8"], ["5", "路灯不亮"]])
        let other = Encoded.gb18030("id,标题\n" + good) + [0x34, 0x2C, 0xFF, 0xFF, 0x0A] + Encoded.gb18030("5,路灯不亮\n")
        let rows = try cut(TemporaryFile(other)).rows
        #expect(rows.map(\.cells).last == ["5", "路灯不亮"])
        #expect(rows[3].cells == ["not UTF-8"])
    }

    @Test func `half a character before a line end does not swallow the line end`() throws {
        let bytes = Encoded.gb18030("id,标题\n1,噪音扰民噪音扰民\n") + [0x32, 0x2C, 0xD6, 0x0A] + Encoded.gb18030("3,停水通知停水\n")
        let rows = try cut(TemporaryFile(bytes)).rows
        #expect(rows.map(\.cells) == [["1", "噪音扰民噪音扰民"], ["not UTF-8"], ["3", "停水通知停水"]])
    }

    @Test(arguments: Seed.sample(60)) func `any bytes read as any encoding give rows or rejects, alike in any chunks`(seed: Seed) throws {
        var seed = seed
        var bytes: [UInt8] = Array("a,b\n".utf8)
        for _ in 0..<Int.random(in: 0...150, using: &seed) {
            bytes.append(Bool.random(using: &seed) ? UInt8.random(in: 0...255, using: &seed) : [0x0A, 0x0D, 0x2C, 0x81, 0x30, 0xD8, 0x00].randomElement(using: &seed)!)
        }
        let file = TemporaryFile(bytes)
        for encoding in TextEncoding.allCases {
            func rows(_ chunk: Int) throws -> [String] {
                var options = options(file, chunk: chunk, format: .csv)
                options.encoding = encoding
                var reader = try opened(options, file)
                var found: [String] = []
                while let batch = try reader.nextRawBatch() {
                    found += batch.rows.map { row in "\(row.line) \(row.problem?.code ?? batch.texts(of: row)?.joined(separator: "|") ?? "?")" }
                }
                return found
            }
            let whole = try rows(1 << 16)
            for chunk in [1, 2, 3, 7] { #expect(try rows(chunk) == whole, "\(seed) \(encoding) chunks of \(chunk)") }
        }
    }
}
