// A hidden record leaves no trace: whatever a role asks, the answer is the one that an archive without the record gives,
// scores and cursors included.

import Archive
import Engine
import Glibc
import Records
import Search
import SyntheticCorpus
import TestSupport
import Testing

private enum Role: String, CaseIterable, CustomTestStringConvertible {
    case registrar, handler, analyst, archivist, supervisor, administrator
    /// A handler whom some complaints are about.
    case respondent

    var testDescription: String { rawValue }
}

/// Two archives of the same records, one of them without those that a role may not see.
private struct Pair {
    let folder = TemporaryFolder()
    let whole: Engine
    let without: Engine
    let texts: [String]
    let hiddenIDs: [String]
    private static let plainCount = 120

    private static func profile() throws -> String {
        try Profile.wholeText("general").replacing("users: {}", with: """
            users:
              registrar: [registrar]
              handler: [handler]
              analyst: [analyst]
              archivist: [archivist]
              supervisor: [supervisor]
              administrator: [administrator]
              respondent: {roles: [handler], names: [某窗口钱多多, 东试区服务队]}
              maker: [supervisor, registrar, administrator, archivist]
            """)
    }

    /// Levels of the records that follow the plain ones, and whom they are about.
    private static let marked: [(level: String?, respondent: String, roles: [String])] = [
        ("秘密", "某公司", []), ("秘密", "另一公司", []), ("机密", "某公司", []), ("个人信息", "某医院", []),
        (nil, "东试区服务队", []), (nil, "某窗口钱多多", []), ("绝密", "某机关", []), (nil, "某学校", ["supervisor"]),
        ("公开", "某超市", []), ("秘密", "东试区服务队", []),
    ]

    private static func sees(_ role: Role, _ mark: (level: String?, respondent: String, roles: [String])) -> Bool {
        let levels: [String] =
            switch role {
            case .registrar, .handler, .respondent, .administrator: ["公开", "内部", "个人信息"]
            case .analyst: ["公开", "内部"]
            case .archivist: ["公开", "内部", "个人信息", "秘密"]
            case .supervisor: ["公开", "内部", "个人信息", "秘密", "机密"]
            }
        if role == .respondent, ["东试区服务队", "某窗口钱多多"].contains(mark.respondent) { return false }
        if !mark.roles.isEmpty, !mark.roles.contains(role.rawValue) { return false }
        return levels.contains(mark.level ?? "内部")
    }

    init(_ role: Role, seed: inout Seed) throws {
        let generator = try Generator(seed: 23, plan: Plan(records: Self.plainCount))
        var lines: [[UInt8]] = []
        var texts: [String] = []
        for number in 0..<Self.plainCount {
            var bytes: [UInt8] = []
            generator.recordJSON(number, into: &bytes)
            lines.append(bytes)
            texts.append(try JSONValue.parse(bytes.span)["content"]?.string ?? "")
        }
        var hidden: [[UInt8]] = []
        var visible: [[UInt8]] = []
        var hiddenIDs: [String] = []
        for (number, mark) in Self.marked.enumerated() {
            var record: JSONObject = [
                "id": .string("M\(number)"), "receivedAt": .string("2024-0\(1 + number % 9)-1\(number % 10)"), "title": .string("\(mark.respondent)的问题"),
                "content": .string((texts.randomElement(using: &seed)!.prefix(40)) + "独门暗号\(number)甲乙，" + mark.respondent),
                "respondents": .array([.string(mark.respondent)]), "category": .array([.string("隐藏类别\(number % 3)")]), "region": .string("隐藏区\(number % 2)"),
                "securityRoles": .array(mark.roles.map { .string($0) }),
            ]
            if let level = mark.level { record.set("securityLevel", to: .string(level)) }
            var bytes: [UInt8] = []
            JSONValue.object(record).write(into: &bytes)
            texts.append(record["content"]?.string ?? "")
            if Self.sees(role, mark) { visible.append(bytes) } else { hidden.append(bytes); hiddenIDs.append("M\(number)") }
        }
        self.texts = texts
        self.hiddenIDs = hiddenIDs
        let home = folder
        func made(_ name: String, _ records: [[UInt8]]) throws -> Engine {
            var options = EngineOptions(archivePath: home.file(name))
            _ = try Engine.create(options, profile: nil)
            FileBytes.write(Array(try Self.profile().utf8), to: home.file(name + "/profile.yaml"))
            options.user = "maker"
            let maker = try Engine(opening: options)
            // In parts, so that there are several segments, and the hidden records lie among others.
            for (part, from) in stride(from: 0, to: records.count, by: 50).enumerated() {
                let file = home.file("\(name)-\(part).jsonl")
                FileBytes.write(Array(records[from..<min(from + 50, records.count)].joined(separator: [0x0A])) + [0x0A], to: file)
                _ = try maker.importRecords(ImportRequest(path: file), report: { _ in })
            }
            maker.closeAll()
            options.user = role.rawValue
            return try Engine(opening: options)
        }
        // What can be seen comes first, so that its versions have the same numbers in both.
        whole = try made("whole", lines + visible + hidden)
        without = try made("without", lines + visible)
    }

