// Reports by the body's rules: what is overdue is reckoned as `overdue:` reckons it, per unit and handler; former categories count
// under their present names.

import Archive
import Engine
import Records
import Search
import TestSupport
import Testing
import Trends

@Suite struct ReportRulesTests {
    private func cells(_ report: Report, _ table: String) throws -> [String: [String: FigureTable.Cell]] {
        let table = try #require(report.tables.first { $0.name == table }, "\(table)")
        var found: [String: [String: FigureTable.Cell]] = [:]
        for row in table.rows {
            guard case .text(let key) = row.cells[0] else { continue }
            found[row.isTotal ? "*" : key] = Dictionary(uniqueKeysWithValues: zip(table.columns.dropFirst(), row.cells.dropFirst()))
        }
        return found
    }

    @Test(arguments: [Seed(499_453_435)] + Seed.sample(3)) func `overdue is what the rules say, for each unit and each handler, and stays so by its snapshot`(seed: Seed) throws {
        var random = seed
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        // 办结 30 days from 受理, 告知结果 2 days from 办结, both in calendar days.
        _ = try Engine.create(options, profile: "S21")
        let engine = try Engine(opening: options)
        func day(_ base: String, _ more: Int) -> String { CalendarDate(days: CalendarDate.period(base)!.lowerBound.days + Int32(more))!.text }
        func made(_ number: Int) -> JSONObject {
            let received = Int.random(in: 0..<31, using: &random)
            var record: JSONObject = [
                "id": .string("R\(number)"), "receivedAt": .string(day("2024-03-01", received)), "title": "事", "content": .string("第\(number)件"),
                "leadUnit": .string(["城管局", "水务局", "住建局"].randomElement(using: &random)!), "handler": .string(["甲", "乙"].randomElement(using: &random)!),
            ]
            if Int.random(in: 0..<5, using: &random) > 0 {
                // Some were accepted before they were registered here, and are late within the month.
                let accepted = received + Int.random(in: -20..<5, using: &random)
                record.set("acceptance", to: .object(["decision": "受理", "at": .string(day("2024-03-01", accepted))]))
                if Bool.random(using: &random) {
                    let closed = accepted + Int.random(in: 1..<60, using: &random)
                    record.set("closedAt", to: .string(day("2024-03-01", closed)))
                    if Bool.random(using: &random) {
                        record.set("feedback", to: .array([.object(["mode": "书面", "at": .string(day("2024-03-01", closed + Int.random(in: 0..<6, using: &random)))])]))
                    }
                }
            }
            return record
        }
        _ = try engine.add((0..<160).map(made) + [
            ["id": "早", "receivedAt": "2024-03-01", "title": "事", "content": "补登记，受理三十天未办结", "leadUnit": "明显局", "acceptance": .object(["decision": "受理", "at": "2024-02-20"])],
            ["id": "晚", "receivedAt": "2024-03-20", "title": "事", "content": "受理十天未办结", "leadUnit": "明显局", "acceptance": .object(["decision": "受理", "at": "2024-03-21"])],
        ])
        func report(_ snapshot: String?) throws -> Report {
            var request = ReportRequest(period: CalendarDate.period("2024-03")!)
            request.snapshot = snapshot
            return try engine.monthlyReport(year: 2024, month: 3, request, .english)
        }
        let first = try report(nil)
        var late = 0
        for (table, field) in [("leadUnit", "leadUnit"), ("handler", "handler")] {
            for (key, row) in try cells(first, table) {
                let filter = key == "*" ? "" : " \(field):\"\(key)\""
                let asked = try engine.count(SearchRequest(query: "date:2024-03 overdue:2024-04-01" + filter)).count
                #expect(row["overdue"] == .integer(asked), "\(seed) \(key)")
                late += asked
            }
        }
        #expect(late > 20, "\(seed)")
        #expect(try cells(first, "leadUnit")["明显局"]?["overdue"] == .integer(1))
        // Half of them change; the old state's figures come back, reckoned from the versions of then.
        _ = try engine.add((0..<80).map { made($0 * 2) })
        let (now, again) = (try report(nil), try report(first.snapshot))
        for table in ["leadUnit", "handler"] { #expect(try cells(again, table) == cells(first, table), "\(seed)") }
        for (key, row) in try cells(now, "leadUnit") where key != "*" {
            let asked = try engine.count(SearchRequest(query: "date:2024-03 overdue:2024-04-01 leadUnit:\"\(key)\"")).count
            #expect(row["overdue"] == .integer(asked), "\(seed) \(key)")
        }
    }

    @Test func `categories of a former version count under their present names, and the figure opens to them`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: nil)
        let profile = """
            id: T01
            title: 试
            source: 试
            extends: [_base]
            categories: {version: "2", list: [供水, 供电, 其他], former: {"1": {停水: 供水, 水质: 供水, 电表: 供电}}}
            """
        FileBytes.write(Array(profile.utf8), to: options.archivePath + "/profile.yaml")
        let engine = try Engine(opening: options)
        func record(_ id: String, _ category: String, _ day: String) -> JSONObject {
            ["id": .string(id), "receivedAt": .string(day), "title": "事", "content": "事", "category": .array([.string(category)])]
        }
        _ = try engine.add([
            record("A", "停水", "2023-03-01"), record("B", "水质/浑浊", "2023-03-02"), record("C", "供水/停水", "2023-03-03"), record("D", "电表", "2023-03-04"),
            record("E", "供电", "2024-03-05"), record("F", "供水", "2024-03-06"), record("G", "别的", "2023-03-07"),
        ])
        let request = ReportRequest(period: CalendarDate.period("2023-03")!)
        let report = try engine.pivotReport(rows: .field(.category, depth: 1), columns: nil, request, .english)
        let counts = try cells(report, "category").mapValues { $0["records"] }
        #expect(counts == ["供水": .integer(3), "供电": .integer(1), "别的": .integer(1), "*": .integer(5)])
        for row in report.tables[0].rows {
            guard case .integer(let count) = row.cells[1], let query = row.query else { continue }
            #expect(try engine.count(SearchRequest(query: query)).count == count, "\(query)")
        }
        // Two years side by side compare the same thing.
        let both = try engine.comparison(
            by: .field(.category, depth: 1), CalendarDate.period("2023")!, CalendarDate.period("2024")!, request, .english)
        let water = try #require(both.tables[0].rows.first { $0.cells[0] == .text("供水") })
        #expect(water.cells[1] == .integer(3) && water.cells[2] == .integer(1))
        var filtered = request
        filtered.filters = ["category=供水"]
        let channel = try engine.pivotReport(rows: .month, columns: nil, filtered, .english)
        #expect(channel.tables[0].rows.first?.cells[1] == .integer(3))
    }
}
