// Divides runs of Han characters into words of ICU's dictionary: the innermost loop of analysis.
//
// Forward dynamic programme over a run. The sum of the cheapest way to each place and the length of its last word share
// one number, so that one comparison settles both: among equal sums the longer last word, which starts earlier, is the
// smaller number, and ICU keeps the earlier start.
//
// What limits it is memory: the look-ups of words miss the cache. So they are done for a long stretch of text before its
// first run is divided, first of two characters everywhere, then of more where those may go on, in loops where no look-up
// waits for another and no jump depends on one (FORMAT.md has the figures). And each is asked for by a short loop before the one
// that uses it: a processor looks only so many instructions ahead by itself.

import CHash

/// The Han characters of one stretch of a text, in memory that is kept. Places are counted from the start of the text.
@safe struct HanRuns: ~Copyable {
    typealias Code = BreakTable.Code
    private typealias Cost = BreakTable.Cost
    private typealias First = BreakTable.First
    private typealias Pair = BreakTable.Pair
    private typealias Deep = BreakTable.Deep

    /// Units of the longest run we divide: its sum fits 32 bits.
    static let lengthMax = 500_000

    /// A word of three or more characters of the text.
    private struct LongWord {
        var start: Int32
        var end: Int32
        /// What it adds to the sum.
        var sum: UInt32
    }

    // Holds for the pointers: allocated for `capacity` elements and `slack` more; `look(up:)` makes room for the stretch.
    private var codes: UnsafeMutablePointer<UInt16>
    /// What the words of one (low half) and of two characters (high half) that start at a place add to the sum.
    private var steps: UnsafeMutablePointer<UInt32>
    /// Least sums by words of three and more characters.
    private var sums: UnsafeMutablePointer<UInt32>
    /// Length of the last word on the cheapest way to a place; then of the word that starts there.
    private var lengths: UnsafeMutablePointer<UInt8>
    /// Places where the first two characters may go on, with their cells.
    private var onward: UnsafeMutablePointer<UInt64>
    private var capacity = 0
    private static let slack = 32
    /// Where the stretch starts and ends; places in the arrays are counted from its start.
    private(set) var start = 0
    private(set) var end = 0

    private var longWords: [LongWord] = []
    /// The first long word that starts behind the runs divided so far.
    private var nextLong = 0

    /// State of the rules after the run that was read last.
    private(set) var state = 0

    init() {
        unsafe codes = .allocate(capacity: HanRuns.slack)
        unsafe steps = .allocate(capacity: HanRuns.slack)
        unsafe sums = .allocate(capacity: HanRuns.slack)
        unsafe lengths = .allocate(capacity: HanRuns.slack)
        unsafe onward = .allocate(capacity: HanRuns.slack)
    }

    deinit { free() }

    private func free() {
        unsafe codes.deallocate()
        unsafe steps.deallocate()
        unsafe sums.deallocate()
        unsafe lengths.deallocate()
        unsafe onward.deallocate()
    }

    private mutating func makeRoom(for count: Int) {
        guard capacity < count else { return }
        free()
        capacity = count + count / 2
        unsafe codes = .allocate(capacity: capacity + HanRuns.slack)
        unsafe steps = .allocate(capacity: capacity + HanRuns.slack)
        unsafe sums = .allocate(capacity: capacity + HanRuns.slack)
        unsafe lengths = .allocate(capacity: capacity + HanRuns.slack)
        unsafe onward = .allocate(capacity: capacity + HanRuns.slack)
    }

    // MARK: Looking up

    /// What a word adds to the sum. "No word" adds more than two characters by themselves.
    @inline(__always)
    private static func sum(_ cell: UInt32, unitCount: UInt32) -> UInt32 {
        (cell & UInt32(Cost.mask)) << 5 | (31 &- unitCount)
    }

