@testable import Records
import TestSupport
import Testing

@Suite struct JSONTests {
    @Test func `an object keeps the order of its keys and the digits of its numbers`() throws {
        let text = #"{"b":12.50,"a":"中文","c":[true,false,null,-0,1e5,{"x":{}}],"d":[]}"#
        let value = try JSONValue.parse(text)
        #expect(value.text == text)
        #expect(value["b"]?.number == "12.50")
        #expect(value["a"]?.string == "中文")
        #expect(value["c"]?.array?.count == 6)
        #expect(value.objectValue.map { Array($0.keys) } == ["b", "a", "c", "d"])
    }

    @Test(arguments: Seed.sample(8)) func `what is compared of a record is what the whole record says`(seed: Seed) throws {
        var filler = RandomFiller(seed: seed)
        for _ in 0..<40 {
            var complaint = Complaint(receivedAt: Timestamp(CalendarDate.first))
            try complaint.visit(&filler)
            var bytes: [UInt8] = []
            complaint.json.write(into: &bytes)
            var whole = Complaint(receivedAt: complaint.receivedAt)
            // Everything else is empty, and unknown members are not read.
            (whole.id, whole.registerNo, whole.aliasNos, whole.kind) = (complaint.id, complaint.registerNo, complaint.aliasNos, complaint.kind)
            (whole.namedState, whole.complainantCount) = (complaint.namedState, complaint.complainantCount)
            (whole.respondents, whole.region, whole.incidentPlace) = (complaint.respondents, complaint.region, complaint.incidentPlace)
            (whole.category, whole.cause, whole.title) = (complaint.category, complaint.cause, complaint.title)
            (whole.events, whole.appealOf) = (complaint.events, complaint.appealOf)
            (whole.fileId, whole.referenceCode) = (complaint.fileId, complaint.referenceCode)
            let read = try Complaint(some: JSONObject.members(Complaint.comparedMembers, of: bytes.span))
            #expect(read.json.text == whole.json.text)
            var shown = Complaint(receivedAt: complaint.receivedAt)
            (shown.id, shown.registerNo, shown.respondents) = (complaint.id, complaint.registerNo, complaint.respondents)
            (shown.category, shown.title, shown.content, shown.demand) = (complaint.category, complaint.title, complaint.content, complaint.demand)
            (shown.handler, shown.leadUnit, shown.status) = (complaint.handler, complaint.leadUnit, complaint.status)
            (shown.verified, shown.outcome) = (complaint.verified, complaint.outcome)
            let candidate = try Complaint(some: JSONObject.members(Complaint.candidateMembers, of: bytes.span))
            #expect(candidate.json.text == shown.json.text)
        }
    }

    @Test(arguments: Seed.sample(8)) func `some members of an object are those of the whole`(seed: Seed) throws {
        var filler = RandomFiller(seed: seed)
        for _ in 0..<20 {
            var complaint = Complaint(receivedAt: Timestamp(CalendarDate.first))
            try complaint.visit(&filler)
            var whole = complaint.json
            whole.set("odd", to: ["a\"}]\\", [["{": "\\\""], .number("-1.5e3"), true, nil], "中文\n"])
            var bytes: [UInt8] = []
            whole.write(into: &bytes)
            let names = Set(whole.keys.filter { _ in Bool.random(using: &filler.seed) })
            let some = try JSONObject.members(MemberNames(names), of: bytes.span)
            #expect(some.text == JSONObject(whole.entries.filter { names.contains($0.key) }.map { ($0.key, $0.value) }).text)
        }
        // A name written with an escape, one that comes twice, one that is not wanted but as long.
        let odd = #"{"\u0061":1,"b":2,"c":3,"b":4,"":5}"#
        #expect(try JSONObject.members(["a", "b", ""], of: Array(odd.utf8).span).text == #"{"a":1,"b":4,"":5}"#)
        #expect(try JSONObject.members(["a"], of: Array(" {} ".utf8).span).isEmpty)
        for damaged in ["", "[1]", "{", #"{"b":"x"#, #"{"b":[1,2"#, #"{"b" 1}"#, #"{"a":tru}"#] {
            #expect(throws: JSONError.self, "\(damaged)") { try JSONObject.members(["a"], of: Array(damaged.utf8).span) }
        }
    }

    @Test func `blanks between tokens do not count`() throws {
        #expect(try JSONValue.parse(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n") == ["a": [1, 2], "b": [:]])
    }

