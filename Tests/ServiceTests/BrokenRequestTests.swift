// Requests that are none: each is answered or cut off, and others keep being served.

import Engine
import Records
import Service
import TestSupport
import Testing

@testable import CLI

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct BrokenRequestTests {
    @Test(arguments: Seed.sample(1)) func `bytes of any kind stop nobody else`(seed: Seed) async throws {
        var seed = seed
        let service = try await RunningService(records: [record("R1", "电梯故障困人")])
        let whole = Array("POST /api/check HTTP/1.1\r\nHost: l\r\nX-Juanzong: 1\r\nContent-Length: 20\r\n\r\n{\"content\":\"abcdef\"}".utf8)
        var tries: [[UInt8]] = [
            Array("GET / HTTP/9.9\r\n\r\n".utf8), Array("\r\n\r\n\r\n".utf8), Array("GET /api/search?q=\u{7535} HTTP/1.1\r\nHost: l\r\n\r\n".utf8),
            Array("GET /../../etc/passwd HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n".utf8), Array("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n".utf8),
            Array("GET //etc/passwd HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n".utf8), Array("GET /api/records/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n".utf8),
            Array("POST /api/check HTTP/1.1\r\nHost: l\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n".utf8),
            Array("POST /api/check HTTP/1.1\r\nHost: l\r\nContent-Length: -1\r\n\r\n".utf8), Array("POST /api/check HTTP/1.1\r\nHost: l\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd".utf8),
            Array(("GET / HTTP/1.1\r\n" + (0..<3_000).map { "H\($0): x\r\n" }.joined() + "\r\n").utf8), Array(("GET / HTTP/1.1\r\nBig: " + String(repeating: "x", count: 200_000) + "\r\n\r\n").utf8),
            Array(("GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n").utf8),
        ]
        for _ in 0..<40 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &seed) { bytes[Int.random(in: 0..<bytes.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed) }
            tries.append(bytes)
        }
        for bytes in tries {
            // Cut off in the middle, and whole but then left alone.
            _ = await service.send(Array(bytes.prefix(bytes.count / 2)), closesEarly: true)
            _ = await service.send(bytes, closesEarly: true)
        }
        for bytes in tries.prefix(8) where bytes.contains(Array("close".utf8)[0]) {
            let reply = await service.send(bytes)
            #expect(!String(decoding: reply.body, as: UTF8.self).contains("root:"))
        }
        #expect(await service.ask("GET", "/health").status == 200)
        #expect(await service.ask("GET", "/api/count?q=%E7%94%B5%E6%A2%AF").json?["count"]?.int == 1)
        await service.stop()
    }

    @Test func `a body that is too large is refused, and one that never comes is not waited for`() async throws {
        var limits = ServiceOptions.Limits()
        limits.bodyBytes = 10_000
        limits.requestSeconds = 1
        limits.idleSeconds = 2
        let service = try await RunningService(limits: limits)
        let large = await service.ask("POST", "/api/check", [mark], body: #"{"content":""# + String(repeating: "a", count: 20_000) + #""}"#)
        #expect(large.status == 413)
        let slow = await service.send(Array("POST /api/check HTTP/1.1\r\nHost: l\r\nX-Juanzong: 1\r\nContent-Length: 1000\r\n\r\n{".utf8))
        #expect(slow.status == 408 || slow.status == 0)
        // Half a head: cut off after the idle time.
        let half = await service.send(Array("GET /health HT".utf8))
        #expect(half.status == 0 || half.status == 400)
        #expect(await service.ask("GET", "/health").status == 200)
        await service.stop()
    }
}
}
