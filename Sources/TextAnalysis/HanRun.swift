// Divides a run of Han characters into words of ICU's dictionary: the innermost loop of analysis.
//
// Forward dynamic programme over the run. The sum of the cheapest way to each place and the length of its last word
// share one number, so that one comparison settles both: among equal sums the longer last word, which starts
// earlier, is the smaller number, and ICU keeps the earlier start.

/// One run at a time, in memory that is kept.
@safe struct HanRun: ~Copyable {
    typealias Code = BreakTable.Code
    typealias Slot = BreakTable.Slot

    // Holds for the pointers: allocated for `capacity` elements and some more; a run is never longer than its text.
    private var codes: UnsafeMutablePointer<UInt16>
    private var pairs: UnsafeMutablePointer<UInt64>
    private var sums: UnsafeMutablePointer<UInt64>
    private var stops: UnsafeMutablePointer<Int32>
    private var capacity = 0
    private static let slack = 24

    /// State of the rules after the run that was read last.
    private(set) var state = 0

    init() {
        unsafe codes = .allocate(capacity: HanRun.slack)
        unsafe pairs = .allocate(capacity: HanRun.slack)
        unsafe sums = .allocate(capacity: HanRun.slack)
        unsafe stops = .allocate(capacity: HanRun.slack)
    }

    deinit { free() }

    private func free() {
        unsafe codes.deallocate()
        unsafe pairs.deallocate()
        unsafe sums.deallocate()
        unsafe stops.deallocate()
    }

    mutating func makeRoom(for count: Int) {
        guard capacity < count else { return }
        free()
        capacity = count + count / 2
        unsafe codes = .allocate(capacity: capacity + HanRun.slack)
        unsafe pairs = .allocate(capacity: capacity + HanRun.slack)
        unsafe sums = .allocate(capacity: capacity + HanRun.slack)
        unsafe stops = .allocate(capacity: capacity + HanRun.slack)
    }

    /// Reads the Han characters from `start` on. Returns the number of their units.
    @inline(__always)
    mutating func read(_ units: UnsafePointer<UInt16>, from start: Int, to end: Int, _ table: BreakTable) -> Int {
        let next = unsafe table.next
        let codeOf = unsafe table.codes
        let codes = unsafe self.codes
        var count = 0
        var met: UInt16 = 0
        while start + count < end {
            let code = unsafe codeOf[Int(units[start + count])]
            if code <= Code.surrogate { break }
            unsafe codes[count] = code & Code.mask
            met |= code
            count += 1
        }
        let stopped = unsafe start + count < end && codeOf[Int(units[start + count])] == Code.surrogate
        if stopped || met & Code.isRare != 0 { return unsafe readRare(units, from: start, to: end, table) }
        // Holds: `keepsHanTogether` was checked when the table was built.
        let one = unsafe Int(next[BreakRules.start * BreakRules.rowLength + table.hanCategory])
        state = unsafe count == 1 ? one : Int(next[one * BreakRules.rowLength + table.hanCategory])
        unsafe codes[count] = Code.notHan
        return count
    }

    /// As above, for runs with characters of other categories or of two units.
    private mutating func readRare(_ units: UnsafePointer<UInt16>, from start: Int, to end: Int, _ table: BreakTable) -> Int {
        state = BreakRules.start
        var count = 0
        while start + count < end {
            let unit = unsafe units[start + count]
            let code = unsafe table.codes[Int(unit)]
            var category = unsafe Int(table.categories[Int(unit)])
            var size = 1
            if code == Code.surrogate {
                guard start + count + 1 < end, unsafe units[start + count + 1] & 0xFC00 == 0xDC00 else { break }
                let far = unsafe table.category(far: farCodePoint(units, at: start + count))
                guard far & BreakTable.farHan != 0 else { break }
                category = Int(far & ~BreakTable.farHan)
                size = 2
            } else if code == Code.notHan {
                break
            }
            let after = unsafe Int(table.next[state * BreakRules.rowLength + category])
            // The rules may part what the dictionary would take together.
            guard after != Int(BreakRules.stop), unsafe table.statuses[after] >= 0 else { break }
            state = after
            unsafe codes[count] = size == 2 ? Code.far : code & Code.mask
            if size == 2 { unsafe codes[count + 1] = Code.surrogate }
            count += size
        }
        unsafe codes[count] = Code.notHan
        return count
    }

    /// Writes the words of the run that was read last. Returns the number of pairs then written.
    @inline(__always)
    mutating func divide(
        length: Int, _ table: BreakTable, at start: Int, status: Int32, into result: UnsafeMutablePointer<Int32>, written: Int
    ) -> Int {
        var written = written
        if length == 1 {
            unsafe result[2 * written] = Int32(truncatingIfNeeded: start + 1)
            unsafe result[2 * written + 1] = status
            return written + 1
        }
        let codes = unsafe UnsafePointer(self.codes)
        let slots = unsafe table.slots
        let pairs = unsafe self.pairs
        let sums = unsafe self.sums
        let stops = unsafe self.stops

        // All first two characters at once: these loads miss the cache, and none waits for another.
        for place in 0..<length {
            let code = unsafe UInt64(codes[place])
            let base = unsafe slots[Int(code)] >> Slot.baseShift & Slot.baseMask
            let pair = unsafe slots[Int(base) + Int(codes[place + 1])]
            unsafe pairs[place] = pair >> Slot.parentShift == code ? pair : Slot.noWord
            unsafe sums[place + 1] = .max
        }
        unsafe sums[0] = 0
        unsafe sums[length + 1] = .max
        for place in 0..<length {
            let code = unsafe codes[place]
            let sum = unsafe sums[place] & ~31
            if code < Code.unknown {
                if code == Code.far { unsafe sums[place + 2] = min(sums[place + 2], sum + Slot.sum(cost: 255, unitCount: 2)) }
                continue
            }
            let single = unsafe slots[Int(code)]
            unsafe sums[place + 1] = min(sums[place + 1], sum + (single & Slot.sumMask))
            let pair = unsafe pairs[place]
            unsafe sums[place + 2] = min(sums[place + 2], sum + (pair & Slot.sumMask))
            var base = Int(pair >> Slot.baseShift & Slot.baseMask)
            if base == 0 { continue }
            var parent = unsafe Int(single >> Slot.baseShift & Slot.baseMask) + Int(codes[place + 1])
            var end = place + 2
            while base != 0 {
                let slot = unsafe base + Int(codes[end])
                let longer = unsafe slots[slot]
                guard longer >> Slot.parentShift == UInt64(parent) else { break }
                end += 1
                unsafe sums[end] = min(sums[end], sum + (longer & Slot.sumMask))
                base = Int(longer >> Slot.baseShift & Slot.baseMask)
                parent = slot
            }
        }
        // Back along the cheapest way, then forth to write it in order.
        var place = length
        while place > 0 {
            let before = unsafe place - (31 - Int(sums[place] & 31))
            unsafe stops[before] = Int32(truncatingIfNeeded: place)
            place = before
        }
        while place < length {
            place = unsafe Int(stops[place])
            unsafe result[2 * written] = Int32(truncatingIfNeeded: start + place)
            unsafe result[2 * written + 1] = status
            written += 1
        }
        return written
    }
}
