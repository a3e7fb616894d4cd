// Whether our breaks are those of the ICU in use, asked of ICU itself before a new table is trusted.

import CICU

extension WordBreaker {
    /// Breaks words of the dictionary, punctuation, digits and letters in random order both ways.
    static func agrees(_ table: BreakTable) -> Bool {
        let ours = WordBreaker(table: table)
        let reference = WordBreaker(reference: ())
        // The characters of the dictionary, the frequent ones first: the one with code `known + n` at place n.
        let characters = (0..<0x10000).filter { unsafe table.codes[$0] & BreakTable.Code.mask >= BreakTable.Code.known }
            .sorted { unsafe table.codes[$0] & BreakTable.Code.mask < table.codes[$1] & BreakTable.Code.mask }
        guard characters.count > 5_000 else { return false }
        let others = Array(",.a1 2b'\u{3002}\u{300A}%-_\u{2588}\u{3005}\u{3007}\u{30AB}\u{3042}\u{AC00}\u{301}".utf16)
        var random: UInt64 = 1
        func below(_ limit: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % limit
        }
        for _ in 0..<200 {
            var text: [UInt16] = []
            while text.count < 200 {
                if below(8) == 0 {
                    text.append(others[below(others.count)])
                } else if below(4) == 0 {
                    text.append(UInt16(characters[below(characters.count)]))
                } else {
                    text += randomWord(table, below).map { UInt16(characters[$0 - Int(BreakTable.Code.known)]) }
                }
            }
            let count = ours.findBreaks(in: text, range: 0..<text.count)
            guard count == reference.findBreaks(in: text, range: 0..<text.count),
                ours.pairs[..<(2 * count)] == reference.pairs[..<(2 * count)]
            else { return false }
        }
        return true
    }

    /// Codes of the beginning of a word, found by trying.
    private static func randomWord(_ table: BreakTable, _ below: (Int) -> Int) -> [Int] {
        // Holds: there is a cell for every code behind every base.
        let first = Int(BreakTable.Code.known) + below(3_000)
        let base = unsafe BreakTable.First.base(table.firsts[first])
        for _ in 0..<40 {
            let code = Int(BreakTable.Code.known) + below(3_000)
            guard unsafe Int(table.pairs[base + code] >> BreakTable.Pair.parentShift) == first else { continue }
            var codes = [first, code]
            var deepBase = unsafe Int(table.pairBases[base + code])
            var parent = UInt64(base + code)
            var tries = 0
            while deepBase != 0 && tries < 400 {
                tries += 1
                let code = Int(BreakTable.Code.known) + below(3_000)
                let cell = unsafe table.deep[deepBase + code]
                guard cell >> BreakTable.Deep.parentShift == parent else { continue }
                codes.append(code)
                parent = UInt64(deepBase + code) | BreakTable.Deep.afterDeep
                deepBase = BreakTable.Deep.base(cell)
            }
            return codes
        }
        return [first]
    }
}
