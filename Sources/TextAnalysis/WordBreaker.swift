// ICU's word breaks for Chinese, by our own walk over ICU's rules and dictionary, and by ICU itself where that ends.
//
// A text falls into pieces of ICU's rules (`BreakRules`). A piece of Han characters alone is divided into words of the
// dictionary as ICU's CjkBreakEngine does it: the cheapest sum of word costs, the earlier start winning a tie. A piece
// that asks for the dictionary and is not Han alone (kana, Hangul, Thai, a combining mark on a Han character) goes to
// ICU's iterator by itself; the rules start anew at each piece, so that changes nothing.

import CICU

/// Finds breaks in texts one after the other. Belongs to one thread: it owns an ICU iterator and scratch memory.
///
/// The breaks depend on the text alone, not on texts before it nor on which of both ways finds them.
@safe package final class WordBreaker {
    // Holds: opened in `init`, closed once in `deinit`, never handed out.
    private let iterator: OpaquePointer
    private let keeper: BreakTableKeeper?
    private var table: BreakTable?

    /// Pairs of end and rule status, as `cicu_wordBreaks` writes them. Kept to save allocations.
    package private(set) var pairs: [Int32] = []
    private var runs = HanRuns()
    /// Units looked up at a time: what they need fits the second cache.
    private let stretchLength: Int

    /// Breaks by ICU alone until `keeper` has a table.
    package convenience init(keeper: BreakTableKeeper = .shared) { self.init(table: nil, keeper: keeper) }

    /// Uses `table` from the first unit on.
    package convenience init(table: BreakTable, stretchLength: Int = 8_192) {
        self.init(table: table, keeper: nil, stretchLength: stretchLength)
    }

    /// Asks ICU alone: what the others must equal.
    package convenience init(reference: Void) { self.init(table: nil, keeper: nil) }

    private init(table: BreakTable?, keeper: BreakTableKeeper?, stretchLength: Int = 8_192) {
        guard let opened = unsafe cicu_openWords("zh") else { fatalError("ICU has no word breaks for zh") }
        unsafe iterator = opened
        self.table = table
        self.keeper = keeper
        self.stretchLength = stretchLength
        loadChineseEngine()
    }

    deinit { unsafe cicu_closeWords(iterator) }

    /// ICU loads engines as texts ask for them, and one that is not loaded yet lets the prolonged sound mark of kana
    /// pass by. So it is loaded before any text.
    private func loadChineseEngine() {
        var none: [Int32] = [0, 0, 0, 0]
        _ = unsafe cicu_wordBreaks(iterator, [0x4E2D, 0x6587], 2, &none, 2)
    }

    /// Breaks `units[range]`; afterwards `pairs` holds the pieces, ends counted from the start of `range`.
    /// Returns the number of pieces.
    package func findBreaks(in units: [UInt16], range: Range<Int>) -> Int {
        precondition(range.count <= Int32.max && units.indices.contains(range.lowerBound) || range.isEmpty)
        if range.isEmpty { return 0 }
        // One pair more: the last run is written without looking.
        let capacity = range.count + 1
        if pairs.count < capacity * 2 {
            pairs.append(contentsOf: repeatElement(0, count: capacity * 2 - pairs.count))
        }
        if table == nil { table = keeper?.table(forUnits: range.count) }
        return unsafe units.withUnsafeBufferPointer { units in
            let text = unsafe UnsafeBufferPointer(rebasing: units[range])
            return unsafe pairs.withUnsafeMutableBufferPointer { pairs in
                let pairs = unsafe pairs.baseAddress.unsafelyUnwrapped
                if let table, let count = unsafe breaks(of: text, by: table, into: pairs) { return count }
                return unsafe breaksOfICU(of: text, into: pairs)
            }
        }
    }

    // MARK: ICU

    /// All of `text` by an iterator that has seen no text: what every other way must equal.
    private func breaksOfICU(of text: UnsafeBufferPointer<UInt16>, into pairs: UnsafeMutablePointer<Int32>) -> Int {
        guard let clone = unsafe cicu_cloneWords(iterator) else { fatalError("ICU has no memory for word breaks") }
        defer { unsafe cicu_closeWords(clone) }
        let count = unsafe cicu_wordBreaks(clone, text.baseAddress, Int32(text.count), pairs, Int32(text.count))
        precondition(count >= 0, "ICU cannot break words")
        return Int(count)
    }

    // MARK: Our own

    /// Nil when the text holds a character that changes ICU's iterator for what follows: then only ICU knows.
    private func breaks(
        of text: UnsafeBufferPointer<UInt16>, by table: BreakTable, into pairs: UnsafeMutablePointer<Int32>
    ) -> Int? {
        let units = unsafe text.baseAddress.unsafelyUnwrapped
        let count = text.count
        let codes = unsafe table.codes
        let next = unsafe table.next
        unsafe runs.look(up: text, from: 0, length: stretchLength, table)
        var place = 0
        var written = 0
        while place < count {
            // Holds: every place below is under `count`, and there are never more pieces than units.
            let code = unsafe codes[Int(units[place])]
            if code != BreakTable.Code.notHan {
                if place >= runs.end { unsafe runs.look(up: text, from: place, length: stretchLength, table) }
                let runLength = unsafe runs.read(units, from: place, table)
                let end = place + runLength
                if end == runs.end && end < count {
                    // The run may go on behind the stretch: look again from its start, further if it fills a stretch.
                    let length = place > runs.start ? stretchLength : 2 * (runs.end - runs.start)
                    unsafe runs.look(up: text, from: place, length: length, table)
                    continue
                }
                if runLength > 0 && runLength <= HanRuns.lengthMax {
                    let state = runs.state
                    let ends = unsafe end == count
                        || next[state * BreakRules.rowLength + category(units, at: end, count, table)] == BreakRules.stop
                    if ends {
                        let status = unsafe Int32(table.statuses[state])
                        if runLength == 1 {
                            unsafe pairs[2 * written] = Int32(truncatingIfNeeded: end)
                            unsafe pairs[2 * written + 1] = status
                            written += 1
                        } else {
                            unsafe written = runs.divide(
                                place, length: runLength, status: status, into: pairs, written: written)
                        }
                        place = end
                        continue
                    }
                }
            }
            let piece = unsafe piece(units, from: place, count, table)
            if piece.needsDictionary && piece.end - place > 1 {
                guard let more = unsafe breaksOfICU(units, place..<piece.end, into: pairs + 2 * written, table) else { return nil }
                written += more
            } else {
                unsafe pairs[2 * written] = Int32(truncatingIfNeeded: piece.end)
                unsafe pairs[2 * written + 1] = piece.status
                written += 1
            }
            place = piece.end
        }
        return written
    }

    /// The longest piece of the rules that starts at `start`.
    @inline(__always)
    private func piece(
        _ units: UnsafePointer<UInt16>, from start: Int, _ count: Int, _ table: BreakTable
    ) -> (end: Int, status: Int32, needsDictionary: Bool) {
        let next = unsafe table.next
        let statuses = unsafe table.statuses
        let firstDictionaryCategory = table.firstDictionaryCategory
        var state = BreakRules.start
        var place = start
        var end = start
        var status: Int32 = 0
        var metDictionary = false
        var needsDictionary = false
        while place < count {
            let category = unsafe category(units, at: place, count, table)
            state = unsafe Int(next[state * BreakRules.rowLength + category])
            if state == Int(BreakRules.stop) { break }
            place += unsafe isPair(units, at: place, count) ? 2 : 1
            metDictionary = metDictionary || category >= firstDictionaryCategory
            let ending = unsafe statuses[state]
            if ending >= 0 { (end, status, needsDictionary) = (place, Int32(ending), metDictionary) }
        }
        // Rules take at least one character; ICU steps over it when they do not.
        if end == start { end += unsafe isPair(units, at: start, count) ? 2 : 1 }
        return (end, status, needsDictionary)
    }

    @inline(__always)
    private func isPair(_ units: UnsafePointer<UInt16>, at place: Int, _ count: Int) -> Bool {
        unsafe units[place] & 0xFC00 == 0xD800 && place + 1 < count && units[place + 1] & 0xFC00 == 0xDC00
    }

    /// Category of the character at `place`.
    @inline(__always)
    private func category(_ units: UnsafePointer<UInt16>, at place: Int, _ count: Int, _ table: BreakTable) -> Int {
        let unit = unsafe units[place]
        if unit & 0xFC00 == 0xD800, unsafe isPair(units, at: place, count) {
            return unsafe Int(table.category(far: farCodePoint(units, at: place)) & ~BreakTable.farHan)
        }
        return unsafe Int(table.categories[Int(unit)])
    }

    /// One piece of the rules by ICU's iterator, whose state no character of the piece may change.
    private func breaksOfICU(
        _ units: UnsafePointer<UInt16>, _ range: Range<Int>, into pairs: UnsafeMutablePointer<Int32>, _ table: BreakTable
    ) -> Int? {
        var place = range.lowerBound
        while place < range.upperBound {
            let isPair = unsafe isPair(units, at: place, range.upperBound)
            if unsafe category(units, at: place, range.upperBound, table) >= table.firstDictionaryCategory {
                let codePoint = unsafe isPair ? farCodePoint(units, at: place) : Int(units[place])
                guard cicu_hasBreakEngine(UInt32(codePoint)) else { return nil }
            }
            place += isPair ? 2 : 1
        }
        let count = unsafe cicu_wordBreaks(
            iterator, units + range.lowerBound, Int32(range.count), pairs, Int32(range.count))
        precondition(count >= 0, "ICU cannot break words")
        for piece in 0..<Int(count) { unsafe pairs[2 * piece] += Int32(truncatingIfNeeded: range.lowerBound) }
        return Int(count)
    }
}

/// The code point of the surrogate pair at `place`.
@inline(__always)
func farCodePoint(_ units: UnsafePointer<UInt16>, at place: Int) -> Int {
    unsafe (Int(units[place]) << 10) &+ Int(units[place + 1]) &- 0x35F_DC00
}
