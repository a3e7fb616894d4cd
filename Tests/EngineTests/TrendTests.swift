// Trends and reports over a whole archive, against a slow recount of the records as they were imported.

import Engine
import Glibc
import Records
import SyntheticCorpus
import TestSupport
import Testing
import Trends

/// Records as plain JSON, and the archive they are in.
private final class Books {
    let folder = TemporaryFolder()
    let engine: Engine
    /// The newest version of each record, by id.
    var records: [String: JSONObject] = [:]
    private var file = 0

    init(_ count: Int = 0, seed: UInt64 = 5) throws {
        let options = EngineOptions(archivePath: folder.path + "/archive")
        _ = try Engine.create(options, profile: nil)
        engine = try Engine(opening: options)
        guard count > 0 else { return }
        let generator = try Generator(seed: seed, plan: Plan(records: count))
        var lines: [JSONObject] = []
        for number in 0..<count {
            var bytes: [UInt8] = []
            generator.recordJSON(number, into: &bytes)
            lines.append(try #require(try JSONValue.parse(bytes.span).objectValue))
        }
        try put(lines)
    }

    func put(_ lines: [JSONObject]) throws {
        var bytes: [UInt8] = []
        for line in lines {
            line.write(into: &bytes)
            bytes.append(0x0A)
            records[try #require(line["id"]?.plain ?? line["registerNo"]?.plain)] = line
        }
        file += 1
        FileBytes.write(bytes, to: folder.file("\(file).jsonl"))
        let summary = try engine.importRecords(ImportRequest(path: folder.file("\(file).jsonl")), report: { _ in })
        try #require(summary.rejected == 0)
    }

    /// A slow recount: the text of JSON, nothing of the index, nothing of the report.
    func recount(month: String, _ key: (JSONObject) -> [String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for record in records.values where record["receivedAt"]?.plain.hasPrefix(month) ?? false {
            for value in Set(key(record)) { counts[value, default: 0] += 1 }
        }
        return counts
    }

    static func month(_ text: String) -> ClosedRange<CalendarDate> { CalendarDate.period(text)! }
}

extension JSONValue {
    /// Of a string its characters, of anything else its JSON.
    fileprivate var plain: String { if case .string(let text) = self { text } else { text } }
}

private func topCategory(_ record: JSONObject) -> [String] {
    let paths = record["category"]?.array?.map(\.plain) ?? [record["category"]?.plain ?? ""]
    return paths.filter { !$0.isEmpty }.map { String($0.prefix { $0 != "/" }) }
}

private func counts(_ table: FigureTable?) -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in table?.rows ?? [] where !row.isTotal {
        if case .text(let key) = row.cells[0], case .integer(let count) = row.cells[1] { counts[key] = count }
    }
    return counts
}

@Suite struct TrendTests {
    @Test(arguments: Seed.sample(2)) func `a month's figures are those of a slow recount, and open to as many records`(seed: Seed) throws {
        let books = try Books(1_500, seed: seed.start)
        for month in ["2022-03", "2022-09"] {
            let year = Int(month.prefix(4))!
            let report = try books.engine.monthlyReport(
                year: year, month: Int(month.suffix(2))!, ReportRequest(period: Books.month(month)), .chinese)
            let all = books.recount(month: month) { _ in ["all"] }["all"] ?? 0
            let overall = try #require(report.tables.first { $0.name == "overall" })
            #expect(overall.rows[0].cells[1] == .integer(all), "\(seed)")
            let byCategory = report.tables.first { $0.name == "category" }
            #expect(counts(byCategory) == books.recount(month: month, topCategory), "\(seed)")
            for table in report.tables {
                for row in table.rows.prefix(12) {
                    guard let query = row.query, case .integer(let count) = row.cells[1] else { continue }
                    #expect(try books.engine.count(SearchRequest(query: query)).count == count, "\(seed) \(query)")
                }
            }
        }
    }

    @Test func `a pivot's cells are a recount's`() throws {
        let books = try Books(1_200)
        let request = ReportRequest(period: Books.month("2022"))
        let report = try books.engine.pivotReport(
            rows: .field(.category, depth: 1), columns: .month, request, .english)
        let table = try #require(report.tables.first)
        for (place, title) in table.columns.enumerated() where title.hasPrefix("2022-") {
            let expected = books.recount(month: title, topCategory)
            for row in table.rows where !row.isTotal {
                guard case .text(let key) = row.cells[0] else { continue }
                #expect(row.cells[place] == .integer(expected[key] ?? 0))
            }
        }
    }

    @Test func `an earlier snapshot gives its figures again after changes, and the changes are listed`() throws {
        let books = try Books(600)
        let month = "2022-06"
        func figures(_ snapshot: String?) throws -> (id: String, counts: [String: Int], all: FigureTable.Cell) {
            var request = ReportRequest(period: Books.month(month))
            request.snapshot = snapshot
            let report = try books.engine.monthlyReport(year: 2022, month: 6, request, .english)
            return (
                report.snapshot, counts(report.tables.first { $0.name == "category" }),
                report.tables[0].rows[0].cells[1]
            )
        }
        let before = try figures(nil)
        // One moved to another month, one to another category, one new, one withdrawn.
        let inside = books.records.values.filter { $0["receivedAt"]!.plain.hasPrefix(month) && $0["id"] != nil }
            .sorted { $0["id"]!.plain < $1["id"]!.plain }
        try #require(inside.count >= 4)
        var (moved, renamed, added) = (inside[0], inside[1], inside[2])
        moved.set("receivedAt", to: "2022-05-02")
        renamed.set("category", to: "别的/新类")
        added.set("id", to: "LATE-1")
        added.set("registerNo", to: "LATE-1")
        added.set("aliasNos", to: .array([]))
        try books.put([moved, renamed, added])
        let after = try figures(nil)
        #expect(after.counts == books.recount(month: month, topCategory))
        #expect(after.counts["别的"] == 1)
        #expect(after.id != before.id)
        let again = try figures(before.id)
        #expect(again.counts == before.counts && again.all == before.all && again.id == before.id)
        let table = try books.engine.corrections(ReportRequest(period: Books.month(month)), since: before.id, .english)
        let lines = table.rows.map { $0.cells }
        #expect(lines.contains { $0[0] == .text("LATE-1") && $0[1] == .text("added late") })
        #expect(lines.contains { $0[0] == .text(moved["id"]!.plain) && $0[1] == .text("withdrawn or moved out") })
        #expect(lines.contains { $0[0] == .text(renamed["id"]!.plain) && $0[1] == .text("category") && $0[3] == .text("别的/新类") })
        _ = try books.engine.withdraw([inside[3]["id"]!.plain])
        #expect(try figures(before.id).counts == before.counts)
        #expect(throws: EngineError.self) { try figures("000000-3") }
        #expect(throws: EngineError.self) { try figures(String(before.id.prefix(7)) + "99999999") }
    }

    @Test func `series of the index are a recount, parents and areas with them`() throws {
        let books = try Books(1_500)
        var request = TrendRequest()
        request.by = ["category"]
        request.until = CalendarDate(year: 2022, month: 12, day: 28)
        let answer = try books.engine.trends(request)
        var slow = [Int](repeating: 0, count: answer.grid.count)
        for record in books.records.values {
            let day = try Timestamp(parsing: record["receivedAt"]!.plain).date
            if let period = answer.grid.period(ofDay: Int(day.days)) { slow[period] += 1 }
        }
        #expect(answer.total == slow)
    }

    /// A quiet year, then a burst: forty records a week of four kinds.
    private func year(burst: (Int) -> JSONObject?) throws -> Books {
        let books = try Books()
        var lines: [JSONObject] = []
        let first = Int(CalendarDate(year: 2024, month: 1, day: 1)!.days)
        for day in 0..<280 {
            for number in 0..<6 {
                let kind = ["供水/停水", "交通/占道", "环境/噪声", "物业/收费"][(day + number) % 4]
                lines.append([
                    "id": .string("B\(day)-\(number)"), "receivedAt": .string(CalendarDate(days: Int32(first + day))!.text),
                    "title": .string("\(kind)问题"), "content": .string("反映\(kind)的事，第\(day * 6 + number)件"),
                    "category": .string(kind),
                    "complainants": .array([.object(["name": .string("甲\(day)\(number)"), "phone": .string("1390000\(1_000 + day * 6 + number)")])]),
                ])
            }
        }
        for number in 0..<30 { if let line = burst(number) { lines.append(line) } }
        try books.put(lines)
        return books
    }

    private static func burstLine(_ number: Int, phone: String, content: String) -> JSONObject {
        [
            "id": .string("X\(number)"), "receivedAt": .string("2024-10-0\(1 + number % 6)"), "title": "健身房关门跑路",
            "content": .string(content), "category": "消费/预付卡",
            "complainants": .array([.object(["name": .string("乙" + phone), "phone": .string(phone)])]),
        ]
    }

    @Test func `a burst of many people is raised, with its words`() throws {
        let books = try year { Self.burstLine($0, phone: "1380000\(1_000 + $0)", content: "某健身房突然关门，第\($0)位会员办的卡退不了钱") }
        let answer = try books.engine.trends(TrendRequest())
        let alarm = try #require(answer.alarms.first { $0.key.hasPrefix("消费") })
        #expect(alarm.observed == 30 && alarm.people == 30 && alarm.expected < 1 && alarm.q <= 0.05)
        #expect(alarm.records.count == 3 && alarm.method == .shortHistory)
        #expect(try books.engine.count(SearchRequest(query: alarm.query)).count == 30)
        #expect(answer.alarms.contains { $0.by == "term" && ($0.key.contains("健身") || $0.also.contains { $0.contains("健身") }) })
        #expect(answer.alarms.allSatisfy { $0.key != "供水/停水" })
    }

    @Test func `one insistent person is no outbreak`() throws {
        let books = try year { Self.burstLine($0, phone: "13800001111", content: "某健身房突然关门，第\($0)次来电要求退卡里的钱") }
        #expect(try books.engine.trends(TrendRequest()).alarms.isEmpty)
    }

    @Test func `the same letter thirty times is no outbreak`() throws {
        let letter = "本人于今年三月在某健身房办理年卡一张，交费三千六百元，九月底该店突然关门，负责人联系不上，要求退还剩余费用并依法查处该店"
        let books = try year { Self.burstLine($0, phone: "1380000\(1_000 + $0)", content: letter) }
        #expect(try books.engine.trends(TrendRequest()).alarms.isEmpty)
    }

    @Test func `what comes again after it was closed is named`() throws {
        let books = try year { number in
            var line = Self.burstLine(number, phone: "1380000\(1_000 + number)", content: "绿洲健身房突然关门，第\(number)位会员办的年卡退不了钱，负责人失联")
            line.set("respondents", to: .array(["绿洲健身有限公司"]))
            return line
        }
        try books.put([
            [
                "id": "OLD", "receivedAt": "2024-02-03", "closedAt": "2024-03-01", "title": "健身房关门跑路",
                "content": "绿洲健身房突然关门，会员办的年卡退不了钱，负责人失联", "category": "消费/预付卡",
                "respondents": .array(["绿洲健身有限公司"]),
            ],
            [
                "id": "OTHER", "receivedAt": "2024-02-03", "closedAt": "2024-03-01", "title": "器材砸伤",
                "content": "在店里锻炼时被掉落的器材砸伤脚背，要求赔偿医药费", "category": "消费/服务",
                "respondents": .array(["绿洲健身有限公司"]),
            ],
        ])
        let alarm = try #require(books.engine.trends(TrendRequest()).alarms.first { $0.by == "respondent" })
        #expect(alarm.resembles == ["OLD"])
    }

    @Test func `an alarm is told once since the last run`() throws {
        let books = try year { Self.burstLine($0, phone: "1380000\(1_000 + $0)", content: "某健身房突然关门，第\($0)位会员办的卡退不了钱") }
        var request = TrendRequest()
        request.onlyNew = true
        #expect(try !books.engine.trends(request).alarms.isEmpty)
        #expect(try books.engine.trends(request).alarms.isEmpty)
        request.onlyNew = false
        #expect(try !books.engine.trends(request).alarms.isEmpty)
    }

    @Test func `a public version names neither party`() throws {
        let books = try Books(800)
        var request = ReportRequest(period: Books.month("2022-06"))
        request.isPublic = true
        let report = try books.engine.monthlyReport(year: 2022, month: 6, request, .chinese)
        #expect(!report.tables.contains { $0.name == "respondent" || $0.name == "handler" })
        for table in report.tables {
            for row in table.rows {
                #expect(row.query == nil)
                for cell in row.cells[1...4] { if case .integer(let count) = cell { #expect(count == 0 || count >= 5) } }
            }
        }
        #expect(throws: EngineError.self) {
            try books.engine.pivotReport(rows: .field(.respondent, depth: nil), columns: nil, request, .chinese)
        }
    }

    @Test func `an empty archive has nothing to say and says so`() throws {
        let books = try Books()
        let answer = try books.engine.trends(TrendRequest())
        #expect(answer.alarms.isEmpty && !answer.notices.isEmpty)
        let report = try books.engine.monthlyReport(year: 2024, month: 1, ReportRequest(period: Books.month("2024-01")), .chinese)
        #expect(report.tables[0].rows[0].cells[1] == .integer(0))
    }
}
