// `juanzong report ladder` and `juanzong report repeats`: who was complained of and rightly so, and whose matters came back.

import ArgumentParser
import Engine
import Records

extension LadderRequest.Subject: ExpressibleByArgument {}
extension RepeatsRequest.Subject: ExpressibleByArgument {}

struct ReportLadder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ladder",
        abstract: say("一年内查实事项的次数与阶梯。", "Verified matters within a year, and the step they lead to."),
        discussion: say(
            """
            数任一日期之前 12 个月内查实（属实、部分属实）的事项，重复件合并为一个事项，附证据。
            一次诫勉，二次通报批评，三次及以上处分；是否适用由人决定。

            例：juanzong report ladder --until 2024-12-31
                juanzong report ladder --by window --min 2 --csv > 阶梯.csv
            """,
            """
            Counts the verified matters of the 12 months before a day, repeats collapsed, with the evidence. One leads to a
            warning, two to criticism, three to a sanction; people decide whether it applies.

            Example: juanzong report ladder --until 2024-12-31
                     juanzong report ladder --by window --min 2 --csv > ladder.csv
            """))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("按人员、窗口或单位：person、window、unit", "By person, window or unit", value: "subject"))
    var by = LadderRequest.Subject.person

    @Option(help: help("截止日（含），默认今天", "Up to this day; today by default", value: "date"))
    var until: String?

    @Option(help: help("往前几个月，默认按规则（12）", "How many months back; as the profile says by default (12)", value: "n"))
    var months: Int?

    @Option(name: .customLong("min"), help: help("至少几个事项", "At least so many matters", value: "n"))
    var least = 1

    @Option(help: help("至多列出几行，最多的在前", "At most so many rows, the largest first", value: "n"))
    var limit: Int?

    @Flag(help: help("输出 CSV", "Print CSV"))
    var csv = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func validate() throws {
        _ = try Matters.date(until, "--until")
        try ReportOptions.check(limit)
        guard (1...1200).contains(months ?? 12), least >= 1 else {
            throw ValidationError(say("--months 取 1 至 1200，--min 至少为 1", "--months takes 1 to 1200, --min at least 1"))
        }
    }

    private static func level(_ row: LadderRow, _ steps: [String]) -> Int { steps.isEmpty ? row.step : min(max(row.matters.count, 1), steps.count) }

    /// Steps of the profile, else those that are usual.
    private static func step(_ row: LadderRow, _ steps: [String]) -> String {
        if !steps.isEmpty { return steps[min(max(row.matters.count, 1), steps.count) - 1] }
        return switch row.step {
        case 1: say("诫勉", "warning")
        case 2: say("通报批评", "criticism")
        default: say("处分", "sanction")
        }
    }

    func run() throws {
        var request = LadderRequest()
        request.subject = by
        request.until = try Matters.date(until, "--until")
        request.mattersMin = least
        let engine = try archive.open()
        let rules = try engine.ladderRules()
        request.months = months ?? rules.months
        let progress = ProgressBar()
        let answer = try engine.ladder(request, limit: limit, report: progress.report)
        progress.clear()
        var output = Output()
        var lines = CSVLines()
        if csv {
            lines.append(["对象", "单位", "查实事项数", "件数", "阶梯", "事项序号", "首次日期", "题名", "是否查实", "编号"], to: &output)
        } else if !json, !answer.rows.isEmpty {
            output.line(say("\(answer.from) 至 \(answer.until) 查实事项", "verified matters, \(answer.from) to \(answer.until)"))
        }
        for row in answer.rows {
            if csv {
                for (place, matter) in row.matters.enumerated() {
                    lines.append(
                        [
                            row.subject, row.unit ?? "", "\(row.matters.count)", "\(row.records)", Self.step(row, rules.steps),
                            "\(place + 1)", matter.date, matter.title, matter.verified, matter.ids.joined(separator: " "),
                        ], to: &output)
                }
            } else if json {
                output.line(Self.object(row, rules.steps, from: answer.from, until: answer.until))
            } else {
                output.line("")
                let unit = row.unit.map { "  " + Terminal.line($0) } ?? ""
                output.line(
                    "\(Terminal.line(row.subject))\(unit)  "
                        + say("\(row.matters.count) 个事项（\(row.records) 件）  第 \(Self.level(row, rules.steps)) 级：\(Self.step(row, rules.steps))", "\(row.matters.count) matters (\(row.records) records)  step \(Self.level(row, rules.steps)): \(Self.step(row, rules.steps))"))
                for matter in row.matters {
                    output.line("    \(matter.date)  \(Terminal.line(matter.title))  \(matter.verified)  \(matter.ids.joined(separator: " "))")
                }
            }
            try output.flushIfLarge()
        }
        try output.flush()
        ReportRepeats.tell(answer.rows.count, of: answer.total)
        if answer.rows.isEmpty {
            if !json { Notices.print(say("没有查实的事项", "no verified matters")) }
            throw ExitCode(Exit.nothingFound)
        }
    }

    private static func object(_ row: LadderRow, _ steps: [String], from: String, until: String) -> JSONObject {
        var object: JSONObject = ["subject": .string(row.subject)]
        object.set("unit", to: row.unit.map { .string($0) })
        object.set("matters", to: .integer(row.matters.count))
        object.set("records", to: .integer(row.records))
        object.set("step", to: .integer(level(row, steps)))
        object.set("stepName", to: .string(step(row, steps)))
        object.set("from", to: .string(from))
        object.set("until", to: .string(until))
        object.set(
            "evidence",
            to: .array(
                row.matters.map { matter in
                    .object([
                        "date": .string(matter.date), "title": .string(matter.title), "verified": .string(matter.verified),
                        "ids": .array(matter.ids.map { .string($0) }),
                    ])
                }))
        return object
    }
}

