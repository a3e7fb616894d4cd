// The reports of a period: `monthly`, `annual`, `pivot`, `compare`, `corrections`.

import ArgumentParser
import Engine
import Records

/// What all reports of a period take.
struct ReportOptions: ParsableArguments {
    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("限定字段，可多次给出", "Only records with this value; may be repeated", value: "field=value"))
    var filter: [String] = []

    @Option(help: help("按这个快照的状态统计（旧报表上的编号）", "Count this state of the records (the id on an earlier report)", value: "snapshot"))
    var asOf: String?

    @Option(help: help("写到文件：.csv、.xlsx、.html、.jsonl", "Write to a file: .csv, .xlsx, .html or .jsonl", value: "file"))
    var to: String?

    @Flag(help: help("每行输出一个 JSON", "Print one JSON object a row"))
    var json = false

    func validate() throws {
        if let to, !FigureFile.isKnown(to) {
            throw ValidationError(say("--to 的文件名以 .csv、.xlsx、.html 或 .jsonl 结尾", "--to takes a name ending in .csv, .xlsx, .html or .jsonl"))
        }
    }

    func request(_ period: ClosedRange<CalendarDate>, isPublic: Bool = false) -> ReportRequest {
        var request = ReportRequest(period: period)
        request.filters = filter
        request.snapshot = asOf
        request.isPublic = isPublic
        return request
    }

    func print(_ report: Report) throws {
        var output = Output()
        if json {
            for table in report.tables { for object in FigurePrinter.objects(table, report) { output.line(object) } }
        } else if to == nil {
            FigurePrinter(terminal: Terminal()).print(report, to: &output)
        }
        if let to {
            try FigureFile.write(report, to: to)
            if !json { output.line(say("已写出：\(to)（快照 \(report.snapshot)）", "written: \(to) (snapshot \(report.snapshot))")) }
        }
        try output.flush()
        Notices.print(report.notices)
        if report.tables.allSatisfy({ $0.rows.isEmpty }) {
            if !json { Notices.print(say("没有可统计的记录", "nothing to count")) }
            throw ExitCode(Exit.nothingFound)
        }
    }

    static func check(_ limit: Int?) throws {
        guard limit ?? 1 >= 1 else { throw ValidationError(say("--limit 至少为 1", "--limit takes 1 or more")) }
    }

    /// `2024`, `2024-03`, `2024-01..2024-06`.
    static func period(_ text: String) throws -> ClosedRange<CalendarDate> {
        let parts = text.components(separatedByDots: 2)
        if parts.count == 2, let first = CalendarDate.period(parts[0]), let last = CalendarDate.period(parts[1]),
            first.lowerBound <= last.upperBound
        {
            return first.lowerBound...last.upperBound
        }
        guard parts.count == 1, let period = CalendarDate.period(text) else { throw EngineError.periodUnreadable(text: text) }
        return period
    }

    static func bucket(_ name: String) throws -> ReportBucket {
        guard let bucket = ReportBucket(name) else {
            guard let field = Field.named(String(name.split(separator: ":").first ?? "")) else {
                throw EngineError.fieldUnknown(name: name)
            }
            throw EngineError.fieldHasNoFacets(name: field.name)
        }
        return bucket
    }
}

extension String {
    fileprivate func components(separatedByDots count: Int) -> [String] {
        guard let range = firstRange(of: "..") else { return [self] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}

struct ReportMonthly: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monthly",
        abstract: say("按月统计汇总，与上月、去年同月并列。", "One month, beside the month before and the same month last year."),
        discussion: say(
            "每个数字都注明快照，凭快照编号日后可得同一数字（--as-of）。\n\n例：juanzong report monthly 2024-03 --public --to 公示.xlsx",
            "Every figure names its snapshot, by which it can be had again (--as-of).\n\nExample: juanzong report monthly 2024-03 --public --to public.xlsx"))

    @OptionGroup var options: ReportOptions

    @Argument(help: help("月份，例如 2024-03", "The month, for example 2024-03", value: "month"))
    var month: String

    @Flag(name: .customLong("public"), help: help("公示版：小于 5 的数隐去，不列当事人与承办人", "For the public: numbers below 5 and both parties hidden"))
    var isPublic = false

    func run() throws {
        guard let period = CalendarDate.period(month), period.lowerBound.day == 1, period.lowerBound.month == period.upperBound.month,
            period.lowerBound < period.upperBound
        else { throw EngineError.periodUnreadable(text: month) }
        try options.print(
            options.archive.open().monthlyReport(
                year: period.lowerBound.year, month: period.lowerBound.month,
                options.request(period, isPublic: isPublic), .ofUser))
    }
}

