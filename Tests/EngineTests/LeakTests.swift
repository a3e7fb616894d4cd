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
    /// Records that the role may see, in the order of arrival.
    let shown: [JSONObject]

    static func profile() throws -> String {
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

    init(_ role: Role, seed: inout Seed, plainCount: Int = 120) throws {
        let generator = try Generator(seed: 23, plan: Plan(records: plainCount))
        var lines: [[UInt8]] = []
        var texts: [String] = []
        for number in 0..<plainCount {
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
                "securityRoles": .array(mark.roles.map { .string($0) }), "registerNo": .string("YC-\(number)"), "verified": "属实", "leadUnit": "隐藏承办科",
            ]
            // Filed by somebody who filed other records as well.
            let other = lines.randomElement(using: &seed)!
            if let person = try JSONValue.parse(other.span)["complainants"] { record.set("complainants", to: person) }
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
        // Hidden records lie anywhere among the others.
        let shown = lines + visible
        var all = shown
        for line in hidden { all.insert(line, at: Int.random(in: 0...all.count, using: &seed)) }
        whole = try made("whole", all)
        without = try made("without", shown)
        self.shown = try shown.map { try JSONValue.parse($0.span).objectValue ?? JSONObject() }
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
            let facets = answer.facets.map { "\($0.field.name): \($0.counts)" } + answer.regionNames.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
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

    /// What an answer says, with the archive's own name left out.
    private static func answer(_ engine: Engine, _ ask: (Engine) throws -> String) -> String {
        do {
            let name = String(try engine.newestSnapshot().prefix(7))
            return try ask(engine).replacing(name, with: "archive-")
        } catch let error as any NoticeError { return error.notice(in: .english) } catch { return "\(error)" }
    }

    private static func text(_ answer: CheckAnswer) -> String {
        var rest = answer
        rest.counts = [:]
        return "\(answer.counts.sorted { $0.key < $1.key }) \(rest)"
    }

    private static func text(_ view: RecordView) -> String {
        "\(view.id) \(view.versionNumber) \(view.sequence) \(view.isWithdrawn) \(view.record) \(view.versions.map { "\($0.number) \($0.sequence)" })"
    }

    /// Every verb of the engine by its name, so that `DoorTests` can see that none is left out.
    static let asked: Set<String> = [
        "search", "count", "precedents", "facetValues", "arrivals", "show", "marked", "deadlines", "publicStatus", "publicView", "safeSummary", "unmask",
        "export", "exportTable", "exportCluster", "writeTable", "check", "checkBatch", "matters", "links", "importRecords", "lookAtImport", "add", "edit", "withdraw", "reinstate", "link", "unlink",
        "lexiconSuggestions", "synonymSuggestions", "caseFile", "caseFileWithTitles", "openCase", "joinCase", "addDocument", "orderCase", "checkCase", "closeCase", "fileCase",
        "noteCase", "holdCase", "releaseCase", "keepCase", "checkCases", "handOut", "takeBack", "allCases", "casePage", "documentBytes", "printCase", "dueCases", "appraise", "trends", "monthlyReport", "annualReport",
        "pivotReport", "comparison", "corrections", "ladder", "repeats", "supervision", "save", "removeSavedQuery", "printRegister", "intakeFindings", "intakeReport",
        "duplicateBands", "duplicateEdges", "monthlyCounts",
    ]

    @Test(arguments: Role.allCases) fileprivate func `every other verb too`(role: Role) throws {
        var seed = Seed(UInt64.random(in: 0..<1_000_000_000))
        let start = seed
        let pair = try Pair(role, seed: &seed, plainCount: 60)
        var told = 0
        func same(_ name: String, _ ask: (Engine) throws -> String) {
            let (seen, expected) = (Self.answer(pair.whole, ask), Self.answer(pair.without, ask))
            if seen.count > 2, !seen.hasPrefix("Error") { told += 1 }
            #expect(seen == expected, "\(name) as \(role), \(start)")
        }
        let nobody: ProgressReport = { _ in }
        let language = Language.english
        same("bands") { engine in
            var lines: [String] = []
            _ = try engine.duplicateBands { key, order, id in lines.append("\(key) \(order) \(id)") }
            return lines.sorted().joined()
        }
        same("monthly counts") { engine in
            var lines: [String] = []
            try engine.monthlyCounts(by: ["category", "region"]) { lines.append("\($0) \($1) \($2) \($3)") }
            return lines.joined()
        }
        for id in pair.hiddenIDs + ["nobody"] {
            same("edges") { "\(try $0.duplicateEdges([(id, "P1"), (id, id)]))" }
            same("show") { try $0.show(id, version: nil).map(Self.text).joined() }
            same("intake findings") { "\(try $0.intakeFindings(of: id))" }
            same("intake report") { "\(try $0.intakeReport(nil))" }
            same("show number") { try $0.show(id.replacing("M", with: "YC-"), version: nil).map(Self.text).joined() }
            same("status") { "\(try $0.publicStatus(no: id))" }
            same("deadlines") { "\(try $0.deadlines(of: id, asOf: "2025-01-01"))" }
            same("summary") { "\(try $0.safeSummary(id, recipient: nil))" }
            same("public") { "\(try $0.publicView(id))" }
            same("unmask") { "\(try $0.unmask(id, purpose: "test").count)" }
            same("links") { "\(try $0.links(of: id))" }
            same("check id") { Self.text(try $0.check(record: id, CheckRequest())) }
            same("edit") { "\(try $0.edit(id, note: ChangeNote()) { $0.set("title", to: "changed") })" }
            same("withdraw") { "\(try $0.withdraw([id]))" }
            same("reinstate") { "\(try $0.reinstate([id], note: ChangeNote()))" }
            same("link") { "\(try $0.link(id, "M8", type: .repeatComplaint, by: "x", reason: "y"))" }
            same("unlink") { "\(try $0.unlink("M8", id, by: "x", reason: "y"))" }
            same("case open") { try $0.openCase([id], title: nil).id }
            same("case open") { try $0.openCase(["M8", id], title: nil).id }
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
                return "\(try engine.precedents(request).hits.map { "\($0.id) \($0.score) \($0.snippet.text) \($0.explanation)" })"
            }
            same("check") { Self.text(try $0.check(["id": "new", "receivedAt": "2024-07-01", "content": .string(text), "respondents": .array(["某公司"]), "category": .array(["隐藏类别0"])], number: 1, CheckRequest())) }
        }
        for record in pair.shown.suffix(14) {
            let id = record["id"]?.string ?? record["registerNo"]?.string ?? ""
            same("show \(id)") { try $0.show(id, version: nil).map(Self.text).joined() }
            same("marked \(id)") { engine in "\(try engine.show(id, version: nil).map { try engine.marked($0, query: "的问题") })" }
            same("check \(id)") { Self.text(try $0.check(record: id, CheckRequest())) }
            same("status \(id)") { "\(try $0.publicStatus(no: id))" }
            same("deadlines \(id)") { "\(try $0.deadlines(of: id, asOf: "2025-01-01"))" }
            same("links \(id)") { "\(try $0.links(of: id))" }
        }
        // The sound of a hidden name, and a slip.
        for query in ["yincangchengbanke", "respondent:moujiguan", "leadUnit:yincang", "moujiguan", "隐藏承办", "独门暗耗", "no:YC*", "no:YC-6", "handler:*"] {
            same(query) { Self.text($0, SearchRequest(query: query)) }
            same("count \(query)") { "\(try $0.count(SearchRequest(query: query)))" }
        }
        for field in ["category", "region", "respondent", "leadUnit", "handler"] {
            for beginning in ["", "隐", "某"] { same("completion \(field)") { "\(try $0.facetValues(of: field, beginning: beginning))" } }
        }
        same("check --batch") { engine in
            var lines: [String] = []
            _ = try engine.checkBatch(nil, CheckRequest(), report: nobody) { lines.append(Self.text($0)) }
            return lines.joined(separator: "\n")
        }
        same("check --batch, texts") { engine in
            var lines: [String] = []
            var request = CheckRequest()
            request.verdicts = [.sameText, .sameFiling]
            _ = try engine.checkBatch(nil, request, report: nobody) { lines.append(Self.text($0)) }
            return lines.joined(separator: "\n")
        }
        same("matters") { "\(try $0.matters(MattersRequest(), report: nobody))" }
        for field in ["category", "region", "respondent", "term"] {
            same("trends \(field)") { engine in
                var request = TrendRequest()
                request.by = [field]
                request.until = try CalendarDate(parsing: "2024-10-01")
                return "\(try engine.trends(request))"
            }
        }
        let period = try CalendarDate(parsing: "2020-01-01")...CalendarDate(parsing: "2025-12-31")
        let request = ReportRequest(period: period)
        same("monthly") { "\(try $0.monthlyReport(year: 2024, month: 3, request, language))" }
        same("annual") { engine in "\(try engine.annualReport(year: 2024, request, since: nil, language))" }
        same("pivot") { "\(try $0.pivotReport(rows: .field(.category, depth: nil), columns: .field(.region, depth: nil), request, language))" }
        same("compare") { "\(try $0.comparison(by: .field(.respondent, depth: nil), CalendarDate(parsing: "2024-01-01")...CalendarDate(parsing: "2024-04-30"), CalendarDate(parsing: "2024-05-01")...CalendarDate(parsing: "2024-09-30"), request, language))" }
        for number in [1, 30, 60] {
            same("corrections") { engine in
                let name = String(try engine.newestSnapshot().prefix(7)) + "\(number)"
                return "\(try engine.corrections(request, since: name, language))"
            }
            same("report of a former state") { engine in
                var request = request
                request.snapshot = String(try engine.newestSnapshot().prefix(7)) + "\(number)"
                return "\(try engine.pivotReport(rows: .field(.category, depth: nil), columns: nil, request, language))"
            }
        }
        same("snapshot") { try $0.newestSnapshot() }
        var ladder = LadderRequest()
        ladder.until = try CalendarDate(parsing: "2024-12-31")
        for subject in [LadderRequest.Subject.unit, .person] {
            ladder.subject = subject
            same("ladder") { "\(try $0.ladder(ladder))" }
        }
        same("repeats") { "\(try $0.repeats(RepeatsRequest(), report: nobody))" }
        for list in SupervisionList.allCases {
            same("report \(list)") { "\(try $0.supervision(list, asOf: "2025-01-01", since: "2024-01-01"))" }
        }
        same("lexicon suggest") { "\(try $0.lexiconSuggestions(limit: 50, recordCountMin: 2, report: nobody))" }
        same("synonym suggest") { "\(try $0.synonymSuggestions(limit: 50, recordCountMin: 2, report: nobody))" }
        same("arrivals") { engine in "\(try engine.arrivals(SearchRequest(query: "问题"), after: RecordSequence(0)).hits.map { "\($0.id) \($0.score)" })" }
        var number = 0
        same("export") { engine in
            number += 1
            let path = pair.folder.file("out-\(number).jsonl")
            _ = try engine.export(nil, to: path, withIdentity: false, report: nobody)
            return String(decoding: FileBytes.read(path), as: UTF8.self)
        }
        same("export table") { engine in
            number += 1
            let path = pair.folder.file("out-\(number).csv")
            _ = try engine.exportTable(nil, to: path, .csv, columns: RecordColumn.list("id,title,respondent"), in: language, report: nobody)
            return String(decoding: FileBytes.read(path), as: UTF8.self)
        }
        for cluster in SearchCluster.allCases {
            same("export to \(cluster)") { engine in
                number += 1
                let folder = pair.folder.file("out-\(number)")
                let summary = try engine.exportCluster(nil, ClusterExport(cluster, to: folder), report: nobody)
                let parts = FileBytes.names(in: folder).filter { $0.hasPrefix("part-") }
                return "\(summary)" + parts.map { String(decoding: FileBytes.read(folder + "/" + $0), as: UTF8.self) }.joined()
            }
        }
        same("search to a table") { engine in
            number += 1
            let path = pair.folder.file("out-\(number).csv")
            var request = SearchRequest(query: "问题")
            request.columns = try RecordColumn.list("id,title")
            _ = try engine.writeTable(engine.search(request), columns: request.columns, to: path, .csv, in: language)
            return String(decoding: FileBytes.read(path), as: UTF8.self)
        }
        same("save") { "\(try $0.save(SavedQuery(name: "q", query: "respondent:moujiguan")))" }
        same("remove") { "\(try $0.removeSavedQuery("q"))" }
        same("print register") { engine in
            number += 1
            return "\(try engine.printRegister([], to: pair.folder.file("register-\(number).html")))"
        }

        // Changes of what can be seen.
        same("add") { "\(try $0.add([["id": "N1", "receivedAt": "2024-07-07", "title": "新的问题", "content": "新的问题，独门暗号", "respondents": .array(["某超市"])]]).map { "\($0)" })" }
        same("edit N1") { "\(try $0.edit("N1", note: ChangeNote()) { $0.set("title", to: "改过的问题") })" }
        same("link N1") { "\(try $0.link("N1", "M8", type: .repeatComplaint, by: "x", reason: "y").decision.type as Any)" }
        same("withdraw N1") { "\(try $0.withdraw(["N1"]))" }
        same("reinstate N1") { "\(try $0.reinstate(["N1"], note: ChangeNote()))" }
        same("import") { engine in
            number += 1
            let path = pair.folder.file("more-\(number).jsonl")
            FileBytes.write(Array(#"{"id":"N2","receivedAt":"2024-08-08","title":"另一个问题"}"#.utf8) + [0x0A], to: path)
            let summary = try engine.importRecords(ImportRequest(path: path), report: nobody)
            return "\(summary.imported) \(summary.updated) \(summary.unchanged) \(summary.rejected)"
        }
        same("search N") { Self.text($0, SearchRequest(query: "问题")) }
        // A case of hidden records is nowhere; one of visible ones goes its way.
        if let hidden = pair.hiddenIDs.first {
            var options = EngineOptions(archivePath: pair.folder.file("whole"))
            options.user = "maker"
            let maker = try Engine(opening: options)
            if let file = try? maker.openCase([hidden], title: nil).id {
                for name in [file, "档案-不存在"] {
                    let texts = [
                        Self.answer(pair.whole) { try $0.caseFile(name).id }, Self.answer(pair.whole) { "\(try $0.caseFileWithTitles(name))" }, Self.answer(pair.whole) { try $0.joinCase(name, records: ["M8"]).id },
                        Self.answer(pair.whole) { "\(try $0.addDocument(name, NewDocument(path: "/dev/null", type: "笔录")))" },
                        Self.answer(pair.whole) { try $0.orderCase(name, as: nil).id }, Self.answer(pair.whole) { try $0.checkCase(name).file.id },
                        Self.answer(pair.whole) { try $0.closeCase(name).id }, Self.answer(pair.whole) { try $0.fileCase(name, checkedBy: nil, on: nil).id },
                        Self.answer(pair.whole) { try $0.noteCase(name, kind: "备考", text: "x").id }, Self.answer(pair.whole) { try $0.holdCase(name, basis: "x", review: nil).id },
                        Self.answer(pair.whole) { try $0.releaseCase(name).id }, Self.answer(pair.whole) { try $0.keepCase(name, period: "Y", approver: "x", reason: "y").id }, Self.answer(pair.whole) { try $0.handOut(name, to: "某科", due: nil, note: nil).id },
                        Self.answer(pair.whole) { try $0.takeBack(name, note: nil).id }, Self.answer(pair.whole) { try $0.documentBytes(name, number: 1).fileName },
                        Self.answer(pair.whole) { "\(try $0.printCase(name, to: pair.folder.file("print"), pdf: false, inner: false, recipient: nil))" },
                        Self.answer(pair.whole) { try $0.appraise(name, decision: "destroy", by: "x", until: nil, on: nil).id },
                    ].map { $0.replacing(name, with: "…") }
                    let expected = [
                        Self.answer(pair.without) { try $0.caseFile(name).id }, Self.answer(pair.without) { "\(try $0.caseFileWithTitles(name))" }, Self.answer(pair.without) { try $0.joinCase(name, records: ["M8"]).id },
                        Self.answer(pair.without) { "\(try $0.addDocument(name, NewDocument(path: "/dev/null", type: "笔录")))" },
                        Self.answer(pair.without) { try $0.orderCase(name, as: nil).id }, Self.answer(pair.without) { try $0.checkCase(name).file.id },
                        Self.answer(pair.without) { try $0.closeCase(name).id }, Self.answer(pair.without) { try $0.fileCase(name, checkedBy: nil, on: nil).id },
                        Self.answer(pair.without) { try $0.noteCase(name, kind: "备考", text: "x").id }, Self.answer(pair.without) { try $0.holdCase(name, basis: "x", review: nil).id },
                        Self.answer(pair.without) { try $0.releaseCase(name).id }, Self.answer(pair.without) { try $0.keepCase(name, period: "Y", approver: "x", reason: "y").id }, Self.answer(pair.without) { try $0.handOut(name, to: "某科", due: nil, note: nil).id },
                        Self.answer(pair.without) { try $0.takeBack(name, note: nil).id }, Self.answer(pair.without) { try $0.documentBytes(name, number: 1).fileName },
                        Self.answer(pair.without) { "\(try $0.printCase(name, to: pair.folder.file("print"), pdf: false, inner: false, recipient: nil))" },
                        Self.answer(pair.without) { try $0.appraise(name, decision: "destroy", by: "x", until: nil, on: nil).id },
                    ].map { $0.replacing(name, with: "…") }
                    #expect(texts == expected, "a hidden case as \(role)")
                }
                same("case page") { "\(try $0.casePage(CaseListRequest()))" }
                same("case list") { "\(try $0.allCases().map(\.title))" }
                same("case due") { "\(try $0.dueCases(on: nil).map(\.title))" }
                same("case due --held") { "\(try $0.dueCases(on: nil, held: true).map(\.title))" }
                same("case check --all") { "\(try $0.checkCases().map { "\($0.file.title) \($0.checks.map(\.detail))" })" }
            }
        }
        #expect(told > 60, "too few verbs answered anything: \(told)")
    }

    /// A number that is taken cannot be given again: the one thing that a hidden record shows to who tries its number.
    @Test func `a hidden record is neither changed nor told of by who adds or imports its number`() throws {
        var seed = Seed(5)
        let pair = try Pair(.registrar, seed: &seed)
        let id = try #require(pair.hiddenIDs.first)
        let record: JSONObject = ["id": .string(id), "receivedAt": "2024-01-01", "title": "别的"]
        #expect(throws: RecordError(path: "id", reason: .numberTaken)) { try pair.whole.add([record]) }
        let file = pair.folder.file("guess.jsonl")
        var options = EngineOptions(archivePath: pair.folder.file("whole"))
        options.user = "maker"
        let maker = try Engine(opening: options)
        maker.closeAll()
        var lines: [UInt8] = []
        JSONValue.object(record).write(into: &lines)
        FileBytes.write(lines + [0x0A], to: file)
        let summary = try pair.whole.importRecords(ImportRequest(path: file), report: { _ in })
        #expect(summary.imported == 0 && summary.updated == 0 && summary.unchanged == 0 && summary.rejected == 1)
        #expect(throws: EngineError.self) { try pair.whole.withdraw([id]) }
        options.user = "maker"
        #expect(try Engine(opening: options).show(id, version: nil).first?.versionNumber == 1)
    }

    /// While the index is behind the records it holds an older version of a record that is hidden now.
    @Test func `a record hidden a moment ago is hidden in an index that is behind`() throws {
        let folder = TemporaryFolder()
        var options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        FileBytes.write(Array(try Pair.profile().utf8), to: folder.file("a/profile.yaml"))
        options.user = "maker"
        let maker = try Engine(opening: options)
        _ = try maker.add([["id": "R1", "receivedAt": "2024-01-01", "title": "刚刚定密的问题"], ["id": "R2", "receivedAt": "2024-01-02", "title": "公开的问题"]])
        options.user = "analyst"
        let analyst = try Engine(opening: options)
        #expect(try analyst.count(SearchRequest(query: "问题")).count == 2)
        // The index as it was: the records go on without it.
        let index = folder.file("a/index")
        let kept = FileBytes.names(in: index).filter { $0.hasSuffix(".lmdb") }.map { ($0, FileBytes.read(index + "/" + $0)) }
        _ = try maker.edit("R1", note: ChangeNote()) { $0.set("securityLevel", to: "机密") }
        maker.closeAll()
        analyst.closeAll()
        for (name, bytes) in kept { FileBytes.write(bytes, to: index + "/" + name) }
        let late = try Engine(opening: options)
        // Somebody else writes, so that it cannot be brought level.
        let lock = try WriterLock(ArchiveFolder(opening: folder.file("a")))
        #expect(try late.count(SearchRequest(query: "问题")).count == 1)
        #expect(try late.search(SearchRequest(query: "刚刚定密")).hits.isEmpty)
        withExtendedLifetime(lock) {}
    }

    /// Names come from records that are there and may be seen: not from replaced, withdrawn or hidden ones.
    @Test func `the sound of a name that no living record has tells nothing`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        _ = try engine.add([["id": "R1", "receivedAt": "2024-01-01", "title": "一", "respondents": .array(["金山物业"])], ["id": "R2", "receivedAt": "2024-01-01", "title": "二", "respondents": .array(["银山物业"])]])
        #expect(try engine.search(SearchRequest(query: "respondent:jinshan")).notices.contains { $0.english.contains("金山物业") })
        _ = try engine.withdraw(["R1"])
        #expect(try !engine.search(SearchRequest(query: "respondent:jinshan")).notices.contains { $0.english.contains("金山物业") })
        #expect(try engine.facetValues(of: "respondent", beginning: "") == ["银山物业"])
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
        let alerts = log.filter { $0.json["action"]?.string == "alert" && $0.json["user"]?.string == "respondent" }
        #expect(alerts.contains { $0.json["detail"]?.string == "identity search" })
        #expect(alerts.contains { $0.json["detail"]?.string == "a complainant's name in a query" }, "typed as plain text")
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
