// A JSON text as a plain value: keys keep their order, numbers keep their digits.
//
// Strings compare byte by byte. Swift's own `==` takes canonically equivalent texts for equal; here they are
// two originals, and an archive must not confuse them.

package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The number exactly as written, "12.50" stays "12.50".
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package var isNull: Bool { if case .null = self { true } else { false } }

    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The digits of a number, as written.
    package var number: String? { if case .number(let digits) = self { digits } else { nil } }

    /// A number without fraction and exponent that fits.
    package var int: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }

    package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    package var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }

    package subscript(key: String) -> JSONValue? { objectValue?[key] }
}

extension JSONValue: Hashable {
    package static func == (a: JSONValue, b: JSONValue) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)), (.string(let a), .string(let b)): a.hasSameBytes(as: b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .number(let text), .string(let text): text.hashBytes(into: &hasher)
        case .array(let values): hasher.combine(values)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral values: JSONValue...) { self = .array(values) }
    package init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
    package init(nilLiteral: ()) { self = .null }
}

extension String {
    /// Equality of the UTF-8 bytes, without Unicode's canonical equivalence.
    package func hasSameBytes(as other: String) -> Bool { hasBytes(other.utf8.span) }

    func hasBytes(_ other: Span<UInt8>) -> Bool {
        let mine = utf8.span
        guard mine.count == other.count else { return false }
        for place in mine.indices where mine[place] != other[place] { return false }
        return true
    }

    package func hashBytes(into hasher: inout Hasher) {
        // Holds: the hasher reads the bytes inside the closure and keeps none.
        unsafe utf8.span.withUnsafeBytes { bytes in unsafe hasher.combine(bytes: bytes) }
    }
}
