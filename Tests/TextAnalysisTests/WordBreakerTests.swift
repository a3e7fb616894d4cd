// Our breaks against ICU's own iterator: positions and rule statuses, on texts of every kind.

import Glibc
import TestSupport
import Testing
@testable import TextAnalysis

/// Pairs of end and status.
private func pairs(_ breaker: WordBreaker, _ text: [UInt16]) -> [Int32] {
    let count = breaker.findBreaks(in: text, range: 0..<text.count)
    return Array(breaker.pairs[..<(2 * count)])
}

private let table = BreakTable.make()!

/// Words, and everything that stands beside them or breaks them up.
private struct RandomText {
    private static let words = Array(
        "办事处 街道 反映 问题 多次 处理 人民 政府 有限公司 房地产 开发商 噪声 扰民 不了了之 拖欠 工资 农民工 物业 管理费 电梯 维修 基金 的 了 在 是".split(separator: " "))
    private static let traps: [UInt32] = [
        0x20, 0x20, 0x2C, 0x2E, 0x3A, 0x3B, 0x27, 0x22, 0x2D, 0x5F, 0x5F, 0x40, 0x23, 0x25, 0x28, 0x29, 0x2F, 0x0A, 0x0D, 0x09,
        0x85, 0x2028, 0x2029, 0x3000, 0xA0, 0x2003, 0x3001, 0x3002, 0x300A, 0x300B, 0xFF0C, 0xFF1A, 0xFF10, 0xFF21, 0x2588, 0xFFFF,
        0x3005, 0x3006, 0x3007, 0x3021, 0x3038, 0x303B, 0x30FC, 0x30FB, 0x309B, 0x309D, 0x3031, 0xFF70, 0xFF9E, 0xFF9F, 0x30A0,
        0x300, 0x301, 0x3099, 0x302A, 0xFE00, 0xFE0F, 0x200B, 0x200C, 0x200D, 0xAD, 0xFEFF, 0xE0100, 0xE0001, 0x1F3FB,
        0x2E80, 0x2E9B, 0x2F00, 0x2FD5, 0xF900, 0xFA0E, 0xFA11, 0xFAD9, 0x2F800, 0x16FE2, 0x16FF0, 0x9FFF, 0x3400, 0x4DBF, 0x4DC0,
        0x20000, 0x2A6DF, 0x2A6E0, 0x2A700, 0x2EBE0, 0x30000, 0x3134A, 0x3134B, 0x323AF, 0x1F600, 0x1F468, 0x1F1E8, 0x1F1F3,
        0x5D0, 0x5D1, 0x22, 0x61, 0x7A, 0x41, 0xE9, 0x434, 0x3B1, 0x30, 0x39, 0x661, 0xE01, 0xE32, 0xE33, 0xE31, 0xEAA, 0x1780, 0x1000,
        0x1950, 0x1980, 0x1A20, 0x11700, 0xAA80, 0xAC00, 0xD7A3, 0x1100, 0x1161, 0x3131, 0x3105, 0xA000, 0xD800, 0xDC00, 0x104A0,
    ]

    static func units(_ seed: inout Seed, atMost count: Int, wild: Bool) -> [UInt16] {
        var text: [UInt16] = []
        func append(_ codePoint: UInt32) {
            if codePoint < 0x10000 { text.append(UInt16(codePoint)) } else { text.append(codePoint: codePoint) }
        }
        for _ in 0..<Int.random(in: 0...count, using: &seed) {
            switch Int.random(in: 0..<(wild ? 10 : 7), using: &seed) {
            case 0..<3: text += words.randomElement(using: &seed)!.utf16
            case 3: append(.random(in: 0x4E00...0x9FFF, using: &seed))
            case 4: append(.random(in: 0x21...0x7E, using: &seed))
            case 5: for _ in 0..<Int.random(in: 1...6, using: &seed) { append(.random(in: 0x30...0x7A, using: &seed)) }
            case 6: append([0x2C, 0x2E, 0x3002, 0x20, 0x2588, 0x3005, 0x3007].randomElement(using: &seed)!)
            case 7: append(traps.randomElement(using: &seed)!)
            case 8: append(.random(in: 0x3040...0x30FF, using: &seed))
            default: append(.random(in: 0...0x10FFFF, using: &seed))
            }
        }
        return text
    }
}

@Suite struct WordBreakerTests {
    @Test(arguments: [(false, 8_192), (true, 8_192), (false, 3), (true, 7)])
    func `breaks and statuses are ICU's on random text`(wild: Bool, stretchLength: Int) {
        let ours = WordBreaker(table: table, stretchLength: stretchLength)
        let reference = WordBreaker(reference: ())
        for seed in Seed.sample(4_000) {
            var random = seed
            let text = RandomText.units(&random, atMost: 60, wild: wild)
            if pairs(ours, text) != pairs(reference, text) { Issue.record("\(seed) \(text.map { String($0, radix: 16) })") }
        }
    }

    @Test func `breaks and statuses are ICU's on random words of the dictionary`() {
        #expect(WordBreaker.agrees(table))
    }

