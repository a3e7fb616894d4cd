// Changing one record on purpose: a field corrected, an event written down, a withdrawal with its reason. What the
// record said before stays as an earlier version; who changed it, when and why stands in the record itself.

import Archive
import Glibc
import Records

/// Who changes a record and why, as far as they say so.
package struct ChangeNote: Sendable {
    package var by: String?
    package var reason: String?

    package init(by: String? = nil, reason: String? = nil) {
        self.by = by
        self.reason = reason
    }
}

extension Engine {
    /// Changes the newest version of a record. The complainants' identity goes over to the new version.
    ///
    /// - Parameters:
    ///   - id: the id or any other number of the record.
    ///   - version: refuses if the newest version is another one: somebody else was faster. Nil does not look.
    ///   - change: gets the record with who complained; what it leaves as it was changes nothing.
    /// - Throws: `EngineError.recordUnknown`, `.recordAmbiguous`, `.versionChanged`, `.idFixed`; `RecordError` for what
    ///   is no record any more; `IdentityError.keyMissing` where identity would be lost.
    func unloggedEdit(
        _ id: String, version: Int? = nil, cause: VersionCause = .edited, note: ChangeNote, _ change: (inout JSONObject) throws -> Void
    ) throws -> RecordChange {
        try require(\.mayWrite, "edit")
        let identity = try identity()
        let preparer = RecordPreparer(records: records, key: identity.hasKey ? try identity.requireKey() : nil, sight: try sight())
        let changes = try changing { documents in
            let stored = try newest(id)
            let number = Int(stored.header.versionNumber)
            if let version, version != number { throw EngineError.versionChanged(id: id, newest: number) }
            var complaint = try Self.complaint(stored)
            try rejoinIdentity(of: stored.sequence, to: &complaint)
            let before = complaint.json
            var after = before
            try change(&after)
            guard after != before else { return [(complaint.archiveID, nil)] }
            var changed = try Complaint(json: after)
            guard changed.archiveID == complaint.archiveID else { throw EngineError.idFixed(id: complaint.archiveID) }
            try refuseFrozen(changed.archiveID, before, changed.json, frozenRecords())
            try refuseUnlawful(complaint, changed)
            try refuseStep(from: complaint, to: changed)
            changed.versions.append(note.version(number + 1, cause, Self.differing(before, after)))
            let record = ReadRecord(changed)
            let snapshot = try records.snapshot()
            return try withAnalyzer { analyzer in [(record.id, try preparer.row(record, snapshot, &analyzer, &documents))] }
        }
        return changes[0]
    }

    /// The newest version of the one record of this number.
    private func newest(_ id: String) throws -> StoredVersion {
        let numbers = try recordNumbers(named: id)
        guard numbers.count <= 1 else { throw EngineError.recordAmbiguous(id: id, count: numbers.count) }
        guard let number = numbers.first, let version = try records.latest(of: number), !version.header.isWithdrawn else {
            throw EngineError.recordUnknown(id: id)
        }
        return version
    }

    /// - Throws: `IdentityError.keyMissing` rather than lose who complained.
    private func rejoinIdentity(of sequence: RecordSequence, to complaint: inout Complaint) throws {
        let identity = try identity()
        guard try identity.holdsIdentity(of: sequence) else { return }
        if let json = try identity.identity(of: sequence), case .object(let object) = try JSONValue.parse(json.span) {
            complaint.rejoin(try IdentityPart(json: object))
        }
    }

    /// Makes withdrawn records findable again, as they were before, with who complained.
    ///
    /// - Throws: `EngineError.recordUnknown` where there is no such record; then nothing is changed.
    func unloggedReinstate(_ ids: [String], note: ChangeNote) throws -> [RecordChange] {
        try require(\.mayWrite, "reinstate")
        let identity = try identity()
        let preparer = RecordPreparer(records: records, key: identity.hasKey ? try identity.requireKey() : nil, sight: try sight())
        return try changing { documents in
            let snapshot = try records.snapshot()
            return try ids.map { id in
                guard let number = try recordNumbers(named: id).first, let newest = try snapshot.latest(of: number) else {
                    throw EngineError.recordUnknown(id: id)
                }
                guard newest.header.isWithdrawn, let before = newest.header.previous,
                    let stored = try snapshot.version(at: before)
                else { return (try Self.complaint(newest).archiveID, nil) }
                var complaint = try Self.complaint(stored)
                // Of a destroyed record there is nothing to come back.
                if RecordPurge.isRemains(stored.json, id: complaint.archiveID) { throw EngineError.recordUnknown(id: id) }
                try rejoinIdentity(of: before, to: &complaint)
                // It may have been filed meanwhile.
                if let file = try cases().fileID(ofRecord: complaint.archiveID).flatMap({ try cases().file($0) }), file.state == .filed { file.mark(&complaint) }
                complaint.versions.append(note.version(Int(newest.header.versionNumber) + 1, .restored, []))
                let record = ReadRecord(complaint)
                return try withAnalyzer { (record.id, try preparer.row(record, snapshot, &$0, &documents)) }
            }
        }
    }

    /// Names of the members that two states of a record do not share.
    static func differing(_ before: JSONObject, _ after: JSONObject) -> [String] {
        let names = Array(after.keys) + before.keys.filter { after[$0] == nil }
        return names.filter { before[$0] != after[$0] }
    }
}

extension ChangeNote {
    func version(_ number: Int, _ cause: VersionCause, _ fields: [String]) -> VersionNote {
        var version = VersionNote()
        version.number = number
        version.at = Timestamp(seconds: Int64(time(nil)))
        version.by = by
        version.cause = Code(cause)
        version.fields = fields
        if let reason { version.extra.set("reason", to: .string(reason)) }
        return version
    }
}
