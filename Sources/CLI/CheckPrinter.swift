// How candidates look: for the intake desk a short list with what to do next, for a program one JSON object a line.

import Answers
import Engine
import Records

struct CheckPrinter {
    let terminal: Terminal
    /// Passages shown to a person; `--json` gives all.
    private static let passagesMax = 3
    private static let passageColumns = 60
    /// 5人以上 (R92).
    private static let groupMin = 5

    // MARK: For a person

    func print(_ answer: CheckAnswer, to output: inout Output) {
        output.line(terminal.bold(Terminal.line(answer.query)) + "  " + terminal.dim(summary(answer)))
        for candidate in answer.candidates {
            output.line("")
            print(candidate, to: &output)
        }
        let rest = answer.counts.values.reduce(0, +) - answer.candidates.count
        output.line("")
        if rest > 0 { output.line(terminal.dim(say("另有 \(Figures.count(rest)) 条，用 --limit 查看", "\(Figures.count(rest)) more; see them with --limit"))) }
        if answer.decided > 0 {
            output.line(terminal.dim(say("已作决定、不再提出的 \(answer.decided) 条（--all 显示）", "\(answer.decided) decided already, not proposed again (--all shows them)")))
        }
        if answer.groupRecords + 1 >= Self.groupMin {
            let (count, days) = (answer.groupRecords + 1, CheckRequest.groupDays)
            output.line(
                terminal.hit(
                    say("连同本件，\(days) 天内至少 \(count) 件由不同的人反映同一被投诉人同一事由：建议推选代表", "with this one at least \(count) records by different people on one respondent and cause within \(days) days: suggest that they elect representatives")))
        }
        if answer.isAnonymous {
            output.line(terminal.dim(say("匿名：不作任何身份推断", "anonymous: no identity is derived")))
        } else if !answer.comparedPersons {
            output.line(terminal.dim(say("没有投诉人信息或密钥：未比对身份", "no complainant or no key: persons were not compared")))
        }
    }

    private func summary(_ answer: CheckAnswer) -> String {
        CheckVerdict.allCases.filter { answer.counts[$0, default: 0] > 0 }.sorted()
            .map { "\(Self.name($0)) \(answer.counts[$0, default: 0])" }.joined(separator: "  ")
    }

    static func name(_ verdict: CheckVerdict) -> String {
        let words =
            switch verdict {
            case .sameFiling: say("同件", "same filing")
            case .sameText: say("同文", "same text")
            case .repeatComplaint: say("重复", "repeat")
            case .sameMatter: say("关联", "related")
            case .sameRespondent: say("同一被投诉人", "same respondent")
            case .appeal: say("申诉复查", "appeal")
            }
        return "\(verdict.rawValue) \(words)"
    }

    private func print(_ candidate: CheckCandidate, to output: inout Output) {
        let title = candidate.title.isEmpty ? say("（无标题）", "(no title)") : Terminal.line(candidate.title)
        output.line("  " + terminal.hit(Self.name(candidate.verdict)) + "  " + terminal.bold(title))
        var line = "\(candidate.date)  \(Terminal.line(candidate.id))"
        if let name = candidate.respondentName { line += "  " + Terminal.line(name) }
        output.line("      " + terminal.dim(line))
        output.line("      " + candidate.reason.text(in: .ofUser))
        let handling = [
            candidate.leadUnit.map { say("承办 ", "unit ") + $0 }, candidate.handler.map { say("经办 ", "handler ") + $0 },
            candidate.status, candidate.verified, candidate.outcome.map { String($0.prefix(40)) },
        ].compactMap { $0.map(Terminal.line) }
        if !handling.isEmpty { output.line("      " + handling.joined(separator: say("；", "; "))) }
        if candidate.passages.isEmpty { return }
        for passage in candidate.passages.sorted(by: { $0.length > $1.length }).prefix(Self.passagesMax) {
            output.line("      " + terminal.dim("“" + EastAsianWidth.fit(Terminal.line(passage.text), columns: Self.passageColumns) + "”"))
        }
    }

    // MARK: For a program

    func printJSON(_ answer: CheckAnswer, to output: inout Output) {
        for candidate in answer.candidates { output.line(candidate.object(query: answer.query, in: .ofUser)) }
    }
}
