// What rises, as a page a leader reads: each alarm with its time line and bound, small multiples of the largest
// areas, a heat map of areas and weeks.

import Engine
import Records
import Trends

struct TrendPage {
    private let answer: TrendAnswer
    private static let periodsShown = 104
    private static let heatPeriods = 26

    init(_ answer: TrendAnswer) { self.answer = answer }

    var html: String {
        let title = say("正在上升的问题", "What is rising")
        var body = "<h1>\(title)</h1><p class=\"soft\">\(Page.escaped(TrendPrinter.heading(answer)))</p>"
        body += "<p class=\"soft\">\(Page.escaped(method))</p>\n"
        for notice in answer.notices { body += "<p class=\"soft\">\(Page.escaped(notice.text(in: .ofUser)))</p>" }
        if answer.alarms.isEmpty { body += "<p>\(say("没有预警。", "Nothing rises."))</p>" }
        if answer.total.count > 1 {
            body += "<section><h2>\(say("全部来件", "All records"))</h2>"
            // Drawn for a wall and for a telephone: one drawing scaled to both has letters that nobody reads.
            body += "<div class=\"wide\">\(chart(answer.total, [], width: 1088, height: 150))</div>"
            body += "<div class=\"narrow\">\(chart(answer.total, [], width: 340, height: 130))</div></section>"
        }
        body += "<div class=\"grid\">"
        for (place, alarm) in answer.alarms.enumerated() { body += article(alarm, place + 1) }
        body += "</div>\n" + multiples + heatMap
        return Page.html(title: title, body: body)
    }

    private func name(_ area: String) -> String { answer.regionNames[area] ?? area }

    private var method: String {
        switch answer.method {
        case .regression:
            say(
                "与三年以上的历史相比，按趋势、季节、春节、节假日与调休折算；带状区域为上限（百分之一）。",
                "Against three years and more, with trend, seasons, Spring Festival and holidays; the band ends at the bound (one in a hundred).")
        case .shortHistory:
            say("历史不足三年：只与最近各周相比，按全部来件折算。", "Less than three years: against the last weeks, as a share of all records.")
        case .tooShort: say("历史太短，不能比较。", "Too few weeks to compare.")
        }
    }

    private func article(_ alarm: TrendAlarm, _ number: Int) -> String {
        var out = "<article><h2>\(number). \(Page.escaped(alarm.title))</h2>"
        out += "<p class=\"soft\">\(Page.escaped(TrendPrinter.kind(alarm))) · <span class=\"rise\">\(TrendPrinter.shape(alarm))</span> · \(TrendPrinter.span(alarm))</p>"
        out += chart(alarm.counts, alarm.course, width: 340, height: 130, standing: Int(alarm.to.days - alarm.from.days + 1) / answer.grid.daysEach)
        out += "<p>\(Page.escaped(TrendPrinter.sentence(alarm)))</p>"
        if !alarm.also.isEmpty {
            out += "<p class=\"soft\">\(say("同时上升：", "also: "))\(Page.escaped(listed(alarm.also.prefix(12))))</p>"
        }
        out += "<ul>"
        for (id, title) in zip(alarm.records, alarm.titles) { out += "<li>\(Page.escaped(id)) \(Page.escaped(title))</li>" }
        out += "</ul>"
        if !alarm.resembles.isEmpty {
            out += "<p class=\"soft\">\(say("结案后再现：", "like closed matters:"))</p><ul>"
            for (id, title) in zip(alarm.resembles, alarm.resembledTitles) { out += "<li>\(Page.escaped(id)) \(Page.escaped(title))</li>" }
            out += "</ul>"
        }
        return out + "<p class=\"soft\"><code>juanzong search '\(Page.escaped(alarm.query))'</code></p></article>\n"
    }

