// What is kept about each version of a record: which one it replaces, when, by whom and why.

/// A version is never changed: an edit, an event or another import adds the next one.
package struct RecordVersion: Hashable, Sendable {
    /// Place of this version among all versions of the archive.
    package var sequence: RecordSequence
    package var recordNumber: RecordNumber
    /// 1 for the first version of a record.
    package var versionNumber: UInt32
    /// The version that this one replaces; `nil` for the first.
    package var previous: RecordSequence?
    package var recordedAt: Timestamp
    /// User or program, as the body names it. Never a complainant.
    package var recordedBy: String
    package var cause: Code<VersionCause>
    package var source: ImportSource?
    /// Names of the fields that differ from the previous version.
    package var changedFields: [String]

    package init(
        sequence: RecordSequence, recordNumber: RecordNumber, versionNumber: UInt32, previous: RecordSequence?,
        recordedAt: Timestamp, recordedBy: String, cause: Code<VersionCause>, source: ImportSource? = nil,
        changedFields: [String] = []
    ) {
        self.sequence = sequence
        self.recordNumber = recordNumber
        self.versionNumber = versionNumber
        self.previous = previous
        self.recordedAt = recordedAt
        self.recordedBy = recordedBy
        self.cause = cause
        self.source = source
        self.changedFields = changedFields
    }

    /// The line of an exported record's log: without the inner numbers, which are shown to nobody.
    package var note: VersionNote {
        var note = VersionNote()
        note.number = Int(versionNumber)
        note.at = recordedAt
        note.by = recordedBy
        note.cause = cause
        note.fields = changedFields
        return note
    }
}

/// The file and line that a version was imported from.
package struct ImportSource: Hashable, Sendable {
    /// Name of the file without its folders.
    package var file: String
    /// From 1; of a table, the row. `nil` when the file has no lines.
    package var line: Int?

    package init(file: String, line: Int?) {
        self.file = file
        self.line = line
    }
}

extension RecordVersion {
    package init(json: JSONObject) throws(RecordError) {
        var members = Members()
        var reader = RecordReader(json)
        try members.visit(&reader)
        func required<Value>(_ name: String, _ value: Value?) throws(RecordError) -> Value {
            guard let value else { throw RecordError(path: name, reason: .missing) }
            return value
        }
        func number(_ name: String, _ value: String?) throws(RecordError) -> UInt64 {
            guard let number = UInt64(try required(name, value)) else {
                throw RecordError(path: name, reason: .notANumber)
            }
            return number
        }
        guard let version = UInt32(exactly: try required("versionNumber", members.versionNumber)) else {
            throw RecordError(path: "versionNumber", reason: .notANumber)
        }
        self.init(
            sequence: RecordSequence(try number("sequence", members.sequence)),
            recordNumber: RecordNumber(try number("recordNumber", members.recordNumber)),
            versionNumber: version,
            previous: members.previous == nil ? nil : RecordSequence(try number("previous", members.previous)),
            recordedAt: try required("recordedAt", members.recordedAt), recordedBy: members.recordedBy ?? "",
            cause: try required("cause", members.cause),
            source: members.file.map { ImportSource(file: $0, line: members.line) },
            changedFields: members.changedFields)
    }

    package var json: JSONObject {
        var members = Members()
        members.sequence = String(sequence.rawValue)
        members.recordNumber = String(recordNumber.rawValue)
        members.versionNumber = Int(versionNumber)
        members.previous = previous.map { String($0.rawValue) }
        members.recordedAt = recordedAt
        members.recordedBy = recordedBy.isEmpty ? nil : recordedBy
        members.cause = cause
        members.file = source?.file
        members.line = source?.line
        members.changedFields = changedFields
        return members.json
    }

    /// The members as JSON has them. The 64-bit numbers are texts: many readers of JSON round larger ones.
    private struct Members: RecordPart {
        var sequence: String?
        var recordNumber: String?
        var versionNumber: Int?
        var previous: String?
        var recordedAt: Timestamp?
        var recordedBy: String?
        var cause: Code<VersionCause>?
        var file: String?
        var line: Int?
        var changedFields: [String] = []
        var extra = JSONObject()

        mutating func visit<Visitor: MemberVisitor>(_ visitor: inout Visitor) throws(RecordError) {
            try visitor.key("sequence", &sequence)
            try visitor.key("recordNumber", &recordNumber)
            try visitor.count("versionNumber", &versionNumber)
            try visitor.key("previous", &previous)
            try visitor.moment("recordedAt", &recordedAt)
            try visitor.line("recordedBy", &recordedBy)
            try visitor.code("cause", &cause)
            try visitor.line("file", &file)
            try visitor.count("line", &line)
            try visitor.lines("changedFields", &changedFields)
            try visitor.rest(&extra)
        }
    }
}
