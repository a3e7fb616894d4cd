// `juanzong trends`: what is rising, with few false alarms.

import Answers
import ArgumentParser
import Engine
import Records

struct TrendsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trends",
        abstract: say("正在上升的问题：苗头性、倾向性预警。", "What is rising, with few false alarms."),
        discussion: say(
            """
            把类别（连同上级）、被投诉人、区划、发生地点、词语的每周件数与各自的过去相比；同一时点全部检验一起控制误报率（q ≤ 0.05）。
            近似文本和同一人的重复件只算一次。满三年的档案按春节、节假日、调休和季节比较，不足三年的只与最近各周比较并注明。
            退出码：0 有预警，1 没有（加 --since-last 时：没有新的）。

            例：juanzong trends
                juanzong trends --by category --until 2024-03-31 --html 趋势.html
                juanzong trends --since-last && echo 有新的预警
            """,
            """
            Weekly counts of categories (and their parents), respondents, regions, places and words, each against its own past; the
            rate of false alarms is held over everything tested (q ≤ 0.05). Near-copies and one person's repeats count
            once. Archives of three years and more are compared along Spring Festival, holidays and seasons; younger ones
            with their last weeks, and the answer says so. Exit 0: alarms; 1: none (with --since-last: none that are new).

            Example: juanzong trends
                     juanzong trends --by category --until 2024-03-31 --html trends.html
                     juanzong trends --since-last && echo there are new alarms
            """))

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help(
        "看什么：category、respondent、region、incidentPlace、term 或任何分面字段，可多次给出（默认前五种）",
        "What to look at: category, respondent, region, incidentPlace, term or any facet field; may be repeated (default: these five)", value: "field"))
    var by: [String] = []

    @Option(help: help("看到这一天为止（默认最新一件的日期）", "The last day looked at (default: that of the newest record)", value: "date"))
    var until: String?

    @Option(help: help("时间窗，例如 7d", "The window, for example 7d", value: "days"))
    var window = "7d"

    @Option(help: help("最多显示几条", "How many alarms to show", value: "n"))
    var limit = 50

    @Flag(help: help("只报上次运行之后新出现的，供定时任务用", "Only what no earlier run with this flag has told; for cron"))
    var sinceLast = false

    @Option(help: help("另写一个带图的网页（单个文件）", "Also write a page with charts, one self-contained file", value: "file"))
    var html: String?

    @Option(help: help("另写表格：.csv、.xlsx", "Also write a table: .csv or .xlsx", value: "file"))
    var to: String?

    @Flag(help: help("每条输出一个 JSON", "Print one JSON object an alarm"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError(say("--limit 取 1 至 1000", "--limit takes 1 to 1000")) }
        guard windowDays != nil else { throw ValidationError(say("--window 写成 7d 这样的天数", "--window takes days, such as 7d")) }
    }

    private var windowDays: Int? {
        let digits = window.hasSuffix("d") || window.hasSuffix("天") ? String(window.dropLast()) : window
        guard let days = Int(digits), (1...366).contains(days) else { return nil }
        return days
    }

    func run() throws {
        if let to { try FigureFile.checkTable(to) }
        var request = TrendRequest()
        if !by.isEmpty { request.by = by }
        if let until {
            guard let date = CalendarDate.period(until)?.upperBound else {
                throw ValidationError(say("--until 的日期无法识别：\(until)", "--until is no date: \(until)"))
            }
            request.until = date
        }
        request.windowDays = windowDays ?? 7
        request.limit = limit
        request.onlyNew = sinceLast
        request.withCourse = html != nil
        let clock = ContinuousClock()
        let began = clock.now
        let engine = try archive.open()
        let answer = try engine.trends(request)
        var output = Output()
        let printer = TrendPrinter(terminal: Terminal(color))
        if json {
            for alarm in answer.alarms { output.line(alarm.object(snapshot: answer.snapshot)) }
        } else if !answer.alarms.isEmpty || !answer.clusters.isEmpty {
            printer.print(answer, seconds: (clock.now - began).inSeconds, to: &output)
        }
        try output.flush()
        Notices.print(answer.notices)
        if let html { try WholeFile.write(Array(TrendPage(answer).html.utf8), to: html) }
        if let to { try FigureFile.write([TrendPrinter.table(answer)], to: to) }
        if sinceLast { try engine.rememberTold(answer) }
        guard answer.alarms.isEmpty else { return }
        if !json {
            Notices.print(
                sinceLast
                    ? say("没有新的预警（检验 \(answer.tested) 个序列）", "nothing new (\(answer.tested) series tested)")
                    : say("没有预警（检验 \(answer.tested) 个序列）", "nothing rises (\(answer.tested) series tested)"))
        }
        throw ExitCode(Exit.nothingFound)
    }
}
