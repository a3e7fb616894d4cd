// Writes a part of a record as JSON text at once. Runs for every record of an import, where building the JSON object first
// (`RecordWriter`) costs more than all else that is done to the record. Law: the bytes are those of the object.

struct RecordByteWriter: MemberVisitor {
    private(set) var bytes: [UInt8]
    /// Of the object being written: names so far, and where the value of the newest begins.
    private var names: [String] = []
    private var valueStart = 0
    private var newestIsText = false

    init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    // MARK: Members

    @inline(__always)
    private mutating func begin(_ name: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        JSONValue.write(name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        names.append(name)
        valueStart = bytes.count
        newestIsText = false
    }

    private mutating func write(_ name: String, _ text: String) {
        begin(name)
        JSONValue.write(text, into: &bytes)
        newestIsText = true
    }

    private mutating func write(_ name: String, digits: String) {
        begin(name)
        bytes.append(contentsOf: digits.utf8)
    }

    private mutating func writeList<Item>(
        _ name: String, _ items: [Item], _ write: (Item, inout RecordByteWriter) -> Void
    ) {
        if items.isEmpty { return }
        begin(name)
        bytes.append(UInt8(ascii: "["))
        for (place, item) in items.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            write(item, &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func key(_ name: String, _ value: inout String?) { if let value { write(name, value) } }
    mutating func line(_ name: String, _ value: inout String?) { if let value { write(name, value) } }
    mutating func text(_ name: String, _ value: inout String?) { if let value { write(name, value) } }
    mutating func identityLine(_ name: String, _ value: inout String?) { if let value { write(name, value) } }

    mutating func lines(_ name: String, _ values: inout [String]) {
        writeList(name, values) { JSONValue.write($0, into: &$1.bytes) }
    }

    mutating func code<Words>(_ name: String, _ value: inout Code<Words>?) { if let value { write(name, value.text) } }

    mutating func codes<Words>(_ name: String, _ values: inout [Code<Words>]) {
        writeList(name, values) { JSONValue.write($0.text, into: &$1.bytes) }
    }

    mutating func flag(_ name: String, _ value: inout Bool?) {
        if let value { write(name, digits: value ? "true" : "false") }
    }

    mutating func count(_ name: String, _ value: inout Int?) { if let value { write(name, digits: String(value)) } }
    mutating func amount(_ name: String, _ value: inout DecimalAmount?) { if let value { write(name, digits: value.text) } }
    mutating func date(_ name: String, _ value: inout CalendarDate?) { if let value { write(name, value.text) } }
    mutating func moment(_ name: String, _ value: inout Timestamp?) { if let value { write(name, value.text) } }

    mutating func part<Part: RecordPart>(_ name: String, _ value: inout Part?) {
        guard let value else { return }
        begin(name)
        write(part: value)
    }

    mutating func parts<Part: RecordPart>(_ name: String, _ values: inout [Part]) {
        writeList(name, values) { $1.write(part: $0) }
    }

    mutating func map(_ name: String, _ value: inout JSONObject) {
        if value.isEmpty { return }
        begin(name)
        value.write(into: &bytes)
    }

    mutating func rest(_ value: inout JSONObject) {
        for (key, member) in value.entries where !names.contains(where: key.hasSameBytes) {
            begin(key)
            member.write(into: &bytes)
            if case .string = member { newestIsText = true }
        }
    }

    // MARK: Objects

    mutating func write<Part: RecordPart>(part: Part) {
        var outerNames: [String] = []
        swap(&outerNames, &names)
        let start = bytes.count
        bytes.append(UInt8(ascii: "{"))
        var part = part
        do { try part.visit(&self) } catch { preconditionFailure("writing a record part never throws") }
        if Part.isWrittenBare, names.count == 1, names[0] == Part.bareMember, newestIsText {
            bytes.removeSubrange(start..<valueStart)
        } else {
            bytes.append(UInt8(ascii: "}"))
        }
        names = outerNames
        newestIsText = false
    }
}

extension Complaint {
    /// The record as JSON text: the bytes of `json`.
    package func writeJSON(into bytes: inout [UInt8]) {
        var writer = RecordByteWriter(appendingTo: bytes)
        bytes = []
        writer.write(part: self)
        bytes = writer.bytes
    }
}
