// What the body's rules say of a record as it is filed: what becomes of one without a name, and what a register clerk must
// look at. Nothing is refused for a word the rules do not know: records of old systems have many, and all must be findable.

import Records

/// One thing to look at in one record.
package struct IntakeFinding: Hashable, Sendable {
    /// Of the rules: `R29`.
    package var row: String
    /// 项目, and what is odd with it.
    package var chinese: String
    package var english: String
    package init(_ row: String, _ chinese: String, _ english: String) { (self.row, self.chinese, self.english) = (row, chinese, english) }
}

extension Profile {
    /// Fields that a profile can ask of every record (R02), by their names in record JSON.
    package static let requirable = [
        "title", "content", "demand", "respondents", "complainants", "incidentAt", "incidentPlace", "region", "category", "channel", "kind", "registerNo",
        "registeredAt", "enteredBy", "firstResponder", "leadUnit", "handler", "grade",
    ]

    private static func has(_ field: String, _ record: Complaint) -> Bool {
        func text(_ value: String?) -> Bool { !(value ?? "").isEmpty }
        return switch field {
        case "title": text(record.title)
        case "content": text(record.content) || text(record.title)
        case "demand": text(record.demand)
        case "respondents": record.respondents.contains { !$0.names.isEmpty }
        // Who gives no name is not asked for it.
        case "complainants": (record.complainantCount ?? 0) > 0 || !record.complainants.isEmpty || Self.isAnonymous(record)
        case "incidentAt": record.incidentAt != nil
        case "incidentPlace": text(record.incidentPlace)
        case "region": text(record.region)
        case "category": !record.category.isEmpty
        case "channel": record.channel != nil
        case "kind": record.kind != nil
        case "registerNo": text(record.registerNo)
        case "registeredAt": record.registeredAt != nil
        case "enteredBy": text(record.enteredBy)
        case "firstResponder": text(record.firstResponder)
        case "leadUnit": text(record.leadUnit)
        case "handler": text(record.handler)
        case "grade": text(record.grade)
        default: true
        }
    }

    private static func isAnonymous(_ record: Complaint) -> Bool { [.anonymous, .falselySigned].contains(record.namedState?.known) }

    /// The present path of a category of a former version (R23); nil where it is none.
    package func presentCategory(_ path: String, version: String?) -> String? {
        guard !formerCategories.isEmpty, version != categoryVersion || version == nil else { return nil }
        let tables = version.flatMap { formerCategories[$0] }.map { [$0] } ?? formerCategories.keys.sorted().reversed().compactMap { formerCategories[$0] }
        let top = path.split(separator: "/").first.map(String.init) ?? path
        return tables.lazy.compactMap { $0[path] ?? $0[top] }.first
    }

