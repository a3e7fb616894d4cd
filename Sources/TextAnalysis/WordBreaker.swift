// ICU's word breaks for Chinese, in one call a text.

import CICU

/// One ICU word break iterator. Belongs to one thread: the iterator keeps state.
@safe final class WordBreaker {
    // Holds: opened in `init`, closed once in `deinit`, never handed out.
    private let iterator: OpaquePointer
    /// Pairs of end and rule status, as `cicu_wordBreaks` writes them. Kept to save allocations.
    private(set) var pairs: [Int32] = []

    init() {
        guard let opened = unsafe cicu_openWords("zh") else { fatalError("ICU has no word breaks for zh") }
        unsafe iterator = opened
    }

    deinit { unsafe cicu_closeWords(iterator) }

    /// Breaks `units[range]`; afterwards `pairs` holds the pieces, ends counted from the start of `range`.
    /// Returns the number of pieces.
    func findBreaks(in units: [UInt16], range: Range<Int>) -> Int {
        precondition(range.count <= Int32.max && units.indices.contains(range.lowerBound) || range.isEmpty)
        if range.isEmpty { return 0 }
        let capacity = range.count
        if pairs.count < capacity * 2 {
            pairs.append(contentsOf: repeatElement(0, count: capacity * 2 - pairs.count))
        }
        let count = unsafe units.withUnsafeBufferPointer { units in
            unsafe cicu_wordBreaks(
                iterator, units.baseAddress.unsafelyUnwrapped + range.lowerBound, Int32(range.count), &pairs, Int32(capacity))
        }
        precondition(count >= 0, "ICU cannot break words")
        return Int(count)
    }
}