    /// Looks up the characters of a stretch of `text` and the words that start at each place of it. It has about `length`
    /// units from `start` on; a word that reaches beyond its end is not found.
    @inline(never)
    mutating func look(up text: UnsafeBufferPointer<UInt16>, from start: Int, length: Int, _ table: BreakTable) {
        self.start = start
        end = min(start + length, text.count)
        // Not between the halves of a surrogate pair.
        if end < text.count, unsafe text[end - 1] & 0xFC00 == 0xD800 { end += 1 }
        let count = end - start
        let units = unsafe text.baseAddress.unsafelyUnwrapped + start
        makeRoom(for: count)
        // Holds for the loops: the arrays are longer than `count + 2`, a code is below the table's count of codes, and
        // there is a cell for every code behind every base.
        let (codes, steps, sums, onward) = unsafe (self.codes, self.steps, self.sums, self.onward)
        let codeOf = unsafe table.codes
        let (firsts, pairs, pairBases, deep) = unsafe (table.firsts, table.pairs, table.pairBases, table.deep)
        for place in 0..<count { unsafe codes[place] = codeOf[Int(units[place])] }
        unsafe codes[count] = Code.notHan
        unsafe codes[count &+ 1] = Code.notHan

        // Cells of pairs, where the sums will stand.
        let slots = unsafe sums
        var code = unsafe codes[0] & Code.mask
        for place in 0..<count {
            let next = unsafe codes[place &+ 1] & Code.mask
            let slot = unsafe First.base(firsts[Int(code)]) &+ Int(next)
            unsafe chash_prefetchToRead(pairs + slot)
            unsafe slots[place] = UInt32(truncatingIfNeeded: slot)
            code = next
        }
        var onwardCount = 0
        unsafe code = codes[0] & Code.mask
        for place in 0..<count {
            let first = unsafe firsts[Int(code)]
            let next = unsafe codes[place &+ 1] & Code.mask
            let slot = unsafe Int(slots[place])
            let cell = unsafe pairs[slot]
            let found = cell >> Pair.parentShift == UInt32(code) ? cell : UInt32(Cost.none)
            unsafe steps[place] = HanRuns.sum(first, unitCount: 1) | HanRuns.sum(found, unitCount: 2) << 16
            unsafe onward[onwardCount] = UInt64(truncatingIfNeeded: place) << 32 | UInt64(truncatingIfNeeded: slot)
            onwardCount &+= unsafe Pair.mayGoOn(found, with: codes[place &+ 2])
            code = next
        }
        for place in 0...count + 2 { unsafe sums[place] = .max }
        for number in 0..<onwardCount { unsafe chash_prefetchToRead(pairBases + Int(truncatingIfNeeded: onward[number] & 0xFFFF_FFFF)) }
        for number in 0..<onwardCount {
            let base = unsafe Int(pairBases[Int(truncatingIfNeeded: onward[number] & 0xFFFF_FFFF)])
            unsafe chash_prefetchToRead(deep + base + Int(codes[Int(truncatingIfNeeded: onward[number] >> 32) &+ 2] & Code.mask))
        }
        nextLong = 0
        longWords.removeAll(keepingCapacity: true)
        for number in 0..<onwardCount {
            let place = unsafe Int(truncatingIfNeeded: onward[number] >> 32)
            let pair = unsafe onward[number] & 0xFFFF_FFFF
            var base = unsafe Int(pairBases[Int(truncatingIfNeeded: pair)])
            var parent = pair
            var end = place &+ 2
            while base != 0 {
                let slot = unsafe base &+ Int(codes[end] & Code.mask)
                let cell = unsafe deep[slot]
                guard cell >> Deep.parentShift == parent else { break }
                end &+= 1
                let cost = UInt32(truncatingIfNeeded: cell) & UInt32(Cost.mask)
                if cost != UInt32(Cost.none) {
                    let sum = HanRuns.sum(cost, unitCount: UInt32(truncatingIfNeeded: end &- place))
                    longWords.append(LongWord(start: Int32(truncatingIfNeeded: place), end: Int32(truncatingIfNeeded: end), sum: sum))
                }
                parent = UInt64(truncatingIfNeeded: slot) | Deep.afterDeep
                base = Deep.base(cell)
            }
        }
        longWords.append(LongWord(start: .max, end: .max, sum: 0))
    }

