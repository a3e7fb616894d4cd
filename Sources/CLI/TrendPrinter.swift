// An alarm in plain words, with a line of its weeks; as JSON; as rows of a table.

import Answers
import Engine
import Records
import Trends

struct TrendPrinter {
    let terminal: Terminal
    private static let sparkPeriods = 26

    func print(_ answer: TrendAnswer, seconds: Double, to output: inout Output) {
        output.line(terminal.dim(Self.heading(answer) + say("，用时 ", ", in ") + Figures.duration(seconds)))
        for (place, alarm) in answer.alarms.enumerated() {
            output.line("")
            show(alarm, number: place + 1, answer, to: &output)
        }
        guard !answer.clusters.isEmpty else { return }
        output.line("")
        output.line(terminal.bold(say("集中的区域", "Where it concentrates")))
        for cluster in answer.clusters {
            let area = Terminal.line(answer.regionNames[cluster.area].map { "\($0) \(cluster.area)" } ?? cluster.area)
            output.line(
                say(
                    "    \(area)：近 \(cluster.periods) 期 \(Figures.count(cluster.observed)) 件，按占比应有 \(Figures.tenths(cluster.expected)) 件（p \(TrendAlarm.small(cluster.p))）",
                    "    \(area): \(Figures.count(cluster.observed)) in the last \(cluster.periods) periods, \(Figures.tenths(cluster.expected)) by its share (p \(TrendAlarm.small(cluster.p)))"))
        }
    }

    static func heading(_ answer: TrendAnswer) -> String {
        let until = answer.grid.count > 0 ? answer.grid.date(endOf: answer.grid.count - 1).text : ""
        return say(
            "截至 \(until)：检验 \(Figures.count(answer.tested)) 个序列，预警 \(answer.alarms.count) 条（误报率 q ≤ 0.05，快照 \(answer.snapshot)）",
            "Until \(until): \(Figures.count(answer.tested)) series tested, \(answer.alarms.count) \(answer.alarms.count == 1 ? "alarm" : "alarms") (false discovery rate q ≤ 0.05, snapshot \(answer.snapshot))")
    }

    private func show(_ alarm: TrendAlarm, number: Int, _ answer: TrendAnswer, to output: inout Output) {
        let label = "\(number)."
        let indent = String(repeating: " ", count: max(4, label.utf8.count + 1))
        let name = EastAsianWidth.padded(label, to: indent.utf8.count) + terminal.bold(Terminal.line(alarm.title))
        let code = alarm.name == nil ? "" : " " + Terminal.line(alarm.key)
        output.line(name + "  " + terminal.dim("\(Self.kind(alarm))\(code) · \(Self.shape(alarm))"))
        output.line(indent + Self.sentence(alarm))
        output.line(
            indent + Self.spark(alarm.counts.suffix(Self.sparkPeriods)) + terminal.dim(
                say("  近 \(min(Self.sparkPeriods, alarm.counts.count)) 期，\(Self.span(alarm))", "  last \(min(Self.sparkPeriods, alarm.counts.count)) periods, \(Self.span(alarm))")))
        if !alarm.also.isEmpty {
            output.line(indent + say("同时上升：", "also: ") + listed(alarm.also.prefix(12).map(Terminal.line)))
        }
        if !alarm.parents.isEmpty {
            output.line(indent + say("上级也在上升：", "rising above it: ") + listed(alarm.parents.map { Terminal.line(answer.regionNames[$0] ?? $0) }))
        }
        let width = max(20, Terminal.columns(of: 1) - indent.utf8.count)
        for (id, title) in zip(alarm.records, alarm.titles) {
            output.line(indent + EastAsianWidth.fit("\(Terminal.line(id))  \(Terminal.line(title))", columns: width))
        }
        if !alarm.resembles.isEmpty {
            output.line(indent + say("结案后再现，类似已结：", "like matters already closed:"))
            for (id, title) in zip(alarm.resembles, alarm.resembledTitles) {
                output.line(indent + EastAsianWidth.fit("\(Terminal.line(id))  \(Terminal.line(title))", columns: width))
            }
        }
        output.line(indent + terminal.dim(say("全部记录：", "all records: ") + "juanzong search '\(Terminal.line(alarm.query))'"))
    }

    static func kind(_ alarm: TrendAlarm) -> String {
        if alarm.by == "term" { return say("词语", "term") }
        return Field.named(alarm.by)?.name(in: .ofUser) ?? alarm.by
    }

    static func shape(_ alarm: TrendAlarm) -> String {
        alarm.shape == .sharp ? say("苗头（急升）", "sharp rise") : say("倾向（持续上升）", "sustained rise")
    }

    static func sentence(_ alarm: TrendAlarm) -> String {
        let days = Int(alarm.to.days - alarm.from.days) + 1
        var text = say(
            "\(days) 天 \(Figures.count(alarm.observed)) 件，按以往应有 \(expected(alarm)) 件（上限 \(alarm.bound)，q \(TrendAlarm.small(alarm.q))）",
            "\(Figures.count(alarm.observed)) in \(days) days, \(expected(alarm)) expected (bound \(alarm.bound), q \(TrendAlarm.small(alarm.q)))")
        if alarm.raw != alarm.observed { text += say("，连重复 \(Figures.count(alarm.raw)) 件", ", \(Figures.count(alarm.raw)) with repeats") }
        if let people = alarm.people { text += say("，\(Figures.count(people)) 人", ", by \(Figures.count(people)) people") }
        if let share = alarm.topShare, share > 0 {
            let percent = Int((share * 100).rounded())
            text += say("，最多的一人占 \(percent)%", ", \(percent)% by one person")
        }
        return text
    }

    /// When the burst began and ended, and the one before it.
    static func span(_ alarm: TrendAlarm) -> String {
        var text = say("始于 \(alarm.start.text)", "began \(alarm.start.text)")
        text += alarm.end.map { say("，止于 \($0.text)", ", ended \($0.text)") } ?? say("，仍在继续", ", still on")
        if let before = alarm.earlier.last {
            text += say("；上一次 ", "; before it ") + before.lowerBound.text + say(" 至 ", " to ") + before.upperBound.text
        }
        return text
    }

    private static func expected(_ alarm: TrendAlarm) -> String {
        alarm.expected < 0.1 ? say("不到 0.1", "less than 0.1") : Figures.tenths(alarm.expected)
    }

    static func spark(_ counts: some Collection<Int>) -> String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let most = max(counts.max() ?? 0, 1)
        return String(counts.map { $0 == 0 ? "▁" : bars[min(7, $0 * 7 / most)] })
    }

    static func table(_ answer: TrendAnswer) -> FigureTable {
        var table = FigureTable(
            title: heading(answer),
            columns: [
                say("种类", "kind"), say("名称", "key"), say("形态", "shape"), say("件数", "observed"), say("应有", "expected"),
                say("上限", "bound"), "q", say("开始", "start"), say("结束", "end"), say("人数", "people"), say("记录", "records"), say("查询", "query"),
            ])
        for alarm in answer.alarms {
            var cells: [FigureTable.Cell] = [.text(kind(alarm)), .text(alarm.title), .text(shape(alarm))]
            cells += [.integer(alarm.observed), .decimal((alarm.expected * 10).rounded() / 10), .integer(alarm.bound)]
            cells += [.decimal(alarm.q), .text(alarm.start.text), alarm.end.map { .text($0.text) } ?? .empty, alarm.people.map { .integer($0) } ?? .empty]
            cells += [.text(alarm.records.joined(separator: " ")), .text(alarm.query)]
            table.rows.append(FigureTable.Row(cells: cells, query: alarm.query))
        }
        return table
    }
}
