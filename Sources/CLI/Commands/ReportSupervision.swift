// `juanzong report overdue|loops|transfers|handover`: lists for those who supervise.

import ArgumentParser
import Engine
import Records

struct SupervisionOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("以这一刻为准，默认现在", "As of this moment; now by default", value: "date"))
    var asOf: String?

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a line"))
    var json = false

    func print(_ list: SupervisionList, since: String? = nil, transfersMin: Int = 3) throws {
        let report = try archive.open().supervision(list, asOf: asOf, since: since, transfersMin: transfersMin)
        var output = Output()
        if json {
            for line in report.lines {
                var object: JSONObject = ["id": .string(line.id), "unit": .string(line.unit), "handler": .string(line.handler), "reason": .string(line.reason)]
                if let due = line.due { object.set("due", to: .string(due)) }
                if let days = line.daysLate { object.set("daysLate", to: .integer(days)) }
                if let level = line.level { object.set("level", to: .string(level)) }
                object.set("asOf", to: .string(report.asOf))
                object.set("snapshot", to: .integer(report.snapshot))
                output.line(object)
                try output.flushIfLarge()
            }
        } else {
            output.line(say("截至 \(report.asOf)，快照 \(report.snapshot)，共 \(report.lines.count) 项", "as of \(report.asOf), snapshot \(report.snapshot): \(report.lines.count)"))
            for (unit, count) in report.byUnit {
                output.line("")
                output.line("\(unit.isEmpty ? say("（未载明单位）", "(no unit)") : unit)  \(count)")
                for line in report.lines where line.unit == unit {
                    let late = line.daysLate.map { say("  超 \($0) 天", "  \($0) days late") } ?? ""
                    output.line("  " + Terminal.line([line.id, line.reason, line.due.map { say("期限 ", "due ") + $0 } ?? "", line.level ?? "", line.handler, line.title]
                        .filter { !$0.isEmpty }.joined(separator: "  ")) + late)
                    try output.flushIfLarge()
                }
            }
        }
        try output.flush()
        if report.lines.isEmpty { throw ExitCode(Exit.nothingFound) }
    }
}

struct ReportOverdue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overdue", abstract: say("超期清单，按单位和催督办程度。", "What is overdue, by unit and level of supervision."),
        discussion: say("例：juanzong report overdue --as-of 2024-10-08", "Example: juanzong report overdue --as-of 2024-10-08"))
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
