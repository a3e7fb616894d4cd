// Trends and reports over a whole archive, against a slow recount of the records as they were imported.

import Engine
import Glibc
import Records
import SyntheticCorpus
import TestSupport
import Testing
import Trends

/// Records as plain JSON, and the archive they are in.
final class Books {
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
    var plain: String { if case .string(let text) = self { text } else { text } }
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
        // Of several values all are told, and their order is no change.
        var (several, turned) = (inside[3], inside[3])
        several.set("category", to: .array(["甲/子", "乙/丑"]))
        turned.set("category", to: .array(["乙/丑", "甲/子"]))
        try books.put([several])
        let between = try figures(nil)
        let listed = try books.engine.corrections(ReportRequest(period: Books.month(month)), since: after.id, .english)
        #expect(listed.rows.contains { $0.cells[1] == .text("category") && $0.cells[3] == .text("乙/丑；甲/子") })
        try books.put([turned])
        #expect(try books.engine.corrections(ReportRequest(period: Books.month(month)), since: between.id, .english).rows.isEmpty)
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
        #expect(alarm.resembledTitles == ["健身房关门跑路"])
    }

    @Test func `an alarm is told once since the last run`() throws {
        let books = try year { Self.burstLine($0, phone: "1380000\(1_000 + $0)", content: "某健身房突然关门，第\($0)位会员办的卡退不了钱") }
        var request = TrendRequest()
        request.onlyNew = true
        let all = Set(try books.engine.trends(request).alarms.map(\.key))
        #expect(all.count > 1)
        // A run that ended before it told anything, then runs that tell one at a time: each alarm once, none lost.
        request.limit = 1
        var told: [String] = []
        for _ in 0..<all.count {
            let answer = try books.engine.trends(request)
            told += answer.alarms.map(\.key)
            try books.engine.rememberTold(answer)
        }
        #expect(told.count == all.count && Set(told) == all)
        #expect(try books.engine.trends(request).alarms.isEmpty)
        request.onlyNew = false
        #expect(try !books.engine.trends(request).alarms.isEmpty)
    }

    @Test func `one record dated in the future silences nothing`() throws {
        let books = try year { Self.burstLine($0, phone: "1380000\(1_000 + $0)", content: "某健身房突然关门，第\($0)位会员办的卡退不了钱") }
        try books.put([["id": "SLIP", "receivedAt": "2099-01-01", "title": "日期写错", "content": "年份填错了一位"]])
        let answer = try books.engine.trends(TrendRequest())
        #expect(answer.alarms.contains { $0.key.hasPrefix("消费") })
        #expect(answer.notices.contains { $0.english.contains("1 records are dated after") })
    }

    @Test func `a telephone at the edge of a shortened text is hidden before it is cut`() throws {
        let books = try year { number in
            var line = Self.burstLine(
                number, phone: "1380000\(1_000 + number)",
                content: "某某街道某某小区门口的健身房突然关门第\(10 + number)位会员说请回电话13912345678谢谢")
            line.set("title", to: "")
            return line
        }
        let alarm = try #require(books.engine.trends(TrendRequest()).alarms.first { $0.key.hasPrefix("消费") })
        for title in alarm.titles { #expect(!title.contains("139") && title.contains("*"), "\(title.count)") }
    }

    @Test func `a place that many name is raised, with its burst's beginning and end`() throws {
        let books = try year { number in
            var line = Self.burstLine(number, phone: "1380000\(1_000 + number)", content: "夜里打桩吵人，第\(number)户反映")
            line.set("incidentPlace", to: .string("虹桥新村\(number)号"))
            return line
        }
        var request = TrendRequest()
        request.by = ["incidentPlace"]
        let alarm = try #require(books.engine.trends(request).alarms.first)
        #expect(alarm.key == "虹桥新村" && alarm.by == "incidentPlace" && alarm.observed == 30)
        #expect(try books.engine.count(SearchRequest(query: alarm.query)).count == 30)
        #expect(alarm.start.text >= "2024-09-20" && alarm.end == nil && alarm.earlier.isEmpty)
    }

    @Test func `a public version names neither party`() throws {
        let books = try Books(800)
        var request = ReportRequest(period: Books.month("2022-06"))
        request.isPublic = true
        let march = Books.month("2022-03")
        let category = ReportBucket.field(.category, depth: 2)
        let reports = [
            try books.engine.monthlyReport(year: 2022, month: 6, request, .chinese),
            try books.engine.annualReport(year: 2022, request, since: nil, .chinese),
            try books.engine.pivotReport(rows: category, columns: nil, request, .chinese),
            try books.engine.pivotReport(rows: category, columns: .field(.channel, depth: nil), request, .chinese),
            try books.engine.pivotReport(rows: .field(.region, depth: nil), columns: .week, request, .chinese),
        ]
        for table in reports.flatMap(\.tables) {
            #expect(!["respondent", "handler"].contains(table.name))
            for row in table.rows {
                #expect(row.query == nil)
                for (place, cell) in row.cells.enumerated() where ![9, 10].contains(place) || table.name == "pivot" {
                    if case .integer(let count) = cell { #expect(count == 0 || count >= 5, "\(table.name) \(place)") }
                }
            }
        }
        let compared = try books.engine.comparison(by: category, march, request.period, request, .chinese).tables[0]
        for row in compared.rows {
            for cell in row.cells[1...2] { if case .integer(let count) = cell { #expect(count == 0 || count >= 5) } }
            if row.cells[1] == .suppressed || row.cells[2] == .suppressed { #expect(row.cells[3] == .suppressed && row.cells[4] == .suppressed) }
        }
        // What names a party, somebody at work, or one matter: refused as rows, as columns, to compare by and as a filter.
        for field in [Field.respondent, .creditCode, .handler, .enteredBy, .firstResponder, .matter, .group, .hold, .source] {
            let bucket = ReportBucket.field(field, depth: nil)
            #expect(throws: EngineError.self) { try books.engine.pivotReport(rows: bucket, columns: nil, request, .chinese) }
            #expect(throws: EngineError.self) { try books.engine.pivotReport(rows: category, columns: bucket, request, .chinese) }
            #expect(throws: EngineError.self) { try books.engine.comparison(by: bucket, march, request.period, request, .chinese) }
            var filtered = request
            filtered.filters = ["\(field.name)=x"]
            #expect(throws: EngineError.self) { try books.engine.monthlyReport(year: 2022, month: 6, filtered, .chinese) }
        }
    }

    @Test func `no level of a tree gives away what another hides`() throws {
        let books = try Books()
        var lines: [JSONObject] = []
        // 消费: 20 records, of which 17 of one kind and 3 of another; 交通: 2 of a kind; 环境: 6, of which one has no second level.
        for (path, count) in [("消费/预付卡", 17), ("消费/李某的店", 3), ("交通/占道", 2), ("环境/噪声", 5), ("环境", 1), ("物业/收费", 9)] {
            for _ in 0..<count {
                lines.append(["id": .string("T\(lines.count)"), "receivedAt": "2024-03-05", "title": "事", "category": .string(path)])
            }
        }
        try books.put(lines)
        var request = ReportRequest(period: Books.month("2024-03"))
        request.isPublic = true
        let tables = try books.engine.monthlyReport(year: 2024, month: 3, request, .chinese).tables.filter { $0.name == "category" }
        try #require(tables.count == 2)
        func shown(_ table: FigureTable) -> [String: Int] { counts(table) }
        // 2 of 交通 alone would be a small row: the smallest other branch goes with them, on both levels.
        #expect(shown(tables[0]) == ["消费": 20, "物业": 9, "其余": 8])
        #expect(shown(tables[1]) == ["消费/其余": 20, "物业/收费": 9, "其余": 8])
    }

    @Test func `a small number of closed or overdue is hidden like any other`() throws {
        let books = try Books()
        var lines: [JSONObject] = []
        for (kind, count, closed) in [("甲", 10, 3), ("乙", 12, 9), ("丙", 20, 20)] {
            for number in 0..<count {
                var line: JSONObject = [
                    "id": .string("C\(kind)\(number)"), "receivedAt": "2024-03-05", "title": "事", "category": .string(kind),
                    "deadlines": .array([.object(["stage": "reply", "due": "2024-03-20"])]),
                ]
                if number < closed { line.set("closedAt", to: "2024-03-18") }
                lines.append(line)
            }
        }
        try books.put(lines)
        var request = ReportRequest(period: Books.month("2024-03"))
        request.isPublic = true
        let report = try books.engine.pivotReport(rows: .field(.category, depth: 1), columns: nil, request, .chinese)
        let rows = Dictionary(uniqueKeysWithValues: report.tables[0].rows.map { ($0.cells[0], $0.cells) })
        let (small, partner) = (try #require(rows[.text("甲")]), try #require(rows[.text("乙")]))
        #expect(small[1] == .integer(10) && small[6] == .suppressed && small[7] == .suppressed && small[9] == .suppressed)
        #expect(partner[6] == .suppressed && partner[7] == .suppressed)
        #expect(rows[.text("丙")]?[6] == .integer(20))
        // 7 and 3 overdue.
        #expect(partner[8] == .suppressed && small[8] == .suppressed)
    }

    @Test func `an empty archive has nothing to say and says so`() throws {
        let books = try Books()
        let answer = try books.engine.trends(TrendRequest())
        #expect(answer.alarms.isEmpty && !answer.notices.isEmpty)
        let report = try books.engine.monthlyReport(year: 2024, month: 1, ReportRequest(period: Books.month("2024-01")), .chinese)
        #expect(report.tables[0].rows[0].cells[1] == .integer(0))
    }
}
