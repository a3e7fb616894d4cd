// Whatever is asked of an archive is in its log: no verb may come in by another door, and none may forget to be noted.

import Archive
import Engine
import Glibc
import Records
import Search
import TestSupport
import Testing

@Suite struct DoorTests {
    private static let sources = String(#filePath).replacing("/Tests/EngineTests/DoorTests.swift", with: "/Sources/Engine")

    /// `package func` of Engine outside Verbs/, each with why it may be there.
    private static let elsewhere: [String: String] = [
        "sequences": "asked by the search, for the verb under way", "isAnonymous": "the same",
        "acting": "asks nothing", "append": "writes what others noted", "warm": "asks nothing", "callerRights": "the caller's own",
        "requireWriting": "refuses, and notes it", "requireAdministrator": "notes itself", "withNumber": "makes a number for what comes", "checkRecords": "reads no archive", "profileName": "the body's rules", "ladderRules": "the body's rules", "fondsNameIsMissing": "the body's rules",
        "requireKnownUser": "the body's rules", "sizes": "how many the caller may see", "newestDay": "where the page's forms begin", "closeAll": "asks nothing", "lastSequence": "names a state", "snapshotID": "names a state",
        "newestSnapshot": "names a state", "reindexNeed": "room on the disk", "recordsCutByFormerWords": "the body's words", "waitingWords": "the body's words", "rest": "asks nothing", "auditKeeper": "keeps the log itself", "bringUpToDate": "asks nothing", "bringMattersUpToDate": "asks nothing",
        "lexiconWords": "the body's words", "synonymGroups": "the body's words", "profileText": "the body's rules",
        "openShards": "names files", "savedQueries": "the body's queries", "savedQuery": "the body's queries",
        // For tools/quality, on archives of measuring data.
        "rankedIDs": "measuring", "archiveID": "measuring", "searcher": "measuring", "tree": "measuring", "indexedRecord": "measuring",
        "indexSizes": "measuring", "forEachIndexedRecord": "measuring", "candidateSource": "measuring", "recordObject": "measuring",
        "trendSeries": "measuring", "rememberTold": "what trends told, which noted it",
    ]

    /// Verbs that no role's sight bears upon: the files as a whole, the log, the body's words.
    private static let ofTheWhole: Set<String> = [
        "statistics", "backup", "verify", "reindex", "compact", "acceptClock", "auditEntries", "verifyAudit", "destroyCases", "register",
        "addToLexicon", "removeFromLexicon", "addSynonyms", "removeSynonym", "numberReport", "exportTransfer", "confirmTransfer",
        "checkKey", "addHolder", "removeHolder", "rotateKey", "replaceLostKey",
    ]

    private struct Declared {
        var name: String
        var file: String
        var body: String
    }

    /// Instance methods of `Engine` that those above it may call, with the lines up to the next declaration.
    private static func declared() -> [Declared] {
        var found: [Declared] = []
        for path in FileBytes.names(in: sources).map({ sources + "/" + $0 }) + FileBytes.names(in: sources + "/Verbs").map({ sources + "/Verbs/" + $0 })
        where path.hasSuffix(".swift") {
            var isEngine = false
            for line in String(decoding: FileBytes.read(path), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
                if !line.hasPrefix(" "), line.contains("{") { isEngine = line.contains("extension Engine ") || line.contains("extension Engine:") || line.contains("class Engine ") }
                guard isEngine else { continue }
                if line.hasPrefix("    package func ") {
                    let name = line.dropFirst("    package func ".count).prefix { $0 != "(" && $0 != "<" }
                    found.append(Declared(name: String(name), file: path, body: ""))
                } else if line.hasPrefix("    package ") || line.hasPrefix("    private ") || line.hasPrefix("    func ") {
                    found.append(Declared(name: "", file: path, body: ""))
                }
                if !found.isEmpty { found[found.count - 1].body += line + "\n" }
            }
        }
        return found.filter { !$0.name.isEmpty }
    }

    @Test func `every verb stands in Verbs and goes through the door`() {
        let declared = Self.declared()
        #expect(declared.count > 60, "the sources were not read: \(declared.count)")
        for verb in declared {
            if verb.file.contains("/Verbs/") {
                #expect(verb.body.contains("try answering(\"\(verb.name)\", ."), "\(verb.name) is not noted")
            } else {
                #expect(Self.elsewhere[verb.name] != nil, "\(verb.name) in \(verb.file) goes past the log")
            }
        }
        let verbs = Set(declared.filter { $0.file.contains("/Verbs/") }.map(\.name))
        #expect(verbs.subtracting(LeakTests.asked).subtracting(Self.ofTheWhole) == [], "not asked in LeakTests")
        #expect(verbs.subtracting(Self.calls(TemporaryFolder()).map(\.name)) == [], "not called below")
    }

    private static func calls(_ folder: TemporaryFolder) -> [(name: String, call: (Engine) throws -> Void)] {
        let quiet: ProgressReport = { _ in }
        let day = try! CalendarDate(parsing: "2024-01-01")...CalendarDate(parsing: "2024-12-31")
        let report = ReportRequest(period: day)
        let paper = folder.file("paper.txt")
        FileBytes.write(Array("询问笔录".utf8), to: paper)
        let rows = folder.file("rows.jsonl")
        FileBytes.write(Array(#"{"id":"R9","receivedAt":"2024-01-05","title":"导入的"}"#.utf8) + [10], to: rows)
        var precedent = PrecedentRequest()
        precedent.id = "R1"
        let similar = precedent
        return [
            ("importRecords", { _ = try $0.importRecords(ImportRequest(path: rows), report: quiet) }),
            ("lookAtImport", { _ = try $0.lookAtImport(ImportRequest(path: rows), report: quiet) }),
            ("add", { _ = try $0.add([["id": "R8", "receivedAt": "2024-01-04", "title": "电梯又坏了", "content": "电梯又坏了。"]]) }),
            ("edit", { _ = try $0.edit("R8", note: ChangeNote()) { $0.set("title", to: "电梯") } }),
            ("withdraw", { _ = try $0.withdraw(["R8"]) }),
            ("reinstate", { _ = try $0.reinstate(["R8"], note: ChangeNote()) }),
            ("link", { _ = try $0.link("R1", "R2", type: .repeatComplaint, by: "甲", reason: "同一人") }),
            ("unlink", { _ = try $0.unlink("R1", "R2", by: "甲", reason: "不是") }),
            ("links", { _ = try $0.links(of: "R1") }),
            ("search", { _ = try $0.search(SearchRequest(query: "电梯")) }),
            ("count", { _ = try $0.count(SearchRequest(query: "电梯")) }),
            ("precedents", { _ = try $0.precedents(similar) }),
            ("facetValues", { _ = try $0.facetValues(of: "respondent", beginning: "") }),
            ("arrivals", { _ = try $0.arrivals(SearchRequest(query: "电梯"), after: RecordSequence(0)) }),
            ("show", { _ = try $0.show("R1", version: nil) }),
            ("marked", { engine in _ = try engine.marked(engine.show("R1", version: nil)[0], query: "电梯") }),
            ("deadlines", { _ = try $0.deadlines(of: "R1", asOf: nil) }),
            ("publicStatus", { _ = try $0.publicStatus(no: "R1") }),
            ("publicView", { _ = try $0.publicView("R1") }),
            ("safeSummary", { _ = try $0.safeSummary("R1", recipient: "某局") }),
            ("unmask", { _ = try $0.unmask("R1", purpose: "回访") }),
            ("export", { _ = try $0.export(nil, to: folder.file("out.jsonl"), withIdentity: false, report: quiet) }),
            ("exportTable", { _ = try $0.exportTable(nil, to: folder.file("out.csv"), .csv, columns: RecordColumn.list("id"), in: .english, report: quiet) }),
            ("exportCluster", { _ = try $0.exportCluster(nil, ClusterExport(.openSearch, to: folder.file("out-\(UInt32.random(in: 0...UInt32.max))")), report: quiet) }),
            ("writeTable", { engine in
                var request = SearchRequest(query: "电梯")
                request.columns = try RecordColumn.list("id")
                _ = try engine.writeTable(engine.search(request), columns: request.columns, to: folder.file("hits.csv"), .csv, in: .english)
            }),
            ("check", { _ = try $0.check(["content": "电梯坏了没人修。"], number: 1, CheckRequest()) }),
            ("checkBatch", { _ = try $0.checkBatch(nil, CheckRequest(), report: quiet) { _ in } }),
            ("duplicateBands", { _ = try $0.duplicateBands { _, _, _ in } }),
            ("duplicateEdges", { _ = try $0.duplicateEdges([("R1", "R2")]) }),
            ("monthlyCounts", { try $0.monthlyCounts(by: ["region"]) { _, _, _, _ in } }),
            ("matters", { _ = try $0.matters(MattersRequest(), report: quiet) }),
            ("addToLexicon", { _ = try $0.addToLexicon(["试验词"]) }),
            ("removeFromLexicon", { _ = try $0.removeFromLexicon(["试验词"]) }),
            ("addSynonyms", { _ = try $0.addSynonyms(["电梯", "升降机"]) }),
            ("removeSynonym", { _ = try $0.removeSynonym("升降机") }),
            ("save", { _ = try $0.save(SavedQuery(name: "电梯", query: "电梯")) }),
            ("removeSavedQuery", { try $0.removeSavedQuery("电梯") }),
            ("lexiconSuggestions", { _ = try $0.lexiconSuggestions(limit: 5, recordCountMin: 2, report: quiet) }),
            ("synonymSuggestions", { _ = try $0.synonymSuggestions(limit: 5, recordCountMin: 2, report: quiet) }),
            ("trends", { _ = try $0.trends(TrendRequest()) }),
            ("monthlyReport", { _ = try $0.monthlyReport(year: 2024, month: 1, report, .english) }),
            ("annualReport", { _ = try $0.annualReport(year: 2024, report, since: nil, .english) }),
            ("pivotReport", { _ = try $0.pivotReport(rows: .field(.category, depth: nil), columns: nil, report, .english) }),
            ("comparison", { _ = try $0.comparison(by: .field(.category, depth: nil), day, day, report, .english) }),
            ("corrections", { engine in _ = try engine.corrections(report, since: engine.snapshotID(RecordSequence(1)), .english) }),
            ("ladder", { _ = try $0.ladder(LadderRequest()) }),
            ("repeats", { _ = try $0.repeats(RepeatsRequest(), report: quiet) }),
            ("supervision", { _ = try $0.supervision(.loops, asOf: nil) }),
            ("openCase", { _ = try $0.openCase(["R1"], title: nil) }),
            ("caseFile", { engine in _ = try engine.caseFile(Self.file(engine)) }),
            ("caseFileWithTitles", { engine in _ = try engine.caseFileWithTitles(Self.file(engine)) }),
            ("joinCase", { engine in _ = try engine.joinCase(Self.file(engine), records: ["R2"]) }),
            ("addDocument", { engine in _ = try engine.addDocument(Self.file(engine), NewDocument(path: paper, type: "询问笔录")) }),
            ("orderCase", { engine in _ = try engine.orderCase(Self.file(engine), as: nil) }),
            ("checkCase", { engine in _ = try engine.checkCase(Self.file(engine)) }),
            ("handOut", { engine in _ = try engine.handOut(Self.file(engine), to: "法制科", due: nil, note: nil) }),
            ("takeBack", { engine in _ = try engine.takeBack(Self.file(engine), note: nil) }),
            ("noteCase", { engine in _ = try engine.noteCase(Self.file(engine), kind: "备考", text: "完整") }),
            ("holdCase", { engine in _ = try engine.holdCase(Self.file(engine), basis: "复议", review: nil) }),
            ("releaseCase", { engine in _ = try engine.releaseCase(Self.file(engine)) }),
            ("keepCase", { engine in _ = try engine.keepCase(Self.file(engine), period: "Y", approver: "甲", reason: "典型") }),
            ("checkCases", { _ = try $0.checkCases() }),
            ("documentBytes", { engine in _ = try engine.documentBytes(Self.file(engine), number: 1) }),
            ("printCase", { engine in _ = try engine.printCase(Self.file(engine), to: folder.file("print"), pdf: false, inner: false, recipient: nil) }),
            ("closeCase", { engine in _ = try engine.closeCase(Self.file(engine)) }),
            ("fileCase", { engine in _ = try engine.fileCase(Self.file(engine), checkedBy: "乙", on: nil) }),
            ("exportTransfer", { engine in
                var request = TransferRequest()
                request.names = [try Self.file(engine)]
                _ = try engine.exportTransfer(request, to: folder.file("package"))
            }),
            ("confirmTransfer", { _ = try $0.confirmTransfer(receipt: folder.file("no-receipt.json")) }),
            ("intakeFindings", { _ = try $0.intakeFindings(of: "R1") }),
            ("intakeReport", { _ = try $0.intakeReport(nil) }),
            ("numberReport", { _ = try $0.numberReport() }),
            ("allCases", { _ = try $0.allCases() }), ("casePage", { _ = try $0.casePage(CaseListRequest()) }),
            ("dueCases", { _ = try $0.dueCases(on: nil) }),
            ("appraise", { engine in _ = try engine.appraise(Self.file(engine), decision: "destroy", by: "甲", until: nil, on: nil) }),
            ("register", { _ = try $0.register() }),
            ("printRegister", { try $0.printRegister([], to: folder.file("register.html")) }),
            ("destroyCases", { engine in _ = try engine.destroyCases([Self.file(engine)], witnesses: ["甲", "乙"], approver: "丙", on: nil) }),
            ("statistics", { _ = try $0.statistics() }),
            ("verify", { _ = try $0.verify(report: quiet) }),
            ("backup", { try $0.backup(to: folder.file("backup"), report: quiet) }),
            ("reindex", { try $0.reindex(report: quiet) }),
            ("compact", { try $0.compact(report: quiet) }),
            ("auditEntries", { _ = try $0.auditEntries(whoSaw: nil, limit: 5) }),
            ("verifyAudit", { _ = try $0.verifyAudit(expected: nil) }),
            ("acceptClock", { try $0.acceptClock() }),
            ("checkKey", { _ = try $0.checkKey() }),
            ("addHolder", { _ = try $0.addHolder("乙", text: nil, keyFileTo: folder.file("second.key")) }),
            ("removeHolder", { _ = try $0.removeHolder("乙") }),
            ("replaceLostKey", { _ = try $0.replaceLostKey() }),
            // Closes the engine.
            ("rotateKey", { _ = try $0.rotateKey(keepingFile: false, report: quiet) }),
        ]
    }

    private static func made(_ folder: TemporaryFolder, users: String? = nil) throws -> Engine {
        let options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        _ = try engine.add([
            ["id": "R1", "registerNo": "TJ-1", "receivedAt": "2024-01-02", "title": "电梯坏了", "content": "电梯坏了没人修。", "respondents": .array(["某物业"]), "complainants": .array([.object(["name": "欧阳试", "phone": "13811112222"])])],
            ["id": "R2", "receivedAt": "2024-01-03", "title": "电梯坏了", "content": "小区电梯坏了，一直没人修。", "respondents": .array(["某物业"])],
        ])
        if let users {
            engine.closeAll()
            FileBytes.write(Array(try Profile.wholeText("general").replacing("users: {}", with: users).utf8), to: folder.file("a/profile.yaml"))
        }
        return engine
    }

    private static func file(_ engine: Engine) throws -> String {
        guard let file = try engine.allCases().first else { throw CaseError.unknown(id: "none") }
        return file.id
    }

    private static func last(_ engine: Engine) throws -> JSONObject {
        // The look itself is noted after what it shows.
        try #require(try engine.auditEntries(whoSaw: nil, limit: 1).first).json
    }

    @Test func `each verb leaves its entry, answered or not`() throws {
        let folder = TemporaryFolder()
        let engine = try Self.made(folder)
        for (name, call) in Self.calls(folder) {
            // Some fail here, as a file that is not due: that is noted too. Others ask for the list of files first.
            do { try call(engine) } catch {}
            let log = try Engine(opening: EngineOptions(archivePath: folder.file("a")))
            let entry = try log.auditEntries(whoSaw: nil, limit: 2).first { $0.json["verb"]?.string == name }
            #expect(entry != nil, "\(name)")
            log.closeAll()
        }
        #expect(try Engine(opening: EngineOptions(archivePath: folder.file("a"))).verifyAudit(expected: nil).problems.isEmpty)
    }

    @Test func `who is refused is in the log, with what was asked`() throws {
        let folder = TemporaryFolder()
        _ = try Self.made(folder, users: "users:\n  a: [analyst]\n  s: [supervisor]")
        var options = EngineOptions(archivePath: folder.file("a"))
        for user in ["a", "nobody"] {
            options.user = user
            let engine = try Engine(opening: options)
            for (name, call) in Self.calls(folder) where ["add", "unmask", "backup", "auditEntries", "openCase", "dueCases", "statistics"].contains(name) {
                #expect(throws: AccessError.self) { try call(engine) }
                if user == "nobody" { continue }
                options.user = "s"
                let entry = try Self.last(Engine(opening: options))
                #expect(entry["action"]?.string == "refuse" && entry["user"]?.string == user, "\(name): \(entry)")
                #expect(entry["verb"]?.string == name, "\(name): \(entry)")
            }
        }
        options.user = "s"
        let refused = try Engine(opening: options).auditEntries(whoSaw: nil, limit: 1_000).filter { $0.json["user"]?.string == "nobody" }
        #expect(refused.count >= 5 && refused.allSatisfy { $0.json["action"]?.string == "refuse" })
    }

    @Test func `all records of a large export are in the log, and who-saw finds each of them`() throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("a"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        let count = 2_345
        _ = try engine.add((0..<count).map { ["id": .string("K\($0)"), "registerNo": .string("登-\($0)"), "receivedAt": "2024-01-02", "title": "电梯坏了"] })
        #expect(try engine.export(nil, to: folder.file("all.jsonl"), withIdentity: false, report: { _ in }) == count)
        for number in [0, 999, 1_000, 1_001, 2_000, 2_344] {
            for name in ["K\(number)", "登-\(number)"] {
                let verbs = try engine.auditEntries(whoSaw: name, limit: nil).compactMap { $0.json["verb"]?.string }
                #expect(verbs.contains("export") && verbs.contains("add"), "\(name): \(verbs)")
            }
        }
        let exports = try engine.auditEntries(whoSaw: nil, limit: nil).filter { $0.json["verb"]?.string == "export" }.reversed()
        let told = exports.flatMap { $0.json["records"]?.array ?? [] }.compactMap(\.string)
        #expect(Set(told).count == count && told.count == count)
        #expect(exports.dropFirst().allSatisfy { $0.json["continues"]?.number == "\(exports.first!.number)" })
        #expect(try engine.verifyAudit(expected: nil).problems.isEmpty)
    }

    @Test func `similar, check, matters and lists tell the log which records they showed`() throws {
        let folder = TemporaryFolder()
        let engine = try Self.made(folder)
        for name in ["precedents", "check", "checkBatch", "search", "export", "exportTable", "exportCluster", "writeTable", "arrivals", "marked", "publicStatus"] {
            let call = try #require(Self.calls(folder).first { $0.name == name }?.call)
            try call(engine)
            let seen = try ["R1", "R2"].contains { try engine.auditEntries(whoSaw: $0, limit: nil).contains { $0.json["verb"]?.string == name } }
            #expect(seen, "\(name)")
        }
    }

    @Test func `a name asked for in any way is in the log as a mark alone`() throws {
        let folder = TemporaryFolder()
        _ = try Self.made(folder, users: "users:\n  s: [supervisor]")
        var options = EngineOptions(archivePath: folder.file("a"))
        options.user = "s"
        options.purpose = "回访"
        let engine = try Engine(opening: options)
        for query in ["欧阳试", "请找欧阳试的投诉", "complainant:欧阳试", "phone:13811112222", "phone:１３８１１１１２２２２", "\"欧阳试\" 电梯"] { _ = try engine.count(SearchRequest(query: query)) }
        var filtered = SearchRequest(query: "电梯")
        filtered.filters = ["phone=13811112222"]
        _ = try engine.count(filtered)
        filtered.filters = ["complainant=欧阳试"]
        _ = try engine.count(filtered)
        engine.closeAll()
        let bytes = String(decoding: FileBytes.read(folder.file("a/audit.lmdb")), as: UTF8.self)
        for secret in ["欧阳试", "13811112222", "１３８１１１１２２２２"] { #expect(!bytes.contains(secret), "\(secret)") }
    }

    @Test func `a clock set back writes nothing until it is right or accepted`() throws {
        let folder = TemporaryFolder()
        let engine = try Self.made(folder)
        engine.closeAll()
        // As if the last entry had been written in the year 2100.
        try FutureClock.set(ArchiveFolder(opening: folder.file("a")), seconds: 4_102_444_800)
        let options = EngineOptions(archivePath: folder.file("a"))
        let late = try Engine(opening: options)
        let record: JSONObject = ["id": "R7", "receivedAt": "2024-01-04", "title": "新"]
        var told = ""
        do { _ = try late.add([record]) } catch let error as EngineError { told = error.notice(in: .english) }
        #expect(told.contains("clock") && told.contains("2100-01-01") && told.contains("--accept-clock"), "\(told)")
        #expect(throws: EngineError.self) { try late.openCase(["R1"], title: nil) }
        #expect(try late.count(SearchRequest(query: "电梯")).count == 2, "reading goes on")
        try late.acceptClock()
        #expect(try late.add([record]).count == 1)
    }
}
