// Records of the ordinary kind, understood in one pass over their JSON object.
//
// Nine records of ten have fifteen members, all of them texts. The usual way to the same result reads them into a `Complaint` of
// eighty members, parts it from its persons, writes it and lists its facets: four passes over eighty members each. Law: what
// is made here is what the usual way makes, to the byte; whatever is not plain is refused here and goes that way.

/// What an import needs of one record.
package struct ReadRecord: Sendable {
    /// `id`, else `registerNo`.
    package var id: String
    /// Every number that leads to the record, each once.
    package var numbers: [String]
    /// The open record.
    package var json: [UInt8]
    /// Nil when the record names nobody.
    package var identity: IdentityPart?
    /// Without sequence and record number, which are not known yet.
    package var indexed: IndexedRecord

    /// The usual way.
    package init(_ object: JSONObject) throws(RecordError) { self.init(try Complaint(json: object)) }

    package init(_ complaint: Complaint) {
        let (open, identity) = complaint.separated()
        json = []
        json.reserveCapacity(1_024)
        open.writeJSON(into: &json)
        id = open.id ?? open.registerNo ?? ""
        numbers = open.allNumbers
        self.identity = identity
        indexed = open.indexed(sequence: RecordSequence(0), recordNumber: RecordNumber(0))
    }

    init(id: String, numbers: [String], json: [UInt8], identity: IdentityPart?, indexed: IndexedRecord) {
        self.id = id
        self.numbers = numbers
        self.json = json
        self.identity = identity
        self.indexed = indexed
    }
}

/// Reads records one after the other. One for a thread: it remembers which unknown names it has met.
package struct PlainRecordReader {
    private var harmlessNames: [String] = []
    /// A text without its escapes.
    var unescaped: [UInt8] = []
    var room = Room()

    /// Memory for one record, used again for the next.
    struct Room {
        /// Where the values of its members stand.
        var members: [Range<Int>] = []
        /// Names of unknown members, with their quotes.
        var names: [Range<Int>] = []
        var known: [(member: Int, place: Int)] = []
    }

    package init() {}

    /// The record, or nil when it is not plain.
    package mutating func read(_ object: JSONObject) -> ReadRecord? {
        var reading = PlainReading()
        for (place, member) in object.entries.enumerated() {
            if let known = PlainSchema.find(member.key) {
                guard reading.take(known, member.value, at: place) else { return nil }
            } else {
                guard case .string(let text) = member.value, isHarmless(member.key), !IdentityNames.isIdentity(text) else {
                    return nil
                }
                reading.takeUnknown(text, at: place)
            }
        }
        return reading.record { $0.json(of: object) }
    }

    /// Unknown members that may hold identity by their name are cut out, which is not plain.
    mutating func isHarmless(_ name: String) -> Bool {
        if harmlessNames.contains(where: { $0.hasSameBytes(as: name) }) { return true }
        guard !IdentityNames.holdsIdentity(name), !IdentityNames.isIdentity(name) else { return false }
        if harmlessNames.count < 64 { harmlessNames.append(name) }
        return true
    }
}

struct PlainReading {
    /// Texts of members that the schema does not know, and their places.
    private(set) var unknown: [(text: String, place: Int)] = []
    private(set) var known: [(member: Int, place: Int)] = []
    private var id: String?
    private var registerNo: String?
    private var receivedAt: Timestamp?
    private var title: String?
    private var content: String?
    private var aliases: [AliasNumber] = []
    private var respondents: [Respondent] = []
    private var complainants: [Party] = []
    private var zones: [IndexedRecord.Zone] = []
    private var facets: [IndexedRecord.FacetValue] = []
    private var quantities: [IndexedRecord.Quantity] = []

    /// - Parameter known: memory used before.
    init(known: consuming [(member: Int, place: Int)] = []) {
        self.known = known
        self.known.removeAll(keepingCapacity: true)
        facets.reserveCapacity(20)
    }

