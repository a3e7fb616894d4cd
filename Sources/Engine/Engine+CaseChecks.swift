// What must be there before a file is filed: 七有 and the rest of the profile's list, thickness, 四性.

import Archive
import Records

/// One check before filing.
package struct CaseCheck: Sendable {
    package var name: String
    package var isMet: Bool
    package var detail: String
}

extension Engine {
    func unloggedCheckCase(_ name: String) throws -> (file: CaseFile, checks: [CaseCheck]) {
        let file = try caseFile(name)
        return (file, try checks(of: file))
    }

    func checks(of file: CaseFile) throws -> [CaseCheck] {
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
        do {
            let key = try identity().requireKey()
            for document in file.documents {
                guard let bytes = try? cases().bytes(document.blob, key: key), Fixity.sha256(bytes) == document.sha256, Fixity.sm3(bytes) == document.sm3
                else { broken.append("\(document.number)"); continue }
                if PaperText.isExecutable(bytes) { broken.append("\(document.number)") }
            }
        } catch IdentityError.keyMissing {
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
}
