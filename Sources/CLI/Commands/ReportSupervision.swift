// `juanzong report overdue|loops|transfers|handover|alerts|followups`: lists for those who supervise.

import ArgumentParser
import Engine
import Records

struct SupervisionOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("以这一刻为准，默认现在", "As of this moment; now by default", value: "date"))
    var asOf: String?

    @Option(help: help("只列这个承办单位的", "Only what this unit has to do", value: "unit"))
    var unit: String?

    @Option(help: help("最多列出几条，默认全部", "List so many at most; all by default", value: "n"))
    var limit: Int?

    @Flag(help: help("输出 CSV", "Print CSV"))
    var csv = false

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a line"))
    var json = false

    func validate() throws {
        guard limit ?? 1 >= 1 else { throw ValidationError(say("--limit 至少为 1", "--limit takes 1 or more")) }
    }

    func print(_ list: SupervisionList, since: String? = nil, transfersMin: Int = 3) throws {
        let report = try archive.open().supervision(list, asOf: asOf, since: since, transfersMin: transfersMin, unit: unit, limit: limit)
        var output = Output()
        if csv {
            var lines = CSVLines()
            lines.append(
                Language.ofUser == .chinese ? ["编号", "承办单位", "承办人", "事由", "期限", "超期天数", "催督办", "题名", "截至"] : ["id", "unit", "handler", "reason", "due", "days late", "level", "title", "as of"],
                to: &output)
            for line in report.lines {
                lines.append([line.id, line.unit, line.handler, line.reason, line.due ?? "", line.daysLate.map { "\($0)" } ?? "", line.level ?? "", line.title, report.asOf], to: &output)
                try output.flushIfLarge()
            }
        } else if json {
            for line in report.lines {
                var object: JSONObject = ["id": .string(line.id), "unit": .string(line.unit), "handler": .string(line.handler), "reason": .string(line.reason)]
                if let due = line.due { object.set("due", to: .string(due)) }
                if let days = line.daysLate { object.set("daysLate", to: .integer(days)) }
                if let seconds = line.secondsLate { object.set("secondsLate", to: .integer(seconds)) }
                if let level = line.level { object.set("level", to: .string(level)) }
                object.set("asOf", to: .string(report.asOf))
                object.set("snapshot", to: .integer(report.snapshot))
                output.line(object)
                try output.flushIfLarge()
            }
        } else {
            output.line(say("截至 \(report.asOf)，快照 \(report.snapshot)，共 \(report.total) 项", "as of \(report.asOf), snapshot \(report.snapshot): \(report.total)"))
            for (unit, count) in report.byUnit {
                output.line("")
                output.line("\(unit.isEmpty ? say("（未载明单位）", "(no unit)") : unit)  \(count)")
                for line in report.lines where line.unit == unit {
                    let late = line.secondsLate.map { say("  超 ", "  ") + Self.span($0) + say("", " late") } ?? ""
                    output.line("  " + Terminal.line([line.id, line.reason, line.due.map { say("期限 ", "due ") + $0 } ?? "", line.level ?? "", line.handler, line.title]
                        .filter { !$0.isEmpty }.joined(separator: "  ")) + late)
                    try output.flushIfLarge()
                }
            }
        }
        try output.flush()
        if let limit, report.total > limit {
            Notices.print(say("共 \(Figures.count(report.total)) 条，列出 \(Figures.count(limit)) 条", "\(Figures.count(report.total)) in all, \(Figures.count(limit)) listed"))
        }
        if report.lines.isEmpty { throw ExitCode(Exit.nothingFound) }
    }
}

extension SupervisionOptions {
    /// Minutes below two hours, hours below two days, else days.
    fileprivate static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<7_200: say("\(seconds / 60) 分钟", "\(seconds / 60) minutes")
        case ..<172_800: say("\(seconds / 3_600) 小时", "\(seconds / 3_600) hours")
        default: say("\(seconds / 86_400) 天", "\(seconds / 86_400) days")
        }
    }
}

struct ReportOverdue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overdue", abstract: say("超期清单，按单位和催督办程度。", "What is overdue, by unit and level of supervision."),
        discussion: say(
            "例：juanzong report overdue --as-of 2024-10-08\n    juanzong report overdue --unit 区城管局 --csv > 督办-区城管局.csv",
            "Example: juanzong report overdue --as-of 2024-10-08\n         juanzong report overdue --unit 区城管局 --csv > overdue.csv"))
    @OptionGroup var options: SupervisionOptions
    func run() throws { try options.print(.overdue) }
}

struct ReportLoops: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loops", abstract: say("没有着落的事：办结未反馈、转办无回音、上级交办未报、久未归档。", "Loops left open: closed without feedback, referred without answer, not reported back, not archived."),
        discussion: say("例：juanzong report loops", "Example: juanzong report loops"))
    @OptionGroup var options: SupervisionOptions
    func run() throws { try options.print(.loops) }
}

struct ReportTransfers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfers", abstract: say("反复转办、退回的事项（推诿）。", "Cases handed on or sent back again and again."),
        discussion: say("例：juanzong report transfers --min 3", "Example: juanzong report transfers --min 3"))
    @OptionGroup var options: SupervisionOptions
    @Option(help: help("至少几次", "How many times at least", value: "n")) var min = 3
    func run() throws { try options.print(.transfers, transfersMin: min) }
}