    func request(_ seed: inout Seed) -> SearchRequest {
        func piece() -> String {
            let text = Array(texts.randomElement(using: &seed)!.unicodeScalars.filter { $0.value >= 0x4E00 && $0.value < 0x9FFF })
            guard text.count > 14 else { return "投诉" }
            let length = Int.random(in: 1...6, using: &seed)
            let start = Int.random(in: 0..<(text.count - length), using: &seed)
            return String(String.UnicodeScalarView(text[start..<(start + length)]))
        }
        var query = piece()
        switch Int.random(in: 0..<12, using: &seed) {
        case 0: query = "\"\(query)\""
        case 1: query += " " + piece()
        case 2: query += " OR " + piece()
        case 3: query += " -" + piece()
        case 4: query = "category:隐藏类别\(Int.random(in: 0..<3, using: &seed))"
        case 5: query = "region:隐藏区\(Int.random(in: 0..<2, using: &seed)) OR " + query
        case 6: query = "no:M\(Int.random(in: 0..<10, using: &seed))"
        case 7: query = "respondent:" + ["某公司", "东试区服务队", "某窗口钱多多", "某机关"].randomElement(using: &seed)!
        case 8: query = "overdue:2025-01-01 OR " + query
        case 9: query = "独门暗号"
        case 10: query = "date:2024-0\(Int.random(in: 1...9, using: &seed)) " + query
        default: break
        }
        var request = SearchRequest(query: query)
        request.limit = Int.random(in: 1...5, using: &seed)
        request.sort = SortOrder.allCases.randomElement(using: &seed)!
        if Int.random(in: 0..<4, using: &seed) == 0 { request.facets = ["category", "region", "respondent"] }
        return request
    }
}

@Suite struct LeakTests {
    /// Everything that an answer says, as one text.
    private static func text(_ engine: Engine, _ request: SearchRequest) -> String {
        do {
            let answer = try engine.search(request)
            let hits = answer.hits.map { "\($0.id) \($0.score.bitPattern) \($0.date) \($0.title) \($0.snippet.text) \($0.snippet.matches) \($0.isLiteral)" }
            let facets = answer.facets.map { "\($0.field.name): \($0.counts)" }
            return (["\(answer.total) \(answer.cursor ?? "-")"] + hits + facets + answer.notices.map(\.english)).joined(separator: "\n")
        } catch let error as any NoticeError {
            return error.notice(in: .english)
        } catch { return "\(error)" }
    }

    /// For each of the 7 roles; JUANZONG_LEAK_QUERIES=1430 makes them 10,000 in all, which takes minutes.
    private static let queriesOfRole = unsafe getenv("JUANZONG_LEAK_QUERIES").flatMap { unsafe Int(String(cString: $0)) } ?? 120

    @Test(arguments: Role.allCases) fileprivate func `random queries answer as if the hidden records were not there`(role: Role) throws {
        var seed = Seed(UInt64.random(in: 0..<1_000_000_000))
        let start = seed
        let pair = try Pair(role, seed: &seed)
        #expect(!pair.hiddenIDs.isEmpty)
        var hits = 0
        for _ in 0..<Self.queriesOfRole {
            let request = pair.request(&seed)
            let seen = Self.text(pair.whole, request)
            hits += seen.count > 12 ? 1 : 0
            let expected = Self.text(pair.without, request)
            #expect(seen == expected, "\(start), role \(role): \(request.query)")
            if seen != expected { return }
        }
        #expect(hits * 2 > Self.queriesOfRole, "the queries find too little to tell anything")
    }

    @Test(arguments: Role.allCases) fileprivate func `every other verb too`(role: Role) throws {
        var seed = Seed(7)
        let pair = try Pair(role, seed: &seed)
        func same(_ name: String, _ ask: (Engine) throws -> String) {
            func answer(_ engine: Engine) -> String {
                do { return try ask(engine) } catch let error as any NoticeError { return error.notice(in: .english) } catch { return "\(error)" }
            }
            let (seen, expected) = (answer(pair.whole), answer(pair.without))
            #expect(seen == expected, "\(name) as \(role)")
        }
        for id in pair.hiddenIDs + ["nobody"] {
            same("show") { "\(try $0.show(id, version: nil).count)" }
            same("status") { "\(try $0.publicStatus(no: id))" }
            same("deadlines") { "\(try $0.deadlines(of: id, asOf: "2025-01-01").count)" }
            same("summary") { "\(try $0.safeSummary(id, recipient: nil))" }
            same("public") { "\(try $0.publicView(id))" }
            same("case open") { try $0.openCase([id], title: nil).id }
            same("unmask") { "\(try $0.unmask(id, purpose: "test").count)" }
            same("similar") { engine in
                var request = PrecedentRequest()
                request.id = id
                return "\(try engine.precedents(request).hits.map { "\($0.id) \($0.score)" })"
            }
        }
        for text in pair.texts.suffix(12) {
            same("similar text") { engine in
                var request = PrecedentRequest()
                request.text = text
                return "\(try engine.precedents(request).hits.map { "\($0.id) \($0.score) \($0.snippet.text)" })"
            }
        }
        for list in SupervisionList.allCases {
            same("report \(list)") { "\(try $0.supervision(list, asOf: "2025-01-01").lines.map(\.id))" }
        }
        var number = 0
        same("export") { engine in
            number += 1
            let path = pair.folder.file("out-\(number).jsonl")
            _ = try engine.export(nil, to: path, withIdentity: false, report: { _ in })
            return String(decoding: FileBytes.read(path), as: UTF8.self)
        }
    }

