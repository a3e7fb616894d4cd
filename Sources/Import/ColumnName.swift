// Column names are compared as people mean them: maps and headers are typed by different hands.

/// A column's name as people mean it: blanks, line ends, width and case do not count.
struct ColumnName: Hashable, Sendable {
    let folded: String

    init(_ name: String) {
        // Asked for every unmapped key of every JSON line: nearly all names are folded already.
        if name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x41 || $0 > 0x5A && $0 < 0x80 || $0 >= 0xE4 && $0 < 0xEF || $0 & 0xC0 == 0x80 }) {
            folded = name
            return
        }
        var folded = ""
        for unicode in name.unicodeScalars {
            switch unicode.value {
            case 0x00...0x20, 0x3000, 0xA0, 0xFEFF, 0x200B: continue
            case 0xFF01...0xFF5E: folded.unicodeScalars.append(Unicode.Scalar(unicode.value - 0xFEE0) ?? unicode)
            default: folded.unicodeScalars.append(unicode)
            }
        }
        self.folded = folded.lowercased()
    }
}
