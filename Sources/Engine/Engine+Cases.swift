// 立卷归档: files opened, filled, checked, closed and filed.

import Archive
import Glibc
import Import
import Records
import Search
import TextAnalysis

/// One check before filing.
package struct CaseCheck: Sendable {
    package var name: String
    package var isMet: Bool
    package var detail: String
}

package struct NewDocument: Sendable {
    package var path: String
    package var type: String
    package var title: String?
    package var no: String?
    package var author: String?
    package var date: String?
    package var pages: Int = 1
    /// Nil: as the profile's order says for the type.
    package var isInner: Bool?
    package init(path: String, type: String) {
        self.path = path
        self.type = type
    }
}

extension Engine {
    func cases() throws -> CaseStore {
        if let openCases { return openCases }
        let store = try CaseStore(in: folder, archiveID: records.archiveID)
        openCases = store
        return store
    }

    private func noted(_ action: AuditEntry.Action, _ file: CaseFile, _ detail: String) throws {
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

    /// A title never says who complained: not the names, numbers and addresses of any record of the file.
    private func refuseNames(in title: String, ofRecords ids: [String]) throws {
        guard let store = try? identity(), store.hasKey else { return }
        for id in ids where try identityTexts(ofRecords: [id], addressMin: 8).contains(where: { title.contains($0) }) { throw CaseError.nameInTitle(id: id) }
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

    /// Adds a document: its bytes sealed, its text findable with the record, without the names of who complained.
    func unloggedAddDocument(_ name: String, _ new: NewDocument) throws -> CaseFile {
        try require(\.mayWrite, "case add")
        let current = try caseFile(name)
        guard !current.isFrozen else { throw CaseError.frozen(id: name) }
        let size = SmallFile.size(new.path)
        guard let size else { throw CaseError.unreadable(path: new.path) }
        guard size <= CaseStore.documentBytesMax else { throw CaseError.fileTooLarge(path: new.path, bytesMax: CaseStore.documentBytesMax) }
        let bytes = try SmallFile.read(new.path, bytesMax: CaseStore.documentBytesMax)
        guard !PaperText.isExecutable(bytes) else { throw CaseError.executable(path: new.path) }
        let profile = try profile()
        if let title = new.title { try refuseNames(in: title, ofRecords: current.records) }
        let inner = new.isInner ?? profile.order.contains { $0.isInner && $0.types.contains(new.type) }
        let key = try identity().requireKey()
        let blob = try cases().store(bytes, key: key)
        let fileName = new.path.split(separator: "/").last.map(String.init) ?? new.path
        let changed = try cases().change(current.id) { file in
            guard !file.isFrozen else { throw CaseError.frozen(id: file.id) }
            var document = CaseFile.Document(
                number: file.documents.count + 1, type: new.type, title: new.title ?? "[\(new.type)]", pages: new.pages, isInner: inner,
                fileName: fileName, byteCount: bytes.count, sha256: Fixity.sha256(bytes), sm3: Fixity.sm3(bytes), blob: blob,
                addedAt: Self.now.text, addedBy: self.options.user)
            document.no = new.no
            document.author = new.author
            document.date = new.date
            file.documents.append(document)
        }
        // 副卷 never reaches the general index; a record that was taken back stays out of it too.
        if !inner, let text = PaperText.text(of: bytes, path: new.path), let record = try current.records.first(where: isLive) {
            try indexDocument(new, text, sha256: Fixity.sha256(bytes), ofRecord: record, in: current.records)
        }
        try noted(.file, changed, "case add \(new.type)")
        return changed
    }

    /// What says who complained of any of these records, the longest first: an address may hold a name.
    ///
    /// - Parameter addressMin: shorter addresses are left out: a street or a district names nobody.
    private func identityTexts(ofRecords ids: [String], addressMin: Int = 2) throws -> [String] {
        let snapshot = try records.snapshot()
        var texts: Set<String> = []
        for id in ids {
            guard let number = try snapshot.recordNumber(id: id) else { continue }
            // A former version may name somebody whom the newest does not.
            for version in try snapshot.history(of: number) {
                guard let json = try identity().identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span),
                    let part = try? IdentityPart(json: object)
                else { continue }
                for party in part.complainants + [part.agent, part.principal].compactMap({ $0 }) {
                    texts.formUnion([party.name, party.phone, party.idNo].compactMap { $0 }.filter { $0.count >= 2 })
                    if let address = party.address, address.count >= addressMin { texts.insert(address) }
                }
            }
        }
        return texts.sorted { ($1.count, $0) < ($0.count, $1) }
    }

    private func isLive(_ id: String) throws -> Bool {
        let snapshot = try records.snapshot()
        guard let number = try snapshot.recordNumber(id: id), let version = try snapshot.latest(of: number) else { return false }
        return !version.header.isWithdrawn
    }

    private func indexDocument(_ new: NewDocument, _ text: String, sha256: String, ofRecord id: String, in all: [String]) throws {
        guard let number = try recordNumbers(named: id).first, let version = try records.latest(of: number) else { return }
        var record = try Self.complaint(version)
        var text = text
        for value in try identityTexts(ofRecords: all) { text = text.replacing(value, with: String(repeating: "×", count: value.count)) }
        if let json = try identity().identity(of: version.sequence), case .object(let object) = try JSONValue.parse(json.span) {
            record.rejoin(try IdentityPart(json: object))
        }
        var document = EvidenceDocument()
        document.type = new.type
        document.no = new.no
        document.title = new.title
        document.pages = new.pages
        document.sha256 = sha256
        document.text = String(text.prefix(200_000))
        record.evidenceDocs.append(document)
        _ = try add([record.json])
    }

    /// Puts the documents in the order of the profile (卷内排列), or the one given.
    func unloggedOrderCase(_ name: String, as given: [Int]?) throws -> CaseFile {
        try require(\.mayWrite, "case order")
        let groups = try profile().order
        let changed = try cases().change(try caseFile(name).id) { file in
            guard !file.isFrozen else { throw CaseError.frozen(id: file.id) }
            if let given, Set(given) == Set(file.documents.map(\.number)), given.count == file.documents.count {
                let byNumber = Dictionary(uniqueKeysWithValues: file.documents.map { ($0.number, $0) })
                file.documents = given.compactMap { byNumber[$0] }
            } else {
                func place(_ document: CaseFile.Document) -> (Int, Int, String, Int) {
                    for (number, group) in groups.enumerated() where group.isInner == document.isInner {
                        if let within = group.types.firstIndex(of: document.type) { return (number, within, document.date ?? "9", document.number) }
                    }
                    let other = groups.firstIndex { $0.types.isEmpty && !document.isInner } ?? groups.count
                    return (document.isInner ? groups.count : other, 0, document.date ?? "9", document.number)
                }
                file.documents.sort { place($0) < place($1) }
            }
            for number in file.documents.indices { file.documents[number].number = number + 1 }
        }
        try noted(.file, changed, "case order")
        return changed
    }

    // MARK: Checks (七有, 四性)

    func unloggedCheckCase(_ name: String) throws -> (file: CaseFile, checks: [CaseCheck]) {
        let file = try caseFile(name)
        return (file, try checks(of: file))
    }

    private func checks(of file: CaseFile) throws -> [CaseCheck] {
        let profile = try profile()
        let complaints = try complaints(file.records)
        let reckoning = DeadlineReckoning(profile)
        var checks: [CaseCheck] = []
        func add(_ name: String, _ isMet: Bool, _ detail: String = "") { checks.append(CaseCheck(name: name, isMet: isMet, detail: detail)) }
        func hasDocument(_ words: [String]) -> Bool { file.documents.contains { one in words.contains { one.type.contains($0) } } }
        let record = complaints.first
        let timelines = complaints.map { CaseTimeline($0) }
        for check in profile.checks {
            switch check {
            case "目录": add(check, !file.documents.isEmpty, "\(file.documents.count) 件 \(file.pageCount) 页")
            case "原始诉求": add(check, complaints.contains { !($0.content ?? $0.title ?? "").isEmpty } || hasDocument(["登记表", "投诉信", "举报信", "原件"]))
            case "受理记录": add(check, record?.acceptance?.decision != nil || hasDocument(["受理", "立案"]) || timelines.contains { $0.first("受理") != nil })
            case "处理记录": add(check, hasDocument(["调查", "笔录", "报告", "决定", "调解"]) || complaints.contains { !$0.investigationReport.isEmpty || $0.outcome != nil })
            case "答复": add(check, hasDocument(["答复", "告知"]) || complaints.contains { !$0.reply.isEmpty || !$0.feedback.isEmpty } || complaints.allSatisfy { $0.namedState?.known == .anonymous })
            case "是否认可": add(check, complaints.contains { $0.satisfaction != nil } || hasDocument(["满意", "回访"]) || complaints.allSatisfy { $0.namedState?.known == .anonymous })
            case "后续措施":
                let isOpen = complaints.contains { $0.closedAt == nil && CaseTimeline($0).end == nil }
                add(check, !isOpen || timelines.contains { !$0.all("后续措施").isEmpty }, isOpen ? "未办结" : "")
            case "两人调查":
                let investigations = complaints.flatMap { CaseTimeline($0).all("调查") }
                let people = Set(investigations.flatMap { ($0.event.actor ?? "").split { "、，,； ".contains($0) }.map(String.init) })
                add(check, investigations.isEmpty || people.count >= 2, investigations.isEmpty ? "" : "调查人 \(people.count) 名")
            case "答复方式":
                let wrong = complaints.contains { one in
                    let modes = profile.replyModes[one.channel?.canonicalText ?? "*"] ?? profile.replyModes["*"] ?? []
                    return !modes.isEmpty && one.feedback.contains { feedback in feedback.mode.map { mode in !modes.contains { mode.contains($0) } } ?? false }
                }
                add(check, !wrong)
            case "期限说明":
                let late = complaints.flatMap { reckoning.deadlines(of: $0) }.filter { deadline in deadline.metAt.map { !deadline.isMet(by: $0) } ?? false }
                let isExplained = late.isEmpty || file.notes.contains { $0.kind == "超期说明" }
                add(check, isExplained, late.map(\.title).joined(separator: "、"))
            default: add(check, hasDocument([check]))
            }
        }
        // 一案多卷: as a rule so many pages a volume.
        let isThick = file.pageCount > profile.referenceCode.pagesMax
        add("页数", !isThick || file.notes.contains { $0.kind == "分卷说明" }, isThick ? "\(file.pageCount) 页，一卷不超过 \(profile.referenceCode.pagesMax) 页；不能分卷的，追加分卷说明" : "")
        // 四性
        var broken: [String] = []
        if let key = try? identity().requireKey() {
            for document in file.documents {
                guard let bytes = try? cases().bytes(document.blob, key: key), Fixity.sha256(bytes) == document.sha256, Fixity.sm3(bytes) == document.sm3
                else { broken.append("\(document.number)"); continue }
                if PaperText.isExecutable(bytes) { broken.append("\(document.number)") }
            }
        } else {
            broken = ["密钥"]
        }
        add("真实性", broken.isEmpty, broken.joined(separator: ","))
        add("完整性", file.documents.map(\.number) == Array(1...max(1, file.documents.count)).prefix(file.documents.count).map { $0 } && complaints.count == file.records.count)
        let formats: Set<String> = ["txt", "md", "csv", "json", "xml", "html", "htm", "pdf", "doc", "docx", "xls", "xlsx", "ofd", "jpg", "jpeg", "png", "tif", "tiff", "bmp", "mp3", "wav", "m4a", "mp4", "avi", "mov", "eml"]
        let odd = file.documents.filter { one in !formats.contains((one.fileName.split(separator: ".").last.map(String.init) ?? "").lowercased()) }
        add("可用性", odd.isEmpty, odd.map(\.fileName).joined(separator: ","))
        add("安全性", broken.isEmpty)
        return checks
    }

    // MARK: Closing and filing

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
        let missing = try checks(of: file).filter { !$0.isMet }.map { $0.detail.isEmpty ? $0.name : "\($0.name)（\($0.detail)）" }
        guard missing.isEmpty else { throw CaseError.incomplete(id: name, missing: missing) }
        let complaints = try complaints(file.records)
        let date = try day.map { try moment($0).date } ?? Self.now.date
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
        // The records say where they lie; a failure here leaves the file filed, and filing the records again mends it.
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
            return record.json
        }
        _ = try add(objects)
        try noted(.file, filed, "case file")
        return filed
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