struct ReportRepeats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repeats",
        abstract: say("重复率：重复件记在首次承办单位名下。", "Repeat rates, charged to whoever handled the first."),
        discussion: say(
            """
            期间内的每一件，若为同一人就同一事项再次反映，记在首次承办的单位（或 --by handler 承办人）名下。申诉不计。

            例：juanzong report repeats --from 2024-01-01 --until 2024-03-31
            """,
            """
            Each record of the period that is the same person about the same matter again is charged to the unit (or, with
            --by handler, the handler) of the first one. Appeals do not count.

            Example: juanzong report repeats --from 2024-01-01 --until 2024-03-31
            """))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("按承办单位或承办人：unit、handler", "By unit or handler", value: "subject"))
    var by = RepeatsRequest.Subject.unit

    @Option(help: help("期间的第一天", "First day of the period", value: "date"))
    var from: String?

    @Option(help: help("期间的最后一天", "Last day of the period", value: "date"))
    var until: String?

    @Option(help: help("至多列出几行，最多的在前", "At most so many rows, the largest first", value: "n"))
    var limit: Int?

    @Flag(help: help("输出 CSV", "Print CSV"))
    var csv = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func validate() throws {
        _ = try Matters.date(from, "--from")
        _ = try Matters.date(until, "--until")
        try ReportOptions.check(limit)
    }

    static func tell(_ shown: Int, of total: Int) {
        if shown < total { Notices.print(say("共 \(Figures.count(total)) 行，列出 \(Figures.count(shown)) 行", "\(Figures.count(total)) rows in all, \(Figures.count(shown)) listed")) }
    }

    func run() throws {
        var request = RepeatsRequest()
        request.subject = by
        request.from = try Matters.date(from, "--from")
        request.until = try Matters.date(until, "--until")
        let progress = ProgressBar()
        let (rows, total) = try archive.open().repeats(request, limit: limit, report: progress.report)
        progress.clear()
        var output = Output()
        var lines = CSVLines()
        if csv { lines.append(["承办", "件数", "重复件数", "重复率", "重复件（原件）"], to: &output) }
        let width = rows.map { EastAsianWidth.columns(of: Terminal.line($0.subject)) }.max() ?? 0
        if !csv, !json, !rows.isEmpty {
            output.line(EastAsianWidth.padded(say("承办", "handled by"), to: width) + say("      件数    重复    重复率", "   records repeats      rate"))
        }
        for row in rows {
            let rate = Figures.tenths(row.rate * 100) + "%"
            if csv {
                lines.append(
                    [row.subject, "\(row.records)", "\(row.repeats)", rate, row.pairs.map { "\($0.id)(\($0.of))" }.joined(separator: " ")],
                    to: &output)
            } else if json {
                output.line([
                    "subject": .string(row.subject), "records": .integer(row.records), "repeats": .integer(row.repeats),
                    "rate": .decimal(row.rate, places: 4),
                    "pairs": .array(row.pairs.map { .object(["id": .string($0.id), "of": .string($0.of)]) }),
                ] as JSONObject)
            } else {
                func cell(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(1, width - text.utf8.count)) + text }
                output.line(
                    EastAsianWidth.padded(Terminal.line(row.subject), to: width) + cell(Figures.count(row.records), 10)
                        + cell(Figures.count(row.repeats), 8) + cell(rate, 10))
            }
            try output.flushIfLarge()
        }
        try output.flush()
        Self.tell(rows.count, of: total)
        if rows.isEmpty {
            if !json { Notices.print(say("这一期间没有记录", "no records in this period")) }
            throw ExitCode(Exit.nothingFound)
        }
    }
}
