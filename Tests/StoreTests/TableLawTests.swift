// A table is a sorted dictionary: whatever is done at random to both, they stay the same.

import Store
import TestSupport
import Testing

@Suite struct TableLawTests {
    let folder = TemporaryFolder()

    private static func key(_ seed: inout Seed) -> [UInt8] {
        // Few bytes and short, so that keys meet, nest and share prefixes; 0xFF tests the end of a prefix range.
        (0..<Int.random(in: 1...4, using: &seed)).map { _ in [0, 1, 2, 0xFE, 0xFF].randomElement(using: &seed)! }
    }

    private static func value(_ seed: inout Seed) -> [UInt8] {
        let count = [0, 1, 10, 100, 1_000, 2_031, 5_000, 70_000].randomElement(using: &seed)!
        return [UInt8](repeating: UInt8.random(in: 0...255, using: &seed), count: count)
    }

    private static func sorted(_ model: [[UInt8]: [UInt8]]) -> [([UInt8], [UInt8])] {
        model.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }

    @Test(arguments: Seed.sample(24)) func `a table behaves as a sorted dictionary`(start: Seed) throws {
        struct Abandon: Error {}
        var seed = start
        let path = folder.file("\(start.start).lmdb")
        var environment = try Environment(at: path)
        var table = try environment.table("t")
        var model: [[UInt8]: [UInt8]] = [:]
        for _ in 0..<30 {
            var changed = model
            let abandons = Int.random(in: 0..<5, using: &seed) == 0
            do {
                try environment.write { transaction in
                    for _ in 0..<Int.random(in: 1...30, using: &seed) {
                        let key = Self.key(&seed)
                        switch Int.random(in: 0..<10, using: &seed) {
                        case 0..<6:
                            let value = Self.value(&seed)
                            try transaction.put(in: table, key: key, value: value)
                            changed[key] = value
                        case 6, 7:
                            #expect(try transaction.delete(in: table, key: key) == (changed[key] != nil))
                            changed[key] = nil
                        case 8:
                            let prefix = Array(key.prefix(2))
                            let limit = Bool.random(using: &seed) ? Int.max : 2
                            let gone = changed.keys.filter { $0.starts(with: prefix) }
                                .sorted { $0.lexicographicallyPrecedes($1) }.prefix(limit)
                            #expect(try transaction.deleteAll(in: table, prefix: prefix, limit: limit) == gone.count)
                            for key in gone { changed[key] = nil }
                        default:
                            #expect(try transaction.value(in: table, for: key) == changed[key])
                        }
                    }
                    if Int.random(in: 0..<40, using: &seed) == 0 {
                        try transaction.drop(table)
                        changed = [:]
                    }
                    if abandons { throw Abandon() }
                }
                model = changed
            } catch is Abandon {}
            if Int.random(in: 0..<4, using: &seed) == 0 {
                environment.close()
                environment = try Environment(at: path)
                table = try environment.table("t")
            }
            try Self.compare(environment, table, model, &seed)
        }
    }

    private static func compare(
        _ environment: Environment, _ table: Table, _ model: [[UInt8]: [UInt8]], _ seed: inout Seed
    ) throws {
        try environment.read { transaction in
            let all = sorted(model)
            #expect(try transaction.entryCount(in: table) == all.count)
            #expect(try transaction.firstKey(in: table) == all.first?.0)
            #expect(try transaction.lastKey(in: table) == all.last?.0)
            let prefix = Bool.random(using: &seed) ? [] : Array(key(&seed).prefix(2))
            let start = Bool.random(using: &seed) ? nil : key(&seed)
            let reverse = Bool.random(using: &seed)
            let limit = Bool.random(using: &seed) ? Int.max : 3
            var seen: [([UInt8], [UInt8])] = []
            if limit > 0 {
                try transaction.forEach(in: table, from: start, prefix: prefix, reverse: reverse) { key, value in
                    seen.append((key.bytesCopied, value.bytesCopied))
                    return seen.count < limit
                }
            }
            var expected = all.filter { $0.0.starts(with: prefix) }
            if let start {
                expected = expected.filter {
                    reverse ? !start.lexicographicallyPrecedes($0.0) : !$0.0.lexicographicallyPrecedes(start)
                }
            }
            if reverse { expected.reverse() }
            expected = Array(expected.prefix(limit))
            #expect(seen.map(\.0) == expected.map(\.0))
            #expect(seen.map(\.1) == expected.map(\.1))
            let held = all.filter { $0.0.starts(with: prefix) }
            #expect(try transaction.lastKey(in: table, prefix: prefix) == held.last?.0)
            #expect(try transaction.firstKey(in: table, prefix: prefix) == held.first?.0)
            for (key, value) in all.prefix(5) { #expect(try transaction.value(in: table, for: key) == value) }
        }
    }

    @Test func `keys of numbers sort as the numbers`() {
        var seed = Seed(1)
        let numbers = (0..<200).map { _ in UInt64.random(in: 0...UInt64.max, using: &seed) >> UInt64.random(in: 0..<64, using: &seed) }
        let keys = numbers.map { [UInt8](bigEndian: $0) }.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(keys.map { $0.span.number(bigEndianAt: 0) } == numbers.sorted())
        #expect([UInt8](bigEndian: UInt32(0x0102_0304)) == [1, 2, 3, 4])
        #expect(([1, 2, 3] as [UInt8]).span.number(bigEndianAt: 0, as: UInt32.self) == nil)
    }

    @Test func `appending below the last key is refused`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        try environment.write { transaction in
            try transaction.put(in: table, key: [1], value: [], append: true)
            try transaction.put(in: table, key: [2], value: [], append: true)
        }
        #expect(throws: StoreError.outOfOrder(path: environment.path, table: "t")) {
            try environment.write { try $0.put(in: table, key: [1, 5], value: [], append: true) }
        }
    }

    @Test func `a checked value that was changed is refused`() throws {
        let environment = try Environment(at: folder.file("a.lmdb"))
        let table = try environment.table("t")
        let payload = Array("payload".utf8)
        try environment.write { try $0.checkedPut(in: table, key: [1], payload: payload) }
        #expect(try environment.read { try $0.checkedValue(in: table, for: [1]) { $0.bytesCopied } } == payload)
        #expect(try environment.read { try $0.checkedValue(in: table, for: [2]) { $0.bytesCopied } } == nil)
        let whole = try #require(try environment.read { try $0.value(in: table, for: [1]) })
        let error = StoreError.damaged(path: environment.path, table: "t", keyHex: "01")
        for place in whole.indices {
            var flipped = whole
            flipped[place] ^= 0x10
            try environment.write { try $0.put(in: table, key: [1], value: flipped) }
            #expect(throws: error) { try environment.read { try $0.checkedValue(in: table, for: [1]) { $0.bytesCopied } } }
        }
        for count in 0..<whole.count {
            try environment.write { try $0.put(in: table, key: [1], value: Array(whole[..<count])) }
            #expect(throws: error) { try environment.read { try $0.checkedValue(in: table, for: [1]) { $0.bytesCopied } } }
        }
        // The right value under another key is wrong as well.
        try environment.write { try $0.put(in: table, key: [2], value: whole) }
        #expect(throws: StoreError.self) { try environment.read { try $0.checkedValue(in: table, for: [2]) { $0.bytesCopied } } }
    }
}
