// `juanzong report …`: the figures of the rules.

import ArgumentParser
import Engine
import Records

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: say("统计报表：月报、年报、交叉统计、两期对比、更正、阶梯、重复率；超期、未了、反复转办、交接班、重大事项、待回访、登记核对、编号核对清单。", "The figures of the rules: month, year, pivot, comparison, corrections, ladder, repeats; lists of what is overdue, left open, or not as the rules want it."),
        discussion: say("例：juanzong report monthly 2024-03 --to 三月.xlsx", "Example: juanzong report monthly 2024-03 --to march.xlsx"),
        subcommands: [
            ReportMonthly.self, ReportAnnual.self, ReportPivot.self, ReportCompare.self, ReportCorrections.self,
            ReportLadder.self, ReportRepeats.self,
            ReportOverdue.self, ReportLoops.self, ReportTransfers.self, ReportHandover.self, ReportAlerts.self, ReportFollowups.self,
            ReportIntake.self, ReportNumbers.self,
        ])
}