    /// What the respondent's own user may try to learn a complainant's name.
    @Test func `the respondent's user asks in twenty ways and learns nothing`() throws {
        var seed = Seed(11)
        let pair = try Pair(.respondent, seed: &seed)
        let secret = "司马隐"
        var options = EngineOptions(archivePath: pair.folder.file("whole"))
        options.user = "maker"
        let maker = try Engine(opening: options)
        _ = try maker.add([[
            "id": "T1", "receivedAt": "2024-06-01", "title": "窗口推诿", "content": "窗口人员反复推诿，请回电13811112222",
            "respondents": .array(["某窗口钱多多"]), "complainants": .array([.object(["name": .string(secret), "phone": "13811112222", "address": "试验路9号"])]),
        ]])
        maker.closeAll()
        let engine = pair.whole
        var answers: [String] = []
        func attempt(_ ask: () throws -> String) {
            do { answers.append(try ask()) } catch let error as any NoticeError { answers.append(error.notice(in: .english)) } catch { answers.append("\(error)") }
        }
        for query in [secret, "complainant:\(secret)", "phone:13811112222", "phone:1111", "address:试验路9号", "idNo:110105", "no:T1", "T1", "窗口推诿", "respondent:某窗口钱多多", "respondent:*", "date:2024-06", "-电梯 窗口"] {
            attempt { Self.text(engine, SearchRequest(query: query)) }
        }
        attempt { "\(try engine.show("T1", version: nil).map(\.record))" }
        attempt { "\(try engine.show("T1", version: 1).map(\.record))" }
        attempt { "\(try engine.unmask("T1", purpose: "好奇"))" }
        attempt { "\(try engine.publicStatus(no: "T1"))" }
        attempt { "\(try engine.publicView("T1"))" }
        attempt { "\(try engine.safeSummary("T1", recipient: "某窗口钱多多"))" }
        attempt { "\(try engine.deadlines(of: "T1", asOf: nil))" }
        attempt { "\(try engine.auditEntries(whoSaw: "T1", limit: 10).map(\.json))" }
        attempt { "\(try engine.export(nil, to: pair.folder.file("leak.jsonl"), withIdentity: true, report: { _ in }))" }
        #expect(answers.count >= 20)
        for answer in answers { #expect(!answer.contains(secret) && !answer.contains("13811112222") && !answer.contains("反复推诿"), "\(answer)") }
        // And it was noticed.
        options.user = "supervisor"
        let log = try Engine(opening: options).auditEntries(whoSaw: nil, limit: 200)
        #expect(log.contains { $0.json["action"]?.string == "alert" && $0.json["user"]?.string == "respondent" })
        #expect(!log.contains { "\($0.json)".contains(secret) })
    }

    @Test func `who has no role sees nothing, and a recipient who is the respondent gets nothing`() throws {
        var seed = Seed(3)
        let pair = try Pair(.supervisor, seed: &seed)
        var options = EngineOptions(archivePath: pair.folder.file("whole"))
        options.user = "stranger"
        #expect(throws: AccessError.userUnknown(user: "stranger")) { try Engine(opening: options).search(SearchRequest(query: "投诉")) }
        var record = Complaint(receivedAt: try Timestamp(parsing: "2024-01-01"))
        record.respondents = [try Respondent(json: ["name": "某某市城管局执法大队", "person": "李四", "creditCode": "91110000MA0000000X", "aliases": .array(["执法一中队"]), "parentUnit": "某某市综合行政执法局"])]
        for name in ["某某市城管局执法大队", "某某市城管局", " 李四 ", "執法一中队".replacing("執", with: "执"), "91110000MA0000000X", "某某市综合行政执法局", "某某市城管局执法大队综合科"] {
            #expect(Recipient.match(name, in: record) != nil, "\(name)")
        }
        for name in ["市监察委", "王五", "某某市教育局"] { #expect(Recipient.match(name, in: record) == nil, "\(name)") }
    }
}
