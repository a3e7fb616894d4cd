// Reads the members of one JSON object into a part of a record, and keeps what it does not know.
//
// Runs for every line of an import, and asks for some eighty names of which a record has ten or twenty. So each member
// gets a short signature, and a name that is absent is told by comparing numbers.

struct RecordReader: MemberVisitor {
    private let members: [(key: String, value: JSONValue)]
    private var signatures: [UInt32]
    private var takenCount = 0

    /// No key has it: lengths are cut to 16 bits, and an empty key has 0.
    private static let taken = UInt32.max

    init(_ object: JSONObject) {
        members = object.entries
        signatures = members.map { Self.signature(of: $0.key) }
    }

    /// Length and three of the bytes.
    @inline(__always) private static func signature(of key: String) -> UInt32 {
        let bytes = key.utf8.span
        let count = bytes.count
        if count == 0 { return 0 }
        let ends = UInt32(bytes[0]) << 16 | UInt32(bytes[count - 1]) << 8 | UInt32(bytes[count / 2])
        return UInt32(truncatingIfNeeded: min(count, 127)) << 24 | ends
    }

    /// The value of the member, which then no longer belongs to the rest. `nil` for an absent one and for null.
    private mutating func take(_ name: String) -> JSONValue? {
        let wanted = Self.signature(of: name)
        for place in signatures.indices where signatures[place] == wanted {
            guard members[place].key.hasSameBytes(as: name) else { continue }
            signatures[place] = Self.taken
            takenCount += 1
            let value = members[place].value
            return value.isNull ? nil : value
        }
        return nil
    }

    // MARK: texts

    mutating func key(_ name: String, _ value: inout String?) throws(RecordError) {
        guard let given = take(name) else { return }
        value = try Self.key(given, name)
    }

    mutating func line(_ name: String, _ value: inout String?) throws(RecordError) {
        guard let given = take(name) else { return }
        value = try Self.text(given, name, bytesMax: RecordLimits.lineBytesMax)
    }

    mutating func text(_ name: String, _ value: inout String?) throws(RecordError) {
        guard let given = take(name) else { return }
        value = try Self.text(given, name, bytesMax: RecordLimits.textBytesMax)
    }

    mutating func identityLine(_ name: String, _ value: inout String?) throws(RecordError) { try line(name, &value) }

