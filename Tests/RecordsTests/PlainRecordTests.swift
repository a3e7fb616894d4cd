import TestSupport
import Testing

@testable import Records

@Suite struct PlainRecordTests {
    /// Both ways; nil where the first one refuses.
    private func both(_ object: JSONObject) throws -> (plain: ReadRecord, usual: ReadRecord)? {
        var reader = PlainRecordReader()
        guard let plain = reader.read(object) else { return nil }
        return (plain, try ReadRecord(object))
    }

    private func check(_ object: JSONObject, _ note: String = "") throws -> Bool {
        guard let (plain, usual) = try both(object) else { return false }
        #expect(plain.id == usual.id && plain.numbers == usual.numbers, "\(note) \(object.text)")
        #expect(String(decoding: plain.json, as: UTF8.self) == String(decoding: usual.json, as: UTF8.self), "\(note)")
        #expect(plain.identity == usual.identity, "\(note) \(object.text)")
        #expect(plain.indexed.receivedAtSeconds == usual.indexed.receivedAtSeconds)
        #expect(Set(plain.indexed.zones) == Set(usual.indexed.zones), "\(note) \(object.text)")
        #expect(Set(plain.indexed.facets) == Set(usual.indexed.facets), "\(note) \(object.text)")
        #expect(plain.indexed.facets.count == usual.indexed.facets.count, "\(note) \(object.text)")
        #expect(Set(plain.indexed.quantities) == Set(usual.indexed.quantities), "\(note) \(object.text)")
        #expect(plain.indexed.quantities.count == usual.indexed.quantities.count)
        return true
    }

    private static let values: [String: [JSONValue]] = [
        "id": ["A1", "编号 2", " A3", "", "A\u{1}4", 17], "registerNo": ["A1", "R2", nil],
        "receivedAt": ["2024-01-05T08:30:00+08:00", "2024-01-05", "2024-02-30", "2024-01-05T24:00:00+08:00", "2024-01-05 08:30", ""],
        "closedAt": ["2024-03-01", "1000-01-01", "2024-03-01T00:00:59+08:00"], "kind": ["投诉", "举报", "自定", "complaint", "ＫＩＮＤ"],
        "channel": ["来电", "电话", "phone", true], "namedState": ["实名", "匿名"], "status": ["已办结", "办结", " 已办结"],
        "title": ["停车费", " ", "收费\n乱", "a\"b\\c"], "content": ["内容", "", "第一行\n第二行\t\u{7F}"], "demand": ["退款"],
        "category": [["城管/停车"], ["城管/停车", "物业"], ["甲/乙", "甲 / 乙"], "甲/乙", ["／甲//乙"], [""], ["城管/停车", "城管/停车"]],
        "region": ["330106", 330106], "regionIncident": ["330106"], "leadUnit": ["某局", "某局　", "\u{3000}某局"], "handler": ["尹某"],
        "respondents": [[["unit": "某公司"]], [["name": "甲"], ["unit": "乙"]], ["丙"], [["name": "甲"], ["unit": "甲"]], [["unit": "丁", "等级": "A"]], [], [["unit": "戊", "person": "己"]], [["person": "庚", "unit": "庚"]]],
        "complainants": [
            [["name": "余某某", "phone": "13800138000"]], [["name": "赵钱", "address": "某路1号", "idNo": "990323198705117150"], ["phone": "1"]],
            [["name": "甲", "备注": "x"]], ["赵某"], [["name": ""]], [[:]],
        ],
        "complainantCount": [2], "regionName": ["汐洲市", "某路1号", "赵钱", 5, nil], "联系电话": ["13800138000"], "备注": ["13800138000", "无"],
        "reply": ["已退费", ["一", "二"], [["text": "一"]], "", [["heading": "标题", "text": "三"]]],
        "aliasNos": [[["kind": "平台", "no": "P1"]], ["A1", "P2"], [["no": "P3"]], [["kind": "x"]], "P4", [["no": " P5"]]],
        "amountClaimed": [52700, "1,200", .number("12.50"), .number("12.5"), .number("1e3")],
        "evidenceDocs": [[["title": "t"]]], "verified": ["无法查实"], "satisfaction": ["满意"], "summary": ["概要"], "incidentPlace": ["某路"],
        "bodyId": ["B"], "matterId": ["M"], "groupId": ["G"], "keywords": [["停车"]], "extra": [["k": 1]], "": ["空名"],
    ]

    @Test func `members of all kinds together come out as the usual way has them`() throws {
        var plainCount = 0
        for start in Seed.sample(6_000) {
            var seed = start
            let object = object(&seed)
            do { if try check(object, "\(start)") { plainCount += 1 } } catch is RecordError {}
        }
        #expect(plainCount > 1_000, "the law was hardly tried")
    }

    /// Random members of `values`; two records in three keep to the first values, which are plain.
    private func object(_ seed: inout Seed) -> JSONObject {
        let isTame = Int.random(in: 0..<3, using: &seed) > 0
        var object = JSONObject()
        for name in Self.values.keys.sorted().shuffled(using: &seed) {
            let isNeeded = ["id", "receivedAt", "title"].contains(name)
            guard isNeeded || Int.random(in: 0..<3, using: &seed) == 0 else { continue }
            if isTame, ["complainantCount", "联系电话", "evidenceDocs", "keywords", "extra", "regionIncident"].contains(name) { continue }
            let choices = Self.values[name]!
            object.set(name, to: isTame || Int.random(in: 0..<4, using: &seed) > 0 ? choices[0] : choices.randomElement(using: &seed)!)
        }
        return object
    }

