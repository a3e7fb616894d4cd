// The root of the command line: which verbs there are.

import ArgumentParser

struct Juanzong: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "juanzong",
        abstract: say("卷宗：投诉举报档案的检索。", "A search engine for complaint archives."),
        usage: "juanzong <verb> [--archive DIR] …",
        discussion: say(
            """
            结果写到标准输出，提示写到标准错误。退出码：0 找到或完成，1 没有找到，2 出错。
            档案库取自 --archive、环境变量 JUANZONG_ARCHIVE 或 ./archive。`juanzong --version` 列出各部分版本。

            例：
              juanzong init
              juanzong import 2023.csv --map 2023.yaml
              juanzong search 停车费 物业 date:2023
            """,
            """
            Results go to stdout, notices to stderr. Exit 0: found or done; 1: nothing found; 2: error.
            The archive is --archive, else JUANZONG_ARCHIVE, else ./archive. `juanzong --version` lists all versions.

            Example:
              juanzong init
              juanzong import 2023.csv --map 2023.yaml
              juanzong search 停车费 物业 date:2023
            """),
        subcommands: [
            Initialise.self, Import.self, Add.self, Edit.self, AddEvent.self, Withdraw.self,
            Search.self, Similar.self, Check.self, LinkRecords.self, UnlinkRecords.self, Matters.self, Analyze.self,
            Show.self, Export.self,
            Query.self, WordList.self, Synonyms.self, CompletionScript.self,
            TrendsCommand.self, ReportCommand.self,
            Statistics.self, Verify.self, Reindex.self, Compact.self, Backup.self,
            ProfileCommand.self, Audit.self, Unmask.self, KeyCommand.self, StatusCommand.self, CaseCommand.self, TransferCommand.self, Restore.self,
            Serve.self, TokenCommand.self,
            BuildShard.self, ManifestCommand.self, Bands.self, Pairs.self, Edges.self, Cluster.self, MonthlySeries.self, Batch.self,
        ])

    /// The second words of a verb that has some: `open`, `add` … of `case`.
    static func parts(of verb: String) -> [String] {
        configuration.subcommands.first { $0.configuration.commandName == verb }?.configuration.subcommands.compactMap { $0.configuration.commandName } ?? []
    }

    static var verbs: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName }
    }
}
