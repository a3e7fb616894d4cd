// What must be there before a file is filed: 七有 and the rest of the profile's list, thickness, 四性. The same checks are run
// again over filed ones on a schedule.

import Archive
import Records

/// One check of a file.
package struct CaseCheck: Sendable {
    package var name: String
    package var isMet: Bool
    /// What was looked at or found lacking.
    package var detail: String
    package var english: String
    /// What to do where it is not met.
    package var remedy: Notice

    package func detail(in language: Language) -> String { language == .chinese ? detail : english }

    /// As the rules of the body name it; in English with what it means, where it is one that we ship.
    package func name(in language: Language) -> String {
        guard language == .english, let english = Self.englishNames[name] else { return name }
        return "\(english) (\(name))"
    }

    private static let englishNames = [
        "目录": "contents", "原始诉求": "what was said at first", "受理记录": "acceptance", "处理记录": "handling", "答复": "reply", "是否认可": "whether it satisfied",
        "后续措施": "what follows", "两人调查": "two investigators", "签名": "signatures", "答复方式": "way of replying", "期限说明": "reasons for lateness",
        "报告要素": "parts of the report", "页数": "pages", "真实性": "authentic", "完整性": "complete", "可用性": "usable", "安全性": "safe",
    ]
}

extension Engine {
    func unloggedCheckCase(_ name: String) throws -> (file: CaseFile, checks: [CaseCheck]) {
        let file = try caseFile(name)
        return (file, try checks(of: file))
    }

    /// Every file that the viewer may see and that is not destroyed.
    func unloggedCheckCases() throws -> [(file: CaseFile, checks: [CaseCheck])] {
        try unloggedAllCases().filter { $0.state != .destroyed }.map { ($0, try checks(of: $0)) }
    }

    func checks(of file: CaseFile) throws -> [CaseCheck] {
        let profile = try profile()
        let complaints = try complaints(file.records)
        var checks = profile.checks.map { Self.check($0, file, complaints, profile) }
        if !profile.checks.contains("报告要素"), !profile.reportSections.isEmpty || !profile.replySections.isEmpty {
            checks.append(Self.check("报告要素", file, complaints, profile))
        }
        // 一案多卷: as a rule so many pages a volume.
        let isThick = file.pageCount > profile.referenceCode.pagesMax
        let pages = Notice(chinese: "\(file.pageCount) 页，一卷不超过 \(profile.referenceCode.pagesMax) 页", english: "\(file.pageCount) pages, \(profile.referenceCode.pagesMax) a volume at most")
        checks.append(
            CaseCheck(
                name: "页数", isMet: !isThick || file.notes.contains { $0.kind == "分卷说明" }, detail: pages.chinese, english: pages.english,
                remedy: Notice(chinese: "分卷；不能分卷的，追加 juanzong case note --kind 分卷说明", english: "part it; where that cannot be, add a note: juanzong case note --kind 分卷说明")))
        return checks + (try fourProperties(of: file, complaints))
    }