    /// Counts as bars, the newest ones that stand out in red, with the band up to the bound and the expectation as a line.
    private func chart(
        _ all: [Int], _ course: [(expected: Double, bound: Int)?], width: Int, height: Int, standing: Int = 0
    ) -> String {
        let counts = Array(all.suffix(Self.periodsShown))
        let bounds = course.isEmpty ? [] : Array(course.suffix(Self.periodsShown))
        guard !counts.isEmpty else { return "" }
        let most = Double(max(counts.max() ?? 1, bounds.compactMap { $0?.bound }.max() ?? 1, 1))
        let (left, bottom, top) = (34.0, Double(height) - 22, 8.0)
        let step = (Double(width) - left - 6) / Double(counts.count)
        func y(_ value: Double) -> Double { bottom - (bottom - top) * min(value, most) / most }
        var out = "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(say("每期件数", "counts per period"))\">"
        for value in [0, most / 2, most] {
            out += "<line x1=\"\(Page.place(left))\" x2=\"\(width - 6)\" y1=\"\(Page.place(y(value)))\" y2=\"\(Page.place(y(value)))\" stroke=\"var(--line)\"/>"
            out += "<text x=\"\(Page.place(left - 4))\" y=\"\(Page.place(y(value) + 4))\" text-anchor=\"end\">\(Figures.count(Int(value.rounded())))</text>"
        }
        if !bounds.isEmpty {
            // A step for each period: a bound holds for the whole of it.
            var upper = "", line = ""
            for (place, one) in bounds.enumerated() {
                guard let one else { continue }
                let (x, end) = (left + Double(place) * step, left + Double(place + 1) * step)
                upper += "<rect x=\"\(Page.place(x))\" width=\"\(Page.place(end - x + 0.3))\" y=\"\(Page.place(y(Double(one.bound))))\" height=\"\(Page.place(bottom - y(Double(one.bound))))\" fill=\"var(--band)\"/>"
                line += "\(line.isEmpty ? "M" : "L")\(Page.place((x + end) / 2)) \(Page.place(y(one.expected)))"
            }
            out += upper + "<path d=\"\(line)\" fill=\"none\" stroke=\"var(--soft)\" stroke-dasharray=\"4 3\"/>"
        }
        for (place, count) in counts.enumerated() where count > 0 {
            let colour = place >= counts.count - standing ? "var(--rise)" : "var(--calm)"
            let x = left + Double(place) * step + step * 0.15
            out += "<rect x=\"\(Page.place(x))\" width=\"\(Page.place(max(step * 0.7, 0.8)))\" y=\"\(Page.place(y(Double(count))))\" height=\"\(Page.place(bottom - y(Double(count))))\" fill=\"\(colour)\"/>"
        }
        let first = answer.grid.count - counts.count
        for (place, anchor) in [(0, "start"), (counts.count - 1, "end")] {
            let x = anchor == "start" ? left : Double(width) - 6
            out += "<text x=\"\(Page.place(x))\" y=\"\(height - 6)\" text-anchor=\"\(anchor)\">\(answer.grid.date(endOf: first + place).text)</text>"
        }
        return out + "</svg>"
    }

    /// The largest areas side by side, each on its own scale.
    private var multiples: String {
        guard answer.areas.count > 1 else { return "" }
        var out = "<section><h2>\(say("主要区域", "Largest areas"))</h2><div class=\"grid\">"
        for area in answer.areas.prefix(9) {
            out += "<article><p>\(Page.escaped(name(area.key)))</p>\(chart(area.counts, [], width: 340, height: 90))</article>"
        }
        return out + "</div></section>\n"
    }

    /// Areas down, weeks across; the darker, the more of the area's own largest week.
    private var heatMap: String {
        guard answer.areas.count > 1 else { return "" }
        let shown = min(Self.heatPeriods, answer.grid.count)
        let (left, cell, high) = (130.0, 30.0, 22.0)
        let width = left + Double(shown) * cell
        let height = Double(answer.areas.count) * high + 26
        var out = "<section><h2>\(say("区域与周", "Areas and weeks"))</h2><div class=\"scroll\"><svg style=\"min-width:\(Int(width))px\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\" aria-label=\"\(say("热力图", "heat map"))\">"
        for (row, area) in answer.areas.enumerated() {
            let y = Double(row) * high
            out += "<text x=\"\(Page.place(left - 8))\" y=\"\(Page.place(y + 15))\" text-anchor=\"end\">\(Page.escaped(EastAsianWidth.fit(name(area.key), columns: 18)))</text>"
            let counts = Array(area.counts.suffix(shown))
            let most = Double(max(counts.max() ?? 1, 1))
            for (place, count) in counts.enumerated() {
                let depth = Double(count) / most
                out += "<rect x=\"\(Page.place(left + Double(place) * cell))\" y=\"\(Page.place(y))\" width=\"\(Page.place(cell - 1))\" height=\"\(Page.place(high - 1))\" fill=\"var(--rise)\" fill-opacity=\"\(Int(depth * 90) + 4)%\"><title>\(Page.escaped(name(area.key))) \(answer.grid.date(endOf: answer.grid.count - shown + place).text): \(count)</title></rect>"
                out += "<text x=\"\(Page.place(left + Double(place) * cell + cell / 2))\" y=\"\(Page.place(y + 15))\" text-anchor=\"middle\"\(depth > 0.6 ? " style=\"fill:#fff\"" : "")>\(count > 0 ? String(count) : "")</text>"
            }
        }
        if shown > 0 {
            for (place, anchor) in [(0, "start"), (shown - 1, "end")] {
                let x = anchor == "start" ? left : width
                out += "<text x=\"\(Page.place(x))\" y=\"\(Page.place(height - 8))\" text-anchor=\"\(anchor)\">\(answer.grid.date(endOf: answer.grid.count - shown + place).text)</text>"
            }
        }
        return out + "</svg></div></section>\n"
    }
}
