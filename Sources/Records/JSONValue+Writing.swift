// Writes JSON compactly: no blanks, nothing escaped that need not be, Chinese as it is.

extension JSONValue {
    /// Compact JSON in one line.
    package var text: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// JSON for a person: a member a line, two blanks a level.
    package var indented: String { indented(at: 0) }

    private func indented(at depth: Int) -> String {
        let (outer, inner) = (String(repeating: "  ", count: depth), String(repeating: "  ", count: depth + 1))
        switch self {
        case .object(let object) where !object.isEmpty:
            let members = object.entries.map { inner + JSONValue.string($0.key).text + ": " + $0.value.indented(at: depth + 1) }
            return "{\n" + members.joined(separator: ",\n") + "\n" + outer + "}"
        case .array(let values) where values.contains(where: { $0.objectValue != nil || $0.array != nil }):
            return "[\n" + values.map { inner + $0.indented(at: depth + 1) }.joined(separator: ",\n") + "\n" + outer + "]"
        default: return text
        }
    }

    package func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let text): JSONValue.write(text, into: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (place, value) in values.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                value.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): object.write(into: &bytes)
        }
    }

    /// A JSON string with its quotes.
    package static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let utf8 = text.utf8.span
        var from = 0
        // What stands between two bytes to be escaped is copied as it is.
        while true {
            let special = JSONBytes.firstSpecial(in: utf8, from: from)
            let plain = utf8.extracting(from..<special)
            unsafe plain.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            if special == utf8.count { break }
            writeEscaped(utf8[special], into: &bytes)
            from = special + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, into bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x08: bytes.append(contentsOf: "\\b".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0C: bytes.append(contentsOf: "\\f".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default: bytes.append(byte)
        }
    }
}

extension JSONObject {
    package var text: String { JSONValue.object(self).text }

    package func write(into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in entries {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            JSONValue.write(key, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
