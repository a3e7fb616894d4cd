// 案卷: what is filed together, with its documents, holds and notes. One value, kept as JSON (FORMAT.md, "cases.lmdb").

import Records

package struct CaseFile: Sendable, Hashable {
    package enum State: String, Sendable { case open, closed, filed, destroyed }

    package struct Document: Sendable, Hashable {
        /// Place in the file, from 1.
        package var number: Int
        package var type: String
        package var title: String
        package var no: String?
        package var author: String?
        /// Eight digits; unknown parts are 00.
        package var date: String?
        package var pages: Int
        /// 签名, 盖章, 拒签, 未签; nil where nobody said (R09, R58).
        package var signature: String?
        /// How many there are of it, and who keeps one each (R65).
        package var copies: Int?
        package var keepers: String?
        package var remark: String?
        /// 副卷: never leaves the body.
        package var isInner: Bool
        package var fileName: String
        package var byteCount: Int
        package var sha256: String
        package var sm3: String
        /// Where the sealed bytes are.
        package var blob: UInt64
        package var addedAt: String
        package var addedBy: String
        package init(number: Int, type: String, title: String, pages: Int, isInner: Bool, fileName: String, byteCount: Int, sha256: String, sm3: String, blob: UInt64, addedAt: String, addedBy: String) {
            (self.number, self.type, self.title, self.pages, self.isInner) = (number, type, title, pages, isInner)
            (self.fileName, self.byteCount, self.sha256, self.sm3, self.blob) = (fileName, byteCount, sha256, sm3, blob)
            (self.addedAt, self.addedBy) = (addedAt, addedBy)
        }

        /// 备注 of the list of contents.
        package var notice: String {
            let share = [copies.map { "一式\($0)份" }, keepers.map { "\($0)各执" }].compactMap { $0 }.joined(separator: "，")
            return [share.isEmpty ? nil : share, signature.flatMap { ["拒签", "未签"].contains($0) ? $0 : nil }, remark].compactMap { $0 }.joined(separator: "；")
        }
    }

    package struct HoldNote: Sendable, Hashable {
        package var basis: String
        package var by: String
        package var at: String
        package var review: String?
        package var releasedAt: String?
        package var releasedBy: String?
        package var releaseReason: String?
        package init(basis: String, by: String, at: String, review: String?, releasedAt: String?, releasedBy: String?) {
            (self.basis, self.by, self.at, self.review, self.releasedAt, self.releasedBy) = (basis, by, at, review, releasedAt, releasedBy)
        }
    }

    /// A line that is only ever added: 备考, custody, appraisal.
    package struct Note: Sendable, Hashable {
        package var kind: String
        package var text: String
        package var by: String
        package var at: String
        package init(kind: String, text: String, by: String, at: String) {
            (self.kind, self.text, self.by, self.at) = (kind, text, by, at)
        }
    }

    /// The paper handed out or taken back: a line that is only ever added (R76).
    package struct CustodyEvent: Sendable, Hashable {
        package var isOut: Bool
        /// Who has it, or who brought it back.
        package var holder: String
        package var by: String
        package var at: String
        /// By when it is to be back.
        package var due: String?
        package var note: String?
        package init(isOut: Bool, holder: String, by: String, at: String, due: String? = nil, note: String? = nil) {
            (self.isOut, self.holder, self.by, self.at, self.due, self.note) = (isOut, holder, by, at, due, note)
        }
    }

    package var id: String
    package var title: String
    package var state = State.open
    /// Records by their ids.
    package var records: [String]
    package var openedAt: String
    package var openedBy: String
    package var closedAt: String?
    package var filedAt: String?
    package var checkedBy: String?
    /// 立卷人, where it is another name than the system's user.
    package var filedBy: String?
    package var referenceCode: String?
    package var closingNumber: String?
    package var retention: String?
    /// The last day it must be kept; nil with a retention of `Y` is for ever.
    package var keepUntil: String?
    package var appraisal: String?
    package var documents: [Document] = []
    package var holds: [HoldNote] = []
    package var notes: [Note] = []
    package var custody: [CustodyEvent] = []

    /// Whoever has the paper; nil while the archive has it.
    package var handedOut: CustodyEvent? { custody.last.flatMap { $0.isOut ? $0 : nil } }

    package init(id: String, title: String, records: [String], openedAt: String, openedBy: String) {
        (self.id, self.title, self.records, self.openedAt, self.openedBy) = (id, title, records, openedAt, openedBy)
    }

    package var isHeld: Bool { holds.contains { $0.releasedAt == nil } }
    /// Filed: contents and order stay as they are; notes may be added.
    package var isFrozen: Bool { state == .filed || state == .destroyed }
    /// The last day on which it must still be there; nil before filing and for ever.
    package var lastDay: CalendarDate? {
        guard let keepUntil else { return nil }
        return try? CalendarDate(parsing: keepUntil)
    }
    package var pageCount: Int { documents.reduce(0) { $0 + $1.pages } }

    /// The same file, holding each document of the other; a package may lack the inner part, and notes and holds may have
    /// been added to either.
    func hasContents(of other: CaseFile) -> Bool {
        func paper(_ document: Document) -> [String] { ["\(document.number)", document.type, document.title, document.sha256, document.sm3] }
        let papers = Set(documents.map(paper))
        return id == other.id && referenceCode == other.referenceCode && records == other.records && other.documents.allSatisfy { papers.contains(paper($0)) }
    }

    // MARK: JSON

    package var json: JSONObject {
        var object = JSONObject()
        object.set("id", to: .string(id))
        object.set("title", to: .string(title))
        object.set("state", to: .string(state.rawValue))
        object.set("records", to: .array(records.map { .string($0) }))
        func set(_ key: String, _ value: String?) { if let value { object.set(key, to: .string(value)) } }
        set("openedAt", openedAt)
        set("openedBy", openedBy)
        set("closedAt", closedAt)
        set("filedAt", filedAt)
        set("checkedBy", checkedBy)
        set("filedBy", filedBy)
        set("referenceCode", referenceCode)
        set("closingNumber", closingNumber)
        set("retention", retention)
        set("keepUntil", keepUntil)
        set("appraisal", appraisal)
        object.set("documents", to: .array(documents.map { .object(Self.json($0)) }))
        object.set("holds", to: .array(holds.map { hold in
            Self.object([("basis", hold.basis), ("by", hold.by), ("at", hold.at), ("review", hold.review), ("releasedAt", hold.releasedAt), ("releasedBy", hold.releasedBy), ("releaseReason", hold.releaseReason)])
        }))
        if !custody.isEmpty {
            object.set("custody", to: .array(custody.map {
                Self.object([("event", $0.isOut ? "out" : "in"), ("holder", $0.holder), ("by", $0.by), ("at", $0.at), ("due", $0.due), ("note", $0.note)])
            }))
        }
        object.set("notes", to: .array(notes.map { Self.object([("kind", $0.kind), ("text", $0.text), ("by", $0.by), ("at", $0.at)]) }))
        return object
    }

    private static func object(_ pairs: [(String, String?)]) -> JSONValue {
        var object = JSONObject()
        for (key, value) in pairs { if let value { object.set(key, to: .string(value)) } }
        return .object(object)
    }

    package static func json(_ document: Document) -> JSONObject {
        var object = JSONObject()
        object.set("number", to: .number(String(document.number)))
        for (key, value) in [("type", document.type), ("title", document.title), ("no", document.no), ("author", document.author), ("date", document.date)] {
            if let value { object.set(key, to: .string(value)) }
        }
        object.set("pages", to: .number(String(document.pages)))
        if let copies = document.copies { object.set("copies", to: .number(String(copies))) }
        for (key, value) in [("signature", document.signature), ("keepers", document.keepers), ("remark", document.remark)] { if let value { object.set(key, to: .string(value)) } }
        object.set("inner", to: .bool(document.isInner))
        object.set("fileName", to: .string(document.fileName))
        object.set("bytes", to: .number(String(document.byteCount)))
        object.set("sha256", to: .string(document.sha256))
        object.set("sm3", to: .string(document.sm3))
        object.set("blob", to: .number(String(document.blob)))
        object.set("addedAt", to: .string(document.addedAt))
        object.set("addedBy", to: .string(document.addedBy))
        return object
    }

    package init?(json: JSONValue) {
        guard let id = json["id"]?.string, let title = json["title"]?.string, let state = json["state"]?.string.flatMap(State.init(rawValue:)) else { return nil }
        self.init(
            id: id, title: title, records: (json["records"]?.array ?? []).compactMap(\.string), openedAt: json["openedAt"]?.string ?? "",
            openedBy: json["openedBy"]?.string ?? "")
        self.state = state
        closedAt = json["closedAt"]?.string
        filedAt = json["filedAt"]?.string
        checkedBy = json["checkedBy"]?.string
        filedBy = json["filedBy"]?.string
        referenceCode = json["referenceCode"]?.string
        closingNumber = json["closingNumber"]?.string
        retention = json["retention"]?.string
        keepUntil = json["keepUntil"]?.string
        appraisal = json["appraisal"]?.string
        documents = (json["documents"]?.array ?? []).map { one in
            var document = Document(
                number: one["number"]?.int ?? 0, type: one["type"]?.string ?? "", title: one["title"]?.string ?? "", pages: one["pages"]?.int ?? 0,
                isInner: one["inner"]?.bool ?? true, fileName: one["fileName"]?.string ?? "", byteCount: one["bytes"]?.int ?? 0,
                sha256: one["sha256"]?.string ?? "", sm3: one["sm3"]?.string ?? "", blob: UInt64(one["blob"]?.int ?? 0),
                addedAt: one["addedAt"]?.string ?? "", addedBy: one["addedBy"]?.string ?? "")
            document.no = one["no"]?.string
            document.author = one["author"]?.string
            document.date = one["date"]?.string
            (document.signature, document.copies) = (one["signature"]?.string, one["copies"]?.int)
            (document.keepers, document.remark) = (one["keepers"]?.string, one["remark"]?.string)
            return document
        }
        holds = (json["holds"]?.array ?? []).map { one in
            var hold = HoldNote(
                basis: one["basis"]?.string ?? "", by: one["by"]?.string ?? "", at: one["at"]?.string ?? "", review: one["review"]?.string,
                releasedAt: one["releasedAt"]?.string, releasedBy: one["releasedBy"]?.string)
            hold.releaseReason = one["releaseReason"]?.string
            return hold
        }
        custody = (json["custody"]?.array ?? []).map { one in
            CustodyEvent(
                isOut: one["event"]?.string == "out", holder: one["holder"]?.string ?? "", by: one["by"]?.string ?? "", at: one["at"]?.string ?? "",
                due: one["due"]?.string, note: one["note"]?.string)
        }
        notes = (json["notes"]?.array ?? []).map { one in
            Note(kind: one["kind"]?.string ?? "", text: one["text"]?.string ?? "", by: one["by"]?.string ?? "", at: one["at"]?.string ?? "")
        }
    }
}

