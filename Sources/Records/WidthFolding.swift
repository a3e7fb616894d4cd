// Full-width forms of ASCII, as Chinese input methods type them, mean the ASCII letter in numbers, names of fields and codes.

extension Unicode.Scalar {
    /// `Ａ` → `A`, `：` → `:`, the ideographic space → blank; everything else stays.
    package var halfWidth: Unicode.Scalar {
        switch value {
        case 0xFF01...0xFF5E: Unicode.Scalar(value - 0xFEE0) ?? self
        case 0x3000: " "
        default: self
        }
    }

    var isBlank: Bool {
        switch value {
        case 0x09...0x0D, 0x20, 0xA0, 0x3000, 0x200B, 0xFEFF: true
        default: false
        }
    }

    var isDigit: Bool { (0x30...0x39).contains(value) }
}

extension String {
    /// Whether the text is Han characters of the main block alone (three bytes, from E4 B8 80 to E9 BF BF): letters, and
    /// nothing that is a blank or has another width.
    package var isPlainHan: Bool {
        let bytes = utf8.span
        guard bytes.count % 3 == 0 else { return false }
        var place = 0
        while place < bytes.count {
            let first = bytes[place]
            if first < 0xE4 || first > 0xE9 || (first == 0xE4 && bytes[place + 1] < 0xB8) { return false }
            place += 3
        }
        return true
    }

    /// Without blanks at both ends. Bytes decide for the usual text that has none.
    var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last, first.isBlank || last.isBlank else {
            return self
        }
        guard let start = unicodeScalars.firstIndex(where: { !$0.isBlank }),
            let end = unicodeScalars.lastIndex(where: { !$0.isBlank })
        else { return "" }
        return String(unicodeScalars[start...end])
    }

    var isBlank: Bool { unicodeScalars.allSatisfy(\.isBlank) }
}