    mutating func lines(_ name: String, _ values: inout [String]) throws(RecordError) {
        guard let given = take(name) else { return }
        values = try Self.list(given, name) { (item, index) throws(RecordError) in
            try Self.text(item, name, bytesMax: RecordLimits.lineBytesMax)
        }
    }

    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) throws(RecordError) {
        guard let given = take(name) else { return }
        value = try Self.code(given, name)
    }

    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) throws(RecordError) {
        guard let given = take(name) else { return }
        values = try Self.list(given, name) { (item, index) throws(RecordError) in try Self.code(item, name) }
    }

    // MARK: numbers and dates

    mutating func flag(_ name: String, _ value: inout Bool?) throws(RecordError) {
        guard let given = take(name) else { return }
        switch given {
        case .bool(let flag): value = flag
        case .string(""): return
        case .string("true"), .string("是"), .string("1"), .number("1"): value = true
        case .string("false"), .string("否"), .string("0"), .number("0"): value = false
        default: throw RecordError(path: name, reason: .wrongType(expected: .trueOrFalse))
        }
    }

    mutating func count(_ name: String, _ value: inout Int?) throws(RecordError) {
        guard let given = take(name), let digits = try Self.text(given, name, bytesMax: 64, expected: .wholeNumber) else {
            return
        }
        if digits.utf8.count <= 9, digits.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let plain = Int(digits) {
            value = plain
            return
        }
        guard let amount = DecimalAmount(parsing: digits), amount.thousandths % 1000 == 0 else {
            throw RecordError(path: name, reason: .notANumber)
        }
        value = Int(amount.thousandths / 1000)
    }

    mutating func amount(_ name: String, _ value: inout DecimalAmount?) throws(RecordError) {
        guard let given = take(name), let digits = try Self.text(given, name, bytesMax: 64, expected: .number) else {
            return
        }
        guard let amount = DecimalAmount(parsing: digits) else { throw RecordError(path: name, reason: .notANumber) }
        value = amount
    }

    mutating func date(_ name: String, _ value: inout CalendarDate?) throws(RecordError) {
        var moment: Timestamp?
        try self.moment(name, &moment)
        if let moment { value = moment.date }
    }

    mutating func moment(_ name: String, _ value: inout Timestamp?) throws(RecordError) {
        guard let given = take(name),
            let text = try Self.text(given, name, bytesMax: RecordLimits.lineBytesMax, expected: .date), !text.isBlank
        else { return }
        do throws(DateError) { value = try Timestamp(parsing: text) } catch {
            throw RecordError(path: name, reason: .date(error))
        }
    }

    // MARK: objects

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) throws(RecordError) {
        guard let given = take(name) else { return }
        value = try Self.part(given, name)
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) throws(RecordError) {
        guard let given = take(name) else { return }
        values = try Self.list(given, name) { (item, index) throws(RecordError) in try Self.part(item, name, at: index) }
    }

    mutating func map(_ name: String, _ value: inout JSONObject) throws(RecordError) {
        guard let given = take(name) else { return }
        guard case .object(let object) = given else {
            throw RecordError(path: name, reason: .wrongType(expected: .object))
        }
        value = object
    }

    mutating func rest(_ value: inout JSONObject) {
        if takenCount == members.count { return }
        for (place, member) in members.enumerated() where signatures[place] != Self.taken {
            value.set(member.key, to: member.value)
        }
    }

    // MARK: single values

    /// A number stands for its digits: telephone and register numbers are often written without quotes.
    private static func text(
        _ value: JSONValue, _ name: String, bytesMax: Int, expected: RecordError.Expected = .text
    ) throws(RecordError) -> String? {
        switch value {
        case .string(let text), .number(let text):
            if text.utf8.count > bytesMax { throw RecordError(path: name, reason: .tooLong(bytesMax: bytesMax)) }
            return text.isEmpty ? nil : text
        case .null: return nil
        default: throw RecordError(path: name, reason: .wrongType(expected: expected))
        }
    }

    private static func key(_ value: JSONValue, _ name: String) throws(RecordError) -> String? {
        guard let text = try text(value, name, bytesMax: RecordLimits.lineBytesMax)?.trimmed, !text.isEmpty else {
            return nil
        }
        if text.utf8.count > RecordLimits.keyBytesMax {
            throw RecordError(path: name, reason: .tooLong(bytesMax: RecordLimits.keyBytesMax))
        }
        for byte in text.utf8 where byte < 0x20 || byte == 0x7F {
            throw RecordError(path: name, reason: .controlCharacter)
        }
        return text
    }

    private static func code<Words>(_ value: JSONValue, _ name: String) throws(RecordError) -> Code<Words>? {
        if case .bool(let flag) = value, let word = Words.word(for: flag) { return Code(word) }
        return try key(value, name).map { Code($0) }
    }

    private static func part<Part: RecordPart>(
        _ value: JSONValue, _ name: String, at index: Int? = nil
    ) throws(RecordError) -> Part? {
        do throws(RecordError) {
            switch (value, Part.bareMember) {
            case (.object(let object), _): return try Part(json: object)
            case (.null, _), (.string(""), _): return nil
            case (.string, let member?), (.number, let member?): return try Part(json: [member: value])
            default: throw RecordError(path: "", reason: .wrongType(expected: .object))
            }
        } catch { throw error.inside(name, at: index) }
    }

    /// A single value where a list could stand is a list of one; null and empty texts inside are left out.
    private static func list<Item>(
        _ value: JSONValue, _ name: String, _ read: (JSONValue, Int) throws(RecordError) -> Item?
    ) throws(RecordError) -> [Item] {
        guard case .array(let values) = value else {
            return try read(value, 0).map { [$0] } ?? []
        }
        if values.count > RecordLimits.listCountMax {
            throw RecordError(path: name, reason: .tooMany(countMax: RecordLimits.listCountMax))
        }
        var items: [Item] = []
        items.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            if let item = try read(value, index) { items.append(item) }
        }
        return items
    }
}
