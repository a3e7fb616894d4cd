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
            不给查询则导出全部；@名称 使用存下的查询。opensearch 与 doris 写出一个文件夹：分好份的数据、
            索引或建表定义和装载脚本 load.sh，供已有此类集群的单位装入。

            例：juanzong export date:2023 --to 2023.jsonl
                juanzong export 停车费 --filter 区划=990102 --to 停车费.xlsx
                juanzong export @停车 --columns 编号,日期,标题,处理结果 --to 停车.csv
                juanzong export date:2023 --to opensearch --folder /data/2023
            """,
            """
            A name ending in .csv or .xlsx makes a table; else one JSON object a line, which `import` reads; - is standard
            output (JSON). No query: everything. @name uses a saved query. opensearch and doris write a folder for a cluster
            that is there already: data in parts, the definition of the index or table, and load.sh, which loads them.

            Example: juanzong export date:2023 --to 2023.jsonl
                     juanzong export 停车费 --filter region=990102 --to parking.xlsx
                     juanzong export @parking --columns id,date,title,outcome \\
                         --to parking.csv
                     juanzong export date:2023 --to opensearch --folder /data/2023
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("查询，与 search 相同", "A query, as for search", value: "query"), completion: Completion.query)
    var query: [String] = []

    @Option(help: help("写到哪里：文件名，- 为标准输出，或 opensearch、doris", "Where to: a file, - for standard output, or opensearch, doris", value: "file"))
    var to: String

    @Option(help: help("opensearch、doris 写入的新文件夹（默认同名）", "The new folder for opensearch or doris (default: of that name)", value: "folder"))
    var folder: String?

    @Option(help: help("索引或表的名称（默认 complaints）", "Name of the index or table (default complaints)", value: "name"))
    var name: String?

    @Option(help: help("每份数据的上限，MiB（默认 opensearch 8，doris 64）", "Size of a part at most, in MiB (default: opensearch 8, doris 64)", value: "MiB"))
    var partSize: Int?

    @Option(help: help("交给谁；投诉的就是它时不予导出", "Whom it is for; refused where a record is about them", value: "name"))
    var recipient: String?

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
        if withIdentity, cluster != nil {
            throw ValidationError(say("身份信息只随 JSONL 导出，不进检索集群", "identity goes out with JSON lines only, not into a search cluster"))
        }
        if cluster == nil, folder != nil || name != nil || partSize != nil {
            throw ValidationError(say("--folder、--name、--part-size 用于 --to opensearch 或 doris", "--folder, --name and --part-size are for --to opensearch or doris"))
        }
        if let partSize, !SearchCluster.partBytesRange.contains(partSize << 20) {
            throw ValidationError(say("--part-size 为 1 至 90", "--part-size is from 1 to 90"))
        }
        if recipient != nil, to == "-" {
            throw ValidationError(say("--recipient 用于写文件", "--recipient is for files"))
        }
        if columns != nil, TableFormat(path: to) == nil {
            throw ValidationError(say("--columns 用于表格，请把文件命名为 .csv 或 .xlsx", "--columns is for tables: name the file .csv or .xlsx"))
        }
    }

    private var cluster: SearchCluster? { SearchCluster(rawValue: Console.current == nil ? to : String(to.split(separator: "/").last ?? "")) }

    func run() throws {
        if let cluster { return try run(for: cluster) }
        let isStdout = to == "-"
        try Self.refuseForeignKinds(to)
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
            (count, cutCells) = try engine.exportTable(request, to: to, format, columns: columns, in: .ofUser, recipient: recipient, report: report)
        } else {
            count = try engine.export(request, to: to, withIdentity: withIdentity, recipient: recipient, report: report)
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

    /// Names that promise another kind of file: lines of JSON in them are opened by nothing.
    private static let foreignKinds: Set<String> = ["xls", "xlsm", "xlsb", "et", "ods", "doc", "docx", "wps", "pdf", "htm", "html", "tsv", "xml", "zip", "gz"]

    private static func refuseForeignKinds(_ path: String) throws {
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: "."), foreignKinds.contains(name[name.index(after: dot)...].lowercased()) else { return }
        throw UsageMistake(
            chinese: "不能写成这种文件：\(path)", english: "no file of this kind can be written: \(path)", verb: "export",
            remedy: ("文件名以 .xlsx（Excel、WPS）、.csv 或 .jsonl 结尾", "end the name in .xlsx (Excel, WPS), .csv or .jsonl"))
    }

    private func run(for cluster: SearchCluster) throws {
        // A folder does not come back from a service.
        if Console.current != nil {
            throw UsageMistake(
                chinese: "服务不写文件夹：--to \(cluster.rawValue) 请在存放档案库的机器上运行",
                english: "a service writes no folders: run --to \(cluster.rawValue) where the archive is", verb: "export")
        }
        var export = ClusterExport(cluster, to: folder ?? cluster.rawValue)
        if let name { export.name = name }
        if let partSize { export.partBytesMax = partSize << 20 }
        export.recipient = recipient
        let bar = ProgressBar()
        defer { bar.clear() }
        let engine = try archive.open()
        let request = query.isEmpty && filter.isEmpty ? nil : try SavedQueries.request(query, filters: filter, in: engine)
        let summary = try engine.exportCluster(request, export) { bar.report($0) }
        bar.clear()
        var output = Output()
        if json {
            output.line([
                "exported": .integer(summary.records), "folder": .string(export.folder), "parts": .integer(summary.parts),
                "bytes": .integer(summary.bytes), "seconds": .decimal(bar.secondsGone, places: 3),
            ] as JSONObject)
        } else {
            output.line(say(
                "已导出 \(Figures.count(summary.records)) 条，\(Figures.count(summary.parts)) 份：\(export.folder)；装载方法见其中的 load.sh",
                "\(Figures.count(summary.records)) records exported in \(Figures.count(summary.parts)) parts: \(export.folder); load.sh in it says how to load them"))
        }
        try output.flush()
        if summary.longParts > 0 {
            Notices.print(say(
                "提示：有 \(Figures.count(summary.longParts)) 条记录比一份的上限还长，各自成份，服务器未必收",
                "note: \(Figures.count(summary.longParts)) records are longer than a part and stand in parts of their own, which a server may refuse"))
        }
        if cluster == .doris, summary.longTexts > 0 {
            Notices.print(say(
                "提示：有 \(Figures.count(summary.longTexts)) 条记录的文字超过 1 MiB，装入前把 Doris BE 的 string_type_length_soft_limit_bytes 调到 4194304",
                "note: \(Figures.count(summary.longTexts)) records have a text of over 1 MiB: set string_type_length_soft_limit_bytes of the Doris backends to 4194304 before loading"))
        }
        if summary.records == 0, request != nil { throw ExitCode(Exit.nothingFound) }
    }
}
