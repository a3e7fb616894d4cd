// A file is closed and filed: it gets its 档号, its retention and the holds it is born with, and is frozen.

import Archive
import Records

extension Engine {
    func unloggedCloseCase(_ name: String) throws -> CaseFile {
        try require(\.mayWrite, "case close")
        let changed = try cases().change(try caseFile(name).id) { file in
            guard file.state == .open else { throw CaseError.wrongState(id: file.id, state: file.state.rawValue, wanted: "open") }
            file.state = .closed
            file.closedAt = Self.now.text
        }
        try noted(.file, changed, "case close")
        return changed
    }

    /// Gives the 档号 and freezes the file.
    func unloggedFileCase(_ name: String, filedBy: String? = nil, checkedBy: String?, on day: String?) throws -> CaseFile {
        try require(\.mayWrite, "case file")
        let profile = try profile()
        let file = try caseFile(name)
        guard file.state == .closed else { throw file.isFrozen ? CaseError.frozen(id: name) : CaseError.wrongState(id: name, state: file.state.rawValue, wanted: "closed") }
        let missing = try checks(of: file).filter { !$0.isMet }
        guard missing.isEmpty else {
            throw CaseError.incomplete(
                id: name, missing: missing.map { $0.detail.isEmpty ? $0.name : "\($0.name)（\($0.detail)）" },
                english: missing.map { $0.name(in: .english) + ($0.english.isEmpty ? "" : ": \($0.english)") })
        }
        let complaints = try complaints(file.records)
        let date = try day.map { try moment($0).date } ?? Self.now.date
        // The period counts from this day: one made earlier would end before its time (R74).
        let earliest = complaints.map { max($0.receivedAt.date, CaseTimeline($0).end?.date ?? $0.receivedAt.date) }.max() ?? date
        guard (earliest...max(earliest, Self.now.date)).contains(date) else { throw CaseError.filingDay(id: name, day: date.text, earliest: earliest.text) }
        let period = profile.retention.period(for: complaints)
        let parts = ReferencePattern.Parts(
            fonds: profile.referenceCode.fonds, classCode: profile.referenceCode.classCode, year: date.year, retention: period.code, file: 0)
        let until = period.end(filedOn: date, fromNextYear: profile.retention.startsNextYear)
        let filed = try cases().assignReference(file.id, profile.referenceCode, parts: parts) { file in
            file.state = .filed
            file.filedAt = date.text
            file.filedBy = filedBy
            file.checkedBy = checkedBy
            file.retention = period.code
            file.keepUntil = until?.text
            // 复议、诉讼、仲裁 hold the file from the first day (R64).
            for record in complaints {
                for proceeding in record.proceedings where proceeding.result == nil {
                    file.holds.append(.init(basis: proceeding.kind?.canonicalText ?? "复议诉讼", by: self.options.user, at: date.text, review: nil, releasedAt: nil, releasedBy: nil))
                }
            }
        }
        // A failure here leaves the file filed, and filing the records again mends it.
        try markRecords(of: filed, ["status", "fileId", "referenceCode", "retentionCode", "retentionUntil", "archivedAt"])
        try noted(.file, filed, "case file")
        return filed
    }

    /// The records say where they lie and how long.
    func markRecords(of filed: CaseFile, _ fields: [String]) throws {
        let identity = try identity()
        let snapshot = try records.snapshot()
        let versions = try filed.records.compactMap { id in try recordNumbers(named: id).first.flatMap { try snapshot.latest(of: $0) } }
        // One that was taken back lies in the file and stays out of every search.
        let objects = try versions.filter { !$0.header.isWithdrawn }.map { version -> JSONObject in
            var record = try Self.complaint(version)
            if identity.hasKey, let json = try identity.identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) {
                record.rejoin(try IdentityPart(json: object))
            }
            filed.mark(&record)
            record.versions.append(ChangeNote(by: options.user).version(Int(version.header.versionNumber) + 1, .filed, fields))
            return record.json
        }
        _ = try unloggedAdd(objects, isOwn: true)
    }
}

extension CaseFile {
    /// Writes into a record where it lies.
    func mark(_ record: inout Complaint) {
        record.fileId = id
        record.referenceCode = referenceCode
        record.retentionCode = retention
        record.retentionUntil = lastDay
        record.archivedAt = filedAt.flatMap { try? CalendarDate(parsing: $0) }.map { Timestamp($0) }
        record.status = Code(CaseStatus.archived)
    }
}