package enum CaseError: Error, Hashable, Sendable {
    case unknown(id: String)
    case frozen(id: String)
    case wrongState(id: String, state: String, wanted: String)
    case recordFiledElsewhere(record: String, file: String)
    case recordUnknown(record: String)
    /// What a record in a filed or held file says does not change.
    case recordFrozen(record: String, file: String, field: String, isHeld: Bool)
    /// The decision to destroy is younger than the rules want.
    case cooling(id: String, until: String)
    /// Filed on a day before the matter was closed, or to come.
    case filingDay(id: String, day: String, earliest: String)
    /// A period shorter than the rules give, or one that is none.
    case periodTooShort(id: String, period: String, least: String)
    case nameInTitle(id: String)
    case incomplete(id: String, missing: [String], english: [String])
    case held(id: String, basis: String)
    case notDue(id: String, until: String)
    case notAppraised(id: String)
    case handedOut(id: String, holder: String, since: String)
    case notHandedOut(id: String)
    /// The day by which paper is to be back is over already.
    case dueBeforeToday(id: String, due: String)
    case destroyed(id: String)
    case extensionTooShort(id: String, until: String)
    case witnessesMissing
    case fileTooLarge(path: String, bytesMax: Int)
    case executable(path: String)
    case unreadable(path: String)
    case extensionRefused(chinese: String, english: String)
    case statusRefused(from: String, to: String, allowed: [String])
    case toolMissing(tool: String, file: String)
    case packageDamaged(place: String, chinese: String, english: String)
    /// Of another archive than the one it is to go into.
    case packageForeign(package: String, archive: String)
    case packageConflict(place: String, id: String)
    case receiptForeign(path: String)
    /// No filed file to transfer, of this year.
    case nothingFiled(year: Int?)

    package func notice(in language: Language) -> String {
        let isChinese = language == .chinese
        func three(_ c: (String, String), _ place: String, _ e: (String, String)) -> String {
            ArchiveError.notice(language, isChinese ? c.0 : e.0, place, isChinese ? c.1 : e.1)
        }
        switch self {
        case .unknown(let id): return three(("没有这个案卷", "核对案卷编号或档号"), id, ("there is no such file", "check the file's id or 档号"))
        case .frozen(let id): return three(("案卷已归档，内容不得更改", "用 juanzong case note 追加备考"), id, ("the file is filed: its contents stay", "add a note with juanzong case note"))
        case .wrongState(let id, let state, let wanted): return three(("案卷状态为 \(state)，此操作需要 \(wanted)", "先办理前一步"), id, ("the file is \(state), this needs \(wanted)", "do the step before first"))
        case .recordFiledElsewhere(let record, let file): return three(("记录已在案卷 \(file) 中", "一案一卷；重复件并入原卷"), record, ("the record is in file \(file) already", "one matter, one file; repeats go to that file"))
        case .recordUnknown(let record): return three(("没有这个编号的记录", "核对编号"), record, ("no record has this number", "check the number"))
        case .recordFrozen(let record, let file, let field, let isHeld):
            return three(
                (isHeld ? "记录所在案卷 \(file) 在保全中，\(field) 不得更改" : "记录所在案卷 \(file) 已归档，\(field) 不得更改", "确需说明的，用 juanzong case note 追加备考；后续的反馈、诉讼、回访仍可登记"), record,
                (isHeld ? "its file \(file) is on hold: \(field) stays" : "its file \(file) is filed: \(field) stays", "where something must be said, add a note with juanzong case note; feedback, proceedings and events can still be added"))
        case .cooling(let id, let until): return three(("鉴定销毁后尚在冷静期内（至 \(until)）", "期满后再销毁；天数见 profile.yaml 的 retention.coolingDays"), id, ("the decision to destroy is to rest until \(until)", "destroy it after that day; retention.coolingDays in profile.yaml says how long"))
        case .filingDay(let id, let day, let earliest): return three(("归档日期 \(day) 不可能：不早于办结（\(earliest)），不晚于今天", "改正 --on；保管期限自归档起算，不能提前"), id, ("\(day) cannot be the day of filing: not before \(earliest), when it was closed, nor after today", "mend --on: the period of keeping counts from that day"))
        case .periodTooShort(let id, let period, let least): return three(("保管期限 \(period) 短于规则所定的 \(least)", "写 Y、D30、D10 等不短于规则的期限"), id, ("\(period) is shorter than the \(least) that the rules give", "give a period that is no shorter, such as Y, D30 or D10"))
        case .nameInTitle(let id): return three(("案卷题名中有投诉举报人姓名", "题名写责任者、事由、文种，不写来源"), id, ("the title holds the name of who complained", "a title names who is responsible, the matter and the kind of paper"))
        case .incomplete(let id, let missing, let english): return three(("归档检查未通过：" + missing.joined(separator: "、"), "补齐后再归档；juanzong case check 列出全部"), id, ("the checks before filing fail: " + english.joined(separator: ", "), "mend them first; juanzong case check lists all"))
        case .held(let id, let basis): return three(("案卷处于保全中（\(basis)）", "解除保全后再办理"), id, ("the file is on hold (\(basis))", "release the hold first"))
        case .notDue(let id, let until): return three(("保管期限未满（至 \(until)）", "期满后再鉴定"), id, ("the file must be kept until \(until)", "appraise it after that day"))
        case .handedOut(let id, let holder, let since): return three(("案卷原件由 \(holder) 保管，自 \(since)", "交回后用 juanzong case take-back 登记"), id, ("\(holder) has the paper since \(since)", "note its return with juanzong case take-back"))
        case .dueBeforeToday(let id, let due): return three(("归还期限 \(due) 已经过去", "--due 写今天或以后的日期"), id, ("the paper would be due back on \(due), which is over", "give today or a later day with --due"))
        case .notHandedOut(let id): return three(("案卷原件没有交出", "交出时用 juanzong case hand-out 登记"), id, ("the paper is not handed out", "note that it goes out with juanzong case hand-out"))
        case .notAppraised(let id): return three(("案卷未经鉴定同意销毁", "先用 juanzong case appraise --decision destroy"), id, ("no appraisal decided to destroy the file", "run juanzong case appraise --decision destroy first"))
        case .destroyed(let id): return three(("案卷已销毁或正在销毁", "销毁清册见 juanzong case register"), id, ("the file is destroyed, or its destruction has begun", "the register shows it: juanzong case register"))
        case .extensionTooShort(let id, let until): return three(("延长后的期限须晚于原期限（\(until)）", "--until 写更晚的日期，如 2035-12-31"), id, ("an extension ends after the present period (\(until))", "give a later day with --until, such as 2035-12-31"))
        case .witnessesMissing: return three(("销毁须有两名不同的监销人和批准人", "--witness 甲 --witness 乙 --approver 丙"), "--witness", ("destruction needs two different witnesses and an approver", "--witness A --witness B --approver C"))
        case .fileTooLarge(let path, let max): return three(("文件超过 \(max >> 20) MiB", "分卷或只存其哈希与说明"), path, ("the file is larger than \(max >> 20) MiB", "split it, or keep its hash and a caption"))
        case .executable(let path): return three(("可执行文件不得入卷", "去掉该文件"), path, ("executables are not filed", "leave the file out"))
        case .unreadable(let path): return three(("文件无法读取", "检查路径和权限"), path, ("the file cannot be read", "check its path and permissions"))
        case .extensionRefused(let chinese, let english): return three((chinese, "核对规则中的延期上限和批准人（juanzong show 编号 --deadlines）"), "延期", (english, "see the cap and the approver in the rules (juanzong show ID --deadlines)"))
        case .statusRefused(let from, let to, let allowed): return three(("规则不允许从“\(from)”到“\(to)”", allowed.isEmpty ? "“\(from)”是最后状态" : "可以到：" + allowed.joined(separator: "、") + "；规则见 profile.yaml 的 status"), "status", ("the rules do not lead from '\(from)' to '\(to)'", allowed.isEmpty ? "'\(from)' is the last status" : "it may become " + allowed.joined(separator: ", ") + "; see status in profile.yaml"))
        case .toolMissing(let tool, let file): return three(("没有安装 \(tool)，未生成 PDF", "apt install \(tool)；HTML 已写好，也可用浏览器打印"), file, ("\(tool) is not installed: no PDF was made", "apt install \(tool); the HTML is there and prints from any browser"))
        case .packageDamaged(let place, let chinese, let english): return three(("移交包不完整或被改动：" + chinese, "向移交方索取完整的包；什么也没有写入"), place, ("the package is not whole: " + english, "ask for the package again; nothing was written"))
        case .packageForeign(let package, let archive): return three(("移交包出自另一个档案库", "一个机构一个档案库：用 --archive 写一个新文件夹，或写该机构的档案库"), "\(package) → \(archive)", ("the package is of another archive", "one archive a body: name a new folder with --archive, or that body's archive"))
        case .packageConflict(let place, let id): return three(("库中已有不同内容的 \(id)", "核对是否已接收过更新的包；什么也没有写入"), place, ("the archive holds \(id) with other contents", "see whether a newer package was taken in before; nothing was written"))
        case .nothingFiled(let year): return three(("没有已归档的案卷可移交", "先用 juanzong case file 归档；未归档的一并移交用 --unfiled"), isChinese ? year.map { "归档年度 \($0)" } ?? "本库" : year.map { "filed in \($0)" } ?? "this archive", ("no filed file is there to transfer", "file them with juanzong case file; --unfiled takes the others along"))
        case .receiptForeign(let path): return three(("回执与本库移交过的包都不相符", "核对回执是否对应本库、校验值是否一致"), path, ("the receipt fits no package of this archive", "check that it is for this archive and that its hash is that of the package"))
        }
    }
}
