// The ladder of a year and the rates of repeats, against slow recounts of the records as they were given.

import Engine
import Records
import TestSupport
import Testing

extension JSONObject {
    fileprivate func text(_ key: String) -> String? { self[key]?.string }

    fileprivate var upstreamNumbers: Set<String> { Set(self["aliasNos"]?.array?.compactMap { $0["no"]?.string } ?? []) }
}

/// What `check` says of all pairs, asked record by record.
private struct Pairs {
    private let verdicts: [String: [String: (verdict: CheckVerdict, isSamePerson: Bool)]]

    init(_ archive: CheckedArchive, _ ids: [String]) throws {
        var verdicts: [String: [String: (CheckVerdict, Bool)]] = [:]
        for id in ids {
            for candidate in try archive.candidates(of: id) {
                if case .same = candidate.persons { verdicts[id, default: [:]][candidate.id] = (candidate.verdict, true) } else {
                    verdicts[id, default: [:]][candidate.id] = (candidate.verdict, false)
                }
            }
        }
        self.verdicts = verdicts
    }

    subscript(_ a: String, _ b: String) -> (verdict: CheckVerdict, isSamePerson: Bool)? { verdicts[a]?[b] ?? verdicts[b]?[a] }
}

@Suite struct RepeatReportTests {
    private static let people = ["赵试", "钱试"]

    /// Records with so few respondents that each has many.
    private static func crowded(_ count: Int, seed: Seed) throws -> [JSONObject] {
        var random = seed
        let records = try CheckedArchive.records(count, seed: seed.start).map { record in
            var record = record
            let unit = record.text("leadUnit") ?? "无"
            record.set("respondents", to: [["unit": .string(unit), "person": .string(people.randomElement(using: &random)!)]])
            return record
        }
        // Some come twice.
        return records + records.enumerated().filter { $0.offset % 6 == 0 }.map { entry in
            var record = entry.element
            record.set("id", to: .string("\(record.text("id")!)x"))
            record.set("registerNo", to: nil)
            return record
        }
    }

    /// Records of chance may have nothing to recount: then others are made, until some have.
    private static func until(_ seed: Seed, _ tells: (Seed) throws -> Bool) throws {
        var seed = seed
        for _ in 0..<20 {
            if try tells(Seed(seed.next() % 1_000_000_000)) { return }
        }
        Issue.record("no records with something to recount, of twenty seeds from \(seed.start)")
    }

    @Test(arguments: Seed.sample(1)) func `the ladder is that of a slow recount`(seed: Seed) throws {
        try Self.until(seed, recountLadder)
    }

