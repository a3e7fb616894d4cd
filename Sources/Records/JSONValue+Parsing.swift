// Reads JSON (RFC 8259) strictly, byte by byte: import reads millions of lines through this.
//
// A string is scanned for its end first and validated and copied once, so Chinese text costs no work per character.

extension JSONValue {
    /// Levels of arrays and objects inside each other. Far above any real record; keeps the recursion off the stack's end.
    package static let depthMax = 64

    package static func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        var parser = JSONParser()
        let value = try parser.value(in: bytes, depth: 0)
        parser.skipBlanks(in: bytes)
        if parser.position < bytes.count { throw parser.error(.trailingBytes) }
        return value
    }

    /// A value within an object, from its first byte on; moves `position` behind it.
    static func parseMember(of bytes: Span<UInt8>, at position: inout Int) throws(JSONError) -> JSONValue {
        var parser = JSONParser()
        parser.position = position
        let value = try parser.value(in: bytes, depth: 1)
        position = parser.position
        return value
    }

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue { try parse(bytes.span) }

    package static func parse(_ text: String) throws(JSONError) -> JSONValue { try parse(text.utf8.span) }
}

extension JSONObject {
    /// Some members of an object that was written by this program; the others are passed over, however long they are.
    ///
    /// - Throws: `JSONError` where the bytes are no object; what is passed over is not checked.
    package static func members(_ names: MemberNames, of bytes: Span<UInt8>) throws(JSONError) -> JSONObject {
        var parser = JSONParser()
        return try parser.object(in: bytes, keeping: names)
    }
}

/// Names of members that are wanted. A name in the bytes is told by its length and three of its bytes before it is compared,
/// and no text is made of it.
package struct MemberNames: Sendable, ExpressibleByArrayLiteral {
    fileprivate let names: [String]
    private let signatures: [UInt32]

    package init(_ names: some Sequence<String>) {
        self.names = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        signatures = self.names.map { Self.signature(of: $0.utf8.span) }
    }

    package init(arrayLiteral names: String...) { self.init(names) }

    @inline(__always)
    private static func signature(of bytes: Span<UInt8>) -> UInt32 {
        let count = bytes.count
        guard count > 0 else { return 0 }
        let ends = UInt32(bytes[0]) << 16 | UInt32(bytes[count - 1]) << 8 | UInt32(bytes[count / 2])
        return UInt32(truncatingIfNeeded: min(count, 127)) << 24 | ends
    }

    /// Its place among the names; nil for one that is not wanted.
    fileprivate func place(of name: Span<UInt8>) -> Int? {
        let wanted = Self.signature(of: name)
        for place in signatures.indices where signatures[place] == wanted {
            let bytes = names[place].utf8.span
            guard bytes.count == name.count else { continue }
            var equal = 0
            while equal < bytes.count, bytes[equal] == name[equal] { equal += 1 }
            if equal == bytes.count { return place }
        }
        return nil
    }
}

/// Looking through the bytes of strings eight at a time.
enum JSONBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// Whether the bytes are well-formed UTF-8 of ASCII and of three bytes a character alone, as Chinese text is; the general
    /// way takes three times as long.
    static func areOrdinary(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { raw in
            var place = 0
            while place < raw.count {
                let first = unsafe raw[place]
                if first < 0x80 {
                    place &+= 1
                    // Holds: eight bytes are there.
                    while place &+ 8 <= raw.count, unsafe raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & tops == 0 {
                        place &+= 8
                    }
                    continue
                }
                // E0 and ED have rules of their own for the second byte.
                guard first &- 0xE1 < 0x0F, first != 0xED, place &+ 2 < raw.count else { return false }
                let (second, third) = unsafe (raw[place &+ 1] ^ 0x80, raw[place &+ 2] ^ 0x80)
                guard second | third < 0x40 else { return false }
                place &+= 3
            }
            return true
        }
    }

    /// The first byte from `start` on that a string cannot hold as it is: a quote, a backslash or a control character; the
    /// count of bytes when there is none.
    static func firstSpecial(in bytes: Span<UInt8>, from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { raw in
            var place = start
            while place + 8 <= raw.count {
                let word = unsafe UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                // A byte of `x &- ones` borrows when it is 0; the lowest top bit that is set is a true one (Warren, Hacker's
                // Delight, 6-1).
                let quote = word ^ (ones &* 0x22)
                let backslash = word ^ (ones &* 0x5C)
                let found = (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)) & tops
                if found != 0 { return place + found.trailingZeroBitCount / 8 }
                place += 8
            }
            while place < raw.count {
                let byte = unsafe raw[place]
                if byte < 0x20 || byte == 0x22 || byte == 0x5C { return place }
                place += 1
            }
            return raw.count
        }
    }
}