    mutating func takeUnknown(_ text: String, at place: Int) { unknown.append((text, place)) }

    /// False when the member is not plain.
    mutating func take(_ member: Int, _ value: JSONValue, at place: Int) -> Bool {
        known.append((member, place))
        switch PlainSchema.uses[member] {
        case .notPlain: return false
        case .category: return takeCategory(value)
        case .respondents: return takeRespondents(value)
        case .complainants: return takeComplainants(value)
        case .aliasNos: return takeAliases(value)
        case .texts(let zone, let bytesMax): return takeTexts(value, zone, bytesMax: bytesMax)
        case .amount(let field):
            guard case .number(let digits) = value, let amount = DecimalAmount(parsing: digits), amount.text == digits else {
                return false
            }
            quantities.append(.init(field, amount.thousandths))
        case .key(let field):
            guard let text = Self.key(value) else { return false }
            if let field { facets.append(.init(field, text)) }
        case .code(let field):
            guard let text = Self.key(value) else { return false }
            if let field { facets.append(.init(field, field.canonicalValue(text))) }
        case .line(let field):
            guard let text = Self.text(value, bytesMax: RecordLimits.lineBytesMax) else { return false }
            // Blanks at the ends and long values are not for here.
            guard text.utf8.count <= Field.facetBytesMax, !text.hasBlankEnds else { return false }
            facets.append(.init(field, text))
        case .zone(let zone, let bytesMax):
            guard let text = Self.text(value, bytesMax: bytesMax) else { return false }
            zones.append(.init(zone, text))
            if zone == .title { title = text }
            if zone == .content { content = text }
        case .moment(let field):
            guard case .string(let text) = value, let moment = Timestamp(written: text.utf8.span) else { return false }
            return take(moment, field)
        case .id:
            id = Self.key(value)
            return id != nil
        case .registerNo:
            registerNo = Self.key(value)
            return registerNo != nil
        }
        return true
    }

    mutating func take(moment: Span<UInt8>, as member: Int, at place: Int) -> Bool {
        guard case .moment(let field) = PlainSchema.uses[member], let moment = Timestamp(written: moment) else { return false }
        known.append((member, place))
        return take(moment, field)
    }

    private mutating func take(_ moment: Timestamp, _ field: Field) -> Bool {
        quantities.append(.init(field, Int64(moment.date.days)))
        if field == .date { receivedAt = moment }
        return true
    }

    /// One text, or a list of them that is written as it is.
    private mutating func takeTexts(_ value: JSONValue, _ zone: TextZone, bytesMax: Int) -> Bool {
        var values = [value]
        if case .array(let list) = value { values = list }
        guard !values.isEmpty, values.count < 100 else { return false }
        var texts: [String] = []
        for value in values {
            guard let text = Self.text(value, bytesMax: bytesMax) else { return false }
            texts.append(text)
        }
        zones.append(.init(zone, texts.count == 1 ? texts[0] : texts.joined(separator: "\n")))
        return true
    }

    private mutating func takeAliases(_ value: JSONValue) -> Bool {
        guard case .array(let values) = value, !values.isEmpty, values.count < 10 else { return false }
        for value in values {
            var alias = AliasNumber()
            switch value {
            case .string: alias.no = Self.key(value)
            case .object(let object):
                for member in object.entries {
                    switch member.key {
                    case "kind": alias.kind = Self.text(member.value, bytesMax: RecordLimits.lineBytesMax)
                    case "no": alias.no = Self.key(member.value)
                    default: return false
                    }
                }
                if object.count == 2, alias.kind == nil { return false }
            default: return false
            }
            if alias.no == nil { return false }
            aliases.append(alias)
        }
        return true
    }

    private mutating func takeCategory(_ value: JSONValue) -> Bool {
        var paths = [value]
        if case .array(let list) = value { paths = list }
        guard !paths.isEmpty, paths.count < 10 else { return false }
        for path in paths {
            guard let text = Self.text(path, bytesMax: RecordLimits.lineBytesMax) else { return false }
            let facet = IndexedRecord.FacetValue(.category, Field.category.canonicalValue(text))
            if facet.value.isEmpty || facets.contains(facet) { return false }
            facets.append(facet)
        }
        return true
    }

