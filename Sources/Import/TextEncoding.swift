// The encodings that exports of Chinese office systems come in, and how to tell them apart.
//
// Valid UTF-8 wins: Chinese text in another encoding is practically never valid UTF-8 by chance, while the reverse
// happens daily (many UTF-8 texts are also valid GB18030). The sample comes from several places of the file, because
// the head of an export is often pure ASCII; and a file may be mixed, so lines vote.

import CICU

package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// Also reads GBK and GB2312, of which it is a superset.
    case gb18030 = "GB18030"
    case big5 = "Big5"

    /// The encoding a person means by `name`; spelling as people write it.
    package init?(named name: String) {
        switch name.lowercased().filter({ $0.isLetter || $0.isNumber }) {
        case "utf8", "utf8bom", "utf8sig": self = .utf8
        case "utf16le", "utf16", "unicode", "ucs2": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        case "gb18030", "gbk", "gb2312", "gb", "cp936", "ansi", "euccn", "gb180302005", "gb180302022": self = .gb18030
        case "big5", "big5hkscs", "cp950": self = .big5
        default: return nil
        }
    }

    var unitBytes: Int { self == .utf16LittleEndian || self == .utf16BigEndian ? 2 : 1 }
}

/// What the head and some inner pieces of a file say about its encoding.
struct EncodingSample {
    /// The first piece starts at byte 0.
    var pieces: [[UInt8]]

    struct Finding: Equatable {
        var encoding: TextEncoding
        /// Bytes of a byte order mark to skip.
        var markBytes: Int
    }

    func finding() -> Finding {
        let head = pieces.first ?? []
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return Finding(encoding: .utf8, markBytes: 3) }
        if head.starts(with: [0xFF, 0xFE]) { return Finding(encoding: .utf16LittleEndian, markBytes: 2) }
        if head.starts(with: [0xFE, 0xFF]) { return Finding(encoding: .utf16BigEndian, markBytes: 2) }
        if head.starts(with: [0x84, 0x31, 0x95, 0x33]) { return Finding(encoding: .gb18030, markBytes: 4) }
        if let wide = wideEncoding() { return Finding(encoding: wide, markBytes: 0) }
        return Finding(encoding: narrowEncoding(), markBytes: 0)
    }

    // MARK: Two bytes a character

    /// UTF-16 without a mark: nearly every unit is a character of Chinese office text in one byte order and not in the
    /// other.
    private func wideEncoding() -> TextEncoding? {
        var units = 0
        var little = 0
        var big = 0
        var evenZeros = 0
        var oddZeros = 0
        for piece in pieces {
            var place = 0
            while place + 1 < piece.count {
                let first = piece[place]
                let second = piece[place + 1]
                units += 1
                if first == 0 { evenZeros += 1 }
                if second == 0 { oddZeros += 1 }
                if Self.isCommon(high: second, low: first) { little += 1 }
                if Self.isCommon(high: first, low: second) { big += 1 }
                place += 2
            }
        }
        guard units > 0 else { return nil }
        // A line or a cell always ends in ASCII, so zeros must stand, and on one side only.
        if oddZeros > 0, oddZeros > evenZeros * 8, little * 10 >= units * 9, little > big { return .utf16LittleEndian }
        if evenZeros > 0, evenZeros > oddZeros * 8, big * 10 >= units * 9, big > little { return .utf16BigEndian }
        return nil
    }

    /// ASCII text, Han, CJK punctuation and full-width forms.
    private static func isCommon(high: UInt8, low: UInt8) -> Bool {
        switch high {
        case 0x00: low >= 0x20 && low < 0x7F || low == 0x0A || low == 0x0D || low == 0x09
        case 0x4E...0x9F, 0x30, 0xFF, 0x20...0x26: true
        default: false
        }
    }

    // MARK: One or more bytes a character

    private func narrowEncoding() -> TextEncoding {
        var validLines = 0
        var otherLines = 0
        var others: [UInt8] = []
        for (index, piece) in pieces.enumerated() {
            for line in Self.wholeLines(of: piece, isHead: index == 0) where line.contains(where: { $0 >= 0x80 }) {
                if Self.isUTF8(line) {
                    validLines += 1
                } else {
                    otherLines += 1
                    if others.count < 1 << 18 { others += line + [0x0A] }
                }
            }
        }
        if otherLines <= validLines { return .utf8 }
        let gb = Self.share(ofEverydayHan: others)
        if gb >= 0.6 { return .gb18030 }
        var name = [CChar](repeating: 0, count: 64)
        // Holds: ICU reads `count` bytes and writes at most 64.
        let confidence = unsafe others.withUnsafeBufferPointer { bytes in
            unsafe name.withUnsafeMutableBufferPointer { target in
                bytes.isEmpty
                    ? -1
                    : unsafe cicu_detectEncoding(
                        bytes.baseAddress!, Int32(bytes.count), target.baseAddress!, Int32(target.count))
            }
        }
        let found = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        if confidence >= 30, found == "Big5" { return .big5 }
        return .gb18030
    }

    /// Lines of a piece; those cut by the piece's edges are left out unless nothing else is there.
    private static func wholeLines(of piece: [UInt8], isHead: Bool) -> [ArraySlice<UInt8>] {
        let lines = piece.split(omittingEmptySubsequences: true) { $0 == 0x0A || $0 == 0x0D }
        if lines.count > 2 { return Array(lines.dropFirst(isHead ? 0 : 1).dropLast()) }
        // One huge line: forgive the characters cut at both ends.
        guard var only = lines.max(by: { $0.count < $1.count }) else { return [] }
        if !isHead { only = only.drop { $0 & 0xC0 == 0x80 } }
        var tail = 0
        while tail < 3, tail < only.count, only[only.endIndex - 1 - tail] & 0xC0 == 0x80 { tail += 1 }
        if tail < only.count, only[only.endIndex - 1 - tail] >= 0xC0 { only = only.dropLast(tail + 1) }
        return only.isEmpty ? [] : [only]
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// Of the two-byte characters, how many begin with a byte of the everyday Han (GB 2312, first level).
    private static func share(ofEverydayHan bytes: [UInt8]) -> Double {
        var pairs = 0
        var common = 0
        var place = 0
        while place + 1 < bytes.count {
            guard bytes[place] >= 0x80 else {
                place += 1
                continue
            }
            // 0xA1–0xA3: Chinese punctuation and full-width forms.
            if (0xB0...0xD7).contains(bytes[place]) && bytes[place + 1] >= 0xA1 || (0xA1...0xA3).contains(bytes[place]) {
                common += 1
            }
            pairs += 1
            place += 2
        }
        return pairs == 0 ? 0 : Double(common) / Double(pairs)
    }
}