    /// The name under which reports count a category: its present one, where it is not in use itself.
    package func currentName(ofCategory path: String) -> String {
        if categories.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) { return path }
        return presentCategory(path, version: nil) ?? path
    }

    /// Former names that count as this one.
    package func formerNames(ofCategory path: String) -> [String] {
        Set(formerCategories.values.flatMap { table in table.filter { $0.value == path }.map(\.key) })
            .filter { currentName(ofCategory: $0) == path && $0 != path }.sorted()
    }

    /// What the report of an investigation, or the reply, does not speak of, though the rules ask for it (R57). Nothing while
    /// none is written.
    package func missingSections(of record: Complaint) -> [String] {
        func missing(_ wanted: [String], _ written: [TextSection]) -> [String] {
            written.isEmpty ? [] : wanted.filter { name in !written.contains { ($0.heading ?? "").contains(name) || ($0.text ?? "").contains(name) } }
        }
        return missing(reportSections, record.investigationReport) + missing(replySections, record.reply)
    }

    // MARK: What becomes of it

    /// A complaint without a name, as this body's rules treat it (R24, R100). What a person decided already stays.
    ///
    /// - Returns: whether something was changed.
    package func applyAnonymousPolicy(to record: inout JSONObject) -> Bool {
        guard anonymous != .accept, let word = record["namedState"]?.string, [.anonymous, .falselySigned].contains(Code<NamedState>(word).known) else { return false }
        switch anonymous {
        case .accept: return false
        case .asReport:
            let kind = record["kind"]?.string
            guard kind.map({ Code<ComplaintKind>($0).known == .complaint }) ?? true else { return false }
            record.set("kind", to: "举报")
            if let kind {
                var change: JSONObject = ["kind": .string(kind), "reason": "匿名，视为举报"]
                if let at = record["receivedAt"] { change.set("at", to: at) }
                record.set("kindHistory", to: .array((record["kindHistory"]?.array ?? []) + [.object(change)]))
            }
            return true
        case .refuse:
            guard record["acceptance"]?["decision"] == nil else { return false }
            var acceptance = record["acceptance"]?.objectValue ?? JSONObject()
            acceptance.set("decision", to: "不予受理")
            acceptance.set("reason", to: "匿名，按本机构规则不予受理")
            record.set("acceptance", to: .object(acceptance))
            if record["status"] == nil { record.set("status", to: "不予受理") }
            return true
        }
    }

    /// Statuses that may follow one (R13); nil where the rules say nothing of it.
    package func statuses(after status: String) -> [String]? {
        let name = Code<CaseStatus>(status).canonicalText
        return flow.first { Code<CaseStatus>($0.key).canonicalText == name }?.value.map { Code<CaseStatus>($0).canonicalText }
    }

    // MARK: What to look at

    package func findings(of record: Complaint, calendar: WorkCalendar = .china) -> [IntakeFinding] {
        var found: [IntakeFinding] = []
        func add(_ row: String, _ chinese: String, _ english: String) { found.append(IntakeFinding(row, chinese, english)) }
        for field in required where !Self.has(field, record) {
            let name = Field.named(field)?.name(in: .chinese) ?? Self.fieldNames[field] ?? field
            add("R02", "缺少\(name)", "\(field) is missing")
        }
        func unlisted<Words>(_ row: String, _ code: Code<Words>?, _ words: [String], _ chinese: String, _ english: String) {
            guard let code, !words.isEmpty, !words.contains(where: { Code<Words>($0).canonicalText == code.canonicalText }) else { return }
            add(row, "\(chinese)“\(code.canonicalText)”不在规则中", "\(english) '\(code.canonicalText)' is not in the rules")
        }
        unlisted("R19", record.kind, kinds, "类型", "kind")
        unlisted("R27", record.channel, channels, "渠道", "channel")
        if !flow.isEmpty { unlisted("R13", record.status, Array(flow.keys), "状态", "status") }
        for path in record.category where !categories.isEmpty && !categories.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
            if let present = presentCategory(path, version: record.categoryVersion) {
                add("R23", "旧分类“\(path)”，现为“\(present)”", "former category '\(path)', now '\(present)'")
            } else {
                add("R23", "分类“\(path)”不在规则中", "category '\(path)' is not in the rules")
            }
        }
        if let series = numbering.first(where: { $0.id == "register" }), let number = record.registerNo, series.pattern.parse(number) == nil {
            add("R16", "登记编号不合规则 \(series.pattern.text)", "the register number is not of the form \(series.pattern.text)")
        }
        if let years = limitationYears, let incident = record.incidentAt.flatMap({ $0.to ?? $0.from }), record.acceptance?.decision?.known != .refused,
            let last = DeadlineClock.adding(months: years * 12, to: incident.date), record.receivedAt.date > last
        {
            add("R29", "超过 \(years) 年时效（止于 \(last.text)）", "past the limitation of \(years) years (\(last.text))")
        }
        if let registered = record.registeredAt {
            let clock = DeadlineClock(calendar: calendar, movesOffRestDays: false)
            var steps: [DeadlineStep] = []
            if case .due(let due) = clock.reckon(from: record.receivedAt, 1, .workingDay, pauses: [], steps: &steps), registered.date > due.date {
                add("R14", "登记晚于接收后第一个工作日", "registered later than the first working day after it came")
            }
        }
        let sections = missingSections(of: record)
        if !sections.isEmpty { add("R57", "报告或答复缺 \(sections.joined(separator: "、"))", "the report or reply lacks \(sections.joined(separator: ", "))") }
        if Self.isAnonymous(record) {
            if anonymous == .refuse, record.acceptance?.decision?.known == .accepted { add("R100", "匿名而受理，规则为不予受理", "anonymous and accepted; the rules refuse") }
            if anonymous == .asReport, record.kind?.known == .complaint { add("R24", "匿名投诉，规则视为举报", "an anonymous complaint, which the rules take for a report") }
        }
        if let least = groupSizeMin, max(record.representedCount ?? 0, record.complainantCount ?? 0) >= least,
            !record.events.contains(where: { $0.type?.canonicalText == "推选代表" })
        {
            add("R92", "\(max(record.representedCount ?? 0, record.complainantCount ?? 0)) 人，建议推选代表", "\(max(record.representedCount ?? 0, record.complainantCount ?? 0)) people: suggest representatives")
        }
        return found
    }

    private static let fieldNames = ["complainants": "投诉举报人", "respondents": "被投诉举报人", "content": "内容", "demand": "诉求", "incidentAt": "发生时间", "incidentPlace": "发生地点"]
}
