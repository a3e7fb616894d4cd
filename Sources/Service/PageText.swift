// The page's scripts and style sheet without what is there for people who read the source: comments, blanks, and line ends
// that end nothing. Names stay as they are: a browser's tools show a program one can follow.
//
// Done once when the service starts (about a millisecond), so that changing the page needs no build step.
// Source: the rules are those of Douglas Crockford's JSMin, and strings, templates and regular expressions are copied whole.

struct PageText {
    private let bytes: [UInt8]
    private var at = 0
    private var out: [UInt8] = []
    /// What lay between the last byte written and the next one.
    private var gap = Gap.none

    private enum Gap: Int { case none, blank, line }

    static func script(_ bytes: [UInt8]) -> [UInt8] {
        var text = PageText(bytes)
        text.takeScript()
        return text.out
    }

    static func styleSheet(_ bytes: [UInt8]) -> [UInt8] {
        var text = PageText(bytes)
        text.takeStyleSheet()
        return text.out
    }

    /// A page keeps its line ends, which may stand between words.
    static func page(_ bytes: [UInt8]) -> [UInt8] {
        Array(bytes.split(separator: 0x0A).map { $0.drop { $0 == 0x20 } }.joined(separator: [0x0A]))
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        out.reserveCapacity(bytes.count)
    }

    private func peek(_ ahead: Int = 0) -> UInt8 { at + ahead < bytes.count ? bytes[at + ahead] : 0 }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    /// Blanks, line ends and comments; false when something else comes.
    private mutating func skip(lineComments: Bool) -> Bool {
        let byte = peek()
        if byte == 0x20 || byte == 0x09 || byte == 0x0D {
            if gap == .none { gap = .blank }
        } else if byte == 0x0A {
            gap = .line
        } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
            at += 2
            while at < bytes.count, !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
                if peek() == 0x0A { gap = .line }
                at += 1
            }
            at += 1
            if gap == .none { gap = .blank }
        } else if lineComments, byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
            while at < bytes.count, peek() != 0x0A { at += 1 }
            return true
        } else {
            return false
        }
        at += 1
        return true
    }

    // MARK: Scripts

    private mutating func takeScript() {
        while at < bytes.count {
            if skip(lineComments: true) { continue }
            let byte = peek()
            let last = out.last ?? 0
            switch gap {
            // Behind a brace too: where that ends an expression, we write a semicolon.
            case .line where !out.isEmpty && !"{}([,;=?:&|<>!".utf8.contains(last) && !"})]?:.=&|<>,;".utf8.contains(byte): out.append(0x0A)
            case .blank where Self.isWord(last) && Self.isWord(byte)
                || last == byte && (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
                || last == UInt8(ascii: "/") && (byte == last || Self.isWord(byte)):
                out.append(0x20)
            default: break
            }
            gap = .none
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): copyString()
            case UInt8(ascii: "`"): copyTemplate()
            case UInt8(ascii: "/") where beginsExpression: copyExpression()
            case UInt8(ascii: "=") where peek(1) == UInt8(ascii: ">"):
                dropParentheses()
                copyByte()
                copyByte()
            default:
                // What ends a statement before a brace, or a list before its end, says nothing: no statement of ours is empty.
                if let last = out.last, byte == UInt8(ascii: "}") && last == UInt8(ascii: ";") || "])}".utf8.contains(byte) && last == UInt8(ascii: ",") { out.removeLast() }
                copyByte()
            }
        }
    }

    /// Before an arrow, `(one)` is `one`; behind a word, such as `async`, it stays.
    private mutating func dropParentheses() {
        guard out.last == UInt8(ascii: ")"), let open = out.lastIndex(of: UInt8(ascii: "(")), open + 2 < out.count, open > 0, !Self.isWord(out[open - 1]),
            out[(open + 1)..<(out.count - 1)].allSatisfy(Self.isWord)
        else { return }
        out.removeLast()
        out.remove(at: open)
    }

    private mutating func copyByte() {
        out.append(bytes[at])
        at += 1
    }

    private mutating func copyEscaped() {
        if peek() == UInt8(ascii: "\\"), at + 1 < bytes.count { copyByte() }
        copyByte()
    }

    private mutating func copyString() {
        let quote = bytes[at]
        copyByte()
        while at < bytes.count, peek() != quote { copyEscaped() }
        if at < bytes.count { copyByte() }
    }

    /// With what stands in `${…}`, which may hold further ones.
    private mutating func copyTemplate() {
        copyByte()
        while at < bytes.count, peek() != UInt8(ascii: "`") {
            guard peek() == UInt8(ascii: "$"), peek(1) == UInt8(ascii: "{") else {
                copyEscaped()
                continue
            }
            copyByte()
            var depth = 0
            repeat {
                switch peek() {
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "\""), UInt8(ascii: "'"):
                    copyString()
                    continue
                case UInt8(ascii: "`"):
                    copyTemplate()
                    continue
                case UInt8(ascii: "/") where beginsExpression:
                    copyExpression()
                    continue
                default: break
                }
                copyByte()
            } while at < bytes.count && depth > 0
        }
        if at < bytes.count { copyByte() }
    }

    private static let wordsBeforeExpression: Set<String> = ["return", "typeof", "case", "in", "of", "await", "void", "delete"]

    /// Whether a slash here opens a regular expression rather than divides.
    private var beginsExpression: Bool {
        let before = out.reversed().drop { $0 == 0x20 || $0 == 0x0A }
        guard let last = before.first else { return true }
        if !Self.isWord(last) { return last != UInt8(ascii: ")") && last != UInt8(ascii: "]") && last != UInt8(ascii: "}") && last != UInt8(ascii: "\"") && last != UInt8(ascii: "`") && last != UInt8(ascii: "'") }
        return Self.wordsBeforeExpression.contains(String(decoding: before.prefix { Self.isWord($0) }.reversed(), as: UTF8.self))
    }

    private mutating func copyExpression() {
        var isInClass = false
        copyByte()
        while at < bytes.count, peek() != 0x0A, isInClass || peek() != UInt8(ascii: "/") {
            if peek() == UInt8(ascii: "[") { isInClass = true } else if peek() == UInt8(ascii: "]") { isInClass = false }
            copyEscaped()
        }
        if at < bytes.count { copyByte() }
    }

    // MARK: Style sheets

    private mutating func takeStyleSheet() {
        while at < bytes.count {
            if skip(lineComments: false) { continue }
            let byte = peek()
            let last = out.last ?? 0
            let isFree = "{};,>".utf8.contains(byte) || "{};,:>".utf8.contains(last) || out.isEmpty
            if byte == UInt8(ascii: "}"), last == UInt8(ascii: ";") {
                out[out.count - 1] = byte
                at += 1
            } else {
                if gap != .none, !isFree { out.append(0x20) }
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { copyString() } else { copyByte() }
            }
            gap = .none
        }
    }
}
