// A brief read is answered where its request came in, when nobody else reads; and on a thread for reads when it takes longer than
// was thought.

import Engine
import Glibc
import Records
import Synchronization
import TestSupport
import Testing

@testable import Service

extension ServiceTests {
@Suite(.serialized, .timeLimit(.minutes(Patience.minutes))) struct BriefReadTests {
    private static let owner = Caller(user: "maker", way: .peer)

    /// Somebody else's read, and how long it takes.
    private final class Other: Sendable {
        let isThere = Mutex(false)
        let mayGo = Mutex(false)
    }

    private final class Calls: Sendable { let count = Mutex(0) }

    private static func threadName() -> String {
        let descriptor = unsafe open("/proc/thread-self/comm", O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func isOnReadingThread(_ service: RunningService, isBrief: Bool) async throws -> Bool {
        try await service.readers.read(as: Self.owner, in: .english, isBrief: isBrief) { _ in Self.threadName().hasPrefix("TP-") }
    }

    @Test func `it runs where it was asked once an engine is open, and only if it is brief and nobody else reads`() async throws {
        var limits = ServiceOptions.Limits()
        limits.briefMicroseconds = 10_000_000
        let service = try await RunningService(records: [record("R1", "楼下停车费涨价")], limits: limits)
        #expect(try await isOnReadingThread(service, isBrief: false))
        #expect(try await !isOnReadingThread(service, isBrief: true))
        let other = Other()
        let readers = service.readers
        let reading = Task {
            try await readers.read(as: Self.owner, in: .english) { _ in
                other.isThere.withLock { $0 = true }
                while !other.mayGo.withLock({ $0 }) { usleep(1_000) }
            }
        }
        while !other.isThere.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await isOnReadingThread(service, isBrief: true))
        other.mayGo.withLock { $0 = true }
        try await reading.value
        await service.stop()
    }

    @Test func `what takes longer begins anew on a thread, and is answered and noted once`() async throws {
        var limits = ServiceOptions.Limits()
        limits.briefMicroseconds = 0
        let records = (0..<30).map { record("R\($0)", "第\($0)号楼下停车费涨价，物业不出示依据") }
        let service = try await RunningService(records: records, limits: limits)
        func searches() async -> Int {
            (await service.ask("GET", "/api/audit?limit=100").json?["items"]?.array ?? []).count { $0["verb"]?.string == "search" }
        }
        #expect(await service.ask("GET", "/api/search?q=%E7%89%A9%E4%B8%9A").json?["total"]?.int == 30)
        let before = await searches()
        for _ in 0..<3 { #expect(await service.ask("GET", "/api/search?q=%E5%81%9C%E8%BD%A6%E8%B4%B9").json?["total"]?.int == 30) }
        #expect(await searches() == before + 3)
        let calls = Calls()
        let isThere = try await service.readers.read(as: Self.owner, in: .english, isBrief: true) { _ in
            calls.count.withLock { $0 += 1 }
            try TimeLimit.check()
            return Self.threadName().hasPrefix("TP-")
        }
        #expect(isThere && calls.count.withLock { $0 } == 1)
        await service.stop()
    }

    @Test func `a few short words are brief, and nothing that asks for more`() {
        func isBrief(_ query: String, _ change: (inout SearchRequest) -> Void = { _ in }) -> Bool {
            var request = SearchRequest(query: query)
            change(&request)
            return ArchiveService.isBrief(request)
        }
        #expect(isBrief("停车费") && isBrief("停车 物业") && isBrief("停车") { $0.filters = ["category=物业管理"] })
        for query in ["", "物业公司乱收停车费", "停车 物业 收费", "姓名:张三", "name:张", "停*", "\"停车\"", "-停车", "date:2024"] { #expect(!isBrief(query), "\(query)") }
        #expect(!isBrief("停车") { $0.filters = ["name=张三"] })
        #expect(!isBrief("停车") { $0.facets = ["category"] })
        #expect(!isBrief("停车") { $0.limit = 100 })
    }
}
}