    /// The number of units of the run of Han characters at `runStart`, up to the end of the stretch; 0 for none that we
    /// can divide.
    @inline(__always)
    mutating func read(_ units: UnsafePointer<UInt16>, from runStart: Int, _ table: BreakTable) -> Int {
        let codes = unsafe self.codes
        let first = runStart &- start
        var place = first
        var met: UInt16 = 0
        // Holds: behind the stretch stands `notHan`.
        while unsafe codes[place] > Code.surrogate {
            unsafe met |= codes[place]
            place &+= 1
        }
        if unsafe codes[place] == Code.surrogate || met & Code.isRare != 0 {
            return unsafe readRare(units, from: runStart, table)
        }
        let length = place &- first
        state = length == 1 ? table.stateAfterHan : table.stateAfterHans
        return length
    }

    /// As above, for runs with characters of other categories or of two units.
    @inline(never)
    private mutating func readRare(_ units: UnsafePointer<UInt16>, from runStart: Int, _ table: BreakTable) -> Int {
        state = BreakRules.start
        var place = runStart
        while place < end {
            let unit = unsafe units[place]
            let code = unsafe table.codes[Int(unit)]
            var category = unsafe Int(table.categories[Int(unit)])
            if code == Code.notHan { break }
            let isFar = code == Code.surrogate
            if isFar {
                guard place + 1 < end, unsafe units[place + 1] & 0xFC00 == 0xDC00 else { break }
                let far = unsafe table.category(far: farCodePoint(units, at: place))
                guard far & BreakTable.farHan != 0 else { break }
                category = Int(far & ~BreakTable.farHan)
            }
            let after = unsafe Int(table.next[state * BreakRules.rowLength + category])
            // Rules that part Han characters are none that we know.
            guard after != Int(BreakRules.stop), unsafe table.statuses[after] >= 0 else { return 0 }
            state = after
            if isFar {
                // The dictionary's look-up finds no character of two units: it is one unknown word, and none ends within.
                unsafe steps[place - start] = UInt32(Cost.none) << 5 | 30 | (UInt32(DictionaryTrie.costMax) << 5 | 29) << 16
            }
            place += isFar ? 2 : 1
        }
        return place - runStart
    }

    // MARK: Dividing

    /// Writes the words of the run at `runStart`. Returns the number of pairs then written.
    @inline(never)
    mutating func divide(
        _ runStart: Int, length: Int, status: Int32, into result: UnsafeMutablePointer<Int32>, written: Int
    ) -> Int {
        var written = written
        let (steps, sums, lengths) = unsafe (self.steps, self.sums, self.lengths)
        let shift = self.start
        let start = runStart &- shift
        let end = start &+ length
        var nextLong = self.nextLong
        unsafe longWords.withUnsafeBufferPointer { longWords in
            // Holds: the last of the long words starts behind every stretch.
            while unsafe Int(longWords[nextLong].start) < start { nextLong &+= 1 }
            var longStart = unsafe Int(longWords[nextLong].start)
            // The least sums of this place and the next.
            var here: UInt32 = 0
            var after = UInt32.max
            var place = start
            while place < end {
                unsafe lengths[place] = UInt8(truncatingIfNeeded: ~here & 31)
                let sum = here & ~31
                let step = unsafe steps[place]
                while longStart == place {
                    let word = unsafe longWords[nextLong]
                    unsafe sums[Int(word.end)] = min(sums[Int(word.end)], sum &+ word.sum)
                    nextLong &+= 1
                    longStart = unsafe Int(longWords[nextLong].start)
                }
                here = min(after, sum &+ (step & 0xFFFF))
                after = unsafe min(sums[place &+ 2], sum &+ step >> 16)
                place &+= 1
            }
            unsafe lengths[end] = UInt8(truncatingIfNeeded: ~here & 31)
        }
        self.nextLong = nextLong

        // Back along the cheapest way, turning lengths of last words into lengths of next words.
        var place = end
        var nextLength: UInt8 = 0
        while place > start {
            let last = unsafe lengths[place]
            unsafe lengths[place] = nextLength
            place &-= Int(last)
            nextLength = last
        }
        unsafe lengths[start] = nextLength
        while place < end {
            place &+= unsafe Int(lengths[place])
            unsafe result[2 &* written] = Int32(truncatingIfNeeded: place &+ shift)
            unsafe result[2 &* written &+ 1] = status
            written &+= 1
        }
        return written
    }
}
