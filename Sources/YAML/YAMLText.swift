// Writes the small YAML that we hand to people: a proposed map, a new profile. Only what is needed to read it back:
// block mappings, flow lists, comments.

package struct YAMLText: Sendable {
    package private(set) var text = ""
    private var indent = 0

    package init() {}

    /// A line of its own: `# words`. Several lines become several comments.
    package mutating func comment(_ words: String) {
        for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
            start()
            text += line.isEmpty ? "#\n" : "# \(line)\n"
        }
    }

    package mutating func blankLine() { text += "\n" }

    /// `key: value  # note`
    package mutating func entry(_ key: String, _ value: String, note: String? = nil) {
        raw(key, Self.scalar(value), note: note)
    }

    /// `key: [a, b]  # note`
    package mutating func entry(_ key: String, _ values: [String], note: String? = nil) {
        raw(key, Self.list(values), note: note)
    }

    /// `key: VALUE` where `value` is already YAML, such as `{from: 标题}`, `true` or `12`.
    package mutating func raw(_ key: String, _ value: String, note: String? = nil) {
        start()
        text += "\(Self.scalar(key)): \(value)"
        if let note { text += "  # \(note)" }
        text += "\n"
    }

    /// `key:` and everything `body` writes, indented below it.
    package mutating func mapping(_ key: String, _ body: (inout YAMLText) -> Void) {
        start()
        text += "\(Self.scalar(key)):\n"
        indent += 1
        body(&self)
        indent -= 1
    }

    package static func list(_ values: [String]) -> String {
        "[" + values.map(scalar).joined(separator: ", ") + "]"
    }

    /// `{a: 1, b: 2}`; the values are already YAML.
    package static func flow(_ pairs: [(key: String, value: String)]) -> String {
        "{" + pairs.map { "\(scalar($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// `text` as a scalar that reads back as the same string: plain when nothing in it could mean something else.
    package static func scalar(_ text: String) -> String {
        if isSafePlain(text) { return text }
        var quoted = "\""
        for unicode in text.unicodeScalars {
            switch unicode {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case let control where control.value < 0x20 || control.value == 0x7F || (0x80...0x9F).contains(control.value)
                || control.value == 0x2028 || control.value == 0x2029 || control.value == 0xFEFF:
                let digits = String(control.value, radix: 16, uppercase: true)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(unicode)
            }
        }
        return quoted + "\""
    }

    private mutating func start() { text += String(repeating: "  ", count: indent) }

    private static func isSafePlain(_ text: String) -> Bool {
        guard case .string = YAMLNode.resolve(text), let first = text.unicodeScalars.first else { return false }
        func isWordStart(_ unicode: Unicode.Scalar) -> Bool {
            unicode == "_" || unicode.properties.isAlphabetic
        }
        // Words that YAML 1.1 readers take for a truth value: other programs may read our file too.
        let truths: Set<String> = ["y", "n", "yes", "no", "on", "off"]
        guard isWordStart(first), !truths.contains(text.lowercased()) else { return false }
        return text.unicodeScalars.allSatisfy {
            isWordStart($0) || $0.properties.numericType != nil || "-./()（）[]_+".unicodeScalars.contains($0)
        } && !text.unicodeScalars.contains("[") && !text.unicodeScalars.contains("]")
    }
}
