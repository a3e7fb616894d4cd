// Every measure of every report against a slow recount of the JSON that was imported: nothing of the index, nothing of the
// report. And every report again, by its snapshot, after half of the records have changed.

import Engine
import Records
import TestSupport
import Testing
import Trends

/// The measures of records, counted the plain way.
private struct SlowMeasures {
    var records: [JSONObject] = []

    func cells(of all: Int, overdueOn day: String) -> [FigureTable.Cell] {
        func text(_ record: JSONObject, _ key: String) -> String? { record[key]?.plain }
        let closed = records.filter { $0["closedAt"] != nil }
        func distinct(_ key: String) -> Int {
            Set(records.compactMap { text($0, key) }).count + records.filter { text($0, key) == nil }.count
        }
        let spans = closed.map { record in
            Int(CalendarDate.period(text(record, "closedAt")!)!.lowerBound.days - CalendarDate.period(text(record, "receivedAt")!)!.lowerBound.days)
        }.sorted()
        func share(_ part: Int, _ whole: Int) -> FigureTable.Cell { whole == 0 ? .empty : .share(Double(part) / Double(whole)) }
        // The least number of days that so many in a hundred did not exceed.
        func days(_ percent: Int) -> FigureTable.Cell {
            spans.first { day in spans.filter { $0 <= day }.count * 100 >= spans.count * percent }.map { .integer($0) } ?? .empty
        }
        let overdue = records.filter { record in
            guard let due = record["deadlines"]?.array?.first?.objectValue?["due"]?.plain, due < day else { return false }
            // Closed later than on the day that looks back: it was still open.
            return text(record, "closedAt").map { $0 > day } ?? true
        }
        let decided = records.filter { $0["verified"] != nil }
        let rated = records.filter { $0["satisfaction"] != nil }
        return [
            .integer(records.count), .integer(distinct("matterId")), .integer(distinct("groupId")),
            .integer(records.reduce(0) { $0 + (Int(text($1, "representedCount") ?? "1") ?? 1) }), share(records.count, all),
            .integer(closed.count), share(closed.count, records.count), .integer(overdue.count), days(50), days(90),
            share(decided.filter { ["属实", "部分属实"].contains(text($0, "verified")!) }.count, decided.count),
            share(rated.filter { !text($0, "satisfaction")!.contains("不满意") }.count, rated.count),
        ]
    }
}

@Suite struct ReportRecountTests {
    private func random(_ number: Int, _ seed: inout Seed) -> JSONObject {
        let day = Int(CalendarDate(year: 2022, month: 11, day: 1)!.days) + Int.random(in: 0..<480, using: &seed)
        func date(_ more: Int) -> JSONValue { .string(CalendarDate(days: Int32(day + more))!.text) }
        var record: JSONObject = [
            "id": .string("R\(number)"), "receivedAt": date(0), "title": "事", "content": .string("第\(number)件"),
            "category": .string(["供水/停水", "供水/水质", "交通/占道", "物业"].randomElement(using: &seed)!),
            "leadUnit": .string(["城管局", "水务局", "住建局"].randomElement(using: &seed)!),
            "handler": .string(["甲", "乙"].randomElement(using: &seed)!), "channel": .string(["电话", "网络"].randomElement(using: &seed)!),
        ]
        func sometimes(_ key: String, _ value: JSONValue) { if Bool.random(using: &seed) { record.set(key, to: value) } }
        let (late, limit) = (Int.random(in: 0..<60, using: &seed), Int.random(in: 5..<40, using: &seed))
        sometimes("matterId", .string("M\(Int.random(in: 0..<30, using: &seed))"))
        sometimes("groupId", .string("G\(Int.random(in: 0..<30, using: &seed))"))
        sometimes("representedCount", .number(String(Int.random(in: 1..<9, using: &seed))))
        sometimes("closedAt", date(late))
        sometimes("deadlines", .array([.object(["stage": "reply", "due": date(limit)])]))
        sometimes("verified", .string(["属实", "部分属实", "不属实"].randomElement(using: &seed)!))
        sometimes("satisfaction", .string(["满意", "基本满意", "不满意", "非常不满意"].randomElement(using: &seed)!))
        return record
    }

