// 档号 (DA/T 13-2022): the pattern is data of the body; numbers are formatted and read back, and a search may write them
// with full-width marks or without the leading zeros.

import Records

package struct ReferencePattern: Hashable, Sendable {
    package enum Piece: Hashable, Sendable {
        case text(String)
        case fonds, classCode, year, retention
        case file(digits: Int)
        case item(digits: Int)
    }

    /// Such as `{fonds}-{class}·{year}-{retention}-{file:4}`; `[-{item:3}]` may follow.
    package var text = "{fonds}-{class}·{year}-{retention}-{file:4}"
    package var fonds = "Q001"
    package var fondsName = ""
    package var classCode = "XF"
    package var className = ""
    package var itemDigits = 3
    /// A penalty file also carries year and serial of the closed case, in eight digits.
    package var hasClosingNumber = false
    package var pagesMax = 200

    package init() {}

    /// What a 档号 is made of.
    package struct Parts: Hashable, Sendable {
        package var fonds: String
        package var classCode: String
        package var year: Int
        package var retention: String
        package var file: Int
        package var item: Int?
        package init(fonds: String, classCode: String, year: Int, retention: String, file: Int, item: Int? = nil) {
            self.fonds = fonds
            self.classCode = classCode
            self.year = year
            self.retention = retention
            self.file = file
            self.item = item
        }
        /// The serial counts within this.
        package var series: String { "\(fonds)|\(classCode)|\(year)|\(retention)" }
    }

    package static func pieces(of text: String) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            guard let close = rest[open...].firstIndex(of: "}") else { return nil }
            let words = rest[rest.index(after: open)..<close].split(separator: ":")
            switch words.first {
            case "fonds": pieces.append(.fonds)
            case "class": pieces.append(.classCode)
            case "year": pieces.append(.year)
            case "retention": pieces.append(.retention)
            case "file":
                guard let digits = words.count == 2 ? Int(words[1]) : 4, (1...9).contains(digits) else { return nil }
                pieces.append(.file(digits: digits))
            default: return nil
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        let hasFile = pieces.count { if case .file = $0 { true } else { false } } == 1
        return hasFile && pieces.contains(.year) && pieces.contains(.retention) ? pieces : nil
    }

    package func format(_ parts: Parts) -> String {
        var text = (Self.pieces(of: self.text) ?? []).map { piece in
            switch piece {
            case .text(let text): text
            case .fonds: parts.fonds
            case .classCode: parts.classCode
            case .year: String(parts.year)
            case .retention: parts.retention
            case .file(let digits): NumberPattern.padded(parts.file, digits)
            case .item(let digits): NumberPattern.padded(parts.item ?? 0, digits)
            }
        }.joined()
        if let item = parts.item { text += "-" + NumberPattern.padded(item, itemDigits) }
        return text
    }

    /// Nil when the text is no 档号 of this pattern.
    package func parse(_ given: String) -> Parts? {
        var rest = Substring(Self.folded(given))
        var parts = Parts(fonds: fonds, classCode: classCode, year: 0, retention: "", file: 0)
        let pieces = Self.pieces(of: text) ?? []
        for (place, piece) in pieces.enumerated() {
            /// Up to where the next fixed text begins.
            func word() -> Substring? {
                guard place + 1 < pieces.count else { return rest.prefix { $0 != "-" } }
                guard case .text(let text) = pieces[place + 1] else { return nil }
                let next = Self.folded(text)
                let wantsYear = place + 2 < pieces.count && pieces[place + 2] == .year
                // A class may hold the mark that stands behind it (XF·01): it ends before four digits.
                var from = rest.startIndex
                while let end = rest[from...].firstRange(of: next) {
                    let after = rest[end.upperBound...].prefix { $0.isASCII && $0.isNumber }
                    if !wantsYear || after.count == 4 { return rest[..<end.lowerBound] }
                    from = rest.index(after: end.lowerBound)
                }
                return nil
            }
            if case .text(let text) = piece {
                guard rest.hasPrefix(Self.folded(text)) else { return nil }
                rest = rest.dropFirst(Self.folded(text).count)
                continue
            }
            guard let found = word(), !found.isEmpty else { return nil }
            switch piece {
            case .fonds: parts.fonds = String(found)
            case .classCode: parts.classCode = String(found)
            case .year:
                guard found.count == 4, let year = Int(found) else { return nil }
                parts.year = year
            case .retention:
                guard let period = RetentionPeriod(String(found)) else { return nil }
                parts.retention = period.code
            case .file:
                guard let file = Int(found), file > 0 else { return nil }
                parts.file = file
            case .text, .item: break
            }
            rest = rest.dropFirst(found.count)
        }
        if rest.isEmpty { return parts }
        guard rest.first == "-", let item = Int(rest.dropFirst()), item > 0 else { return nil }
        parts.item = item
        return parts
    }

    /// The standard spelling of a 档号 written in any accepted way; nil when it is none.
    package func standardForm(_ given: String) -> String? { parse(given).map(format) }

    /// Half-width, one kind of middle dot and of dash, no blanks.
    static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\u{FF01}"..."\u{FF5E}": folded.append(Unicode.Scalar(scalar.value - 0xFEE0)!)
            case ".", "・", "•", "‧", "･", "．": folded.append("·")
            case "—", "–", "－", "‐", "−": folded.append("-")
            case " ", "\u{3000}": continue
            default: folded.append(scalar)
            }
        }
        // Full-width stops become half-width ones above.
        return String(folded).replacing(".", with: "·").uppercased()
    }
}
