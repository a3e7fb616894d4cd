// Nobody comes in without being known, nobody sees or does more than his role allows, and no page of another origin has
// anything done in a user's name.

import Engine
import Records
import Service
import TestSupport
import Testing

@testable import CLI

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct DoorTests {
    static let reading = [
        "/api/search?q=%E6%9A%97%E5%8F%B7", "/api/count?q=%E6%9A%97%E5%8F%B7", "/api/facets?q=%E6%9A%97%E5%8F%B7&facet=kind", "/api/records/S1", "/api/records/S1/similar", "/api/records/S1/check",
        "/api/records/S1/deadlines", "/api/records/S1/links", "/api/records/S1/audit", "/api/status/S1", "/api/stat", "/api/queries", "/api/audit", "/api/audit/verify", "/api/cases",
        "/api/cases/due", "/api/cases/register", "/api/cases/AJ1", "/api/cases/AJ1/check", "/api/cases/AJ1/print", "/api/cases/AJ1/documents/1", "/api/matters", "/api/trends",
        "/api/reports/monthly?month=2024-03", "/api/reports/overdue", "/api/export", "/api/complete?field=kind", "/api/verify", "/api/metrics", "/api/session", "/api/vocabulary", "/api/openapi.json",
    ]
    static let changing = [
        ("POST", "/api/records", #"{"title":"a","content":"b"}"#), ("PATCH", "/api/records/P1", #"{"set":{"status":"办结"}}"#), ("POST", "/api/records/P1/events", #"{"type":"转办"}"#),
        ("POST", "/api/records/P1/withdraw", #"{"reason":"x"}"#), ("POST", "/api/records/P1/unmask", #"{"purpose":"x"}"#), ("POST", "/api/links", #"{"a":"P1","b":"P2"}"#),
        ("POST", "/api/cases", #"{"records":["P1"]}"#), ("POST", "/api/reindex", "{}"), ("POST", "/api/run", "{\"arguments\":[\"add\"]}\n"), ("POST", "/api/import", "{\"name\":\"a.csv\",\"look\":true}\na"), ("DELETE", "/api/queries/x", "{}"),
        ("PUT", "/api/queries/x", #"{"query":"a"}"#), ("POST", "/api/check", #"{"content":"abc"}"#), ("POST", "/api/similar", #"{"text":"abc"}"#),
    ]
    private static let records = [record("P1", "普通的投诉，内容没有什么特别"), record("P2", "普通的投诉，另一件"), record("S1", "暗号暗号的举报，绝不外传", level: "机密")]

    /// Every operation of the document, so that a new route needs no line here to be tried.
    private static func operations(_ service: RunningService) async throws -> [(method: String, path: String)] {
        let token = "Authorization: Bearer \(try service.token("administrator"))"
        let paths = try #require(await service.ask("GET", "/api/openapi.json", [token]).json?["paths"]?.objectValue)
        return paths.entries.flatMap { path, methods in
            let filled = path.replacing("{id}", with: "S1").replacing("{number}", with: "1").replacing("{name}", with: "loops")
            return (methods.objectValue?.entries ?? []).compactMap { method, _ in
                // What lets somebody in, and what tells that the service lives.
                path == "/health" || (path == "/api/session" && method == "post") ? nil : (method.uppercased(), filled)
            }
        }
    }

    @Test func `every route of the document is closed to nobody and to strangers, whatever it is`() async throws {
        let service = try await RunningService(bindsRoles: true, records: Self.records)
        let operations = try await Self.operations(service)
        #expect(operations.count > 50)
        for (method, path) in operations {
            #expect(!path.contains("{"), "\(path) has a piece that nobody fills")
            // Without any of these the peer of this socket is known by the kernel.
            for headers in [[mark, "Authorization: Bearer jz_none_0"], [mark, "Authorization: Bearer "], [mark, "X-Remote-User: administrator"]] {
                #expect(await service.ask(method, path, headers, body: method == "GET" ? nil : "{}").status == 401, "\(method) \(path) \(headers)")
            }
            // Known, without a role: nothing but a refusal or a mistake, or what tells of no record.
            let stranger = await service.ask(method, path, ["Authorization: Bearer \(try service.token("stranger"))"], body: method == "GET" ? nil : "{}")
            #expect([400, 403, 404].contains(stranger.status) || ["/api/openapi.json", "/api/vocabulary", "/api/complete", "/api/run", "/api/check"].contains(path) || method == "DELETE", "\(method) \(path): \(stranger.status)")
            #expect(!stranger.text.contains("暗号") && !stranger.text.contains("普通的投诉"), "\(method) \(path)")
            // Known, with a role that may not see it.
            for user in ["handler", "analyst", "archivist"] where method == "GET" {
                let reply = await service.ask(method, path, ["Authorization: Bearer \(try service.token(user))"])
                #expect(reply.status < 500 && !reply.text.contains("绝不外传"), "\(user) \(path): \(reply.status)")
            }
        }
        await service.stop()
    }

    @Test func `no token that is wrong, expired, revoked or of another archive opens any route`() async throws {
        let service = try await RunningService(bindsRoles: true, records: Self.records)
        let other = try await RunningService(bindsRoles: true)
        let revoked = try service.tokens.make(name: "", user: "administrator", days: 1)
        _ = try service.tokens.revoke(revoked.token.id)
        let good = try service.token("administrator")
        let bad = [
            "nonsense", "", "jz_\(revoked.token.id)_0000", try service.token("administrator", days: -1), revoked.text, try other.token("administrator"), good + "0", String(good.dropLast()),
        ]
        for text in bad {
            for path in Self.reading { #expect(await service.ask("GET", path, ["Authorization: Bearer \(text)"]).status == 401, "\(path) with \(text)") }
            for (method, path, body) in Self.changing {
                #expect(await service.ask(method, path, [mark, "Authorization: Bearer \(text)"], body: body).status == 401, "\(method) \(path)")
            }
        }
        #expect(await service.ask("GET", "/api/session", ["Authorization: Basic cm9vdDpyb290"]).status == 401)
        #expect(await service.ask("GET", "/api/session", ["Authorization: Bearer \(good)"]).json?["user"]?.string == "administrator")
        await service.stop()
        await other.stop()
    }

    @Test func `a record that a role may not see shows in no answer`() async throws {
        let service = try await RunningService(bindsRoles: true, records: Self.records)
        for user in ["registrar", "handler", "analyst", "administrator"] {
            let token = "Authorization: Bearer \(try service.token(user))"
            for path in Self.reading {
                let reply = await service.ask("GET", path, [token])
                #expect(reply.status < 500, "\(user) \(path)")
                #expect(!reply.text.contains("绝不外传"), "\(user) \(path)")
                if path.hasPrefix("/api/search") || path.hasPrefix("/api/facets") { #expect(reply.json?["total"]?.int == 0, "\(user) \(path)") }
            }
            let run = await service.ask("POST", "/api/run", [token], body: "{\"arguments\":[\"show\",\"S1\"]}\n")
            #expect(!run.text.contains("绝不外传"))
        }
        let supervisor = "Authorization: Bearer \(try service.token("supervisor"))"
        #expect(await service.ask("GET", "/api/search?q=%E6%9A%97%E5%8F%B7", [supervisor]).json?["total"]?.int == 1)
        await service.stop()
    }

    @Test func `rights hold for changes, identities, exports and the log`() async throws {
        let service = try await RunningService(bindsRoles: true, records: Self.records)
        func status(_ user: String, _ method: String, _ path: String, _ body: String? = nil) async throws -> Int {
            await service.ask(method, path, ["Authorization: Bearer \(try service.token(user))"], body: body).status
        }
        #expect(try await status("analyst", "POST", "/api/records", #"{"title":"a","content":"b"}"#) == 403)
        #expect(try await status("registrar", "POST", "/api/records", #"{"title":"a","content":"b"}"#) == 201)
        #expect(try await status("analyst", "PATCH", "/api/records/P1", #"{"set":{"status":"办结"},"reason":"x"}"#) == 403)
        #expect(try await status("analyst", "POST", "/api/records/P1/unmask", #"{"purpose":"x"}"#) == 403)
        #expect(try await status("analyst", "GET", "/api/audit") == 403)
        #expect(try await status("registrar", "GET", "/api/audit") == 403)
        #expect(try await status("supervisor", "GET", "/api/audit") == 200)
        #expect(try await status("handler", "POST", "/api/reindex", "{}") == 403)
        #expect(try await status("handler", "GET", "/api/metrics") == 403)
        #expect(try await status("administrator", "GET", "/api/metrics") == 200)
        #expect(try await status("nobody", "GET", "/api/search?q=a") == 403)
        // What was refused is in the log.
        let log = await service.ask("GET", "/api/audit?limit=200", ["Authorization: Bearer \(try service.token("supervisor"))"])
        #expect((log.json?["items"]?.array ?? []).contains { $0["action"]?.string == "refuse" && $0["user"]?.string == "analyst" })
        await service.stop()
    }

    @Test func `only a named proxy speaks for others`() async throws {
        let plain = try await RunningService(bindsRoles: true, records: Self.records)
        #expect(await plain.ask("GET", "/api/session", ["X-Remote-User: supervisor"]).status == 401)
        await plain.stop()
        let behind = try await RunningService(bindsRoles: true, proxyUsers: ["root"], records: Self.records)
        #expect(await behind.ask("GET", "/api/session", ["X-Remote-User: handler"]).json?["user"]?.string == "handler")
        #expect(await behind.ask("GET", "/api/session", ["X-Remote-User: handler", "X-Remote-User: supervisor"]).status == 401)
        #expect(await behind.ask("GET", "/api/session", ["X-Remote-User: "]).status == 401)
        #expect(await behind.ask("GET", "/api/session").status == 401)
        await behind.stop()
    }

    @Test func `pages of other origins change nothing, and a session ends when its token does`() async throws {
        let service = try await RunningService(bindsRoles: true, records: Self.records)
        let made = try service.tokens.make(name: "", user: "supervisor", days: 1)
        #expect(await service.ask("POST", "/api/session", [], body: #"{"token":"\#(made.text)"}"#).status == 403)
        let opened = await service.ask("POST", "/api/session", [mark], body: #"{"token":"\#(made.text)"}"#)
        let cookie = try #require(opened.header("set-cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        let sent = "Cookie: " + cookie.prefix { $0 != ";" }
        // On this socket the peer is known, too: what counts here is what a page may do.
        for (method, path, body) in Self.changing {
            for headers in [[], ["Origin: https://evil.example", mark], ["Sec-Fetch-Site: cross-site", mark], ["Origin: null", mark], ["Sec-Fetch-Site: same-site", mark]] {
                #expect(await service.ask(method, path, [sent] + headers, body: body).status == 403, "\(method) \(path) \(headers)")
            }
        }
        #expect(await service.ask("GET", "/api/records/P1").json?["archive"]?["version"]?.int == 1)
        _ = try service.tokens.revoke(made.token.id)
        await service.stop()
    }

    @Test func `record text is data in every answer`() async throws {
        let weapon = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u{2028}"
        let service = try await RunningService(records: [record("X1", "楼道堆物 " + weapon)])
        for path in ["/api/search?q=%E6%A5%BC%E9%81%93", "/api/records/X1", "/api/records/X1?matches=%E6%A5%BC%E9%81%93", "/api/export?format=csv", "/api/export", "/api/records/X1/similar"] {
            let reply = await service.ask("GET", path)
            #expect(reply.status == 200, "\(path)")
            #expect(reply.header("x-content-type-options") == "nosniff")
            #expect(reply.header("content-security-policy")?.contains("default-src 'none'") == true)
            #expect(reply.header("content-type")?.contains("html") == false, "\(path)")
        }
        await service.stop()
    }
}
}
