// Telephone and id numbers in running text, in any common spelling: in no result and no index, and found by `phone:` and `idNo:` alone.

import Engine
import Records
import Search
import TestSupport
import Testing

@Suite struct MaskingTests {
    private struct Case {
        var text: String
        /// Digits, and X, without separators.
        var number: String
        var isPhone: Bool
    }

    private static func digits(_ count: Int, using seed: inout Seed) -> String { String((0..<count).map { _ in "0123456789".randomElement(using: &seed)! }) }

    private static func resident(using seed: inout Seed) -> String {
        let body = "330106" + "\(Int.random(in: 1950...2005, using: &seed))" + "0\(Int.random(in: 1...9, using: &seed))1\(Int.random(in: 0...9, using: &seed))" + digits(3, using: &seed)
        let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        let sum = zip(body, weights).reduce(0) { $0 + $1.0.wholeNumberValue! * $1.1 }
        return body + String(Array("10X98765432")[sum % 11])
    }

    private static func wide(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? Unicode.Scalar($0.value + 0xFEE0)! : $0 }))
    }

    private static func made(using seed: inout Seed) -> Case {
        let before = ["请回电", "电话：", "我的手机是", "联系人手机", "打", "，"].randomElement(using: &seed)!
        let after = ["。", "，谢谢", "找我", "（晚上）", "或者来访", ""].randomElement(using: &seed)!
        let story = ["电梯坏了没人修", "停车费乱收", "夜里施工扰民", "拖欠工资三个月", "第3次投诉，已等15天"].randomElement(using: &seed)!
        switch Int.random(in: 0..<8, using: &seed) {
        case 0, 1, 2:
            let number = "1" + ["3", "5", "7", "8", "9"].randomElement(using: &seed)! + digits(9, using: &seed)
            let parts = (number.prefix(3), number.dropFirst(3).prefix(4), number.suffix(4))
            let written = [number, "\(parts.0) \(parts.1) \(parts.2)", "\(parts.0)-\(parts.1)-\(parts.2)", wide(number), "+86 \(number)"].randomElement(using: &seed)!
            return Case(text: "\(story)，\(before)\(written)\(after)", number: number, isPhone: true)
        case 3, 4:
            let number = "0571" + "8" + digits(7, using: &seed)
            let written = ["\(number.prefix(4))-\(number.dropFirst(4))", "（\(number.prefix(4))）\(number.dropFirst(4))", "\(number.prefix(4)) \(number.dropFirst(4))"].randomElement(using: &seed)!
            return Case(text: "\(story)，\(before)\(written)\(after)", number: number, isPhone: true)
        default:
            let number = resident(using: &seed)
            let written = [number, number.lowercased(), wide(number)].randomElement(using: &seed)!
            return Case(text: "\(story)，身份证号\(written)\(after)", number: number, isPhone: false)
        }
    }

    /// All digits of a text, in order.
    private static func bare(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.compactMap { scalar in
            let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
            return (0x30...0x39).contains(value) || value == 0x58 || value == 0x78 ? Unicode.Scalar(value == 0x78 ? 0x58 : value) : nil
        }))
    }

    @Test func `random texts with numbers show none of them, and are found by them through the identity store alone`() throws {
        var seed = Seed(UInt64.random(in: 0..<1_000_000_000))
        let start = seed
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        let cases = (0..<200).map { _ in Self.made(using: &seed) }
        _ = try engine.add(cases.enumerated().map { number, one in
            // The title may hold it too, and where there is none the beginning of the text stands for it.
            var record: JSONObject = ["id": .string("M-\(number)-z"), "receivedAt": "2024-01-02", "content": .string(one.text)]
            if number % 2 == 0 { record.set("title", to: .string(one.text)) }
            return record
        })
        let out = folder.file("out.jsonl")
        _ = try engine.export(nil, to: out, withIdentity: false, report: { _ in })
        let lines = String(decoding: FileBytes.read(out), as: UTF8.self).split(separator: "\n")
        for (number, one) in cases.enumerated() {
            let id = "M-\(number)-z"
            var shown = [try engine.show(id, version: nil).map { "\($0.record["content"]?.string ?? "") \($0.record["title"]?.string ?? "")" }.joined()]
            shown += try engine.search(SearchRequest(query: "no:\(id)")).hits.map { $0.title + " " + $0.snippet.text }
            shown += try engine.check(record: id, CheckRequest()).candidates.prefix(3).flatMap { [$0.title] + $0.passages.map(\.text) }
            shown += lines.filter { $0.contains("\"\(id)\"") }.map { String($0.drop { $0 != "," }) }
            // A tail of six gives a person away as well.
            for text in shown { #expect(!Self.bare(text).contains(one.number.suffix(6)), "\(start): \(one.text) → \(text)") }
            let field = one.isPhone ? "phone" : "idNo"
            #expect(try engine.count(SearchRequest(query: "\(field):\(one.number)")).count >= 1, "\(start): \(one.text)")
            #expect(try engine.count(SearchRequest(query: "\"\(one.number)\"")).count == 0, "\(start): \(one.text)")
        }
    }
}