    /// JSON as others write it.
    private struct Writer {
        var seed: Seed
        var isOdd: Bool
        private(set) var bytes: [UInt8] = []

        init(_ seed: Seed, isOdd: Bool) { (self.seed, self.isOdd) = (seed, isOdd) }

        mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &seed) == 0 }

        mutating func blank() { while chance(4) { bytes.append([0x20, 0x09, 0x0D, 0x0A].randomElement(using: &seed)!) } }

        mutating func write(_ text: String) {
            guard isOdd, chance(6) else { return JSONValue.write(text, into: &bytes) }
            bytes.append(0x22)
            for unit in text.utf16 {
                let hex = String(unit, radix: 16, uppercase: chance(2))
                bytes += Array(("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8)
            }
            if chance(2) { bytes += Array("\\/".utf8) }
            bytes.append(0x22)
        }

        mutating func write(_ value: JSONValue) {
            blank()
            switch value {
            case .string(let text): write(text)
            case .array(let values):
                bytes.append(0x5B)
                for (place, value) in values.enumerated() {
                    if place > 0 { bytes.append(0x2C) }
                    write(value)
                }
                bytes.append(0x5D)
            case .object(let object): write(object)
            default: value.write(into: &bytes)
            }
            blank()
        }

        mutating func write(_ object: JSONObject) {
            bytes.append(0x7B)
            blank()
            for (place, entry) in object.entries.enumerated() {
                if place > 0 { bytes.append(0x2C) }
                blank()
                write(entry.key)
                blank()
                bytes.append(0x3A)
                write(entry.value)
                if isOdd, chance(40) {
                    bytes += Array(",\"\(entry.key)\":\"zwei\"".utf8)
                }
            }
            bytes.append(0x7D)
        }

        mutating func damage() {
            for _ in 0..<Int.random(in: 1...3, using: &seed) where !bytes.isEmpty {
                let place = bytes.indices.randomElement(using: &seed)!
                switch Int.random(in: 0..<4, using: &seed) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &seed)
                case 2: bytes.insert([0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x00, 0xEF].randomElement(using: &seed)!, at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
        }
    }

    @Test func `a row read from its bytes is the row read as an object`() throws {
        var (readCount, damagedCount) = (0, 0)
        for start in Seed.sample(9_000) {
            var seed = start
            let object = object(&seed)
            var writer = Writer(seed, isOdd: Int.random(in: 0..<2, using: &seed) == 0)
            writer.write(.object(object))
            let isDamaged = Int.random(in: 0..<4, using: &seed) == 0
            if isDamaged { writer.damage() }
            var reader = PlainRecordReader()
            guard let read = reader.read(writer.bytes.span) else { continue }
            readCount += 1
            if isDamaged { damagedCount += 1 }
            let text = String(decoding: writer.bytes, as: UTF8.self)
            guard case .object(let parsed) = try JSONValue.parse(writer.bytes) else {
                Issue.record("\(start): read what is no object: \(text)")
                continue
            }
            guard let expected = reader.read(parsed) else {
                Issue.record("\(start): read from bytes alone: \(text)")
                continue
            }
            #expect(String(decoding: read.json, as: UTF8.self) == String(decoding: expected.json, as: UTF8.self), "\(start)")
            #expect(read.id == expected.id && read.numbers == expected.numbers && read.identity == expected.identity, "\(start) \(text)")
            #expect(read.indexed == expected.indexed, "\(start) \(text)")
        }
        #expect(readCount > 1_500 && damagedCount > 20, "the law was hardly tried: \(readCount), \(damagedCount)")
    }

    @Test(arguments: Seed.sample(200)) func `records with any member filled are refused or the same`(seed: Seed) throws {
        let complaint = try Complaint.random(from: seed)
        _ = try check(complaint.json, "\(seed)")
    }

    @Test func `what the usual way refuses is not plain`() throws {
        let bad: [JSONObject] = [
            ["id": "1", "title": "t"], ["receivedAt": "2024-01-05", "title": "t"], ["id": "1", "receivedAt": "2024-01-05"],
            ["id": "1", "receivedAt": "2024-13-05", "title": "t"], ["id": "1", "receivedAt": "2024-01-05", "title": "  "],
        ]
        for object in bad {
            var reader = PlainRecordReader()
            let isPlain = reader.read(object) != nil
            #expect(!isPlain)
            #expect(throws: RecordError.self) { try ReadRecord(object) }
        }
    }

    @Test func `an ordinary record is plain`() throws {
        let object: JSONObject = [
            "id": "C1", "registerNo": "RX1", "receivedAt": "2022-01-01T06:36:15+08:00", "kind": "投诉", "channel": "来电", "title": "拖欠工资",
            "content": "反映：\n拖欠", "category": "劳动保障/劳动监察", "region": "990105", "regionName": "某区",
            "respondents": [["unit": "某公司"]], "namedState": "实名", "complainants": [["name": "余某", "phone": "1"]], "status": "已办结",
        ]
        #expect(try check(object))
    }
}
