// Records of the ordinary kind, understood in one pass over their JSON text: no object is made of it, and what is stored of a
// member is copied as it stands. Law: the record is the one that `read(JSONObject)` makes of the same text, to the byte; whatever
// is written in another way (escapes by number, a name twice, nested values of unknown members, damage) is refused here and
// goes that way.

extension PlainRecordReader {
    /// The record of a JSON text, or nil when it is not plain or not written plainly.
    package mutating func read(_ text: Span<UInt8>) -> ReadRecord? {
        var room = Room()
        swap(&room, &self.room)
        defer { swap(&room, &self.room) }
        return read(text, in: &room)
    }

    private mutating func read(_ text: Span<UInt8>, in room: inout Room) -> ReadRecord? {
        room.members.removeAll(keepingCapacity: true)
        room.names.removeAll(keepingCapacity: true)
        var reading = PlainReading(known: room.known)
        room.known = []
        defer { room.known = reading.known }
        var place = Self.skipBlanks(in: text, from: 0)
        guard place < text.count, text[place] == UInt8(ascii: "{") else { return nil }
        place += 1
        while true {
            place = Self.skipBlanks(in: text, from: place)
            guard let name = Self.string(in: text, at: place), !name.hasEscapes else { return nil }
            let nameStart = place
            place = Self.skipBlanks(in: text, from: name.end)
            guard place < text.count, text[place] == UInt8(ascii: ":") else { return nil }
            place = Self.skipBlanks(in: text, from: place + 1)
            guard place < text.count else { return nil }
            let start = place
            let nameBytes = text.extracting((nameStart + 1)..<(name.end - 1))
            if let member = PlainSchema.find(nameBytes) {
                guard take(member, in: text, at: &place, number: room.members.count, &reading) else { return nil }
            } else {
                guard JSONBytes.areOrdinary(nameBytes), let value = self.text(in: text, at: &place) else { return nil }
                let key = String(copying: unsafe UTF8Span(unchecked: nameBytes))
                guard isHarmless(key), !IdentityNames.isIdentity(value) else { return nil }
                for other in room.names where key.hasBytes(text.extracting((other.lowerBound + 1)..<(other.upperBound - 1))) { return nil }
                room.names.append(nameStart..<name.end)
                reading.takeUnknown(value, at: room.members.count)
            }
            room.members.append(start..<place)
            place = Self.skipBlanks(in: text, from: place)
            guard place < text.count else { return nil }
            let byte = text[place]
            place += 1
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: ",") else { return nil }
        }
        guard Self.skipBlanks(in: text, from: place) == text.count else { return nil }
        return reading.record { $0.json(of: text, members: room.members.span, names: room.names.span) }
    }

    private mutating func take(_ member: Int, in text: Span<UInt8>, at place: inout Int, number: Int, _ reading: inout PlainReading) -> Bool {
        switch PlainSchema.uses[member] {
        case .notPlain: return false
        case .moment:
            guard let value = Self.string(in: text, at: place), !value.hasEscapes else { return false }
            let bytes = text.extracting((place + 1)..<(value.end - 1))
            place = value.end
            return reading.take(moment: bytes, as: member, at: number)
        case .respondents, .complainants, .aliasNos, .amount: break
        default:
            if text[place] == UInt8(ascii: "\"") {
                guard let value = self.text(in: text, at: &place) else { return false }
                return reading.take(member, .string(value), at: number)
            }
        }
        guard let value = try? JSONValue.parseMember(of: text, at: &place) else { return false }
        // Of a list the texts are written anew, so they may have stood there otherwise.
        return reading.take(member, value, at: number)
    }

    /// The string at `place`, which goes behind it; nil unless it is written as this program writes strings.
    private mutating func text(in text: Span<UInt8>, at place: inout Int) -> String? {
        guard let found = Self.string(in: text, at: place) else { return nil }
        let bytes = text.extracting((place + 1)..<(found.end - 1))
        place = found.end
        guard found.hasEscapes else { return Self.text(of: bytes) }
        unescaped.removeAll(keepingCapacity: true)
        var from = 0
        while true {
            let special = JSONBytes.firstSpecial(in: bytes, from: from)
            let run = bytes.extracting(from..<special)
            unsafe run.withUnsafeBufferPointer { unsafe unescaped.append(contentsOf: $0) }
            if special == bytes.count { return Self.text(of: unescaped.span) }
            // Holds: `string` found only escapes of one letter, each whole.
            unescaped.append(Self.meaning(ofEscape: bytes[special + 1]))
            from = special + 2
        }
    }

    private static func text(of bytes: Span<UInt8>) -> String? {
        // Holds: the bytes were looked through.
        if JSONBytes.areOrdinary(bytes) { return String(copying: unsafe UTF8Span(unchecked: bytes)) }
        do { return String(copying: try UTF8Span(validating: bytes)) } catch { return nil }
    }

    /// 0 for an escape that this program would not write.
    private static func meaning(ofEscape letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: 0
        }
    }

    /// Where the string that begins at `place` ends, behind its quote; nil if none does, or with an escape that would be written
    /// otherwise.
    private static func string(in text: Span<UInt8>, at place: Int) -> (end: Int, hasEscapes: Bool)? {
        guard place < text.count, text[place] == UInt8(ascii: "\"") else { return nil }
        var hasEscapes = false
        var place = place + 1
        while true {
            place = JSONBytes.firstSpecial(in: text, from: place)
            guard place < text.count else { return nil }
            if text[place] == UInt8(ascii: "\"") { return (place + 1, hasEscapes) }
            guard text[place] == UInt8(ascii: "\\"), place + 1 < text.count, meaning(ofEscape: text[place + 1]) != 0 else { return nil }
            hasEscapes = true
            place += 2
        }
    }

    @inline(__always)
    private static func skipBlanks(in text: Span<UInt8>, from start: Int) -> Int {
        var place = start
        while place < text.count {
            switch text[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return place
            }
        }
        return place
    }
}

extension PlainReading {
    /// The open record, its values as they stand in the text.
    fileprivate borrowing func json(of text: Span<UInt8>, members: Span<Range<Int>>, names: Span<Range<Int>>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + 64)
        func copy(_ range: Range<Int>, into bytes: inout [UInt8]) {
            unsafe text.extracting(range).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        }
        bytes.append(UInt8(ascii: "{"))
        for (member, place) in known {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: nameWritten(member).utf8)
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: ":"))
            let value = members[place]
            switch PlainSchema.uses[member] {
            case .complainants, .respondents, .aliasNos: writeParts(member, into: &bytes)
            case .category, .texts:
                if text[value.lowerBound] == UInt8(ascii: "\"") {
                    bytes.append(UInt8(ascii: "["))
                    copy(value, into: &bytes)
                    bytes.append(UInt8(ascii: "]"))
                } else {
                    // Written anew: blanks and escapes may stand in a list. It was read before; were it not, it would stay as it stands.
                    var start = value.lowerBound
                    if let list = try? JSONValue.parseMember(of: text, at: &start) { list.write(into: &bytes) } else { copy(value, into: &bytes) }
                }
            default: copy(value, into: &bytes)
            }
        }
        for (number, unknown) in unknown.enumerated() {
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            copy(names[number], into: &bytes)
            bytes.append(UInt8(ascii: ":"))
            copy(members[unknown.place], into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
