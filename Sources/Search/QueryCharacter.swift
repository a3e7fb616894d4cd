// How the query language sees one character: blanks, quotes and punctuation.

import Records

extension Unicode.Scalar {
    var isLineBreak: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Line breaks included.
    var isBlank: Bool {
        switch value {
        case 0x20, 0x09...0x0D: true
        case 0x21...0x84: false
        case 0x4E00...0x9FFF: false
        default: properties.isWhitespace
        }
    }

    /// Ends a sentence, as typed searches do not: 。！？
    var isSentenceEnd: Bool { self == "\u{3002}" || self == "\u{FF01}" || self == "\u{FF1F}" }

    /// A letter, a Han character, a mark or a number: what a search can be about. The rest is punctuation.
    var isLetterOrNumber: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x3400...0x4DBF, 0x4E00...0x9FFF: return true
        case 0x00...0x7F: return false
        default: break
        }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    var isQuote: Bool { self == "\"" || self == "\u{FF02}" || isCurlyQuote }

    var isCurlyQuote: Bool { self == "\u{201C}" || self == "\u{201D}" }

    /// Columns on a terminal, after Unicode's East Asian Width; ambiguous characters take one.
    var columnCount: Int {
        switch value {
        case 0x20...0x7E, 0xA0...0x2FF: 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            2
        default:
            switch properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: 0
            default: 1
            }
        }
    }
}

extension String {
    init(scalars: some Sequence<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }

    /// Nothing in it but blanks, punctuation and signs.
    var isPunctuationOnly: Bool { !unicodeScalars.contains { $0.isLetterOrNumber } }
}