    /// - Returns: whether there was more than one filing of a matter with anybody.
    private func recountLadder(_ seed: Seed) throws -> Bool {
        var tells = true
        let records = try Self.crowded(160, seed: seed)
        let archive = try CheckedArchive(records, pieces: 2)
        let days = records.compactMap { $0.text("receivedAt")?.prefix(10) }.sorted()
        let until = String(days[days.count * 3 / 4])
        var request = LadderRequest()
        request.until = try CalendarDate(parsing: until)
        let from = Int(until.prefix(4))! - 1
        let pairs = try Pairs(archive, records.compactMap { $0.text("id") })
        for subject in [LadderRequest.Subject.person, .unit] {
            request.subject = subject
            var groups: [String: [[String]]] = [:]
            let inOrder = records.sorted { ($0.text("receivedAt")!, $0.text("id")!) < ($1.text("receivedAt")!, $1.text("id")!) }
            for record in inOrder where ["属实", "部分属实"].contains(record.text("verified")) {
                let day = String(record.text("receivedAt")!.prefix(10))
                guard day <= until, day > "\(from)\(until.dropFirst(4))" else { continue }
                let id = record.text("id")!
                let party = record["respondents"]!.array![0]
                let unit = party["unit"]!.string!
                let key = subject == .unit ? unit : "\(unit) \(party["person"]!.string!)"
                let place = groups[key, default: []].firstIndex { group in
                    group.contains { other in
                        guard let pair = pairs[id, other] else { return false }
                        return [.sameFiling, .sameText, .repeatComplaint, .appeal].contains(pair.verdict)
                    }
                }
                if let place { groups[key]![place].append(id) } else { groups[key, default: []].append([id]) }
            }
            let answer = try archive.engine.ladder(request) { _ in }
            let found = Dictionary(
                uniqueKeysWithValues: answer.rows.map { row in
                    ([row.unit, row.subject].compactMap { $0 }.joined(separator: " "), row.matters.map(\.ids))
                })
            #expect(found == groups, "\(seed)")
            tells = tells && groups.values.contains { $0.contains { $0.count > 1 } }
            for row in answer.rows { #expect(row.step == min(3, row.matters.count)) }
        }
        return tells
    }

    @Test(arguments: Seed.sample(1)) func `the rates of repeats are those of a slow recount`(seed: Seed) throws {
        try Self.until(seed, recountRepeats)
    }

    /// - Returns: whether there was a repeat.
    private func recountRepeats(_ seed: Seed) throws -> Bool {
        let records = try CheckedArchive.records(200, seed: seed.start)
        let archive = try CheckedArchive(records.shuffled(), pieces: 2)
        // A later version is no later filing.
        try archive.add(records.enumerated().filter { $0.offset % 3 == 0 }.map { entry in
            var record = entry.element
            record.set("satisfaction", to: "满意")
            return record
        })
        let pairs = try Pairs(archive, records.compactMap { $0.text("id") })
        var (handled, repeats): ([String: Int], [String: Set<String>]) = ([:], [:])
        for record in records {
            guard let unit = record.text("leadUnit") else { continue }
            handled[unit, default: 0] += 1
            let (id, moment) = (record.text("id")!, record.text("receivedAt")!)
            let earlier = records.filter { other in
                guard other.text("receivedAt")! < moment, record.upstreamNumbers.isDisjoint(with: other.upstreamNumbers),
                    let pair = pairs[id, other.text("id")!], pair.isSamePerson
                else { return false }
                return [.sameFiling, .sameText, .repeatComplaint].contains(pair.verdict)
            }
            if let first = earlier.min(by: { $0.text("receivedAt")! < $1.text("receivedAt")! }), let charged = first.text("leadUnit") {
                repeats[charged, default: []].insert("\(id) \(first.text("id")!)")
            }
        }
        let rows = try archive.engine.repeats(RepeatsRequest(), report: { _ in }).rows
        #expect(Dictionary(uniqueKeysWithValues: rows.map { ($0.subject, $0.records) }) == handled)
        let found = Dictionary(uniqueKeysWithValues: rows.filter { $0.repeats > 0 }.map { ($0.subject, Set($0.pairs.map { "\($0.id) \($0.of)" })) })
        #expect(found == repeats, "\(seed)")
        return !repeats.isEmpty
    }

    // Which filing came first was read off the versions: a first filing that was edited later counted as the repeat of its
    // own repeat, and of two filings of one moment each or neither was one.
    @Test func `the first filing stays the first when it is edited`() throws {
        func record(_ id: String, _ moment: String, _ unit: String, status: String = "办理中") -> JSONObject {
            [
                "id": .string(id), "receivedAt": .string(moment), "title": "停车费上涨", "content": "物业未经同意把停车费涨到每月三百元请处理",
                "respondents": [["unit": "平安物业"]], "category": "居住/物业/收费", "leadUnit": .string(unit), "status": .string(status),
                "complainants": [["name": "赵试", "phone": "13800000000"]],
            ]
        }
        let archive = try CheckedArchive([
            record("first", "2024-01-05T10:00:00+08:00", "甲局"), record("second", "2024-02-05T10:00:00+08:00", "乙局"),
            record("third", "2024-02-05T10:00:00+08:00", "乙局"),
        ])
        try archive.add([record("first", "2024-01-05T10:00:00+08:00", "甲局", status: "已办结")])
        try archive.add([record("second", "2024-02-05T10:00:00+08:00", "乙局", status: "已办结")])
        let rows = try archive.engine.repeats(RepeatsRequest(), report: { _ in }).rows
        #expect(rows.map(\.subject) == ["甲局", "乙局"])
        #expect(rows.first?.pairs.map { "\($0.id) \($0.of)" }.sorted() == ["second first", "third first"])
        // Of the two of one moment the one that came in first is the earlier.
        var later = RepeatsRequest()
        later.from = try CalendarDate(parsing: "2024-02-01")
        #expect(try archive.engine.repeats(later, report: { _ in }).rows.first?.repeats == 2)
        #expect(try archive.engine.check(record: "second", CheckRequest()).candidates.contains { $0.id == "third" })
    }

    @Test func `a year looks back twelve months and no day twice`() throws {
        let days = ["2023-06-30", "2023-07-01", "2024-06-30", "2024-07-01"]
        let archive = try CheckedArchive(
            days.enumerated().map { place, day in
                [
                    "id": .string(day), "receivedAt": .string(day), "content": .string(["窗口人员态度恶劣", "未一次性告知材料", "超过时限没有办结", "收了不该收的费"][place]),
                    "respondents": [["unit": "平安区政务大厅", "person": "孙试", "window": "三号窗口"]], "verified": "属实",
                ]
            })
        for subject in LadderRequest.Subject.allCases {
            var request = LadderRequest()
            request.subject = subject
            request.until = try CalendarDate(parsing: "2024-06-30")
            let rows = try archive.engine.ladder(request).rows
            #expect(rows.map { $0.matters.flatMap(\.ids) } == [["2023-07-01", "2024-06-30"]])
            #expect(rows.first?.step == 2)
        }
        _ = try archive.engine.withdraw(["2023-07-01"])
        var request = LadderRequest()
        request.until = try CalendarDate(parsing: "2024-06-30")
        #expect(try archive.engine.ladder(request).rows.first?.step == 1)
    }
}
