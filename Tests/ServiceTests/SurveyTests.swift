// Answers about the whole archive are kept: they say as of when they are, are made anew, are noted at each look, and show nobody
// what he may not see now.

import Engine
import Glibc
import Logging
import Records
import Synchronization
import TestSupport
import Testing

@testable import Service

/// What was logged.
private final class Heard: Sendable {
    private let heard = Mutex<[String]>([])
    var texts: [String] { heard.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(heard: self) } }

    private struct Handler: LogHandler {
        let heard: Heard
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.info
        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { heard.heard.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") } }
    }
}

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct SurveyTests {
    private static func record(_ number: Int, _ more: JSONObject = [:]) -> JSONObject {
        var object: JSONObject = [
            "id": .string("R\(number)"), "receivedAt": .string("2024-03-0\(number % 9 + 1)"), "title": .string("第\(number)件，路灯不亮"), "content": .string("北巷路灯不亮，第\(number)次反映，请派人维修"),
            "leadUnit": "城管局", "severity": "重大", "flags": .array(["重大"]), "status": "办理中", "respondents": .array(["某物业"]),
        ]
        for (key, value) in more.entries { object.set(key, to: value) }
        return object
    }

    private func ids(_ reply: Reply) -> [String] { (reply.json?["items"]?.array ?? []).compactMap { $0["id"]?.string } }

    @Test func `a kept list says as of when it is, is asked for fresh, and is renewed in the background`() async throws {
        let service = try await RunningService(records: (1...5).map { Self.record($0) })
        let first = await service.ask("GET", "/api/reports/alerts")
        #expect(first.status == 200 && ids(first).count == 5, "\(first.text)")
        let again = await service.ask("GET", "/api/reports/alerts")
        #expect(ids(again) == ids(first) && again.json?["asOf"]?["changes"]?.int == 0 && again.json?["notices"]?.array?.isEmpty == true, "\(again.text)")
        #expect(await service.ask("POST", "/api/records", [mark], body: "{\"id\":\"R6\",\"receivedAt\":\"2024-03-07\",\"title\":\"新的一件\",\"flags\":[\"重大\"]}").status < 300)
        let stale = await service.ask("GET", "/api/reports/alerts")
        #expect(ids(stale).count == 5 && stale.json?["asOf"]?["changes"]?.int == 1 && stale.json?["asOf"]?["renewing"]?.bool == true, "\(stale.text)")
        #expect(stale.json?["notices"]?.array?.first?["fresh"]?.bool == true && stale.text.contains("其后有 1 处变动"))
        #expect(ids(await service.ask("GET", "/api/reports/alerts?fresh=1")).count == 6)
        // Another one: renewed without anybody's asking for it fresh.
        #expect(await service.ask("POST", "/api/records", [mark], body: "{\"id\":\"R7\",\"receivedAt\":\"2024-03-07\",\"title\":\"又一件\",\"flags\":[\"重大\"]}").status < 300)
        // Seven where what the first look had set going came to its end only now.
        #expect([6, 7].contains(ids(await service.ask("GET", "/api/reports/alerts")).count))
        var count = 0
        for _ in 0..<200 where count != 7 {
            count = ids(await service.ask("GET", "/api/reports/alerts")).count
            if count != 7 { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(count == 7)
        // What was taken back is in no old answer.
        #expect(await service.ask("POST", "/api/records/R7/withdraw", [mark], body: #"{"reason":"误录"}"#).status == 200)
        #expect(!ids(await service.ask("GET", "/api/reports/alerts")).contains("R7"))
        let limited = await service.ask("GET", "/api/reports/alerts?limit=2&fresh=1")
        #expect(ids(limited).count == 2 && limited.text.contains("共 6 条，列出 2 条"), "\(limited.text)")
        await service.stop()
    }

    @Test func `figures and trends are kept too, with each look noted`() async throws {
        let service = try await RunningService(records: (1...9).map { Self.record($0) })
        let paths = ["/api/reports/monthly?month=2024-03", "/api/reports/annual?year=2024", "/api/reports/pivot?rows=category:1&columns=month&period=2024", "/api/reports/compare?first=2024-02&second=2024-03&by=leadUnit", "/api/trends", "/api/reports/ladder?by=unit", "/api/matters?minPeople=1", "/api/reports/handover?since=2024-03-01T00:00:00%2B08:00"]
        for path in paths {
            let first = await service.ask("GET", path)
            let again = await service.ask("GET", path)
            #expect(first.status == 200 && again.status == 200, "\(path) \(first.text)")
            #expect(again.json?["items"] == first.json?["items"], "\(path)")
            if !path.contains("matters") { #expect(again.json?["asOf"]?["changes"]?.int == 0, "\(path) \(again.text)") }
        }
        let log = await service.ask("GET", "/api/audit?limit=200")
        let verbs = (log.json?["items"]?.array ?? []).compactMap { $0["verb"]?.string }
        for verb in ["monthlyReport", "annualReport", "pivotReport", "comparison", "trends", "ladder", "supervision"] { #expect(verbs.count { $0 == verb } == 2, "\(verb): \(verbs.count { $0 == verb })") }
        await service.stop()
    }

    @Test func `nobody is given an answer of those who see more, nor one from before a record was closed to him`() async throws {
        let secret = Self.record(1, ["securityLevel": "机密"])
        let service = try await RunningService(bindsRoles: true, records: [secret] + (2...4).map { Self.record($0) })
        func ask(_ user: String, _ path: String) async throws -> Reply { await service.ask("GET", path, ["Authorization: Bearer \(try service.token(user))"]) }
        let seen = try await ask("supervisor", "/api/reports/alerts")
        let analyst = try await ask("analyst", "/api/reports/alerts")
        #expect(ids(seen).contains("R1") != ids(analyst).contains("R1") || ids(seen) == ids(analyst))
        #expect(!ids(analyst).contains("R1") && ids(analyst).count == 3, "\(analyst.text)")
        // Who sees the same is given the same answer; its own look is noted.
        let handler = try await ask("handler", "/api/reports/alerts")
        #expect(ids(handler) == ids(analyst))
        // Closed since: gone at once, though the kept answer has it.
        let closed = await service.ask("PATCH", "/api/records/R2", ["Authorization: Bearer \(try service.token("maker"))", mark], body: "{\"set\":{\"securityLevel\":\"机密\"}}")
        #expect(closed.status == 200, "\(closed.text)")
        let after = try await ask("analyst", "/api/reports/alerts")
        #expect(ids(after).count == 2 && !after.text.contains("R2"), "\(after.text)")
        #expect(after.json?["asOf"] == nil)
        await service.stop()
    }

    @Test func `a list of a large archive is waited for, and says how far it is where that takes long`() async throws {
        var limits = ServiceOptions.Limits()
        limits.surveyedAtOnce = 3
        let service = try await RunningService(records: (1...6).map { Self.record($0) }, limits: limits)
        for path in ["/api/reports/alerts?limit=4", "/api/reports/ladder?by=unit&limit=500", "/api/reports/overdue?limit=500&asOf=2024-06-01", "/api/trends?by=category"] {
            var reply = await service.ask("GET", path)
            // On a machine that is busy: asked again until it is there.
            for _ in 0..<30 where reply.json?["making"] != nil {
                #expect(reply.text.contains("正在统计全部档案"), "\(reply.text)")
                reply = await service.ask("GET", path)
            }
            #expect(reply.status == 200 && reply.json?["making"] == nil, "\(path) \(reply.text)")
            #expect(reply.json?["items"]?.array?.count == (path.contains("alerts") ? 4 : 0), "\(path) \(reply.text)")
            let fresh = await service.ask("GET", path + "&fresh=1")
            // The second at which it was made is another one.
            #expect(fresh.status == 200 && ids(fresh) == ids(reply) && fresh.json?["items"]?.array?.count == reply.json?["items"]?.array?.count, "\(path) \(fresh.text)")
        }
        // A file holds all lines and is waited for.
        let file = await service.ask("GET", "/api/reports/alerts?format=csv")
        #expect(file.status == 200 && file.text.split(whereSeparator: \.isNewline).count == 7, "\(file.text)")
        await service.stop()
    }

    @Test func `a page of case files goes on from the page before, and tells how many there are`() async throws {
        let service = try await RunningService(records: (1...7).map { Self.record($0) })
        for number in 1...7 { #expect(await service.ask("POST", "/api/cases", [mark], body: "{\"records\":[\"R\(number)\"]}").status == 201) }
        var (seen, after) = ([String](), "")
        for _ in 0..<4 {
            let page = await service.ask("GET", "/api/cases?limit=3&counts=1\(after)")
            let items = page.json?["items"]?.array ?? []
            #expect(items.first?["counts"]?["open"]?.int == 7 && items.first?["counts"]?["filed"]?.int == 0, "\(page.text)")
            let ids = items.compactMap { $0["id"]?.string }
            guard let last = ids.last else { break }
            seen += ids
            after = "&after=\(last)"
        }
        #expect(seen == (1...7).reversed().map { "AJ00000\($0)" }, "\(seen)")
        #expect(await service.ask("GET", "/api/cases?limit=3&state=filed&counts=1").json?["items"]?.array?.count == 1)
        #expect(await service.ask("GET", "/api/cases?limit=3&state=lost").status == 400)
        #expect(await service.ask("GET", "/api/cases").json?["items"]?.array?.count == 7)
        await service.stop()
    }

    @Test func `what takes hours is made in the background, and there when one comes back`() async throws {
        var limits = ServiceOptions.Limits()
        limits.comparedAtOnce = 3
        let service = try await RunningService(records: (1...6).map { Self.record($0, ["complainants": .array([.object(["name": "甲某", "phone": "13900001111"])])]) }, limits: limits)
        let first = await service.ask("GET", "/api/reports/repeats?by=unit")
        #expect(first.status == 200 && first.json?["making"]?["done"] != nil && first.text.contains("正在后台逐件比对"), "\(first.text)")
        var found: Reply?
        for _ in 0..<200 where found == nil {
            let reply = await service.ask("GET", "/api/reports/repeats?by=unit")
            if reply.json?["making"] == nil { found = reply } else { try await Task.sleep(for: .milliseconds(50)) }
        }
        let items = found?.json?["items"]?.array ?? []
        #expect(items.first?["subject"]?.string == "城管局" && items.first?["records"]?.int == 6, "\(found?.text ?? "never made")")
        #expect(await service.ask("GET", "/api/reports/repeats?by=unit&format=csv").status == 200)
        #expect(await service.ask("GET", "/api/reports/repeats?by=handler&format=csv").status == 503)
        await service.stop()
    }

    /// Asked until it is there; what was said meanwhile.
    private func await_(_ service: RunningService, _ path: String) async throws -> (reply: Reply, words: [String]) {
        var words: [String] = []
        for _ in 0..<200 {
            let reply = await service.ask("GET", path)
            if reply.json?["making"] == nil { return (reply, words) }
            words.append(reply.text)
            try await Task.sleep(for: .milliseconds(50))
        }
        return (Reply(status: 0, head: "", body: []), words)
    }

    // A comparison of hours went with a restart: who came back was told to wait as if he had asked for the first time.
    @Test func `what was compared before a restart is said to be lost, and what was under way begins again by itself`() async throws {
        var limits = ServiceOptions.Limits()
        limits.comparedAtOnce = 3
        let records = (1...6).map { Self.record($0, ["complainants": .array([.object(["name": "甲某", "phone": "13900001111"])])]) }
        let path = "/api/reports/repeats?by=unit"
        let before = try await RunningService(records: records, limits: limits)
        let (made, said) = try await await_(before, path)
        #expect(made.json?["items"]?.array?.first?["records"]?.int == 6 && !said.joined().contains("重新启动"), "\(made.text)")
        await before.stop()
        // As if the service had ended while another one was under way.
        let notes = before.archivePath + "/comparisons.jsonl"
        let kept = String(decoding: FileBytes.read(notes), as: UTF8.self)
        #expect(kept.contains("--by=unit") && kept.contains("\"made\":true"), "\(kept)")
        FileBytes.write(Array((kept + kept.replacing("--by=unit", with: "--by=handler").replacing("true", with: "false")).utf8), to: notes)

        let after = try await RunningService(again: before.folder, limits: limits)
        let first = await after.ask("GET", path)
        #expect(first.json?["making"] != nil && first.text.contains("服务重新启动过") && first.text.contains("从头"), "\(first.text)")
        #expect(try await await_(after, path).reply.json?["items"]?.array?.first?["records"]?.int == 6)
        // Nobody asked for this one anew: it is there all the same.
        var isMade = false
        for _ in 0..<200 where !isMade {
            isMade = !String(decoding: FileBytes.read(notes), as: UTF8.self).contains("\"made\":false")
            if !isMade { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(isMade)
        let other = await after.ask("GET", "/api/reports/repeats?by=handler")
        #expect(other.json?["making"] == nil && other.status == 200, "\(other.text)")
        await after.stop()
    }

    // The page said that there were no such matters, and advised to ask for less, while they were being made.
    @Test func `records that are not grouped yet are said to be, in the background`() async throws {
        let service = try await RunningService(records: (0...Engine.groupedAtOnce).map { Self.record($0) })
        let first = await service.ask("GET", "/api/matters?minPeople=1")
        #expect(first.json?["items"]?.array?.isEmpty == true && first.text.contains("还有 2,001 件没有归入事项，正在后台归并"), "\(first.text.prefix(300))")
        await service.stop()
    }

    @Test func `notes that cannot be read, or ask for anything else, start nothing`() {
        let folder = TemporaryFolder()
        let lines = "{}\nno line\n{\"user\":\"u\",\"arguments\":[\"export\",\"--to=x\"]}\n{\"user\":\"u\",\"arguments\":[\"report\",\"repeats\",\"--json\",\"--\"],\"language\":\"en\"}\n"
        FileBytes.write(Array(lines.utf8), to: folder.file("comparisons.jsonl"))
        let heard = Heard()
        let notes = ComparisonNotes(archivePath: folder.path, logger: heard.logger)
        #expect(notes.unfinished == [ComparisonNotes.Asked(user: "u", arguments: ["report", "repeats", "--json", "--"], language: .english)])
        notes.ended(notes.unfinished[0].name, isMade: false)
        #expect(notes.unfinished.isEmpty && ComparisonNotes(archivePath: folder.path, logger: heard.logger).unfinished.isEmpty)
        #expect(heard.texts.isEmpty, "\(heard.texts)")
    }

    @Test func `notes that the disk does not take or give are told of in the log, without who asked`() throws {
        let folder = TemporaryFolder()
        let heard = Heard()
        // No folder: nothing can be written.
        ComparisonNotes(archivePath: folder.file("none"), logger: heard.logger)
            .began(ComparisonNotes.Asked(user: "李四", arguments: ["report", "repeats"], language: .chinese))
        #expect(heard.texts.count == 1 && heard.texts[0].contains("not written"), "\(heard.texts)")
        // A folder in its place: there, and not to be read.
        try #require(unsafe mkdir(folder.file("comparisons.jsonl"), 0o700) == 0)
        #expect(ComparisonNotes(archivePath: folder.path, logger: heard.logger).unfinished.isEmpty)
        #expect(heard.texts.count == 2 && heard.texts[1].contains("not read"), "\(heard.texts)")
        #expect(!heard.texts.joined().contains("李四"))
    }

    // At a million records there were more repeats than a service kept: it compared for hours, forgot them, and began again for
    // whoever asked, for ever.
    @Test func `a comparison that is too large to be kept is said to be so, and not made for ever`() async throws {
        var limits = ServiceOptions.Limits()
        (limits.comparedAtOnce, limits.surveyRows) = (3, 4)
        let service = try await RunningService(records: (1...6).map { Self.record($0, ["complainants": .array([.object(["name": "甲某", "phone": "13900001111"])])]) }, limits: limits)
        let (reply, _) = try await await_(service, "/api/reports/repeats?by=unit")
        #expect(reply.status == 400 && reply.text.contains("太大") && reply.text.contains("起止日期"), "\(reply.text)")
        await service.stop()
    }
}
}
