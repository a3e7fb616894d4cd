// 四性检测 of a file (DA/T 70-2018, GB/T 18894-2016): four questions about the same documents, each with its own evidence.
//
// 真实性  the bytes are those that were taken in (SHA-256, SM3, size), and what is written down of a document is what it is;
// 完整性  everything is there: all records with who complained, all documents, no number left out, no required item blank;
// 可用性  everything opens: a format that is kept, text that can be decoded, nothing encrypted or cut off;
// 安全性  nothing else is there: no program, macro or script, no bytes that no list names, no name that leads elsewhere.
// Whether a file is infected is asked of the scanner of the machine, not here.

import Archive
import Records

extension Engine {
    private struct Findings {
        private(set) var all: [Notice] = []
        mutating func add(_ document: CaseFile.Document, _ what: Notice) {
            all.append(Notice(chinese: "第 \(document.number) 件 \(what.chinese)", english: "no. \(document.number): \(what.english)"))
        }
        mutating func add(_ what: Notice) { all.append(what) }
    }

    func fourProperties(of file: CaseFile, _ complaints: [Complaint]) throws -> [CaseCheck] {
        var (authentic, complete, usable, safe) = (Findings(), Findings(), Findings(), Findings())
        let key: SealingKey?
        do { key = try identity().requireKey() } catch IdentityError.keyMissing { key = nil }
        var blobs: Set<UInt64> = []
        for document in file.documents {
            if !blobs.insert(document.blob).inserted { safe.add(document, Notice(chinese: "与另一件共用存储", english: "shares its bytes with another")) }
            if document.fileName.contains("/") || document.fileName.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0.properties.generalCategory == .format }) {
                safe.add(document, Notice(chinese: "文件名含路径或不可见字符", english: "its name holds a path or invisible characters"))
            }
            for (item, value) in [("文种", document.type), ("题名", document.title), ("文件名", document.fileName), ("归入时间", document.addedAt)] where value.allSatisfy(\.isWhitespace) {
                complete.add(document, Notice(chinese: "缺\(item)", english: "lacks \(item)"))
            }
            if document.pages < 1 { complete.add(document, Notice(chinese: "缺页数", english: "lacks its pages")) }
            if let date = document.date, !Self.isPossible(date) { authentic.add(document, Notice(chinese: "日期 \(date) 不可能", english: "\(date) is no date")) }
            guard let key else { continue }
            let bytes: [UInt8]
            do {
                guard let found = try cases().bytes(document.blob, key: key) else {
                    complete.add(document, Notice(chinese: "原件缺失", english: "its bytes are missing"))
                    continue
                }
                bytes = found
            } catch {
                authentic.add(document, Notice(chinese: "原件已被改动", english: "its bytes were changed"))
                continue
            }
            if Fixity.sha256(bytes) != document.sha256 || Fixity.sm3(bytes) != document.sm3 || bytes.count != document.byteCount {
                authentic.add(document, Notice(chinese: "摘要或大小与归入时不符", english: "hash or size is not that of when it was added"))
            }
            if let format = PaperFormat.named(by: document.fileName), !format.fits(bytes) {
                authentic.add(document, Notice(chinese: "内容不是 \(PaperFormat.ending(of: document.fileName)) 格式", english: "its contents are not \(PaperFormat.ending(of: document.fileName))"))
            } else if let obstacle = PaperText.obstacle(bytes, name: document.fileName) {
                usable.add(document, obstacle)
            }
            if let hidden = PaperText.hidden(in: bytes, name: document.fileName) { safe.add(document, hidden) }
        }
        if key == nil, !file.documents.isEmpty {
            let missing = Notice(chinese: "没有密钥，原件无法核对", english: "without the key the documents cannot be looked into")
            authentic.add(missing)
            usable.add(missing)
            safe.add(missing)
        }
        let numbers = file.documents.map(\.number)
        if numbers != Array(numbers.indices.map { $0 + 1 }) { complete.add(Notice(chinese: "件号不连续", english: "the numbers of the documents have a gap")) }
        let found = Set(complaints.map(\.archiveID))
        for id in file.records where !found.contains(id) { complete.add(Notice(chinese: "记录 \(id) 不在库中", english: "record \(id) is not in the archive")) }
        let snapshot = try records.snapshot()
        // Of what came in a package without its inner part nobody here knows who complained.
        let isReceived = try cases().packageSource() != nil
        for record in complaints where (record.complainantCount ?? 0) > 0 && !isReceived {
            guard let number = try snapshot.recordNumber(id: record.archiveID), let head = try snapshot.head(of: number), !head.isWithdrawn else { continue }
            if try !identity().holdsIdentity(of: head.latest) { complete.add(Notice(chinese: "记录 \(record.archiveID) 的身份信息缺失", english: "record \(record.archiveID) lacks who complained")) }
        }
        let count = file.documents.count
        func check(_ name: String, _ findings: Findings, _ good: Notice, _ remedy: Notice) -> CaseCheck {
            let shown = findings.all.isEmpty ? [good] : findings.all
            return CaseCheck(
                name: name, isMet: findings.all.isEmpty, detail: shown.map(\.chinese).joined(separator: "；"), english: shown.map(\.english).joined(separator: "; "), remedy: remedy)
        }
        return [
            check(
                "真实性", authentic, Notice(chinese: "\(count) 件的摘要、大小、格式与归入时一致", english: "hash, size and format of \(count) as they were added"),
                Notice(chinese: "从备份取回原件；格式不符的，改正文件名后重新归入", english: "get the document back from a backup; one of another format is added anew under the right name")),
            check(
                "完整性", complete, Notice(chinese: "\(file.records.count) 条记录、\(count) 件文件齐全，编号连续", english: "\(file.records.count) records and \(count) documents are all there, without a gap"),
                Notice(chinese: "补齐所列项目", english: "supply what is listed")),
            check(
                "可用性", usable, Notice(chinese: "均可打开，格式可长期保存", english: "all open, in formats that are kept"),
                Notice(chinese: "换成 PDF、OFD、DOCX、图片等格式的可读副本重新归入", english: "add a readable copy as PDF, OFD, DOCX or a picture")),
            check(
                "安全性", safe, Notice(chinese: "没有程序、宏、脚本和目录以外的文件", english: "no program, macro or script, and nothing that the list does not name"),
                Notice(chinese: "去掉宏、脚本后另存再归入", english: "save it without macros and scripts, and add that")),
        ]
    }

    /// Eight digits whose known parts are a date; unknown parts are 00.
    static func isPossible(_ date: String) -> Bool {
        let digits = date.filter { $0.isASCII && $0.isNumber }
        guard digits.count == 8, let year = Int(digits.prefix(4)), let month = Int(digits.dropFirst(4).prefix(2)), let day = Int(digits.suffix(2)) else { return false }
        if month == 0 { return day == 0 }
        return CalendarDate(year: year == 0 ? 2000 : year, month: month, day: max(day, 1)) != nil
    }
}