    private func slow(_ books: Books, _ period: String, _ holds: (JSONObject) -> Bool = { _ in true }) -> SlowMeasures {
        SlowMeasures(records: books.records.values.filter { ($0["receivedAt"]!.plain).hasPrefix(period) && holds($0) })
    }

    private func check(
        _ books: Books, _ report: Report, _ name: String, in period: String, after day: String, _ key: @escaping (JSONObject) -> String?, _ seed: Seed
    ) throws {
        let table = try #require(report.tables.first { $0.name == name }, "\(name)")
        let all = slow(books, period) { _ in true }.records.count
        let keys = Set(slow(books, period).records.compactMap(key))
        #expect(Set(table.rows.filter { !$0.isTotal }.map { $0.cells[0] }) == Set(keys.map { .text($0) }), "\(seed) \(name)")
        for row in table.rows {
            guard case .text(let title) = row.cells[0] else { continue }
            let expected = slow(books, period) { row.isTotal || key($0) == title }.cells(of: all, overdueOn: day)
            #expect(Array(row.cells.dropFirst()) == expected, "\(seed) \(name) \(title)")
        }
    }

    @Test(arguments: Seed.sample(2)) func `every measure is a recount's, and an old state's figures come back whole`(seed: Seed) throws {
        var random = seed
        let books = try Books()
        try books.put((0..<400).map { self.random($0, &random) })
        let engine = books.engine
        let year = ReportRequest(period: Books.month("2023"))

        func reports(_ snapshot: String?) throws -> [Report] {
            var (year, month) = (year, ReportRequest(period: Books.month("2023-05")))
            (year.snapshot, month.snapshot) = (snapshot, snapshot)
            return [
                try engine.monthlyReport(year: 2023, month: 5, month, .english),
                try engine.annualReport(year: 2023, year, since: nil, .english),
                try engine.pivotReport(rows: .field(.category, depth: 2), columns: nil, year, .english),
                try engine.pivotReport(rows: .field(.leadUnit, depth: nil), columns: .quarter, year, .english),
                try engine.comparison(by: .field(.handler, depth: nil), Books.month("2023-03"), Books.month("2023-04"), year, .english),
            ]
        }
        func recount(_ reports: [Report]) throws {
            let unit = { (record: JSONObject) in record["leadUnit"]?.plain }
            let top = { (record: JSONObject) in record["category"].map { String($0.plain.prefix { $0 != "/" }) } }
            try check(books, reports[0], "leadUnit", in: "2023-05", after: "2023-06-01", unit, seed)
            try check(books, reports[0], "handler", in: "2023-05", after: "2023-06-01", { $0["handler"]?.plain }, seed)
            try check(books, reports[1], "category", in: "2023", after: "2024-01-01", top, seed)
            try check(books, reports[1], "month", in: "2023", after: "2024-01-01", { String($0["receivedAt"]!.plain.prefix(7)) }, seed)
            let second = { (record: JSONObject) in record["category"].flatMap { $0.plain.contains("/") ? $0.plain : nil } }
            try check(books, reports[2], "category", in: "2023", after: "2024-01-01", second, seed)
            // Periods side by side, each in its own eyes.
            for (row, period, day) in [(0, "2023-05", "2023-06-01"), (1, "2023-04", "2023-05-01"), (2, "2022-05", "2022-06-01")] {
                let own = slow(books, period)
                #expect(
                    Array(reports[0].tables[0].rows[row].cells.dropFirst()) == own.cells(of: own.records.count, overdueOn: day), "\(seed) \(period)")
            }
            for row in reports[3].tables[0].rows where !row.isTotal {
                for (place, title) in reports[3].tables[0].columns.enumerated() where title.hasPrefix("2023-Q") {
                    let months = (1...3).map { (Int(title.suffix(1))! - 1) * 3 + $0 }.map { "2023-\($0 < 10 ? "0" : "")\($0)" }
                    let count = slow(books, "2023") { record in
                        unit(record).map { .text($0) } == row.cells[0] && months.contains(String(record["receivedAt"]!.plain.prefix(7)))
                    }.records.count
                    #expect(row.cells[place] == .integer(count), "\(seed) \(title)")
                }
            }
            for row in reports[4].tables[0].rows where !row.isTotal {
                let (old, new) = ("2023-03", "2023-04")
                let counts = [old, new].map { period in slow(books, period) { $0["handler"].map { .text($0.plain) } == row.cells[0] }.records.count }
                #expect(row.cells[1] == .integer(counts[0]) && row.cells[2] == .integer(counts[1]) && row.cells[3] == .integer(counts[1] - counts[0]))
            }
        }