    @Test func `a repeated key keeps its first place and its last value`() throws {
        #expect(try JSONValue.parse(#"{"a":1,"b":2,"a":3}"#).text == #"{"a":3,"b":2}"#)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u4e2d\u6587""#, "中文"),
        (#""\u4E2D文\u0000x""#, "中文\u{0}x"),
        (#""\uD83D\uDE00""#, "😀"),
        (#""\uD83D""#, "\u{FFFD}"),
        (#""\uDE00a""#, "\u{FFFD}a"),
        (#""\uD83D\u4e2d""#, "\u{FFFD}中"),
        (#""\uD83D\uD83D\uDE00""#, "\u{FFFD}😀"),
        (#""\uD83D\n""#, "\u{FFFD}\n"),
        ("\"\u{2028}\u{7F}\"", "\u{2028}\u{7F}"),
    ])
    func `escapes are read`(text: String, meaning: String) throws {
        let read = try #require(try JSONValue.parse(text).string)
        #expect(read.hasSameBytes(as: meaning))
    }

    @Test(arguments: [
        ("", 0, JSONError.Reason.unexpectedEnd), ("  ", 2, .unexpectedEnd), ("{", 1, .unexpectedEnd),
        ("[1,", 3, .unexpectedEnd), ("[1,]", 3, .unexpectedByte), ("{\"a\":1,}", 7, .unexpectedByte),
        ("{a:1}", 1, .unexpectedByte), ("{'a':1}", 1, .unexpectedByte), ("{\"a\" 1}", 5, .unexpectedByte),
        ("{\"a\":}", 5, .unexpectedByte), ("{\"a\"}", 4, .unexpectedByte), ("[1 2]", 3, .unexpectedByte),
        ("“a”", 0, .unexpectedByte), ("\u{FEFF}1", 0, .unexpectedByte), ("\u{A0}1", 0, .unexpectedByte),
        ("1 2", 2, .trailingBytes), ("{}{}", 2, .trailingBytes), ("{}\u{0}", 2, .trailingBytes),
        ("\"abc", 4, .unexpectedEnd), ("\"abc\\", 5, .unexpectedEnd), ("\"\\u12", 5, .unexpectedEnd),
        ("\"\\x\"", 2, .badEscape), ("\"\\u12g4\"", 5, .badEscape), ("\"\\U1234\"", 2, .badEscape),
        ("\"a\u{0}\"", 2, .controlCharacter), ("\"a\nb\"", 2, .controlCharacter), ("\"\\n\t\"", 3, .controlCharacter),
        ("tru", 3, .unexpectedEnd), ("trux", 3, .unexpectedByte), ("True", 0, .unexpectedByte),
        ("nul]", 3, .unexpectedByte), ("NaN", 0, .unexpectedByte), ("Infinity", 0, .unexpectedByte),
        ("01", 0, .badNumber), ("-01", 1, .badNumber), ("1.", 2, .unexpectedEnd), ("1.x", 2, .badNumber),
        ("-", 1, .unexpectedEnd), ("-a", 1, .badNumber), (".5", 0, .unexpectedByte), ("+1", 0, .unexpectedByte),
        ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd), ("1e+a", 3, .badNumber), ("0x10", 1, .trailingBytes),
    ])
    func `damaged text is refused with its place and reason`(text: String, offset: Int, reason: JSONError.Reason) {
        #expect(throws: JSONError(offset: offset, reason: reason)) { try JSONValue.parse(text) }
    }

    @Test(arguments: [
        ([0x22, 0xFF, 0x22], 1), ([0x22, 0x61, 0xE4, 0xB8, 0x22], 2), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
        ([0x22, 0xC0, 0x80, 0x22], 1), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1),
        ([0x22, 0x5C, 0x6E, 0xD6, 0xD0, 0x22], 3),
    ] as [([UInt8], Int)])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8], offset: Int) {
        #expect(throws: JSONError(offset: offset, reason: .invalidUTF8)) { try JSONValue.parse(bytes) }
    }

    @Test func `sixty-four levels are read and one more is refused`() throws {
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try JSONValue.parse(fits).text == fits)
        #expect(throws: JSONError(offset: 64, reason: .tooDeep)) {
            try JSONValue.parse(String(repeating: "[", count: 100_000))
        }
        #expect(throws: JSONError(offset: 64 * 5, reason: .tooDeep)) {
            try JSONValue.parse(String(repeating: "{\"a\":", count: 65))
        }
    }

    @Test func `an object of a hundred thousand keys is built without quadratic time`() throws {
        var object = JSONObject()
        for number in 0..<100_000 { object.set("键\(number)", to: .number(String(number))) }
        for number in 0..<100_000 { object.set("键\(number)", to: .number(String(number + 1))) }
        #expect(object.count == 100_000)
        #expect(object["键77777"]?.int == 77_778)
        #expect(try JSONValue.parse(object.text) == .object(object))
    }

    @Test func `keys that differ only in their normal form are two keys`() {
        var object = JSONObject()
        object.set("é", to: 1)
        object.set("e\u{301}", to: 2)
        #expect(object.count == 2)
        #expect(JSONValue.string("é") != JSONValue.string("e\u{301}"))
    }

    @Test(arguments: Seed.sample(4)) func `an object behaves as a list of pairs does`(seed: Seed) {
        var seed = seed
        var object = JSONObject()
        var oracle: [(String, JSONValue)] = []
        for step in 0..<600 {
            let key = "k\(Int.random(in: 0..<60, using: &seed))"
            let place = oracle.firstIndex { $0.0 == key }
            if Int.random(in: 0..<4, using: &seed) == 0 {
                object[key] = nil
                if let place { oracle.remove(at: place) }
            } else {
                object[key] = .number(String(step))
                if let place { oracle[place].1 = .number(String(step)) } else { oracle.append((key, .number(String(step)))) }
            }
            #expect(object[key] == oracle.first { $0.0 == key }?.1)
        }
        #expect(object == JSONObject(oracle))
        #expect(Array(object.keys) == oracle.map(\.0))
    }

    @Test(arguments: Seed.sample(64)) func `what is written is read back`(seed: Seed) throws {
        var seed = seed
        let value = JSONValue.random(depth: 5, using: &seed)
        #expect(try JSONValue.parse(value.text) == value)
        #expect(try JSONValue.parse(value.text).text == value.text)
    }

    @Test(arguments: Seed.sample(32)) func `bytes changed at random are refused or mean what is written back`(seed: Seed) throws {
        var seed = seed
        var bytes: [UInt8] = []
        JSONValue.random(depth: 4, using: &seed).write(into: &bytes)
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &seed) where !damaged.isEmpty {
                let place = Int.random(in: 0..<damaged.count, using: &seed)
                switch Int.random(in: 0..<3, using: &seed) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &seed)
                case 1: damaged.remove(at: place)
                default: damaged.insert("{}[]\",:\\u0".utf8.randomElement(using: &seed)!, at: place)
                }
            }
            do {
                let value = try JSONValue.parse(damaged)
                #expect(try JSONValue.parse(value.text) == value)
            } catch {
                #expect((0...damaged.count).contains(error.offset))
            }
        }
    }
}

