// What of a text is compared: every three neighbouring letters. Digits, punctuation and blanks part the letters, so
// that neither a changed amount nor a moved clause changes more than it must; numbers are compared apart.
//
// All pieces of a shingle stand in the text side by side, so its pairs are terms of the index: a candidate can be
// found there without a dictionary, and how common a shingle is can be read off its rarest pair.

package enum Shingles {
    /// Units that shingles are made of: letters of any script, Han before all. Not digits, marks, blanks, masks.
    @inline(__always)
    package static func isLetter(_ unit: UInt16) -> Bool {
        switch unit {
        case 0x61...0x7A: true
        case 0x3400...0xDFFF: true  // Han, Hangul, and surrogates: Han outside the basic plane
        case 0xF900...0xFAFF: true
        case 0x3041...0x318F, 0x3005, 0x3007: true
        case 0x00C0...0x1FFF: true
        default: false
        }
    }

    /// For every unit: bit 0 if it is a letter, bit 1 if it is a letter or a digit. For loops that ask it of every unit of many texts.
    static let classes: [UInt8] = (0...UInt16.max).map { (isLetter($0) ? 1 : 0) | (WeightedText.isCounted($0) ? 2 : 0) }

    /// Three letters, or the two of a run that has no more.
    @inline(__always)
    package static func key(_ first: UInt16, _ second: UInt16, _ third: UInt16) -> UInt64 {
        UInt64(first) << 32 | UInt64(second) << 16 | UInt64(third)
    }

    /// Calls `body` for each shingle with the place of its first unit. The same one may come again.
    ///
    /// - Parameter units: as of a document, where marks of zones part the runs.
    @inline(__always)
    package static func forEach(in units: Span<UInt16>, _ body: (_ key: UInt64, _ place: Int) -> Void) {
        var run = 0
        var (first, second): (UInt16, UInt16) = (0, 0)
        for place in units.indices {
            let unit = units[place]
            guard isLetter(unit) else {
                if run == 2 { body(key(0, first, second), place - 2) }
                run = 0
                continue
            }
            run += 1
            if run >= 3 { body(key(first, second, unit), place - 2) }
            if run == 1 { first = unit } else if run == 2 { second = unit } else { (first, second) = (second, unit) }
        }
        if run == 2 { body(key(0, first, second), units.count - 2) }
    }
}
