// `juanzong show`: one record with everything the reader may see.

import ArgumentParser
import Answers
import Engine
import Records

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: say("显示一条记录。", "Show a record."),
        discussion: say(
            """
            按编号或任何一个别的编号查找；不含投诉人身份，正文中的电话和证件号已遮盖。

            例：juanzong show HJ-2023-0042
                juanzong show HJ-2023-0042 --matches '停车费 地锁'
                juanzong show HJ-2023-0042 --version 1 --json
            """,
            """
            By id or any other number of the record. Without identity; telephone and id numbers in texts are masked.

            Example: juanzong show HJ-2023-0042
                     juanzong show HJ-2023-0042 --matches '停车费 地锁'
                     juanzong show HJ-2023-0042 --version 1 --json
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String

    @Option(help: help("第几版；默认最新", "Which version; the newest by default", value: "n"))
    var version: Int?

    @Option(help: help("标出这个查询在记录各处的命中", "Mark every place where this query is found in the record", value: "query"))
    var matches: String?
    @Flag(help: help("各项期限及其算法", "The time limits, each with its steps"))
    var deadlines = false

    @Option(help: help("期限以这一刻为准，默认现在", "The moment for --deadlines; now by default", value: "date"))
    var asOf: String?

    @Flag(help: help("可对外公开的样子（须经同意，只用脱敏文本）", "As the public may see it: with consent, from redacted text"))
    var `public` = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        if let matches { try BlankQuery.refuse(matches) }
        if let version, version < 1 { throw ValidationError(say("版本从 1 数起", "versions count from 1")) }
    }

    func run() throws {
        if deadlines { return try printDeadlines() }
        if `public` { return try printPublic() }
        let engine = try archive.open()
        let views = try engine.show(id, version: version)
        var output = Output()
        var notices: [Notice] = []
        var matchCount = 0
        for (number, view) in views.enumerated() {
            if let matches {
                let marked = try engine.marked(view, query: matches)
                notices = marked.notices
                matchCount += marked.texts.reduce(0) { $0 + $1.matches.count }
                if number > 0, !json { output.line("") }
                print(view, marked.texts, to: &output)
            } else if json {
                output.line(view.object())
            } else {
                if number > 0 { output.line("") }
                print(view, to: &output)
            }
            try output.flushIfLarge()
        }
        try output.flush()
        if views.isEmpty {
            if let version, try !engine.show(id, version: nil).isEmpty {
                Notices.print(say("编号 \(id) 没有第 \(version) 版", "\(id) has no version \(version)"))
            } else {
                Notices.print(say("没有找到编号 \(id)", "no record has the number \(id)"))
            }
            throw ExitCode(Exit.nothingFound)
        }
        Notices.print(notices)
        if matches != nil, matchCount == 0 {
            if !json { Notices.print(say("这条记录里没有", "not found in this record")) }
            throw ExitCode(Exit.nothingFound)
        }
        if views.count > 1, !json {
            Notices.print(say("提示：有 \(views.count) 条记录用这个编号", "note: \(views.count) records have this number"))
        }
    }

    private func print(_ view: RecordView, _ texts: [MarkedText], to output: inout Output) {
        if json {
            return output.line(view.object(texts: texts))
        }
        let terminal = Terminal(color)
        heading(view, terminal, to: &output)
        MarkedPrinter(terminal: terminal).print(texts, to: &output)
    }

    private func nothing() throws {
        Notices.print(say("没有找到编号 \(id)", "no record has the number \(id)"))
        throw ExitCode(Exit.nothingFound)
    }

    private func printPublic() throws {
        let found = try archive.open().publicView(id)
        var output = Output()
        for object in found {
            if json { output.line(object) } else { RecordPrinter(terminal: Terminal(color)).print(object, to: &output) }
        }
        try output.flush()
        if found.isEmpty { try nothing() }
    }

    private func printDeadlines() throws {
        let found = try archive.open().deadlines(of: id, asOf: asOf)
        var output = Output()
        for (id, deadlines) in found {
            if !json { output.line(Terminal(color).bold(Terminal.line(id))) }
            for deadline in deadlines {
                if json {
                    var object: JSONObject = ["id": .string(id), "rule": .string(deadline.id), "title": .string(deadline.title), "start": .string(deadline.start)]
                    if let due = deadline.due { object.set("due", to: .string(due)) }
                    if let met = deadline.metAt { object.set("metAt", to: .string(met)) }
                    object.set("state", to: .string(deadline.state))
                    object.set("steps", to: .array(deadline.steps.map { .string($0.text(in: .ofUser)) }))
                    object.set("problems", to: .array(deadline.problems.map { .string($0.text(in: .ofUser)) }))
                    output.line(object)
                    continue
                }
                let states = ["running": ("未到期", "running"), "met": ("按期", "met"), "late": ("逾期完成", "late"), "overdue": ("超期", "overdue"),
                    "paused": ("中止", "paused"), "beyondCalendar": ("无法计算", "beyond the calendar")]
                let state = states[deadline.state].map { say($0.0, $0.1) } ?? deadline.state
                output.line("\(deadline.title)  \(deadline.due ?? "-")  \(state)" + (deadline.metAt.map { say("（完成于 \($0)）", " (done \($0))") } ?? ""))
                for step in deadline.steps { output.line("    " + step.text(in: .ofUser)) }
                for problem in deadline.problems { output.line("  ! " + problem.text(in: .ofUser)) }
                if let basis = deadline.basis { output.line(say("    依据：", "    basis: ") + basis) }
            }
            if deadlines.isEmpty { output.line(say("规则中没有适用的期限", "the rules set no limit for this record")) }
        }
        try output.flush()
        if found.isEmpty { try nothing() }
    }

    private func print(_ view: RecordView, to output: inout Output) {
        let terminal = Terminal(color)
        heading(view, terminal, to: &output)
        output.line("")
        RecordPrinter(terminal: terminal).print(view.record, to: &output)
    }

    private func heading(_ view: RecordView, _ terminal: Terminal, to output: inout Output) {
        output.line(terminal.bold(Terminal.line(view.id)) + (view.isWithdrawn ? say("（已撤回）", " (withdrawn)") : ""))
        output.line(terminal.dim(say(
            "第 \(view.versionNumber) 版，共 \(view.versions.count) 版；入库 \(view.recordedAt)",
            "version \(view.versionNumber) of \(view.versions.count), recorded \(view.recordedAt)")
            + (view.caseFile.map { say("；在案卷 \($0) 中", ", in case file \($0)") } ?? "")))
    }
}
