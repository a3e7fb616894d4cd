// `juanzong query`: queries kept under a name.

import ArgumentParser
import Engine
import Records

struct Query: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: say("存下常用的查询，之后用 @名称 检索。", "Keep queries under a name, to search with @name."),
        discussion: say(
            """
            例：juanzong query save 停车 '(停车费 OR 泊车) 物业' --filter 状态=办理中 --sort newest
                juanzong search @停车 地锁
                juanzong search @停车 --watch
                juanzong query list
            """,
            """
            Example: juanzong query save parking '(停车费 OR 泊车) 物业' --filter status=办理中 \\
                         --sort newest
                     juanzong search @parking 地锁
                     juanzong search @parking --watch
                     juanzong query list
            """),
        subcommands: [SaveQuery.self, ListQueries.self, RemoveQuery.self])
}

struct SaveQuery: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save",
        abstract: say("存下一个查询；同名的被替换。", "Keep a query; one of the same name is replaced."),
        discussion: say("例：juanzong query save 停车 停车费 物业 --sort newest", "Example: juanzong query save parking 停车费 物业 --sort newest"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("名称", "The name", value: "name"))
    var name: String

    @Argument(help: help("查询，与 search 相同", "The query, as for search", value: "query"))
    var query: [String] = []

    @OptionGroup var narrowing: NarrowingOptions

    @Option(help: help("排序", "Order", value: "order"))
    var sort: Search.Order?

    func validate() throws { try BlankQuery.refuse(query.joined(), unless: narrowing.isNarrowed) }

    func run() throws {
        let engine = try archive.open()
        // A saved query may build on another one: what stands in it now is kept.
        let request = try SavedQueries.request(
            query, filters: narrowing.filter, from: narrowing.from, to: narrowing.to, sort: sort, in: engine)
        var saved = SavedQuery(name: name.hasPrefix("@") ? String(name.dropFirst()) : name, query: request.query)
        saved.filters = request.filters
        saved.from = request.from
        saved.to = request.to
        if sort != nil { saved.sort = request.sort }
        let isReplaced = try engine.save(saved)
        var output = Output()
        let label = Terminal.line(saved.name)
        output.line(isReplaced ? say("已替换 @\(label)", "replaced @\(label)") : say("已存为 @\(label)", "saved as @\(label)"))
        try output.flush()
    }
}

struct ListQueries: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("列出存下的查询和现在各有几件。", "List the saved queries and how many records each finds now."),
        discussion: say("例：juanzong query list", "Example: juanzong query list"))

    @OptionGroup var archive: ArchiveOptions

    @Flag(help: help("每个输出一个 JSON", "Print one JSON object a query"))
    var json = false

    func run() throws {
        let engine = try archive.open()
        var output = Output()
        var rows: [(name: String, count: String, text: String)] = []
        for query in try engine.savedQueries() {
            var request = SearchRequest(query: query.query)
            request.filters = query.filters
            request.from = query.from
            request.to = query.to
            // Made for another state of the program or broken by hand: shown, not counted.
            let count = try? engine.count(request).count
            if json {
                var object = query.json
                object.set("count", to: count.map { .integer($0) } ?? .null)
                output.line(object)
            } else {
                let conditions =
                    query.filters + [query.from.map { "--from \($0)" }, query.to.map { "--to \($0)" }].compactMap { $0 }
                    + (query.sort.map { ["--sort \($0.rawValue)"] } ?? [])
                rows.append((
                    "@" + Terminal.line(query.name), count.map { Figures.count($0) + say(" 件", "") } ?? say("读不懂", "unreadable"),
                    Terminal.line(([query.query] + conditions).filter { !$0.isEmpty }.joined(separator: "  "))
                ))
            }
        }
        let nameWidth = rows.map { EastAsianWidth.columns(of: $0.name) }.max() ?? 0
        let countWidth = rows.map { EastAsianWidth.columns(of: $0.count) }.max() ?? 0
        for row in rows {
            output.line(
                EastAsianWidth.padded(row.name, to: nameWidth) + "  "
                    + String(repeating: " ", count: countWidth - EastAsianWidth.columns(of: row.count)) + row.count + "  " + row.text)
        }
        try output.flush()
        if try engine.savedQueries().isEmpty {
            Notices.print(say("还没有存下的查询", "no query is saved yet"))
            throw ExitCode(Exit.nothingFound)
        }
    }
}

struct RemoveQuery: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: say("去掉一个存下的查询。", "Take a saved query away."),
        discussion: say("例：juanzong query remove 停车", "Example: juanzong query remove parking"))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("名称", "The name", value: "name"))
    var name: String

    func run() throws {
        let name = name.hasPrefix("@") ? String(name.dropFirst()) : name
        try archive.open().removeSavedQuery(name)
        var output = Output()
        output.line(say("已去掉 @\(Terminal.line(name))", "removed @\(Terminal.line(name))"))
        try output.flush()
    }
}