        let before = try reports(nil)
        try recount(before)
        // Half of the records change in whatever way, some are new, some go.
        try books.put((0..<200).map { self.random($0 * 2, &random) } + (400..<430).map { self.random($0, &random) })
        for number in [3, 77, 151] {
            _ = try engine.withdraw(["R\(number)"])
            books.records["R\(number)"] = nil
        }
        try recount(try reports(nil))
        let again = try reports(before[0].snapshot)
        for (old, new) in zip(before, again) {
            #expect(old.snapshot == new.snapshot && old.tables.map(\.name) == new.tables.map(\.name))
            for (a, b) in zip(old.tables, new.tables) { #expect(a.rows.map(\.cells) == b.rows.map(\.cells), "\(seed) \(a.name)") }
        }
        // Every record that came into the year or went out of it has its line, and its columns are four.
        let lines = try engine.corrections(year, since: before[0].snapshot, .english).rows
        let ids = Set(lines.map { $0.cells[0] })
        for number in 400..<430 {
            let isInside = books.records["R\(number)"]!["receivedAt"]!.plain.hasPrefix("2023")
            #expect(ids.contains(.text("R\(number)")) == isInside, "\(seed) R\(number)")
        }
        #expect(lines.allSatisfy { $0.cells.count == 4 })
    }

    @Test func `only the largest rows are told where no more are asked for, and the total is that of all`() throws {
        let books = try Books()
        var random = Seed(7)
        try books.put((0..<200).map { self.random($0, &random) })
        var request = ReportRequest(period: Books.month("2023"))
        let whole = try books.engine.pivotReport(rows: .field(.leadUnit, depth: nil), columns: .month, request, .english)
        request.rowsMax = 2
        let cut = try books.engine.pivotReport(rows: .field(.leadUnit, depth: nil), columns: .month, request, .english)
        #expect(whole.tables[0].rows.count == 4 && whole.notices.isEmpty)
        #expect(cut.tables[0].rows.map(\.cells) == whole.tables[0].rows.filter { row in row.isTotal || whole.tables[0].rows.prefix(2).contains { $0.cells == row.cells } }.map(\.cells))
        #expect(cut.tables[0].rows.allSatisfy { $0.query != nil } && cut.notices.count == 1)
        request.isPublic = true
        let open = try books.engine.comparison(by: .field(.category, depth: 1), Books.month("2022"), Books.month("2023"), request, .english)
        #expect(open.tables[0].rows.count { !$0.isTotal } == 2)
    }

    @Test func `a cross table that nobody could read is refused with its size`() throws {
        let books = try Books()
        try books.put((0..<1_500).map { ["id": .string("R\($0)"), "receivedAt": "2023-05-05", "title": "事", "leadUnit": .string("单位\($0)"), "handler": .string("某\($0)")] })
        let request = ReportRequest(period: Books.month("2023"))
        #expect { try books.engine.pivotReport(rows: .field(.leadUnit, depth: nil), columns: .field(.handler, depth: nil), request, .english) } throws: { error in
            if case EngineError.crossTooLarge(1_500, 1_500) = error { true } else { false }
        }
        #expect(try books.engine.pivotReport(rows: .field(.leadUnit, depth: nil), columns: .month, request, .english).tables[0].rows.count == 1_501)
    }
}
