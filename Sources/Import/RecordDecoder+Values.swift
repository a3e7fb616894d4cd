// What one rule of a map makes of one row.

import Records

extension RecordDecoder.Plan {
    /// Nil when the row has nothing for this field and the rule no default.
    func value(from row: SourceRow) throws(RowProblem) -> JSONValue? {
        let found: JSONValue?
        switch rule.feed {
        case .constant(let value): return value
        case .hash: return .string(rule.prefix + Self.hash(hashedTexts(row)))
        case .path(let columns):
            var levels: [String] = []
            for index in columns.indices {
                let level = try text(index, in: row)
                if !level.isEmpty { levels.append(Self.asLevel(level)) }
            }
            found = Self.some(.string(levels.joined(separator: "/")), unless: levels.isEmpty)
        case .first(let columns):
            var first: JSONValue?
            for index in columns.indices where first == nil { first = try single(index, in: row) }
            found = first
        case .joined(let columns, let separator):
            if columns.count == 1 {
                found = try single(0, in: row)
            } else {
                var texts: [String] = []
                for index in columns.indices {
                    let text = try text(index, in: row)
                    if !text.isEmpty { texts.append(text) }
                }
                found = try texts.isEmpty ? nil : read(texts.joined(separator: separator))
            }
        }
        if let found { return rule.prefix.isEmpty ? found : .string(rule.prefix + (found.string ?? found.text)) }
        if let fallback = rule.fallback { return fallback }
        if rule.isRequired { throw RowProblem(.valueMissing) }
        return nil
    }

    /// The value of one column, read by the rule; nil when it is empty.
    private func single(_ index: Int, in row: SourceRow) throws(RowProblem) -> JSONValue? {
        if case .object(let object) = row, let raw = Self.member(rule.columns[index].name, of: object) {
            switch raw {
            case .array(let values):
                // A list stays a list; its texts are read one by one.
                var read: [JSONValue] = []
                for value in values {
                    if let text = Self.plainText(value) {
                        if let one = try self.read(RecordDecoder.trimmed(text)) { read.append(one) }
                    } else {
                        read.append(value)
                    }
                }
                return Self.some(.array(read), unless: read.isEmpty)
            case .object: return raw
            case .bool where rule.values == nil: return raw
            default: break
            }
        }
        let text = try text(index, in: row)
        return text.isEmpty ? nil : try read(text)
    }

    /// The trimmed text of one column; empty when there is none.
    private func text(_ index: Int, in row: SourceRow) throws(RowProblem) -> String {
        switch row {
        case .cells(let cells, _):
            let place = places[index]
            return place >= 0 && place < cells.count ? cells[place] : ""
        case .object(let object):
            guard let value = Self.member(rule.columns[index].name, of: object), !value.isNull else { return "" }
            if let text = Self.plainText(value) { return RecordDecoder.trimmed(text) }
            guard case .array(let values) = value else { throw RowProblem(.valueNotText) }
            return values.compactMap(Self.plainText).map(RecordDecoder.trimmed).joined(separator: " ")
        }
    }

    private func read(_ text: String) throws(RowProblem) -> JSONValue? {
        if !rule.separators.isEmpty {
            var parts = [text]
            for separator in rule.separators { parts = parts.flatMap { Self.pieces(of: $0, separator: separator) } }
            var list: [JSONValue] = []
            for part in parts.map(RecordDecoder.trimmed) where !part.isEmpty {
                if let value = try readOne(part) { list.append(value) }
            }
            return Self.some(.array(list), unless: list.isEmpty)
        }
        return try readOne(text)
    }

    private func readOne(_ text: String) throws(RowProblem) -> JSONValue? {
        if let values = rule.values {
            if let value = values[text] { return Self.some(value, unless: value.isNull) }
            switch rule.otherwise {
            case .reject: throw RowProblem(.valueUnknown)
            case .drop: return nil
            case .value(let value): return Self.some(value, unless: value.isNull)
            case .keep: break
            }
        }
        if let dates = rule.dates {
            switch dates.iso(text) {
            case .success(let iso): return .string(iso)
            case .failure(let reason): throw RowProblem(reason)
            }
        }
        if rule.isNumber {
            guard let number = NumberReading.json(text) else { throw RowProblem(.numberUnreadable) }
            return .number(number)
        }
        return .string(text)
    }

    /// A `JSONValue` can be written `nil` and is then JSON's null, so `… ? nil : value` would not say "no value".
    private static func some(_ value: JSONValue, unless isNone: Bool) -> JSONValue? {
        if isNone { return .none }
        return .some(value)
    }

    /// A slash inside a level would make two of it.
    private static func asLevel(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "/")) else { return text }
        var level = ""
        for unicode in text.unicodeScalars { level.unicodeScalars.append(unicode == "/" ? "／" : unicode) }
        return level
    }

    /// By bytes: the standard library's own splitting by a text loads its regular expressions.
    private static func pieces(of text: String, separator: String) -> [String] {
        let bytes = Array(text.utf8)
        let wanted = Array(separator.utf8)
        var pieces: [String] = []
        var start = 0
        var place = 0
        while place + wanted.count <= bytes.count {
            if bytes[place..<place + wanted.count].elementsEqual(wanted) {
                pieces.append(String(decoding: bytes[start..<place], as: UTF8.self))
                place += wanted.count
                start = place
            } else {
                place += 1
            }
        }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }

    /// `name` as a key, else as a way through objects: `user.name`.
    static func member(_ name: String, of object: JSONObject) -> JSONValue? {
        if let value = object[name] { return value }
        guard name.utf8.contains(UInt8(ascii: ".")) else { return nil }
        var value = JSONValue.object(object)
        for part in name.split(separator: ".") {
            guard let next = value[String(part)] else { return nil }
            value = next
        }
        return value
    }

    static func plainText(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text), .number(let text): text
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }

    // MARK: Hash

    private func hashedTexts(_ row: SourceRow) -> [String] {
        let names = rule.columns.map(\.name)
        let object = row.object
        if names.isEmpty { return object.entries.flatMap { [$0.key, $0.value.text] } }
        return names.map { Self.member($0, of: object)?.text ?? "" }
    }

    /// FNV-1a over 128 bits, in hexadecimal. Ten million rows collide with a chance of 10⁻²⁵.
    static func hash(_ texts: [String]) -> String {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
        for text in texts {
            for byte in text.utf8 { hash = (hash ^ UInt128(byte)) &* prime }
            hash = (hash ^ 0xFF) &* prime  // 0xFF stands in no text: ("a", "bc") is not ("ab", "c")
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }
}
