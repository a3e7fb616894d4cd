// `juanzong search`: the records that match a query, best first.

import ArgumentParser
import Engine
import Records

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: say("检索记录。", "Find records."),
        discussion: say(
            """
            空格分开的各部分都要满足；"…" 逐字匹配；-词 排除；a OR b 任一；字段:值 限定字段。

            例：juanzong search 停车费 物业 -地下 --from 2023-01-01 --facet region
                juanzong search '"不予退款" 被投诉人:健身' --sort newest
                juanzong search --count -- -停车
            """,
            """
            All parts must match; "…" is literal; -part excludes; a OR b; field:value looks in one field.

            Example: juanzong search 停车费 物业 -地下 --from 2023-01-01 --facet region
                     juanzong search '"不予退款" respondent:健身' --sort newest
                     juanzong search --count -- -停车
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("查询；- 从标准输入读取（粘贴的文字）", "The query; - reads it from standard input (pasted text)", value: "query"))
    var query: [String] = []

    @Option(help: help("从这一天起（含）", "From this day on", value: "date"))
    var from: String?

    @Option(help: help("到这一天止（含）", "Up to this day, inclusive", value: "date"))
    var to: String?

    @Option(help: help("限定字段，可多次给出", "Only records with this value; may be repeated", value: "field=value"))
    var filter: [String] = []

    @Option(help: help("排序", "Order", value: "order"))
    var sort = Order.relevance

    @Option(help: help("最多显示几条", "How many hits to show", value: "n"))
    var limit = 10

    @Option(help: help("接着上一页（上一页给出的标记）", "Continue behind the page that gave this cursor", value: "cursor"))
    var after: String?

    @Option(help: help("统计这个字段的各个值，可多次给出", "Count the values of this field; may be repeated", value: "field"))
    var facet: [String] = []

    @Flag(help: help("只打印符合的条数", "Print the exact number of matches, nothing else"))
    var count = false

    @Flag(help: help("说明每条为何排在此处", "Say why each hit stands where it stands"))
    var explain = false

    @OptionGroup var printing: PrintingOptions

    enum Order: String, ExpressibleByArgument, CaseIterable { case relevance, newest, oldest }

    func validate() throws {
        try BlankQuery.refuse(query.joined(), unless: isNarrowed)
        if query.contains("-"), query.count > 1 {
            throw ValidationError(say("- 表示从标准输入读取查询，不能与别的查询同用", "- reads the query from standard input and stands alone"))
        }
        if count, !facet.isEmpty { throw ValidationError(say("--count 与 --facet 不能同用", "--count and --facet exclude each other")) }
        try HitLimit.check(limit)
    }

    /// Something besides the query says what is wanted.
    private var isNarrowed: Bool { !filter.isEmpty || from != nil || to != nil }

    func run() throws {
        var request = SearchRequest(query: query == ["-"] ? try Input.text() : query.joined(separator: " "))
        try BlankQuery.refuse(request.query, unless: isNarrowed)
        request.filters = filter
        request.from = from
        request.to = to
        request.sort =
            switch sort {
            case .relevance: .relevance
            case .newest: .newest
            case .oldest: .oldest
            }
        request.limit = limit
        request.after = after
        request.facets = facet
        request.explains = explain
        let engine = try archive.open()
        if count {
            let answer = try engine.count(request)
            return try printCount(answer.count, answer.notices)
        }
        try printing.print(continues: after != nil) { try engine.search(request) }
    }

    private func printCount(_ count: Int, _ notices: [Notice]) throws {
        var output = Output()
        output.line(String(count))
        try output.flush()
        Notices.print(notices)
        if count == 0 { throw ExitCode(Exit.nothingFound) }
    }
}

/// A query that came out empty, say of a variable never set, must not find everything.
enum BlankQuery {
    static func refuse(_ query: String, unless isNarrowed: Bool = false) throws {
        if !isNarrowed, query.allSatisfy(\.isWhitespace) {
            throw ValidationError(say("请给出查询", "give a query"))
        }
    }
}

/// Results have a stated limit; `export` is for more.
enum HitLimit {
    static let max = 10_000

    static func check(_ limit: Int) throws {
        guard (1...max).contains(limit) else {
            throw ValidationError(say("--limit 取 1 至 \(max)；更多请用 export", "--limit takes 1 to \(max); use export for more"))
        }
    }
}

/// How hits are printed, for `search` and `similar`.
struct PrintingOptions: ParsableArguments {
    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a hit"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    /// - Throws: exit code 1 when nothing was found.
    func print(continues: Bool = false, _ find: () throws -> SearchAnswer) throws {
        let clock = ContinuousClock()
        let began = clock.now
        let answer = try find()
        let seconds = (clock.now - began).inSeconds
        var output = Output()
        let printer = HitPrinter(terminal: Terminal(color))
        if json {
            try printer.printJSON(answer, to: &output)
        } else if answer.total > 0 {
            try printer.print(answer, seconds: seconds, to: &output)
        }
        try output.flush()
        Notices.print(answer.notices)
        if !json, let cursor = answer.cursor { Notices.print(say("\n下一页：--after \(cursor)", "\nnext: --after \(cursor)")) }
        guard answer.hits.isEmpty else { return }
        if !json {
            Notices.print(continues && answer.total > 0 ? say("没有更多了", "no more hits") : say("没有找到", "nothing found"))
        }
        throw ExitCode(Exit.nothingFound)
    }
}
