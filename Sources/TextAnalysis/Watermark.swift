// Letters that a document site printed across the page and that a text layer then put inside Chinese words.
//
// Conservative on purpose: mixed text (APP, 4S店, K歌, iPhone手机, a name in Cyrillic) is legitimate and stays.
// Removed are only, with a Han character after them (perhaps after one blank):
//   - letters of scripts that do not stand in Chinese text at all (class `foreign`), up to `foreignMax` units
//     with single blanks between them, when a Han character stands before them (perhaps before one blank);
//   - the watermarks listed by name, when a Han character or a punctuation mark stands before them.
// Folded text never holds such a pattern, so no piece of it can either: the law of pieces holds.

enum Watermark {
    /// Longest stretch of foreign letters taken for a watermark. Longer ones are text of their own.
    private static let foreignMax = 24

    /// In folded form. "Library" or "Baidu library" in Danish, Malagasy, Mongolian and Amharic: what a well-known
    /// document site hides in its pages.
    private static let known: [[UInt16]] = [
        "fra bibliotek", "fra baidu bibliotek", "baidu nhomakorabea", "байду номын сангаас", "ቤተ መጻሕፍቲ ባይዱ",
    ].map { Array($0.utf16) }

    /// k, a, с: the last letters of `known`; the Ethiopic one is of class `foreign`.
    @inline(__always)
    static func mayEnd(with unit: UInt16) -> Bool { unit == 0x6B || unit == 0x61 || unit == 0x441 }

    /// Where the watermark begins that ends with the last unit written (or one blank before it), if there is one.
    static func start(in written: Span<UInt16>, table: FoldTable) -> Int? {
        var end = written.count
        if written[end - 1] == 0x20 { end -= 1 }
        return foreignStart(in: written, end: end, table: table)
            ?? knownStart(in: written, end: end, table: table)
    }

    private static func foreignStart(in written: Span<UInt16>, end: Int, table: FoldTable) -> Int? {
        var start = end
        while start > 0 {
            let unit = written[start - 1]
            let isForeign = table.characterClass(of: UInt32(unit)).kind == CharacterClass.Kind.foreign
            // Runs of blanks are one blank by now, so a blank has letters on both sides, or stands at the start.
            guard isForeign || (unit == 0x20 && start < end) else { break }
            start -= 1
            if end - start > foreignMax + 1 { return nil }
        }
        guard start < end, start > 0, kind(before: start, in: written, table: table) == CharacterClass.Kind.han
        else { return nil }
        let hasBlank = written[start] == 0x20
        return end - start - (hasBlank ? 1 : 0) <= foreignMax ? start : nil
    }

    private static func knownStart(in written: Span<UInt16>, end: Int, table: FoldTable) -> Int? {
        for mark in known where end > mark.count {
            var start = end - mark.count
            guard mark.indices.allSatisfy({ written[start + $0] == mark[$0] }) else { continue }
            if start > 1, written[start - 1] == 0x20 { start -= 1 }
            let before = kind(before: start, in: written, table: table)
            if before == CharacterClass.Kind.punctuation || before == CharacterClass.Kind.han { return start }
        }
        return nil
    }

    /// Kind of the character that ends before `place`, of any plane: Han and punctuation stand beyond U+FFFF too.
    private static func kind(before place: Int, in written: Span<UInt16>, table: FoldTable) -> UInt8 {
        var codePoint = UInt32(written[place - 1])
        if codePoint & 0xFC00 == 0xDC00 && place > 1 {
            codePoint = (UInt32(written[place - 2]) << 10) &+ codePoint &- 0x35F_DC00
        }
        return table.characterClass(of: codePoint).kind
    }
}