struct ReportAnnual: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annual",
        abstract: say("年度报告：与上年并列，逐月，附更正清单。", "One year beside the one before, month by month, with corrections."),
        discussion: say(
            "--since 给出先前报表的快照编号，列出此后更正、补录、撤销的记录。\n\n例：juanzong report annual 2023 --since 9f3a2c-1200 --to 年报.html",
            "--since takes the snapshot of an earlier report and lists what was corrected, added or withdrawn after it.\n\nExample: juanzong report annual 2023 --since 9f3a2c-1200 --to annual.html"))

    @OptionGroup var options: ReportOptions

    @Argument(help: help("年份", "The year", value: "year"))
    var year: Int

    @Option(help: help("列出此快照之后的更正", "List corrections since this snapshot", value: "snapshot"))
    var since: String?

    @Flag(name: .customLong("public"), help: help("公示版：小于 5 的数隐去，不列当事人与承办人", "For the public: numbers below 5 and both parties hidden"))
    var isPublic = false

    func run() throws {
        guard let period = CalendarDate.period(String(year)) else { throw EngineError.periodUnreadable(text: String(year)) }
        try options.print(
            options.archive.open().annualReport(
                year: year, options.request(period, isPublic: isPublic), since: since, .ofUser))
    }
}

struct ReportPivot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pivot",
        abstract: say("任意两个字段、或字段与时间的交叉统计。", "Any two fields, or a field and time."),
        discussion: say(
            """
            字段可写 category:2（第二级）、region:4（前四位）；时间为 day、week、month、quarter、year。只给 --rows 时列出全部指标。

            例：juanzong report pivot --rows leadUnit --columns month --period 2024
                juanzong report pivot --rows category:2 --period 2024-03 --filter channel=电话
            """,
            """
            A field may be category:2 (second level) or region:4 (four digits); time is day, week, month, quarter or year.
            With --rows alone all measures are shown.

            Example: juanzong report pivot --rows leadUnit --columns month --period 2024
                     juanzong report pivot --rows category:2 --period 2024-03 \\
                         --filter channel=电话
            """))

    @OptionGroup var options: ReportOptions

    @Option(help: help("行", "What stands in the rows", value: "field"))
    var rows: String

    @Option(help: help("列", "What stands in the columns", value: "field"))
    var columns: String?

    @Option(help: help("时段：2024、2024-03、2024-01..2024-06", "The period: 2024, 2024-03, 2024-01..2024-06", value: "period"))
    var period: String

    @Flag(name: .customLong("public"), help: help("公示版：小于 5 的数隐去", "For the public: numbers below 5 hidden"))
    var isPublic = false

    @Option(help: help("至多列出几行，最多的在前", "At most so many rows, the largest first", value: "n"))
    var limit: Int?

    func validate() throws { try ReportOptions.check(limit) }

    func run() throws {
        var request = options.request(try ReportOptions.period(period), isPublic: isPublic)
        request.rowsMax = limit
        try options.print(
            options.archive.open().pivotReport(
                rows: ReportOptions.bucket(rows), columns: columns.map { try ReportOptions.bucket($0) }, request, .ofUser))
    }
}

struct ReportCompare: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: say("两期对比。", "Two periods side by side."),
        discussion: say(
            "例：juanzong report compare 2023-03 2024-03 --by category:2 --filter region=3301",
            "Example: juanzong report compare 2023-03 2024-03 --by category:2 \\\n             --filter region=3301"))

    @OptionGroup var options: ReportOptions

    @Argument(help: help("前一期", "The first period", value: "period"))
    var first: String

    @Argument(help: help("后一期", "The second period", value: "period"))
    var second: String

    @Option(help: help("按什么比（默认 category）", "By what (default: category)", value: "field"))
    var by = "category"

    @Flag(name: .customLong("public"), help: help("公示版：小于 5 的数隐去", "For the public: numbers below 5 hidden"))
    var isPublic = false

    @Option(help: help("至多列出几行，最多的在前", "At most so many rows, the largest first", value: "n"))
    var limit: Int?

    func validate() throws { try ReportOptions.check(limit) }

    func run() throws {
        let second = try ReportOptions.period(self.second)
        var request = options.request(second, isPublic: isPublic)
        request.rowsMax = limit
        try options.print(
            options.archive.open().comparison(by: ReportOptions.bucket(by), ReportOptions.period(first), second, request, .ofUser))
    }
}

struct ReportCorrections: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corrections",
        abstract: say("更正清单：某快照之后改动了哪些记录。", "What was changed after a snapshot."),
        discussion: say(
            "例：juanzong report corrections 9f3a2c-1200 --period 2024-03", "Example: juanzong report corrections 9f3a2c-1200 --period 2024-03"))

    @OptionGroup var options: ReportOptions

    @Argument(help: help("先前报表的快照编号", "The snapshot of the earlier report", value: "snapshot"))
    var since: String

    @Option(help: help("时段", "The period", value: "period"))
    var period: String

    func run() throws {
        let request = options.request(try ReportOptions.period(period))
        let engine = try options.archive.open()
        let table = try engine.corrections(request, since: since, .ofUser)
        try options.print(
            Report(title: table.title, snapshot: try options.asOf ?? engine.newestSnapshot(), tables: [table], notices: []))
    }
}