struct ReportHandover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handover", abstract: say("交接班：本班接收、待办、下一期限。", "Shift hand-over: received, pending, due next."),
        discussion: say("例：juanzong report handover --since 2024-10-08T08:00", "Example: juanzong report handover --since 2024-10-08T08:00"))
    @OptionGroup var options: SupervisionOptions
    @Option(help: help("本班开始的时刻，默认 12 小时前", "When the shift began; twelve hours ago by default", value: "moment")) var since: String?
    func run() throws { try options.print(.handover, since: since) }
}

struct ReportAlerts: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: say("重大、突发、群体事项，办结以前一直列出，并标明是否上报。", "What is grave, sudden or of a group: listed until it is closed, and whether it was reported."),
        discussion: say("例：juanzong report alerts", "Example: juanzong report alerts"))
    @OptionGroup var options: SupervisionOptions
    func run() throws { try options.print(.alerts) }
}

struct ReportFollowups: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "followups", abstract: say("待回访：规则定有回访期限的，以及不满意而未回访的。", "Whom to call back: where the rules set a time for it, and who was not content."),
        discussion: say("例：juanzong report followups", "Example: juanzong report followups"))
    @OptionGroup var options: SupervisionOptions
    func run() throws { try options.print(.followups) }
}

struct ReportIntake: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intake", abstract: say("登记核对：缺项、规则外的类型渠道分类、超过时效、登记过晚、应推选代表。", "Records that do not go with the rules: what is missing, not listed, past the limitation, registered late, a group."),
        discussion: say("只列出，不更改。\n\n例：juanzong report intake 2024-03", "Lists only.\n\nExample: juanzong report intake 2024-03"))
    @OptionGroup var archive: ArchiveOptions
    @Argument(help: help("接收时段，如 2024-03；默认全部", "When they were received, such as 2024-03; all by default", value: "period")) var period: String?
    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a line")) var json = false
    func run() throws {
        let lines = try archive.open().intakeReport(period.map { try ReportOptions.period($0) })
        var output = Output()
        if !json {
            var counts: [String: Int] = [:]
            for line in lines { for finding in line.findings { counts[say(finding.chinese, finding.english), default: 0] += 1 } }
            output.line(say("\(lines.count) 件需核对", "\(lines.count) records to look at"))
            for (text, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(20) { output.line("  \(count)  \(Terminal.line(text))") }
            output.line("")
        }
        for line in lines {
            if json {
                output.line(["id": .string(line.id), "findings": .array(line.findings.map { .object(["row": .string($0.row), "text": .string(say($0.chinese, $0.english))]) })] as JSONObject)
            } else {
                output.line(Terminal.line(line.id) + "  " + line.findings.map { Terminal.line(say($0.chinese, $0.english)) }.joined(separator: say("；", "; ")))
            }
            try output.flushIfLarge()
        }
        try output.flush()
        if lines.isEmpty { throw ExitCode(Exit.nothingFound) }
    }
}

struct ReportNumbers: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "numbers", abstract: say("编号核对：登记编号和档号的缺号、重号，以及各纸上编号是否一致。", "Register numbers and 档号: gaps, doubles, and papers whose numbers disagree."),
        discussion: say("例：juanzong report numbers", "Example: juanzong report numbers"))
    @OptionGroup var archive: ArchiveOptions
    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a line")) var json = false
    func run() throws {
        let report = try archive.open().numberReport()
        var output = Output()
        func text(_ range: ClosedRange<Int>) -> String { range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)" }
        for line in report.lines {
            if json {
                output.line([
                    "series": .string(line.series), "title": .string(line.title), "count": .integer(line.count), "first": .integer(line.first), "last": .integer(line.last),
                    "missing": .array(line.missing.map { .string(text($0)) }),
                    "doubles": .array(line.doubles.map { .object(["number": .string($0.number), "ids": .array($0.ids.map { .string($0) })]) }),
                ] as JSONObject)
            } else {
                output.line("\(line.title)  \(Terminal.line(line.series))  " + say("\(line.count) 个，至 \(line.last)", "\(line.count), up to \(line.last)"))
                if !line.missing.isEmpty { output.line(say("  缺号 ", "  missing ") + line.missing.map(text).joined(separator: " ")) }
                for double in line.doubles { output.line(say("  重号 ", "  twice ") + Terminal.line(double.number + "  " + double.ids.joined(separator: " "))) }
            }
            try output.flushIfLarge()
        }
        for mismatch in report.mismatches {
            if json {
                output.line(["id": .string(mismatch.id), "registerNo": .string(mismatch.registerNo), "paper": .string(mismatch.paper), "number": .string(mismatch.number)] as JSONObject)
            } else {
                output.line(say("编号不一致  ", "numbers disagree  ") + Terminal.line("\(mismatch.id)  \(mismatch.registerNo) ≠ \(mismatch.paper) \(mismatch.number)"))
            }
            try output.flushIfLarge()
        }
        if report.otherForms > 0, !json { output.line(say("另有 \(report.otherForms) 件登记编号不合规则的式样", "\(report.otherForms) register numbers are of another form")) }
        try output.flush()
        if report.lines.allSatisfy({ $0.missing.isEmpty && $0.doubles.isEmpty }), report.mismatches.isEmpty { throw ExitCode(Exit.nothingFound) }
    }
}
