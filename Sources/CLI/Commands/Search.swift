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

            @名称 使用存下的查询（见 query）。Excel 等表格：--out 文件.xlsx 或 .csv；全部记录用 export。

            例：juanzong search 停车费 物业 -地下 --from 2023-01-01 --facet region
                juanzong search '"不予退款" 被投诉人:健身' --sort newest
                juanzong search 停车费 --columns 编号,日期,标题,状态
                juanzong search 退款 --limit 500 --out 退款.xlsx
                juanzong search @停车 --watch
                juanzong search --count -- -停车
            """,
            """
            All parts must match; "…" is literal; -part excludes; a OR b; field:value looks in one field.

            @name uses a saved query (see query). For spreadsheets: --out FILE.xlsx or .csv; export takes all records.

            Example: juanzong search 停车费 物业 -地下 --from 2023-01-01 --facet region
                     juanzong search '"不予退款" respondent:健身' --sort newest
                     juanzong search 停车费 --columns id,date,title,status
                     juanzong search 退款 --limit 500 --out refunds.xlsx
                     juanzong search @parking --watch
                     juanzong search --count -- -停车
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(
        help: help("查询；- 从标准输入读取（粘贴的文字）", "The query; - reads it from standard input (pasted text)", value: "query"),
        completion: Completion.query)
    var query: [String] = []

    @OptionGroup var narrowing: NarrowingOptions

    @Option(help: help("排序（默认 relevance：相符程度）", "Order (default relevance)", value: "order"))
    var sort: Order?

    @Option(help: help("最多显示几条（默认 10；--out 时 10000）", "How many hits to show (default 10; 10000 with --out)", value: "n"))
    var limit: Int?

    @Option(help: help("接着上一页（上一页给出的标记）", "Continue behind the page that gave this cursor", value: "cursor"))
    var after: String?

    @Option(
        help: help("统计这个字段的各个值，可多次给出", "Count the values of this field; may be repeated", value: "field"),
        completion: Completion.facetFields)
    var facet: [String] = []

    @Flag(help: help("只打印符合的条数", "Print the exact number of matches, nothing else"))
    var count = false

    @Flag(help: help("说明每条为何排在此处", "Say why each hit stands where it stands"))
    var explain = false

    @Flag(help: help("一直等候，有新的符合记录就显示", "Stay and show matching records as they come in"))
    var watch = false

    @Option(help: help("等候时每隔几秒看一次", "Seconds between looks while watching", value: "seconds"))
    var every = 2

    @Option(help: help("结果写入表格：文件.csv 或 文件.xlsx", "Write the hits as a table: FILE.csv or FILE.xlsx", value: "file"))
    var out: String?

    @OptionGroup var printing: PrintingOptions

    enum Order: String, ExpressibleByArgument, CaseIterable { case relevance, newest, oldest }

    func validate() throws {
        try BlankQuery.refuse(query.joined(), unless: narrowing.isNarrowed)
        if query.contains("-"), query.count > 1 {
            throw ValidationError(say("- 表示从标准输入读取查询，不能与别的查询同用", "- reads the query from standard input and stands alone"))
        }
        if count, !facet.isEmpty { throw ValidationError(say("--count 与 --facet 不能同用", "--count and --facet exclude each other")) }
        if watch, count || after != nil || out != nil {
            throw ValidationError(say("--watch 不与 --count、--after、--out 同用", "--watch goes without --count, --after and --out"))
        }
        guard (1...86_400).contains(every) else { throw ValidationError(say("--every 取 1 至 86400", "--every takes 1 to 86400")) }
        if let out { _ = try TablePath.format(of: out) }
        try HitLimit.check(limit ?? 10)
    }

    func run() throws {
        let engine = try archive.open()
        var request = try SavedQueries.request(
            query == ["-"] ? [try Input.text()] : query, filters: narrowing.filter, from: narrowing.from, to: narrowing.to,
            sort: sort, in: engine)
        try BlankQuery.refuse(request.query, unless: !request.filters.isEmpty || request.from != nil || request.to != nil)
        request.limit = limit ?? (out == nil ? 10 : HitLimit.max)
        request.after = after
        request.facets = facet
        request.explains = explain
        request.columns = try printing.recordColumns
        if count {
            let answer = try engine.count(request)
            return try printCount(answer.count, answer.notices)
        }
        if let out { return try write(request, to: out, engine) }
        if watch { return try Watch(engine: engine, request: request, everySeconds: every, printing: printing).run() }
        try printing.print(continues: after != nil) { try engine.search(request) }
    }

    private func write(_ request: SearchRequest, to path: String, _ engine: Engine) throws {
        var request = request
        request.columns = try printing.columns == nil ? RecordColumn.hits : printing.recordColumns
        let answer = try engine.search(request)
        let cut = try engine.writeTable(answer, columns: request.columns, to: path, TablePath.format(of: path), in: .ofUser)
        var output = Output()
        if printing.json {
            output.line([
                "written": .integer(answer.hits.count), "total": .integer(answer.total), "file": .string(path),
            ] as JSONObject)
        } else {
            output.line(say(
                "已写入 \(Figures.count(answer.hits.count)) 条（共找到 \(Figures.count(answer.total)) 条）：\(path)",
                "\(Figures.count(answer.hits.count)) of \(Figures.count(answer.total)) hits written: \(path)"))
        }
        try output.flush()
        Notices.print(answer.notices)
        TablePath.tellCut(cut)
        if answer.hits.count < answer.total {
            Notices.print(say("提示：要更多，加大 --limit，或用 export", "note: for more raise --limit, or use export"))
        }
        if answer.total == 0 { throw ExitCode(Exit.nothingFound) }
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

/// What narrows a query beside its text, for `search` and saved queries.
struct NarrowingOptions: ParsableArguments {
    @Option(help: help("从这一天起（含）", "From this day on", value: "date"))
    var from: String?

    @Option(help: help("到这一天止（含）", "Up to this day, inclusive", value: "date"))
    var to: String?

    @Option(
        help: help("限定字段，可多次给出", "Only records with this value; may be repeated", value: "field=value"),
        completion: Completion.filters)
    var filter: [String] = []

    /// Something besides the query says what is wanted.
    var isNarrowed: Bool { !filter.isEmpty || from != nil || to != nil }
}

/// How hits are printed, for `search` and `similar`.
struct PrintingOptions: ParsableArguments {
    @Flag(help: help("每条输出一个 JSON", "Print one JSON object a hit"))
    var json = false

    @Flag(help: help("以表格显示，列宽随终端", "Show a table, as wide as the terminal"))
    var table = false

    @Option(
        help: help("表格的列，如 编号,日期,标题,状态；与 --json 同用则加入各条", "Columns of the table, such as id,date,title,status; with --json added to each hit", value: "fields"),
        completion: Completion.columns)
    var columns: String?

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    /// What a table shows; none for the usual list.
    var recordColumns: [RecordColumn] {
        get throws {
            if let columns { return try RecordColumn.list(columns) }
            return table ? RecordColumn.overview : []
        }
    }

    /// - Throws: exit code 1 when nothing was found.
    func print(continues: Bool = false, _ find: () throws -> SearchAnswer) throws {
        let clock = ContinuousClock()
        let began = clock.now
        let answer = try find()
        let seconds = (clock.now - began).inSeconds
        var output = Output()
        let printer = HitPrinter(terminal: Terminal(color), columns: try recordColumns)
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