    private mutating func takeRespondents(_ value: JSONValue) -> Bool {
        guard case .array(let values) = value, !values.isEmpty, values.count < 10 else { return false }
        for value in values {
            guard case .object(let object) = value, !object.isEmpty else { return false }
            var respondent = Respondent()
            for member in object.entries {
                guard let text = Self.text(member.value, bytesMax: RecordLimits.lineBytesMax),
                    text.utf8.count <= Field.facetBytesMax, !text.hasBlankEnds
                else { return false }
                switch member.key {
                case "name": respondent.name = text
                case "unit": respondent.unit = text
                case "person": respondent.person = text
                case "window": respondent.window = text
                default: return false
                }
            }
            for name in respondent.names {
                let facet = IndexedRecord.FacetValue(.respondent, name)
                if facets.contains(facet) { return false }
                facets.append(facet)
            }
            respondents.append(respondent)
        }
        return true
    }

    private mutating func takeComplainants(_ value: JSONValue) -> Bool {
        guard case .array(let values) = value, !values.isEmpty, values.count < 100 else { return false }
        for value in values {
            guard case .object(let object) = value, !object.isEmpty else { return false }
            var party = Party()
            for member in object.entries {
                guard let text = Self.text(member.value, bytesMax: RecordLimits.lineBytesMax) else { return false }
                switch member.key {
                case "name": party.name = text
                case "sex": party.sex = text
                case "idNo": party.idNo = text
                case "phone": party.phone = text
                case "address": party.address = text
                default: return false
                }
            }
            complainants.append(party)
        }
        return true
    }

    private static func text(_ value: JSONValue, bytesMax: Int) -> String? {
        guard case .string(let text) = value, !text.isEmpty, text.utf8.count <= bytesMax else { return nil }
        return text
    }

    /// A key as it is kept: no blanks at its ends, no control characters.
    private static func key(_ value: JSONValue) -> String? {
        guard let text = text(value, bytesMax: RecordLimits.keyBytesMax), !text.hasBlankEnds else { return nil }
        for byte in text.utf8 where byte < 0x20 || byte == 0x7F { return nil }
        return text
    }

    // MARK: The result

    /// - Parameter json: writes the open record, its known members in order.
    mutating func record(json: (borrowing PlainReading) -> [UInt8]) -> ReadRecord? {
        guard let receivedAt, let id = id ?? registerNo else { return nil }
        if title?.isBlank ?? true, content?.isBlank ?? true { return nil }
        // What repeats a person's name or address is that person's, whatever it is called.
        for (text, _) in unknown {
            if complainants.contains(where: { text.hasSameBytes(as: $0.name ?? "") || text.hasSameBytes(as: $0.address ?? "") }) {
                return nil
            }
        }
        known.sort { $0.member < $1.member }
        for (one, next) in zip(known, known.dropFirst()) where one.member == next.member { return nil }

        var numbers = [id]
        if let registerNo, registerNo != id { numbers.append(registerNo) }
        for alias in aliases {
            if let no = alias.no, !numbers.contains(no) { numbers.append(no) }
        }
        if !respondents.isEmpty {
            zones.append(.init(.respondents, respondents.flatMap(\.names).joined(separator: "\n")))
        }
        facets.append(.init(.year, String(receivedAt.date.year)))
        var identity: IdentityPart?
        if !complainants.isEmpty {
            var part = IdentityPart()
            part.complainants = complainants
            part.countIsDerived = true
            identity = part
        }
        let indexed = IndexedRecord(
            sequence: RecordSequence(0), recordNumber: RecordNumber(0), receivedAtSeconds: receivedAt.seconds, zones: zones,
            facets: facets, quantities: quantities)
        return ReadRecord(id: id, numbers: numbers, json: json(self), identity: identity, indexed: indexed)
    }