    private static func check(_ name: String, _ file: CaseFile, _ complaints: [Complaint], _ profile: Profile) -> CaseCheck {
        func has(_ words: [String], but others: [String] = []) -> Bool {
            file.documents.contains { one in words.contains { one.type.contains($0) } && !others.contains { one.type.contains($0) } }
        }
        func made(_ isMet: Bool, _ chinese: String = "", _ english: String = "", remedy: (String, String)) -> CaseCheck {
            CaseCheck(name: name, isMet: isMet, detail: chinese, english: english, remedy: Notice(chinese: remedy.0, english: remedy.1))
        }
        let timelines = complaints.map { CaseTimeline($0) }
        let isAnonymous = !complaints.isEmpty && complaints.allSatisfy { $0.namedState?.known == .anonymous }
        switch name {
        case "目录":
            return made(
                !file.documents.isEmpty, "\(file.documents.count) 件 \(file.pageCount) 页", "\(file.documents.count) documents, \(file.pageCount) pages",
                remedy: ("用 juanzong case add 归入文件", "add documents with juanzong case add"))
        case "原始诉求":
            return made(
                complaints.contains { !($0.content ?? $0.title ?? "").isEmpty } || has(["登记表", "投诉信", "举报信", "原件"]),
                remedy: ("登记内容，或归入登记表、来信原件", "register what was said, or add the form or letter"))
        case "受理记录":
            return made(
                complaints.contains { $0.acceptance?.decision != nil } || has(["受理", "立案"]) || timelines.contains { $0.first("受理决定") != nil || $0.first("立案") != nil },
                remedy: ("登记 juanzong event 编号 --type 受理，或归入受理通知书", "note it with juanzong event ID --type 受理, or add the notice of acceptance"))
        case "处理记录":
            // 满意度调查 and 补充材料告知书 are none.
            return made(
                has(["调查", "笔录", "报告", "决定", "调解", "检查"], but: ["满意度", "补充材料"]) || complaints.contains { !$0.investigationReport.isEmpty || $0.outcome != nil },
                remedy: ("归入调查笔录、报告或决定，或登记处理结果", "add the minutes, report or decision, or register the outcome"))
        case "答复":
            // That it was accepted, or that papers are lacking, is no answer to the matter.
            return made(
                has(["答复", "办理结果", "处理结果", "反馈", "不予受理", "终止受理"]) || complaints.contains { !$0.reply.isEmpty || !$0.feedback.isEmpty }
                    || timelines.contains { !$0.all("答复").isEmpty || !$0.all("反馈").isEmpty } || isAnonymous,
                isAnonymous ? "匿名" : "", isAnonymous ? "anonymous" : "",
                remedy: ("登记答复或反馈，或归入答复书", "register the reply, or add it"))
        case "是否认可":
            return made(
                complaints.contains { $0.satisfaction != nil } || has(["满意", "回访"]) || isAnonymous, isAnonymous ? "匿名" : "", isAnonymous ? "anonymous" : "",
                remedy: ("登记满意度（juanzong edit 编号 --set satisfaction=满意），或归入回访记录", "register it (juanzong edit ID --set satisfaction=满意), or add the call-back"))
        case "后续措施":
            let open = zip(complaints, timelines).filter { $0.closedAt == nil && $1.end == nil }
            let isPlanned = open.allSatisfy { !$0.1.all("后续措施").isEmpty }
            return made(
                isPlanned, open.isEmpty ? "" : "未办结：" + open.map(\.0.archiveID).joined(separator: "、"), open.isEmpty ? "" : "open: " + open.map(\.0.archiveID).joined(separator: ", "),
                remedy: ("办结后再归档；未办结的登记 juanzong event 编号 --type 后续措施", "close it first; for what stays open note juanzong event ID --type 后续措施"))
        case "两人调查":
            // By whom: the events of 调查, and who wrote the minutes.
            func people(_ text: String?) -> [String] { (text ?? "").split { "、，,；; 和与/".contains($0) }.map(String.init) }
            let minutes = file.documents.filter { $0.type.contains("笔录") }
            let investigators = Set(timelines.flatMap { $0.all("调查") }.flatMap { people($0.event.actor) } + minutes.flatMap { people($0.author) })
            let isAsked = !investigators.isEmpty
            let unnamed = !minutes.isEmpty || timelines.contains { !$0.all("调查").isEmpty }
            return made(
                !isAsked || investigators.count >= 2 || file.notes.contains { $0.kind == "调查人说明" },
                isAsked ? "调查人 \(investigators.count) 名" : unnamed ? "未载明调查人" : "无调查", isAsked ? "\(investigators.count) investigators" : unnamed ? "no investigator is named" : "no investigation",
                remedy: ("调查笔录的责任者写两名调查人；一人调查的，追加 juanzong case note --kind 调查人说明", "name two investigators as authors of the minutes, or add a note: juanzong case note --kind 调查人说明"))
        case "签名":
            let minutes = file.documents.filter { $0.type.contains("笔录") }
            let unsigned = minutes.filter { ["拒签", "未签"].contains($0.signature ?? "") }
            let unsaid = minutes.count { $0.signature == nil }
            return made(
                unsigned.isEmpty || file.notes.contains { $0.kind == "拒签说明" },
                unsigned.isEmpty ? (unsaid > 0 ? "\(unsaid) 件笔录未载明" : minutes.isEmpty ? "无笔录" : "\(minutes.count) 件已签") : "第 " + unsigned.map { "\($0.number)" }.joined(separator: "、") + " 件未签",
                unsigned.isEmpty ? (unsaid > 0 ? "of \(unsaid) minutes nobody said" : minutes.isEmpty ? "no minutes" : "\(minutes.count) signed") : "not signed: no. " + unsigned.map { "\($0.number)" }.joined(separator: ", "),
                remedy: ("请被调查人签名或盖章后重新归入；拒签的，追加 juanzong case note --kind 拒签说明", "have it signed or sealed and add that; where it is refused, add a note: juanzong case note --kind 拒签说明"))
        case "答复方式":
            let wrong = complaints.flatMap { one -> [String] in
                let modes = profile.replyModes[one.channel?.canonicalText ?? "*"] ?? profile.replyModes["*"] ?? []
                return modes.isEmpty ? [] : one.feedback.compactMap(\.mode).filter { mode in !modes.contains { mode.contains($0) } }
            }
            return made(
                wrong.isEmpty, wrong.isEmpty ? "" : "不合规定的方式：" + wrong.joined(separator: "、"), wrong.isEmpty ? "" : "not allowed for the channel: " + wrong.joined(separator: ", "),
                remedy: ("按规则 reply 规定的方式补作答复", "reply again in a way that the rules (reply) allow for the channel"))
        case "期限说明":
            let reckoning = DeadlineReckoning(profile)
            let late = complaints.flatMap { reckoning.deadlines(of: $0) }.filter { deadline in deadline.metAt.map { !deadline.isMet(by: $0) } ?? false }
            return made(
                late.isEmpty || file.notes.contains { $0.kind == "超期说明" }, late.isEmpty ? "" : "超期：" + late.map(\.title).joined(separator: "、"),
                late.isEmpty ? "" : "late: " + late.map(\.title).joined(separator: ", "),
                remedy: ("追加 juanzong case note 案卷 原因 --kind 超期说明", "add the reason: juanzong case note FILE REASON --kind 超期说明"))
        case "报告要素":
            let lacking = Set(complaints.flatMap { profile.missingSections(of: $0) }).sorted()
            return made(
                lacking.isEmpty, lacking.isEmpty ? "" : "缺：" + lacking.joined(separator: "、"), lacking.isEmpty ? "" : "lacking: " + lacking.joined(separator: ", "),
                remedy: ("在调查报告中补写所列部分", "write the sections that are listed into the report"))
        default:
            return made(has([name]), remedy: ("归入文种为“\(name)”的文件", "add a document of the kind \(name)"))
        }
    }
}
