// A file over HTTP: looked at without writing, imported with its progress, and nothing told of what stands in refused rows.

import Engine
import Records
import Service
import TestSupport
import Testing

@testable import CLI

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct ImportRouteTests {
    private static let table = "受理编号,受理时间,标题,投诉内容,投诉人姓名,联系电话\n"
        + (1...20).map { "D\($0),2024-03-\($0 < 10 ? "0" : "")\($0),停车\($0),乱停车,赵某某,13700130001\n" }.joined() + "D99,某日,日期错,内容,钱某某,13700130002\n"

    private func lines(_ reply: Reply) -> [JSONObject] {
        reply.text.split(separator: "\n").compactMap { (try? JSONValue.parse(Array($0.utf8)))?.objectValue }
    }

    private func body(_ head: JSONObject, _ file: String) -> String {
        { var bytes: [UInt8] = []; head.write(into: &bytes); return String(decoding: bytes, as: UTF8.self) + "\n" + file }()
    }

    @Test func `a look tells what an import then does, and writes nothing`() async throws {
        let service = try await RunningService()
        let looked = await service.ask("POST", "/api/import", [mark], body: body(["name": "旧.csv", "look": true], Self.table))
        #expect(looked.status == 200 && looked.header("content-type") == "application/x-ndjson")
        let look = try #require(lines(looked).last)
        #expect(look["phase"]?.string == "done" && look["imported"]?.int == 20 && look["rejected"]?.int == 1 && look["proposed"]?.bool == true)
        #expect(look["rows"]?.array?.first?["line"]?.int == 22)
        #expect(look["rows"]?.array?.first?["column"]?.string == "受理时间")
        #expect(look["reasons"]?.array?.first?["remedy"]?.string?.isEmpty == false)
        #expect(look["feeds"]?.array?.contains { $0["columns"]?.array?.first?.string == "联系电话" && $0["identity"]?.bool == true } == true)
        for person in ["赵某某", "钱某某", "1370013"] { #expect(!looked.text.contains(person)) }
        #expect(await service.ask("GET", "/api/count").json?["count"]?.int == 0)
        let map = try #require(look["map"]?.string)
        let done = try #require(lines(await service.ask("POST", "/api/import", [mark], body: body(["name": "旧.csv", "map": .string(map)], Self.table))).last)
        #expect(done["phase"]?.string == "done" && done["imported"]?.int == 20 && done["rejected"]?.int == 1)
        #expect(await service.ask("GET", "/api/count").json?["count"]?.int == 20)
        let again = try #require(lines(await service.ask("POST", "/api/import", [mark], body: body(["name": "旧.csv", "look": true, "map": .string(map)], Self.table))).last)
        #expect(again["imported"]?.int == 0 && again["unchanged"]?.int == 20)
        await service.stop()
    }

    @Test func `what cannot be read is told by the file's name, and no other file is touched`() async throws {
        let service = try await RunningService()
        for name in ["", ".", "..", "a/b.csv", "../../etc/passwd", "/etc/passwd", "a\u{0}b", "a\nb", String(repeating: "长", count: 100)] {
            #expect(await service.ask("POST", "/api/import", [mark], body: body(["name": .string(name)], "x")).status == 400, "\(name)")
        }
        #expect(await service.ask("POST", "/api/import", [mark], body: "no json\n").status == 400)
        #expect(await service.ask("POST", "/api/import", [mark], body: "").status == 400)
        #expect(await service.ask("POST", "/api/import", [mark], body: body(["name": "a.csv", "map": 1], "x")).status == 400)
        let wrong: [(JSONObject, String)] = [
            (["name": "a.csv", "map": "fields: [", "look": true] as JSONObject, Self.table), (["name": "a.xlsx"] as JSONObject, "no workbook"),
            (["name": "a.csv", "form": "no-such-form"] as JSONObject, Self.table), (["name": "a.csv", "encoding": "klingon"] as JSONObject, Self.table),
        ]
        for (head, file) in wrong {
            let reply = await service.ask("POST", "/api/import", [mark], body: body(head, file))
            let last = try #require(lines(reply).last)
            #expect(last["phase"]?.string == "failed" || last["rejected"]?.int != 0, "\(head)")
            #expect(!reply.text.contains("/juanzong-"), "a path of the machine: \(reply.text)")
        }
        #expect(await service.ask("GET", "/api/count").json?["count"]?.int == 0)
        await service.stop()
    }

    @Test func `who may not write may not even look`() async throws {
        let service = try await RunningService(bindsRoles: true)
        let request = body(["name": "旧.csv", "look": true], Self.table)
        for (user, status) in [("analyst", 403), ("administrator", 403), ("nobody", 403), ("registrar", 200)] {
            #expect(await service.ask("POST", "/api/import", ["Authorization: Bearer \(try service.token(user))"], body: request).status == status, "\(user)")
        }
        let log = await service.ask("GET", "/api/audit?limit=20", ["Authorization: Bearer \(try service.token("supervisor"))"])
        #expect((log.json?["items"]?.array ?? []).contains { $0["user"]?.string == "registrar" && $0["detail"]?.string == "旧.csv" }, "the file is noted by its name")
        await service.stop()
    }

    @Test func `an import whose client goes away ends, and the same file goes on`() async throws {
        let service = try await RunningService()
        let file = (0..<4_000).map { "{\"id\":\"M\($0)\",\"receivedAt\":\"2024-03-01\",\"title\":\"第\($0)件的事\"}\n" }.joined()
        let text = body(["name": "m.jsonl"], file)
        let head = "POST /api/import HTTP/1.1\r\nHost: l\r\n\(mark)\r\nContent-Length: \(text.utf8.count)\r\n\r\n"
        _ = await service.send(Array((head + text).utf8), closesEarly: true)
        // Whatever became of it: nothing is half, and asked for again all of it is in.
        let done = try #require(lines(await service.ask("POST", "/api/import", [mark], body: text)).last)
        #expect(done["phase"]?.string == "done")
        #expect(await service.ask("GET", "/api/count").json?["count"]?.int == 4_000)
        await service.stop()
    }
}
}