/// The place reached so far. The bytes are handed to every call: a stored `Span` would tie the struct's lifetime.
private struct JSONParser {
    var position = 0

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: position, reason: reason) }

    /// What to report when the byte at `position` is wrong or missing.
    func unexpected(in bytes: Span<UInt8>) -> JSONError {
        error(position < bytes.count ? .unexpectedByte : .unexpectedEnd)
    }

    mutating func skipBlanks(in bytes: Span<UInt8>) {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func value(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONValue {
        skipBlanks(in: bytes)
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string(in: bytes))
        case UInt8(ascii: "{"): return .object(try object(in: bytes, depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(in: bytes, depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number(in: bytes))
        case UInt8(ascii: "t"):
            try word("true", in: bytes)
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false", in: bytes)
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null", in: bytes)
            return .null
        default: throw error(.unexpectedByte)
        }
    }

    mutating func word(_ word: StaticString, in bytes: Span<UInt8>) throws(JSONError) {
        // Holds: a StaticString's start and size never change.
        let expected = unsafe UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        for unsafe byte in unsafe expected {
            guard position < bytes.count, bytes[position] == byte else { throw unexpected(in: bytes) }
            position += 1
        }
    }

    mutating func object(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject {
        if depth > JSONValue.depthMax { throw error(.tooDeep) }
        position += 1
        var object = JSONObject()
        skipBlanks(in: bytes)
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
            position += 1
            return object
        }
        object.reserveCapacity(depth == 1 ? 12 : 4)
        while true {
            skipBlanks(in: bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected(in: bytes) }
            let key = try string(in: bytes)
            skipBlanks(in: bytes)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw unexpected(in: bytes) }
            position += 1
            let member = try value(in: bytes, depth: depth)
            object.set(key, to: member)
            skipBlanks(in: bytes)
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return object
            default: throw error(.unexpectedByte)
            }
        }
    }

    /// An object at the very beginning, of which some members are read.
    mutating func object(in bytes: Span<UInt8>, keeping names: MemberNames) throws(JSONError) -> JSONObject {
        skipBlanks(in: bytes)
        guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { throw unexpected(in: bytes) }
        position += 1
        var object = JSONObject()
        var isThere = [Bool](repeating: false, count: names.names.count)
        while true {
            skipBlanks(in: bytes)
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: "}"): return object
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "\""):
                let found = try name(in: bytes, among: names)
                skipBlanks(in: bytes)
                guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw unexpected(in: bytes) }
                position += 1
                guard let found else {
                    try skipValue(in: bytes)
                    continue
                }
                let member = try value(in: bytes, depth: 1)
                if isThere[found] { object.set(names.names[found], to: member) } else { object.append(names.names[found], member) }
                isThere[found] = true
            default: throw error(.unexpectedByte)
            }
        }
    }

    /// The place of a name among those that are wanted; goes behind it.
    private mutating func name(in bytes: Span<UInt8>, among names: MemberNames) throws(JSONError) -> Int? {
        let start = position + 1
        let end = JSONBytes.firstSpecial(in: bytes, from: start)
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
            return names.place(of: try string(in: bytes).utf8.span)
        }
        position = end + 1
        return names.place(of: bytes.extracting(start..<end))
    }

    /// Goes behind a value by its strings and brackets alone.
    private mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                while true {
                    position = JSONBytes.firstSpecial(in: bytes, from: position)
                    guard position < bytes.count else { throw error(.unexpectedEnd) }
                    if bytes[position] == UInt8(ascii: "\"") { break }
                    position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
                position += 1
            case UInt8(ascii: ","):
                if depth == 0 { return }
                position += 1
            default: position += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    mutating func array(in bytes: Span<UInt8>, depth: Int) throws(JSONError) -> [JSONValue] {
        if depth > JSONValue.depthMax { throw error(.tooDeep) }
        position += 1
        var values: [JSONValue] = []
        skipBlanks(in: bytes)
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while true {
            values.append(try value(in: bytes, depth: depth))
            skipBlanks(in: bytes)
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return values
            default: throw error(.unexpectedByte)
            }
        }
    }

    mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> String {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits(in: bytes)
        if bytes[first] == UInt8(ascii: "0"), position > first + 1 {
            position = first
            throw error(.badNumber)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits(in: bytes)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try digits(in: bytes)
        }
        return try text(of: bytes, from: start, to: position)
    }

    /// At least one digit.
    private mutating func digits(in bytes: Span<UInt8>) throws(JSONError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") <= 9 { position += 1 }
        if position == start { throw error(position < bytes.count ? .badNumber : .unexpectedEnd) }
    }

    mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> String {
        position += 1
        let start = position
        position = JSONBytes.firstSpecial(in: bytes, from: start)
        if position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return try text(of: bytes, from: start, to: position - 1)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(in: bytes, from: start) }
            throw error(.controlCharacter)
        }
        throw error(.unexpectedEnd)
    }

    /// The rest of a string in which the first backslash stands at `position`.
    private mutating func escapedString(in bytes: Span<UInt8>, from start: Int) throws(JSONError) -> String {
        var result = try text(of: bytes, from: start, to: position)
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return result
            case UInt8(ascii: "\\"):
                result.unicodeScalars.append(try escape(in: bytes))
            case 0..<0x20:
                throw error(.controlCharacter)
            default:
                let run = position
                position = JSONBytes.firstSpecial(in: bytes, from: run)
                result += try text(of: bytes, from: run, to: position)
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escape(in bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
        position += 1
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        let letter = bytes[position]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            position += 1
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"):
            position += 1
            return "\u{8}"
        case UInt8(ascii: "f"):
            position += 1
            return "\u{C}"
        case UInt8(ascii: "n"):
            position += 1
            return "\n"
        case UInt8(ascii: "r"):
            position += 1
            return "\r"
        case UInt8(ascii: "t"):
            position += 1
            return "\t"
        case UInt8(ascii: "u"):
            position += 1
            return try codePoint(in: bytes)
        default: throw error(.badEscape)
        }
    }

    /// The code point of `\uXXXX`, or of a pair of them; half a pair alone becomes U+FFFD.
    private mutating func codePoint(in bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
        let unit = try hexUnit(in: bytes)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return "\u{FFFD}" }
        let second = position
        position += 2
        let low = try hexUnit(in: bytes)
        guard (0xDC00...0xDFFF).contains(low) else {
            position = second  // not the other half: it is read again as an escape of its own
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexUnit(in bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw error(.unexpectedEnd) }
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error(.badEscape)
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    private func text(of bytes: Span<UInt8>, from start: Int, to end: Int) throws(JSONError) -> String {
        let text = bytes.extracting(start..<end)
        // Holds: the bytes were looked through.
        if JSONBytes.areOrdinary(text) { return String(copying: unsafe UTF8Span(unchecked: text)) }
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: text))
        } catch {
            throw JSONError(offset: start + error.byteOffsets.lowerBound, reason: .invalidUTF8)
        }
    }
}
