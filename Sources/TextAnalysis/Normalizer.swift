// Folding: the one form of a text that is indexed, searched, compared and broken into words.
//
// What it does, in one pass: NFKC_Casefold; traditional and variant characters to one simplified form; radicals
// to the ideographs they stand for; quotation marks and dashes to one form each; default ignorables dropped;
// control characters to blanks; noncharacters and ill-formed bytes to U+FFFD; white space as below; watermarks
// between Han characters dropped (`Watermark`).
//
// White space, judged by the characters on both sides of the whole run:
//   - holding two line ends, U+2029, or one line end after 。；：！？  → U+2029, a paragraph break
//   - holding one line end: nothing where a hard wrap cut Chinese text or a number, else U+0020
//   - otherwise: nothing between two Han characters (blanks of OCR and of spaced print), else U+0020
//
// Laws (tests check them on all of Unicode): every piece of folded text, cut at code points, folds to itself.
// So a rule may only remove a pattern that folded text cannot hold; nothing is trimmed at the ends; and the
// result is stable under NFKC_Casefold. U+FFFF is never in it: the index parts zones by it.

import CICU

package struct Normalizer: Sendable {
    package static let shared = Normalizer()

    /// Stamped in the index; grows with every change of what folding does.
    package static let version = 2

    package let table: FoldTable

    private init() {
        // Holds: the bytes are constant, `cicu_foldTableLength` counts them.
        let bytes = unsafe UnsafeBufferPointer(start: cicu_foldTableStart(), count: Int(cicu_foldTableLength()))
        table = unsafe FoldTable(decoding: bytes.span)
    }

    /// Appends the folded form of UTF-8 text to `units`. Ill-formed bytes become U+FFFD.
    ///
    /// - Complexity: one pass; at most 63 combining marks follow a character, further ones are dropped.
    package func fold(_ utf8: Span<UInt8>, into units: inout [UInt16]) {
        var none: [UInt32] = []
        fold(utf8, into: &units, offsets: &none, wantsOffsets: false)
    }

    /// As above, and appends for each unit the offset in `utf8` where the character it came from starts. Offsets
    /// never decrease.
    package func fold(_ utf8: Span<UInt8>, into units: inout [UInt16], offsets: inout [UInt32]) {
        fold(utf8, into: &units, offsets: &offsets, wantsOffsets: true)
    }

    package func fold(_ text: String) -> [UInt16] {
        var units: [UInt16] = []
        var text = text
        text.makeContiguousUTF8()
        fold(text.utf8.span, into: &units)
        return units
    }

    private func fold(
        _ utf8: Span<UInt8>, into units: inout [UInt16], offsets: inout [UInt32], wantsOffsets: Bool
    ) {
        let start = units.count
        let offsetStart = offsets.count
        unsafe utf8.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            var capacity = source.count + FoldRun.slack
            var run = unsafe FoldRun(source: first, length: source.count, table: table)
            while true {
                let finished = unsafe units.withRoom(for: capacity, from: start) { out in
                    guard wantsOffsets else { return unsafe run.advance(out: out, offsets: nil, capacity: capacity) }
                    return unsafe offsets.withRoom(for: capacity, from: offsetStart) { places in
                        unsafe run.advance(out: out, offsets: places, capacity: capacity)
                    }
                }
                if finished { break }
                capacity += max(capacity / 2, run.roomNeeded)
            }
            units.removeLast(units.count - start - run.write)
            if wantsOffsets { offsets.removeLast(offsets.count - offsetStart - run.write) }
        }
    }
}

extension Array where Element: FixedWidthInteger {
    /// Makes the array `start + count` long (new elements are zero) and lends what follows `start`.
    fileprivate mutating func withRoom(
        for count: Int, from start: Int, _ body: (UnsafeMutablePointer<Element>) -> Bool
    ) -> Bool {
        if self.count < start + count { append(contentsOf: repeatElement(0, count: start + count - self.count)) }
        return unsafe withUnsafeMutableBufferPointer { unsafe body($0.baseAddress.unsafelyUnwrapped + start) }
    }
}
