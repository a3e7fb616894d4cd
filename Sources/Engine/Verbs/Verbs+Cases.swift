// Verbs of 立卷归档: each passes through `answering`, which notes it.

import Archive
import Records

extension Engine {
    /// - Throws: `CaseError.unknown` also for a file with a record the viewer may not see.
    package func caseFile(_ name: String) throws -> CaseFile {
        try answering("caseFile", .view) { _ in try unloggedCaseFile(name) }
    }

    /// A file, and what its records are about: nothing of a file that was destroyed.
    ///
    /// - Throws: as `caseFile`.
    package func caseFileWithTitles(_ name: String) throws -> (file: CaseFile, titles: [RecordTitle]) {
        try answering("caseFileWithTitles", .view) { _ in
            let file = try unloggedCaseFile(name)
            return (file, file.state == .destroyed ? file.records.map { RecordTitle(id: $0, title: "", date: "") } : try recordTitles(file.records))
        }
    }

    /// Opens a file for records of one matter.
    package func openCase(_ ids: [String], title: String?) throws -> CaseFile {
        try answering("openCase", .file) { _ in try unloggedOpenCase(ids, title: title) }
    }

    /// A repeat joins the file of its matter while that is open.
    package func joinCase(_ file: String, records ids: [String]) throws -> CaseFile {
        try answering("joinCase", .file) { _ in try unloggedJoinCase(file, records: ids) }
    }

    /// Adds a document: its bytes sealed, its text findable with the record, without the names of who complained.
    package func addDocument(_ name: String, _ new: NewDocument) throws -> CaseFile {
        try answering("addDocument", .file) { _ in try unloggedAddDocument(name, new) }
    }

    /// Puts the documents in the order of the profile (卷内排列), or the one given.
    package func orderCase(_ name: String, as given: [Int]?) throws -> CaseFile {
        try answering("orderCase", .file) { _ in try unloggedOrderCase(name, as: given) }
    }

    package func checkCase(_ name: String) throws -> (file: CaseFile, checks: [CaseCheck]) {
        try answering("checkCase", .view) { _ in try unloggedCheckCase(name) }
    }

    /// Every file, open, closed and filed: the same checks on a schedule.
    package func checkCases() throws -> [(file: CaseFile, checks: [CaseCheck])] {
        try answering("checkCases", .view) { note in
            let checked = try unloggedCheckCases()
            note.give(checked.flatMap(\.file.records))
            note.entry.count = checked.count
            return checked
        }
    }

    package func closeCase(_ name: String) throws -> CaseFile {
        try answering("closeCase", .file) { _ in try unloggedCloseCase(name) }
    }

    /// Gives the 档号 and freezes the file.
    package func fileCase(_ name: String, filedBy: String? = nil, checkedBy: String?, on day: String?) throws -> CaseFile {
        try answering("fileCase", .file) { _ in try unloggedFileCase(name, filedBy: filedBy, checkedBy: checkedBy, on: day) }
    }

    /// 备考、移交保管、超期说明: added, never changed.
    package func noteCase(_ name: String, kind: String, text: String) throws -> CaseFile {
        try answering("noteCase", .file) { _ in try unloggedNoteCase(name, kind: kind, text: text) }
    }

    package func holdCase(_ name: String, basis: String, review: String?) throws -> CaseFile {
        try answering("holdCase", .hold) { _ in try unloggedHoldCase(name, basis: basis, review: review) }
    }

    package func releaseCase(_ name: String, reason: String? = nil) throws -> CaseFile {
        try answering("releaseCase", .hold) { _ in try unloggedReleaseCase(name, reason: reason) }
    }

    /// Another 保管期限 for a filed file, with who approved it and why.
    package func keepCase(_ name: String, period: String, approver: String, reason: String) throws -> CaseFile {
        try answering("keepCase", .file) { _ in try unloggedKeepCase(name, period: period, approver: approver, reason: reason) }
    }

    /// The paper goes to somebody, who has it from now on (R76).
    package func handOut(_ name: String, to holder: String, due: String?, note: String?) throws -> CaseFile {
        try answering("handOut", .file) { _ in try unloggedHandOut(name, to: holder, due: due, note: note) }
    }

    package func takeBack(_ name: String, note: String?) throws -> CaseFile {
        try answering("takeBack", .file) { _ in try unloggedTakeBack(name, note: note) }
    }

    package func casePage(_ request: CaseListRequest) throws -> CasePage {
        try answering("casePage", .view) { note in
            let page = try unloggedCasePage(request)
            note.give(page.files.flatMap(\.records))
            note.entry.count = page.files.count
            return page
        }
    }

    package func allCases() throws -> [CaseFile] {
        try answering("allCases", .view) { note in
            let files = try unloggedAllCases()
            note.give(files.flatMap(\.records))
            note.entry.count = files.count
            return files
        }
    }

    package func documentBytes(_ name: String, number: Int) throws -> (fileName: String, bytes: [UInt8]) {
        try answering("documentBytes", .view) { _ in try unloggedDocumentBytes(name, number: number) }
    }

    /// Writes cover, list and remarks of a file into a folder; the 副卷 only when asked for.
    package func printCase(_ name: String, to folder: String, pdf: Bool, inner: Bool, recipient: String?) throws -> [String] {
        try answering("printCase", .print, durable: true) { _ in
            try unloggedPrintCase(name, to: folder, pdf: pdf, inner: inner, recipient: recipient)
        }
    }

    package func printRegister(_ lines: [JSONObject], to path: String) throws {
        try answering("printRegister", .print, durable: true) { note in
            note.entry.count = lines.count
            try unloggedPrintRegister(lines, to: path)
        }
    }

    // MARK: Keeping and destroying

    /// Filed files whose period is over on that day: those that nothing holds, or those on hold.
    package func dueCases(on day: String?, held: Bool = false) throws -> [CaseFile] {
        try answering("dueCases", .view) { note in
            let files = try unloggedDueCases(on: day, held: held)
            note.give(files.flatMap(\.records))
            return files
        }
    }

    /// The appraisal group's decision on one file that is due.
    package func appraise(_ name: String, decision: String, by: String, until: String?, on day: String?) throws -> CaseFile {
        try answering("appraise", .file) { _ in try unloggedAppraise(name, decision: decision, by: by, until: until, on: day) }
    }

    /// Destroys files that were appraised so. This engine is closed afterwards.
    package func destroyCases(_ names: [String], witnesses: [String], approver: String, on day: String?) throws -> Destruction {
        try answering("destroyCases", .destroy) { _ in
            try unloggedDestroyCases(names, witnesses: witnesses, approver: approver, on: day)
        }
    }

    package func register() throws -> [JSONObject] {
        try answering("register", .view) { note in
            let lines = try unloggedRegister()
            note.entry.count = lines.count
            return lines
        }
    }
}