    func unloggedReleaseCase(_ name: String) throws -> CaseFile {
        try require(\.mayWrite, "case release")
        let changed = try cases().change(try caseFile(name).id) { file in
            for number in file.holds.indices where file.holds[number].releasedAt == nil {
                file.holds[number].releasedAt = Self.now.text
                file.holds[number].releasedBy = self.options.user
            }
        }
        try noted(.hold, changed, "case release")
        return changed
    }

    func unloggedAllCases() throws -> [CaseFile] {
        let files = try cases().all().map(\.asShown)
        guard try !viewer().isUnrestricted else { return files }
        return try files.filter { try $0.state == .destroyed || complaints($0.records).count == $0.records.count }
    }

    func unloggedDocumentBytes(_ name: String, number: Int) throws -> (fileName: String, bytes: [UInt8]) {
        let file = try caseFile(name)
        guard let document = file.documents.first(where: { $0.number == number }) else { throw CaseError.unknown(id: "\(name) #\(number)") }
        if document.isInner { try require(\.maySeeIdentity, "副卷") }
        guard let bytes = try cases().bytes(document.blob, key: identity().requireKey()) else { throw CaseError.unknown(id: "\(name) #\(number)") }
        try noted(.view, file, "document \(number)")
        return (document.fileName, bytes)
    }
}