    @Test func `every code point breaks as ICU breaks it, beside Han, letters and itself`() {
        let ours = WordBreaker(table: table)
        let reference = WordBreaker(reference: ())
        for start in stride(from: UInt32(0), to: 0x110000, by: 16) where start < 0x40000 || start >= 0xE0000 {
            // 中 and X and 文, twice X, a and X and 1: blocks of 16 parted by a paragraph break.
            var text: [UInt16] = []
            for codePoint in start..<start + 16 {
                for part: [UInt32] in [[0x4E2D], [codePoint], [0x6587, codePoint, codePoint, 0x61], [codePoint], [0x31, 0x2029]] {
                    for one in part { if one < 0x10000 { text.append(UInt16(one)) } else { text.append(codePoint: one) } }
                }
            }
            if pairs(ours, text) != pairs(reference, text) { Issue.record("U+\(String(start, radix: 16))") }
        }
    }

    @Test(arguments: Seed.sample(4)) func `breaks depend neither on the texts before nor on the thread`(seed: Seed) async {
        var seed = seed
        let texts = (0..<400).map { _ in RandomText.units(&seed, atMost: 40, wild: true) }
        let orders = (0..<4).map { _ in texts.indices.shuffled(using: &seed) }
        let expected = texts.map { pairs(WordBreaker(table: table), $0) }
        await withTaskGroup(of: Bool.self) { group in
            for order in orders {
                group.addTask {
                    let breaker = WordBreaker(table: table)
                    return order.allSatisfy { pairs(breaker, texts[$0]) == expected[$0] }
                }
            }
            for await isEqual in group { #expect(isEqual, "\(seed)") }
        }
    }

    @Test func `a range of units breaks as it does alone`() {
        let ours = WordBreaker(table: table)
        let text = Array("反映问题，物业管理费".utf16)
        let whole = pairs(ours, Array(text[2..<9]))
        #expect(ours.findBreaks(in: text, range: 2..<9) == whole.count / 2)
        #expect(Array(ours.pairs[..<whole.count]) == whole)
        #expect(ours.findBreaks(in: text, range: 3..<3) == 0)
    }

    // MARK: The file

    @Test func `a table comes back from its file, and from no damaged one`() throws {
        let folder = TemporaryFolder()
        let path = BreakTable.path(in: folder.path)
        table.write(to: path)
        let source = table.source
        let mapped = try #require(BreakTable.map(path, source: source))
        var seed = Seed(7)
        for _ in 0..<200 {
            let text = RandomText.units(&seed, atMost: 60, wild: true)
            #expect(pairs(WordBreaker(table: mapped), text) == pairs(WordBreaker(table: table), text))
        }
        #expect(BreakTable.map(path, source: source &+ 1) == nil)
        for _ in 0..<30 {
            let place = off_t.random(in: 0..<off_t(table.byteCount), using: &seed)
            flip(path, place)
            #expect(BreakTable.map(path, source: source) == nil, "byte \(place)")
            flip(path, place)
        }
        #expect(BreakTable.map(path, source: source) != nil)
        #expect(unsafe truncate(path, off_t(table.byteCount - 8)) == 0)
        #expect(BreakTable.map(path, source: source) == nil)
        #expect(unsafe truncate(path, 10) == 0)
        #expect(BreakTable.map(path, source: source) == nil)
    }

    @Test func `a keeper builds when it pays, keeps the file, and replaces a damaged one`() throws {
        let folder = TemporaryFolder()
        let path = BreakTable.path(in: folder.path)
        let text = Array("反映问题，物业管理费".utf16)
        func keeper() -> BreakTableKeeper {
            let keeper = BreakTableKeeper(mapAfterUnits: 20, buildAfterUnits: 40)
            keeper.keep(in: folder.path)
            return keeper
        }
        let first = keeper()
        #expect(first.table(forUnits: 30) == nil)
        #expect(!exists(path))
        let built = try #require(first.table(forUnits: 10))
        #expect(exists(path) && !exists(path + ".new"))
        #expect(pairs(WordBreaker(keeper: first), text) == pairs(WordBreaker(reference: ()), text))

        // The next process maps what this one wrote.
        #expect(keeper().table(forUnits: 10) == nil)
        #expect(keeper().table(forUnits: 20) != nil)
        flip(path, off_t(built.byteCount / 2))
        let third = keeper()
        #expect(third.table(forUnits: 30) == nil)
        #expect(third.table(forUnits: 10) != nil)
        #expect(BreakTable.map(path, source: built.source) != nil)

        // A folder that cannot be written: the table is kept in memory.
        let nowhere = BreakTableKeeper(mapAfterUnits: 1, buildAfterUnits: 1)
        nowhere.keep(in: folder.path + "/absent")
        #expect(nowhere.table(forUnits: 1) != nil)
    }

    private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private func flip(_ path: String, _ place: off_t) {
        let descriptor = unsafe open(path, O_RDWR)
        var byte: UInt8 = 0
        unsafe pread(descriptor, &byte, 1, place)
        byte ^= 0x10
        unsafe pwrite(descriptor, &byte, 1, place)
        close(descriptor)
    }
}
