// A row of another system that comes in again, as in the nightly export, while the record was changed here: events written
// down, documents added, the file put away. What the source did not change stays as it is here; what it did change is taken
// over; and what lies in a filed file stays as it was filed.

import Archive
import Records

/// What keeps a record as it is: its file is filed or on hold (R64, R72).
struct FrozenRecords: Sendable {
    /// Nil where there are no files.
    let cases: CaseStore?
    let identity: IdentityStore

    func file(of id: String) throws -> CaseFile? {
        guard let cases, let name = try cases.fileID(ofRecord: id), let file = try cases.file(name) else { return nil }
        return file.state == .filed || file.isHeld && file.state != .destroyed ? file : nil
    }

    /// What was said, by whom and of whom, what was found and decided. What follows later — proceedings, feedback, links,
    /// holds, publication — and what only sorts stays open.
    static let fields: [String] = [
        "id", "registerNo", "receivedAt", "registeredAt", "kind", "kindHistory", "channel", "origin", "formType", "formFields", "sourceRef", "enteredBy", "namedState", "complainants", "agent",
        "principal", "complainantCount", "representedCount", "respondents", "incidentAt", "incidentPlace", "cause", "goods", "amountClaimed", "title", "content", "demand", "acceptance",
        "evidenceDocs", "investigationReport", "reply", "outcome", "sanctions", "mediation", "closedAt",
    ]
    /// Only added to.
    static let lines: Set<String> = ["events", "feedback"]

    /// The first field that may not change and does.
    static func changed(_ before: JSONObject, _ after: JSONObject) -> String? {
        if let field = fields.first(where: { before[$0] != after[$0] }) { return field }
        return lines.sorted().first { name in
            let kept = after[name]?.array ?? []
            return (before[name]?.array ?? []).contains { !kept.contains($0) }
        }
    }

    /// A record with who complained.
    ///
    /// - Throws: `IdentityError.keyMissing` where that is sealed and there is no key.
    func whole(_ version: StoredVersion) throws -> JSONObject {
        var complaint = try Engine.complaint(version)
        if try identity.holdsIdentity(of: version.sequence), let json = try identity.identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) {
            complaint.rejoin(try IdentityPart(json: object))
        }
        return complaint.json
    }
}

struct ReturningRow: Sendable {
    enum Outcome {
        /// Nothing was changed here: the row replaces what there is.
        case asGiven
        case nothingNew
        case merged(Complaint)
    }

    let frozen: FrozenRecords
    /// Who the merging is noted for.
    let user: String

    /// - Throws: `RecordError` for a change to a record whose file is filed or on hold.
    func outcome(of row: JSONObject, id: String, _ number: RecordNumber, hash: ContentHash, _ stored: borrowing RecordSnapshot) throws -> Outcome {
        guard let head = try stored.latest(of: number), !head.header.isWithdrawn else { return .asGiven }
        let here = try Engine.complaint(head)
        let file = try frozen.file(of: id)
        let notes = here.versions.filter { $0.cause?.known != .imported }
        let ownVersions = Set(notes.compactMap(\.number))
        guard file != nil || !ownVersions.isEmpty else { return .asGiven }
        // The row as it came in last: merged, or as a version of its own before what was changed here.
        let isSeen = notes.last { $0.cause?.known == .merged }?.extra["row"]?.string.map { $0 == hash.text }
        if isSeen == true { return .nothingNew }
        var (base, sequence) = (head.header, head.sequence)
        while ownVersions.contains(Int(base.versionNumber)), let previous = base.previous, let header = try stored.header(at: previous) { (base, sequence) = (header, previous) }
        if isSeen == nil, base.contentHash == hash { return .nothingNew }
        let ours: JSONObject
        let before: JSONObject
        do {
            ours = try frozen.whole(head)
            before = try stored.version(at: sequence).map { try frozen.whole($0) } ?? ours
        } catch IdentityError.keyMissing {
            // Who complained cannot be carried over.
            guard file == nil else { throw RecordError(path: "complainants", reason: .frozen) }
            return .asGiven
        }
        var theirs = try Complaint(json: row).json
        // A row that counts them and names none, as a transfer package without its inner part, says nothing new of who complained.
        if theirs["complainants"] == nil, let count = theirs["complainantCount"]?.int, count == ours["complainants"]?.array?.count {
            theirs.remove("complainantCount")
            for name in ["complainants", "agent", "principal"] { theirs[name] = before[name] }
        }
        if file != nil, let field = FrozenRecords.fields.first(where: { theirs[$0] != nil && theirs[$0] != before[$0] && theirs[$0] != ours[$0] }) {
            throw RecordError(path: field, reason: .frozen)
        }
        let merged = Self.merged(base: before, ours: ours, theirs: theirs, isFrozen: file != nil)
        guard merged != ours else { return .nothingNew }
        var complaint = try Complaint(json: merged)
        var note = ChangeNote(by: user).version(Int(head.header.versionNumber) + 1, .merged, Engine.differing(ours, merged))
        note.extra.set("row", to: .string(hash.text))
        complaint.versions.append(note)
        return .merged(complaint)
    }

    /// What only this archive writes.
    private static let own: Set<String> = ["fileId", "referenceCode", "retentionCode", "retentionUntil", "archivedAt", "versions", "createdVersion", "holds", "links", "matterId"]
    /// Lists to which both sides add.
    private static let lists: Set<String> = ["events", "feedback", "evidenceDocs", "proceedings", "deadlines"]

    /// Field by field: what the source changed since it came in last, else what is here.
    static func merged(base: JSONObject, ours: JSONObject, theirs: JSONObject, isFrozen: Bool) -> JSONObject {
        var merged = ours
        for name in Set(base.entries.map(\.key) + theirs.entries.map(\.key)).subtracting(own).sorted() {
            let (before, mine, given) = (base[name], ours[name], theirs[name])
            guard given != before, given != mine else { continue }
            if isFrozen, given == nil || name == "status" || FrozenRecords.fields.contains(name) { continue }
            if lists.contains(name) || isFrozen && FrozenRecords.lines.contains(name) {
                let known = (before?.array ?? []) + (mine?.array ?? [])
                // What the source has taken out goes, where nothing was done with it here.
                let kept = (mine?.array ?? []).filter { one in isFrozen || !(before?.array ?? []).contains(one) || (given?.array ?? []).contains(one) }
                merged.set(name, to: .array(kept + (given?.array ?? []).filter { !known.contains($0) }))
            } else {
                merged[name] = given
            }
        }
        return merged
    }
}

extension Engine {
    func frozenRecords() throws -> FrozenRecords {
        FrozenRecords(cases: SmallFile.size(folder.casesPath) == nil ? nil : try cases(), identity: try identity())
    }

    /// A record whose file is filed or on hold stays as it is.
    func refuseFrozen(_ id: String, _ before: JSONObject, _ after: JSONObject, _ frozen: FrozenRecords) throws {
        guard let file = try frozen.file(of: id), let field = FrozenRecords.changed(before, after) else { return }
        throw CaseError.recordFrozen(record: id, file: file.referenceCode ?? file.id, field: field, isHeld: file.isHeld)
    }
}
