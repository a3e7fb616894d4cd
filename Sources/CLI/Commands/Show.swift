// `juanzong show`: one record with everything the reader may see.

import ArgumentParser
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
                juanzong show HJ-2023-0042 --version 1 --json
            """,
            """
            By id or any other number of the record. Without identity; telephone and id numbers in texts are masked.

            Example: juanzong show HJ-2023-0042
                     juanzong show HJ-2023-0042 --version 1 --json
            """))

    @OptionGroup var archive: ArchiveOptions

    @Argument(help: help("记录的编号", "The record's id or number", value: "id"))
    var id: String

    @Option(help: help("第几版；默认最新", "Which version; the newest by default", value: "n"))
    var version: Int?

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        if let version, version < 1 { throw ValidationError(say("版本从 1 数起", "versions count from 1")) }
    }

    func run() throws {
        let views = try archive.open().show(id, version: version)
        var output = Output()
        for (number, view) in views.enumerated() {
            if json {
                output.line(Self.object(view))
            } else {
                if number > 0 { output.line("") }
                print(view, to: &output)
            }
            try output.flushIfLarge()
        }
        try output.flush()
        if views.isEmpty {
            Notices.print(say("没有找到编号 \(id)", "no record has the number \(id)"))
            throw ExitCode(Exit.nothingFound)
        }
        if views.count > 1, !json {
            Notices.print(say("提示：有 \(views.count) 条记录用这个编号", "note: \(views.count) records have this number"))
        }
    }

    /// The record's own members, and what the archive knows of it under a key of its own.
    private static func object(_ view: RecordView) -> JSONObject {
        var object = view.record
        object.set("archive", to: .object([
            "id": .string(view.id), "version": .integer(view.versionNumber), "sequence": .integer(view.sequence.rawValue),
            "recordedAt": .string(view.recordedAt), "withdrawn": .bool(view.isWithdrawn),
            "versions": .array(view.versions.map { version in
                .object([
                    "version": .integer(version.number), "sequence": .integer(version.sequence.rawValue),
                    "recordedAt": .string(version.recordedAt),
                ])
            }),
        ]) as JSONValue)
        return object
    }

    private func print(_ view: RecordView, to output: inout Output) {
        let terminal = Terminal(color)
        output.line(terminal.bold(Terminal.line(view.id)) + (view.isWithdrawn ? say("（已撤回）", " (withdrawn)") : ""))
        output.line(terminal.dim(say(
            "第 \(view.versionNumber) 版，共 \(view.versions.count) 版；入库 \(view.recordedAt)",
            "version \(view.versionNumber) of \(view.versions.count), recorded \(view.recordedAt)")))
        output.line("")
        RecordPrinter(terminal: terminal).print(view.record, to: &output)
    }
}
