// `juanzong verify`: whether records and index are whole and agree.

import ArgumentParser
import Engine
import Records

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: say("检查档案库是否完好。", "Check that the archive is whole."),
        discussion: say(
            "读遍全部记录和索引。有问题时退出码为 2。\n\n例：juanzong verify --json",
            "Reads all records and the whole index. Exit 2 when there are problems.\n\nExample: juanzong verify --json"))

    @OptionGroup var archive: ArchiveOptions

    @Flag(help: help("输出 JSON", "Print JSON"))
    var json = false

    func run() throws {
        let bar = ProgressBar()
        defer { bar.clear() }
        let answer = try archive.open().verify { bar.report($0) }
        bar.clear()
        let problems = answer.problems.map { $0.text(in: .ofUser) }
        var output = Output()
        if json {
            output.line([
                "ok": .bool(answer.isWhole), "problems": .array(problems.map { .string($0) }),
                "recordsChecked": .integer(answer.recordsChecked), "documentsChecked": .integer(answer.documentsChecked),
                "seconds": .decimal(bar.secondsGone, places: 3),
            ] as JSONObject)
        } else {
            let checked = say(
                "检查了 \(Figures.count(answer.recordsChecked)) 条记录、索引中 \(Figures.count(answer.documentsChecked)) 篇，用时 \(Figures.duration(bar.secondsGone))",
                "\(Figures.count(answer.recordsChecked)) records and \(Figures.count(answer.documentsChecked)) indexed documents checked in \(Figures.duration(bar.secondsGone))")
            output.line(checked)
            output.line(
                answer.isWhole
                    ? say("完好", "whole") : say("有 \(problems.count) 个问题", "\(problems.count) problems"))
        }
        try output.flush()
        if answer.isWhole { return }
        if !json { for problem in problems { Notices.print(say("问题：", "problem: ") + problem) } }
        throw ExitCode(Exit.error)
    }
}