extension JSONValue {
    static func random(depth: Int, using seed: inout Seed) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &seed) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &seed))
        case 2: return .number(["0", "-1", "12.50", "1e9", "-0.0E-3", "99999999999999999999"].randomElement(using: &seed)!)
        case 3...5: return .string(String.random(using: &seed))
        case 6, 7:
            return .array((0..<Int.random(in: 0..<5, using: &seed)).map { _ in random(depth: depth - 1, using: &seed) })
        default: return .object(JSONObject.random(depth: depth - 1, using: &seed))
        }
    }
}

extension JSONObject {
    static func random(depth: Int, using seed: inout Seed) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0..<6, using: &seed) {
            object.set(String.random(using: &seed), to: JSONValue.random(depth: depth, using: &seed))
        }
        return object
    }
}

extension String {
    /// Short, with the characters that go wrong most easily.
    static func random(using seed: inout Seed) -> String {
        let pool: [Unicode.Scalar] = [
            "a", "Z", "7", " ", "中", "诉", "，", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "\u{7F}", "\u{E9}", "\u{301}",
            "\u{2028}", "\u{FFFD}", "\u{FEFF}", "😀", "\u{20000}", "\u{D7FF}", "\u{10FFFF}",
        ]
        var text = String()
        for _ in 0..<Int.random(in: 0..<12, using: &seed) { text.unicodeScalars.append(pool.randomElement(using: &seed)!) }
        return text
    }

    @Test(arguments: Seed.sample(8)) func `bytes taken for ordinary text are well-formed`(seed: Seed) {
        var seed = seed
        let pieces: [[UInt8]] = ["工资", "abcdefgh", "，", "ꯍ", "ﾊ", "1"].map { Array($0.utf8) }
        let whole = pieces.flatMap(\.self)
        let isTaken = JSONBytes.areOrdinary(whole.span)
        #expect(isTaken)
        for _ in 0..<2_000 {
            var bytes = (0..<Int.random(in: 0...6, using: &seed)).flatMap { _ in pieces.randomElement(using: &seed)! }
            for _ in 0..<Int.random(in: 0...2, using: &seed) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &seed)] = [0xED, 0xE0, 0xA0, 0x80, 0xC3, 0xF0, 0xFF, 0x41].randomElement(using: &seed)!
            }
            if JSONBytes.areOrdinary(bytes.span) { #expect(String(validating: bytes, as: UTF8.self) != nil, "\(bytes)") }
        }
    }
}
