// 立卷归档: files opened, joined, annotated, held and listed.

import Archive
import Records

extension Engine {
    func cases() throws -> CaseStore {
        if let openCases { return openCases }
        let store = try CaseStore(in: folder, archiveID: records.archiveID)
        openCases = store
        return store
    }

    func noted(_ action: AuditEntry.Action, _ file: CaseFile, _ detail: String) throws {
        try audit(action, durable: action != .view) {
            $0.records = file.records
            $0.detail = "\(detail) \(file.referenceCode ?? file.id)"
        }
    }

    /// The newest versions of a file's records; those the viewer may not see are not there.
    func complaints(_ ids: [String]) throws -> [Complaint] {
        let snapshot = try records.snapshot()
        return try ids.compactMap { id in
            guard let number = try recordNumbers(named: id).first, let version = try snapshot.latest(of: number) else { return nil }
            return try Self.complaint(version)
        }
    }

    /// What records are about; those the viewer may not see are not there.
    func recordTitles(_ ids: [String]) throws -> [RecordTitle] {
        try complaints(ids).map {
            RecordTitle(id: $0.archiveID, title: PersonalNumbers.title(of: $0, openingMax: 40), date: $0.receivedAt.date.text)
        }
    }

    /// - Throws: `CaseError.unknown` also for a file with a record the viewer may not see.
    func unloggedCaseFile(_ name: String) throws -> CaseFile {
        let standard = try profile().referenceCode.standardForm(name) ?? name
        guard let file = try cases().file(name) ?? cases().file(standard) else { throw CaseError.unknown(id: name) }
        if file.state != .destroyed, try complaints(file.records).count < file.records.count { throw CaseError.unknown(id: name) }
        try noted(.view, file, "case show")
        return file.asShown
    }

    /// Opens a file for records of one matter.
    func unloggedOpenCase(_ ids: [String], title: String?) throws -> CaseFile {
        try require(\.mayWrite, "case open")
        var complaints: [Complaint] = []
        for id in ids {
            guard let one = try self.complaints([id]).first else { throw CaseError.recordUnknown(record: id) }
            complaints.append(one)
        }
        let title = title ?? Self.caseTitle(complaints[0])
        try refuseNames(in: title, ofRecords: complaints.map(\.archiveID))
        let file = try cases().open(title: title, records: complaints.map(\.archiveID), at: Self.now.text, by: options.user)
        try noted(.file, file, "case open")
        return file
    }

    /// 责任者 + 事由 + 文种; who complained is no part of it.
    private static func caseTitle(_ record: Complaint) -> String {
        let responsible = record.respondents.first?.names.first ?? record.leadUnit ?? ""
        let matter = record.cause?.text ?? record.category.first ?? record.title ?? "投诉举报"
        // 事由: a bare category is none yet.
        let what = matter.hasSuffix("问题") || matter.hasSuffix("事项") || matter.hasSuffix("纠纷") || record.cause?.text != nil || record.category.isEmpty ? matter : matter.replacing("/", with: "、") + "问题"
        return PersonalNumbers.masked("关于\(responsible)\(what)的\(record.kind?.canonicalText ?? "投诉")案卷")
    }

    /// A repeat joins the file of its matter while that is open.
    func unloggedJoinCase(_ file: String, records ids: [String]) throws -> CaseFile {
        try require(\.mayWrite, "case join")
        let complaints = try ids.map { id in
            guard let one = try self.complaints([id]).first else { throw CaseError.recordUnknown(record: id) }
            return one.archiveID
        }
        // What somebody may not see he may not add to either.
        let known = try caseFile(file)
        let changed = try cases().change(known.id) { file in
            guard !file.isFrozen else { throw CaseError.frozen(id: file.id) }
            for id in complaints where !file.records.contains(id) { file.records.append(id) }
        }
        try noted(.file, changed, "case join")
        return changed
    }

    /// 备考、移交保管、超期说明: added, never changed.
    func unloggedNoteCase(_ name: String, kind: String, text: String) throws -> CaseFile {
        try require(\.mayWrite, "case note")
        let changed = try cases().change(try caseFile(name).id) { file in
            file.notes.append(.init(kind: kind, text: text, by: self.options.user, at: Self.now.text))
        }
        try noted(.file, changed, "case note \(kind)")
        return changed
    }

