import SyntheticCorpus
import TestSupport
import Testing

@Suite struct GeneratorTests {
    static func lines(_ generator: Generator, _ range: Range<Int>) -> [[UInt8]] {
        range.map { i in
            var bytes: [UInt8] = []
            generator.recordJSON(i, into: &bytes)
            return bytes
        }
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The string value of a top-level key, as written.
    static func value(_ key: String, in line: [UInt8]) -> String? {
        let text = text(line)
        guard let start = text.range(of: "\"\(key)\":\"") else { return nil }
        var result = ""
        var escaped = false
        for character in text[start.upperBound...].unicodeScalars {
            if escaped { result.unicodeScalars.append(character); escaped = false; continue }
            if character == "\\" { escaped = true; continue }
            if character == "\"" { return result }
            result.unicodeScalars.append(character)
        }
        return nil
    }

    @Test(arguments: Seed.sample(4)) func `a record depends on seed, number and plan alone`(seed: Seed) throws {
        var random = seed
        let plan = Plan(records: 3000)
        let whole = Self.lines(try Generator(seed: seed.start, plan: plan), 0..<3000)
        let again = try Generator(seed: seed.start, plan: plan)
        let shared = Generator(sharing: again)
        for _ in 0..<300 {
            let i = Int.random(in: 0..<3000, using: &random)
            #expect(Self.lines(again, i..<i + 1)[0] == whole[i])
            #expect(Self.lines(shared, i..<i + 1)[0] == whole[i])
        }
        let other = Self.lines(try Generator(seed: seed.start &+ 1, plan: plan), 0..<200)
        #expect(zip(other, whole).filter { $0 == $1 }.count == 0)
    }

    @Test(arguments: Seed.sample(3)) func `every record is one line of well-formed JSON with the required keys`(seed: Seed) throws {
        let generator = try Generator(seed: seed.start, plan: Plan(records: 2000))
        for (i, line) in Self.lines(generator, 0..<2000).enumerated() {
            #expect(String(validating: line, as: UTF8.self) != nil)
            #expect(line.last == 10 && line.filter { $0 == 10 }.count == 1 && !line.dropLast().contains { $0 < 0x20 })
            #expect(try #require(JSONScanner.length(of: line)) == line.count - 1, "record \(i)")
            for key in ["id", "registerNo", "receivedAt", "content", "category", "region", "kind", "channel", "status"] {
                #expect(Self.value(key, in: line) != nil, "record \(i) lacks \(key)")
            }
        }
    }

    @Test(arguments: Seed.sample(3)) func `records arrive in order of time, register numbers have no gap within a day`(seed: Seed) throws {
        let generator = try Generator(seed: seed.start, plan: Plan(records: 5000))
        var last = ""
        var lastDay = ""
        var serial = 0
        for line in Self.lines(generator, 0..<5000) {
            let time = try #require(Self.value("receivedAt", in: line))
            let number = try #require(Self.value("registerNo", in: line))
            #expect(time >= last)
            last = time
            let day = String(number.dropFirst(2).prefix(8))
            serial = day == lastDay ? serial + 1 : 1
            lastDay = day
            #expect(Int(number.suffix(6)) == serial)
            #expect(time.prefix(10).filter { $0 != "-" } == day)
        }
    }

    @Test func `identity numbers have a right check digit and a region that does not exist, phones an unused series`() throws {
        let generator = try Generator(seed: 5, plan: Plan(records: 3000))
        var seen = 0
        for line in Self.lines(generator, 0..<3000) {
            if let phone = Self.value("phone", in: line) {
                #expect(phone.count == 11 && (phone.hasPrefix("154") || phone.hasPrefix("164")))
            }
            guard let number = Self.value("idNo", in: line) else { continue }
            seen += 1
            #expect(number.count == 18 && number.hasPrefix("99"))
            // GB 11643: the check digit c makes Σ aᵢ · 2^(17−i) ≡ 1 (mod 11).
            var sum = 0
            for (index, character) in number.enumerated() {
                sum += (character == "X" ? 10 : Int(String(character))!) * ((1 << (17 - index)) % 11)
            }
            #expect(sum % 11 == 1)
        }
        #expect(seen > 300)
    }

    @Test func `texts have the lengths and the mean of the field`() throws {
        let generator = try Generator(seed: 11, plan: Plan(records: 5000))
        let lengths = Self.lines(generator, 0..<5000).map { (Self.value("content", in: $0) ?? "").unicodeScalars.count }
        let mean = lengths.reduce(0, +) / lengths.count
        #expect((150...220).contains(mean), "mean \(mean)")
        #expect(lengths.filter { $0 < 20 }.count < 10)
        #expect(lengths.filter { $0 > 700 }.count == 0)
    }

    @Test func `vocabulary keeps growing as that of real archives does`() throws {
        let generator = try Generator(seed: 12, plan: Plan(records: 10_000))
        var frequency: [UInt64: Int] = [:]
        var atTwoThousand = 0
        for (number, line) in Self.lines(generator, 0..<10_000).enumerated() {
            var pairs: Set<UInt64> = []
            var before: UInt64 = 0
            for scalar in (Self.value("content", in: line) ?? "").unicodeScalars {
                let isHan = (0x4E00...0x9FFF).contains(scalar.value)
                if isHan, before != 0 { pairs.insert(before << 32 | UInt64(scalar.value)) }
                before = isHan ? UInt64(scalar.value) : 0
            }
            for pair in pairs { frequency[pair, default: 0] += 1 }
            if number == 1999 { atTwoThousand = frequency.count }
        }
        // Real hotline tickets: 34,000 at 2,000 texts, 90,000 at 10,000; letters twice as many.
        #expect(atTwoThousand > 32_000)
        #expect(frequency.count > 85_000)
        let once = frequency.values.filter { $0 == 1 }.count * 100 / frequency.count
        #expect((45...65).contains(once), "\(once) % occur once")
    }

    @Test func `every problem can be told in every register without a trap`() throws {
        let generator = try Generator(seed: 1, plan: Plan(records: 20_000))
        var seen: Set<[Int]> = []
        var bytes: [UInt8] = []
        for i in 0..<20_000 {
            let origin = generator.origin(of: i)
            if seen.insert([origin.telling.problem, origin.telling.register.rawValue]).inserted {
                bytes.removeAll()
                generator.recordJSON(i, into: &bytes)
                generator.recordCSV(i, into: &bytes)
            }
        }
        #expect(Set(seen.map { $0[0] }).count == generator.book.problems.count)
    }

    @Test func `CSV has as many fields in every row as the header`() throws {
        let generator = try Generator(seed: 3, plan: Plan(records: 1500))
        let expected = Self.fields(Generator.csvHeader)
        for i in 0..<1500 {
            var row: [UInt8] = []
            generator.recordCSV(i, into: &row)
            #expect(Self.fields(row) == expected, "record \(i)")
        }
    }

    private static func fields(_ row: [UInt8]) -> Int {
        var count = 1
        var quoted = false
        for byte in row {
            if byte == 0x22 { quoted.toggle() }
            if byte == 0x2C, !quoted { count += 1 }
        }
        return count
    }

    @Test func `a plan that cannot be met is refused`() {
        #expect(throws: PlanError.recordsOutOfRange(0)) { try Generator(seed: 1, plan: Plan(records: 0)) }
        var plan = Plan(records: 10)
        plan.years = 0
        #expect(throws: PlanError.yearsOutOfRange(0)) { try Generator(seed: 1, plan: plan) }
        plan = Plan(records: 10)
        plan.duplicates = 900
        #expect(throws: PlanError.self) { try Generator(seed: 1, plan: plan) }
    }

    @Test(arguments: [1, 2, 3, 17, 100]) func `small archives can be made`(records: Int) throws {
        let generator = try Generator(seed: 9, plan: Plan(records: records))
        #expect(Self.lines(generator, 0..<records).allSatisfy { !$0.isEmpty })
    }
}

extension String {
    /// The first place of `piece`; the standard library has this only in Foundation.
    func range(of piece: String) -> Range<String.Index>? {
        let text = Array(utf8)
        let wanted = Array(piece.utf8)
        guard text.count >= wanted.count else { return nil }
        for start in 0...text.count - wanted.count where text[start..<start + wanted.count].elementsEqual(wanted) {
            let from = utf8.index(utf8.startIndex, offsetBy: start)
            return from..<utf8.index(from, offsetBy: wanted.count)
        }
        return nil
    }
}

/// Walks one JSON value and says how long it is; nil when it is not well formed.
enum JSONScanner {
    static func length(of bytes: [UInt8]) -> Int? {
        var at = 0
        return value(bytes, &at) ? at : nil
    }

    private static func value(_ bytes: [UInt8], _ at: inout Int) -> Bool {
        guard at < bytes.count else { return false }
        switch bytes[at] {
        case 0x7B, 0x5B:
            let isObject = bytes[at] == 0x7B
            at += 1
            while true {
                if isObject {
                    guard string(bytes, &at), at < bytes.count, bytes[at] == 0x3A else { return false }
                    at += 1
                }
                guard value(bytes, &at), at < bytes.count else { return false }
                at += 1
                if bytes[at - 1] == (isObject ? 0x7D : 0x5D) { return true }
                if bytes[at - 1] != 0x2C { return false }
            }
        case 0x22: return string(bytes, &at)
        default:
            let start = at
            while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
            return at > start
        }
    }

    private static func string(_ bytes: [UInt8], _ at: inout Int) -> Bool {
        guard at < bytes.count, bytes[at] == 0x22 else { return false }
        at += 1
        while at < bytes.count, bytes[at] != 0x22 { at += bytes[at] == 0x5C ? 2 : 1 }
        at += 1
        return at <= bytes.count
    }
}