    fileprivate func json(of object: JSONObject) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes.append(UInt8(ascii: "{"))
        func begin(_ name: String) {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            JSONValue.write(name, into: &bytes)
            bytes.append(UInt8(ascii: ":"))
        }
        for (member, place) in known {
            let value = object.entries[place].value
            switch PlainSchema.uses[member] {
            case .category, .texts:
                begin(PlainSchema.names[member])
                if case .string = value { bytes.append(UInt8(ascii: "[")) }
                value.write(into: &bytes)
                if case .string = value { bytes.append(UInt8(ascii: "]")) }
            case .complainants, .respondents, .aliasNos:
                begin(nameWritten(member))
                writeParts(member, into: &bytes)
            default:
                begin(PlainSchema.names[member])
                value.write(into: &bytes)
            }
        }
        for (_, place) in unknown {
            begin(object.entries[place].key)
            object.entries[place].value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}

extension PlainReading {
    /// Of persons only their number is written.
    func nameWritten(_ member: Int) -> String {
        if case .complainants = PlainSchema.uses[member] { return "complainantCount" }
        return PlainSchema.names[member]
    }

    /// What is written of a member that has parts.
    func writeParts(_ member: Int, into bytes: inout [UInt8]) {
        switch PlainSchema.uses[member] {
        case .complainants: bytes.append(contentsOf: String(complainants.count).utf8)
        case .respondents: Self.write(respondents, into: &bytes)
        case .aliasNos: Self.write(aliases, into: &bytes)
        default: preconditionFailure("a member without parts")
        }
    }

    private static func write<Part: RecordPart>(_ parts: [Part], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (place, part) in parts.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            var writer = RecordByteWriter(appendingTo: bytes)
            bytes = []
            writer.write(part: part)
            bytes = writer.bytes
        }
        bytes.append(UInt8(ascii: "]"))
    }
}

extension String {
    /// Whether a blank of any width may stand at an end: the first and last byte tell when none does.
    fileprivate var hasBlankEnds: Bool {
        let bytes = utf8.span
        guard bytes.count > 0 else { return true }
        let first = bytes[0], last = bytes[bytes.count - 1]
        // Blanks are ASCII ones, C2 A0, E3 80 80, E2 80 8B and EF BB BF.
        let mayBegin = first <= 0x20 || first == 0xC2 || first == 0xE2 || first == 0xE3 || first == 0xEF
        let mayEnd = last <= 0x20 || last == 0xA0 || last == 0x80 || last == 0x8B || last == 0xBF
        guard mayBegin || mayEnd, let one = unicodeScalars.first, let other = unicodeScalars.last else { return false }
        return one.isBlank || other.isBlank
    }
}

extension Timestamp {
    /// Reads the form that `text` writes, and no other.
    fileprivate init?(written bytes: Span<UInt8>) {
        guard bytes.count == 10 || bytes.count == 25 else { return nil }
        let pattern: StaticString = "0000-00-00T00:00:00+08:00"
        for place in bytes.indices {
            // Holds: the pattern has 25 bytes.
            let wanted = unsafe pattern.utf8Start[place]
            let isDigit = bytes[place] &- 0x30 <= 9
            guard wanted == 0x30 && place < 19 ? isDigit : bytes[place] == wanted else { return nil }
        }
        func number(_ place: Int) -> Int { Int(bytes[place] &- 0x30) * 10 + Int(bytes[place + 1] &- 0x30) }
        guard let date = CalendarDate(year: number(0) * 100 + number(2), month: number(5), day: number(8)) else { return nil }
        if bytes.count == 10 {
            self.init(date)
            return
        }
        let (hour, minute, second) = (number(11), number(14), number(17))
        guard hour < 24, minute < 60, second < 60 else { return nil }
        self.init(
            seconds: Int64(date.days) * Self.daySeconds - Self.zoneSeconds + Int64(hour * 3_600 + minute * 60 + second))
    }
}
