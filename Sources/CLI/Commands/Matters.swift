// `juanzong matters`: what many people complain of, where and since when, and whether it grows.

import ArgumentParser
import Engine
import Records

struct Matters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matters",
        abstract: say("热点问题：把记录归并成事项。", "Group records into matters."),
        discussion: say(
            """
            同一事项的记录归在一起：件、人、人次分列，注明被投诉人、地点、起止日期、是否上升。
            同一被投诉人、同一事由的不同投诉人达到 5 人（--group）时，提示建议推选代表。
            第一次运行归并整个档案库，以后只处理新的记录。--csv 输出热点问题表（summary）或热点问题明细表（details）。

            例：juanzong matters --min-people 5
                juanzong matters --from 2024-03-01 --rising
                juanzong matters --csv details --limit 5 > 热点问题明细表.csv
            """,
            """
            Records about one matter stand together: records, people and person-times apart, with respondents, places, first
            and last day, and whether it grows. Five different people (--group) on one respondent and cause raise the prompt
            to elect representatives. The first run takes the whole archive, later ones what is new.

            Example: juanzong matters --min-people 5
                     juanzong matters --from 2024-03-01 --rising
                     juanzong matters --csv details --limit 5 > details.csv
            """))

    enum Table: String, ExpressibleByArgument, CaseIterable { case summary, details }

    @OptionGroup var archive: ArchiveOptions

    @Option(help: help("至少有几个不同的人", "At least so many different people", value: "n"))
    var minPeople = 1

    @Option(help: help("至少有几件", "At least so many records", value: "n"))
    var minRecords = 2

    @Option(help: help("从这一天起", "Received from this day on", value: "date"))
    var from: String?

    @Option(help: help("到这一天止；“上升”以此日为准", "Received up to this day, from which rising is judged", value: "date"))
    var until: String?

    @Flag(help: help("只列正在上升的", "Only those that grow"))
    var rising = false

    @Option(help: help("多少人起提示推选代表", "People from which representatives should be elected", value: "n"))
    var group = 5

    @Option(help: help("最多列出几个", "How many to list", value: "n"))
    var limit = 20

    @Option(help: help("输出 CSV：summary（热点问题表）或 details（热点问题明细表）", "Print CSV: summary or details", value: "table"))
    var csv: Table?

    @Flag(help: help("以归并好的为准，不等还没有归并的记录", "As far as records are grouped by now, without waiting for the others"))
    var now = false

    @Option(help: help("JSON 中每个事项最多列出几个编号", "How many ids of a matter JSON lists", value: "n"))
    var ids: Int?

    @Flag(help: help("每个事项输出一个 JSON", "Print one JSON object a matter"))
    var json = false

    @Option(help: help("何时用颜色标出：auto、always、never", "When to mark with colours: auto, always, never", value: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        try HitLimit.check(limit)
        _ = try Self.date(from, "--from")
        _ = try Self.date(until, "--until")
        guard minPeople >= 0, minRecords >= 1, group >= 2, ids ?? 0 >= 0 else {
            throw ValidationError(say("人数和件数须为正数，--group 至少为 2", "numbers must be positive, --group at least 2"))
        }
    }

    static func date(_ text: String?, _ option: String) throws -> CalendarDate? {
        guard let text else { return nil }
        guard let date = try? CalendarDate(parsing: text) else {
            throw ValidationError(say("\(option) 写成 2024-03-01 这样", "write \(option) such as 2024-03-01"))
        }
        return date
    }

    func run() throws {
        var request = MattersRequest()
        request.peopleMin = minPeople
        request.recordsMin = max(minRecords, minPeople > 1 ? 2 : 1)
        request.limit = limit
        request.from = try Self.date(from, "--from")
        request.until = try Self.date(until, "--until")
        request.groupMin = group
        request.onlyRising = rising
        request.waits = !now
        let progress = ProgressBar()
        let answer = try archive.open().matters(request, report: progress.report)
        progress.clear()
        var output = Output()
        let terminal = Terminal(color)
        if let csv {
            Self.printTable(csv, answer, to: &output)
        } else if json {
            for matter in answer.matters { output.line(Self.object(matter, idsMax: ids ?? .max)) }
        } else {
            for (place, matter) in answer.matters.enumerated() {
                if place > 0 { output.line("") }
                Self.print(matter, rank: place + 1, terminal, to: &output)
                try output.flushIfLarge()
            }
        }
        try output.flush()
        if answer.behind > 0 {
            // A service goes on with it behind everybody's back.
            let inBackground = Console.current == nil ? "" : say("，正在后台归并", "; that is done in the background")
            Notices.print(say("提示：还有 \(Figures.count(answer.behind)) 件没有归入事项", "note: \(Figures.count(answer.behind)) records are not grouped yet") + inBackground)
        }
        if answer.matters.isEmpty {
            if !json { Notices.print(say("没有符合条件的事项", "no such matters")) }
            throw ExitCode(Exit.nothingFound)
        }
        guard !json else { return }
        if answer.total > answer.matters.count {
            Notices.print(say("共 \(Figures.count(answer.total)) 个事项，用 --limit 查看更多", "\(Figures.count(answer.total)) matters in all; see more with --limit"))
        }
        if !answer.personsAreKnown {
            Notices.print(say("提示：没有密钥，人数不可知", "note: without the key people cannot be counted"))
        }
    }

    private static func named(_ list: [(name: String, count: Int)], _ count: Int) -> String {
        listed(list.prefix(count).map { Terminal.line($0.name) + ($0.count > 1 ? " \($0.count)" : "") })
            + (list.count > count ? say(" 等", " …") : "")
    }

    private static func print(_ matter: MatterView, rank: Int, _ terminal: Terminal, to output: inout Output) {
        let label = EastAsianWidth.padded("\(rank).", to: 4)
        output.line(label + terminal.bold(Terminal.line(matter.title)) + (matter.isRising ? "  " + terminal.hit(say("上升", "rising")) : ""))
        let counts = say(
            "\(matter.records) 件  \(matter.people) 人  \(matter.personTimes) 人次", "\(matter.records) records  \(matter.people) people  \(matter.personTimes) person-times")
        output.line("    " + counts + terminal.dim("  \(matter.first) – \(matter.last)  \(Terminal.line(matter.matter))"))
        if !matter.respondents.isEmpty { output.line("    " + say("被投诉人 ", "respondents ") + named(matter.respondents, 3)) }
        if !matter.places.isEmpty { output.line("    " + say("地点 ", "places ") + named(matter.places, 3)) }
        if let category = matter.category { output.line("    " + terminal.dim(Terminal.line(category))) }
        if matter.isRising {
            output.line("    " + say("近 7 日 \(matter.recent) 件，此前四周平均每周 \(Figures.tenths(matter.expected)) 件", "\(matter.recent) in the last 7 days, \(Figures.tenths(matter.expected)) a week in the four before"))
        }
        if matter.asksForRepresentatives {
            output.line("    " + terminal.hit(say("多人反映同一被投诉人同一事由：建议推选代表", "many people on one respondent and cause: suggest that they elect representatives")))
        }
    }

    private static func object(_ matter: MatterView, idsMax: Int) -> JSONObject {
        func list(_ values: [(name: String, count: Int)]) -> JSONValue {
            .array(values.map { .object(["name": .string($0.name), "records": .integer($0.count)]) })
        }
        var object: JSONObject = [
            "matter": .string(matter.matter), "title": .string(matter.title), "records": .integer(matter.records),
            "people": .integer(matter.people), "personTimes": .integer(matter.personTimes),
            "respondents": list(matter.respondents), "places": list(matter.places), "first": .string(matter.first),
            "last": .string(matter.last), "rising": .bool(matter.isRising), "recent": .integer(matter.recent),
            "expected": .decimal(matter.expected, places: 2), "group": .bool(matter.asksForRepresentatives),
        ]
        object.set("category", to: matter.category.map { .string($0) })
        object.set("ids", to: .array(matter.members.prefix(idsMax).map { .string($0.id) }))
        return object
    }

    /// The two tables that analysts know; their headings are Chinese wherever they are read.
    private static func printTable(_ table: Table, _ answer: MattersAnswer, to output: inout Output) {
        var lines = CSVLines()
        switch table {
        case .summary:
            lines.append(
                ["热度排名", "问题ID", "件数", "人数", "人次", "时间范围", "地点/人群", "问题描述", "被投诉人", "类别", "是否上升", "建议推选代表"], to: &output)
            for (place, matter) in answer.matters.enumerated() {
                lines.append(
                    [
                        "\(place + 1)", matter.matter, "\(matter.records)", "\(matter.people)", "\(matter.personTimes)",
                        "\(matter.first) 至 \(matter.last)", matter.places.prefix(3).map(\.name).joined(separator: "、"),
                        matter.title, matter.respondents.prefix(3).map(\.name).joined(separator: "、"),
                        matter.category ?? "", matter.isRising ? "是" : "否", matter.asksForRepresentatives ? "是" : "否",
                    ], to: &output)
            }
        case .details:
            lines.append(["热度排名", "问题ID", "编号", "时间", "主题", "被投诉人", "地点", "承办单位", "状态", "匿名"], to: &output)
            for (place, matter) in answer.matters.enumerated() {
                for member in matter.members {
                    lines.append(
                        [
                            "\(place + 1)", matter.matter, member.id, member.date, member.title, member.respondent ?? "",
                            member.region ?? "", member.leadUnit ?? "", member.status ?? "", member.isAnonymous ? "是" : "否",
                        ], to: &output)
                }
            }
        }
    }
}
