// A YAML document as plain values that remember where they stood, so that whoever reads a profile or a map can
// point at the very word that is wrong.

import Records

package struct YAMLNode: Sendable {
    package struct Entry: Sendable {
        package let key: YAMLNode
        package let value: YAMLNode
    }

    package enum Kind: Sendable {
        /// `isPlain`: written without quotes and without `!!str`, so `12` is a number and `~` is nothing.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    package let kind: Kind
    /// Both start at 1 and count characters, as editors show them. An alias stands where its anchor stood.
    package let line: Int
    package let column: Int

    package init(_ kind: Kind, line: Int = 1, column: Int = 1) {
        self.kind = kind
        self.line = line
        self.column = column
    }
}

extension YAMLNode {
    /// The text of a scalar, quoted or not. An empty plain value (`key:`) is nil, like `~`.
    package var text: String? {
        guard case .scalar(let text, let isPlain) = kind, !(isPlain && Self.isNull(text)) else { return nil }
        return text
    }

    package var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = kind else { return false }
        return Self.isNull(text)
    }

    package var elements: [YAMLNode]? {
        guard case .sequence(let elements) = kind else { return nil }
        return elements
    }

    package var entries: [Entry]? {
        guard case .mapping(let entries) = kind else { return nil }
        return entries
    }

    /// `true` or `false` written plainly.
    package var bool: Bool? {
        guard case .scalar(let text, isPlain: true) = kind else { return nil }
        return Self.bool(text)
    }

    /// A plain whole number.
    package var int: Int? {
        guard case .scalar(let text, isPlain: true) = kind else { return nil }
        return Int(text)
    }

    /// The value under `key` of a mapping.
    package subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key.text == key }?.value
    }
}

// MARK: - YAML 1.2 core schema

extension YAMLNode {
    /// The document as JSON. Plain scalars become what the YAML 1.2 core schema says; everything quoted stays a string.
    ///
    /// Two exceptions keep what a person wrote: a whole number with leading zeros is a code and stays a string
    /// (`00123`), and so do `.inf` and `.nan`, which JSON cannot say.
    package var json: JSONValue {
        switch kind {
        case .scalar(let text, let isPlain):
            return isPlain ? Self.resolve(text) : .string(text)
        case .sequence(let elements):
            return .array(elements.map(\.json))
        case .mapping(let entries):
            var object = JSONObject()
            for entry in entries { object[entry.key.text ?? "null"] = entry.value.json }
            return .object(object)
        }
    }

    static func isNull(_ text: String) -> Bool {
        text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    static func bool(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    static func resolve(_ text: String) -> JSONValue {
        if isNull(text) { return .null }
        if let bool = bool(text) { return .bool(bool) }
        if let number = number(text) { return .number(number) }
        return .string(text)
    }

    /// The JSON spelling of a core-schema number, or nil when `text` is none.
    private static func number(_ text: String) -> String? {
        var rest = Array(text.utf8)[...]
        guard let first = rest.first, first == 0x2B || first == 0x2D || first == 0x2E || isDigit(first) else { return nil }
        if text.hasPrefix("0x"), let value = UInt64(text.dropFirst(2), radix: 16) { return String(value) }
        if text.hasPrefix("0o"), let value = UInt64(text.dropFirst(2), radix: 8) { return String(value) }
        var spelled: [UInt8] = []
        if first == 0x2B || first == 0x2D {
            rest = rest.dropFirst()
            if first == 0x2D { spelled.append(first) }
        }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        guard whole.count <= 1 || whole.first != 0x30 else { return nil }
        spelled += whole.isEmpty ? [0x30] : Array(whole)
        var hasDigits = !whole.isEmpty
        if rest.first == 0x2E {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            rest = rest.dropFirst(1 + fraction.count)
            hasDigits = hasDigits || !fraction.isEmpty
            if !fraction.isEmpty { spelled += [0x2E] + Array(fraction) }
        }
        guard hasDigits else { return nil }
        if let mark = rest.first, mark == 0x65 || mark == 0x45 {
            var exponent = rest.dropFirst()
            spelled.append(0x65)
            if let sign = exponent.first, sign == 0x2B || sign == 0x2D {
                spelled.append(sign)
                exponent = exponent.dropFirst()
            }
            let digits = exponent.prefix(while: isDigit)
            guard !digits.isEmpty else { return nil }
            spelled += Array(digits)
            rest = exponent.dropFirst(digits.count)
        }
        return rest.isEmpty ? String(decoding: spelled, as: UTF8.self) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