extension CaseFile {
    /// Of a file whose destruction has begun, no more than of one that is destroyed.
    var asShown: CaseFile {
        guard state == .destroyed else { return self }
        var shown = self
        shown.title = "（已销毁）"
        (shown.documents, shown.notes, shown.custody) = ([], [], [])
        return shown
    }

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

/// The text of a document, as far as it has one that this program reads.
enum PaperText {
    static func isExecutable(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) || bytes.starts(with: [0x4D, 0x5A]) || bytes.starts(with: [0x23, 0x21])
            || bytes.starts(with: [0xCF, 0xFA, 0xED, 0xFE])
    }

    /// Plain text, HTML and the like as they stand, PDF by `pdftotext` where it is installed; nil for pictures and sound.
    static func text(of bytes: [UInt8], path: String) -> String? {
        let ending = (path.split(separator: ".").last.map(String.init) ?? "").lowercased()
        switch ending {
        case "txt", "md", "csv", "json", "eml": return String(validating: bytes, as: UTF8.self)
        case "html", "htm", "xml":
            guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
            var plain = ""
            var isInTag = false
            for character in text {
                if character == "<" { isInTag = true } else if character == ">" { isInTag = false } else if !isInTag { plain.append(character) }
            }
            return plain
        case "pdf":
            guard let out = Tool.output("pdftotext", ["-enc", "UTF-8", path, "-"]) else { return nil }
            return String(validating: out, as: UTF8.self)
        default: return nil
        }
    }
}

/// Programs of the system that do one thing well.
enum Tool {
    /// Runs a program without a shell.
    ///
    /// - Returns: its exit code; nil when it is not installed.
    static func run(_ name: String, _ arguments: [String], outputTo path: String = "/dev/null") -> Int32? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var pointers = unsafe ([name] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for unsafe pointer in unsafe pointers { unsafe free(pointer) } }
        var pid: pid_t = 0
        // Holds: the arguments outlive the call, which copies them into the new process.
        let code = unsafe pointers.withUnsafeMutableBufferPointer { unsafe posix_spawnp(&pid, name, &actions, nil, $0.baseAddress!, environ) }
        guard code == 0 else { return nil }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let exit = status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
        return exit == 127 ? nil : exit
    }

    static func output(_ name: String, _ arguments: [String]) -> [UInt8]? {
        let path = "/tmp/juanzong-\(getpid())-\(UInt32.random(in: 0 ..< .max)).out"
        defer { unsafe unlink(path) }
        guard run(name, arguments, outputTo: path) == 0 else { return nil }
        return try? SmallFile.read(path)
    }
}
