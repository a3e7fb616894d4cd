// From a hit in folded units back to the bytes of the original text.

import CICU

package enum SourceRange {
    /// The UTF-8 range in `utf8` that the units `hit` came from: whole characters with the marks that belong to them,
    /// without blanks and dropped characters after the last one.
    ///
    /// - Parameter offsets: of each unit, as `Normalizer.fold` gives them for the same text.
    package static func original(of hit: Range<Int>, offsets: [UInt32], in utf8: Span<UInt8>) -> Range<Int> {
        guard !hit.isEmpty else {
            let place = hit.lowerBound < offsets.count ? Int(offsets[hit.lowerBound]) : utf8.count
            return place..<place
        }
        var start = Int(offsets[hit.lowerBound])
        // A unit may come from the middle of what is normalised together: step back from marks.
        while start > 0, isExtend(utf8, at: start) { start = characterStart(utf8, before: start) }
        let last = Int(offsets[hit.upperBound - 1])
        var next = hit.upperBound
        while next < offsets.count && Int(offsets[next]) == last { next += 1 }
        let limit = next < offsets.count ? Int(offsets[next]) : utf8.count
        var end = last + characterLength(utf8, at: last)
        while end < utf8.count && isExtend(utf8, at: end) { end += characterLength(utf8, at: end) }
        // What was normalised together may be longer than a grapheme (jamo): show it whole.
        if end < limit, joinsBackward(utf8, at: end) {
            while end < limit && joinsBackward(utf8, at: end) { end += characterLength(utf8, at: end) }
        }
        return start..<max(end, start)
    }

    /// `start..<end` widened to whole graphemes, for cutting a snippet out of the original.
    package static func wholeCharacters(around range: Range<Int>, in utf8: Span<UInt8>) -> Range<Int> {
        var start = min(range.lowerBound, utf8.count)
        var end = min(range.upperBound, utf8.count)
        while start > 0 && start < utf8.count && utf8[start] & 0xC0 == 0x80 { start -= 1 }
        while start > 0 && start < utf8.count && isExtend(utf8, at: start) { start = characterStart(utf8, before: start) }
        while end < utf8.count && utf8[end] & 0xC0 == 0x80 { end += 1 }
        while end < utf8.count && isExtend(utf8, at: end) { end += characterLength(utf8, at: end) }
        return start..<max(start, end)
    }

    /// Bytes of the character at `place`; of ill-formed text, up to the next byte that can start one.
    static func characterLength(_ utf8: Span<UInt8>, at place: Int) -> Int {
        var end = place + 1
        while end < utf8.count && end < place + 4 && utf8[end] & 0xC0 == 0x80 { end += 1 }
        return min(end, utf8.count) - place
    }

    private static func characterStart(_ utf8: Span<UInt8>, before place: Int) -> Int {
        var start = place - 1
        while start > 0 && utf8[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }

    private static func isExtend(_ utf8: Span<UInt8>, at place: Int) -> Bool {
        guard place < utf8.count, utf8[place] >= 0xC2 else { return false }
        return cicu_isGraphemeExtend(codePoint(utf8, at: place))
    }

    private static func joinsBackward(_ utf8: Span<UInt8>, at place: Int) -> Bool {
        guard place < utf8.count, utf8[place] >= 0xC2 else { return false }
        let found = Normalizer.shared.table.characterClass(of: codePoint(utf8, at: place))
        return found.joinsBackward && found.kind != CharacterClass.Kind.removed
    }

    private static func codePoint(_ utf8: Span<UInt8>, at place: Int) -> UInt32 {
        let first = UInt32(utf8[place])
        let length = characterLength(utf8, at: place)
        switch (first, length) {
        case (0xC2...0xDF, 2...): return (first & 0x1F) << 6 | UInt32(utf8[place + 1] & 0x3F)
        case (0xE0...0xEF, 3...):
            return (first & 0x0F) << 12 | UInt32(utf8[place + 1] & 0x3F) << 6 | UInt32(utf8[place + 2] & 0x3F)
        case (0xF0...0xF4, 4):
            let high = (first & 0x07) << 18 | UInt32(utf8[place + 1] & 0x3F) << 12
            return min(high | UInt32(utf8[place + 2] & 0x3F) << 6 | UInt32(utf8[place + 3] & 0x3F), 0x10FFFF)
        default: return 0xFFFD
        }
    }
}
