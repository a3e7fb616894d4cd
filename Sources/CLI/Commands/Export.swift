// `juanzong export`: any number of records, from one snapshot.

import ArgumentParser
import Engine
import Glibc
import Records
import Tables

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("导出记录。", "Write records to a file."),
        discussion: say(
            """
            文件名以 .csv 或 .xlsx 结尾得到表格，其他为每行一个 JSON，可再导入；- 为标准输出（JSON）。
            不给查询则导出全部；@名称 使用存下的查询。

            例：juanzong export date:2023 --to 2023.jsonl
                juanzong export 停车费 --filter 区划=990102 --to 停车费.xlsx
                juanzong export @停车 --columns 编号,日期,标题,处理结果 --to 停车.csv
            """,
            """
            A name ending in .csv or .xlsx makes a table; else one JSON object a line, which `import` reads; - is standard
            output (JSON). No query: everything. @name uses a saved query.

            Example: juanzong export date:2023 --to 2023.jsonl
                     juanzong export 停车费 --filter region=990102 --to parking.xlsx
                     juanzong export @parking --columns id,date,title,outcome --to parking.csv
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("查询，与 search 相同", "A query, as for search", value: "query"), completion: Completion.query)
    var query: [String] = []

    @Option(help: help("写到哪里；- 为标准输出", "Where to; - is standard output", value: "file"))
    var to: String

    @Option(
        help: help("限定字段，可多次给出", "Only records with this value; may be repeated", value: "field=value"),
        completion: Completion.filters)
    var filter: [String] = []

    @Option(
        help: help("表格的列，如 编号,日期,标题,状态", "Columns of a table, such as id,date,title,status", value: "fields"),
        completion: Completion.columns)
    var columns: String?

    @Flag(help: help("连同投诉人身份（需要密钥）", "With the complainants' identity (needs the key)"))
    var withIdentity = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func validate() throws {
        if !query.isEmpty { try BlankQuery.refuse(query.joined()) }
        if withIdentity, TableFormat(path: to) != nil {
            throw ValidationError(say("身份信息只随 JSONL 导出，请把文件命名为 .jsonl", "identity goes out with JSON lines only: name the file .jsonl"))
        }
        if columns != nil, TableFormat(path: to) == nil {
            throw ValidationError(say("--columns 用于表格，请把文件命名为 .csv 或 .xlsx", "--columns is for tables: name the file .csv or .xlsx"))
        }
    }

    func run() throws {
        let isStdout = to == "-"
        // The records go out from the engine: whoever closes the pipe early ends the export the usual way.
        if Console.current != nil { try Console.check(to) } else if isStdout { signal(SIGPIPE, SIG_DFL) }
        let bar = ProgressBar()
        defer { bar.clear() }
        let engine = try archive.open()
        let request = query.isEmpty && filter.isEmpty ? nil : try SavedQueries.request(query, filters: filter, in: engine)
        let report: ProgressReport = { progress in
            // A bar between the records of a terminal would only garble them.
            if !isStdout || !isTerminal(STDOUT_FILENO) { bar.report(progress) }
        }
        let count: Int
        var cutCells = 0
        if let format = TableFormat(path: to) {
            let columns = try columns.map(RecordColumn.list) ?? RecordColumn.whole
            (count, cutCells) = try engine.exportTable(request, to: to, format, columns: columns, in: .ofUser, report: report)
        } else {
            count = try engine.export(request, to: to, withIdentity: withIdentity, report: report)
        }
        bar.clear()
        let sentence = say("已导出 \(Figures.count(count)) 条", "\(Figures.count(count)) records exported")
        if isStdout {
            Notices.print(sentence)
        } else {
            var output = Output()
            if json {
                output.line([
                    "exported": .integer(count), "file": .string(to), "seconds": .decimal(bar.secondsGone, places: 3),
                ] as JSONObject)
            } else {
                output.line("\(sentence)\(say("：", ": "))\(to)")
            }
            try output.flush()
        }
        TablePath.tellCut(cutCells)
        if count == 0, request != nil { throw ExitCode(Exit.nothingFound) }
    }
}