    func unloggedHoldCase(_ name: String, basis: String, review: String?) throws -> CaseFile {
        try require(\.mayWrite, "case hold")
        let review = try review.map { try moment($0).date.text }
        let changed = try cases().change(try caseFile(name).id) { file in
            file.holds.append(.init(basis: basis, by: self.options.user, at: Self.now.text, review: review, releasedAt: nil, releasedBy: nil))
            // What was decided before no longer counts: released, the file is due again and is appraised again.
            if file.appraisal != nil {
                file.appraisal = nil
                file.notes.append(.init(kind: "鉴定", text: "因保全失效", by: self.options.user, at: Self.now.text))
            }
        }
        try noted(.hold, changed, "case hold \(basis)")
        return changed
    }

    func unloggedReleaseCase(_ name: String, reason: String?) throws -> CaseFile {
        try require(\.mayWrite, "case release")
        let changed = try cases().change(try caseFile(name).id) { file in
            for number in file.holds.indices where file.holds[number].releasedAt == nil {
                file.holds[number].releasedAt = Self.now.text
                file.holds[number].releasedBy = self.options.user
                file.holds[number].releaseReason = reason
            }
        }
        try noted(.hold, changed, "case release" + (reason.map { " " + $0 } ?? ""))
        return changed
    }

    /// Another 保管期限 for a filed file, with who approved it: never shorter than the rules give, and the 档号 stays.
    func unloggedKeepCase(_ name: String, period code: String, approver: String, reason: String) throws -> CaseFile {
        try require(\.mayDestroy, "case keep")
        let known = try caseFile(name)
        guard known.state == .filed, let filedAt = known.filedAt, let day = try? CalendarDate(parsing: filedAt) else {
            throw CaseError.wrongState(id: name, state: known.state.rawValue, wanted: "filed")
        }
        let table = try profile().retention
        let members = try complaints(known.records).map { record in
            var record = record
            // Its own code is what this file had before.
            record.retentionCode = nil
            return record
        }
        let least = table.period(for: members)
        guard let period = RetentionPeriod(code), period >= least else { throw CaseError.periodTooShort(id: name, period: code, least: least.code) }
        let until = period.end(filedOn: day, fromNextYear: table.startsNextYear)
        let changed = try cases().change(known.id) { file in
            guard file.state == .filed else { throw CaseError.wrongState(id: file.id, state: file.state.rawValue, wanted: "filed") }
            let former = file.retention ?? ""
            // An appraisal may have kept it for longer already.
            let kept = until.map { max($0, former == "Y" ? $0 : file.lastDay ?? $0) }
            file.retention = period.code
            file.keepUntil = kept?.text
            file.notes.append(.init(kind: "保管期限", text: "\(former) → \(period.code)，\(reason)，批准人 \(approver)", by: self.options.user, at: Self.now.text))
            if file.appraisal != nil {
                file.appraisal = nil
                file.notes.append(.init(kind: "鉴定", text: "因保管期限变更失效", by: self.options.user, at: Self.now.text))
            }
        }
        try markRecords(of: changed, ["retentionCode", "retentionUntil"])
        try audit(.file, durable: true) {
            $0.records = changed.records
            $0.detail = "case keep \(period.code) \(changed.referenceCode ?? changed.id) \(approver)"
        }
        return changed
    }

    /// A page of the files that the viewer may see, the newest first.
    func unloggedCasePage(_ request: CaseListRequest) throws -> CasePage {
        let seesAll = try viewer().isUnrestricted
        let isWanted: ((CaseFile) throws -> Bool)? = seesAll && !request.isOut ? nil : { file in
            if request.isOut, file.asShown.handedOut == nil { return false }
            return try seesAll || file.state == .destroyed || self.complaints(file.records).count == file.records.count
        }
        let limit = min(request.limit, CaseListRequest.limitMax)
        var (files, counts) = try cases().page(after: request.after, limit: limit + 1, state: request.state, where: isWanted)
        let hasMore = files.count > limit
        if hasMore { files.removeLast() }
        return CasePage(files: files.map(\.asShown), counts: counts, hasMore: hasMore)
    }

    func unloggedAllCases() throws -> [CaseFile] {
        let files = try cases().all().map(\.asShown)
        guard try !viewer().isUnrestricted else { return files }
        return try files.filter { try $0.state == .destroyed || complaints($0.records).count == $0.records.count }
    }
}

extension CaseFile {
    /// Of a file whose destruction has begun, no more than of one that is destroyed.
    var asShown: CaseFile {
        guard state == .destroyed else { return self }
        var shown = self
        shown.title = "（已销毁）"
        (shown.documents, shown.notes, shown.custody, shown.holds) = ([], [], [], [])
        return shown
    }
}
