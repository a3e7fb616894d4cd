// What the routes answer: the same things as the command line, in the caller's language.

import Engine
import Glibc
import Logging
import Records
import Synchronization
import TestSupport
import Testing

@testable import CLI
@testable import Service

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct AnsweringTests {
    private static let records = (0..<30).map { record("R\($0)", "第\($0)号楼下停车费涨价，物业不出示依据") }

    @Test func `search, count, record, check and verbs answer`() async throws {
        let service = try await RunningService(records: Self.records)
        let search = await service.ask("GET", "/api/search?q=%E5%81%9C%E8%BD%A6%E8%B4%B9&limit=5&facet=kind")
        #expect(search.status == 200)
        #expect(search.json?["total"]?.int == 30)
        #expect(search.json?["items"]?.array?.count == 5)
        let next = try #require(search.json?["next"]?.string)
        let second = await service.ask("GET", "/api/search?q=%E5%81%9C%E8%BD%A6%E8%B4%B9&limit=5&after=\(next)")
        let ids = (search.json?["items"]?.array ?? []).compactMap { $0["id"]?.string } + (second.json?["items"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(Set(ids).count == 10)
        #expect(await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").json?["count"]?.int == 30)
        #expect(await service.ask("GET", "/api/records/R7").json?["archive"]?["id"]?.string == "R7")
        #expect(await service.ask("GET", "/api/records/none").status == 404)
        let check = await service.ask("POST", "/api/check", [mark], body: #"{"content":"第7号楼下停车费涨价，物业不出示依据"}"#)
        #expect((check.json?["items"]?.array ?? []).contains { $0["id"]?.string == "R7" })
        #expect(await service.ask("POST", "/api/check", [mark], body: "{}").status == 200)
        for path in ["/api/stat", "/api/cases", "/api/queries", "/api/audit", "/api/records/R1/deadlines", "/api/records/R1/links", "/api/reports/monthly?month=2024-03",
            "/api/metrics", "/api/openapi.json", "/api/session", "/health", "/"] {
            #expect(await service.ask("GET", path).status == 200, "\(path)")
        }
        #expect(await service.ask("GET", "/api/export?q=%E5%81%9C%E8%BD%A6%E8%B4%B9&format=csv").text.split(whereSeparator: \.isNewline).count == 31)
        await service.stop()
    }

    @Test func `the paper of a file goes out once, with a day to come, and comes back`() async throws {
        let service = try await RunningService(records: Self.records)
        let opened = await service.ask("POST", "/api/cases", [mark], body: #"{"records":["R1"]}"#)
        #expect(opened.status == 201)
        let file = try #require(opened.json?["items"]?.array?.first?["id"]?.string)
        let out = await service.ask("POST", "/api/cases/\(file)/hand-out", [mark], body: #"{"to":"法制科 试甲","due":"2199-12-31","note":"复核"}"#)
        #expect(out.status == 200 && out.text.contains("法制科 试甲") && out.text.contains("2199-12-31"), "\(out.text)")
        for body in [#"{"to":"财务科"}"#, #"{"to":"财务科","due":"2020-01-01"}"#, #"{}"#, #"{"to":7.5,"due":{}}"#] {
            let refused = await service.ask("POST", "/api/cases/\(file)/hand-out", [mark], body: body)
            #expect((400..<500).contains(refused.status), "\(body) \(refused.status) \(refused.text)")
        }
        let back = await service.ask("POST", "/api/cases/\(file)/take-back", [mark], body: #"{"note":"完好"}"#)
        #expect(back.status == 200 && back.text.contains("完好"), "\(back.text)")
        #expect((400..<500).contains(await service.ask("POST", "/api/cases/\(file)/take-back", [mark], body: "{}").status))
        let late = await service.ask("POST", "/api/cases/\(file)/hand-out", [mark], body: #"{"to":"财务科","due":"2020-01-01"}"#)
        #expect((400..<500).contains(late.status) && late.text.contains("2020-01-01"), "\(late.text)")
        #expect((400..<500).contains(await service.ask("POST", "/api/cases/AJ999999/hand-out", [mark], body: #"{"to":"财务科"}"#).status))
        // Without the page's mark nothing is done in a user's name.
        #expect(await service.ask("POST", "/api/cases/\(file)/hand-out", body: #"{"to":"财务科"}"#).status == 403)
        let shown = await service.ask("GET", "/api/cases/\(file)")
        #expect(shown.text.contains("法制科 试甲") && !shown.text.contains("财务科"))
        await service.stop()
    }

    // It answered 400, as if the request were written wrongly.
    @Test func `a file that is not there is 404, however it is asked for`() async throws {
        let service = try await RunningService(records: Self.records)
        for path in ["", "/check", "/print", "/documents/1"] {
            let reply = await service.ask("GET", "/api/cases/AJ999999\(path)")
            #expect(reply.status == 404 && reply.json?["type"]?.string == "urn:juanzong:problem:unknown-file", "\(path) \(reply.status) \(reply.text)")
        }
        for (action, body) in [("hold", #"{"basis":"复议"}"#), ("note", #"{"text":"备考"}"#), ("join", #"{"records":["R1"]}"#), ("hand-out", #"{"to":"财务科"}"#)] {
            #expect(await service.ask("POST", "/api/cases/AJ999999/\(action)", [mark], body: body).status == 404, "\(action)")
        }
        await service.stop()
    }

    @Test func `a decision is listed with what the other record is about, to those who may see it`() async throws {
        let service = try await RunningService(bindsRoles: true, records: [record("L1", "北巷路灯不亮"), record("L2", "南巷积水，联系电话13900001111"), record("L3", "暗号暗号的举报", level: "机密")])
        func ask(_ user: String, _ method: String, _ path: String, body: String? = nil) async throws -> Reply {
            await service.ask(method, path, ["Authorization: Bearer \(try service.token(user))", mark], body: body)
        }
        for other in ["L2", "L3"] {
            #expect(try await ask("maker", "POST", "/api/links", body: #"{"a":"L1","b":"\#(other)","verdict":"D3"}"#).status == 200)
        }
        let all = try await ask("maker", "GET", "/api/records/L1/links").json?["items"]?.array ?? []
        #expect(all.compactMap { $0["otherTitle"]?.string } == ["关于南巷积水，联", "关于暗号暗号的举"])
        #expect(all.first?["otherDate"]?.string == "2024-03-05")
        let hers = try await ask("analyst", "GET", "/api/records/L1/links")
        #expect(hers.json?["items"]?.array?.compactMap { $0["other"]?.string } == ["L2"] && !hers.text.contains("暗号"), "\(hers.text)")
        await service.stop()
    }

    @Test func `areas of a facet have the names that records give them`() async throws {
        let service = try await RunningService(records: [
            record("A", "停车费涨价", more: ["region": "330106", "regionName": "试验区"]), record("B", "停车费又涨", more: ["region": "330106"]), record("C", "停车费高", more: ["region": "330108"]),
        ])
        let answer = await service.ask("GET", "/api/search?q=%E5%81%9C%E8%BD%A6%E8%B4%B9&facet=region")
        let facet = try #require(answer.json?["facets"]?.array?.first)
        #expect(facet["counts"]?["330106"]?.int == 2)
        #expect(facet["names"]?["330106"]?.string == "试验区")
        #expect(facet["names"]?["330108"] == nil)
        await service.stop()
    }

    @Test func `records added by many at once are all there when acknowledged`() async throws {
        let service = try await RunningService()
        let acknowledged = await withTaskGroup(of: String?.self) { tasks in
            for number in 0..<60 {
                tasks.addTask {
                    let reply = await service.ask("POST", "/api/records", [mark], body: #"{"title":"记录","content":"并发添加的第\#(number)条"}"#)
                    return reply.status == 201 ? reply.json?["items"]?.array?.first?["id"]?.string : nil
                }
            }
            return await tasks.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
        }
        #expect(acknowledged.count == 60)
        #expect(Set(acknowledged).count == 60)
        for id in acknowledged { #expect(await service.ask("GET", "/api/records/\(id)").status == 200) }
        #expect(await service.ask("GET", "/api/count?q=%22%E5%B9%B6%E5%8F%91%E6%B7%BB%E5%8A%A0%22").json?["count"]?.int == 60)
        await service.stop()
    }

    // Large ones are parsed on a thread of their own.
    @Test func `a large body is read as a small one, and told where it is wrong`() async throws {
        let service = try await RunningService()
        for characters in [10, 40_000] {
            let body = #"{"title":"记录","content":"\#(String(repeating: "灯", count: characters))"}"#
            #expect(await service.ask("POST", "/api/records", [mark], body: body).status == 201)
            let broken = String(body.dropLast())
            let reply = await service.ask("POST", "/api/records", [mark], body: broken)
            #expect(reply.status == 400 && reply.json?["offset"]?.int == broken.utf8.count, "\(reply.text)")
        }
        await service.stop()
    }

    private final class End: Sendable { let isThere = Mutex(false) }

    /// How often was looked, and begun.
    private final class Looks: Sendable {
        private let counts = Mutex((looks: 0, rebuilds: 0))
        func look() -> Int { counts.withLock { $0.looks += 1; return $0.looks } }
        func rebuild() { counts.withLock { $0.rebuilds += 1 } }
        var rebuilds: Int { counts.withLock { $0.rebuilds } }
    }

    @Test func `searches go on while the index is built anew, and see one state`() async throws {
        let service = try await RunningService(records: Self.records)
        let end = End()
        let counts = await withTaskGroup(of: [String].self) { tasks in
            for _ in 0..<4 {
                tasks.addTask {
                    var seen: [String] = []
                    repeat {
                        let reply = await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9")
                        seen.append(reply.status == 200 ? "\(reply.json?["count"]?.int ?? -1)" : "status \(reply.status): \(reply.text)")
                    } while !end.isThere.withLock { $0 }
                    return seen
                }
            }
            tasks.addTask {
                var failed: [String] = []
                for _ in 0..<3 {
                    let reply = await service.ask("POST", "/api/reindex", [mark])
                    if reply.status != 200 { failed.append("reindex \(reply.status): \(reply.text)") }
                }
                end.isThere.withLock { $0 = true }
                return failed
            }
            return await tasks.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(counts.count >= 4 && Set(counts) == ["30"])
        #expect(FileBytes.names(in: service.archivePath + "/index").contains("gen-000004.lmdb"))
        await service.stop()
    }

    @Test func `records are cut by new words without anybody's doing`() async throws {
        let service = try await RunningService(records: Self.records, wordsInterval: .milliseconds(80))
        let path = service.archivePath + "/index"
        let before = FileBytes.read(path + "/WORDS")
        FileBytes.write(Array("停车费涨价\n".utf8), to: service.archivePath + "/lexicon.txt")
        var waited = 0
        while FileBytes.read(path + "/WORDS") == before, waited < 200 {
            #expect(await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").json?["count"]?.int == 30)
            try await Task.sleep(for: .milliseconds(50))
            waited += 1
        }
        #expect(FileBytes.read(path + "/WORDS") != before)
        #expect(FileBytes.names(in: path).contains("gen-000002.lmdb"))
        try await Task.sleep(for: .milliseconds(400))
        #expect(!FileBytes.names(in: path).contains("gen-000003.lmdb"), "once is enough")
        #expect(await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").json?["count"]?.int == 30)
        await service.stop()
    }

    @Test func `a service that stops does not wait for records being cut anew`() async throws {
        let (begun, end) = (End(), End())
        let keeper = WordsKeeper(interval: .milliseconds(20), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, waiting: { "words" }) {
            begun.isThere.withLock { $0 = true }
            while !end.isThere.withLock({ $0 }) { usleep(10_000) }
        }
        defer { end.isThere.withLock { $0 = true } }
        let task = Task { try await keeper.run() }
        while !begun.isThere.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        let start = ContinuousClock.now
        task.cancel()
        _ = try? await task.value
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `words that cannot be read, or an index that cannot be built, are no end of the service's looking`() async throws {
        struct Unreadable: Error {}
        let looks = Looks()
        let keeper = WordsKeeper(interval: .milliseconds(2), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, waiting: {
            if looks.look() == 1 { throw Unreadable() }
            return "words"
        }) { looks.rebuild(); throw Unreadable() }
        let task = Task { try await keeper.run() }
        var waited = 0
        while looks.rebuilds < 2, waited < 1_000 {
            try await Task.sleep(for: .milliseconds(10))
            waited += 1
        }
        #expect(looks.rebuilds >= 2)
        task.cancel()
        _ = try? await task.value
    }

    @Test func `what a killed import has left is indexed in the background, and searches say how much it is`() async throws {
        let folder = TemporaryFolder()
        var options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: nil)
        do {
            let engine = try Engine(opening: options)
            _ = try engine.add(Self.records)
            engine.closeAll()
        }
        let index = folder.file("archive/index/gen-000001.lmdb")
        let before = FileBytes.read(index)
        do {
            let engine = try Engine(opening: options)
            for batch in 0..<20 { _ = try engine.add((0..<30).map { record("B\(batch)-\($0)", "第\($0)号楼下停车费涨价，物业不出示依据") }) }
            engine.closeAll()
        }
        FileBytes.write(before, to: index)
        options.versionsOfSearch = IndexKeeper.versionsOfSearch
        let searching = try Engine(opening: options)
        let behind = try searching.search(SearchRequest(query: "停车费"))
        #expect(behind.total == 30)
        #expect(behind.notices.contains { $0.english.contains("600 versions are being indexed") })
        searching.closeAll()
        let keeper = IndexKeeper(options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { try await keeper.run() }
        var waited = 0
        while try Engine(opening: options).search(SearchRequest(query: "停车费")).total != 630, waited < 200 {
            try await Task.sleep(for: .milliseconds(50))
            waited += 1
        }
        let after = try Engine(opening: options).search(SearchRequest(query: "停车费"))
        #expect(after.total == 630 && !after.notices.contains { $0.english.contains("indexed") })
        task.cancel()
        _ = try? await task.value
    }

    @Test func `each entry comes into the log once, from many threads at a time, and is taken over at the end`() async throws {
        let folder = TemporaryFolder()
        let options = EngineOptions(archivePath: folder.file("archive"))
        _ = try Engine.create(options, profile: nil)
        let engine = try Engine(opening: options)
        let queue = AuditQueue(options, logger: Logger(label: "test"))
        let pending = (0..<400).map { number in
            engine.acting(as: "-", purpose: "P\(number)") { try engine.count(SearchRequest(query: "停车费")) }.audit
        }
        try await withThrowingTaskGroup { group in
            for audit in pending { group.addTask { try queue.append(audit) } }
            try await group.waitForAll()
        }
        #expect(try engine.auditKeeper().waitingBytes > 0)
        await queue.stop()
        #expect(try engine.auditKeeper().waitingBytes == 0)
        let purposes = try engine.auditEntries(whoSaw: nil, limit: nil).compactMap { $0.json["purpose"]?.string }.filter { $0.hasPrefix("P") }
        #expect(purposes.sorted() == (0..<400).map { "P\($0)" }.sorted())
    }

    @Test func `matters of many new records are grouped in the background, and the answer says how many are missing`() async throws {
        let many = (0..<(Engine.groupedAtOnce + 50)).map { record("R\($0)", "第\($0 % 40)号楼下停车费涨价") }
        let service = try await RunningService(records: many)
        let english = ["Accept-Language: en"]
        let first = await service.ask("GET", "/api/matters?ids=3", english)
        #expect(first.status == 200 && first.json?["notices"]?.array?.contains { $0["text"]?.string?.contains("not grouped yet") == true } == true, "\(first)")
        var last = first
        for _ in 0..<900 where last.json?["notices"]?.array?.isEmpty != true {
            try await Task.sleep(for: .milliseconds(100))
            last = await service.ask("GET", "/api/matters?ids=3", english)
        }
        let items = try #require(last.json?["items"]?.array)
        #expect(last.json?["notices"]?.array?.isEmpty == true && !items.isEmpty && items.allSatisfy { $0["ids"]?.array?.count ?? 9 <= 3 })
        await service.stop()
    }

    @Test func `readers hold their snapshot between requests, and let go when nobody asks`() async throws {
        let service = try await RunningService(records: Self.records)
        #expect(await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").status == 200)
        #expect(service.readers.heldCount > 0)
        var waited = 0
        while service.readers.heldCount > 0, waited < 100 {
            try await Task.sleep(for: .milliseconds(50))
            waited += 1
        }
        #expect(service.readers.heldCount == 0)
        #expect(await service.ask("GET", "/api/count?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").json?["count"]?.int == 30)
        await service.stop()
    }

    @Test func `an answer that takes too long is given up, and told so`() async throws {
        var limits = ServiceOptions.Limits()
        limits.answerMilliseconds = 0
        let service = try await RunningService(records: [["id": "A1", "receivedAt": "2024-01-02", "title": "停车收费"]], limits: limits)
        for path in ["/api/search?q=%E5%81%9C%E8%BD%A6", "/api/count?q=%E5%81%9C%E8%BD%A6", "/api/records/A1"] {
            let reply = await service.ask("GET", path, ["Accept-Language: en"])
            #expect(reply.status == 503, "\(path)")
            #expect(reply.header("Retry-After") == "2")
            #expect(reply.json?["type"]?.string == "urn:juanzong:problem:out-of-time")
            #expect(reply.json?["title"]?.string == "the answer took too long and was given up")
            #expect(!reply.text.contains("停车"))
        }
        #expect(await service.ask("GET", "/health").status == 200)
        await service.stop()
    }

    @Test func `what is wrong is told as a problem, in the language asked for`() async throws {
        let service = try await RunningService(records: Self.records)
        for (path, status) in [("/api/search?q=(%20OR", 400), ("/api/search?limit=0x", 400), ("/api/search?zz=1", 400), ("/api/none", 404), ("/api/records/R1/check?verdict=Z", 400),
            ("/api/search?q=%ff", 400), ("/api/reports/none", 404), ("/api/facets?q=a", 400)] {
            let reply = await service.ask("GET", path)
            #expect(reply.status == status, "\(path)")
            #expect(reply.header("content-type") == "application/problem+json", "\(path)")
            #expect(reply.json?["status"]?.int == status)
            #expect(reply.json?["title"]?.string?.isEmpty == false)
        }
        let wrong = await service.ask("GET", "/api/search?q=%E5%81%9C%E8%BD%A6%20OR", ["Accept-Language: en"])
        #expect(wrong.json?["position"]?.int != nil)
        #expect(wrong.json?["title"]?.string?.utf8.allSatisfy { $0 < 0x80 } == true)
        #expect(await service.ask("PUT", "/api/search").status == 403)
        let method = await service.ask("PUT", "/api/search", [mark])
        #expect(method.status == 405 && method.header("allow") == "GET")
        #expect(await service.ask("POST", "/api/check", [mark], body: "{").status == 400)
        #expect(await service.ask("POST", "/api/check", [mark], body: "[1]").status == 400)
        await service.stop()
    }

    @Test func `a verb run for a command line elsewhere prints the same and touches no other file`() async throws {
        let service = try await RunningService(records: Self.records)
        let line = #"{"arguments":["search","停车费","--json","--limit","3"],"language":"zh","columns":80}"# + "\n"
        let reply = await service.ask("POST", "/api/run", [mark], body: line)
        #expect(reply.status == 200)
        #expect(reply.text.contains("\"id\":\"R"))
        for arguments in [#"["add","/etc/passwd"]"#, #"["export","--to","/tmp/juanzong-stolen"]"#, #"["search","a","--archive","/tmp"]"#, #"["case","add","x","/etc/passwd","--type","y"]"#,
            #"["report","monthly","2024-03","--to=/tmp/juanzong-stolen.csv"]"#, #"["trends","--html","/tmp/juanzong-stolen.html"]"#, #"["check","/etc/passwd"]"#, #"["import","/etc/passwd"]"#] {
            let refused = await service.ask("POST", "/api/run", [mark], body: #"{"arguments":\#(arguments)}"# + "\n")
            #expect(!refused.text.contains("root:"), "\(arguments)")
            #expect(refused.body.suffix(6) == [0, 0, 0, 0, 1, 2], "\(arguments)")
        }
        #expect(!FileBytes.exists("/tmp/juanzong-stolen") && !FileBytes.exists("/tmp/juanzong-stolen.csv") && !FileBytes.exists("/tmp/juanzong-stolen.html"))
        for verb in ["backup", "init", "serve", "restore", "token", "compact", "nonsense"] {
            #expect(await service.ask("POST", "/api/run", [mark], body: #"{"arguments":["\#(verb)"]}"# + "\n").status == 403)
        }
        await service.stop()
    }
}
}
