// `juanzong export`: any number of records, from one snapshot.

import ArgumentParser
import Engine
import Glibc
import Records

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: say("导出记录。", "Write records to a file."),
        discussion: say(
            """
            每行一个 JSON，可再导入；- 为标准输出。不给查询则导出全部。

            例：juanzong export date:2023 --to 2023.jsonl
            """,
            """
            One JSON object a line, which `import` reads; - is standard output. No query: everything.

            Example: juanzong export date:2023 --to 2023.jsonl
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("查询，与 search 相同", "A query, as for search", value: "query"))
    var query: [String] = []

    @Option(help: help("写到哪里；- 为标准输出", "Where to; - is standard output", value: "file"))
    var to: String

    @Flag(help: help("连同投诉人身份（需要密钥）", "With the complainants' identity (needs the key)"))
    var withIdentity = false

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func validate() throws {
        if !query.isEmpty { try BlankQuery.refuse(query.joined()) }
        // A table program would open the file and show nonsense.
        if to.hasSuffix(".csv") || to.hasSuffix(".xlsx") {
            throw ValidationError(say("导出的是 JSONL，请把文件命名为 .jsonl", "export writes JSON lines: name the file .jsonl"))
        }
    }

    func run() throws {
        let isStdout = to == "-"
        // The records go out from the engine: whoever closes the pipe early ends the export the usual way.
        if isStdout { signal(SIGPIPE, SIG_DFL) }
        let query = self.query.joined(separator: " ")
        let bar = ProgressBar()
        defer { bar.clear() }
        let engine = try archive.open()
        let count = try engine.export(query.isEmpty ? nil : query, to: to, withIdentity: withIdentity) { progress in
            // A bar between the records of a terminal would only garble them.
            if !isStdout || isatty(STDOUT_FILENO) == 0 { bar.report(progress) }
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
        if count == 0, !query.isEmpty { throw ExitCode(Exit.nothingFound) }
    }
}
